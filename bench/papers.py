"""Made-up papers for the search benchmark, of about 2,000 characters each, and queries taken out of them."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from itertools import accumulate

from indexer.reading import Block, Reading
from schema.frameworks import load_frameworks
from schema.messages import message
from schema.model import Basis, Document, DocumentState, Facts, PointRef, Tag, TagState, TextStatus

# The 3,755 commonest characters are the first level of GB 2312, rows B0 to D7.
COMMON = bytes(byte for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF) for byte in (row, cell)).decode("gb2312")


class Corpus:
    """Papers of sentences from the frameworks with changed figures, and of fresh ones of 7,500 words weighted by frequency."""

    def __init__(self, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        texts = [point.text for framework in load_frameworks() for point in framework.points]
        self.stock = [part for text in texts for part in re.split(r"(?<=[。；])", text) if len(part) > 8]
        weights = list(accumulate(1 / (rank + 20) for rank in range(len(COMMON))))
        letters = list(COMMON)
        self.dice.shuffle(letters)
        self.words = [
            "".join(self.dice.choices(letters, cum_weights=weights, k=self.dice.choice((1, 2, 2, 2, 3))))
            for _word in range(7_500)
        ]
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.words))))

    def sentence(self) -> str:
        """Return one sentence."""
        if self.dice.random() < 0.4:
            return re.sub(r"\d+", lambda _found: str(self.dice.randint(1, 999)), self.dice.choice(self.stock))
        return "".join(self.dice.choices(self.words, cum_weights=self.weights, k=self.dice.randint(6, 18))) + self.dice.choice(
            "，。；"
        )

    def paper(self, number: int) -> tuple[Document, Reading]:
        """Return one document of about 2,000 characters on pages of 600, with its reading."""
        length = min(20_000, int(self.dice.lognormvariate(7.3, 0.7)))
        lines = [f"荣教政发〔{self.dice.randint(2018, 2024)}〕{self.dice.randint(1, 400)}号"]
        while sum(map(len, lines)) < length:
            lines.append(self.sentence())
        whole = "\n".join(lines)
        blocks = tuple(Block(at // 600 + 1, "body", whole[at : at + 600]) for at in range(0, len(whole), 600))
        point = (
            PointRef("preschool", self.dice.randint(1, 37)) if number % 2 else PointRef("compulsory", self.dice.randint(1, 32))
        )
        tag = Tag(point, TagState.ASSIGNED, Basis.FOLDER, 1.0, message("schema.faults", count=0))
        date = f"{self.dice.randint(2018, 2024)}-{self.dice.randint(1, 12):02d}-15"
        facts = Facts(TextStatus.OK, self.dice.choice(("pdf", "docx", "xlsx")), len(blocks), lines[1][:20], lines[0], "", date)
        unit = f"单位{self.dice.randint(1, 200):03d}"
        document = Document(
            f"d{number}", number, f"{number:064d}", len(whole), unit, f"{lines[1][:12]}.pdf", "", f"{number}.pdf", "", 1, "",
            DocumentState.CURRENT, facts, (tag,),
        )  # fmt: skip
        return document, Reading(TextStatus.OK, facts.kind, len(blocks), blocks, engine="bench")

    def queries(self, texts: list[str], count: int) -> Mapping[str, list[str]]:
        """Return queries by kind, taken out of `texts`."""
        self.dice = random.Random(5)

        def piece(low: int, high: int) -> str:
            return self.cut(texts, low, high)

        rare = self.words[-count:]
        return {
            "common word": [word for word in self.words[:200] if len(word) == 2][:count],
            "rare word": [word for word in rare if len(word) > 1],
            "one character": [self.dice.choice(self.words[:500])[0] for _query in range(count)],
            "phrase 6-10": [piece(6, 10) for _query in range(count)],
            "three words": [" ".join(piece(2, 3) for _word in range(3)) for _query in range(count)],
            "document number": [re.search(r"荣教政发\(\d+\)\d+号", text)[0] for text in texts[:count]],  # type: ignore[index]
            "figure": [str(self.dice.randint(10, 999)) for _query in range(count)],
            "without": [f"{piece(2, 3)} -{piece(2, 2)}" for _query in range(count)],
            "filter": [f"point:C{self.dice.randint(1, 32)} {piece(2, 2)} year:2020..2022" for _query in range(count)],
        }

    def cut(self, texts: list[str], low: int, high: int) -> str:
        """Return a stretch of Chinese out of a text."""
        while True:
            text = self.dice.choice(texts)
            start = self.dice.randrange(len(text) - high)
            found = text[start : start + self.dice.randint(low, high)]
            if all("一" <= character <= "鿿" for character in found):
                return found
