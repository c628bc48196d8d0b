"""The site measured: full build, an unchanged one, one changed document; size; search from file:// in real browsers; peers.

    python -m bench.site [--documents 5000] [--folder F] [--browsers /usr/bin/chromium,/path/to/another] [--pages N]

Generating, building and asking are processes of their own. Documents are those of bench.papers; 200 phrases, each of its own kind
of text, are planted into one to five documents each and looked for in the open search page, from typing to the last word of the
status line, a new phrase each time. Recall and false hits are against the texts themselves. Hugo and MkDocs (where they are
installed) make a page of each of the same texts, or of as many as `--pages` says; browsers may be any Chromium that Playwright
can drive.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from archive.catalogue import Catalogue
from bench.papers import COMMON, Corpus
from indexer.fold import search_form
from indexer.match import contains
from indexer.reading import Block, Reading
from indexer.textstore import TextStore
from schema.coverage import Evidence, cells
from schema.duties import load_duties
from schema.findings import findings
from schema.frameworks import load_frameworks
from schema.messages import message
from schema.model import Document, Tag, TagState, Unit, UnitKind
from site_builder.build import build
from site_builder.data import Audience, SiteData
from site_builder.gather import elements_of, texts_of

_PHRASES = 200
# Some generators take more than twice as long for twice the pages.
_PEER_SECONDS = 600
_KINDS = (UnitKind.KINDERGARTEN, UnitKind.PRIMARY, UnitKind.JUNIOR, UnitKind.DEPARTMENT)


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--folder", type=Path, help="where to build; kept, and not generated again when it is there")
    parser.add_argument("--browsers", default="/usr/bin/chromium", help="executables, separated by commas; empty for none")
    parser.add_argument("--pages", type=int, help="pages for Hugo and MkDocs (default: one a document; 0 for none)")
    parser.add_argument("--phase", choices=("generate", "build", "ask", "scan", "peers"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    phases = {"generate": _generate, "build": _build, "ask": _ask, "scan": _scan, "peers": _peers}
    if options.phase:
        phases[options.phase](options)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "bench")
        for phase in phases:
            if phase == "generate" and (folder / "phrases.json").exists():
                continue
            command = [sys.executable, "-W", "ignore", "-m", "bench.site", "--phase", phase, "--folder", str(folder)]
            command += ["--documents", str(options.documents), "--browsers", options.browsers]
            command += ["--pages", str(options.documents if options.pages is None else options.pages)]
            subprocess.run(command, check=True)


def _generate(options: argparse.Namespace) -> None:
    """Phase one: documents into a catalogue, their texts into a text store, phrases into some of them."""
    folder: Path = options.folder
    folder.mkdir(parents=True)
    dice, corpus = random.Random(7), Corpus()
    planted: dict[int, list[str]] = {}
    phrases = _phrases(dice)
    for phrase in phrases:
        for number in dice.sample(range(options.documents), dice.randint(1, 5)):
            planted.setdefault(number, []).append(phrase)
    store, catalogue = TextStore(folder / "text.sqlite"), Catalogue(folder / "catalogue.sqlite")
    with catalogue.transaction(), store.batch():
        for number in range(options.documents):
            document, reading = corpus.paper(number)
            point = document.tags[0].point
            tags = (Tag(point, TagState.ASSIGNED, document.tags[0].basis, 1.0, message("site.basis.folder")),)
            blocks = (*reading.blocks, *(Block(1, "body", f"，{phrase}。") for phrase in planted.get(number, ())))
            catalogue.put(replace(document, received="2024-05-01T00:00:00+00:00", tags=tags))
            store.put(document.sha256, Reading(reading.status, reading.kind, reading.pages, blocks, engine="bench"))
    catalogue.close()
    store.close()
    (folder / "phrases.json").write_text(json.dumps(phrases, ensure_ascii=False), encoding="utf-8")


def _phrases(dice: random.Random) -> list[str]:
    """Return phrases of several kinds that stand nowhere by chance: sentences, document numbers, codes, names."""
    made: list[str] = []
    for number in range(_PHRASES):
        letters = "".join(dice.choices(COMMON[:2000], k=dice.randint(3, 10)))
        kinds = (
            letters,
            f"{letters[:2]}发〔20{dice.randint(10, 25)}〕{1000 + number}号",
            f"ZX{4000 + number}",
            f"{letters[:3]}{number}.25%",
        )
        made.append(kinds[number % 5] if number % 5 < 4 else letters[:4])
    return made


def _data(folder: Path) -> SiteData:
    catalogue = Catalogue(folder / "catalogue.sqlite")
    documents = tuple(catalogue.documents())
    catalogue.close()
    units = tuple(Unit(f"单位{n:03d}", f"示例区第{n}学校", _KINDS[n % 4], pupils=500) for n in range(1, 201))
    frameworks, duties = load_frameworks(), load_duties()
    evidence = (
        Evidence(document.id, document.unit, tag.point, (), "", document.facts.title, document.name, (), "", document.facts.date)
        for document in documents
        for tag in document.tags
    )
    found = cells(frameworks, duties, units, evidence)
    return SiteData(
        "测试档案", "示例区", frameworks, duties, units, documents, found, tuple(findings(documents, ())), (), "2024-05-06", "",
        Audience.TASKFORCE,
    )  # fmt: skip


def _build(options: argparse.Namespace) -> None:
    """Phase two: a full build, one with nothing to do, one with one changed document."""
    folder: Path = options.folder
    store, out, state = TextStore(folder / "text.sqlite"), folder / "site", folder / "state.json"
    shutil.rmtree(out, ignore_errors=True)
    state.unlink(missing_ok=True)

    def once(change: bool) -> float:
        start = time.process_time()
        read = lru_cache(maxsize=1)(store.get)
        data = replace(_data(folder), elements=elements_of(read))
        if change:
            first = data.documents[0]
            changed = replace(first, seq=10**6, facts=replace(first.facts, title="改过的标题"))
            data = replace(data, documents=(changed, *data.documents[1:]))
        result = build(data, texts_of(read), out, state=state)
        print(f"  {result.files} files, {result.written} written", flush=True)
        return time.process_time() - start

    full = once(change=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    text = sum(len(text.encode()) for text in _texts(folder).values())
    index = sum(path.stat().st_size for path in (out / "idx").rglob("*") if path.is_file())
    files = sum(1 for path in out.rglob("*") if path.is_file())
    print(f"{options.documents} documents, {text / 1e6:.1f} MB of text: full build {full:.1f} CPU s, {peak} MB, {files} files, ")
    print(f"  index {index / 1e6:.1f} MB = {index / text:.2f} of the text, site {_size(out) / 1e6:.1f} MB,")
    print(f"  {1000 * full / options.documents:.1f} ms a document with index and lists", flush=True)
    none, one = once(change=False), once(change=True)
    print(
        f"nothing changed {none:.1f} CPU s = {none / full:.1%} of a full build, one document changed {one:.1f} = {one / full:.1%}"
    )


_RUN = """phrase => new Promise(resolve => {
    const status = document.getElementById('st'), start = performance.now(), hash = '#' + new URLSearchParams({q: phrase});
    const watch = new MutationObserver(() => {
        if (/。$/.test(status.textContent)) { watch.disconnect(); resolve(performance.now() - start); }
    });
    status.textContent = '';
    watch.observe(status, {childList: true, characterData: true, subtree: true});
    location.hash = hash;
})"""
_ALL = """async phrase => {
    const lib = await Z.open(), question = Z.question(lib.names, phrase), answer = await Z.candidates(lib, question), ids = [];
    for (const d of answer.found) {
        const record = await Z.record(lib, d);
        if (answer.sure.has(d) || Z.satisfies(lib, question.tree, record, d)) { ids.push(record.id); }
    }
    return [ids, answer.found.length];
}"""


def _ask(options: argparse.Namespace) -> None:
    """Phase three: every phrase in every browser, and what it finds against what is there."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed to generate and build

    folder: Path = options.folder
    phrases: list[str] = json.loads((folder / "phrases.json").read_text(encoding="utf-8"))
    truth = _truth(folder, phrases)
    page = (folder / "site" / "search.html").as_uri()
    for executable in filter(None, options.browsers.split(",")):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
            tab = browser.new_page()
            start = time.perf_counter()
            tab.goto(page)
            tab.evaluate("Z.open().then(() => 1)")
            opened = (time.perf_counter() - start) * 1000
            times = [float(tab.evaluate(_RUN, phrase)) for phrase in phrases]
            found = [tab.evaluate(_ALL, phrase) for phrase in phrases]
            again = browser.new_page()
            cold = []
            for phrase in phrases[::10]:
                again.goto("about:blank")
                again.goto(page)
                cold.append(float(again.evaluate(_RUN, phrase)))
            print(f"Chromium {browser.version} from file://: opened in {opened:.0f} ms", flush=True)
            browser.close()
        wrong = sum(len(set(ids) - truth[phrase]) for (ids, _), phrase in zip(found, phrases, strict=True))
        right = sum(len(set(ids) & truth[phrase]) for (ids, _), phrase in zip(found, phrases, strict=True))
        looked = sum(candidates for _, candidates in found)
        wanted = sum(map(len, truth.values()))
        print(f"  {len(phrases)} planted phrases, ms to the whole answer: {_spread(times)}; in a fresh page: {_spread(cold)}")
        print(f"  recall {right}/{wanted}, false hits {wrong}, candidates {looked}", flush=True)


def _truth(folder: Path, phrases: Sequence[str]) -> dict[str, set[str]]:
    texts = {identity: search_form(text) for identity, text in _texts(folder).items()}
    forms = {phrase: search_form(phrase) for phrase in phrases}
    return {
        phrase: {identity for identity, text in texts.items() if form in text and contains(form, text)}
        for phrase, form in forms.items()
    }


def _texts(folder: Path) -> dict[str, str]:
    """Return title, name, number and text of every document by id."""
    store, catalogue = TextStore(folder / "text.sqlite"), Catalogue(folder / "catalogue.sqlite")
    texts = texts_of(store.get)
    found = {document.id: "\ue000".join(_parts(document, texts(document.sha256) or ())) for document in catalogue.documents()}
    catalogue.close()
    store.close()
    return found


def _parts(document: Document, pages: Sequence[tuple[int | None, str]]) -> Iterator[str]:
    yield from (document.facts.title, document.name, document.facts.doc_number, "\n".join(text for _, text in pages))


def _scan(options: argparse.Namespace) -> None:
    """Phase four: reading every text for every phrase, all of them in memory."""
    phrases = [search_form(phrase) for phrase in json.loads((options.folder / "phrases.json").read_text(encoding="utf-8"))]
    texts = [search_form(text) for text in _texts(options.folder).values()]
    times = []
    for phrase in phrases:
        start = time.perf_counter()
        sum(phrase in text for text in texts)
        times.append((time.perf_counter() - start) * 1000)
    print(f"full-text scan in memory (Python), ms: {_spread(times)}")


def _peers(options: argparse.Namespace) -> None:
    """Phase five: what general site generators take for so many pages of the same texts, without any search."""
    texts = list(_texts(options.folder).items())[: options.pages]
    if not texts:
        return
    for name, make in (("hugo", _hugo), ("mkdocs", _mkdocs)):
        program = shutil.which(name)
        if program is None:
            print(f"{name}: not installed")
            continue
        with tempfile.TemporaryDirectory() as temporary:
            command = make(Path(temporary), texts, program)
            cpu = _cpu_of(command, temporary)
        if cpu is None:
            print(f"{name}: {len(texts)} pages not made within {_PEER_SECONDS} s", flush=True)
        else:
            each = 1000 * cpu / len(texts)
            print(f"{name}: {len(texts)} pages {cpu:.1f} CPU s = {each:.1f} ms a page, without a search index", flush=True)


def _cpu_of(command: list[str], folder: str) -> float | None:
    """Return the CPU seconds that a command takes in a folder; None when it is not done in time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        subprocess.run(command, check=True, cwd=folder, capture_output=True, env=environment, timeout=_PEER_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _hugo(folder: Path, texts: Sequence[tuple[str, str]], program: str) -> list[str]:
    (folder / "content").mkdir()
    (folder / "layouts" / "_default").mkdir(parents=True)
    (folder / "config.toml").write_text('baseURL = "/"\ntitle = "x"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n')
    for name in ("single", "list"):
        (folder / "layouts" / "_default" / f"{name}.html").write_text("<h1>{{ .Title }}</h1>{{ .Content }}")
    for identity, text in texts:
        (folder / "content" / f"{identity}.md").write_text(f'---\ntitle: "{identity}"\n---\n\n{text}\n', encoding="utf-8")
    return [program, "--quiet"]


def _mkdocs(folder: Path, texts: Sequence[tuple[str, str]], program: str) -> list[str]:
    (folder / "docs").mkdir()
    (folder / "mkdocs.yml").write_text("site_name: x\nplugins: []\n")
    (folder / "docs" / "index.md").write_text("# x\n")
    for identity, text in texts:
        (folder / "docs" / f"{identity}.md").write_text(f"# {identity}\n\n{text}\n", encoding="utf-8")
    return [program, "build", "--quiet"]


def _spread(times: list[float]) -> str:
    times = sorted(times)
    return f"p50 {statistics.median(times):.0f}, p95 {times[int(len(times) * 0.95) - 1]:.0f}, most {times[-1]:.0f}"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
