"""Phase three of bench.search: the same phrases asked of other engines over the same texts, in the same run.

Over the first 4,000 documents with all of them (stock Whoosh takes minutes for those), over all documents with the fast ones.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measure import cpu_of, first, sample, size_of, texts_of, timed
from bench.papers import Corpus
from bench.peers import present
from indexer.entry import IndexRecord
from indexer.index import Index
from indexer.match import contains
from indexer.names import Names
from indexer.parse import parse
from indexer.query import phrases
from indexer.question import Filters, question
from indexer.search import Library, find
from indexer.textstore import TextStore

_SHARED = ("common word", "rare word", "phrase 6-10", "three words", "document number", "figure")
_FEW, _PHRASE = 4_000, "phrase 6-10"
_FAST = ("plain scan", "tantivy")
_PEERS = (*_FAST, "FTS5 trigram", "stock Whoosh")
# Queries of each kind.
_ASKED = 10

Asked = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Line:
    """What one engine reached: documents per CPU second, and by kind of query the milliseconds (wall clock, CPU)."""

    rate: float
    times: Mapping[str, tuple[float, float]]


def compare(options: argparse.Namespace) -> None:
    """Print both tables, the first documents with all peers and all documents with the fast ones, and the ratios that matter."""
    folder: Path = options.folder
    index = Index.read(folder / "index")
    documents = [(int(entry.id[1:]), entry, text) for entry, text in texts_of(index)]
    asked = _asked(index, options.queries)
    index.close()
    few = documents[:_FEW]
    place = folder / "few"
    small = Index.open(place / "index")
    records = [IndexRecord(entry, text) for _number, entry, text in few]
    rate = len(few) / cpu_of(lambda: small.apply(records, (), len(few)))
    asked_few = _asked(small, options.queries)
    small.close()
    few_lines = _table(place, place / "index", {number: text for number, _entry, text in few}, asked_few, _PEERS, rate)
    figures = json.loads((folder / "figures.json").read_text())
    texts = {number: text for number, _entry, text in documents}
    _ratios(_table(folder / "all", folder / "index", texts, asked, _FAST, figures["rate"]), few_lines)


def _asked(index: Index, count: int) -> Asked:
    """Return what is asked of an index: phrases out of its own texts."""
    queries = Corpus().queries(sample(index), count)
    return {kind: [_phrases(text) for text in queries[kind][:_ASKED]] for kind in _SHARED}


def _table(
    folder: Path, place_of_index: Path, texts: Mapping[int, str], asked: Asked, peers: Sequence[str], rate: float
) -> Mapping[str, Line]:
    """Print and return a line for this product and each of its peers over some texts."""
    folder.mkdir(parents=True, exist_ok=True)
    index = Index.read(place_of_index)
    truth = {
        kind: [{number for number, text in texts.items() if all(contains(phrase, text) for phrase in one)} for one in queries]
        for kind, queries in asked.items()
    }
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts.values())
    library = Library(index, TextStore(folder / "none.sqlite"), lambda _ids: {})
    print(f"\n{len(texts)} documents, {_ASKED} queries of each kind; p50 in ms by the clock / CPU time")
    print(f"{'':14} {'docs/CPU s':>10} {'size':>5} " + " ".join(f"{kind:>17}" for kind in asked) + "  recall precision")
    times = {kind: [timed(lambda one=one: first(library, " ".join(one))) for one in queries] for kind, queries in asked.items()}  # type: ignore[misc]
    found = {kind: [_own(index, one) for one in queries] for kind, queries in asked.items()}
    lines = {"this product": _line("this product", rate, size_of(place_of_index) / size, times, found, truth)}
    for name, peer in present(peers):
        if peer is None:
            print(f"{name:14} absent (pip install tantivy jieba)")
            continue
        place = folder / name.replace(" ", "-")
        cpu = cpu_of(lambda peer=peer, place=place: peer.build(place, texts.items()))  # type: ignore[misc]
        peer.open(place)
        times = {kind: [timed(lambda one=one, peer=peer: peer.first(one, 20)) for one in asks] for kind, asks in asked.items()}  # type: ignore[misc]
        found = {kind: [peer.every(one) for one in asks] for kind, asks in asked.items()}
        lines[name] = _line(name, len(texts) / cpu if cpu > 0.2 else 0.0, size_of(place) / size, times, found, truth)
    index.close()
    return lines


def _line(
    name: str,
    rate: float,
    size: float,
    times: Mapping[str, Sequence[tuple[float, float]]],
    found: Mapping[str, Sequence[set[int]]],
    truth: Mapping[str, Sequence[set[int]]],
) -> Line:
    shared = [(have, want) for kind in truth for have, want in zip(found[kind], truth[kind], strict=True)]
    right = sum(len(have & want) for have, want in shared)
    wanted, got = sum(len(want) for _have, want in shared), sum(len(have) for have, _want in shared)
    medians = {
        kind: (statistics.median(wall for wall, _cpu in pairs), statistics.median(cpu for _wall, cpu in pairs))
        for kind, pairs in times.items()
    }
    cells = " ".join(f"{f'{wall:.2f} / {cpu:.2f}':>17}" for wall, cpu in medians.values())
    built = f"{rate:10.0f}" if rate else f"{'-':>10}"
    print(f"{name:14} {built} {size:5.2f} {cells}  {right / max(1, wanted):6.3f} {right / max(1, got):9.3f}", flush=True)
    return Line(rate, medians)


def _ratios(every: Mapping[str, Line], few: Mapping[str, Line]) -> None:
    def cpu(lines: Mapping[str, Line], name: str) -> float:
        return lines[name].times[_PHRASE][1]

    print()
    ours = cpu(every, "this product")
    if "tantivy" in every:
        print(f"build: {every['this product'].rate / every['tantivy'].rate:.2f}x tantivy (target: at least 0.5)")
        print(f"phrase: {ours / cpu(every, 'tantivy'):.1f}x the time of tantivy (target: at most 10)")
    print(f"phrase: {ours / cpu(every, 'plain scan'):.3f}x the time of a scan (target at 50,000: at most 0.25)")
    if "stock Whoosh" in few:
        times = cpu(few, "stock Whoosh") / cpu(few, "this product")
        print(f"phrase: {times:.0f} times as fast as stock Whoosh at {_FEW} documents (target: at least 20)")
        print(f"build: {few['this product'].rate / few['stock Whoosh'].rate:.1f}x stock Whoosh")


def _own(index: Index, one: Sequence[str]) -> set[int]:
    found = find(index, question(" ".join(one), Filters(), Names()), most=len(one) * index.doc_count)
    return {int(entry.id[1:]) for entry in found.entries()}


def _phrases(text: str) -> list[str]:
    return [phrase.text for phrase in phrases(parse(text))]
