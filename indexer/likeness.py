"""More like this: documents that share rare grams with one, the more and the rarer the better."""

from __future__ import annotations

import math
from collections import Counter
from time import perf_counter

from indexer.grams import grams_of
from indexer.index import Index
from indexer.postings import to_bits, to_numbers
from indexer.query import Phrase
from indexer.ranking import Part, Ranked, facets
from indexer.search import Answer, Library, hits_of
from indexer.segment import Segment
from schema.errors import ArchiveError
from schema.messages import message

# The rarest grams are compared: at most so many, none that stands in more than a share of all documents.
_GRAMS, _SHARE = 96, 0.05
# Documents that share this part of the weight of a document with it are like it.
_LIKE = 0.2


def like(library: Library, identity: str, *, limit: int = 20, offset: int = 0) -> Answer:
    """Return the documents like `identity`, the likest first; a score of 1 shares everything compared. Raises ArchiveError."""
    start = perf_counter()
    library.index.refresh()
    segment, number = _place(library.index, identity)
    weights = _weights(library.index, segment.body(number))
    total = sum(weights.values())
    found: list[Ranked] = []
    parts = []
    for other in library.index.segments:
        shared = _shared(other, weights)
        near = [(at, weight) for at, weight in shared.items() if weight >= _LIKE * total and (other, at) != (segment, number)]
        found += [Ranked(other, at, 0, likeness=weight / total) for at, weight in near]
        parts.append(Part(other, to_bits(sorted(at for at, _weight in near))))
    found.sort(key=lambda ranked: (-ranked.likeness, ranked.segment.file.ties[ranked.number]))
    phrases = tuple(Phrase(gram) for gram in weights if gram[0] != "=")
    hits = hits_of(library, found[offset : offset + limit], phrases)
    note = None if weights else message("search.like-nothing")
    return Answer(len(found), True, (perf_counter() - start) * 1000, hits, facets(parts), note)


def _place(index: Index, identity: str) -> tuple[Segment, int]:
    for segment in index.segments:
        for number in segment.numbers(identity):
            if number not in segment.dead:
                return segment, number
    raise ArchiveError("text.no-document", id=identity)


def _weights(index: Index, text: str) -> dict[str, float]:
    """Return the rarest grams of a text that other documents have too, with what each of them is worth."""
    count = sum(segment.alive.bit_count() for segment in index.segments)
    frequency: Counter[str] = Counter()
    for gram in grams_of(text):
        frequency[gram] = sum(_documents(segment, gram).bit_count() for segment in index.segments)
    most = max(2, int(count * _SHARE))
    rare = sorted((number, gram) for gram, number in frequency.items() if 2 <= number <= most)[:_GRAMS]
    return {gram: math.log(1 + count / number) for number, gram in rare}


def _shared(segment: Segment, weights: dict[str, float]) -> dict[int, float]:
    shared: dict[int, float] = {}
    for gram, weight in weights.items():
        for number in to_numbers(_documents(segment, gram)):
            shared[number] = shared.get(number, 0.0) + weight
    return shared


def _documents(segment: Segment, gram: str) -> int:
    listed = segment.gram(gram, head=False)
    return segment.bits(*listed) & segment.alive if listed else 0
