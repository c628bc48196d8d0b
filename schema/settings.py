"""The settings of one archive (zuozheng.toml): typed, with every fault reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from schema.errors import Fault, FaultsError
from schema.messages import Message, message

AUDIENCES = ("public", "taskforce", "inspector")
FILE = "zuozheng.toml"
OWN_DATA = "体系"
"""The folder of a home with its own frameworks and duties, in sub-folders of these names."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one archive.

    title: name of the archive on its site; district: the authority; frameworks: ids of those in use; duties: id of the duty
    file; network_catalogue: the catalogue may lie on another machine's disk; inboxes: shared folders, relative to the home or
    absolute (UNC paths too); settle_seconds: pause between the two looks that find a file at rest; share_settle_seconds: the
    same below inboxes on other machines' disks, whose sizes and times are repeated from memory for some seconds;
    patience_seconds: how long a file that looks unfinished must rest before it is taken as it is; scan_seconds: pause between
    two reconciling scans of a running watch; poll: look instead of listening (for shares that send no events);
    keep_free_percent: part of the archive's disk to be left free (0: none); read_workers: reading processes (0: one per core, at
    most 4); read_seconds and read_megabytes: limits of one reading; content_assigns: what content makes as good as certain counts
    without a person (false: it is proposed only); learn: people's decisions teach how papers called alike are tagged;
    assessment and due: dates; dues: other days for some only ("preschool/C10 2026-03-01"); audience: for whom `site` builds;
    preview_megabytes: how much room its previews may take (0: none; they are for the inspector only); until: the last day on
    which copies of the site may be used, said on every page.
    """

    title: str = "佐证材料档案"
    district: str = ""
    frameworks: tuple[str, ...] = ("preschool", "compulsory")
    duties: str = "rongchang"
    network_catalogue: bool = False
    inboxes: tuple[str, ...] = ("收件箱",)
    settle_seconds: float = 2.0
    share_settle_seconds: float = 20.0
    patience_seconds: float = 10.0
    scan_seconds: float = 60.0
    poll: bool = False
    keep_free_percent: float = 5.0
    read_workers: int = 0
    read_seconds: int = 60
    read_megabytes: int = 2048
    content_assigns: bool = True
    learn: bool = True
    assessment: date | None = None
    due: date | None = None
    dues: tuple[str, ...] = ()
    audience: str = field(default="taskforce")
    preview_megabytes: int = 0
    until: date | None = None


_MAY_BE_ZERO = ("read_workers", "keep_free_percent", "preview_megabytes")
# Where each setting stands in the file: table, key, accepted TOML type.
_PLACES: dict[str, tuple[str, str, tuple[type, ...]]] = {
    "title": ("archive", "title", (str,)),
    "district": ("archive", "district", (str,)),
    "frameworks": ("archive", "frameworks", (list,)),
    "duties": ("archive", "duties", (str,)),
    "network_catalogue": ("archive", "network_catalogue", (bool,)),
    "inboxes": ("intake", "inboxes", (list,)),
    "settle_seconds": ("intake", "settle_seconds", (int, float)),
    "share_settle_seconds": ("intake", "share_settle_seconds", (int, float)),
    "patience_seconds": ("intake", "patience_seconds", (int, float)),
    "scan_seconds": ("intake", "scan_seconds", (int, float)),
    "poll": ("intake", "poll", (bool,)),
    "keep_free_percent": ("intake", "keep_free_percent", (int, float)),
    "read_workers": ("reading", "workers", (int,)),
    "read_seconds": ("reading", "seconds", (int,)),
    "read_megabytes": ("reading", "megabytes", (int,)),
    "content_assigns": ("tagging", "content_assigns", (bool,)),
    "learn": ("tagging", "learn", (bool,)),
    "assessment": ("assessment", "date", (date,)),
    "due": ("assessment", "due", (date,)),
    "dues": ("assessment", "dues", (list,)),
    "audience": ("site", "audience", (str,)),
    "preview_megabytes": ("site", "preview_megabytes", (int,)),
    "until": ("site", "until", (date,)),
}


def load_settings(path: Path) -> Settings:
    """Read zuozheng.toml; a missing file means the defaults. Raises FaultsError with every fault (file, line or key, remedy)."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FaultsError((Fault(path.name, "", message("settings.syntax", error=error)),)) from None
    values: dict[str, Any] = {}
    faults = [Fault(path.name, place, what) for place, what in _unknown(data)]
    for name, (table, key, types) in _PLACES.items():
        section = data.get(table, {})
        if not isinstance(section, dict) or key not in section:
            continue
        value = section[key]
        what = _wrong(name, value, types)
        if what:
            faults.append(Fault(path.name, f"{table}.{key}", what))
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    if faults:
        raise FaultsError(tuple(faults))
    return Settings(**values)


def dump_settings(settings: Settings) -> str:
    """Return `settings` as the commented text of a zuozheng.toml that load_settings reads back the same."""
    lines = [message("settings.head").text("zh")]
    table = ""
    for name, (section, key, _types) in _PLACES.items():
        if section != table:
            table = section
            lines += ["", f"[{table}]"]
        value = getattr(settings, name)
        comment = message(f"settings.about.{name}").text("zh")
        lines.append(f"# {comment}")
        lines.append(f"# {key} =" if value in (None, ()) else f"{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _unknown(data: dict[str, Any]) -> Iterator[tuple[str, Message]]:
    known = {(table, key) for table, key, _types in _PLACES.values()}
    tables = {table for table, _key in known}
    for table, section in data.items():
        if table not in tables or not isinstance(section, dict):
            yield table, message("settings.unknown-table", known="、".join(sorted(tables)))
            continue
        for key in section:
            if (table, key) not in known:
                keys = "、".join(sorted(other for where, other in known if where == table))
                yield f"{table}.{key}", message("settings.unknown-key", known=keys)


def _wrong(name: str, value: Any, types: tuple[type, ...]) -> Message | None:
    """Return what is wrong with `value`, or None. TOML's true is also an int in Python, hence the exact test for bool."""
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return message("settings.type", expected="、".join(kind.__name__ for kind in types))
    if isinstance(value, list) and not (value and all(isinstance(entry, str) and entry for entry in value)):
        return message("settings.list")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _wrong_number(name, value)
    if name == "audience" and value not in AUDIENCES:
        return message("settings.audience", known="、".join(AUDIENCES))
    return None


def _wrong_number(name: str, value: float) -> Message | None:
    """Return what is wrong with a number, or None. TOML's nan is neither above nor below anything."""
    if name == "keep_free_percent" and not 0 <= value <= 90:
        return message("settings.percent")
    return None if value > 0 or (value == 0 and name in _MAY_BE_ZERO) else message("settings.positive")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    return str(value)


assert {entry.name for entry in fields(Settings)} == set(_PLACES), "every setting has a place in the file"
