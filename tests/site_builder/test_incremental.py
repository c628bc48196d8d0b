"""Whatever changed since the last build: bringing a site up to date gives the pages of one that is built afresh."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from schema.coverage import Status
from schema.messages import message
from schema.model import Basis, Document, DocumentState, Framework, Tag, TagState
from site_builder.build import build
from site_builder.data import Audience, SiteData
from tests.site_builder import sample
from tests.site_builder.statuses import cell
from tests.site_builder.test_build import tree
from tests.site_builder.test_changes import WHOLE, texts

Change = Callable[[SiteData, random.Random], SiteData]
# What depends on the builds before: the indexes, the texts beside them, and the lists of all files.
_BY_HISTORY = ("idx/", "d/", "check.js", "manifest-sha256.txt")


def of_a_document(change: Callable[[Document, random.Random], Document]) -> Change:
    def changed(data: SiteData, dice: random.Random) -> SiteData:
        documents = list(data.documents)
        place = dice.randrange(len(documents))
        documents[place] = change(documents[place], dice)
        return replace(data, documents=tuple(documents))

    return changed


def titled(document: Document, dice: random.Random) -> Document:
    return replace(document, facts=replace(document.facts, title=f"改题{dice.random()}"))


def dated(document: Document, dice: random.Random) -> Document:
    return replace(
        document, facts=replace(document.facts, date=f"{dice.randint(2019, 2024)}-03-01"), received="2024-05-09T00:00:00+00:00"
    )


def moved(document: Document, dice: random.Random) -> Document:
    return replace(document, unit=dice.choice([*(unit.id for unit in sample.UNITS), "陌生单位", ""]))


def filed(document: Document, dice: random.Random) -> Document:
    ref = dice.choice((sample.PRESCHOOL_2, sample.PRESCHOOL_3, sample.COMPULSORY_2))
    state = dice.choice(list(TagState))
    return replace(document, tags=(Tag(ref, state, Basis.PERSON, 1.0, message("site.basis.person")),))


def withdrawn(document: Document, dice: random.Random) -> Document:
    return replace(document, state=dice.choice(list(DocumentState)))


def added(data: SiteData, dice: random.Random) -> SiteData:
    number = dice.randint(1000, 9000)
    fresh = sample.document(number, f"新{number}.docx", dice.choice(sample.UNITS).id, (sample.COMPULSORY_2,))
    return replace(data, documents=(*data.documents, fresh))


def judged(data: SiteData, dice: random.Random) -> SiteData:
    cells = list(data.cells)
    place = dice.randrange(len(cells))
    known = cells[place]
    cells[place] = cell(known.unit, known.point, dice.choice(list(Status)), known.documents)
    return replace(data, cells=tuple(cells))


def renamed(data: SiteData, dice: random.Random) -> SiteData:
    units = list(data.units)
    place = dice.randrange(len(units))
    units[place] = replace(units[place], name=f"改名{dice.randint(1, 99)}")
    return replace(data, units=tuple(units))


def left(data: SiteData, dice: random.Random) -> SiteData:
    return replace(data, units=tuple(dice.sample(data.units, max(2, len(data.units) - 1))))


def reworded(data: SiteData, dice: random.Random) -> SiteData:
    def word(framework: Framework) -> Framework:
        return replace(framework, short=f"{framework.short[:2]}{dice.randint(1, 9)}")

    return replace(data, frameworks=tuple(map(word, data.frameworks)))


def postponed(data: SiteData, dice: random.Random) -> SiteData:
    return replace(data, due=f"2024-06-{dice.randint(10, 28)}", until=f"2025-01-{dice.randint(10, 28)}")


CHANGES: tuple[Change, ...] = (
    *map(of_a_document, (titled, titled, dated, moved, filed, withdrawn)),
    added,
    judged,
    renamed,
    left,
    reworded,
    postponed,
)


def pages(site: Path) -> dict[str, str]:
    return {path: held for path, held in tree(site).items() if not path.startswith(_BY_HISTORY)}


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("seed", range(4))
def test_after_random_changes_the_pages_are_those_of_a_fresh_site(tmp_path: Path, seed: int, audience: Audience) -> None:
    dice = random.Random(seed)
    data = sample.data(audience, documents=WHOLE)
    site, state = tmp_path / "site", tmp_path / "state.json"
    build(data, texts, site, state=state)
    for number in range(4):
        for change in dice.sample(CHANGES, dice.randint(1, 3)):
            data = change(data, dice)
        build(data, texts, site, state=state)
        fresh = tmp_path / f"fresh{number}"
        build(data, texts, fresh, state=tmp_path / f"fresh{number}.json")
        assert pages(site) == pages(fresh)
    build(data, texts, site, state=state, full=True)
    build(data, texts, site, state=state)  # what the pointer before led to stays for one build
    assert tree(site) == tree(fresh)
