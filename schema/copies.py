"""The same paper as the evidence of several units: for the task force to look at, never judged by the program. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schema.findings import Finding
from schema.messages import message
from schema.model import Document, DocumentState, PointRef, Unit, UnitKind


@dataclass(frozen=True, slots=True)
class Copies:
    """Documents of several units that hold the same, at the points that more than one of the units answers with them."""

    documents: tuple[Document, ...]
    points: tuple[PointRef, ...]


def copies(documents: Iterable[Document], units: Iterable[Unit], alike: dict[str, str] | None = None) -> Iterator[Copies]:
    """Yield groups of current documents with the same bytes, or that `alike` (content hash to group) puts together.

    What a department filed as well is left out: schools hand on the district's papers as they should.
    """
    departments = {unit.id for unit in units if unit.kind is UnitKind.DEPARTMENT}
    groups: defaultdict[str, list[Document]] = defaultdict(list)
    for document in documents:
        if document.state is DocumentState.CURRENT and document.points:
            groups[(alike or {}).get(document.sha256, document.sha256)].append(document)
    for group in groups.values():
        owners = {document.unit for document in group}
        if len(owners) > 1 and not owners & departments:
            by_point: defaultdict[PointRef, set[str]] = defaultdict(set)
            for document in group:
                for ref in document.points:
                    by_point[ref].add(document.unit)
            shared = tuple(sorted(ref for ref, claimed in by_point.items() if len(claimed) > 1))
            if shared:
                yield Copies(tuple(group), shared)


def copy_findings(documents: Iterable[Document], units: Iterable[Unit]) -> Iterator[Finding]:
    """Yield a finding for every group of documents with the same bytes that several units claim one point with."""
    units = tuple(units)
    names = {unit.id: unit.name for unit in units}
    for found in copies(documents, units):
        first = found.documents[0]
        owners = dict.fromkeys(names.get(document.unit, document.unit) for document in found.documents)
        points = "、".join(map(str, found.points))
        detail = message("findings.copied-evidence", units="、".join(owners), count=len(owners), points=points)
        yield Finding("copied-evidence", first.id, detail, first.unit, first.name)
