"""The browser answers as the indexer does: the same trees of what is typed, the same documents, every block of Unicode."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from indexer.entry import record_of
from indexer.fold import search_form
from indexer.grams import need_of
from indexer.index import Index
from indexer.names import Names
from indexer.parse import parse
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.question import Filters, question
from indexer.search import find
from schema.coverage import Status
from schema.messages import message
from schema.model import Basis, Tag, TagState
from site_builder.build import build
from site_builder.privacy import mask
from tests.site_builder import sample
from tests.site_builder.test_changes import MANY

pytestmark = pytest.mark.browser

WORDS = [
    "公用经费", "生均", "测量表", "总结", "稀奇", "云开月明", "逐字核对", "教师 培训", "C1", "C12", "c2", "学前", "85.5%",
    "85", "800", "2023", "第", "示教发", "示教发〔2023〕78号", "示教发[2022] 5 号", "<2023>第078号", "（2023）78号", "[2023]",
    "96", "音乐", "美术", "花名册.xlsx", "小太阳", "清溪小学", "年", "表", "xlsx", "pdf", "文件夹", "缺材料", "已核", "扫描件",
    "2014..2019", "2022至", "004", "基础科", "财务", "义教 C2", "B1", "A2", "word", ".PDF", "jpeg", "𠮷", "①", "Ａ", "  ",
    "。", "%", "·", "ä",
]  # fmt: skip
FIELDS = [
    "", "", "", "要点:", "单位：", "科室:", "年份:", "类型:", "状态:", "依据：", "文号:", "标题:", "文件名:", "name: ",
    "point:", "别的:", "年：",
]  # fmt: skip
MARKS = ["", "", "", "-", "—", "NOT ", "－", "(", "（", '"', "“", "「", "OR ", "| ", "或 ", "AND "]
ENDS = ["", "", "", "*", "＊", ")", "）", '"', "”", "」", ",", "、", "|", " OR "]


def made(count: int) -> Iterator[str]:
    """Queries put together of everything the language has, sense or none."""
    dice = random.Random(11)
    for _query in range(count):
        parts = [
            dice.choice(MARKS) + dice.choice(FIELDS) + dice.choice(WORDS) + dice.choice(ENDS)
            for _part in range(dice.randint(1, 4))
        ]
        yield dice.choice((" ", " ", "", "　")).join(parts)


QUERIES = [*WORDS, *(field + word for field in FIELDS[3:] for word in WORDS[:50]), *made(900)]


def written(expr: Expr) -> list[Any]:
    """Return a tree as query.js has it."""
    match expr:
        case Phrase(text, part, open_end):
            return ["phrase", text, part, open_end]
        case Property(name, values):
            return ["property", name, list(values)]
        case Not(part):
            return ["not", written(part)]
        case And(parts):
            return ["and", [written(part) for part in parts]]
        case Or(parts):
            return ["or", [written(part) for part in parts]]


@pytest.fixture(scope="module")
def texts() -> dict[str, tuple[tuple[int | None, str], ...]]:
    masked = {sha: tuple((page, mask(text)) for page, text in pages) for sha, pages in sample.TEXTS.items()}
    return masked | {
        entry.sha256: ((1, f"教师\n培训{entry.seq}次。逐字核对。C{entry.seq}"), (2, "第 2 页 𠮷野")) for entry in MANY
    }


@pytest.fixture(scope="module")
def documents() -> tuple[Any, ...]:
    tagged = (Tag(sample.PRESCHOOL_2, TagState.ASSIGNED, Basis.PERSON, 1.0, message("site.basis.person")),)
    proposed = (Tag(sample.PRESCHOOL_3, TagState.PROPOSED, Basis.CONTENT, 0.5, message("site.basis.content")),)
    more = [replace(entry, tags=(tagged, proposed, (), entry.tags)[at % 4]) for at, entry in enumerate(MANY)]
    return (
        *sample.DOCUMENTS,
        *(replace(entry, facts=replace(entry.facts, kind=("pdf", "jpg", "docx")[entry.seq % 3])) for entry in more),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, texts: Any, documents: Any) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    build(sample.data(documents=documents), texts.get, folder / "site", state=folder / "state.json")
    return folder / "site"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, texts: Any, documents: Any) -> Iterator[Index]:
    opened = Index.open(tmp_path_factory.mktemp("index") / "index")
    known = {sha: search_form("\n".join(text for _, text in pages)) for sha, pages in texts.items()}
    opened.apply((record_of(document, known.get(document.sha256, "")) for document in documents), (), 1)
    yield opened
    opened.close()


def test_what_is_typed_is_read_alike(page: Page, site: Path) -> None:
    page.goto(site.joinpath("search.html").as_uri())
    trees = page.evaluate("queries => queries.map(Z.tree)", QUERIES)
    for query, tree in zip(QUERIES, trees, strict=True):
        assert tree == written(parse(query)), query
    assert len({repr(tree) for tree in trees}) > 900


def test_the_same_documents_are_found(page: Page, site: Path, index: Index) -> None:
    def in_cells(statuses: frozenset[Status]) -> frozenset[str]:
        return frozenset(name for cell in sample.CELLS if cell.status in statuses for name in cell.documents)

    names = Names(sample.frameworks(), sample.UNITS, sample.DUTIES, in_cells)
    page.goto(site.joinpath("search.html").as_uri())
    answers = page.evaluate(
        """async queries => {
            const lib = await Z.open(), all = [];
            for (const typed of queries) {
                const question = Z.question(lib.names, typed), answer = await Z.candidates(lib, question), ids = [];
                for (const d of answer.found) {
                    const record = await Z.record(lib, d), good = Z.satisfies(lib, question.tree, record, d);
                    if (answer.sure.has(d) && !good) { ids.push('a document was said to be sure and is not'); }
                    if (good) { ids.push(record.id); }
                }
                all.push(ids);
            }
            return all;
        }""",
        QUERIES,
    )
    sizes = set()
    for query, ids in zip(QUERIES, answers, strict=True):
        found = find(index, question(query, Filters(), names))
        assert sorted(ids) == sorted(entry.id for entry in found.entries()), query
        sizes.add(len(ids))
    assert len(sizes) > 20


BLOCKS = [range(start, start + 0x1000) for start in range(0, 0x34000, 0x1000)] + [range(0xE0000, 0xE1000)]


def test_every_block_of_unicode_folds_and_makes_grams_alike(page: Page, site: Path) -> None:
    page.goto(site.joinpath("search.html").as_uri())
    letter = re.compile(r"[\w%]")
    for block in BLOCKS:
        characters = [chr(point) for point in block if not 0xD800 <= point < 0xE000]
        text = "".join(characters)
        spaced = " ".join(characters[:512])
        got = page.evaluate(
            """([text, spaced]) => [Z.searchForm(text), Z.searchForm(spaced), (text.match(Z.rules().runs) || []).join(""),
                Z.needOf({text: Z.searchForm(text), open: false}).grams.sort()]""",
            [text, spaced],
        )
        form = search_form(text)
        assert got[0] == form, hex(block[0])
        assert got[1] == search_form(spaced), hex(block[0])
        assert got[2] == "".join(filter(letter.match, text)), hex(block[0])
        assert sorted(got[3], key=ord_key) == sorted(need_of(form).grams if form else (), key=ord_key), hex(block[0])


def ord_key(gram: str) -> list[int]:
    return [ord(character) for character in gram]
