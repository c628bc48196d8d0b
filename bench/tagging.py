"""How right tags are, on labelled papers and paths that no rule was tuned on: precision, recall, F1, top-1, top-3, by difficulty.

    python -m bench.tagging [--tuning] [--errors] [--record]

The labelled set is in bench/labelled. A hash of its id puts every entry into one of two halves for ever: one to tune on, one
sealed, of which only totals are looked at; figures are those of the sealed half unless --tuning asks for the other. --errors
lists what went wrong, on the tuning half only; --record writes the sealed figures down, for the test that they do not drop.
Intervals are those of 1,000 resamples (95 %). CPU is of ranking alone.
"""

from __future__ import annotations

import random
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from indexer.described import facts_of
from indexer.reading import Block, Reading
from indexer.tag import Paper, Ranker
from schema.frameworks import load_frameworks
from schema.model import Tag, TagState, TextStatus, UnitKind
from schema.path_tags import path_tags

LABELLED = Path(__file__).parent / "labelled"
RECORDED = LABELLED / "recorded.toml"
LEVELS = ("easy", "medium", "hard")
_PRECISION, _RESAMPLES = 0.95, 1_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled paper ("" for `point`: evidence for nothing) and the tags it got."""

    id: str
    point: str
    level: str
    tags: tuple[Tag, ...]

    @property
    def top(self) -> str:
        """The point that comes first, "" for none."""
        return str(self.tags[0].point) if self.tags else ""

    @property
    def assigned(self) -> str:
        """The point it was assigned to, "" for none."""
        return self.top if self.tags and self.tags[0].state is TagState.ASSIGNED else ""

    @property
    def score(self) -> float:
        """The score of what comes first."""
        return self.tags[0].score if self.tags else 0.0


@dataclass(frozen=True, slots=True)
class Walked:
    """A labelled path and whether everything about it was read as it should be; `trap`: it must lead to nothing at all."""

    id: str
    path: str
    exact: bool
    trap: bool
    tagged: bool


def sealed(identity: str) -> bool:
    """Return whether an entry belongs to the sealed half."""
    return sha256(f"paper:{identity}".encode()).digest()[0] % 2 == 1


def papers(half: bool) -> tuple[tuple[dict[str, Any], Paper], ...]:
    """Return the labelled papers of the sealed half (True) or the other, each as the ranker is told of it when it is read."""
    entries = [entry for name in ("preschool", "compulsory", "other") for entry in _entries(name, "paper")]
    return tuple((entry, _paper(entry)) for entry in entries if sealed(entry["id"]) is half)


def judge(half: bool, ranker: Ranker) -> tuple[Judged, ...]:
    """Return the papers of a half with the tags that the ranker gives them."""
    return tuple(Judged(entry["id"], entry["point"], entry["level"], ranker.rank(paper)) for entry, paper in papers(half))


def walk(half: bool) -> tuple[Walked, ...]:
    """Return the labelled paths of a half, each read and compared."""
    return tuple(map(_walked, (entry for entry in _entries("paths", "path") if sealed(entry["id"]) is half)))


def document_figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Return the figures of some judged papers by name, all in 0..1."""
    evidence = [entry for entry in judged if entry.point]
    assigned = [entry for entry in judged if entry.assigned]
    right = sum(entry.assigned == entry.point for entry in assigned)
    precision, recall = right / max(len(assigned), 1), right / max(len(evidence), 1)
    return {
        "top-1": _share([entry.top == entry.point for entry in evidence]),
        "top-3": _share([entry.point in [str(tag.point) for tag in entry.tags] for entry in evidence]),
        "recall at precision 0.95": _recall_at(judged, len(evidence)),
        "assigned: precision": precision,
        "assigned: recall": recall,
        "assigned: F1": 2 * precision * recall / max(precision + recall, 1e-9),
        "others not assigned": _share([not entry.assigned for entry in judged if not entry.point]),
        "others without any tag": _share([not entry.tags for entry in judged if not entry.point]),
    }


def path_figures(walked: Sequence[Walked]) -> dict[str, float]:
    """Return the figures of some paths by name, all in 0..1."""
    return {
        "paths: exact": _share([entry.exact for entry in walked]),
        "paths: traps without tag": _share([not entry.tagged for entry in walked if entry.trap]),
    }


def _entries(name: str, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((LABELLED / f"{name}.toml").read_text(encoding="utf-8"))[key]
    return found


def _paper(entry: dict[str, Any]) -> Paper:
    """Return a paper as it comes out of reading: its title found by rule, its file name saying nothing."""
    name = "扫描件001.pdf"
    reading = Reading(TextStatus.OK, "pdf", 1, (Block(1, "body", entry["text"]),))
    found = facts_of(reading, name)
    return Paper(reading.text, found.title, name, UnitKind(entry["kind"]), date=found.date)


_FRAMEWORKS = load_frameworks()


def _walked(entry: dict[str, Any]) -> Walked:
    *folders, name = entry["path"].split("/")
    reading = path_tags(tuple(folders), name, UnitKind(entry["kind"]) if entry["kind"] else None, _FRAMEWORKS)
    got = {
        state: sorted(str(tag.point) for tag in reading.tags if tag.state is state)
        for state in (TagState.ASSIGNED, TagState.PROPOSED)
    }
    wanted = {TagState.ASSIGNED: sorted(entry.get("assigned", ())), TagState.PROPOSED: sorted(entry.get("asked", ()))}
    indicator = "/".join(reading.indicator or ())
    exact = got == wanted and indicator == entry.get("indicator", "") and (bool(reading.problems) or not entry.get("refused"))
    trap = not {"assigned", "asked", "indicator", "refused"} & entry.keys()
    return Walked(entry["id"], entry["path"], exact, trap, bool(reading.tags or reading.indicator))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 1.0


def _recall_at(judged: Sequence[Judged], evidence: int) -> float:
    """Return how much of the evidence lies above the score from which on at least 95 of 100 first points are right."""
    best, right = 0, 0
    for count, entry in enumerate(sorted(judged, key=lambda entry: -entry.score), start=1):
        right += bool(entry.point) and entry.top == entry.point
        best = right if right >= _PRECISION * count and entry.score > 0 else best
    return best / max(evidence, 1)


def _interval(judged: Sequence[Any], figures: Callable[[Sequence[Any]], dict[str, float]]) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of each figure over resamples."""
    chance = random.Random(1)
    drawn = [figures(chance.choices(judged, k=len(judged))) for _ in range(_RESAMPLES)]
    cut = _RESAMPLES // 40
    return {name: (sorted(one[name] for one in drawn)[cut], sorted(one[name] for one in drawn)[-cut - 1]) for name in drawn[0]}


def _print(title: str, entries: Sequence[Any], figures: Callable[[Sequence[Any]], dict[str, float]]) -> None:
    print(f"\n{title} ({len(entries)})")
    intervals = _interval(entries, figures)
    for name, value in figures(entries).items():
        low, high = intervals[name]
        print(f"  {name:<28} {value:.3f}  [{low:.3f}, {high:.3f}]")


def _cost(ranker: Ranker, half: bool, joined: int) -> float:
    """Return the CPU milliseconds of ranking 2,000 characters, the best of seven passes.

    `joined` papers make one text: of one alone, said again and again, or of twenty, which speak of more points than any paper.
    """
    texts = [paper for entry, paper in papers(half) if entry["point"]]
    long = [
        replace(texts[start], text=("\n".join(one.text for one in texts[start : start + joined]) * 20)[:2000])
        for start in range(0, len(texts) - joined, 3)
    ]
    passes = []
    for _ in range(7):
        begun = time.process_time()
        for paper in long:
            ranker.rank(paper)
        passes.append(time.process_time() - begun)
    return min(passes) / len(long) * 1000


def main(arguments: list[str]) -> None:
    """Print the figures."""
    half = "--tuning" not in arguments
    ranker = Ranker(_FRAMEWORKS)
    judged, walked = judge(half, ranker), walk(half)
    print("sealed half" if half else "tuning half")
    _print("papers", judged, document_figures)
    for level in LEVELS:
        some = [entry for entry in judged if entry.level == level]
        shown = {name: value for name, value in document_figures(some).items() if not name.startswith("others")}
        print(f"  {level:<8}{len(some):>4}  " + "  ".join(f"{name} {value:.3f}" for name, value in shown.items()))
    _print("paths", walked, path_figures)
    print(f"\nranking 2,000 characters: {_cost(ranker, half, 1):.2f} ms CPU; of twenty papers: {_cost(ranker, half, 20):.2f} ms")
    if "--record" in arguments and half:
        figures = document_figures(judged) | path_figures(walked)
        RECORDED.write_text("".join(f'"{name}" = {value:.3f}\n' for name, value in figures.items()), encoding="utf-8")
    if "--errors" in arguments and not half:
        for entry in judged:
            if entry.top != entry.point:
                print(entry.id, entry.point or "-", [(str(tag.point), tag.score, tag.reason.text()) for tag in entry.tags])
        for path in walked:
            if not path.exact:
                print(path.id, path.path)


if __name__ == "__main__":
    main(sys.argv[1:])
