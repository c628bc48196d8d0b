"""A plain scan of a small invented archive: what the index and search must agree with, written without their code."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from indexer.entry import IndexRecord, record_of
from indexer.fold import search_form
from indexer.query import And, Expr, Not, Or, Phrase, Property
from indexer.reading import Block, Reading
from schema.messages import message
from schema.model import Basis, Document, DocumentState, Facts, PointRef, Tag, TagState, TextStatus

UNITS = ("北街小学", "南山幼儿园", "东湖中学")
KINDS = ("pdf", "docx", "xlsx")
WORDS = tuple(
    "教师 幼儿园 经费 学前教育 义务教育 优质均衡 生均公用 专用教室 音乐 美术 双减 工作 通知 的 建设 标准 达到 不低于 区 县 "
    "督导 评估 班额 园 𠮷 㐂 重 〇 一 安全".split()
)
PIECES = (
    *"C1 C12 85% 85.5% 185 2023年 2023.9 2021-2022 〔2023〕78号 [2023]178号 1:15 4.2人 ＡＢ１２ ab A4 12345 1.5.2 ① m²".split(),
    *"。 ， 、 “ ” 《 》 （ ） —— ～ ：".split(),
    *("c 10", "（2023）78 号", " ", "\n", "\t", "\u3000"),
)


def invented_text(chance: random.Random, length: int) -> str:
    """A text of words, codes, numbers, punctuation, blanks and line breaks, without meaning."""
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(chance.choice(WORDS if chance.random() < 0.7 else PIECES))
    return "".join(parts)


def invented(number: int, seed: str = "") -> tuple[Document, Reading]:
    """Return an invented document with its reading; `seed` makes another version of it."""
    chance = random.Random(f"{number}/{seed}")
    pages = chance.randint(1, 3)
    blocks = tuple(
        Block(page, "body", invented_text(chance, chance.randint(20, 120))) for page in range(1, pages + 1) for _block in range(2)
    )
    points = tuple(
        Tag(
            PointRef(chance.choice(("preschool", "compulsory")), chance.randint(1, 15)),
            state,
            Basis.FOLDER,
            1.0,
            message("schema.faults"),
        )
        for state in (TagState.ASSIGNED, TagState.PROPOSED)
        if chance.random() < 0.7
    )
    facts = Facts(
        text_status=TextStatus.OK,
        kind=chance.choice(KINDS),
        pages=pages,
        title=invented_text(chance, 8).replace("\n", ""),
        doc_number=chance.choice(("", "荣教政发〔2023〕78号", "荣教〔2022〕8 号")),
        date=chance.choice(("", "2021-03-04", "2023-05-12", "2022-12-31")),
    )
    document = Document(
        id=f"d{number}",
        seq=number,
        sha256=f"{number}{seed}",
        size=1,
        unit=chance.choice(UNITS),
        name=f"{invented_text(chance, 6).strip()}.{facts.kind}",
        source="",
        path="",
        received="2024-01-01T00:00:00Z",
        version=1,
        supersedes="",
        state=DocumentState.CURRENT,
        facts=facts,
        tags=points,
    )
    return document, Reading(TextStatus.OK, facts.kind, pages, blocks, (), (), "test")


def record(document: Document, reading: Reading) -> IndexRecord:
    """Return what goes into the index for a document."""
    return record_of(document, search_form("\n".join(block.text for block in reading.blocks)))


@cache
def plain_form(text: str) -> str:
    """Folding and squeezing told again, slowly and with no table, for the characters this corpus has."""
    folded = ""
    for character in text:
        if "①" <= character <= "⓿":
            folded += character
            continue
        wide = unicodedata.normalize("NFKC", character)
        one = (wide if len(wide) == 1 else character).lower()
        one = "(" if one in "([〔【" else ")" if one in ")]〕】" else "-" if one in "-—–～~" else one
        folded += '"' if one in "“”「」" else one
    folded = re.sub(r"(?<=[0-9a-z.])\s+(?=[0-9a-z.])", "\x00", folded)
    return re.sub(r"\s+", "", folded).replace("\x00", " ")


def plain_contains(phrase: str, text: str, open_end: bool = False) -> bool:
    """A match told again as one regular expression."""
    numbers = [
        range(found.start(), found.end())
        for found in re.finditer(r"[0-9]+(?:\.[0-9]+)*", text)
        if re.fullmatch(r"[0-9]+\.[0-9]{1,3}", found[0]) and not re.fullmatch(r"(19|20)[0-9]{2}\.(0?[1-9]|1[0-2])", found[0])
    ]
    for found in re.finditer(f"(?={re.escape(phrase)})", text):
        start, end = found.start(), found.start() + len(phrase)
        cuts = [start] if re.match(r"[0-9a-z]", phrase) else []
        cuts += [end] if re.search(r"[0-9a-z]$", phrase) and not open_end else []
        if not any(_cuts(text, cut) or any(cut in number[1:] for number in numbers) for cut in cuts):
            return True
    return False


def _cuts(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(re.fullmatch("[0-9a-z]{2}", text[at - 1 : at + 1]))


@dataclass(frozen=True)
class Plain:
    """A document as the scan sees it."""

    document: Document
    reading: Reading

    def satisfies(self, expr: Expr) -> bool:
        match expr:
            case Phrase(text, part, open_end):
                facts = self.document.facts
                places = {"title": facts.title, "number": facts.doc_number, "name": self.document.name}
                if not part:
                    places["text"] = "\n".join(block.text for block in self.reading.blocks)
                wanted = [places[part]] if part else list(places.values())
                return any(plain_contains(text, plain_form(place), open_end) for place in wanted)
            case Property(name, values):
                return any(value in self._values(name) for value in values)
            case Not(part):
                return not self.satisfies(part)
            case And(parts):
                return all(self.satisfies(part) for part in parts)
            case Or(parts):
                return any(self.satisfies(part) for part in parts)

    def _values(self, name: str) -> list[str]:
        facts = self.document.facts
        points = [str(point).lower() for point in self.document.points]
        return {
            "point": points + [point.split("/")[1] for point in points],
            "unit": [self.document.unit],
            "year": [facts.date[:4]]
            if facts.date
            else re.findall(r"2023(?=年)|2021(?=-20)", facts.title + "\n" + self.document.name)[:1],
            "type": [facts.kind],
            "status": [facts.text_status.value, "assigned" if points else "proposed" if self.document.tags else "unassigned"],
            "id": [self.document.id],
            "basis": ["folder"] if points else [],
        }[name]
