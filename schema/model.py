"""The values everything else is made of: frameworks, units, documents, evidence. Frozen, with no behaviour but their form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering

from schema.messages import Message


@total_ordering
@dataclass(frozen=True, slots=True)
class PointRef:
    """The identity of an evaluation point: framework and number. C1 exists in both frameworks, so a bare code names nothing."""

    framework: str
    number: int

    @property
    def code(self) -> str:
        """The code inside its framework: "C12"."""
        return f"C{self.number}"

    def __str__(self) -> str:
        return f"{self.framework}/{self.code}"

    def __lt__(self, other: PointRef) -> bool:
        # Both frameworks are printed preschool first, as the notice's annexes are.
        return (self.framework != "preschool", self.framework, self.number) < (
            other.framework != "preschool",
            other.framework,
            other.number,
        )

    @classmethod
    def parse(cls, text: str) -> PointRef:
        """Return the point written as "preschool/C12". Raises ValueError for anything else."""
        framework, slash, code = text.partition("/")
        if not (slash and framework and code[:1] == "C" and code[1:].isascii() and code[1:].isdecimal()):
            raise ValueError(f"not a point: {text!r} (expected framework/C12)")
        return cls(framework, int(code[1:]))


class UnitKind(StrEnum):
    """Kinds of units that file evidence."""

    KINDERGARTEN = "kindergarten"
    PRIMARY = "primary"
    JUNIOR = "junior"
    NINE_YEAR = "nine-year"
    TWELVE_YEAR = "twelve-year"
    SPECIAL = "special"
    TEACHING_POINT = "teaching-point"
    DEPARTMENT = "department"


class Scope(StrEnum):
    """Who owes a point: the district once, every unit of the right kinds, or both."""

    DISTRICT = "district"
    UNIT = "unit"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison over a unit fact; `fact` is a field of Unit, `operator` one of is, in, from (>=), below (<)."""

    fact: str
    operator: str
    value: bool | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The time a point's evidence must cover, counted back from the assessment date.

    `unit` is year, school-year or term; `last` counts such periods; `since` is a calendar year; `once` asks for no period.
    """

    unit: str = "year"
    last: int = 0
    since: int = 0
    once: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure a point asks for. `thresholds` pairs a stage ("小学", "all") with its value as printed in the notice.

    `spread` pairs a stage with the most that the coefficient of variation between its schools may be; empty where none is set.
    """

    name: str
    unit: str
    comparator: str
    thresholds: tuple[tuple[str, str], ...]
    spread: tuple[tuple[str, str], ...] = ()


class Level(StrEnum):
    """Whether a point is incomplete without an item, or only the better for it."""

    MUST = "must"
    SHOULD = "should"


class Per(StrEnum):
    """How often an item is owed: for every period of the point's window (PERIOD), once within it (UNIT), once at all (ONCE)."""

    PERIOD = ""
    UNIT = "unit"
    YEAR = "year"
    SCHOOL_YEAR = "school-year"
    TERM = "term"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of evidence a point expects. `basis` says where the expectation comes from: "source:S1" or "judgement".

    `count` copies are owed each time; of items of one `group` any one will do. `giver` is "department" or "unit" where a mixed
    point asks only one of the two for it, else "". `valid` counts the years after its date for which a paper owed once holds, 0:
    for ever.
    """

    title: str
    keywords: tuple[str, ...]
    basis: str
    level: Level = Level.MUST
    count: int = 1
    per: Per = Per.PERIOD
    group: str = ""
    giver: str = ""
    valid: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """An evaluation point (评估要点). `applies` holds alternatives; a unit owes the point when all conditions of one hold.

    `restricted`: its evidence is about children in need of protection; nothing but counts and units may be made public.

    `words` are what its evidence is likely to say besides the items' keywords: other names, paraphrases, figures.
    """

    ref: PointRef
    indicator: str
    text: str
    scope: Scope
    kinds: tuple[UnitKind, ...]
    applies: tuple[tuple[Condition, ...], ...]
    window: Window
    metrics: tuple[Metric, ...]
    items: tuple[Item, ...]
    restricted: bool = False
    words: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The code inside its framework: "C12"."""
        return self.ref.code

    @property
    def quantitative(self) -> bool:
        """True where the point asks for a figure."""
        return bool(self.metrics)


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator (指标), B1 and so on, under a dimension."""

    code: str
    title: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension (维度), A1 and so on."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework of evaluation points (指标体系). `short` is the word shown before a code: 学前, 义教.

    `words` in a path name the framework whoever files; `hints` only suggest it, and are heard when the unit's kind says nothing.
    """

    id: str
    title: str
    short: str
    version: str
    source: str
    words: tuple[str, ...]
    kinds: tuple[UnitKind, ...]
    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    points: tuple[Point, ...]
    hints: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Return a hash without looking at two hundred items: frameworks are keys of caches."""
        return hash((self.id, self.version))

    def label(self, ref: PointRef) -> str:
        """Return a point's code as shown to people: "学前 C12"."""
        return f"{self.short} {ref.code}"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for a span of points (merged cells of a notice; a span may cross indicators).

    The n-th department is answered for by the n-th person. `departments_at` and `persons_at` are the numbers of the rows where
    the names are printed; for every other point of the span they are inferred from the merged cell.
    """

    framework: str
    first: int
    last: int
    departments: tuple[str, ...]
    persons: tuple[str, ...]
    departments_at: int
    persons_at: int

    def covers(self, ref: PointRef) -> bool:
        """Return whether `ref` lies in this span."""
        return ref.framework == self.framework and self.first <= ref.number <= self.last


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that files evidence. Facts are None when the register leaves them blank; a blank never hides a gap."""

    id: str
    name: str
    kind: UnitKind
    aliases: tuple[str, ...] = ()
    public: bool | None = None
    inclusive: bool | None = None
    boarding: bool | None = None
    pupils: int | None = None
    opened: int | None = None
    township: str = ""
    contact: str = ""


class Basis(StrEnum):
    """Why a tag was made, strongest first."""

    PERSON = "person"
    FOLDER = "folder"
    NAME = "name"
    CONTENT = "content"


class TagState(StrEnum):
    """An assigned tag counts as evidence; a proposed one waits for a person and never counts."""

    ASSIGNED = "assigned"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Tag:
    """The link of a document to a point, with why it was made. `score` lies in 0..1.

    `item` is the title of the item it answers and `period` the time it covers ("2024", "2024-2025学年"); "" where nobody said.
    """

    point: PointRef
    state: TagState
    basis: Basis
    score: float
    reason: Message
    item: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A person's word that a document is no evidence for a point, never to be proposed again. `reason`: who, when, why."""

    point: PointRef
    reason: Message


class DocumentState(StrEnum):
    """Where a document stands in its life: current, replaced by a newer version, or withdrawn by a named person."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class TextStatus(StrEnum):
    """What came of reading a document. PENDING: not read yet."""

    PENDING = "pending"
    OK = "ok"
    PARTIAL = "partial"
    EMPTY = "empty"
    NEEDS_OCR = "needs-ocr"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too-large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Element:
    """An element of an official paper (GB/T 9704-2012), as a rule found it or a person gave it.

    `name`: title, kind (文种), number, issuer, date (ISO 8601), recipients, attachments, secrecy. `rule` names what found it
    ("person": somebody said so), `confidence` (0 to 1) is how often that rule is right. `page` and `line` (of those that are not
    blank, from 1) say where it stands, None where that is no place in the text.
    """

    name: str
    values: tuple[str, ...]
    rule: str
    confidence: float
    page: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document by its text. `pages` is None where the format has none; `date` is ISO 8601 or empty."""

    text_status: TextStatus = TextStatus.PENDING
    kind: str = ""
    pages: int | None = None
    title: str = ""
    doc_number: str = ""
    issuer: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said an element of a paper is (no values: it has none), who said so, why and when (UTC, ISO 8601)."""

    element: str
    values: tuple[str, ...]
    by: str
    why: str
    when: str


@dataclass(frozen=True, slots=True)
class Document:
    """One stored file (材料): bytes and sidecar in the tree.

    `seq` is the change number of its last change. `path` is relative to the archive tree, `source` to the home (absolute for an
    inbox elsewhere), both with forward slashes; `received` is UTC, ISO 8601. `tags` holds assigned tags first; `indicator` is
    "preschool/B8" where no more than an indicator is known; `problems` is what was wrong with the codes in its path;
    `withdrawal` says who withdrew it (or brought it back), when and why; `dismissed` are the points that persons ruled out;
    `corrections` are what persons said of its elements, in the order they said it: the last word on each counts.
    """

    id: str
    seq: int
    sha256: str
    size: int
    unit: str
    name: str
    source: str
    path: str
    received: str
    version: int
    supersedes: str
    state: DocumentState
    facts: Facts = Facts()
    tags: tuple[Tag, ...] = ()
    indicator: str = ""
    problems: tuple[Message, ...] = ()
    withdrawal: Message | None = None
    dismissed: tuple[Dismissal, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def points(self) -> tuple[PointRef, ...]:
        """The points this document is evidence for (assigned tags only)."""
        return tuple(tag.point for tag in self.tags if tag.state is TagState.ASSIGNED)

    @property
    def decided(self) -> bool:
        """Whether a person has said of a point that it is one of this document's, or that it is none."""
        return bool(self.dismissed) or any(tag.basis is Basis.PERSON for tag in self.tags)


class Outcome(StrEnum):
    """What became of a path in the inbox; every path ever seen has exactly one (the ledger)."""

    NEW = "new"
    VERSION = "version"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    IGNORED = "ignored"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A path of the inbox and its one outcome. `document` is the id of the document it led to, or empty.

    `gone` is when the file was found to have left the inbox (UTC, ISO 8601), empty while it is there; its evidence stays.
    """

    path: str
    outcome: Outcome
    reason: Message
    document: str
    unit: str
    seen: str
    size: int
    gone: str = ""
