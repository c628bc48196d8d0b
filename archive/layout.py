"""Where a document lies in the tree, and what the folders are called. Pure.

The code is the key; the words behind it are decoration for people in Explorer and are shortened, so that the whole path stays
under 200 characters below the home (Windows programs that still stop at 260 then have 60 for the way to the home).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from archive.names import portable, with_mark
from schema.model import Framework, Point, PointRef

TREE = "档案"
UNPLACED = "_待归类"
UNDECIDED = "_待定要点"
WITHDRAWN = "_撤回"
STAGING = ".staging"
META = "_meta"
VERSIONS = "_versions"
POINTER = "_另见.html"
ABOUT = "使用说明.txt"
HERITAGE = "_体系"
PATH_CHARACTERS = 200
_TITLE_CHARACTERS = 20
# What the longest companion of a file adds to its path: the version mark, both inner folders, and ".json".
_COMPANION = len(f"/{VERSIONS}/{META}/__v99_01234567.json")
_BREAK = re.compile(r"[，。；：:;,（(《“、—]")


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of the tree for the frameworks in use: point and indicator to folder, relative, with forward slashes."""

    points: dict[PointRef, str]
    indicators: dict[str, str]

    def folder(self, points: tuple[PointRef, ...], indicator: str, unit_name: str) -> str:
        """Return the folder of a document: under its first point, else its indicator ("preschool/B8"), else unplaced."""
        if points:
            return f"{self.points[points[0]]}/{unit_name}"
        if indicator:
            return f"{self.indicators[indicator]}/{UNDECIDED}/{unit_name}"
        return f"{UNPLACED}/{unit_name}"


def layout(frameworks: Iterable[Framework]) -> Layout:
    """Return the folders for `frameworks`."""
    points: dict[PointRef, str] = {}
    indicators: dict[str, str] = {}
    for framework in frameworks:
        dimensions = {
            entry.code: f"{portable(framework.title)}/{entry.code} {_words(entry.title)}" for entry in framework.dimensions
        }
        for indicator in framework.indicators:
            indicators[f"{framework.id}/{indicator.code}"] = (
                f"{dimensions[indicator.dimension]}/{indicator.code} {_words(indicator.title)}"
            )
        for point in framework.points:
            points[point.ref] = f"{indicators[f'{framework.id}/{point.indicator}']}/{point.code} {short_title(point)}"
    return Layout(points, indicators)


def short_title(point: Point) -> str:
    """Return a few words of a point's text that fit a folder name: up to the first break, at most 20 characters."""
    return _words(point.text)


def drop_folder(framework: Framework, point: Point) -> str:
    """Return the name of the folder a unit drops this point's evidence into: "义教 C10 …"."""
    return f"{framework.label(point.ref)} {short_title(point)}"


def file_name(folder: str, name: str) -> str:
    """Return `name` as it can be stored in `folder`: portable, and short enough for the whole path to stay under the limit."""
    room = PATH_CHARACTERS - len(f"{TREE}/{folder}/") - _COMPANION
    return portable(name, max(room, 24))


def sidecar_path(path: str) -> str:
    """Return where the sidecar of the file at `path` lies."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{META}/{name}.json"


def version_path(path: str, version: int, sha256: str) -> str:
    """Return where version `version` of the file at `path` lies once a newer one has taken its place."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{VERSIONS}/{with_mark(name, f'__v{version}_{sha256[:8]}')}"


def _words(text: str) -> str:
    head = re.split(_BREAK, text, maxsplit=1)[0]
    words = head if len(head) >= 4 else _BREAK.sub("", text)
    return portable(words[:_TITLE_CHARACTERS].rstrip("。，、"))
