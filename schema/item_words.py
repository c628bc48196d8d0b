"""Which of a point's items a document answers, by the words of its title, file name and folders. Pure; silent when in doubt.

A point has two to four items. Its own words tell little, as every paper filed for it has them; what only one of the items says
tells much. An answer must stand clearly before the next best, because a wrong one makes a gap out of what was handed in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from schema.codes import plain
from schema.model import Item

_FIGURES = re.compile(r"\d+")
_REMEMBERED = 4096
_NO_WORDS = re.compile(r"[\s\d\W_]+")
# The least that is an answer (one long keyword of its own, or half of a title), and how far before the next.
_LEAST, _BEFORE = 0.55, 1.35
# So much of several items' words is a paper that holds them all ("核定文件与拨付凭证").
_SEVERAL = 1.5
_TITLE = 2.0
# The keywords of an item and the letter pairs of its title, each with its weight.
_Words = tuple[tuple[str, float], ...]
# What a pair of letters of the point's own text is worth, beside one that it has not.
_OWN = 0.25


class ItemWords:
    """The words that tell some items apart, `about` being the text of their point. Weighed at the first question."""

    def __init__(self, items: Iterable[Item], about: str) -> None:
        self._items = tuple(items)
        self._about = about
        self._known: dict[str, tuple[Item, ...]] = {}

    @cached_property
    def _weighed(self) -> tuple[_Words, ...]:
        common = _grams(_folded(self._about))
        keywords = [{_folded(word) for word in item.keywords} for item in self._items]
        titles = [_folded(item.title) for item in self._items]
        grams = [_grams(title) for title in titles]
        shared_words = Counter(word for words in keywords for word in words)
        shared_grams = Counter(gram for some in grams for gram in some)
        return tuple(
            (
                (title, 1.0),
                *((word, min(len(word), 4) / 4 / shared_words[word] * _telling(word, common)) for word in sorted(words)),
                *((gram, _TITLE / len(some) * (_OWN if gram in common else 1.0) / shared_grams[gram]) for gram in sorted(some)),
            )
            for title, words, some in zip(titles, keywords, grams, strict=True)
        )

    def answered(self, words: str) -> tuple[Item, ...]:
        """Return the item that `words` speak of; several only when they name each; none when they leave it open."""
        if len(self._items) < 2:
            return ()
        folded = _folded(words)
        if not self._counts_figures:
            folded = _FIGURES.sub("0", folded)  # the same table of another year or school is the same answer
        if folded not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[folded] = self._judged(folded)
        return self._known[folded]

    @cached_property
    def _counts_figures(self) -> bool:
        """Whether a figure is among the words, so that it matters which one a name has."""
        return any(_FIGURES.search(word) for words in self._weighed for word, _weight in words)

    def _judged(self, folded: str) -> tuple[Item, ...]:
        scores = [_score(words, folded) for words in self._weighed]
        best, next_best = sorted(scores, reverse=True)[:2]
        if best >= _LEAST and best >= _BEFORE * next_best:
            return (self._items[scores.index(best)],)
        named = [item for item, score in zip(self._items, scores, strict=True) if score >= _SEVERAL]
        return tuple(named) if len(named) > 1 else ()


def _score(words: _Words, folded: str) -> float:
    return sum([weight for word, weight in words if word in folded])


def _telling(word: str, common: frozenset[str]) -> float:
    """Return how much of a word is not in the point's own text: _OWN..1."""
    grams = _grams(word)
    return 1.0 - (1.0 - _OWN) * len(grams & common) / len(grams) if grams else 1.0


def _folded(text: str) -> str:
    return "".join(plain(text).split()).lower()


def _grams(folded: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters; digits and punctuation part them."""
    return frozenset(run[at : at + 2] for run in _NO_WORDS.split(folded) for at in range(len(run) - 1))
