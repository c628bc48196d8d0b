"""A known sentence in every place text can stand, in files as LibreOffice saves them in every format it knows."""

from pathlib import Path

import pytest

from bench.office import PAGES, SAVED, SLIDES, bare, converted, missing, written
from indexer.readers import read
from indexer.reading import Limits
from schema.model import TextStatus

LIMITS = Limits()


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, Path]:
    return {path.suffix[1:]: path for path in written(tmp_path_factory.mktemp("office"))}


@pytest.mark.parametrize("kind", SAVED)
def test_every_sentence_of_a_source_is_found(sources, kind):
    found = read(sources[kind], LIMITS)
    assert (found.status, found.kind, missing(kind, kind, found.text)[0]) == (TextStatus.OK, kind, [])


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "saved"), [(kind, saved) for kind, formats in SAVED.items() for saved in formats])
def test_every_sentence_is_found_in_what_libreoffice_saves(sources, kind, saved):
    path = converted(sources[kind], saved)
    if path is None:
        pytest.skip("no LibreOffice")
    found = read(path, LIMITS)
    assert (found.status, found.kind, missing(kind, saved, found.text)[0]) == (TextStatus.OK, saved, [])
    if kind == "pptx" or saved == "pdf":
        sentences = SLIDES["slide"] if kind == "pptx" else PAGES
        places = [[block.page for block in found.blocks if bare(sentence) in bare(block.text)] for sentence in sentences]
        assert places == [[1], [2], [3]]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "saved", "claimed"), [("docx", "doc", "wps"), ("xlsx", "xls", "et"), ("pptx", "ppt", "dps")])
def test_kingsoft_names_change_nothing(sources, kind, saved, claimed):
    path = converted(sources[kind], saved)
    if path is None:
        pytest.skip("no LibreOffice")
    path = path.rename(path.with_suffix(f".{claimed}"))
    found = read(path, LIMITS)
    assert (found.kind, missing(kind, saved, found.text)[0]) == (claimed, [])
