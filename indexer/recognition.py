"""What recognition found, put together with what reading found: one Reading, in the order of the pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from indexer.readers.pages import ranges
from indexer.reading import IN_PACKAGE, Block, Reading
from schema.advice import family
from schema.messages import Message, message
from schema.model import TextStatus

_WAITING, _MEMBERS = "reading.warning.scanned", "reading.warning.member.needs-ocr"
# What keeps a reading partial when all its scans have been recognised.
_LOSSES = frozenset(
    f"reading.warning.{loss}"
    for loss in (
        "lost-pages", "pages", "characters", "member.cut", "member.partial", "member.encrypted", "member.corrupt",
        "member.unsupported", "member.too-large",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recognised:
    """What came of one place of `Reading.scans`: its blocks (none: no text to be seen), and why it failed, if it did."""

    blocks: tuple[Block, ...]
    engine: str
    failure: str = ""


def waiting(reading: Reading, done: Mapping[int, Recognised], engine: str = "") -> tuple[int, ...]:
    """Return the places that were not looked at yet; with `engine` also those where another one looked, or where it failed."""

    def counts(result: Recognised | None) -> bool:
        return result is not None and not (engine and (result.engine != engine or result.failure))

    return tuple(number for number in reading.scans if not counts(done.get(number)))


def merged(reading: Reading, done: Mapping[int, Recognised]) -> Reading:
    """Return `reading` with the recognised text of its scans; unchanged while there is none.

    The few characters that were read on a scanned page are left out once it is recognised: they are seen there, too.
    """
    found = {number: done[number] for number in reading.scans if number in done and done[number].blocks}
    if not found:
        return reading
    packed = family(reading.kind) == "package"
    covered = {block.page for result in found.values() for block in result.blocks if block.page is not None and not packed}
    kept = [block for block in reading.blocks if block.where != "body" or block.page not in covered]
    blocks = (*kept, *(block for result in found.values() for block in result.blocks))
    rest = [number for number in reading.scans if number not in found]
    others = tuple(entry for entry in reading.warnings if entry.code != _WAITING and (rest or entry.code != _MEMBERS))
    complete = not rest and not any(entry.code in _LOSSES for entry in others)
    engines = " + ".join(dict.fromkeys((reading.engine, *(result.engine for result in found.values()))))
    return replace(
        reading,
        status=TextStatus.OK if complete else TextStatus.PARTIAL,
        # Sorted by page; what belongs to no page (names of attached files) stays behind.
        blocks=tuple(sorted(blocks, key=lambda block: (block.page is None, block.page or 0))),
        warnings=(_told(found, packed), *((message(_WAITING, pages=ranges(rest)),) if rest and not packed else ()), *others),
        engine=engines,
    )


def _told(found: Mapping[int, Recognised], packed: bool) -> Message:
    blocks = [block for result in found.values() for block in result.blocks]
    length = sum(len(block.text) for block in blocks) or 1
    sure = sum((block.confidence or 0.0) * len(block.text) for block in blocks) / length
    places = sorted({number // IN_PACKAGE for number in found}) if packed else sorted(found)
    code = "reading.warning.member.recognised" if packed else "reading.warning.recognised"
    return message(code, pages=ranges(places), percent=round(100 * sure))
