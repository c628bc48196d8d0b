"""Plain text and csv: nothing but the encoding to be found. A csv file is kept as it is written, commas and all."""

from __future__ import annotations

from pathlib import Path

from indexer.characters import decode
from indexer.reading import Block, Limits, Reading
from schema.messages import message
from schema.model import TextStatus

# No encoding takes more bytes for a character.
_BYTES = 4


def read(path: Path, limits: Limits) -> Reading:
    """Read no more than the limit of characters, in whichever encoding the text is."""
    with path.open("rb") as file:
        data = file.read(limits.characters * _BYTES + 1)
    cut = len(data) > limits.characters * _BYTES
    found = decode(data)
    if found is None:
        return Reading(TextStatus.UNSUPPORTED)
    text, encoding = found
    return Reading(
        TextStatus.PARTIAL if cut else TextStatus.OK,
        blocks=(Block(None, "body", text),),
        meta=(("encoding", encoding),),
        warnings=(message("reading.warning.characters", limit=limits.characters),) if cut else (),
        engine="zuozheng text",
    )
