"""File names: which are litter, which are refused, and the form under which a name can live on every system. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NAME_BYTES = 180
_LITTER_NAMES = frozenset({"thumbs.db", ".ds_store", "desktop.ini", "ehthumbs.db", ".directory"})
_LITTER_FOLDERS = frozenset(
    "@eadir #recycle #snapshot $recycle.bin .git .svn .trash .trashes __macosx .recycle lost+found".split()
) | {"system volume information"}
_LITTER_STARTS = ("~$", ".~", "._", ".fuse_hidden", ".nfs")
_LITTER_ENDS = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".swp", "~", ".lock")
# rsync writes beside the file it copies, ".name.suffix" with six characters of its own behind, and renames at the end.
_RSYNC_SCRATCH = re.compile(r"\..+\.[A-Za-z0-9]{6}")
# Files that run something when opened: never evidence, never stored (a photo of a poster is; a program is not).
REFUSED_SUFFIXES = frozenset(
    ".exe .com .bat .cmd .msi .msp .scr .pif .cpl .dll .sys .drv .ps1 .psm1 .vbs .vbe .js .jse .wsf .wsh .hta .lnk .url .scf "
    ".reg .inf .jar .app .apk .sh .bash .py .pyc .pl .rb .php .so .deb .rpm .iso .vhd .chm .docm .xlsm .pptm .dotm .xltm .xlam "
    ".ppam".split()
)
_REFUSED = tuple(REFUSED_SUFFIXES)
_TAIL = re.compile(r"[\s.]+\Z")
_RUNNING_MAGIC = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_ILLEGAL = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]')


@lru_cache(maxsize=1024)  # asked at every look at a file
def is_litter(name: str) -> bool:
    """Return whether `name` is a lock, temporary or system file that no person meant to file."""
    low = name.casefold()
    return (
        low in _LITTER_NAMES
        or low.startswith(_LITTER_STARTS)
        or low.endswith(_LITTER_ENDS)
        or bool(_RSYNC_SCRATCH.fullmatch(name))
    )


def is_litter_folder(name: str) -> bool:
    """Return whether a folder belongs to a system, a NAS or a version control, not to a person."""
    return name.casefold() in _LITTER_FOLDERS


def runs(name: str, head: bytes) -> bool:
    """Return whether a file is a program, script, macro document or shortcut, by its name or its first bytes."""
    return _is_refused(name) or head.startswith(_RUNNING_MAGIC)


@lru_cache(maxsize=1024)
def _is_refused(name: str) -> bool:
    # Blanks and dots at the end are lost on the way to Windows: "a.vbs " becomes a.vbs there.
    return _TAIL.sub("", name).lower().endswith(_REFUSED)


def portable(name: str, characters: int = 120) -> str:
    """Return the form of a file name that is legal on every system: NFC, no forbidden or invisible characters, not a device.

    At most NAME_BYTES bytes of UTF-8 and `characters` characters; the suffix survives the cut. Idempotent.
    """
    clean = _ILLEGAL.sub("_", unicodedata.normalize("NFC", name)).strip()
    stem, dot, suffix = clean.rpartition(".")
    if not stem or len(suffix) > 10 or " " in suffix:
        stem, dot, suffix = clean, "", ""
    tail = dot + suffix
    stem = stem.strip(" ") if tail else stem.rstrip(" .")
    stem = _cut(stem or "_", NAME_BYTES - len(tail.encode()), characters - len(tail))
    whole = (stem + tail).rstrip(" .")
    if whole.startswith((".", "_", "~")) or whole.casefold() in _LITTER_NAMES or not whole:
        whole = _cut(f"文件{whole}", NAME_BYTES, characters)
    if is_litter(whole) or runs(whole, b""):  # by its end; a long name may have been cut to one that runs
        whole = _cut(whole, NAME_BYTES - 1, characters - 1) + "_"
    return f"文件{whole}" if _RESERVED.fullmatch(whole) else whole


def name_key(path: str) -> str:
    """Return the form under which two paths are the same on a system that ignores letter case (NFC, casefolded)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def with_mark(name: str, mark: str) -> str:
    """Return `name` with `mark` before its suffix: ("表.xlsx", "__v1") -> "表__v1.xlsx"."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}{mark}{dot}{suffix}" if stem else f"{name}{mark}"


def _cut(text: str, size: int, characters: int) -> str:
    text = text[: max(characters, 8)]
    while len(text.encode()) > size:
        text = text[:-1]
    return text.rstrip(" ")
