"""From the decisions kept in an archive to lessons. Derived data: made from the catalogue whenever it is needed, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.opening import Archive
from indexer.learned import NOTHING_LEARNED, Learned, Lesson, called
from schema.model import Basis, Document, DocumentState, TagState, TextStatus

# The follower that remembers up to which change decisions have been learned from; 0 where nothing is learned.
LEARNER = "learner"


def learned(archive: Archive) -> Learned:
    """Return what the decisions about current documents teach; nothing where learning is switched off.

    A document that was not read yet has no title; it teaches once it has.
    """
    if not archive.district.settings.learn:
        return NOTHING_LEARNED
    known = (document for document in archive.catalogue.ruled() if document.state is DocumentState.CURRENT)
    return _learned(archive, (document for document in known if document.facts.text_status is not TextStatus.PENDING))


def spoken_to(archive: Archive) -> tuple[str, ...]:
    """Return the ids of undecided documents to which decisions changed since the learner's position speak.

    Where learning was switched off since, those are all to which any decision speaks: they forget it.
    """
    catalogue, position = archive.catalogue, archive.catalogue.position(LEARNER)
    if not archive.district.settings.learn and not position:
        return ()
    changed = tuple(catalogue.ruled(after=position if archive.district.settings.learn else 0))
    if not changed:
        return ()
    lessons = _learned(archive, changed)
    return tuple(document for document, title, name in catalogue.unfiled() if lessons.knows(called(title, name)))


def _learned(archive: Archive, documents: Iterable[Document]) -> Learned:
    units = archive.district.units
    names = (name for unit in units for name in (unit.name, *unit.aliases))
    return Learned((lesson for document in documents for lesson in _lessons(document)), names)


def _lessons(document: Document) -> Iterator[Lesson]:
    """Yield what a document teaches: the points persons named, and those they ruled out."""
    words = called(document.facts.title, document.name)
    for tag in document.tags:
        if tag.basis is Basis.PERSON and tag.state is TagState.ASSIGNED:
            yield Lesson(document.id, words, tag.point, True, document.name)
    for entry in document.dismissed:
        yield Lesson(document.id, words, entry.point, False, document.name)
