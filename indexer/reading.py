"""What reading a file gives: a value with blocks of text, a status, and the sentences that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schema.messages import Message, message
from schema.model import TextStatus

# Scans of one file in a package; see Reading.scans.
IN_PACKAGE = 1_000


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text in one place.

    `page` counts from 1 (pdf and ofd pages, slides, sheets, the files of a package), None where the format has no pages. `where`
    is one of body, table, header, footer, note, comment, textbox, picture (what is written about one), slide, sheet, attachment
    (names of attached files), member (the name of a file in a package), ocr. A row of a table is a line, its cells are joined by
    tabs.
    `confidence` (0 to 1) belongs to text that was recognised in a picture (`where` is "ocr"), None everywhere else.
    """

    page: int | None
    where: str
    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file.

    `kind` is the format found by content ("pdf", "docx", … "unknown"); `pages` the number of pages of the file, also when fewer
    were read; `meta` pairs of what the file says of itself (title, author, created, producer, encoding); `engine` what read it,
    with its version; `version` the release of our readers. `scans` are the pages, or the pictures of a format without pages,
    counted from 1, that show text which only recognition can get at (`indexer.raster` draws them by these numbers); those of a
    file in a package count on from its own number times IN_PACKAGE.
    """

    status: TextStatus
    kind: str = ""
    pages: int | None = None
    blocks: tuple[Block, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    warnings: tuple[Message, ...] = ()
    engine: str = ""
    version: str = ""
    scans: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The text of all blocks, one after the other."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one reading may cost.

    seconds: wall time in the pool; memory_bytes: address space of a reading process; file_bytes: largest file opened; pages,
    characters: as much is read, the rest is left and the reading is partial; members, unpacked_bytes: of a zip package; ratio:
    of declared to packed size of one large member.
    """

    seconds: float = 60.0
    memory_bytes: int = 2 << 30
    file_bytes: int = 512 << 20
    pages: int = 5_000
    characters: int = 20_000_000
    members: int = 10_000
    unpacked_bytes: int = 512 << 20
    ratio: int = 200


class RefusedError(Exception):
    """A reader gives up on a file, knowing why: the status and, where there is more to say, a sentence."""

    def __init__(self, status: TextStatus, why: Message | None = None) -> None:
        self.status, self.why = status, why
        super().__init__(status.value)

    def reading(self) -> Reading:
        """Return the reading that says so."""
        return Reading(self.status, warnings=() if self.why is None else (self.why,))


def corrupt(why: str = "") -> RefusedError:
    """Return the refusal of a damaged file; `why` is the library's or our own short technical reason, in English."""
    return RefusedError(TextStatus.CORRUPT, message("reading.warning.damaged", detail=why[:200]) if why else None)


def pack(reading: Reading) -> dict[str, Any]:
    """Return `reading` in a compact form of lists and text that JSON can hold; empty fields are left out."""
    fields = {
        "s": reading.status.value,
        "k": reading.kind,
        "p": reading.pages,
        "b": [_pack_block(block) for block in reading.blocks],
        "m": [list(pair) for pair in reading.meta],
        "w": [[warning.code, [list(pair) for pair in warning.params]] for warning in reading.warnings],
        "e": reading.engine,
        "v": reading.version,
        "o": list(reading.scans),
    }
    return {key: value for key, value in fields.items() if value is not None and value not in ("", [])}


def _pack_block(block: Block) -> list[Any]:
    packed = [block.page, block.where, block.text]
    return packed if block.confidence is None else [*packed, block.confidence]


def unpack(packed: dict[str, Any]) -> Reading:
    """Return the reading that :func:`pack` turned into `packed`. Raises KeyError, ValueError or TypeError for anything else."""
    return Reading(
        status=TextStatus(packed["s"]),
        kind=packed.get("k", ""),
        pages=packed.get("p"),
        blocks=tuple(Block(*block) for block in packed.get("b", ())),
        meta=tuple((name, value) for name, value in packed.get("m", ())),
        warnings=tuple(Message(code, tuple((n, v) for n, v in params)) for code, params in packed.get("w", ())),
        engine=packed.get("e", ""),
        version=packed.get("v", ""),
        scans=tuple(packed.get("o", ())),
    )
