"""Streams of OLE files, whatever the case of their names. olefile is used here, in the readers of such files and in sniff."""

from __future__ import annotations

import olefile

from indexer.reading import Limits, corrupt


def stream(ole: olefile.OleFileIO, name: str, limits: Limits) -> bytes:
    """Return the stream `name` at the root, empty when there is none. Raises RefusedError when it is damaged or a folder."""
    for entry in ole.listdir(streams=True, storages=True):
        if len(entry) == 1 and entry[0].casefold() == name.casefold():
            if ole.get_type(entry) != olefile.STGTY_STREAM:
                raise corrupt(f"{name} is no stream")
            try:
                with ole.openstream(entry) as opened:
                    return bytes(opened.read(limits.unpacked_bytes))
            except (OSError, ValueError, IndexError) as error:
                raise corrupt(f"{name}: {error}") from error
    return b""


def meta(ole: olefile.OleFileIO) -> tuple[tuple[str, str], ...]:
    """Return title and author of the summary information, where they are filled in and readable."""
    try:
        found = ole.get_metadata()
    except (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, UnicodeError):
        return ()
    encoding = f"cp{found.codepage}" if found.codepage and found.codepage > 0 else "gb18030"
    pairs = (("title", found.title), ("author", found.author))
    return tuple((name, text) for name, value in pairs if (text := _text(value, encoding)))


def _text(value: object, encoding: str) -> str:
    if not isinstance(value, bytes):
        return ""
    for name in ("utf-8" if encoding == "cp65001" else encoding, "gb18030"):
        try:
            return value.decode(name).strip("\0 ")
        except (UnicodeDecodeError, LookupError):
            continue
    return ""
