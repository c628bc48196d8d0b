"""A few changes are shipped beside the base index: little is written, nothing old is left, answers are a full build's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from schema.model import Document, DocumentState
from site_builder.build import build
from site_builder.data import PageTexts, SiteData
from tests.site_builder import sample
from tests.site_builder.test_build import tree

MANY = tuple(
    sample.document(number, f"材料{number}.txt", "004", (sample.COMPULSORY_2,), date=f"20{number % 10 + 14}-01-01")
    for number in range(10, 90)
)
WHOLE = (*sample.DOCUMENTS, *MANY)
SECRET = "改前的原话"


def texts(sha256: str) -> PageTexts | None:
    known = {document.sha256: ((None, f"逐字核对第{document.seq}份，{SECRET}。"),) for document in MANY}
    return sample.TEXTS.get(sha256) or known.get(sha256) or ((1, f"新版的话，逐字核对{sha256[:4]}。"),)


def make(folder: Path, data: SiteData, **options: bool) -> Path:
    build(data, texts, folder / "site", state=folder / "state.json", **options)
    return folder / "site"


def changed() -> SiteData:
    """Two documents replaced by newer versions, one new, one only described anew."""
    old = {MANY[3].id, MANY[40].id}
    versions = tuple(
        replace(document, id=f"v{document.id}", supersedes=document.id, version=2, sha256=sample.sha(f"new {document.id}"))
        for document in MANY
        if document.id in old
    )
    renamed = replace(MANY[7], facts=replace(MANY[7].facts, title="逐字改过的标题"))
    rest = [replace(document, state=DocumentState.SUPERSEDED) if document.id in old else document for document in WHOLE]
    rest[rest.index(MANY[7])] = renamed
    return sample.data(documents=(*rest, *versions, sample.document(200, "新来的.txt", "001", (sample.PRESCHOOL_2,))))


def pointer(site: Path) -> dict[str, object]:
    source = (site / "idx" / "current.js").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(source[source.index(",") + 1 : source.rindex(")")])
    return found


def test_a_few_changes_leave_the_base_as_it_is_and_take_old_texts_out(tmp_path: Path) -> None:
    site = make(tmp_path, sample.data(documents=WHOLE))
    before, first = tree(site), pointer(site)
    make(tmp_path, changed())
    make(tmp_path, changed())  # what an older pointer led to stays for one build
    after, second = tree(site), pointer(site)
    base, beside = second["segments"]  # type: ignore[misc]
    assert [base] == first["segments"]
    assert {path for path in before if path.startswith(f"idx/{base}/")} <= {
        path for path in after if after[path] == before.get(path)
    }
    assert len(second["dead"]) == 3  # type: ignore[arg-type]
    assert len(list((site / "idx" / beside).iterdir())) == 2  # type: ignore[arg-type]
    shipped = "".join(path.read_text(encoding="utf-8") for path in (site / "d").iterdir())
    assert shipped.count(SECRET) == len(MANY) - 2


def test_a_second_round_of_changes_goes_on_from_the_first(tmp_path: Path) -> None:
    site = make(tmp_path, sample.data(documents=WHOLE))
    make(tmp_path, changed())
    again = changed()
    more = tuple(
        replace(entry, facts=replace(entry.facts, title="又改")) if entry == MANY[60] else entry for entry in again.documents
    )
    make(tmp_path, replace(again, documents=more))
    assert len(pointer(site)["dead"]) == 4  # type: ignore[arg-type]
    make(tmp_path, again)  # changed back: the text was taken out, so it is shipped beside
    assert len(pointer(site)["dead"]) == 4  # type: ignore[arg-type]
    assert sum(read.count('"id":"' + MANY[60].id) for read in reads(site)) == 1


def reads(site: Path) -> list[str]:
    known = json.loads((site.parent / "state.json").read_text(encoding="utf-8"))["files"]
    return [(site / path).read_text(encoding="utf-8") for path in known if path.startswith("d/")]


@pytest.mark.parametrize("case", ["withdrawn", "many", "full"])
def test_withdrawals_and_many_changes_make_a_new_base_that_is_a_full_builds(tmp_path: Path, case: str) -> None:
    site = make(tmp_path, sample.data(documents=WHOLE))
    make(tmp_path, changed())
    data = changed()
    if case == "withdrawn":
        gone: tuple[Document, ...] = (replace(MANY[9], state=DocumentState.WITHDRAWN),)
        data = replace(data, documents=tuple(gone[0] if entry == MANY[9] else entry for entry in data.documents))
    if case == "many":
        more = tuple(sample.document(number, f"再来{number}.txt", "004") for number in range(300, 360))
        data = replace(data, documents=(*data.documents, *more))
    make(tmp_path, data, full=case == "full")
    make(tmp_path, data)
    assert len(pointer(site)["segments"]) == 1  # type: ignore[arg-type]
    assert tree(site) == tree(make(tmp_path / "fresh", data))


def test_a_base_with_a_file_missing_is_made_anew(tmp_path: Path) -> None:
    site = make(tmp_path, sample.data(documents=WHOLE))
    next((site / "d").iterdir()).unlink()
    make(tmp_path, changed())
    make(tmp_path, changed())
    assert tree(site) == tree(make(tmp_path / "fresh", changed()))


@pytest.mark.browser
def test_answers_are_those_of_a_full_build_in_the_same_order(page: Page, tmp_path: Path) -> None:
    make(tmp_path, sample.data(documents=WHOLE))
    sites = make(tmp_path, changed()), make(tmp_path / "fresh", changed())
    assert len(pointer(sites[0])["segments"]) == 2  # type: ignore[arg-type]
    ask = """async typed => {
        const lib = await Z.open(), question = Z.question(lib.names, typed), answer = await Z.candidates(lib, question), ids = [];
        for (const d of answer.found) {
            const record = await Z.record(lib, d);
            if (answer.sure.has(d) || Z.satisfies(lib, question.tree, record, d)) { ids.push(record.id); }
        }
        return ids;
    }"""
    for query in (
        "逐字核对",
        "新版的话",
        SECRET,
        "改过的标题",
        "新",
        "年份:2015..2017 逐字",
        "-逐字核对",
        "C2",
        "单位:004 OR 云开月明",
    ):
        answers = []
        for site in sites:
            page.goto(site.joinpath("search.html").as_uri())
            answers.append(page.evaluate(ask, query))
        assert answers[0] == answers[1]
        assert answers[0], query
    for site in sites:
        page.goto(site.joinpath("search.html").as_uri())
        byid = "async id => { const found = await Z.byId(await Z.open(), id); return found && found.title; }"
        assert page.evaluate(byid, MANY[3].id) is None
        assert page.evaluate(byid, "v" + MANY[3].id) == MANY[3].name
        assert page.evaluate(byid, MANY[7].id) == "逐字改过的标题"
