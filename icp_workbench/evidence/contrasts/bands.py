"""Numbers and dates cut into bands that people can remember, without looking at any outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.condition import AllOf, Condition, FieldTest, Not
from icp_workbench.conditions.fields import Field
from icp_workbench.segments.binning import tidy
from icp_workbench.segments.index import RowSet, SegmentIndex

MOST_BANDS = 8
FEWEST = 20  # values in a band: fewer are nothing to build on
_MOVED = 0.25  # of the way to the next cut, how far a cut may be moved to become round
_POWERS = range(9, -3, -1)  # of ten: what values may all be whole multiples of, from billions to cents
_UNSEEN = 0.002  # of a band's width: a step below that is no way to write where the band ends
_MONTHS = (12, 3, 1)  # years, quarters, months

Floats = npt.NDArray[np.float64]
Cut = float | dt.date
Rounded = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Bands:
    """A number or a date in neighbouring bands, numbered from 0 at the lowest; no value is in two of them.

    Band i lies from cut i − 1 up to cut i. `ends[i]` is its last value as a person would write it (19 before
    20, 31 December before 1 January, 14M where no value is exactly that); None: whatever is under the cut.
    """

    field: str
    cuts: tuple[Cut, ...]
    ends: tuple[Cut | None, ...]

    @property
    def count(self) -> int:
        """How many bands there are."""
        return len(self.cuts) + 1

    def condition(self, first: int, last: int) -> Condition:
        """The range from band `first` to band `last`, both inclusive."""
        low = self.cuts[first - 1] if first else None
        above = self.cuts[last] if last < self.count - 1 else None
        if low is None or above is None:
            if above is not None:
                return self._up_to(last)
            return FieldTest(self.field, "is_known" if low is None else "at_least", low)
        end = self.ends[last]
        if end is None:
            return AllOf((FieldTest(self.field, "at_least", low), self._up_to(last)))
        if end == low:
            return FieldTest(self.field, "in", (low,))
        return FieldTest(self.field, "between", (low, end))

    def _up_to(self, at: int) -> Condition:
        end = self.ends[at]
        if end is None:
            return Not(FieldTest(self.field, "at_least", self.cuts[at]))
        return FieldTest(self.field, "at_most", end)


def bands_of(index: SegmentIndex, rows: RowSet, field: Field) -> Bands | None:
    """Up to eight bands of a number or a date, about alike in size among the values of these rows (at the
    attribute's own grain), 20 values in each at least; None for other types, and where there are too few
    values for two bands.

    Each cut is moved by up to a quarter of the way to the next one, to a round number, or to the first day of
    a year, a quarter or a month.
    """
    if field.type not in ("number", "date"):
        return None
    values = index.column(field.name, field.grain).values[rows.observations(field.grain)]
    if field.type == "date":
        days = values[~np.isnat(values)].astype("datetime64[D]").astype(np.int64).astype(float)
        return _of_days(field.name, days)
    return _of_numbers(field.name, values[np.isfinite(values)])


def runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last position of each run of trues."""
    edges = [at for at, (before, after) in enumerate(pairwise([False, *flags, False])) if before != after]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield start, end - 1


def _of_days(name: str, days: Floats) -> Bands | None:
    cuts = [_date(cut) for cut in _cuts(days, _round_day) if days.min() < cut <= days.max()]
    return Bands(name, tuple(cuts), tuple(cut - dt.timedelta(days=1) for cut in cuts)) if cuts else None


def _of_numbers(name: str, values: Floats) -> Bands | None:
    cuts = _cuts(values, _round_number)
    if not cuts:
        return None
    step, low, high = _step(values), float(values.min()), float(values.max())
    if step:
        cuts = sorted({tidy(ceil(tidy(cut / step)) * step) for cut in cuts})
    cuts = [cut for cut in cuts if low < cut <= high]
    present = np.isin(cuts, values)
    ends = [
        _end(cut, step, cut - before, bool(there))
        for before, cut, there in zip([low, *cuts], cuts, present, strict=False)
    ]
    return Bands(name, tuple(cuts), tuple(ends)) if cuts else None


def _end(cut: float, step: float, width: float, present: bool) -> float | None:
    """How the band below a cut ends: one step before, at the cut where no value is, else just under it."""
    if step and step >= _UNSEEN * width:
        return tidy(cut - step)
    return None if present else cut


def _cuts(values: Floats, rounded: Rounded) -> list[float]:
    """Quantiles that cut the values into bands of alike size, each made round, ascending and different."""
    wanted = min(MOST_BANDS, len(values) // FEWEST)
    if wanted < 2:
        return []
    inner = np.unique(np.quantile(values, np.linspace(0, 1, wanted + 1)[1:-1]))
    edges = np.unique([values.min(), *inner, values.max()])
    room = [float(np.abs(edges[edges != cut] - cut).min(initial=np.inf)) * _MOVED for cut in inner]
    return sorted({rounded(float(cut), near) for cut, near in zip(inner, room, strict=True)})


def _round_number(cut: float, room: float) -> float:
    """The number with the fewest significant digits within `room` of the cut."""
    near = (float(f"{cut:.{digits}g}") for digits in range(1, 17))
    return next((number for number in near if abs(number - cut) <= room), cut)


def _round_day(cut: float, room: float) -> float:
    """The first day of a year, a quarter or a month within `room` days of the cut, all in days since 1970."""
    month = int(np.datetime64(round(cut), "D").astype("datetime64[M]").astype(np.int64))
    for months in _MONTHS:
        first = month // months * months
        near = min((_first_day(first), _first_day(first + months)), key=lambda day: abs(day - cut))
        if abs(near - cut) <= room:
            return near
    return float(ceil(cut))


def _first_day(month: int) -> float:
    return float(np.datetime64(month, "M").astype("datetime64[D]").astype(np.int64))


def _date(day: float) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(day))


def _step(values: Floats) -> float:
    """The largest power of ten that all values are whole multiples of; 0 where they are finer than cents."""
    for power in _POWERS:
        if (np.round(values, -power) == values).all():
            return float(f"1e{power}")
    return 0.0
