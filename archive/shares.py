"""Is an inbox really there? A share that went away looks like an empty folder, and must never look like deleted evidence.

Each inbox carries a mark with the archive's id. Without the mark nothing is believed of the inbox: no file is taken in, none is
recorded as taken away. The state is remembered in the home, so that `doctor` and the site can show it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from archive.home import MARKER, Home, inboxes
from archive.scan import source_of
from archive.store import replace_file
from schema.messages import Message, message
from schema.settings import Settings

MARK = ".zuozheng-inbox"
# More than this share of all known files gone in one scan is a broken share, not clerks tidying up; few files may all go.
_SUDDEN, _FEW = 0.1, 20


class ShareState(StrEnum):
    """Whether an inbox can be believed."""

    PRESENT = "present"
    AWAY = "away"
    UNMARKED = "unmarked"
    FOREIGN = "foreign"
    SHRUNK = "shrunk"


@dataclass(frozen=True, slots=True)
class Share:
    """An inbox and its state; `since` is when it came into that state (UTC, ISO 8601)."""

    path: str
    state: ShareState
    since: str

    def sentence(self) -> Message | None:
        """Return what to tell people; None while all is well."""
        return None if self.state is ShareState.PRESENT else message(f"share.{self.state}", path=self.path, gone="", known="")


def archive_id(home: Home) -> str:
    """Return the archive's id, written into the tree's format marker when the tree was made."""
    lines = (home.tree / MARKER).read_text(encoding="utf-8").splitlines()
    return lines[1].removeprefix("id ") if len(lines) > 1 else ""


def mark(root: Path, home: Home) -> None:
    """Mark an inbox as this archive's; nothing happens where the folder cannot be written. Raises nothing."""
    with suppress(OSError):
        root.mkdir(parents=True, exist_ok=True)
        (root / MARK).write_text(message("share.mark", id=archive_id(home)).text("zh") + "\n", encoding="utf-8")


def look(root: Path, home: Home, *, known: bool) -> ShareState:
    """Return the state of the inbox `root`. An inbox nothing was ever taken from (`known` False) gets its mark now."""
    if not root.is_dir():
        return ShareState.AWAY
    try:
        text = (root / MARK).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        if known:
            return ShareState.UNMARKED
        mark(root, home)
        # Where the mark cannot be written, a later pass could not tell the share from an empty mount point.
        return ShareState.PRESENT if (root / MARK).is_file() else ShareState.UNMARKED
    except OSError:
        return ShareState.AWAY
    return ShareState.PRESENT if archive_id(home) in text else ShareState.FOREIGN


def sudden(gone: int, known: int) -> bool:
    """Return whether so many known files missing from one scan speak of a broken share."""
    return gone > _FEW and gone > _SUDDEN * known


def below(root: Path, home: Home, key: bytes) -> bool:
    """Return whether a source path lies in the inbox `root`."""
    return key.startswith(source_of(root, home.root).encode(errors="surrogateescape") + b"/")


class ShareBoard:
    """The states of all inboxes of an archive, as last seen, kept in the home."""

    def __init__(self, home: Home, settings: Settings) -> None:
        self._home, self._file = home, home.state / "inboxes.json"
        self._shares = {str(root): Share(str(root), ShareState.PRESENT, "") for root in inboxes(home, settings)}
        for share in read_shares(home):
            if share.path in self._shares:
                self._shares[share.path] = share

    def is_there(self, root: Path) -> bool:
        """Return whether an inbox was there when it was last scanned; one that had shrunk was."""
        return self._shares[str(root)].state in (ShareState.PRESENT, ShareState.SHRUNK)

    def set(self, root: Path, state: ShareState) -> Message | None:
        """Note the state of an inbox; return the sentence to tell when it changed."""
        before = self._shares[str(root)]
        if before.state is state:
            return None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._shares[str(root)] = Share(str(root), state, now)
        record = [{"path": share.path, "state": str(share.state), "since": share.since} for share in self._shares.values()]
        replace_file(self._file, json.dumps(record, ensure_ascii=False, indent=1).encode(), self._home.state)
        return self._shares[str(root)].sentence() or message("share.back", path=root)


def read_shares(home: Home) -> tuple[Share, ...]:
    """Return the inboxes' states as last noted; nothing before the first change."""
    return tuple(_read(home.state / "inboxes.json"))


def troubled_shares(home: Home, settings: Settings) -> tuple[Share, ...]:
    """Return those of the inboxes in use that could not be believed when last looked at."""
    used = {str(root) for root in inboxes(home, settings)}
    return tuple(share for share in read_shares(home) if share.path in used and share.state is not ShareState.PRESENT)


def _read(file: Path) -> Iterator[Share]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        for entry in json.loads(file.read_text(encoding="utf-8")):
            yield Share(entry["path"], ShareState(entry["state"]), entry["since"])
