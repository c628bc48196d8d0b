"""What learning from decisions is worth: papers of the labelled set, decided by a clerk at some schools, met again at others.

    python -m bench.learning [--tuning]

Every labelled paper is filed by several invented units under the names such papers get there (another year, another order of
words, another ending). A clerk settles those of the first units: what is right is confirmed, what is wrong is corrected. Figures
are of the other units' papers, which nobody has decided, before and after. Held apart: papers whose kind no clerk has seen (every
second one), which must not suffer, and papers that are evidence for nothing, a half of which the clerk ruled out.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bench.tagging import papers
from indexer.learned import Learned, Lesson, called
from indexer.tag import Paper, Ranker
from schema.frameworks import load_frameworks
from schema.model import PointRef, TagState

_TAUGHT, _MET = 3, 5
_UNITS = ("青禾", "望江", "柳溪", "石门", "东岭", "桃林", "三河", "北塘")
_ENDINGS = ("", "（盖章）", "（定稿）", "汇总", "及附件", "材料", "（新）", "－上报")


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper as one unit files it: its number, the labelled paper's id and point ("" for none), and the unit's number."""

    id: str
    point: str
    unit: int
    paper: Paper


def filed(half: bool) -> Iterator[Filed]:
    """Yield the papers of a half as every unit files them."""
    for entry, paper in papers(half):
        for unit, name in enumerate(_UNITS):
            yield Filed(entry["id"], entry["point"], unit, replace(paper, **_renamed(entry["id"], paper, unit, name)))


def _renamed(identity: str, paper: Paper, unit: int, name: str) -> dict[str, str]:
    """Return title and file name as another unit has them."""
    chance = random.Random(f"{identity}/{unit}")
    title = paper.title or paper.name.rpartition(".")[0]
    words = [word for word in title.replace("（", "|").replace("）", "|").split("|") if word]
    chance.shuffle(words)
    bare = "".join(words)
    if len(bare) > 8 and chance.random() < 0.5:  # a word left out
        at = chance.randrange(2, len(bare) - 3)
        bare = bare[:at] + bare[at + 2 :]
    shown = f"{name}{chance.choice(('小学', '学校', ''))}{chance.choice(('2022', '2023', '2024', ''))}{bare}{_ENDINGS[unit]}"
    return {"title": shown if paper.title else "", "name": f"{shown}.pdf"}


def lessons(ranker: Ranker, decided: Iterable[Filed]) -> Iterator[Lesson]:
    """Yield what a clerk who knows the right points says of papers with the tags the ranker gives them."""
    for one in decided:
        document = f"{one.id}/{one.unit}"
        words = called(one.paper.title, one.paper.name)
        shown = {str(tag.point) for tag in ranker.rank(one.paper)}
        if one.point:
            yield Lesson(document, words, PointRef.parse(one.point), True, one.paper.name)
        else:
            yield from (Lesson(document, words, PointRef.parse(point), False, one.paper.name) for point in sorted(shown))


def is_known(identity: str) -> bool:
    """Return whether the clerk meets this kind of paper at all."""
    return sha256(f"known:{identity}".encode()).digest()[0] % 2 == 1


def figures(ranker: Ranker, met: Sequence[Filed]) -> str:
    """Return top-1, top-3, how many are assigned and how precisely, of the papers that are evidence; and false ones of others."""
    ranked = [(one, ranker.rank(one.paper)) for one in met]
    evidence = [(one.point, [str(tag.point) for tag in tags]) for one, tags in ranked if one.point]
    top1 = sum(points[:1] == [point] for point, points in evidence)
    top3 = sum(point in points[:3] for point, points in evidence)
    given = [(one.point, str(tags[0].point)) for one, tags in ranked if tags and tags[0].state is TagState.ASSIGNED]
    right = sum(point == got for point, got in given)
    others = [tags for one, tags in ranked if not one.point]
    shown = sum(bool(tags) for tags in others)
    count = max(len(evidence), 1)
    return (
        f"top-1 {top1 / count:.3f}  top-3 {top3 / count:.3f}  assigned right {right / count:.3f}  "
        f"precision of assigned {right / max(len(given), 1):.3f} ({len(given)})  "
        f"others with any tag {shown}/{len(others)}, assigned {sum(point == '' for point, _got in given)}"
    )


def main(arguments: list[str]) -> None:
    """Print the figures."""
    half = "--tuning" not in arguments
    plain = Ranker(load_frameworks())
    everything = list(filed(half))
    taught = [one for one in everything if one.unit < _TAUGHT and is_known(one.id)]
    learned = Learned(lessons(plain, taught), [f"{name}{kind}" for name in _UNITS for kind in ("小学", "学校", "")])
    after = plain.taught(learned)
    met = [one for one in everything if one.unit >= _TAUGHT]
    known, unknown = [one for one in met if is_known(one.id)], [one for one in met if not is_known(one.id)]
    print(f"{'sealed' if half else 'tuning'} half: {len(taught)} papers decided at {_TAUGHT} units")
    for title, some in ((f"of kinds decided, at {_MET} other units", known), ("of kinds nobody decided", unknown)):
        print(f"{title} ({len(some)} papers)\n  before  {figures(plain, some)}\n  after   {figures(after, some)}")
    began = time.process_time()
    for one in known:
        learned.taught(called(one.paper.title, one.paper.name))
    print(f"looking up lessons: {(time.process_time() - began) / max(len(known), 1) * 1000:.3f} ms CPU a paper")


if __name__ == "__main__":
    main(sys.argv[1:])
