"""What the folders and the name of a dropped file say about its points. Pure.

An explicit folder outranks the file's name (person > folder > name > content); among folders the deepest that names a valid code
wins. A number alone is no point: the framework comes from a word in the path, from the unit's kind, from the codes around it, or
from the number itself; where none of these tells, the point is asked about and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from schema.codes import CodeHit, CodeKind, find_codes, framework_words
from schema.messages import Message, message
from schema.model import Basis, Framework, PointRef, Tag, TagState, Unit, UnitKind
from schema.path_framework import Place, chosen_framework, has

Value = TypeVar("Value")

FOLDER_SCORE, NAME_SCORE = 1.0, 0.98
# Proposals: a code that may be read in two ways, and one that a folder contradicts.
ASKED_SCORE, CONTRADICTED_SCORE = 0.5, 0.6
# A folder "C1-C37" holds a whole framework; it does not make each file in it evidence for 37 points.
MANY = 12


@dataclass(frozen=True, slots=True)
class PathReading:
    """What a path says.

    `tags` holds assigned ones first, the first of them primary; `indicator` is (framework, "B8") where no more than that is
    named; `problems` is what is wrong with the codes, in sentences for the clerk.
    """

    tags: tuple[Tag, ...] = ()
    indicator: tuple[str, str] | None = None
    problems: tuple[Message, ...] = ()


@dataclass(slots=True)
class _Named:
    """What one component names: points for certain, points in question, indicators, and what is wrong.

    `open` is what is only worth telling when nothing else settles the file.
    """

    place: Place
    sure: list[tuple[PointRef, str]] = field(default_factory=list)
    asked: list[tuple[PointRef, Message]] = field(default_factory=list)
    indicators: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    open: list[Message] = field(default_factory=list)


def path_tags(parts: tuple[str, ...], name: str, unit: Unit | UnitKind | None, frameworks: tuple[Framework, ...]) -> PathReading:
    """Read the codes in a file's folders (`parts`, outermost first, below its unit's own) and in its `name`."""
    kind = unit.kind if isinstance(unit, Unit) else unit
    own = stem(name)
    if not find_codes(own) and not any(framework_words(own, frameworks, hints=True)):
        own = ""  # says nothing, like most: then all files of a folder read the same
    return _read((*parts, own), kind, frameworks)


@lru_cache(maxsize=4096)
def _read(components: tuple[str, ...], kind: UnitKind | None, frameworks: tuple[Framework, ...]) -> PathReading:
    named = [_named(Place(components, depth, kind, frameworks)) for depth in range(len(components))]
    file = named[-1]
    folder = next((entry for entry in reversed(named[:-1]) if entry.sure), None)
    problems = [problem for entry in named for problem in entry.problems]
    if folder is not None:
        tags, disagreement = _by_folder(folder, file)
        return PathReading(tags, None, _once(problems + disagreement))
    if file.sure:
        sure = (_tag(file, ref, code) for ref, code in file.sure)
        asked = (_proposed(file, ref, why, ASKED_SCORE) for ref, why in file.asked)
        return PathReading(_first_of_each((*sure, *asked)), None, _once(problems))
    # Nothing is settled: now it matters that a folder holds a whole framework, or that a code may be read in two ways.
    problems += [problem for entry in named for problem in entry.open]
    deepest = next((entry for entry in reversed(named) if entry.asked), None)
    if deepest is not None:
        proposals = _first_of_each(_proposed(deepest, ref, why, ASKED_SCORE) for ref, why in deepest.asked)
        return PathReading(proposals, None, _once((*problems, *(why for _ref, why in deepest.asked))))
    return _by_indicator(named, problems)


def stem(name: str) -> str:
    """Return a file name without its extension (one to five letters or digits, a letter among them)."""
    head, dot, tail = name.rpartition(".")
    known = dot and head and len(tail) <= 5 and tail.isascii() and tail.isalnum() and not tail.isdecimal()
    return head if known else name


def _named(place: Place) -> _Named:
    found = _Named(place)
    for hit in place.hits:
        if hit.refused:
            continue
        if len(hit.numbers) > MANY:
            found.open.append(message("tag.many", name=place.text, count=len(hit.numbers)))
        elif hit.kind is CodeKind.POINT:
            for position, number in enumerate(hit.numbers):
                _add_point(found, hit, number, certain=hit.sure or position == 0 or place.is_folder)
        else:
            _add_indicator(found, hit)
    return found


def _add_point(found: _Named, hit: CodeHit, number: int, *, certain: bool) -> None:
    place, code = found.place, f"C{number}"
    candidates = chosen_framework(place, hit, number)
    if not any(has(framework, CodeKind.POINT, number) for framework in candidates):
        found.problems.append(message("tag.no-such-point", name=place.text, code=code, known=_counts(place.frameworks)))
    elif len(candidates) == 1 and certain:
        found.sure.append((PointRef(candidates[0].id, number), code))
    else:
        reason = "tag.which-framework" if len(candidates) > 1 else "tag.range-or-item"
        why = message(reason, code=code, name=place.text, titles="、".join(framework.short for framework in candidates))
        found.asked += [(PointRef(framework.id, number), why) for framework in candidates]


def _add_indicator(found: _Named, hit: CodeHit) -> None:
    place, code = found.place, f"B{hit.numbers[0]}"
    candidates = chosen_framework(place, hit, hit.numbers[0])
    if not any(has(framework, CodeKind.INDICATOR, hit.numbers[0]) for framework in candidates):
        found.problems.append(message("tag.no-such-indicator", name=place.text, code=code))
    elif len(candidates) == 1:
        found.indicators.append((candidates[0].id, code))
    else:
        titles = "、".join(framework.short for framework in candidates)
        found.open.append(message("tag.which-framework", code=code, name=place.text, titles=titles))


def _by_folder(folder: _Named, file: _Named) -> tuple[tuple[Tag, ...], list[Message]]:
    """Return the tags of an explicit folder, and how the file's name disagrees with it.

    A name that picks some of the folder's points narrows them; one that names others is heard as a proposal.
    """
    own, others = dict(folder.sure), [(ref, code) for ref, code in file.sure if ref not in dict(folder.sure)]
    if file.sure and not others and len(dict(file.sure)) < len(own):
        return _first_of_each(_tag(file, ref, code) for ref, code in file.sure), []
    tags = [_tag(folder, ref, code) for ref, code in folder.sure]
    told = [message("tag.name-differs", code=code, name=file.place.text, folder=folder.place.text) for _ref, code in others]
    tags += [_proposed(file, ref, why, CONTRADICTED_SCORE) for (ref, _code), why in zip(others, told, strict=True)]
    return _first_of_each(tags), told


def _by_indicator(named: list[_Named], problems: list[Message]) -> PathReading:
    """Settle a path that names an indicator and no point: an indicator with one point is that point."""
    deepest = next((entry for entry in reversed(named) if entry.indicators), None)
    if deepest is None:
        return PathReading(problems=_once(problems))
    identity, code = deepest.indicators[-1]
    framework = next(entry for entry in deepest.place.frameworks if entry.id == identity)
    points = [point for point in framework.points if point.indicator == code]
    if len(points) != 1:
        return PathReading(indicator=(identity, code), problems=_once(problems))
    reason = message("tag.only-point", indicator=f"{framework.short} {code}", code=points[0].code, name=deepest.place.text)
    basis = Basis.FOLDER if deepest.place.is_folder else Basis.NAME
    return PathReading((Tag(points[0].ref, TagState.ASSIGNED, basis, NAME_SCORE, reason),), problems=_once(problems))


def _tag(named: _Named, ref: PointRef, code: str) -> Tag:
    place = named.place
    basis, score = (Basis.FOLDER, FOLDER_SCORE) if place.is_folder else (Basis.NAME, NAME_SCORE)
    short = next(framework.short for framework in place.frameworks if framework.id == ref.framework)
    return Tag(ref, TagState.ASSIGNED, basis, score, message(f"tag.{basis}", name=place.text, code=f"{short} {code}"))


def _proposed(named: _Named, ref: PointRef, why: Message, score: float) -> Tag:
    return Tag(ref, TagState.PROPOSED, Basis.FOLDER if named.place.is_folder else Basis.NAME, score, why)


def _counts(frameworks: tuple[Framework, ...]) -> str:
    return "，".join(message("tag.count", short=entry.short, count=len(entry.points)).text("zh") for entry in frameworks)


def _first_of_each(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    found: dict[PointRef, Tag] = {}
    for tag in tags:
        found.setdefault(tag.point, tag)
    return tuple(found.values())


def _once(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(values))
