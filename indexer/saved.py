"""Saved searches: HOME/searches.toml, one table a search, kept by hand or by `search --save`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from indexer.question import Filters
from indexer.ranking import Order
from schema.errors import ArchiveError, Fault, FaultsError
from schema.messages import Message, message

FILE = "searches.toml"
_CONDITIONS = tuple(entry.name for entry in fields(Filters))
_KEYS = ("query", *_CONDITIONS, "sort")


@dataclass(frozen=True, slots=True)
class Saved:
    """A search with a name."""

    name: str
    query: str = ""
    filters: Filters = field(default_factory=Filters)
    order: Order = Order.RELEVANCE


def load_saved(path: Path) -> tuple[Saved, ...]:
    """Return the searches in the file `path`, in its order; none without a file. Raises FaultsError with every fault."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FaultsError((Fault(path.name, "", message("search.saved-syntax", error=error)),)) from None
    faults = tuple(Fault(path.name, place, what) for name, table in tables.items() for place, what in _faults(name, table))
    if faults:
        raise FaultsError(faults)
    return tuple(_saved(name, table) for name, table in tables.items())


def choose(saved: tuple[Saved, ...], name: str) -> Saved:
    """Return the search called `name`. Raises ArchiveError."""
    for entry in saved:
        if entry.name == name:
            return entry
    raise ArchiveError("search.no-saved", name=name, known="、".join(entry.name for entry in saved) or "-")


def save(path: Path, entry: Saved) -> None:
    """Add a search to the file `path`; what stands there stays as it is. Raises FaultsError, ArchiveError for a name taken."""
    if any(entry.name == known.name for known in load_saved(path)):
        raise ArchiveError("search.saved-taken", name=entry.name)
    if not entry.query and entry.filters == Filters():
        raise ArchiveError("search.no-query")
    values = {"query": entry.query, **{name: getattr(entry.filters, name) for name in _CONDITIONS}}
    if entry.order is not Order.RELEVANCE:
        values["sort"] = str(entry.order)
    lines = [f"[{_toml(entry.name)}]", *(f"{name} = {_toml(value)}" for name, value in values.items() if value)]
    former = path.read_text(encoding="utf-8-sig").rstrip() if path.exists() else ""
    draft = path.with_name(path.name + ".draft")
    draft.write_text("\n".join([*([former, ""] if former else []), *lines, ""]), encoding="utf-8")
    draft.replace(path)


def _faults(name: str, table: object) -> Iterator[tuple[str, Message]]:
    if not isinstance(table, dict):
        yield name, message("search.saved-table")
        return
    for key, value in table.items():
        if key not in _KEYS:
            yield f"{name}.{key}", message("search.saved-key", known="、".join(_KEYS))
        elif not isinstance(value, str):
            yield f"{name}.{key}", message("search.saved-text")
        elif key == "sort" and value not in list(Order):
            yield f"{name}.{key}", message("search.saved-sort", known="、".join(Order))
    if not any(isinstance(table.get(key), str) and table[key].strip() for key in _KEYS if key != "sort"):
        yield name, message("search.saved-empty")


def _saved(name: str, table: Mapping[str, Any]) -> Saved:
    conditions = Filters(**{key: table[key] for key in _CONDITIONS if key in table})
    return Saved(name, table.get("query", ""), conditions, Order(table.get("sort", Order.RELEVANCE)))


def _toml(text: str) -> str:
    # A JSON string is a basic string of TOML, but for DEL, which JSON leaves as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
