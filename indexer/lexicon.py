"""The words by which points are known, and how much of them a text has. Pure; built once.

A topic is a point, or one sort of the ordinary papers that are evidence for nothing. Its lexicon is its text, the titles and
keywords of its items and its further words. A word weighs by how few topics use it; a word found inside a longer one of the same
topic adds little to that. Beside the words count the pairs of neighbouring letters they are made of, because people paraphrase.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schema.codes import plain

_NO_WORDS = re.compile(r"[\s\d\W_]+")
# The share of a point's papers that use a word of its lexicon, against that of all papers; and the least the latter may be.
_OWN_SHARE, _GRAM_SHARE, _ANY, _LEAST = 0.35, 0.5, 0.5, 0.002
_INSIDE = 0.3
_AGAIN, _TIMES = 0.2, 3
# A word of the head says what the paper is; one further down may be in passing.
_IN_HEAD = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic is known by. `sentences` are its text and the titles of its items, the text last."""

    sentences: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text has of the topics, a number each: weight of words, of letter pairs, likeness (0..1) of the head to a sentence.

    `found` are the words of a topic that were found, each with what it weighs there.
    """

    words: tuple[float, ...]
    grams: tuple[float, ...]
    likeness: tuple[float, ...]
    found: Mapping[int, tuple[tuple[str, float], ...]]


class Lexicon:
    """The words of some topics, made ready to be found in a text."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics, self._count = tuple(topics), len(topics)
        own = [sorted({folded(word) for word in topic.words} - {""}) for topic in topics]
        blobs = ["\n".join((*map(folded, topic.sentences), *words)) for topic, words in zip(topics, own, strict=True)]
        self._weights = {word: self._weight(sum(word in blob for blob in blobs), _OWN_SHARE) for word in set().union(*own)}
        self._homes = _homes(own)
        self._by_start: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(self._weights):
            self._by_start[word[:2]].append(word)
        grams = [grams_of(blob) for blob in blobs]
        shared = Counter(gram for some in grams for gram in some)
        self._grams: defaultdict[str, list[int]] = defaultdict(list)
        for topic_number, some in enumerate(grams):
            for gram in some:
                self._grams[gram].append(topic_number)
        self._gram_weights = {gram: max(self._weight(count, _GRAM_SHARE), 0.02) for gram, count in shared.items()}
        self._sentences = [[self._shares(sentence) for sentence in topic.sentences] for topic in topics]

    def hear(self, head: str, body: str) -> Heard:
        """Return what a folded head (title, name) and body have of the topics."""
        text = f"{head}\n{body}"
        pairs = set(map(str.__add__, text, text[1:]))
        counts = dict(self._find(text, pairs))
        words, found = self._weigh(counts, head)
        grams = [0.0] * self._count
        weights, homes = self._gram_weights, self._grams
        for gram in pairs & homes.keys():
            for topic in homes[gram]:
                grams[topic] += weights[gram]
        return Heard(tuple(words), tuple(grams), tuple(self._likenesses(grams_of(head))), found)

    def closest(self, topic: int, head: frozenset[str]) -> tuple[str, float]:
        """Return the sentence of a topic that the letter pairs of a head resemble most, and how much (0..1)."""
        likes = [sum([share for gram, share in shares if gram in head]) for shares in self._sentences[topic]]
        best = max(likes, default=0.0)
        return (self._topics[topic].sentences[likes.index(best)], best) if likes else ("", 0.0)

    def _find(self, text: str, pairs: set[str]) -> Iterator[tuple[str, int]]:
        """Yield the words of any topic that stand in the text, each with how often."""
        for start in pairs & self._by_start.keys():
            for word in self._by_start[start]:
                if (times := _times(word, text)) > 0:
                    yield word, times

    def _weigh(self, counts: Mapping[str, int], head: str) -> tuple[list[float], dict[int, tuple[tuple[str, float], ...]]]:
        words = [0.0] * self._count
        found: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
        for word in sorted(counts):
            weight = self._weights[word] * (1 + _AGAIN * min(counts[word] - 1, _TIMES) + _IN_HEAD * (word in head))
            for topic, longer in self._homes[word]:
                own = weight * _INSIDE if any(other in counts for other in longer) else weight
                words[topic] += own
                found[topic].append((word, own))
        return words, {topic: tuple(sorted(pairs, key=_telling)) for topic, pairs in found.items()}

    def _likenesses(self, head: frozenset[str]) -> Iterator[float]:
        for sentences in self._sentences:
            yield max((sum([share for gram, share in shares if gram in head]) for shares in sentences), default=0.0)

    def _shares(self, sentence: str) -> tuple[tuple[str, float], ...]:
        """Return the letter pairs of a sentence, each with its share of the whole by rarity."""
        grams = sorted(grams_of(folded(sentence)))
        total = sum(self._gram_weights[gram] for gram in grams)
        return tuple((gram, self._gram_weights[gram] / total) for gram in grams)

    def _weight(self, topics: int, share: float) -> float:
        """Return what it tells that a paper has what so many topics have."""
        return max(math.log(share / (_ANY * topics / self._count + _LEAST)), 0.0)


def folded(text: str) -> str:
    """Return text without white space (a line break in a PDF stands inside words), full-width made ASCII, lower case."""
    return "".join(plain(text).split()).lower()


def grams_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters; digits and punctuation part them."""
    return frozenset(run[at : at + 2] for run in _NO_WORDS.split(text) for at in range(len(run) - 1))


def _homes(own: Iterable[Sequence[str]]) -> dict[str, tuple[tuple[int, tuple[str, ...]], ...]]:
    """Return for every word the topics that have it, with the longer words there that hold it."""
    homes: defaultdict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for topic, words in enumerate(own):
        for word in words:
            homes[word].append((topic, tuple(other for other in words if word in other and word != other)))
    return {word: tuple(places) for word, places in homes.items()}


def _telling(pair: tuple[str, float]) -> tuple[float, str]:
    """Order words by weight, but put those that say something by themselves before short ones."""
    word, weight = pair
    return -weight * min(len(word), 4), word


def _times(word: str, text: str) -> int:
    """Return how often a word stands in a text; what begins or ends with a digit or Latin letter, as a whole number or word."""
    times = text.count(word)
    if not times or not (_latin(word[0]) or _latin(word[-1])):
        return times
    times, at = 0, text.find(word)
    while at >= 0:
        end = at + len(word)
        joined_before = _latin(word[0]) and at > 0 and (_latin(text[at - 1]) or text[at - 1] == ".")
        joined_after = _latin(word[-1]) and (
            _latin(text[end : end + 1]) or (text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit())
        )
        times += not (joined_before or joined_after)
        at = text.find(word, end)
    return times


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
