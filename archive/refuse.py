"""What is never filed, whatever its bytes: litter, our own files, links, programs, and what belongs to no unit."""

from __future__ import annotations

from archive.names import runs
from archive.scan import Found, Kind, shown
from archive.shares import MARK
from archive.store import Unreadable, head_of
from schema.messages import Message, message
from schema.model import Outcome, Unit

# The first line of every 说明.txt this program writes; such a file is ours and is not taken in.
NOTICE_MARK = "〔本说明由佐证档案自动生成，不会入档〕"
RECEIPT, TODO = "_回执.html", "_待办.xlsx"
# The folder of an inbox that filled-in review sheets are dropped into, and how the names end of what we answer there.
REVIEWS, ANSWER_END = "_审核", " 处理结果.txt"
# What a file of ours is called while it is written, beside the place it takes in one step.
DRAFT_END = ".new"
_ANSWERS = (ANSWER_END, ANSWER_END + DRAFT_END)
_OURS = frozenset(name + end for name in (RECEIPT, TODO) for end in ("", DRAFT_END))


def refusal(found: Found, unit: Unit | None) -> tuple[Outcome, Message] | None:
    """Return why a path is not filed, whatever its bytes; None when nothing speaks against it."""
    name = shown(found.name)
    if found.kind is Kind.LITTER:
        return Outcome.IGNORED, message("intake.litter")
    if found.kind is Kind.UNREADABLE:
        return Outcome.PENDING, message("intake.unreadable", error="")
    if found.kind in (Kind.LINK, Kind.SPECIAL, Kind.ELSEWHERE):
        return Outcome.REJECTED, message(f"intake.{found.kind}")
    if unit is None:
        return _of_no_unit(found, name)
    return (Outcome.REJECTED, message("intake.program")) if runs(name, b"") else None


def _of_no_unit(found: Found, name: str) -> tuple[Outcome, Message]:
    if not found.folder.parts:
        return Outcome.REJECTED, message("intake.at-root")
    if found.folder.parts[0] != REVIEWS:
        return Outcome.REJECTED, message("intake.no-unit", folder=shown(found.folder.parts[0]))
    if name.lower().endswith(".xlsx") and len(found.folder.parts) == 1:
        return Outcome.IGNORED, message("intake.review-sheet")
    return Outcome.REJECTED, message("intake.no-review-sheet", folder=REVIEWS)


def is_ours(found: Found) -> bool:
    """Return whether this program wrote the file (notices, receipts, lists); such files never enter the ledger.

    Exactly the names it writes: a clerk may call evidence a receipt, too.
    """
    name = shown(found.name)
    if name in _OURS or name.startswith(MARK) or (found.folder.parts == (REVIEWS,) and name.endswith(_ANSWERS)):
        return True
    if name != "说明.txt":
        return False
    try:
        return NOTICE_MARK in head_of(found.place).decode("utf-8-sig", "replace")
    except Unreadable:
        return False
