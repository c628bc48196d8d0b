"""A document as it is shipped to the browser: what the viewer and the search page show of it, and its masked text. Pure.

Records lie in text files of a few documents each. Which file a document is in follows from its id alone (a hash both sides
compute), so that one new document changes one file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from schema.model import Document, Element, Tag, TagState
from site_builder import links
from site_builder.classes import Class
from site_builder.data import PageTexts
from site_builder.privacy import mask
from site_builder.rosters import covered
from site_builder.survey import Survey, day
from site_builder.views import document_row, point_link

Texts = Callable[[str], PageTexts | None]
"""Gives the text of the document with a content hash; None when there is none."""


class Record(TypedDict):
    """What is shipped of a document. Links are pairs of text and page; `older` holds name and day of the version before."""

    id: str
    title: str
    name: str
    number: str
    issuer: str
    date: str
    received: str
    unit: tuple[str, str]
    pages: str
    version: int
    older: tuple[str, ...]
    reading: str
    original: str
    preview: str
    elements: list[tuple[str, str, str]]
    tags: list[tuple[str, str, bool, str, str]]
    text: list[tuple[int | None, str]]


# Between fields that are no running text: no phrase crosses it, because nobody can type it (private use).
BORDER = "\ue000"
_PER_FILE = 16


def bucket_count(documents: int) -> int:
    """Return how many text files a site with so many documents has: a power of two, so that few documents ever move."""
    count = 1
    while count * _PER_FILE < documents:
        count *= 2
    return count


def bucket(identifier: str, count: int) -> int:
    """Return the text file of a document: FNV-1a (32 bits) of its id, the low bits."""
    value = 0x811C9DC5
    for byte in identifier.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value & (count - 1)


def record(survey: Survey, document: Document, pages: PageTexts | None) -> Record:
    """Return what is shipped of `document`, ready for JSON. `pages` is its text as read, None when there is none."""
    row = document_row(survey, document)
    older = survey.older.get(document.supersedes)
    shown, _ = covered(pages or (), children=survey.classes[document.id] is not Class.OPEN)
    return {
        "id": document.id,
        "title": row.link.text,
        "name": row.name,
        "number": row.number,
        "issuer": row.issuer,
        "date": row.date,
        "received": row.received,
        "unit": (row.unit.text, row.unit.page),
        "pages": row.pages,
        "version": row.version,
        "older": (older.name, day(older.received)) if older else (),
        "reading": row.reading,
        "original": row.original,
        "preview": preview if (preview := links.preview_file(document.sha256)) in survey.previews else "",
        "elements": [_element(survey, entry) for entry in survey.data.elements(document)],
        "tags": [_tag(survey, tag) for tag in document.tags],
        "text": [(page, mask(text)) for page, text in shown],
    }


def head_of(shipped: Record) -> str:
    """Return the fields of a record that are searched before its text, as in the indexer: title, file name, document number."""
    return BORDER.join((shipped["title"], shipped["name"], shipped["number"]))


def searched(shipped: Record) -> str:
    """Return the whole text of a record in which phrases are looked for. index.js puts it together in the same way."""
    return head_of(shipped) + BORDER + "\n".join(text for _, text in shipped["text"])


def file_name(number: int, key: str) -> str:
    """Return where text file `number` lies: its name tells its content, so that a reader never sees half of a change."""
    return f"d/{number}-{key[:10]}.js"


def _element(survey: Survey, entry: Element) -> tuple[str, str, str]:
    """Return an element as its name, its values, and where it stands and what found it, in words."""
    place = ""
    if entry.line is not None:
        code = "element.place" if entry.page is None else "element.place-page"
        place = survey.say(code, line=entry.line, page=entry.page or 0)
    name, why = survey.say(f"element.{entry.name}"), survey.say(f"element.rule.{entry.rule}")
    return name, mask("、".join(entry.values)), f"{place}{why} {round(100 * entry.confidence)}%"


def _tag(survey: Survey, tag: Tag) -> tuple[str, str, bool, str, str]:
    link = point_link(survey, tag.point)
    return (
        link.text,
        link.page,
        tag.state is TagState.ASSIGNED,
        survey.say(f"site.basis.{tag.basis}"),
        tag.reason.text(survey.language),
    )
