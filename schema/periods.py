"""Periods of time and the windows made of them: calendar years, school years, terms. Pure.

A school year runs from 1 September to 31 August (as the Ministry counts in its yearly statistics); its second term begins on
1 February. Windows are counted back from the assessment date. The period that date lies in is not over yet, so evidence of it
cannot be demanded; but where it is there already, it need not be older. Hence of the last n periods the last n - 1 complete ones
are fixed, and the nth may be the running one or the complete one before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from schema.messages import Language, message
from schema.model import Per, Window

Span = tuple[int, int]
"""First and last day, both included, as ordinals of datetime.date."""


class PeriodUnit(StrEnum):
    """What a window counts in."""

    YEAR = "year"
    SCHOOL_YEAR = "school-year"
    TERM = "term"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period. `number` is the year, the year a school year begins in, or for a term twice that, plus 1 for the second."""

    unit: PeriodUnit
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        if self.unit is PeriodUnit.YEAR:
            return date(self.number, 1, 1)
        if self.unit is PeriodUnit.SCHOOL_YEAR:
            return date(self.number, 9, 1)
        year, second = divmod(self.number, 2)
        return date(year + 1, 2, 1) if second else date(year, 9, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date.fromordinal(self.back(-1).first.toordinal() - 1)

    @property
    def span(self) -> Span:
        """Its first and last day."""
        return self.first.toordinal(), self.last.toordinal()

    def back(self, count: int) -> Period:
        """Return the period `count` periods earlier."""
        return Period(self.unit, self.number - count)

    def text(self, language: Language = "zh") -> str:
        """Return its name: 2025年, 2025-2026学年, 2025-2026学年第一学期."""
        if self.unit is PeriodUnit.TERM:
            year, second = divmod(self.number, 2)
            return message(f"period.term-{second + 1}", first=year, last=year + 1).text(language)
        return message(f"period.{self.unit}", first=self.number, last=self.number + 1).text(language)


def containing(unit: PeriodUnit, day: date) -> Period:
    """Return the period that `day` lies in."""
    if unit is PeriodUnit.YEAR:
        return Period(unit, day.year)
    school_year = day.year - (day.month < 9)
    if unit is PeriodUnit.SCHOOL_YEAR:
        return Period(unit, school_year)
    return Period(unit, 2 * school_year + (2 <= day.month < 9))


@dataclass(frozen=True, slots=True)
class Slot:
    """One time for which evidence is owed: any of `periods`, or, when `through`, anything from the first of them to the last.

    Without periods any time will do. `spans` are the days that count.
    """

    periods: tuple[Period, ...] = ()
    through: bool = False
    spans: tuple[Span, ...] = ()

    def text(self, language: Language = "zh") -> str:
        """Return its name, "" where any time will do."""
        if len(self.periods) < 2:
            return "".join(period.text(language) for period in self.periods)
        code = "period.through" if self.through else "period.either"
        return message(code, one=self.periods[0].text(language), other=self.periods[-1].text(language)).text(language)


ANY_TIME = Slot()


def either(*periods: Period) -> Slot:
    """Return the slot that any of `periods` fills."""
    return Slot(periods, spans=tuple(period.span for period in periods))


def through(first: Period, last: Period) -> Slot:
    """Return the slot that any time from `first` to `last` fills."""
    return Slot((first, last), through=True, spans=((first.span[0], last.span[1]),))


@lru_cache(maxsize=4096)
def slots(window: Window, per: Per, day: date | None) -> tuple[Slot, ...]:
    """Return the times for which an item is owed `per` period of `window`, oldest first, seen from the assessment on `day`.

    Without a day, and for what is owed once, any time will do.
    """
    if day is None or per is Per.ONCE or (window.once and per in (Per.PERIOD, Per.UNIT)):
        return (ANY_TIME,)
    unit = PeriodUnit(per) if per not in (Per.PERIOD, Per.UNIT) else PeriodUnit(window.unit)
    running = containing(unit, day)
    over = running.last == day  # on its last day a period is complete
    if window.since:
        oldest = containing(unit, date(window.since, 1, 1))
        if per in (Per.PERIOD, Per.UNIT):
            return (through(oldest, running),)
        newest = running if over else running.back(1)
        return tuple(either(Period(unit, number)) for number in range(oldest.number, newest.number + 1)) or (either(running),)
    last = _length(window, unit)
    if per is Per.UNIT:
        return (through(running.back(last - 1 if over else last), running),)
    if over:
        return tuple(either(running.back(back)) for back in reversed(range(last)))
    fixed = tuple(either(running.back(back)) for back in reversed(range(1, last)))
    return (*fixed, either(running, running.back(last)))


def _length(window: Window, unit: PeriodUnit) -> int:
    """Return how many periods of `unit` a window of another unit spans: a year has two terms."""
    if unit is PeriodUnit.TERM and window.unit != PeriodUnit.TERM:
        return 2 * max(window.last, 1)
    if unit is not PeriodUnit.TERM and window.unit == PeriodUnit.TERM:
        return max((window.last + 1) // 2, 1)
    return max(window.last, 1)
