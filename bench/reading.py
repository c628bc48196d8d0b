"""How much of what stands in a file is found, and at what price: this program's readers beside the usual Python libraries.

    python -m bench.reading [COUNT]

First the recall of known sentences by format (LibreOffice, where installed, saves them in the others), then the CPU seconds for a
realistic mix of COUNT files. The naive peer takes pdfplumber's pages, python-docx's paragraphs and tables, openpyxl's cells and
text as UTF-8. Both read in one process of their own, in the same run.
"""

from __future__ import annotations

import contextlib
import json
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bench import corpus, formats
from bench.office import PAGES, RENAMED, SAVED, SLIDES, bare, converted, missing, written
from tests.indexer import samples
from zuozheng.demo.paper import Paper, Section, Table

# Shares of 100 as met in folders of schools, and how many paragraphs and rows a paper has on average beyond its own.
KINDS = {
    "pdf": 28, "scan": 3, "docx": 28, "doc": 12, "wps": 2, "xlsx": 11, "xls": 5, "jpg": 6, "txt": 2, "csv": 1, "ofd": 1, "ppt": 1
}  # fmt: skip
PARAGRAPHS, ROWS = 45, 30


def naive(path: Path) -> str:
    """Return the text of a file as the usual libraries give it; nothing for what they do not know or cannot read."""
    reader = _NAIVE.get(path.suffix)
    with contextlib.suppress(Exception):
        return reader(path) if reader else ""
    return ""


def _pdf(path: Path) -> str:
    import pdfplumber  # noqa: PLC0415

    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def _docx(path: Path) -> str:
    import docx  # noqa: PLC0415

    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _xlsx(path: Path) -> str:
    import openpyxl  # noqa: PLC0415

    book = openpyxl.load_workbook(path, data_only=True)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


_NAIVE: dict[str, Callable[[Path], str]] = {".pdf": _pdf, ".docx": _docx, ".xlsx": _xlsx, ".txt": _text, ".csv": _text}


def ours(path: Path) -> str:
    """Return the text of a file as this program's readers give it."""
    from indexer.readers import read  # noqa: PLC0415
    from indexer.reading import Limits  # noqa: PLC0415

    return read(path, Limits()).text


def mix(folder: Path, count: int) -> None:
    """Write a mix of `count` files into `folder`: the corpus's papers, made as long as real ones, in these formats."""
    dice = random.Random(7)
    register = corpus.district(40, dice)
    stories = corpus._stories()
    for number, kind in enumerate(dice.choices(list(KINDS), list(KINDS.values()), k=count)):
        unit = dice.choice(register)
        entry = dice.choice(stories[unit.kind])
        paper = _long(corpus.varied(entry, unit, number, dice), dice)
        path = folder / f"{number}.{'pdf' if kind == 'scan' else kind}"
        if kind in ("docx", "pdf", "xlsx", "txt", "csv", "scan"):
            path.write_bytes(corpus._written(replace(entry, path=path.name, paper=paper, fault="scan" if kind == "scan" else "")))
        else:
            _write(path, paper)


def _long(paper: Paper, dice: random.Random) -> Paper:
    """Return the paper with more paragraphs, and its tables with more rows."""
    more = dice.choices(corpus._paragraphs(), k=round(dice.expovariate(1 / PARAGRAPHS)))
    sections = []
    for section in paper.sections:
        parts = [part if isinstance(part, str) else _longer(part, dice) for part in section.parts]
        sections.append(Section(section.heading, tuple(parts)))
    last = sections[-1]
    table = Table((("序号", "内容", "责任人"), ("1", "台账", "校办")))
    tables = () if any(isinstance(part, Table) for section in sections for part in section.parts) else (_longer(table, dice),)
    return replace(paper, sections=(*sections[:-1], Section(last.heading, (*last.parts, *more, *tables))))


def _longer(table: Table, dice: random.Random) -> Table:
    rows = table.rows[1:] or table.rows
    return Table((table.rows[0], *(dice.choice(rows) for _ in range(round(dice.expovariate(1 / ROWS)) + 1))))


def _write(path: Path, paper: Paper) -> None:
    parts = [part for section in paper.sections for part in section.parts]
    lines = [paper.title, *(part for part in parts if isinstance(part, str))]
    rows = [row for part in parts if isinstance(part, Table) for row in part.rows]
    kind = path.suffix[1:]
    if kind in ("doc", "wps"):
        # As much as the plain compound file of the samples holds.
        samples.doc(path, "1" + "\r".join([*lines, *("\x07".join(row) + "\x07\x07" for row in rows)])[:12_000] + "\r")
    elif kind == "xls":
        samples.xls(path, "台账", rows[:100])
    elif kind == "ppt":
        samples.ppt(path, [(line[:200], "") for line in lines[:40]])
    elif kind == "ofd":
        pages = [lines[at : at + 12] for at in range(0, len(lines), 12)]
        samples.ofd(path, ["".join(samples.ofd_text(line, 10, 10 + 8 * at) for at, line in enumerate(page)) for page in pages])
    else:
        samples.picture(path, (1600, 1200))


def child(who: str, folder: Path) -> None:
    """Read every file of a folder; print CPU seconds, wall seconds and characters by kind as JSON.

    Counted from the first file on, with all that it loads; what this module itself loads is no part of either.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    read = {"ours": ours, "naive": naive}[who]
    letters: Counter[str] = Counter()
    started, before = time.perf_counter(), time.process_time()
    for path in sorted(folder.iterdir()):
        letters[path.suffix[1:]] += len(bare(read(path)))
    print(json.dumps({"cpu": time.process_time() - before, "wall": time.perf_counter() - started, "letters": letters}))


def recalls(folder: Path) -> Iterator[str]:
    """Yield a line a format: how many of the known sentences each reader finds, and whether their pages are right."""
    for source in written(folder):
        kind = source.suffix[1:]
        for saved in (kind, *SAVED[kind]):
            path = source if saved == kind else converted(source, saved)
            if path is None:
                continue
            found = [missing(kind, saved, read(path)) for read in (ours, naive)]
            shares = [f"{100 * (count - len(lost)) / count:5.1f} %" for lost, count in found]
            head = f"{kind + ' as ' + saved:14} {found[0][1]:3} sentences"
            yield f"{head}   ours {shares[0]}   naive {shares[1]}{_pages(path)}   {' '.join(found[0][0])}"
            if saved in RENAMED:
                renamed = path.rename(path.with_suffix(f".{RENAMED[saved]}"))
                lost, count = missing(kind, saved, ours(renamed))
                yield f"{kind + ' as ' + RENAMED[saved]:14} {count:3} sentences   ours {100 * (count - len(lost)) / count:5.1f} %"
    for name, path, sentences in formats.written(folder):
        shares = [sum(bare(line) in bare(read(path)) for line in sentences) / len(sentences) for read in (ours, naive)]
        told = f"ours {100 * shares[0]:5.1f} %   naive {100 * shares[1]:5.1f} %{_of_ofd(path)}"
        yield f"{name:14} {len(sentences):3} sentences   {told}"


def _of_ofd(path: Path) -> str:
    """Return whether the sentences of an OFD file, three a page, are found on their pages."""
    from indexer.readers import read  # noqa: PLC0415
    from indexer.reading import Limits  # noqa: PLC0415

    if path.suffix != ".ofd":
        return ""
    blocks = read(path, Limits()).blocks
    pages = [(line, at // 3 + 1) for at, line in enumerate(formats.SENTENCES)]
    right = sum(any(block.page == page and line in bare(block.text) for block in blocks) for line, page in pages)
    return f"   pages right {right}/{len(pages)}"


def _pages(path: Path) -> str:
    from indexer.readers import read  # noqa: PLC0415
    from indexer.reading import Limits  # noqa: PLC0415

    reading = read(path, Limits())
    if reading.pages is None or reading.kind in ("xlsx", "xls", "ods"):
        return ""
    sentences = PAGES if path.stem == "文字" else SLIDES["slide"]
    right = sum(
        any(block.page == number and bare(sentence) in bare(block.text) for block in reading.blocks)
        for number, sentence in enumerate(sentences, 1)
    )
    return f"   pages right {right}/{len(sentences)}"


def main(count: int) -> None:
    """Print recall and throughput."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "office").mkdir()
        for line in recalls(folder / "office"):
            print(line, flush=True)
        (folder / "mix").mkdir()
        mix(folder / "mix", count)
        kinds = Counter(path.suffix[1:] for path in (folder / "mix").iterdir())
        size = sum(path.stat().st_size for path in (folder / "mix").iterdir())
        print(
            f"\n{sum(kinds.values())} files, {size / 1e6:.1f} MB: {', '.join(f'{n} {kind}' for kind, n in kinds.most_common())}"
        )
        results = {}
        for who in ("ours", "naive"):
            command = [sys.executable, "-m", "bench.reading", "--child", who, str(folder / "mix")]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            results[who] = result = json.loads(done.stdout)
            letters = sum(result["letters"].values())
            per = 1000 * result["cpu"] / sum(kinds.values())
            print(f"{who:6} {result['cpu']:7.2f} CPU s ({per:5.1f} ms a file), {letters:9,} characters", flush=True)
        first, second = results["ours"], results["naive"]
        share = sum(second["letters"].values()) / sum(first["letters"].values())
        print(
            f"ratio  {second['cpu'] / first['cpu']:7.1f} x the CPU, and {100 * share:.0f} % of the characters, by the naive set"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
