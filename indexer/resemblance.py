"""Texts that are the same but for names, figures and small changes: papers that schools copied from each other. Pure.

Of every text the letters are taken in runs of eight, numbers and unit names left out, and of their hashes the smallest are kept.
How many of the smallest two texts share is how alike they are (Broder 1997); texts that are, one to the next, form a group.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

_RUN, _KEPT, _LOOKED_UP = 8, 64, 12
# Shorter ones are alike by their form alone; longer ones by their first pages.
_SHORTEST, _LONGEST = 120, 8_000
ALIKE = 0.8
_NO_LETTERS = re.compile(r"[\d\W_]+")

Sketch = tuple[int, ...]


def names_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of the names that tell papers of different units apart, the longest first."""
    known = sorted({name for name in names if len(name) > 1}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, known)) or r"(?!)")


def sketch(text: str, names: re.Pattern[str]) -> Sketch:
    """Return the sketch of a text, empty where it is too short to tell."""
    letters = _NO_LETTERS.sub("", names.sub("", text[:_LONGEST]))
    if len(letters) < _SHORTEST:
        return ()
    data = letters.encode("utf-16-le", "surrogatepass")
    hashes = {zlib.crc32(data[at : at + 2 * _RUN]) for at in range(0, len(data) - 2 * _RUN + 1, 2)}
    return tuple(sorted(hashes)[:_KEPT])


def likeness(one: Sketch, other: Sketch) -> float:
    """Return how alike two texts are by their sketches: 0..1."""
    if not (one and other):
        return 0.0
    smallest = sorted({*one, *other})[:_KEPT]
    common = {*one} & {*other}
    return sum(value in common for value in smallest) / len(smallest)


def alike(sketches: Mapping[str, Sketch]) -> dict[str, str]:
    """Return, for every text that has its like, the group it belongs to (the first of its texts)."""
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while (above := leader.get(name, name)) != name:
            name = above
        return name

    seen: defaultdict[int, list[str]] = defaultdict(list)
    for name in sorted(sketches):
        own = sketches[name]
        for other in dict.fromkeys(found for value in own[:_LOOKED_UP] for found in seen[value]):
            if lead(other) != lead(name) and likeness(own, sketches[other]) >= ALIKE:
                leader[lead(name)] = lead(other)
        for value in own[:_LOOKED_UP]:
            seen[value].append(name)
    groups = {name: lead(name) for name in sketches}
    sizes: defaultdict[str, int] = defaultdict(int)
    for group in groups.values():
        sizes[group] += 1
    return {name: group for name, group in groups.items() if sizes[group] > 1}
