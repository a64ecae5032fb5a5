"""When things happened: the quarter of each observation of a metric."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.outcomes import Outcome
from icp_workbench.segments.index import SegmentIndex

DATED_BY = {"deal": "closed", "customer": "started", "subscription": "started", "ticket": "opened"}
MOST_QUARTERS = 160
_UNDATED = np.iinfo(np.int16).min
_FIRST, _END = (1 - 1970) * 4, (10_000 - 1970) * 4  # of the years a date can have


@dataclass(frozen=True, eq=False)
class Quarters:
    """`of` (n,) is the quarter of each usable observation, counted from the first of `count`; outside 0 …
    `count` − 1 for those without a date, and for the `beside` that are dated too far off."""

    of: npt.NDArray[np.int16]
    first: int
    count: int
    beside: int = 0

    def start(self, at: int) -> dt.date:
        """The first day of a quarter."""
        years, quarter = divmod(self.first + at, 4)
        return dt.date(1970 + years, quarter * 3 + 1, 1)


_KNOWN: WeakKeyDictionary[SegmentIndex, dict[str, npt.NDArray[np.int16] | None]] = WeakKeyDictionary()


def quarters_of(index: SegmentIndex, outcome: Outcome) -> Quarters | None:
    """The quarters of a metric's observations, from the first to the last; None where none is dated.

    A mistyped year must not squeeze the others: where first and last are more than forty years apart, only
    the forty are kept that end with the quarter before whose end 99 % of the observations lie.
    """
    known = _KNOWN.setdefault(index, {})
    grain = outcome.metric.grain
    if grain not in known:
        known[grain] = _read(index, grain)
    everyone = known[grain]
    if everyone is None:
        return None
    quarter = everyone[outcome.row]
    dated = quarter[quarter != _UNDATED]
    if not len(dated):
        return None
    first, last, beside = int(dated.min()), int(dated.max()), 0
    if last - first >= MOST_QUARTERS:
        last = int(np.quantile(dated, 0.99, method="higher"))
        dated = dated[(dated > last - MOST_QUARTERS) & (dated <= last)]
        first, beside = int(dated.min()), int(np.count_nonzero(quarter != _UNDATED)) - len(dated)
    of = np.where(quarter == _UNDATED, -1, quarter.astype(np.int32) - first).astype(np.int16)
    return Quarters(of, first, last - first + 1, beside)


def _read(index: SegmentIndex, grain: str) -> npt.NDArray[np.int16] | None:
    """The quarter of each observation of a grain, counted from 1970; None where the grain has no date."""
    values = index.book.observations[grain].values
    dated = DATED_BY.get(grain)
    if dated is None or dated not in values:
        return None
    month = values[dated].to_numpy("datetime64[M]")
    quarter = month.astype(np.int64) // 3
    held = ~np.isnat(month) & (quarter >= _FIRST) & (quarter < _END)
    return np.where(held, quarter, _UNDATED).astype(np.int16)
