"""What is known of a document by its text and by what persons said of it: its elements, and the facts taken from them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from indexer.official import elements, value
from indexer.reading import Reading
from schema.model import Correction, Element, Facts

# The rules of an element that was recognised in a scan and waits for a person's word, and of one that has it.
UNSURE, PERSON = "recognised", "person"


def paper(reading: Reading, name: str, corrections: Iterable[Correction] = ()) -> tuple[Element, ...]:
    """Return the elements of a paper called `name`: what persons said of it goes before every rule.

    A date that was recognised in a scan waits for a person's word: half of those under a seal are wrong.
    """
    found = {entry.name: entry for entry in elements(reading, name)}
    if "date" in found and any(block.where == "ocr" for block in reading.blocks):
        printed = replace(reading, blocks=tuple(block for block in reading.blocks if block.where != "ocr"))
        if value(elements(printed, name), "date") != value(tuple(found.values()), "date"):
            found["date"] = replace(found["date"], rule=UNSURE, confidence=0.5)
    for said in corrections:
        found[said.element] = Element(said.element, said.values, PERSON, 1.0)
    return tuple(entry for entry in found.values() if entry.values)


def facts_of(reading: Reading, name: str, corrections: Iterable[Correction] = ()) -> Facts:
    """Return what is known about a document called `name`. What waits for a person's word counts for nothing yet."""
    known = [entry for entry in paper(reading, name, corrections) if entry.rule != UNSURE]
    title, number, issuer, date = (value(known, element) for element in ("title", "number", "issuer", "date"))
    return Facts(reading.status, reading.kind, reading.pages, title, number, issuer, date)
