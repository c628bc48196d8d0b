"""The base index of a site, kept from build to build while few documents change.

An index is a base of all documents as they were, and beside it, after a few changes, a small one of the documents that are new or
changed since; those of the base that changed are named as dead, and their texts are taken out of its text files. After many
changes, a withdrawal, or when everything is looked at anew, there is one base again: what a full build ships follows from the
data alone.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

from schema.model import Document
from site_builder import records, textindex
from site_builder.keys import digest
from site_builder.publish import Tree
from site_builder.records import Record
from site_builder.survey import Survey, grouped

# A base is kept while no more of its documents than one in so many are new, changed or gone; small ones cost nothing to make.
_SHARE, _FEW = 16, 50

Keyed = tuple[str, str]
"""A document's id, and a key that tells everything its record and its columns are made from."""


@dataclass(frozen=True, slots=True)
class Base:
    """The base index as it was made, its dead documents, and the text files that lie elsewhere since.

    `base` is the key of programs and frameworks it was made with; `documents` come in the order of their numbers.
    """

    base: str
    name: str
    documents: tuple[Keyed, ...]
    dead: frozenset[int]
    moved: dict[int, str]

    @classmethod
    def of(cls, memory: dict[str, Any]) -> Base | None:
        """Return the base that `memory` tells of, None when it tells of none."""
        if not memory:
            return None
        documents = tuple((identifier, key) for identifier, key in memory["documents"])
        return cls(memory["base"], memory["name"], documents, frozenset(memory["dead"]), {int(n): p for n, p in memory["moved"]})

    def memory(self) -> dict[str, Any]:
        """Return what the next build is to know, as values of JSON."""
        moved = sorted(self.moved.items())
        return {"base": self.base, "name": self.name, "documents": self.documents, "dead": sorted(self.dead), "moved": moved}

    @property
    def held(self) -> frozenset[str]:
        """The ids of the documents that are found by it."""
        return frozenset(identifier for number, (identifier, _) in enumerate(self.documents) if number not in self.dead)

    @property
    def groups(self) -> tuple[tuple[Keyed, ...], ...]:
        """The documents by text file."""
        count = records.bucket_count(len(self.documents))
        groups = grouped(self.documents, lambda pair: records.bucket(pair[0], count))
        return tuple(groups.get(number, ()) for number in range(count))

    def files(self) -> tuple[str, ...]:
        """Return its text files as they are now."""
        keys = (digest(self.base, [own for _, own in group]) for group in self.groups)
        return tuple(self.moved.get(number) or records.file_name(number, key) for number, key in enumerate(keys))


def in_order(documents: Iterable[Document], keys: Mapping[str, str]) -> tuple[Keyed, ...]:
    """Return ids and keys in the order in which an index of `documents` numbers them."""
    listed = list(documents)
    count = records.bucket_count(len(listed))
    listed.sort(key=lambda document: (records.bucket(document.id, count), document.id))
    return tuple((document.id, keys[document.id]) for document in listed)


def kept(survey: Survey, tree: Tree, base: str) -> Base | None:
    """Return the base index of the last build brought up to date, None when a new one is to be made.

    `base` is the key of programs and frameworks.
    """
    known, keys = Base.of(tree.memory), survey.keys
    if known is None or known.base != base:
        return None
    dead = known.dead | {number for number, (identifier, key) in enumerate(known.documents) if keys.get(identifier) != key}
    gone = {known.documents[number][0] for number in dead - known.dead} - keys.keys()
    changes = len(keys) - (len(known.documents) - len(dead)) + len(dead)
    index = tree.keys(f"idx/{known.name}/")
    whole = f"idx/{known.name}/dir.js" in index and all(map(tree.there, chain(index, known.files())))
    if not whole or changes > max(_FEW, len(known.documents) // _SHARE) or not _replaced(survey, gone):
        return None
    for path in index:
        tree.keep(path)
    return Base(base, known.name, known.documents, frozenset(dead), _emptied(tree, known, dead - known.dead))


def _replaced(survey: Survey, gone: Iterable[str]) -> bool:
    """Return whether all documents that left were replaced by newer versions: what was withdrawn must leave the index as well."""
    return all(identifier in survey.older for identifier in gone)


def _emptied(tree: Tree, known: Base, dying: Iterable[int]) -> dict[int, str]:
    """Keep the text files of a base, those with documents that are dying without their texts; return where files lie now."""
    moved = dict(known.moved)
    starts = list(accumulate((len(own) for own in known.groups), initial=0))
    # Behind empty files the last one begins where they do.
    places = grouped(dying, lambda number: bisect_right(starts, number) - 1)
    for number, path in enumerate(known.files()):
        if number not in places:
            tree.keep(path)
            continue
        taken = {at - starts[number] for at in places[number]}
        left = [None if place in taken else entry for place, entry in enumerate(read_records(tree, path))]
        key = digest(left)
        moved[number] = records.file_name(number, key)
        tree.put(moved[number], key, textindex.script(moved[number], left))
    return moved


def read_records(tree: Tree, path: str) -> list[Record | None]:
    """Return the records of a text file that is there already: so an unchanged text is neither asked for nor masked again."""
    source = (tree.out / path).read_text(encoding="utf-8")
    shipped: list[Record | None] = json.loads(source[source.index(",") + 1 : source.rindex(")")])
    return shipped
