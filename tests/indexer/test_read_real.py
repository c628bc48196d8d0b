"""Files of real programs, where the folder of samples lies beside the repository: each must get a status its list allows."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import ocr
from indexer.readers import read
from indexer.reading import Limits
from indexer.scan_page import recognise
from schema.model import TextStatus

FOLDER = Path(__file__).parents[3] / "shared" / "samples" / "real"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FOLDER.is_dir(), reason="no samples beside the repository")]


def rows() -> Iterator[tuple[str, frozenset[str], tuple[str, ...]]]:
    """Yield name, allowed statuses and strings that must be found, from the table of SOURCES.md."""
    if not FOLDER.is_dir():
        return
    for line in (FOLDER / "SOURCES.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) >= 9 and (FOLDER / cells[0]).is_file():
            # The last five columns are fixed: expected, must be found, bytes, sha256, commit.
            must = () if cells[-4] == "-" else tuple(cells[-4].split(" ; "))
            yield cells[0], frozenset(cells[-5].split(" or ")), must


def bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(("name", "allowed", "must"), list(rows()))
def test_a_real_file_is_read_as_it_should_be(name, allowed, must):
    found = read(FOLDER / name, Limits())
    assert found.status.value in allowed
    if found.status in (TextStatus.OK, TextStatus.PARTIAL):
        assert [string for string in must if bare(string) not in bare(found.text)] == []
    for warning in found.warnings:
        assert warning.text("zh")
        assert warning.text("en")


def pictures() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield name of every picture and the strings that recognition must find, where the table tells some."""
    if FOLDER.is_dir():
        for line in (FOLDER / "SOURCES.md").read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            if len(cells) >= 9 and "with OCR: " in cells[3]:
                yield cells[0], tuple(cells[3].partition("with OCR: ")[2].split(" / "))


@pytest.mark.skipif(not ocr.available(), reason="the extra zuozheng[ocr] is not installed")
@pytest.mark.parametrize(("name", "must"), list(pictures()))
def test_a_real_picture_is_recognised(name, must):
    reading = read(FOLDER / name, Limits())
    found = recognise(FOLDER / name, reading.kind, 1, Limits())
    assert isinstance(found, tuple)
    assert [string for string in must if bare(string) not in bare("".join(block.text for block in found))] == []
