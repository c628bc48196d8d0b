"""Grams: what an engine stores of a text, and what a phrase asks of them. Pure.

The grams of a text are, over its runs of letters, digits and "%":

- every two neighbouring characters, unless both are WORD characters;
- the last character of every run by itself (so a run of one character is there whole);
- every Latin or number run whole, behind "=", cut at `LONGEST` characters.

A phrase that stands in a text has all its grams in the text, but for the ends: a run of one character at an end of the phrase
proves nothing (in the text it may have neighbours), nor does the last character of the last run. Latin and number runs at the
ends do prove themselves whole, because a match must end where they end (`indexer.match`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from indexer.fold import WORD, character_class
from indexer.match import is_word

LONGEST = 24
_RUN = re.compile(r"[\w%]+")
_PAIR = re.compile(rf"^(?![{character_class(WORD)}]{{2}})[\w%]{{2}}$", re.MULTILINE)
_END = re.compile(rf"(?![{character_class(WORD)}])[\w%](?![\w%])")
_WORD_RUN = re.compile(f"[{character_class(WORD)}]+")


@dataclass(frozen=True, slots=True)
class Need:
    """What a phrase needs: all of `grams`, and of each of `prefixes` one gram that begins so.

    `exact`: whoever has them has the phrase, no text needs to be looked at. With neither, nothing is known: any text may do.
    """

    grams: frozenset[str]
    prefixes: tuple[str, ...] = ()
    exact: bool = False


def grams_of(text: str) -> set[str]:
    """Return the grams of a folded and squeezed text."""
    # Every pair first, then one regular expression over them all: several times as fast as going from run to run.
    pairs = "\n".join(set(map(add, text, text[1:])))
    found = set(_PAIR.findall(pairs))
    found.update(_END.findall(text))
    found.update("=" + word[:LONGEST] for word in set(_WORD_RUN.findall(text)))
    return found


@lru_cache(maxsize=4096)
def need_of(phrase: str, *, open_end: bool = False) -> Need:
    """Return what a folded phrase needs; `open_end` when its last run may go on in the text (`C1*`)."""
    runs = [match.span() for match in _RUN.finditer(phrase)]
    grams: set[str] = set()
    for start, end in runs:
        grams.update(map(add, phrase[start : end - 1], phrase[start + 1 : end]))
        if end < len(phrase):
            grams.add(phrase[end - 1])
    prefixes: list[str] = []
    for match in _WORD_RUN.finditer(phrase):
        whole = "=" + match[0][:LONGEST]
        if open_end and match.end() == len(phrase):
            prefixes.append(whole)
        else:
            grams.add(whole)
    grams = {gram for gram in grams if not _inside_word(gram)}
    if not grams and not prefixes and len(phrase) == 1 and runs:
        prefixes.append(phrase)
    return Need(frozenset(grams), tuple(prefixes), _is_exact(phrase))


def _inside_word(gram: str) -> bool:
    return gram[0] != "=" and is_word(gram[0]) and is_word(gram[-1])


def _is_exact(phrase: str) -> bool:
    """One or two characters of one run that are no WORD characters: their grams are the characters themselves."""
    return len(phrase) <= 2 and bool(_RUN.fullmatch(phrase)) and not any(map(is_word, phrase))
