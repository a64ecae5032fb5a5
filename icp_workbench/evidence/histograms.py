"""Numbers and dates as histograms: edges a person would have chosen, fixed by the whole book."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil, floor, log10
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.fields import Field
from icp_workbench.segments.index import ACCOUNT, RowSet, SegmentIndex

MOST_BINS = 20
_SKEWED = 5.0  # mean beyond the middle half, in widths of it, from which steps grow with the value


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of a number (or date) between `edges` (len(counts) + 1); `blank` accounts have no value."""

    edges: tuple[float, ...] | tuple[dt.date, ...]
    counts: tuple[int, ...]
    blank: int


@dataclass(frozen=True, slots=True, eq=False)
class _Binned:
    edges: tuple[float, ...] | tuple[dt.date, ...]
    codes: npt.NDArray[np.intp]  # the bin of each row; blank rows have the last code


_BINNED: WeakKeyDictionary[SegmentIndex, dict[str, _Binned]] = WeakKeyDictionary()


def histogram(index: SegmentIndex, rows: RowSet, field: Field) -> Histogram | None:
    """The attribute's distribution under a filter, counted at its own grain; None for other types of
    attribute.

    The edges come from the whole book, so that bars do not move while slicing: even round steps, or steps
    growing as 1, 2, 5, 10 where the values are skewed; dates by month, quarter or year. At most 20 bins; the
    last includes its upper edge.
    """
    if field.type not in ("number", "date"):
        return None
    mask = rows_at(rows, field.grain)
    if mask is None:
        return None
    known = _BINNED.setdefault(index, {})
    if field.name not in known:
        known[field.name] = _binned(index.column(field.name, field.grain).values, field.type == "date")
    binned = known[field.name]
    bins = max(len(binned.edges) - 1, 0)
    counts = np.bincount(binned.codes[mask], minlength=bins + 1).tolist()
    return Histogram(binned.edges, tuple(counts[:bins]), counts[bins])


def count_blank(index: SegmentIndex, rows: RowSet, field: Field) -> int:
    """Accounts under the filter without a value (at a finer grain: with an observation that has none)."""
    mask = rows_at(rows, field.grain)
    if mask is None:
        return 0
    blank = mask & index.column(field.name, field.grain).blank()
    if field.grain == ACCOUNT:
        return int(blank.sum())
    return len(np.unique(index.account_of(field.grain)[blank]))


def rows_at(rows: RowSet, grain: str) -> npt.NDArray[np.bool_] | None:
    """The filter's rows at a grain; None where filter and grain are two different ones finer than the
    account."""
    if grain != ACCOUNT and rows.grain not in (ACCOUNT, grain):
        return None
    return rows.observations(grain)


def _binned(values: npt.NDArray[np.generic], dates: bool) -> _Binned:
    blank = np.isnat(values) if dates else ~np.isfinite(values)
    known = values[~blank]
    if not len(known):
        return _Binned((), np.zeros(len(values), dtype=np.intp))
    edges: tuple[float, ...] | tuple[dt.date, ...]
    if dates:
        edges = date_edges(
            known.min().astype("datetime64[D]").item(), known.max().astype("datetime64[D]").item()
        )
        at = (
            np.searchsorted(np.array(edges, dtype="datetime64[D]"), values.astype("datetime64[D]"), "right")
            - 1
        )
    else:
        edges = number_edges(known.astype(float))
        at = np.searchsorted(np.array(edges), values.astype(float), "right") - 1
    bins = len(edges) - 1
    return _Binned(edges, np.where(blank, bins, np.clip(at, 0, bins - 1)).astype(np.intp))


def number_edges(values: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Round edges around finite values, at most 21."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return (low, low + 1.0)
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
    return tuple(_tidy(position * step) for position in range(first, last + 1))


def _growing_edges(values: npt.NDArray[np.float64], low: float, high: float) -> tuple[float, ...]:
    positive = values[values > 0]
    smallest = max(float(np.percentile(positive, 1)), high / 1e6)
    ladder = [
        _tidy(factor * 10.0**power)
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
    return next(_tidy(factor * power) for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-12))


def _tidy(number: float) -> float:
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
