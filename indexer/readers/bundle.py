"""Packages (zip; 7z and rar with the extra): the files in them are read as parts of the package, under its own limits.

Each file is a "page" of the package: its number counts the files from 1, and its name stands before its text.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer import readers
from indexer.readers.packed import Member, members
from indexer.reading import IN_PACKAGE, Block, Limits, Reading
from indexer.sniff import sniff
from schema.messages import Message, message
from schema.model import TextStatus

# Of the time for one file: what comes later is left unread, so that what was read is not lost.
_SHARE = 0.6
_READ = frozenset({TextStatus.OK, TextStatus.PARTIAL, TextStatus.EMPTY})
_NAMES = 10
_DAMAGED = frozenset({TextStatus.CORRUPT, TextStatus.CRASHED, TextStatus.TIMEOUT})


def read(path: Path, limits: Limits) -> Reading:
    """Read the files in a package. Raises RefusedError: encrypted, corrupt, too-large, or unsupported without the extra."""
    contents = _Contents(limits.characters)
    end = time.monotonic() + _SHARE * limits.seconds
    with tempfile.TemporaryDirectory(prefix="zuozheng-") as folder:
        for member in members(path, sniff(path), Path(folder), limits):
            if time.monotonic() > end or contents.characters <= 0:
                contents.cut = True
                break
            contents.add(member, _read(member, limits, contents.characters, end))
    return contents.reading()


def read_names(path: Path, limits: Limits) -> Reading:
    """Return the names of the files in a package alone: for one whose files hung or ended the process."""
    contents = _Contents(limits.characters)
    with tempfile.TemporaryDirectory(prefix="zuozheng-") as folder:
        for member in members(path, sniff(path), Path(folder), limits):
            contents.add(member, Reading(member.failure or TextStatus.CRASHED))
    return contents.reading()


def unpacked(path: Path, kind: str, number: int, folder: Path, limits: Limits) -> Iterator[Path]:
    """Yield the file that is the `number`th of a package (from 1), unpacked into `folder`."""
    for count, member in enumerate(members(path, kind, folder, limits), 1):
        if count == number:
            if member.path is not None:
                yield member.path
            return


def _read(member: Member, limits: Limits, characters: int, end: float) -> Reading:
    if member.path is None:
        return Reading(member.failure or TextStatus.CORRUPT)
    left = replace(limits, characters=characters, seconds=max(1.0, end - time.monotonic()))
    return readers.read(member.path, left)


@dataclass(slots=True)
class _Contents:
    """What was read so far: the blocks, the scans, and the names of what could not be read by why."""

    characters: int
    blocks: list[Block] = field(default_factory=list)
    scans: list[int] = field(default_factory=list)
    count: int = 0
    has_text: bool = False
    cut: bool = False
    unread: dict[TextStatus, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, member: Member, reading: Reading) -> None:
        self.count += 1
        self.blocks.append(Block(self.count, "member", member.name))
        for block in reading.blocks:
            self.blocks.append(replace(block, page=self.count))
            self.characters -= len(block.text)
        self.has_text = self.has_text or bool(reading.blocks)
        self.scans += [self.count * IN_PACKAGE + number for number in reading.scans if number < IN_PACKAGE]
        if reading.status is TextStatus.PARTIAL and not reading.scans:
            self.unread[TextStatus.PARTIAL].append(member.name)
        elif reading.status not in _READ or reading.scans:
            status = TextStatus.CORRUPT if reading.status in _DAMAGED else reading.status
            self.unread[TextStatus.NEEDS_OCR if reading.scans else status].append(member.name)

    def reading(self) -> Reading:
        return Reading(
            self._status(),
            "",
            self.count,
            tuple(self.blocks),
            (),
            tuple(self._warnings()),
            "zuozheng zip",
            scans=tuple(self.scans),
        )

    def _status(self) -> TextStatus:
        if not self.count:
            return TextStatus.TIMEOUT if self.cut else TextStatus.EMPTY
        if self.has_text or self.cut:
            return TextStatus.PARTIAL if self.unread or self.cut else TextStatus.OK
        # Nothing but names: what most of the files came to is what the package came to.
        return max(self.unread, key=lambda status: len(self.unread[status])) if self.unread else TextStatus.EMPTY

    def _warnings(self) -> Iterator[Message]:
        for status, names in self.unread.items():
            shown = "、".join(names[:_NAMES]) + ("…" if len(names) > _NAMES else "")
            yield message(f"reading.warning.member.{status.value}", count=len(names), names=shown)
        if self.cut:
            yield message("reading.warning.member.cut", count=self.count)
