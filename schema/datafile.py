"""Reading our own TOML data: every fault of a file is collected, with its place, before anything is said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from schema.errors import Fault
from schema.messages import Message, message

Check = Callable[[Any], Message | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one key of a table must hold. `check` returns what is wrong with a value, or None."""

    check: Check
    required: bool = True


class DataFile:
    """A TOML file being checked; `faults` grows while it is looked at.

    A place is a line and a path of keys, "12:point[3].scope"; entries are counted from 1, as people do.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.data: dict[str, Any] = {}
        self._lines: list[str] = []
        try:
            text = data.decode("utf-8-sig")
            self._lines = text.splitlines()
            self.data = tomllib.loads(text)
        except UnicodeDecodeError as error:
            self.fault(str(data[: error.start].count(b"\n") + 1), message("datafile.encoding"))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            self.fault(line[1] if line else str(len(self._lines)), message("datafile.syntax", error=error))

    @property
    def broken(self) -> bool:
        """True when nothing could be read, so that there is no use in looking for missing keys."""
        return not self.data and bool(self.faults)

    def fault(self, place: str, what: Message) -> None:
        """Add a fault at `place`."""
        self.faults.append(Fault(self.name, place, what))

    def table(self, data: Mapping[str, Any], rules: Mapping[str, Rule], place: str = "") -> bool:
        """Check one table against `rules`; return whether it can be used."""
        before = len(self.faults)
        for key in sorted(data.keys() - rules.keys()):
            self.fault(self.at(place, key), message("datafile.unknown-key", key=key, known=", ".join(rules)))
        for key, rule in rules.items():
            if key not in data:
                if rule.required:
                    self.fault(self.at(place), message("datafile.missing-key", key=key))
            elif (wrong := rule.check(data[key])) is not None:
                self.fault(self.at(place, key), wrong)
        return len(self.faults) == before

    def tables(self, key: str, rules: Mapping[str, Rule]) -> list[tuple[str, dict[str, Any]]]:
        """Check the array of tables `[[key]]`; return place and content of those that can be used."""
        entries = self.data.get(key, [])
        if is_tables(entries) is not None:
            return []
        places = (f"{key}[{number}]" for number in range(1, len(entries) + 1))
        return [(place, entry) for place, entry in zip(places, entries, strict=True) if self.table(entry, rules, place)]

    def at(self, place: str, key: str = "") -> str:
        """Return a place with its line, as far as a search through the lines finds it: "12:point[3].scope"."""
        path = ".".join(filter(None, (place, key)))
        line = self._line(place, key)
        return f"{line}:{path}" if line else path

    def _line(self, place: str, key: str) -> int:
        """Return the line of `key` in the table `place`, else of the table's header; 0 when there is neither."""
        named = re.match(r"(\w+)\[(\d+)\](?:\.(\w+)(?:\[(\d+)\])?)?", place)
        start = entry = 0
        if named:
            headers = [number for number, line in enumerate(self._lines, 1) if line.strip() == f"[[{named[1]}]]"]
            if int(named[2]) > len(headers):
                return 0
            start, key, entry = headers[int(named[2]) - 1], named[3] or key, int(named[4] or 0)
        for number, line in enumerate(self._lines[start:], start + 1):
            if line.startswith("["):
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return self._entry(number, entry)
        return start

    def _entry(self, start: int, wanted: int) -> int:
        """Return the line of an entry of the list that begins in line `start`: lists are written an entry a line, mostly."""
        seen = 0
        for number, line in enumerate(self._lines[start:], start + 1):
            seen += line.lstrip().startswith("{")
            if seen == wanted or line.lstrip().startswith("]"):
                return number if wanted and seen == wanted else start
        return start


def sources(place: Traversable) -> list[Traversable]:
    """Return the TOML files in a folder, by name; none when the folder is not there."""
    found = place.iterdir() if place.is_dir() else ()
    return sorted((entry for entry in found if entry.name.endswith(".toml")), key=lambda entry: entry.name)


def is_format(value: Any) -> Message | None:
    """Accept the one format of data files there is."""
    return None if type(value) is int and value == 1 else message("datafile.format")


def is_text(value: Any) -> Message | None:
    """Accept a non-empty text."""
    return None if isinstance(value, str) and value.strip() else message("datafile.text")


def is_texts(value: Any) -> Message | None:
    """Accept a list of non-empty texts, at least one."""
    good = isinstance(value, list) and value and all(isinstance(entry, str) and entry.strip() for entry in value)
    return None if good else message("datafile.texts")


def is_tables(value: Any) -> Message | None:
    """Accept a list of tables."""
    good = isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
    return None if good else message("datafile.tables")


def is_some_tables(value: Any) -> Message | None:
    """Accept a list of tables, at least one."""
    return is_tables(value) if value else message("datafile.tables")


def is_code(letter: str) -> Check:
    """Accept a code of this letter: "C12"."""
    pattern = re.compile(rf"{letter}[1-9][0-9]?")
    return lambda value: None if isinstance(value, str) and pattern.fullmatch(value) else message("datafile.code", letter=letter)


def is_one_of(words: Iterable[str]) -> Check:
    """Accept one of `words`."""
    known = tuple(words)
    return lambda value: None if value in known else message("datafile.one-of", known=", ".join(map(str, known)))


def are_of(words: Iterable[str]) -> Check:
    """Accept a list of some of `words`, at least one."""
    known = tuple(str(word) for word in words)

    def check(value: Any) -> Message | None:
        good = isinstance(value, list) and value and all(entry in known for entry in value)
        return None if good else message("datafile.one-of", known=", ".join(known))

    return check
