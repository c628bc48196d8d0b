"""Reading our own TOML data: every fault of a file is collected, with its line, before anything is said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from schema.errors import Fault
from schema.messages import Message, message

Value = TypeVar("Value")
Check = Callable[[Any], Message | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one key of a table must hold. `check` returns what is wrong with a value, or None."""

    check: Check
    required: bool = True


class DataFile:
    """A TOML file being checked; `faults` grows while it is looked at."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self._lines = text.splitlines()
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.data = {}
            line = re.search(r"at line (\d+)", str(error))
            self.fault(line[1] if line else "", message("datafile.syntax", error=error))

    def fault(self, place: str, what: Message) -> None:
        """Add a fault at `place` (a line, or a line and the table's name)."""
        self.faults.append(Fault(self.name, place, what))

    def table(self, data: Mapping[str, Any], rules: Mapping[str, Rule], place: str) -> bool:
        """Check one table against `rules`; return whether it can be used."""
        before = len(self.faults)
        for key in data.keys() - rules.keys():
            self.fault(place, message("datafile.unknown-key", key=key, known=", ".join(sorted(rules))))
        for key, rule in rules.items():
            if key in data:
                wrong = rule.check(data[key])
                if wrong is not None:
                    self.fault(place, message("datafile.wrong", key=key, why=wrong.text("zh")))
            elif rule.required:
                self.fault(place, message("datafile.missing-key", key=key))
        return len(self.faults) == before

    def tables(self, key: str, rules: Mapping[str, Rule]) -> list[tuple[str, dict[str, Any]]]:
        """Check the array of tables `[[key]]`; return place and content of those that can be used."""
        entries = self.data.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.fault("", message("datafile.not-tables", key=key))
            return []
        lines = [number for number, line in enumerate(self._lines, start=1) if line.strip() == f"[[{key}]]"]
        places = [f"{lines[n]} [[{key}]]" if n < len(lines) else f"{key}[{n}]" for n in range(len(entries))]
        return [(place, entry) for place, entry in zip(places, entries, strict=True) if self.table(entry, rules, place)]


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


def is_code(letter: str) -> Check:
    """Accept a code of this letter: "C12"."""
    pattern = re.compile(rf"{letter}[1-9]\d{{0,2}}", re.ASCII)
    return lambda value: None if isinstance(value, str) and pattern.fullmatch(value) else message("datafile.code", letter=letter)


def is_one_of(words: Any) -> Check:
    """Accept one of `words`."""
    known = tuple(str(word) for word in words)
    return lambda value: None if value in known else message("datafile.one-of", known=", ".join(known))


def are_of(words: Any) -> Check:
    """Accept a list of some of `words`, at least one."""
    known = tuple(str(word) for word in words)

    def check(value: Any) -> Message | None:
        good = isinstance(value, list) and value and all(entry in known for entry in value)
        return None if good else message("datafile.one-of", known=", ".join(known))

    return check
