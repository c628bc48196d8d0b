"""Search measured on one made-up corpus: build, size, memory, opening, changes, latency and correctness by kind of query.

    python -m bench.search [--documents 2000] [--queries 25] [--folder F] [--no-peers]

Building and asking are processes of their own, so that their memory is their own. Compare the ratios, not the absolute figures:
peers (bench.versus) are measured in the same run on the same texts. `found` is the number of documents and the order of the first
twenty, `page` is the whole answer with passages and counts; each query is asked three times and the quickest counts, wall clock
and CPU time apart, because on a machine that does other work only the second one means anything. Every eighth answer is compared
with what the definition of a match (`indexer.verdict`) finds in all texts.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

from archive.catalogue import Catalogue
from bench.measure import cpu_of, first, sample, size_of, spread, texts_of, timed
from bench.papers import Corpus
from bench.versus import compare
from indexer.entry import record_of
from indexer.index import Index
from indexer.names import Names
from indexer.question import Filters, question
from indexer.reading import Reading
from indexer.search import Library, find, search
from indexer.textstore import TextStore
from indexer.verdict import Subject, satisfies
from schema.frameworks import load_frameworks
from schema.model import Document

_BATCH = 5_000
# Of each kind of query so many answers are compared with a scan.
_JUDGED = 6


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--queries", type=int, default=25, help="queries of each kind")
    parser.add_argument("--folder", type=Path, help="where to build; kept, and not built again when it is there")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--phase", choices=("build", "ask", "peers"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.phase:
        {"build": _build, "ask": _ask, "peers": compare}[options.phase](options)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "search")
        for phase in ("build", "ask", "peers"):
            if (phase == "peers" and options.no_peers) or (phase == "build" and folder.exists()):
                continue
            command = [sys.executable, "-W", "ignore", "-m", "bench.search", "--phase", phase, "--folder", str(folder)]
            command += ["--documents", str(options.documents), "--queries", str(options.queries)]
            subprocess.run(command, check=True)


def _build(options: argparse.Namespace) -> None:
    """Phase one: texts into the store, then into the index, in batches, as after a large intake."""
    folder: Path = options.folder
    folder.mkdir(parents=True)
    store, index = TextStore(folder / "text.sqlite"), Index.open(folder / "index")
    catalogue = Catalogue(folder / "catalogue.sqlite")
    corpus = Corpus()
    papers = (corpus.paper(number) for number in range(options.documents))
    put = folded = indexed = 0.0
    size = count = 0
    while batch := list(islice(papers, _BATCH)):
        with catalogue.transaction():
            for document, _reading in batch:
                catalogue.put(document)
        size += sum(len(reading.text.encode()) for _document, reading in batch)
        count += len(batch)
        put += cpu_of(lambda batch=batch: _store(store, batch))  # type: ignore[misc]
        start = time.process_time()
        records = [record_of(document, store.folded(document.sha256) or "") for document, _reading in batch]
        folded += time.process_time() - start
        indexed += cpu_of(lambda records=records, count=count: index.apply(records, (), count))  # type: ignore[misc]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} documents, {size / 1e6:.1f} MB of text (UTF-8), {len(index.segments)} segments")
    rates = (count / put, count / folded, count / indexed, count / (folded + indexed), count / (put + folded + indexed))
    print("documents per CPU second: store {:.0f}, fold {:.0f}, index {:.0f}; fold and index {:.0f}, all {:.0f}".format(*rates))
    print(f"build: {peak} MB at most, of which the {_BATCH} papers at hand take their part")
    store.close()
    index.close()
    parts = {name: size_of(folder / name) for name in ("index", "text.sqlite")}
    parts["together"] = sum(parts.values())
    print("size: " + ", ".join(f"{name} {part / 1e6:.1f} MB = {part / size:.2f} of the text" for name, part in parts.items()))
    (folder / "figures.json").write_text(json.dumps({"rate": count / indexed}))
    catalogue.close()


def _store(store: TextStore, batch: Sequence[tuple[Document, Reading]]) -> None:
    with store.batch():
        for document, reading in batch:
            store.put(document.sha256, reading)


def _ask(options: argparse.Namespace) -> None:
    """Phase two: opening, queries by kind, changes; then every answer against the definition of a match."""
    folder: Path = options.folder
    store, catalogue = TextStore(folder / "text.sqlite"), Catalogue(folder / "catalogue.sqlite")
    print("open: {:.0f} ms, {:.0f} ms CPU".format(*timed(lambda: Index.read(folder / "index").close())))
    index = Index.read(folder / "index")
    library = Library(index, store, catalogue.lookup, Names(load_frameworks()), catalogue.last_seq)
    queries = Corpus().queries(sample(index), options.queries)
    heads = ("found p50", "p95", "page p50", "p95", "CPU p50", "p95")
    print(f"{'ms':16} {'hits':>7} " + " ".join(f"{head:>9}" for head in heads))
    every: list[tuple[float, float]] = []
    for kind, texts in queries.items():
        found = [timed(lambda text=text: first(library, text)) for text in texts]  # type: ignore[misc]
        whole = [timed(lambda text=text: search(library, text)) for text in texts]  # type: ignore[misc]
        hits = statistics.mean(search(library, text, limit=0).total for text in texts)
        every += whole
        print(f"{kind:16} {hits:7.0f} {spread(found)[:19]} {spread(whole)}", flush=True)
    print(f"{'all ' + str(len(every)):16} {'':7} {'':19} {spread(every)}")
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
        index.apply(
            (record_of(document, store.folded(document.sha256) or "") for document, _reading in batch), (), index.position
        )
        reader.refresh()
        elapsed, used = time.perf_counter() - start, time.process_time() - cpu
        print(f"add {size}: findable after {elapsed * 1000:.0f} ms, {used * 1000:.0f} ms CPU")
    index.apply((), [f"d{first + number}" for number in range(100)], index.position)
    index.close()
    reader.close()


def _judge(index: Index, queries: Mapping[str, Sequence[str]]) -> None:
    """Compare every exact answer with what the definition of a match finds in all texts."""
    index.refresh()
    subjects = {entry.id: Subject.of(entry, text) for entry, text in texts_of(index)}
    asked = [question(text, Filters(), Names()) for texts in queries.values() for text in texts[:_JUDGED]]
    exact = wrong = 0
    for one in asked:
        found = find(index, one)
        if found.exact:
            exact += 1
            wrong += {entry.id for entry in found.entries()} != {name for name, it in subjects.items() if satisfies(one.expr, it)}
    print(f"{len(asked)} queries, {exact} with exact totals: {wrong} answers differ from the definition of a match")


if __name__ == "__main__":
    main()
