"""What the tags of stored documents would be by the rules, lexicon and frameworks of today, and putting that into force.

A person's word is never touched. Showing reads the archive only; it may stand open elsewhere meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archive.opening import Archive
from archive.path_again import PathsAgain, Refiling, file_anew
from indexer.learning import learned
from indexer.tag import Ranker
from indexer.textstore import TextStore
from indexer.update import Stages, catch_up, describe, paper_of
from schema.model import Basis, Document, DocumentState, PointRef, Tag, TagState

_CHUNK = 200
Key = tuple[PointRef, TagState, Basis]


@dataclass(frozen=True, slots=True)
class Retagging:
    """A document, what would be filed of its path, and all its tags as they would be."""

    refiling: Refiling
    after: tuple[Tag, ...]

    @property
    def document(self) -> Document:
        """The document as it is."""
        return self.refiling.document

    @property
    def is_change(self) -> bool:
        """Whether points, states or bases would differ; scores and reasons alone are no change for anybody."""
        return keys(self.document.tags) != keys(self.after) or (self.refiling.indicator != self.document.indicator)


@dataclass(slots=True)
class Sums:
    """How many documents were looked at and would change, and their assigned and proposed tags before and after."""

    documents: int = 0
    changed: int = 0
    assigned: tuple[int, int] = (0, 0)
    proposed: tuple[int, int] = (0, 0)

    def add(self, one: Retagging) -> None:
        """Count a document."""
        self.documents += 1
        self.changed += one.is_change
        self.assigned = _plus(self.assigned, one, TagState.ASSIGNED)
        self.proposed = _plus(self.proposed, one, TagState.PROPOSED)


def keys(tags: Iterable[Tag]) -> list[Key]:
    """Return what matters of tags, in a fixed order."""
    return sorted({(tag.point, tag.state, tag.basis) for tag in tags})


def retaggings(archive: Archive, store: TextStore, unit: str | None = None) -> Iterator[Retagging]:
    """Yield every current document (a unit's, by id) with its tags as they would be today. Nothing is changed."""
    district = archive.district
    ranker = Ranker(district.frameworks, learned(archive), assigns=district.settings.content_assigns)
    paths = PathsAgain(archive)
    for document in archive.catalogue.documents():
        if document.state is DocumentState.CURRENT and unit in (None, document.unit):
            refiling = paths.refiling(document)
            yield Retagging(refiling, refiling.tags + _content(archive, store, ranker, refiling))


def retag(stages: Stages, progress: Callable[[str], None] = lambda _: None) -> Sums:
    """Put into force what `retaggings` shows. Returns the sums. The archive is open for writing. Raises OSError."""
    archive, sums = stages.archive, Sums()
    otherwise: list[Refiling] = []
    heard: list[str] = []
    for one in retaggings(archive, stages.store):
        sums.add(one)
        progress(one.document.name)
        if one.refiling.is_change:
            otherwise.append(one.refiling)
        elif one.after != one.document.tags:
            heard.append(one.document.id)
    file_anew(archive, otherwise)
    for start in range(0, len(heard), _CHUNK):
        describe(stages, tuple(archive.catalogue.lookup(heard[start : start + _CHUNK]).values()))
    catch_up(stages)
    return sums


def _content(archive: Archive, store: TextStore, ranker: Ranker, refiling: Refiling) -> tuple[Tag, ...]:
    """Return the tags that follow from content where the path (or a person) assigns none; none of what is ruled out."""
    document = refiling.document
    reading = store.get(document.sha256)
    if reading is None or any(tag.state is TagState.ASSIGNED for tag in refiling.tags):
        return ()
    settled = {tag.point for tag in refiling.tags} | {entry.point for entry in document.dismissed}
    unit = archive.district.unit_by_id.get(document.unit)
    tags = ranker.rank(paper_of(document, document.facts, reading, unit))
    return tuple(tag for tag in tags if tag.point not in settled)


def _plus(pair: tuple[int, int], one: Retagging, state: TagState) -> tuple[int, int]:
    before, after = (len({tag.point for tag in tags if tag.state is state}) for tags in (one.document.tags, one.after))
    return pair[0] + before, pair[1] + after
