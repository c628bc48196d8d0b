"""What people's decisions about this archive's documents have taught: papers called alike belong alike. Pure.

A lesson is one document that a person filed under a point, or ruled out for it, with what it is called. A paper called much the
same (whoever filed it, of whatever year) has the point spoken for, or against, as its lessons agree. The same decisions teach
the same, in whatever order they were made: a lesson speaks to a paper by what both are called, and by nothing else.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from schema.codes import plain
from schema.model import PointRef
from schema.path_tags import stem

# How much two names must have in common (Dice's coefficient of letter pairs), and the fewest pairs that tell anything.
_ALIKE, _FEWEST = 0.5, 4
# One lesson alone is not quite sure; lessons that went elsewhere count half against.
_DOUBT, _ELSEWHERE = 0.5, 0.5
_SPLIT = re.compile(r"[\s\d\W_]+")
# What scanners, cameras and offices call any file says nothing about it.
_EMPTY = re.compile("扫描件|扫描|图片|照片|截图|文档|文件|附件|新建|副本|复件|盖章|最终版|终稿|定稿|电子版|[a-z]+")


@dataclass(frozen=True, slots=True, order=True)
class Lesson:
    """What one document teaches about one point: `right`, or ruled out. `called` is its title and file name."""

    document: str
    called: str
    point: PointRef
    right: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Taught:
    """What lessons say about a point: `weight` from -1 (against) to 1, the name of the most alike, and how many agree."""

    weight: float
    example: str
    count: int


@dataclass(slots=True)
class _Kind:
    """All lessons that are called the same: their documents by point."""

    right: defaultdict[PointRef, list[Lesson]] = field(default_factory=lambda: defaultdict(list))
    wrong: defaultdict[PointRef, list[Lesson]] = field(default_factory=lambda: defaultdict(list))
    documents: set[str] = field(default_factory=set)


class Learned:
    """What some lessons come to. `names` are those of units, which say nothing of what a paper is."""

    def __init__(self, lessons: Iterable[Lesson] = (), names: Iterable[str] = ()) -> None:
        words = sorted({_folded(name) for name in names} - {""}, key=lambda name: (-len(name), name))
        self._names = re.compile("|".join(map(re.escape, words)) or "(?!)")
        self._kinds: dict[frozenset[str], _Kind] = {}
        self._holding: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for lesson in sorted(lessons):
            self._add(lesson)

    def _add(self, lesson: Lesson) -> None:
        pairs = self._pairs(lesson.called)
        if len(pairs) < _FEWEST:
            return
        if pairs not in self._kinds:
            self._kinds[pairs] = _Kind()
            for pair in pairs:
                self._holding[pair].append(pairs)
        kind = self._kinds[pairs]
        (kind.right if lesson.right else kind.wrong)[lesson.point].append(lesson)
        if lesson.right:
            kind.documents.add(lesson.document)

    def knows(self, called: str) -> bool:
        """Return whether any lesson speaks to a paper of that title and file name."""
        return bool(self._kinds) and any(True for _kind in self._alike(called))

    def taught(self, called: str) -> dict[PointRef, Taught]:
        """Return what the lessons say to a paper of that title and file name, by point; empty where they are at odds."""
        alike = list(self._alike(called)) if self._kinds else []
        points = sorted({point for _share, kind in alike for point in (*kind.right, *kind.wrong)})
        found = ((point, _weighed(point, alike)) for point in points)
        return {point: taught for point, taught in found if taught is not None}

    def _alike(self, called: str) -> Iterator[tuple[float, _Kind]]:
        pairs = self._pairs(called)
        if len(pairs) < _FEWEST:
            return
        common = Counter(other for pair in pairs for other in self._holding.get(pair, ()))
        for other, shared in common.items():
            share = 2 * shared / (len(pairs) + len(other))
            if share >= _ALIKE:
                yield share, self._kinds[other]

    def _pairs(self, called: str) -> frozenset[str]:
        bare = _EMPTY.sub(" ", self._names.sub(" ", _folded(called)))
        return frozenset(run[at : at + 2] for run in _SPLIT.split(bare) for at in range(len(run) - 1))


NOTHING_LEARNED = Learned()


def called(title: str, name: str) -> str:
    """Return what a document is called, for lessons: its title and its file name without the extension."""
    return f"{title}\n{stem(name)}"


def _weighed(point: PointRef, alike: list[tuple[float, _Kind]]) -> Taught | None:
    """Return what kinds alike say about a point; sums are of sorted numbers, so that no order of decisions shows in them."""
    right = sum(sorted(share * len(kind.right[point]) for share, kind in alike if point in kind.right))
    wrong = sum(sorted(share * len(kind.wrong[point]) for share, kind in alike if point in kind.wrong))
    elsewhere = sum(
        sorted(share * len(kind.documents - {one.document for one in kind.right.get(point, ())}) for share, kind in alike)
    )
    if right > wrong + _ELSEWHERE * elsewhere:
        weight = (right - wrong - _ELSEWHERE * elsewhere) / (right + wrong + elsewhere + _DOUBT)
        lessons = [(share, one) for share, kind in alike for one in kind.right.get(point, ())]
    elif wrong > right:
        weight = -(wrong - right) / (right + wrong + _DOUBT)
        lessons = [(share, one) for share, kind in alike for one in kind.wrong.get(point, ())]
    else:
        return None
    best = min(lessons, key=lambda pair: (-pair[0], pair[1]))[1]
    return Taught(weight, best.name or best.called, len({one.document for _share, one in lessons}))


def _folded(text: str) -> str:
    return "".join(plain(text).split(" ")).lower()
