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
from unicodedata import normalize

from indexer.gather import pair_of, pairs_of

# Letters beyond the BMP are in no word of a lexicon.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_NO_WORDS = re.compile(r"[\s\d\W_]+")
# The share of a point's papers that use a word of its lexicon, against that of all papers; and the least the latter may be.
_OWN_SHARE, _GRAM_SHARE, _ANY, _LEAST = 0.35, 0.5, 0.5, 0.002
_INSIDE, _FAINT = 0.3, 0.02
_PAIR = 2
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

    `closest` is that sentence; `found` are the words of a topic that were found, each with what it weighs there.
    """

    words: tuple[float, ...]
    grams: tuple[float, ...]
    likeness: tuple[float, ...]
    closest: tuple[str, ...]
    found: Mapping[int, Sequence[tuple[str, float]]]

    def telling(self, topic: int) -> tuple[str, ...]:
        """Return the words of a topic that told most, none that is part of another: what says something by itself first."""
        found = sorted(self.found.get(topic, ()), key=lambda pair: (-pair[1] * min(len(pair[0]), 4), pair[0]))
        words = [word for word, _weight in found[:12]]
        return tuple(word for word in words if not any(word in other and word != other for other in words))


class Lexicon:
    """The words of some topics, made ready to be found in a text."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics, self._count = tuple(topics), len(topics)
        own = [sorted({folded(word) for word in topic.words} - {""}) for topic in topics]
        blobs = ["\n".join((*map(folded, topic.sentences), *words)) for topic, words in zip(topics, own, strict=True)]
        self._weights = {word: self._weight(sum(word in blob for blob in blobs), _OWN_SHARE) for word in set().union(*own)}
        self._whole = frozenset(word for word in self._weights if _latin(word[0]) or _latin(word[-1]))
        self._homes = _homes(own)
        self._by_pair = _by_rarest_pair(self._weights)
        homes: defaultdict[str, list[int]] = defaultdict(list)
        for topic, blob in enumerate(blobs):
            for gram in grams_of(blob):
                homes[gram].append(topic)
        self._gram_weights = {gram: max(self._weight(len(some), _GRAM_SHARE), _FAINT) for gram, some in homes.items()}
        self._grams = {_number(gram): (self._gram_weights[gram], tuple(some)) for gram, some in homes.items()}
        self._sentences = tuple((number, text) for number, topic in enumerate(topics) for text in topic.sentences)
        self._shares: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (_topic, text) in enumerate(self._sentences):
            for gram, share in self._shares_of(text):
                self._shares[gram].append((place, share))

    def hear(self, head: str, body: str) -> Heard:
        """Return what a folded head (title, name) and body have of the topics."""
        text = f"{head}\n{body}"
        pairs = pairs_of(_BEYOND.sub(" ", text)) or set()
        words, found = self._weigh(set(self._find(text, pairs)), head)
        grams, homes = [0.0] * self._count, self._grams
        for gram in pairs & homes.keys():
            weight, topics = homes[gram]
            for topic in topics:
                grams[topic] += weight
        likeness, closest = self._likeness(grams_of(head))
        return Heard(tuple(words), tuple(grams), tuple(likeness), tuple(closest), found)

    def _find(self, text: str, pairs: set[int]) -> Iterator[str]:
        """Yield the words of any topic that stand in the text. How often is no matter: long papers repeat themselves."""
        by_pair, whole = self._by_pair, self._whole
        for pair in pairs & by_pair.keys():
            for word in by_pair[pair]:
                if (len(word) == _PAIR or word in text) and (word not in whole or _stands_alone(word, text)):
                    yield word

    def _weigh(self, present: set[str], head: str) -> tuple[list[float], dict[int, list[tuple[str, float]]]]:
        words = [0.0] * self._count
        found: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
        for word in sorted(present):
            weight = self._weights[word] * (1 + _IN_HEAD) if word in head else self._weights[word]
            for topic, longer in self._homes[word]:
                own = weight * _INSIDE if longer and not present.isdisjoint(longer) else weight
                words[topic] += own
                found[topic].append((word, own))
        return words, found

    def _likeness(self, head: frozenset[str]) -> tuple[list[float], list[str]]:
        """Return for each topic how much of the best of its sentences the head has, and that sentence."""
        likes = [0.0] * len(self._sentences)
        for gram in sorted(head & self._shares.keys()):
            for place, share in self._shares[gram]:
                likes[place] += share
        best, closest = [0.0] * self._count, [""] * self._count
        for (topic, text), like in zip(self._sentences, likes, strict=True):
            if like > best[topic]:
                best[topic], closest[topic] = like, text
        return best, closest

    def _shares_of(self, sentence: str) -> Iterator[tuple[str, float]]:
        """Yield the letter pairs of a sentence, each with its share of the whole by rarity."""
        grams = sorted(grams_of(folded(sentence)))
        total = sum(self._gram_weights[gram] for gram in grams)
        yield from ((gram, self._gram_weights[gram] / total) for gram in grams)

    def _weight(self, topics: int, share: float) -> float:
        """Return what it tells that a paper has what so many topics have."""
        return max(math.log(share / (_ANY * topics / self._count + _LEAST)), 0.0)


def folded(text: str) -> str:
    """Return text without white space (a line break in a PDF stands inside words), full-width and Ⅲ made ASCII, lower case."""
    return "".join(normalize("NFKC", text).split()).lower()


def grams_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters; digits and punctuation part them."""
    return frozenset(run[at : at + 2] for run in _NO_WORDS.split(text) for at in range(len(run) - 1))


def _number(pair: str) -> int:
    """Return a pair of letters as `pairs_of` has it; what is shorter, or has a letter beyond the BMP, stands in no text."""
    number = pair_of(pair)
    return -1 if number is None else number


def _by_rarest_pair(words: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """Return words by that pair of their letters which fewest of them have: where it is not in a text, neither is the word."""
    pairs = {word: [word[at : at + 2] for at in range(max(len(word) - 1, 1))] for word in sorted(words)}
    usual = Counter(pair for some in pairs.values() for pair in some)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, some in pairs.items():
        found[min(some, key=lambda pair: (usual[pair], pair))].append(word)
    return {_number(pair): tuple(some) for pair, some in found.items()}


def _homes(own: Iterable[Sequence[str]]) -> dict[str, tuple[tuple[int, tuple[str, ...]], ...]]:
    """Return for every word the topics that have it, with the longer words there that hold it."""
    homes: defaultdict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for topic, words in enumerate(own):
        for word in words:
            homes[word].append((topic, tuple(other for other in words if word in other and word != other)))
    return {word: tuple(places) for word, places in homes.items()}


def _stands_alone(word: str, text: str) -> bool:
    """Return whether a word that begins or ends with a digit or Latin letter stands in a text as a whole number or word."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before = _latin(word[0]) and at > 0 and (_latin(text[at - 1]) or text[at - 1] == ".")
        after = text[end : end + 2]
        goes_on = _latin(word[-1]) and (_latin(after[:1]) or (after[:1] == "." and after[1:].isdigit()))
        if not (before or goes_on):
            return True
        at = text.find(word, end)
    return False


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
