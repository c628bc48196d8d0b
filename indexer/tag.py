"""Points proposed from what a document says, by the words the frameworks' evidence items use. Pure; never assigns.

A point's lexicon is the titles and keywords of its items and its own text. A keyword counts by how few points use it and how long
it is; the title and the file name count more than the body; words of one item found together count more than words of several.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from schema.codes import framework_word, plain
from schema.learned import NOTHING_LEARNED, Learned
from schema.messages import Message, message
from schema.model import Basis, Framework, Point, PointRef, Tag, TagState, UnitKind

PROPOSALS = 3
# Beyond this the words of long documents (yearbooks, minutes) name every point; what a document is stands at its beginning.
BODY_CHARACTERS = 6_000
_OPENING = 400
# Of the best score; what lies below is no proposal beside it.
_BESIDE = 0.5
# Evidence that gives a score of one half, and the least that is worth a person's look.
_HALF, _LEAST = 9.0, 0.34
_BODY, _HEAD, _OTHER_ITEMS, _LIKE_TITLE, _LIKE_TEXT = 1.0, 2.0, 0.35, 7.0, 3.0
# Points of the framework that is not meant: by the unit's kind; for a department's paper only by its words.
_FOREIGN, _UNNAMED, _NOT_ITS_DUTY = 0.15, 0.7, 0.8
_SAME_TITLE = 0.6
# One word of an item may stand anywhere; several of them together hardly by chance.
_TOGETHER = (0.0, 0.6, 0.9, 1.4, 1.8)
_NO_WORDS = re.compile(r"[\s\d\W_]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """What the ranker is told of a document.

    `text` is its text, `title` its title as found ("" for none), `name` its file name, `kind` the kind of the unit that filed it;
    `folders` are the folders it lay in below the unit's own, outermost first; `date` is its date, ISO 8601.
    """

    text: str
    title: str
    name: str
    kind: UnitKind | None
    folders: tuple[str, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item of a point as the ranker sees it. The last entry of a point has no title: it stands for the point's own text."""

    point: int
    title: str
    keywords: tuple[tuple[str, float], ...]
    grams: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """The evidence for one item: its weight, the words found with theirs, and how much of its title stands in the head."""

    weight: float
    words: tuple[tuple[str, float], ...]
    title: str
    likeness: float


class Ranker:
    """Ranks the points of `frameworks` for a document, with what was `learned`. Built once; ranking keeps no state."""

    def __init__(self, frameworks: tuple[Framework, ...], learned: Learned = NOTHING_LEARNED) -> None:
        self._points: tuple[Point, ...] = tuple(point for framework in frameworks for point in framework.points)
        self._frameworks = frameworks
        self._learned: dict[str, list[tuple[PointRef, float]]] = {}
        for entry in learned.words:
            self._learned.setdefault(_folded(entry.word), []).append((entry.point, entry.weight))
        self._short = {framework.id: framework.short for framework in frameworks}
        blobs = [_blob(point) for point in self._points]
        self._entries = tuple(_entries(self._points, blobs, _gram_weights(blobs)))
        self._keywords = tuple(sorted({word for entry in self._entries for word, _weight in entry.keywords}))

    def rank(self, paper: Paper) -> tuple[Tag, ...]:
        """Return the tags of a paper, best first: an assigned one where it is as good as certain, else up to three proposed."""
        head = _folded(f"{paper.title}\n{paper.name.rpartition('.')[0] or paper.name}")
        body = _folded(paper.text[:BODY_CHARACTERS])
        found = {word: self._presence(word, head, body) for word in self._keywords if word in body or word in head}
        head_grams, body_grams = _grams(head), _grams(body)
        heard: defaultdict[int, list[_Heard]] = defaultdict(list)
        for entry in self._entries:
            one = self._hear(entry, found, head_grams, body_grams)
            if one.weight > 0:
                heard[entry.point].append(one)
        prior = self._prior(paper.kind, head, body)
        taught = self._taught(head, body)
        numbers = heard.keys() | {number for number, point in enumerate(self._points) if taught.get(point.ref)}
        evidence = {number: _combined(heard[number]) + taught[self._points[number].ref] for number in numbers}
        scored = [(prior(self._points[number]) * weight, number) for number, weight in evidence.items()]
        return tuple(self._tags(sorted(scored, key=lambda pair: (-pair[0], pair[1])), heard))

    def _taught(self, head: str, body: str) -> defaultdict[PointRef, float]:
        """Return the evidence that learned words give or take."""
        found: defaultdict[PointRef, float] = defaultdict(float)
        for word, meant in self._learned.items():
            if share := 1.0 if word in head else 0.5 if word in body else 0.0:
                for point, weight in meant:
                    found[point] += share * weight
        return found

    def _presence(self, word: str, head: str, body: str) -> float:
        times = body.count(word)
        return (_BODY * (1 + 0.25 * min(times - 1, 4)) if times else 0.0) + (_HEAD if word in head else 0.0)

    def _hear(self, entry: _Entry, found: dict[str, float], head: frozenset[str], body: frozenset[str]) -> _Heard:
        words = tuple((word, weight * found[word]) for word, weight in entry.keywords if word in found)
        likeness = _overlap(entry.grams, head)
        weight = _TOGETHER[min(len(words), len(_TOGETHER) - 1)] * sum(value for _word, value in words)
        if entry.title:
            weight += _LIKE_TITLE * max(likeness - 0.25, 0.0) + 2.0 * max(_overlap(entry.grams, body) - 0.5, 0.0)
        else:
            weight += _LIKE_TEXT * likeness + _LIKE_TEXT * max(_overlap(entry.grams, body) - 0.45, 0.0)
        return _Heard(weight, words, entry.title, likeness)

    def _prior(self, kind: UnitKind | None, head: str, body: str) -> Callable[[Point], float]:
        """Return how likely a point is before its words are weighed: by the framework meant, and by who owes it."""
        named = framework_word(head, self._frameworks)
        own = [framework.id for framework in self._frameworks if kind in framework.kinds]
        meant = named or (own[0] if len(own) == 1 else None)
        other = _FOREIGN if meant else _UNNAMED
        meant = meant or framework_word(head, self._frameworks, hints=True) or framework_word(body[:_OPENING], self._frameworks)

        def prior(point: Point) -> float:
            foreign = other if meant not in (None, point.ref.framework) else 1.0
            return foreign if not own or kind in point.kinds else foreign * _NOT_ITS_DUTY

        return prior

    def _tags(self, scored: list[tuple[float, int]], heard: dict[int, list[_Heard]]) -> Iterator[Tag]:
        for value, number in scored[:PROPOSALS]:
            score = value / (value + _HALF)
            if score < _LEAST or value < _BESIDE * scored[0][0]:
                return
            ref = self._points[number].ref
            yield Tag(ref, TagState.PROPOSED, Basis.CONTENT, round(score, 3), self._reason(ref, heard[number]))

    def _reason(self, ref: PointRef, items: list[_Heard]) -> Message:
        code = f"{self._short[ref.framework]} {ref.code}"
        if not items:
            return message("tag.learned", code=code)
        best = max(items, key=lambda item: item.weight)
        if best.title and best.likeness >= _SAME_TITLE:
            return message("tag.like-item", item=best.title, code=code)
        found = sorted({pair for item in items for pair in item.words}, key=lambda pair: (-pair[1], pair[0]))
        words = [word for word, _weight in found][:4]
        return message("tag.words", words="、".join(words), code=code) if words else message("tag.like-text", code=code)


def _overlap(grams: tuple[tuple[str, float], ...], present: frozenset[str]) -> float:
    """Return how much of `grams`, by their shares, is present: 0..1."""
    return sum([share for gram, share in grams if gram in present])


def _combined(items: list[_Heard]) -> float:
    """Return a point's evidence: its best item in full, the others in part."""
    weights = sorted((item.weight for item in items), reverse=True)
    return sum(weights[:1]) + _OTHER_ITEMS * sum(weights[1:])


def _entries(points: tuple[Point, ...], blobs: list[str], weights: Mapping[str, float]) -> Iterator[_Entry]:
    for number, point in enumerate(points):
        for item in point.items:
            words = sorted({_folded(word) for word in item.keywords})
            keywords = tuple((word, _weight(word, sum(word in blob for blob in blobs), len(points))) for word in words)
            yield _Entry(number, item.title, keywords, _shares(item.title, weights))
        yield _Entry(number, "", (), _shares(point.text, weights))


def _weight(word: str, points: int, of: int) -> float:
    """Return what a keyword used by `points` of `of` points is worth: rarer and longer words tell more."""
    length = {1: 0.3, 2: 0.8, 3: 1.4}.get(len(word), 2.0)
    return length * math.log((of + 1) / (points + 0.5)) / math.log(of + 1)


def _shares(text: str, weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Return the letter pairs of a text, each with its share of the whole by rarity."""
    grams = sorted(_grams(_folded(text)))
    total = sum(weights[gram] for gram in grams)
    return tuple((gram, weights[gram] / total) for gram in grams)


def _gram_weights(blobs: list[str]) -> dict[str, float]:
    counted = Counter(gram for blob in blobs for gram in _grams(blob))
    return {gram: math.log((len(blobs) + 1) / number) for gram, number in counted.items()}


def _blob(point: Point) -> str:
    parts: Iterable[str] = (point.text, *(word for item in point.items for word in (item.title, *item.keywords)))
    return "\n".join(_folded(part) for part in parts)


def _folded(text: str) -> str:
    """Return text without white space (a line break in a PDF stands inside words), full-width made ASCII, lower case."""
    return "".join(plain(text).split()).lower()


def _grams(folded: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters; digits and punctuation part them."""
    return frozenset(run[at : at + 2] for run in _NO_WORDS.split(folded) for at in range(len(run) - 1))
