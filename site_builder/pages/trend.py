"""The progress chart of the first page: both rates from day to day, as lines of an inline SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schema.progress import Day

# The drawing is 640 x 160 units, the lines inside a margin for the words.
WIDTH, HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 160, 44, 12, 10, 24


@dataclass(frozen=True, slots=True)
class Trend:
    """The chart: two lines as SVG points, the grid (place, words), and first and last day with both rates in per cent."""

    complete: str
    verified: str
    grid: tuple[tuple[float, str], ...]
    first: Day
    last: Day

    @property
    def complete_share(self) -> float:
        """The share that is complete on the last day."""
        return _share(self.last.complete, self.last.applicable)

    @property
    def verified_share(self) -> float:
        """The share that is verified on the last day."""
        return _share(self.last.verified, self.last.applicable)


def trend(days: Sequence[Day]) -> Trend | None:
    """Return the chart of these days, None while there are fewer than two."""
    if len(days) < 2:
        return None
    start, end = (date.fromisoformat(day.day).toordinal() for day in (days[0], days[-1]))
    across, down = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def place(day: Day, part: int) -> str:
        x = _LEFT + across * (date.fromisoformat(day.day).toordinal() - start) / max(end - start, 1)
        return f"{x:.1f},{_TOP + down * (1 - _share(part, day.applicable) / 100):.1f}"

    return Trend(
        " ".join(place(day, day.complete) for day in days),
        " ".join(place(day, day.verified) for day in days),
        tuple((_TOP + down * (1 - level / 100), f"{level}%") for level in (0, 50, 100)),
        days[0],
        days[-1],
    )


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
