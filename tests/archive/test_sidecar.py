"""The sidecar's file: every value comes back, and its digest tells of every change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.sidecar import Sidecar, dump, load
from tests.archive.drawn import documents, messages, words

_sidecars = st.builds(
    Sidecar, documents, words, words, words, words, st.just((("preschool", "2023"), ("compulsory", "2023"))),
    st.lists(messages, max_size=2).map(tuple),
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
