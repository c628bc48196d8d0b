"""A person's word on an element: in the sidecar, and so through every rebuild."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.correct import correct
from archive.intake import Tally
from archive.layout import sidecar_path
from archive.opening import Archive
from archive.rebuild import rebuild_catalogue
from archive.sidecar import load
from archive.withdraw import bring_back, withdraw
from schema.errors import ArchiveError
from schema.model import Document

Drop = Callable[[str, bytes], Path]
Ingest = Callable[[], Tally]


@pytest.fixture
def filed(archive: Archive, drop: Drop, ingest: Ingest) -> Document:
    drop("清溪小学/义教 C12 班额/班额.txt", b"first")
    ingest()
    return next(archive.catalogue.documents())


def test_it_is_kept_in_sidecar_and_catalogue_and_survives_a_rebuild(archive: Archive, filed: Document) -> None:
    correct(archive, filed.id, {"title": (" 班额  统计表 ",), "date": ("2024-03-05",)}, "林主任", "看了原件")
    correct(archive, filed.id, {"number": ()}, "林主任", "没有文号")
    kept = load((archive.home.tree / sidecar_path(filed.path)).read_bytes()).document.corrections
    assert [(said.element, said.values, said.by) for said in kept] == [
        ("title", ("班额 统计表",), "林主任"), ("date", ("2024-03-05",), "林主任"), ("number", (), "林主任"),
    ]  # fmt: skip
    rebuild_catalogue(archive)
    document = archive.catalogue.document(filed.id)
    assert document is not None
    assert document.corrections == kept


def test_it_is_kept_when_the_document_moves(archive: Archive, filed: Document) -> None:
    correct(archive, filed.id, {"title": ("班额统计表",)}, "林主任", "看了原件")
    withdraw(archive, filed.id, "李主任", "误放")
    (back,) = bring_back(archive, filed.id, "李主任", "放对了")
    assert back.corrections[0].values == ("班额统计表",)


@pytest.mark.parametrize(
    ("said", "by", "why", "code"),
    [
        ({}, "林主任", "看了原件", "correct.unsigned"),
        ({"title": ("甲",)}, " ", "看了原件", "correct.unsigned"),
        ({"title": ("甲",)}, "林主任", "", "correct.unsigned"),
        ({"date": ("2024-02-30",)}, "林主任", "看了原件", "correct.date"),
        ({"date": ("去年",)}, "林主任", "看了原件", "correct.date"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(
    archive: Archive, filed: Document, said: dict[str, tuple[str, ...]], by: str, why: str, code: str
) -> None:
    with pytest.raises(ArchiveError) as caught:
        correct(archive, filed.id, said, by, why)
    assert caught.value.message.code == code
    assert archive.catalogue.document(filed.id) == filed


def test_an_unknown_document_is_said_so(archive: Archive) -> None:
    with pytest.raises(ArchiveError) as caught:
        correct(archive, "nonsense", {"title": ("甲",)}, "林主任", "看了原件")
    assert caught.value.message.code == "correct.unknown"
