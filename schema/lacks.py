"""What a cell lacks, in words. Pure."""

from __future__ import annotations

from schema.cell import Cell
from schema.messages import Language, Message, message
from schema.model import Level
from schema.presence import PieceState


def lacking(cell: Cell, language: Language = "zh") -> tuple[Message, ...]:
    """Return in words what a cell lacks, items of the same times together; then what was sent back or cannot be opened.

    Parameters are in `language` already.
    """
    by_item: dict[tuple[str, PieceState], list[str]] = {}
    for piece in cell.lacking:
        by_item.setdefault((piece.item, piece.state), []).append(piece.slot.text(language))
    by_times: dict[tuple[PieceState, str], list[str]] = {}
    for (item, state), times in by_item.items():
        when = "、".join(dict.fromkeys(filter(None, times)))
        by_times.setdefault((state, when), []).append(item or message("gaps.any-document").text(language))
    lacks = tuple(_lack(state, when, "；".join(items)) for (state, when), items in by_times.items())
    grounds = "、".join(dict.fromkeys(message(f"ground.{entry.ground or 'other'}").text(language) for entry in cell.returned))
    returned = (message("gaps.returned", count=len(cell.returned), grounds=grounds),) if cell.returned else ()
    return (*lacks, *returned, *((message("gaps.unusable", count=len(cell.unusable)),) if cell.unusable else ()))


def _lack(state: PieceState, when: str, items: str) -> Message:
    form = "expired" if state is PieceState.EXPIRED else "open"
    return message(f"gaps.lacks-{form}-when", item=items, times=when) if when else message(f"gaps.lacks-{form}", item=items)


def welcome(cell: Cell) -> tuple[str, ...]:
    """Return the titles of items that would be welcome and are not there."""
    return tuple(
        dict.fromkeys(piece.item for piece in cell.pieces if piece.level is Level.SHOULD and piece.state is not PieceState.FOUND)
    )
