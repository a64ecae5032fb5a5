"""Numbers and dates in bins: edges a person would have chosen, fixed by the whole book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.evaluation import Column
from icp_workbench.segments.packing import narrowest

MOST_BINS = 20
_SKEWED = 5.0  # mean beyond the middle half, in widths of it, from which steps grow with the value

Edges = tuple[float, ...] | tuple[dt.date, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """A number or a date in bins between `edges` (none where every row is blank). `codes` (n_rows,): the bin
    of each row, blank rows having the code after the last bin's."""

    edges: Edges
    codes: npt.NDArray[np.unsignedinteger[Any]]

    @property
    def bins(self) -> int:
        """How many bins there are."""
        return max(len(self.edges) - 1, 0)


def bins_of(column: Column) -> Bins:
    """The bins of a number's or a date's column: even round steps, or steps growing as 1, 2, 5, 10 where the
    values are skewed; dates by month, quarter or year. At most 20; the last includes its upper edge."""
    values, blank = column.values, column.blank()
    if column.type == "number":
        blank = ~np.isfinite(values)
    known = values[~blank]
    if not len(known):
        return Bins((), np.zeros(len(values), dtype=np.uint8))
    edges: Edges
    if column.type == "date":
        first, last = (end.astype("datetime64[D]").item() for end in (known.min(), known.max()))
        edges = date_edges(first, last)
        at = np.searchsorted(np.array(edges, dtype="datetime64[D]"), values.astype("datetime64[D]"), "right")
    else:
        edges = number_edges(known.astype(float))
        at = np.searchsorted(np.array(edges), values.astype(float), "right")
    bins = len(edges) - 1
    codes = np.where(blank, bins, np.clip(at - 1, 0, bins - 1)).astype(narrowest(bins + 1))
    codes.flags.writeable = False
    return Bins(edges, codes)


def number_edges(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Round edges around finite values, at most 21."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return (low, max(low + 1.0, float(np.nextafter(low, np.inf))))
    quarter, three_quarters = np.percentile(values, [25, 75]).tolist()
    if low >= 0 and high - three_quarters > _SKEWED * max(three_quarters - quarter, 1e-12):
        return _growing_edges(values, low, high)
    whole = bool((values == np.floor(values)).all())
    step = _round_up((high - low) / MOST_BINS)
    step = max(step, 1.0) if whole else step
    while ceil(high / step) - floor(low / step) > MOST_BINS:
        step = _round_up(step * 1.01)
    first = floor(low / step)
    last = max(ceil(high / step), first + 1)
    return tuple(tidy(position * step) for position in range(first, last + 1))


def _growing_edges(values: npt.NDArray[np.float64], low: float, high: float) -> tuple[float, ...]:
    positive = values[values > 0]
    smallest = max(float(np.percentile(positive, 1)), high / 1e6)
    ladder = [
        tidy(factor * 10.0**power)
        for power in range(floor(log10(smallest)), ceil(log10(high)) + 1)
        for factor in (1, 2, 5)
    ]
    inner = [edge for edge in ladder if smallest < edge < high]
    top = next(edge for edge in ladder if edge >= high)
    bottom = 0.0 if low < min(inner, default=top) / 2 else max((e for e in ladder if e <= low), default=0.0)
    edges = [bottom, *(edge for edge in inner if edge > bottom), top]
    while len(edges) > MOST_BINS + 1:
        edges = [edges[0], *edges[1:-1][::2], edges[-1]]
    return tuple(edges)


def _round_up(step: float) -> float:
    """The next of 1, 2, 5, 10 × a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(tidy(factor * power) for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-12))


def tidy(number: float) -> float:
    """A number without what rounding in binary left behind: 0.3, not 0.30000000000000004."""
    return float(f"{number:.12g}")


def date_edges(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Starts of months, quarters or years around two dates, whichever is the finest with at most 20 bins."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next(
        (step for step in (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200) if months / step <= MOST_BINS - 1), 2400
    )
    start = (first.year * 12 + first.month - 1) // step * step
    edges = [start]
    while edges[-1] <= last.year * 12 + last.month - 1:
        edges.append(edges[-1] + step)
    found = [dt.date(min(max(month // 12, 1), 9999), month % 12 + 1, 1) for month in edges]
    return tuple(dict.fromkeys(found))
