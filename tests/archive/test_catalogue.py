"""The catalogue of documents: what it is told comes back, and being told the same again is no change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.catalogue import Catalogue
from schema.model import Basis, Document, Facts, Tag
from tests.archive.drawn import documents, tags

_content = tags.filter(lambda tag: tag.basis is Basis.CONTENT)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    opened = Catalogue(Path(tmp_path_factory.mktemp("catalogue"), "catalogue.sqlite"))
    yield opened
    opened.close()


@given(documents, st.lists(_content, max_size=3, unique_by=lambda tag: tag.point))
def test_what_reading_told_is_told_once(catalogue: Catalogue, document: Document, proposals: list[Tag]) -> None:
    """Whoever follows the changes looks at a document again after each: were the same ever a change, that had no end."""
    told = [(document.id, Facts(title="标题"), tuple(proposals))]
    with catalogue.transaction():
        catalogue.clear()
        catalogue.put(document)
        first = catalogue.describe(told)
        assert first == {document.id: catalogue.last_seq()}
        assert catalogue.describe(told) == {}
        assert first == {document.id: catalogue.last_seq()}
