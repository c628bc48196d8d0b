"""Filled-in review sheets dropped into an inbox's folder _审核: each is taken once, and answered by a text file beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archive.hashing import Hasher
from archive.home import inboxes
from archive.judgements import judge
from archive.names import is_litter
from archive.opening import Archive
from archive.refuse import ANSWER_END, DRAFT_END, REVIEWS
from archive.returned import Back, Fault, take_back
from archive.ruling import rule
from archive.settle import Look, look_of
from archive.shares import ShareState, look
from archive.store import replace_file
from schema.errors import ArchiveError
from schema.messages import Message, message

_STATE = "sheets.json"
_LARGEST = 64 << 20


class SheetInbox:
    """The folders _审核 of one archive. What was taken is remembered by its bytes, beside the catalogue.

    Should that memory be lost, a sheet taken again says nothing new, or tells row by row what was decided since.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._looks: dict[Path, Look] = {}
        self._done: dict[Path, Look] = {}

    def take(self) -> int:
        """Take in every sheet that lies there; a bad one is answered. Returns how many documents and verdicts changed.

        The archive is open for writing; the later stages are the caller's to bring up to date. Raises OSError, ArchiveError where
        nothing can be written: then the sheet is taken another time.
        """
        return sum(self._take(path) for path, _look in self._sheets())

    def keep_up(self) -> int:
        """Take in, as `take` does, the sheets that are as they were at the look before: what is still being copied waits."""
        before, self._looks = self._looks, dict(self._sheets())
        waiting = [path for path, state in self._looks.items() if before.get(path) == state and self._done.get(path) != state]
        changed = 0
        for path in waiting:
            changed += self._take(path)
            self._done[path] = self._looks[path]
        return changed

    def _sheets(self) -> Iterator[tuple[Path, Look]]:
        home = self._archive.home
        for root in inboxes(home, self._archive.district.settings):
            folder = root / REVIEWS
            if folder.is_symlink() or not folder.is_dir() or look(root, home, known=True) is not ShareState.PRESENT:
                continue
            for path in sorted(folder.iterdir()):
                if path.suffix.lower() == ".xlsx" and not is_litter(path.name) and path.is_file() and not path.is_symlink():
                    with suppress(FileNotFoundError):
                        yield path, look_of(path.stat())

    def _take(self, path: Path) -> int:
        digest, taken = Hasher().sha256(path), self._taken()
        if digest in taken:
            return 0
        at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            if path.stat().st_size > _LARGEST:
                raise ArchiveError("sheet.unreadable", path=path.name, error="too large")
            back = take_back(self._archive, path, "", at)
        except ArchiveError as error:
            back, sentences = Back(), [error.message]
        else:
            if back.reviews:
                judge(self._archive.home, back.reviews)
            back = self._rule(back)
            sentences = [back.sums, *(fault.told for fault in back.faults)]
        self._answer(path, sentences)
        data = json.dumps(taken | {digest: path.name}, ensure_ascii=False, indent=0, sort_keys=True).encode()
        replace_file(self._archive.home.state / _STATE, data, self._archive.home.state)
        return len(back.reviews) + len(back.rulings)

    def _rule(self, back: Back) -> Back:
        """Carry out the rulings of a sheet; two rows about one document may be at odds."""
        faults = list(back.faults)
        done = []
        for entry, outcome in zip(back.rulings, rule(self._archive, back.rulings), strict=True):
            if outcome.fault is not None:
                name = outcome.document.name if outcome.document else ""
                told = message("tag.fault", name=name, id=entry[0].document, fault=outcome.fault.text("zh"))
                faults.append(Fault(0, told))
            elif outcome.done:
                done.append(entry)
        return replace(back, rulings=tuple(done), faults=tuple(faults))

    def _answer(self, path: Path, sentences: list[Message]) -> None:
        """Write what became of a sheet beside it, for Notepad (UTF-8 with BOM)."""
        lines = [message("sheet-inbox.head", name=path.name).text("zh"), *(sentence.text("zh") for sentence in sentences)]
        target = path.with_name(path.stem + ANSWER_END)
        draft = target.with_name(target.name + DRAFT_END)
        draft.write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))
        draft.replace(target)

    def _taken(self) -> dict[str, str]:
        try:
            found = json.loads((self._archive.home.state / _STATE).read_text(encoding="utf-8"))
            return {str(key): str(value) for key, value in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}
