"""Points of a document by what it says: ranked with calibrated scores, assigned where that is as good as certain. Pure.

Every point's lexicon is heard in the paper's head (title, file name, innermost folder) and text; so are the sorts of ordinary
papers that are evidence for nothing. The weights of what was heard make one sum a point, and all sums together shares of one:
the score of a point is how likely a paper like this belongs there (figures: docs/tagging.md, made by bench/tagging.py).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from indexer.learned import NOTHING_LEARNED, Learned, Taught, called
from indexer.lexicon import Heard, Lexicon, Topic, folded
from schema import when
from schema.codes import framework_word, framework_words
from schema.item_words import ItemWords
from schema.messages import Message, message
from schema.model import Basis, Framework, Point, PointRef, Tag, TagState, UnitKind
from schema.ordinary import ordinary_words
from schema.path_tags import stem

PROPOSALS = 3
# So many words are shown as those that decided.
_SHOWN = 4
# Beyond this the words of long documents (yearbooks, minutes) name every point; what a document is stands at its beginning.
BODY_CHARACTERS = 6_000
_OPENING = 1_500
# A score from which a tag is assigned; how likely a paper must be evidence at all, and of a point, to be shown to a person.
ASSIGNED, _EVIDENCE, _LEAST = 0.9, 0.3, 0.05
# What the evidence of a topic weighs: its words, the root of its letter pairs, likeness of the head beyond what chance gives.
_WORDS, _GRAMS, _LIKE, _CHANCE = 0.43, 1.27, 8.4, 0.2
# What speaks against a point: its framework is not the one meant; it is owed by others; the text speaks more of other frameworks.
_FOREIGN, _NOT_ITS_DUTY, _LEAN = 5.4, 1.2, 0.5
# What a paper that is no evidence has: as much as any, and more of it the more all topics have.
_NOTHING, _ALL_WORDS, _ALL_GRAMS = 4.5, 0.2, 1.6
# What lessons that all agree weigh (bench/learning.py).
_LEARNED = 12.0
_SAME_TITLE, _CERTAIN = 0.6, 0.999


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
class Evidence:
    """What a paper has for each topic (points first, then ordinary papers), before it is weighed; the raw side of calibration."""

    heard: Heard
    foreign: tuple[bool, ...]
    owed_by_others: tuple[bool, ...]
    lean: tuple[float, ...]
    learned: Mapping[PointRef, Taught]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A point in the ranking: its score (0..1) and the words that decided, the weightiest first."""

    point: PointRef
    score: float
    words: tuple[str, ...]


class Ranker:
    """Ranks the points of `frameworks` for a document, with what was `learned`. Built once; ranking keeps no state.

    Unless it `assigns`, it only proposes.
    """

    def __init__(self, frameworks: tuple[Framework, ...], learned: Learned = NOTHING_LEARNED, *, assigns: bool = True) -> None:
        self._frameworks = frameworks
        self._assigns = assigns
        self._points: tuple[Point, ...] = tuple(point for framework in frameworks for point in framework.points)
        self._numbers = {point.ref: number for number, point in enumerate(self._points)}
        self._short = {framework.id: framework.short for framework in frameworks}
        self._lexicon = Lexicon([*map(_topic, self._points), *(Topic((), words) for words in ordinary_words())])
        self._items = [ItemWords(point.items, point.text) for point in self._points]
        self._learned = learned

    def taught(self, learned: Learned) -> Ranker:
        """Return this ranker with other lessons; what it knows of the frameworks is shared."""
        other = copy(self)
        other._learned = learned
        return other

    def rank(self, paper: Paper) -> tuple[Tag, ...]:
        """Return the tags of a paper, best first: an assigned one where it is as good as certain, else up to three proposed."""
        head, body = _texts(paper)
        evidence = self._evidence(paper, head, body)
        scores = self._scores(evidence)
        order = self._order(scores)
        if order and self._assigns and scores[order[0]] >= ASSIGNED:
            return (self._tag(TagState.ASSIGNED, order[0], scores, evidence, paper),)
        if sum(scores) < _EVIDENCE:
            return ()
        shown = [number for number in order[:PROPOSALS] if scores[number] >= _LEAST and self._tells(number, evidence)]
        return tuple(self._tag(TagState.PROPOSED, number, scores, evidence, paper) for number in shown)

    def _tells(self, number: int, evidence: Evidence) -> bool:
        """Return whether there is something to tell a person beside letter pairs, which any text has some of."""
        heard = evidence.heard
        return number in heard.found or heard.likeness[number] > 2 * _CHANCE or self._points[number].ref in evidence.learned

    def ranking(self, paper: Paper, most: int = PROPOSALS) -> tuple[Candidate, ...]:
        """Return the points that come first, whatever their scores, each with the words that decided."""
        head, body = _texts(paper)
        evidence = self._evidence(paper, head, body)
        scores = self._scores(evidence)
        return tuple(
            Candidate(self._points[number].ref, round(scores[number], 3), evidence.heard.telling(number)[:_SHOWN])
            for number in self._order(scores)[:most]
            if scores[number] > 0 and evidence.heard.grams[number] > 0
        )

    def evidence(self, paper: Paper) -> Evidence:
        """Return what a paper has for every topic, in the order of the frameworks' points and the sorts of ordinary papers."""
        return self._evidence(paper, *_texts(paper))

    def _evidence(self, paper: Paper, head: str, body: str) -> Evidence:
        own = {framework.id for framework in self._frameworks if paper.kind in framework.kinds}
        meant = framework_word(head, self._frameworks) or (next(iter(own)) if len(own) == 1 else None)
        shares = self._shares(f"{head}\n{body[:_OPENING]}")
        return Evidence(
            self._lexicon.hear(head, body),
            tuple(meant not in (None, point.ref.framework) for point in self._points),
            tuple(bool(own) and paper.kind not in point.kinds for point in self._points),
            tuple(shares[point.ref.framework] for point in self._points),
            self._learned.taught(called(paper.title, paper.name)),
        )

    def _shares(self, text: str) -> dict[str, float]:
        """Return how much more a text speaks of each framework than of the average one (a logarithm, 0 where it names none)."""
        named = Counter(identity for _start, _end, identity in framework_words(text, self._frameworks, hints=True))
        ids = [framework.id for framework in self._frameworks]
        return {identity: math.log((named[identity] + 1) * len(ids) / (named.total() + len(ids))) for identity in ids}

    def _scores(self, evidence: Evidence) -> list[float]:
        """Return how likely the paper belongs to each point; what is left to one is that it is evidence for none."""
        heard, count = evidence.heard, len(self._points)
        if not count:
            return []
        roots = [math.sqrt(grams) for grams in heard.grams]
        sums = [
            _WORDS * heard.words[number] + _GRAMS * roots[number] + _LIKE * max(heard.likeness[number] - _CHANCE, 0.0)
            for number in range(len(roots))
        ]
        for number in range(count):
            sums[number] += _LEAN * evidence.lean[number]
            sums[number] -= _FOREIGN * evidence.foreign[number] + _NOT_ITS_DUTY * evidence.owed_by_others[number]
        for ref, taught in evidence.learned.items():
            if ref in self._numbers:
                sums[self._numbers[ref]] += _LEARNED * taught.weight
        nothing = _NOTHING + _ALL_WORDS * sum(heard.words[:count]) / count + _ALL_GRAMS * sum(roots[:count]) / count
        top = max(*sums, nothing)
        shares = [math.exp(value - top) for value in sums]
        total = sum(shares) + math.exp(nothing - top)
        return [share / total for share in shares[:count]]

    def _order(self, scores: Sequence[float]) -> list[int]:
        return sorted(range(len(scores)), key=lambda number: (-scores[number], number))

    def _tag(self, state: TagState, number: int, scores: Sequence[float], evidence: Evidence, paper: Paper) -> Tag:
        ref = self._points[number].ref
        answered = self._items[number].answered(f"{paper.title}\n{paper.name}")
        item = answered[0].title if len(answered) == 1 else ""
        score = min(round(scores[number], 3), _CERTAIN)
        return Tag(ref, state, Basis.CONTENT, score, self._reason(number, evidence), item, _period(paper))

    def _reason(self, number: int, evidence: Evidence) -> Message:
        point = self._points[number]
        code = f"{self._short[point.ref.framework]} {point.code}"
        words = "、".join(evidence.heard.telling(number)[:_SHOWN])
        sentence, likeness = evidence.heard.closest[number], evidence.heard.likeness[number]
        taught = evidence.learned.get(point.ref)
        if taught is not None and taught.weight > 0:
            return message("tag.learned", code=code, example=taught.example, count=taught.count)
        if words and sentence != point.text and likeness >= _SAME_TITLE:
            return message("tag.like-item", item=sentence, code=code, words=words)
        return message("tag.words", words=words, code=code) if words else message("tag.like-text", code=code)


def _topic(point: Point) -> Topic:
    words = [*point.words, *(word for item in point.items for word in item.keywords)]
    return Topic((*(item.title for item in point.items), point.text), tuple(words))


def _texts(paper: Paper) -> tuple[str, str]:
    """Return head and body of a paper, folded."""
    head = folded("\n".join((paper.title, stem(paper.name), *paper.folders[-1:])))
    return head, folded(paper.text[:BODY_CHARACTERS])


def _period(paper: Paper) -> str:
    """Return the time that title or name speak of, "" where they name none."""
    spans = next(filter(None, (when.spans(text) for text in (paper.title, paper.name, *reversed(paper.folders)))), ())
    return when.text(spans[0]) if spans else ""
