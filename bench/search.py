"""Search measured on one made-up corpus: build, size, memory, opening, changes, latency and correctness by kind of query.

    python -m bench.search [--documents 2000] [--queries 25] [--folder F] [--peers "plain scan,tantivy,FTS5 trigram,stock Whoosh"]

Building and asking are processes of their own, so that their memory is their own. Compare the ratios, not the absolute figures:
peers are measured in the same run on the same texts. `found` is the number of documents and the order of the first twenty, `page`
is the whole answer with passages and counts. Recall and precision are against the definition of a match (`indexer.verdict`).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from archive.catalogue import Catalogue
from bench.papers import Corpus
from bench.peers import present
from indexer.entry import record_of
from indexer.index import Index
from indexer.names import Names
from indexer.parse import parse
from indexer.query import Phrase, phrases
from indexer.question import Filters, question
from indexer.ranking import Order, page
from indexer.reading import Reading
from indexer.search import Library, find, search
from indexer.textstore import TextStore
from indexer.verdict import Subject, satisfies
from schema.frameworks import load_frameworks
from schema.model import Document

_PEERS = ("plain scan", "tantivy", "FTS5 trigram")
_BATCH = 5_000
_SHARED = ("common word", "rare word", "phrase 6-10", "three words", "document number", "figure")


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--queries", type=int, default=25, help="queries of each kind")
    parser.add_argument("--folder", type=Path, help="where to build; kept, and not built again when it is there")
    parser.add_argument("--peers", default=",".join(_PEERS), help='separated by commas; also "stock Whoosh"; empty for none')
    parser.add_argument("--phase", choices=("build", "ask", "peers"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        {"build": _build, "ask": _ask, "peers": _compare}[options.phase](options)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "search")
        for phase in ("build", "ask", "peers"):
            if (phase == "peers" and not options.peers) or (phase == "build" and folder.exists()):
                continue
            command = [sys.executable, "-W", "ignore", "-m", "bench.search", "--phase", phase, "--folder", str(folder)]
            command += ["--documents", str(options.documents), "--queries", str(options.queries), "--peers", options.peers]
            subprocess.run(command, check=True)


def _build(options: argparse.Namespace) -> None:
    """Phase one: texts into the store, then into the index, in batches, as after a large intake."""
    folder: Path = options.folder
    folder.mkdir(parents=True)
    store, index = TextStore(folder / "text.sqlite"), Index.open(folder / "index")
    catalogue = Catalogue(folder / "catalogue.sqlite")
    corpus = Corpus()
    papers = (corpus.paper(number) for number in range(options.documents))
    put = indexed = 0.0
    size = count = 0
    while batch := list(islice(papers, _BATCH)):
        with catalogue.transaction():
            for document, _reading in batch:
                catalogue.put(document)
        size += sum(len(reading.text.encode()) for _document, reading in batch)
        count += len(batch)
        put += _cpu(lambda batch=batch: _store(store, batch))  # type: ignore[misc]
        indexed += _cpu(lambda batch=batch, count=count: _index(index, store, batch, count))  # type: ignore[misc]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} documents, {size / 1e6:.1f} MB of text (UTF-8), {len(index.segments)} segments")
    rates = (count / put, count / indexed, count / (put + indexed))
    print("build: store {:.0f}, index {:.0f}, both {:.0f} documents per CPU second".format(*rates))
    print(f"build: {peak} MB at most, of which the {_BATCH} papers at hand take their part")
    store.close()
    index.close()
    parts = {name: _size(folder / name) for name in ("index", "text.sqlite")}
    print("size: " + ", ".join(f"{name} {part / 1e6:.1f} MB = {part / size:.2f} of the text" for name, part in parts.items()))
    (folder / "figures.json").write_text(json.dumps({"cpu": indexed, "size": parts["index"], "text": size}))
    catalogue.close()


def _store(store: TextStore, batch: Sequence[tuple[Document, Reading]]) -> None:
    with store.batch():
        for document, reading in batch:
            store.put(document.sha256, reading)


def _index(index: Index, store: TextStore, batch: Sequence[tuple[Document, Reading]], position: int) -> None:
    index.apply((record_of(document, store.folded(document.sha256) or "") for document, _reading in batch), (), position)


def _ask(options: argparse.Namespace) -> None:
    """Phase two: opening, queries by kind, changes; then every answer against the definition of a match."""
    folder: Path = options.folder
    store, catalogue = TextStore(folder / "text.sqlite"), Catalogue(folder / "catalogue.sqlite")
    print(f"open: {_timed(lambda: Index.read(folder / 'index').close()):.1f} ms")
    index = Index.read(folder / "index")
    library = Library(index, store, catalogue.lookup, Names(load_frameworks()), catalogue.last_seq)
    queries = Corpus().queries(_sample(index), options.queries)
    print(f"{'ms':16} {'hits':>7} {'found p50':>9} {'p95':>9} {'page p50':>9} {'p95':>9}")
    every: list[float] = []
    for kind, texts in queries.items():
        found = [_timed(lambda text=text: _first(library, text)) for text in texts]  # type: ignore[misc]
        whole = [_timed(lambda text=text: search(library, text), 2) for text in texts]  # type: ignore[misc]
        hits = statistics.mean(search(library, text, limit=0).total for text in texts)
        every += whole
        print(f"{kind:16} {hits:7.0f} {_spread(found)} {_spread(whole)}")
    print(f"{'all ' + str(len(every)):16} {'':7} {'':19} {_spread(every)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"asking: {peak} MB at most")
    _changes(folder, store, options.documents)
    _judge(index, queries)


def _changes(folder: Path, store: TextStore, first: int) -> None:
    """Measure how long a new document takes from its text to being found by another reader, and a hundred at once."""
    corpus = Corpus()
    index, reader = Index.open(folder / "index"), Index.read(folder / "index")
    for size in (1, 1, 1, 100):
        batch = [corpus.paper(first + number) for number in range(size)]
        _store(store, batch)
        start, cpu = time.perf_counter(), time.process_time()
        _index(index, store, batch, index.position)
        reader.refresh()
        elapsed, used = time.perf_counter() - start, time.process_time() - cpu
        print(f"add {size}: findable after {elapsed * 1000:.0f} ms, {used * 1000:.0f} ms CPU")
    index.apply((), [f"d{first + number}" for number in range(100)], index.position)
    index.close()
    reader.close()


def _judge(index: Index, queries: Mapping[str, Sequence[str]]) -> None:
    """Compare every exact answer with what the definition of a match finds in all texts."""
    index.refresh()
    subjects = {entry.id: Subject.of(entry, text) for entry, text in _texts(index)}
    asked = [question(text, Filters(), Names()) for texts in queries.values() for text in texts]
    exact = wrong = 0
    for one in asked:
        found = find(index, one)
        if found.exact:
            exact += 1
            wrong += {entry.id for entry in found.entries()} != {name for name, it in subjects.items() if satisfies(one.expr, it)}
    print(f"{len(asked)} queries, {exact} with exact totals: {wrong} answers differ from the definition of a match")


def _compare(options: argparse.Namespace) -> None:
    """Phase three: the same phrases asked of other engines over the same texts."""
    folder: Path = options.folder
    index = Index.read(folder / "index")
    texts = {int(entry.id[1:]): text for entry, text in _texts(index)}
    kinds = {
        kind: [_phrases(text) for text in found] for kind, found in Corpus().queries(_sample(index), options.queries).items()
    }
    kinds = {kind: kinds[kind] for kind in _SHARED}
    truth = {
        kind: [{number for number, text in texts.items() if all(_holds(phrase, text) for phrase in one)} for one in asked]
        for kind, asked in kinds.items()
    }
    figures = json.loads((folder / "figures.json").read_text())
    library = Library(index, TextStore(folder / "text.sqlite"), lambda _ids: {})
    print(f"\n{'p50 ms':14} {'docs/CPU s':>10} {'size':>5} " + " ".join(f"{kind:>15}" for kind in kinds) + "  recall precision")
    ours = {kind: [_timed(lambda one=one: _first(library, " ".join(one))) for one in asked] for kind, asked in kinds.items()}  # type: ignore[misc]
    found = {kind: [_own(index, one) for one in asked] for kind, asked in kinds.items()}
    _line("this product", len(texts) / figures["cpu"], figures["size"] / figures["text"], ours, found, truth)
    for name, peer in present(options.peers.split(",")):
        if peer is None:
            print(f"{name:14} absent (pip install tantivy jieba)")
            continue
        place = folder / name.replace(" ", "-")
        cpu = _cpu(lambda peer=peer, place=place: peer.build(place, texts.items()))  # type: ignore[misc]
        peer.open(place)
        times = {kind: [_timed(lambda one=one, peer=peer: peer.first(one, 20)) for one in asked] for kind, asked in kinds.items()}  # type: ignore[misc]
        answers = {kind: [peer.every(one) for one in asked] for kind, asked in kinds.items()}
        _line(name, len(texts) / cpu if cpu > 0.2 else None, _size(place) / figures["text"], times, answers, truth)


def _line(name: str, build: float | None, size: float, times: Any, found: Any, truth: Any) -> None:
    shared = [(have, want) for kind in truth for have, want in zip(found[kind], truth[kind], strict=True)]
    right, wanted, got = (
        sum(map(len, sets)) for sets in ([h & w for h, w in shared], [w for _h, w in shared], [h for h, _w in shared])
    )
    cells = " ".join(f"{statistics.median(times[kind]):15.2f}" for kind in times)
    built = f"{build:10.0f}" if build else f"{'-':>10}"
    print(f"{name:14} {built} {size:5.2f} {cells}  {right / max(1, wanted):6.3f} {right / max(1, got):9.3f}", flush=True)


def _own(index: Index, one: Sequence[str]) -> set[int]:
    found = find(index, question(" ".join(one), Filters(), Names()), most=len(one) * index.doc_count)
    return {int(entry.id[1:]) for entry in found.entries()}


def _holds(phrase: str, text: str) -> bool:
    return satisfies(Phrase(phrase), Subject({"text": text}, {}))


def _phrases(text: str) -> list[str]:
    return [phrase.text for phrase in phrases(parse(text))]


def _first(library: Library, text: str) -> int:
    """Find everything and order the first twenty, without reading them out."""
    asked = question(text, Filters(), library.names)
    found = find(library.index, asked)
    page(found.parts, Order.RELEVANCE, asked.phrases, 0, 20)
    return found.total


def _texts(index: Index) -> Iterator[tuple[Any, str]]:
    for segment in index.segments:
        for number in range(segment.documents):
            if number not in segment.dead:
                yield segment.entry(number), segment.body(number)


def _sample(index: Index) -> list[str]:
    """Return the texts of some documents, the same for the same index."""
    dice = random.Random(4)
    texts = [(segment, number) for segment in index.segments for number in range(segment.documents)]
    return [segment.body(number) for segment, number in dice.sample(texts, min(500, len(texts)))]


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


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


def _size(path: Path) -> int:
    files = [path, *path.glob("**/*")] if path.exists() else []
    return sum(file.stat().st_size for file in files if file.is_file())


if __name__ == "__main__":
    main()
