"""The tags a file would get, without storing anything: the same path rules and the same ranker as the real stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.described import facts_of
from indexer.pool import ReadingPool
from indexer.reading import Reading
from indexer.tag import Candidate, Paper, Ranker
from schema.messages import Message
from schema.model import Framework, Tag, TagState, UnitKind
from schema.path_tags import path_tags


@dataclass(frozen=True, slots=True)
class Tagged:
    """What would become of a path. `text_status` is empty where there is no file to read.

    `ranking` holds the points that come first by content, whatever the path says.
    """

    path: Path
    tags: tuple[Tag, ...]
    indicator: str
    problems: tuple[Message, ...]
    text_status: str
    ranking: tuple[Candidate, ...] = ()


def dry_run(
    paths: Iterable[Path], kind: UnitKind | None, frameworks: tuple[Framework, ...], *, assigns: bool = True
) -> Iterator[Tagged]:
    """Yield what every path would get; a folder stands for all files below it. `kind` is the kind of unit they come from.

    Unless content `assigns`, it only proposes.
    """
    files = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path]) if not file.is_dir()]
    ranker = Ranker(frameworks, assigns=assigns)
    readings = _readings([file for file in files if file.is_file()])
    for file in files:
        found = path_tags(file.parts[:-1], file.name, kind, frameworks)
        reading = next(readings) if file.is_file() else None
        tags = found.tags
        ranking: tuple[Candidate, ...] = ()
        if reading is not None:
            about = facts_of(reading, file.name)
            paper = Paper(reading.text, about.title, file.name, kind, date=about.date)
            ranking = ranker.ranking(paper)
            if not any(tag.state is TagState.ASSIGNED for tag in tags):
                named = {tag.point for tag in tags}
                tags += tuple(tag for tag in ranker.rank(paper) if tag.point not in named)
        yield Tagged(
            file, tags, "/".join(found.indicator or ()), found.problems, str(reading.status) if reading else "", ranking
        )  # fmt: skip


def _readings(files: list[Path]) -> Iterator[Reading]:
    if files:
        with ReadingPool() as pool:
            yield from (reading for _key, reading in pool.read_all((str(file), file) for file in files))
