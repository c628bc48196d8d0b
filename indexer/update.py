"""The stages behind intake: read and describe, then index. Each follows the catalogue's change sequence and may stop any time.

Reading goes by content: a copy of bytes read before costs nothing. What was read is in the text store before the catalogue says
so, and the index is on the disk before its position moves; so a crash repeats at most the last chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from archive.opening import Archive
from indexer.described import facts_of
from indexer.index import Index
from indexer.learning import LEARNER, learned, spoken_to
from indexer.pool import ReadingPool
from indexer.reading import Limits, Reading
from indexer.refill import refill
from indexer.tag import Paper, Ranker
from indexer.textstore import TextStore
from schema.model import Basis, Document, DocumentState, Facts, Tag, TagState, Unit
from schema.settings import Settings
from schema.units import fold_name

READER = "reader"
_CHUNK = 200
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Stages:
    """Everything the stages need, opened once: the reading processes start with the first file and stay."""

    archive: Archive
    store: TextStore
    index: Index
    pool: ReadingPool

    @cached_property
    def _untaught(self) -> Ranker:
        district = self.archive.district
        return Ranker(district.frameworks, assigns=district.settings.content_assigns)

    @cached_property
    def ranker(self) -> Ranker:
        """The ranker over the frameworks in use, with what people's decisions have taught; made anew when they teach more."""
        return self._untaught.taught(learned(self.archive))


@contextmanager
def opened(archive: Archive) -> Iterator[Stages]:
    """Open the stages of an archive; their files are closed and their processes ended when the block ends."""
    settings = archive.district.settings
    store = TextStore(archive.home.state / "text.sqlite")
    index = Index.open(archive.home.state / "index")
    try:
        with ReadingPool(limits(settings), settings.read_workers or None) as pool:
            yield Stages(archive, store, index, pool)
    finally:
        index.close()
        store.close()


def limits(settings: Settings) -> Limits:
    """Return the limits of one reading."""
    return Limits(seconds=float(settings.read_seconds), memory_bytes=settings.read_megabytes << 20)


def catch_up(stages: Stages, progress: Progress = lambda _: None) -> int:
    """Read, describe and index everything that changed since. Returns how many documents were indexed anew."""
    catalogue = stages.archive.catalogue
    if stages.store.fresh:
        _begin_anew(stages)
    told: dict[str, int] = {}  # what is said here of a document is a change, too, but no news
    while changed := catalogue.changes(catalogue.position(READER), _CHUNK):
        news = tuple(document for document in changed if told.get(document.id) != document.seq)
        _read(stages, news, progress)
        told |= describe(stages, news, upto=changed[-1].seq)
    _learn(stages)
    return _index(stages)


def _begin_anew(stages: Stages) -> None:
    """Have everything read, described and indexed again: the text store has lost what it held."""
    catalogue, store = stages.archive.catalogue, stages.store
    last = catalogue.last_seq()
    while (documents := catalogue.changes(0, _CHUNK)) and documents[0].seq <= last:
        _number_again(stages, (document for document in documents if document.seq <= last))
    store.take_note()


@contextmanager
def texts_change(stages: Stages, documents: Sequence[Document]) -> Iterator[None]:
    """Give documents whose text changes inside the block new change numbers, so that every later stage looks at them again.

    Before it changes: should the program be killed in between, they are looked at once too often, never once too little. And
    after it: another process may have looked in between, and shown the old text under the new number.
    """
    _number_again(stages, documents)
    yield
    _number_again(stages, documents)


def _number_again(stages: Stages, documents: Iterable[Document]) -> None:
    catalogue = stages.archive.catalogue
    with catalogue.transaction():
        for document in documents:
            catalogue.put(document)


def reread(stages: Stages, hashes: Sequence[str], progress: Progress = lambda _: None) -> int:
    """Read the bytes with these hashes again, describe and index what holds them. Returns of how many the reading changed."""
    catalogue, store, tree = stages.archive.catalogue, stages.store, stages.archive.home.tree
    changed = 0
    for start in range(0, len(hashes), _CHUNK):
        held = {sha256: tuple(catalogue.holding(sha256)) for sha256 in hashes[start : start + _CHUNK]}
        jobs = ((sha256, tree / documents[0].path) for sha256, documents in held.items() if documents)
        with texts_change(stages, tuple(chain.from_iterable(held.values()))), store.batch():
            for sha256, reading in stages.pool.read_all(jobs):
                changed += replace(reading, version="") != replace(store.read_alone(sha256) or reading, version="")
                store.put(sha256, reading)
                progress(held[sha256][0].name)
        catch_up(stages)
    return changed


def _read(stages: Stages, documents: Iterable[Document], progress: Progress) -> None:
    """Put into the text store what is not there yet of these documents' bytes."""
    tree = stages.archive.home.tree
    jobs: dict[str, Document] = {}
    for document in documents:
        if document.sha256 in jobs or stages.store.get(document.sha256) is not None:
            progress(document.name)
        else:
            jobs[document.sha256] = document
    with stages.store.batch():
        for sha256, reading in stages.pool.read_all((sha256, tree / document.path) for sha256, document in jobs.items()):
            stages.store.put(sha256, reading)
            progress(jobs[sha256].name)


def _learn(stages: Stages) -> None:
    """Rank again what decisions made since the last time speak to, so that their order does not show in what is proposed."""
    catalogue = stages.archive.catalogue
    last = catalogue.last_seq()
    if catalogue.position(LEARNER) == last:
        return
    affected = spoken_to(stages.archive)
    if affected:
        stages.__dict__.pop("ranker", None)
    for start in range(0, len(affected), _CHUNK):
        describe(stages, tuple(catalogue.lookup(affected[start : start + _CHUNK]).values()))
    with catalogue.transaction():
        catalogue.advance(LEARNER, last if stages.archive.district.settings.learn else 0)


def describe(stages: Stages, documents: tuple[Document, ...], upto: int = 0) -> dict[str, int]:
    """Tell the catalogue what reading told and, where given, that the reader has come as far as change `upto`.

    Returns the change numbers of the documents of which that was something new, by id.
    """
    catalogue = stages.archive.catalogue
    described = []
    for document in documents:
        reading = stages.store.get(document.sha256)
        if reading is not None:
            facts = facts_of(reading, document.name, document.corrections)
            described.append((document.id, facts, content_tags(stages, document, facts, reading)))
    with catalogue.transaction():
        told = catalogue.describe(described)
        if upto:
            catalogue.advance(READER, upto)
    return told


def content_tags(stages: Stages, document: Document, facts: Facts, reading: Reading) -> tuple[Tag, ...]:
    """Return the tags that follow from the content of a document which neither a person nor its path has assigned to a point."""
    if document.state is not DocumentState.CURRENT or any(_decided(tag) for tag in document.tags):
        return ()
    unit = stages.archive.district.unit_by_id.get(document.unit)
    return stages.ranker.rank(paper_of(document, facts, reading, unit))


def paper_of(document: Document, facts: Facts, reading: Reading, unit: Unit | None) -> Paper:
    """Return a stored document as the ranker is told of it; the folder it was dropped in counts, unless it is the unit's own."""
    folder = document.source.rpartition("/")[0].rpartition("/")[2]
    own = unit is None or fold_name(folder) in map(fold_name, (unit.id, unit.name, *unit.aliases))
    return Paper(reading.text, facts.title, document.name, unit.kind if unit else None, () if own else (folder,), facts.date)


def _decided(tag: Tag) -> bool:
    return tag.state is TagState.ASSIGNED and tag.basis is not Basis.CONTENT


def _index(stages: Stages) -> int:
    """Apply every change since the index's own position; current documents go in, others out."""
    return refill(stages.index, stages.archive.catalogue, stages.store.folded)
