"""The sidecar's file: every value comes back, and its digest tells of every change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.sidecar import Sidecar, dump, load
from schema.messages import Message
from schema.model import Basis, Correction, Dismissal, Document, DocumentState, PointRef, Tag, TagState

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_messages = st.builds(Message, _words, st.lists(st.tuples(_words, _words), max_size=2, unique_by=lambda pair: pair[0]).map(tuple))
_points = st.builds(PointRef, st.sampled_from(["preschool", "compulsory"]), st.integers(1, 37))
_tags = st.builds(
    Tag, _points, st.sampled_from(TagState), st.sampled_from(Basis), st.sampled_from([0.5, 0.98, 1.0]), _messages, _words, _words
)
_documents = st.builds(
    Document,
    id=_words, seq=st.just(0), sha256=_words, size=st.integers(0, 1 << 40), unit=_words, name=_words, source=_words, path=_words,
    received=_words, version=st.integers(1, 99), supersedes=_words, state=st.sampled_from(DocumentState),
    tags=st.lists(_tags, max_size=2).map(tuple), indicator=_words, problems=st.lists(_messages, max_size=2).map(tuple),
    withdrawal=st.none() | _messages, dismissed=st.lists(st.builds(Dismissal, _points, _messages), max_size=2).map(tuple),
    corrections=st.lists(
        st.builds(Correction, _words, st.lists(_words, max_size=2).map(tuple), _words, _words, _words), max_size=2
    ).map(tuple),
)  # fmt: skip
_sidecars = st.builds(
    Sidecar, _documents, _words, _words, _words, _words, st.just((("preschool", "2023"), ("compulsory", "2023"))),
    st.lists(_messages, max_size=2).map(tuple),
)  # fmt: skip


@given(_sidecars)
def test_what_is_written_is_read_again(sidecar: Sidecar) -> None:
    """The digest is made from pieces when writing and from the whole when reading: both must be the same text."""
    assert load(dump(sidecar)) == sidecar


@given(_sidecars, st.data())
def test_no_value_can_be_changed_unseen(sidecar: Sidecar, data: st.DataObject) -> None:
    record: dict[str, Any] = json.loads(dump(sidecar))
    key = data.draw(st.sampled_from(sorted(record.keys() - {"digest"})))
    record[key] = f"{record[key]} changed"
    with pytest.raises(ValueError, match="digest"):
        load(json.dumps(record).encode())
