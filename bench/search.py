"""Search beside a plain scan of all texts in memory, in one run on one made-up corpus: build, size, latency, recall, precision.

    python -m bench.search [--documents 2000] [--queries 30] [--folder F]

Compare the ratios, not the absolute figures. The scan holds every folded text in memory and looks for the query in each.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indexer.entry import record_of
from indexer.fold import search_form
from indexer.index import Index
from indexer.query import And, Expr, Not, Phrase, Property, parse, phrases
from indexer.question import Filters, Question, question
from indexer.reading import Block, Reading
from indexer.search import Library, _verify, search
from indexer.textstore import TextStore
from indexer.verdict import Subject, satisfies
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
        weights = [1 / (rank + 20) for rank in range(len(COMMON))]
        letters = list(COMMON)
        self.dice.shuffle(letters)
        self.words = ["".join(self.dice.choices(letters, weights, k=self.dice.choice((1, 2, 2, 2, 3)))) for _word in range(7_500)]
        self.weights = [1 / (rank + 10) for rank in range(len(self.words))]

    def sentence(self) -> str:
        """Return one sentence."""
        if self.dice.random() < 0.4:
            return re.sub(r"\d+", lambda _found: str(self.dice.randint(1, 999)), self.dice.choice(self.stock))
        return "".join(self.dice.choices(self.words, self.weights, k=self.dice.randint(6, 18))) + self.dice.choice("，。；")

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
            f"d{number}", number, f"{number:064d}", len(whole), unit, f"{lines[1][:12]}.pdf", "", "", "", 1, "",
            DocumentState.CURRENT, facts, (tag,),
        )  # fmt: skip
        return document, Reading(TextStatus.OK, facts.kind, len(blocks), blocks, engine="bench")

    def queries(self, texts: list[str], count: int) -> Mapping[str, list[str]]:
        """Return queries by kind, taken out of `texts`."""

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


@dataclass(frozen=True)
class Scan:
    """All documents in memory, as a query sees them."""

    subjects: Mapping[str, Subject]

    def plain(self, expr: Expr) -> int:
        """Count as a scan would that knows of nothing but `in`: the time to be compared with."""
        return sum(_plain(expr, subject) for subject in self.subjects.values())

    def truth(self, expr: Expr) -> set[str]:
        """Return what is to be found."""
        return {identity for identity, subject in self.subjects.items() if satisfies(expr, subject)}


def _plain(expr: Expr, subject: Subject) -> bool:
    match expr:
        case Phrase(text):
            return text in subject.parts["text"]
        case Property(name, values):
            return not subject.properties[name].isdisjoint(values)
        case Not(part):
            return not _plain(part, subject)
        case And(parts):
            return all(_plain(part, subject) for part in parts)
        case _:
            return any(_plain(part, subject) for part in expr.parts)


def _timed(work: Callable[[], object], repeat: int = 3) -> float:
    """Return the shortest of `repeat` runs, in milliseconds."""
    best = float("inf")
    for _run in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def _spread(times: list[float]) -> str:
    times = sorted(times)
    return f"{statistics.median(times):9.2f} {times[min(len(times) - 1, int(len(times) * 0.95))]:9.2f}"


def _build(folder: Path, papers: Iterable[tuple[Document, Reading]]) -> tuple[Library, dict[str, Document], Scan]:
    store, index = TextStore(folder / "text.sqlite"), Index.open(folder / "index")
    documents: dict[str, Document] = {}
    read = put = indexed = characters = 0.0
    batch: list[tuple[Document, Reading]] = []

    def flush() -> None:
        nonlocal put, indexed
        start = time.process_time()
        with store.batch():
            for document, reading in batch:
                store.put(document.sha256, reading)
        put += time.process_time() - start
        start = time.process_time()
        index.apply(
            (record_of(document, store.folded(document.sha256) or "") for document, _reading in batch), (), len(documents)
        )
        indexed += time.process_time() - start
        batch.clear()

    for document, reading in papers:
        read += 1
        documents[document.id] = document
        characters += len(reading.text.encode())
        batch.append((document, reading))
        if len(batch) == 5_000:
            flush()
    flush()
    count = len(documents)
    print(f"documents {count}, text {characters / 1e6:.1f} MB (UTF-8)")
    print(
        f"text store {count / put:.0f} documents per CPU second, index {count / indexed:.0f}, both {count / (put + indexed):.0f}"
    )
    for name in ("index", "text.sqlite"):
        size = sum(path.stat().st_size for path in [folder / name, *(folder / name).glob("*")] if path.is_file())
        print(f"{name}: {size / 1e6:.1f} MB, {size / characters:.2f} of the text")
    index.close()
    print(f"open {_timed(lambda: Index.open(folder / 'index').close()):.1f} ms")
    index = Index.open(folder / "index")
    entries = {entry.id: entry for entry in index.entries()}
    texts = dict(store.texts(document.sha256 for document in documents.values()))
    scan = Scan({name: Subject(entry.parts(texts[entry.sha256]), entry.properties()) for name, entry in entries.items()})
    return Library(index, store, lambda ids: {name: documents[name] for name in ids}), documents, scan


def _compare(library: Library, scan: Scan, queries: Mapping[str, list[str]]) -> None:
    columns = ("found p50", "p95", "page p50", "p95", "scan p50", "p95")
    print(f"{'ms':16} {'hits':>7} {' '.join(f'{name:>9}' for name in columns)}  ratio exact")
    for kind, texts in queries.items():
        found, pages, scans, hits, right = [], [], [], 0, True
        for text in texts:
            asked: Question = question(text, Filters(), library.names)
            assert phrases(parse(text))
            entries, total, _missing = _verify(library, asked)
            right &= total > len(entries) or {entry.id for entry in entries} == scan.truth(asked.expr)
            hits += total
            found.append(_timed(lambda asked=asked: _verify(library, asked)))  # type: ignore[misc]
            pages.append(_timed(lambda text=text: search(library, text), 1))  # type: ignore[misc]
            scans.append(_timed(lambda asked=asked: scan.plain(asked.expr), 1))  # type: ignore[misc]
        ratio = statistics.median(found) / statistics.median(scans)
        times = " ".join(map(_spread, (found, pages, scans)))
        print(f"{kind:16} {hits // len(texts):7} {times} {ratio:6.2f} {'yes' if right else 'NO'}")


def _changes(library: Library, papers: Iterator[tuple[Document, Reading]]) -> None:
    for size in (1, 100):
        batch = []
        for _document in range(size):
            document, reading = next(papers)
            library.store.put(document.sha256, reading)
            batch.append(record_of(document, search_form(reading.text)))
        start = time.process_time()
        library.index.apply(batch, (), library.index.position + 1)
        print(f"add {size}: {(time.process_time() - start) * 1000:.0f} ms CPU")


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--queries", type=int, default=30)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Corpus()
        papers = (corpus.paper(number) for number in range(options.documents + 101))
        folder = options.folder or Path(temporary)
        library, _documents, scan = _build(folder, (next(papers) for _paper in range(options.documents)))
        texts = [subject.parts["text"] for subject in scan.subjects.values()]
        _compare(library, scan, corpus.queries(texts, options.queries))
        _changes(library, papers)
        library.index.close()
        library.store.close()


if __name__ == "__main__":
    main()
