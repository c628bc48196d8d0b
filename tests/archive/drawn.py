"""Documents of any kind, drawn by hypothesis: every field and every sort of tag."""

from __future__ import annotations

from hypothesis import strategies as st

from schema.messages import Message
from schema.model import Basis, Correction, Dismissal, Document, DocumentState, PointRef, Tag, TagState

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
messages = st.builds(Message, words, st.lists(st.tuples(words, words), max_size=2, unique_by=lambda pair: pair[0]).map(tuple))
points = st.builds(PointRef, st.sampled_from(["preschool", "compulsory"]), st.integers(1, 37))
tags = st.builds(
    Tag, points, st.sampled_from(TagState), st.sampled_from(Basis), st.sampled_from([0.5, 0.98, 1.0]), messages, words, words
)
documents = st.builds(
    Document,
    id=words, seq=st.just(0), sha256=words, size=st.integers(0, 1 << 40), unit=words, name=words, source=words, path=words,
    received=words, version=st.integers(1, 99), supersedes=words, state=st.sampled_from(DocumentState),
    tags=st.lists(tags, max_size=2).map(tuple), indicator=words, problems=st.lists(messages, max_size=2).map(tuple),
    withdrawal=st.none() | messages, dismissed=st.lists(st.builds(Dismissal, points, messages), max_size=2).map(tuple),
    corrections=st.lists(
        st.builds(Correction, words, st.lists(words, max_size=2).map(tuple), words, words, words), max_size=2
    ).map(tuple),
)  # fmt: skip
