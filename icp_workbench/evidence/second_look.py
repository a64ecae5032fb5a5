"""The second check of a criterion: does the difference hold among other accounts than all at once?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.verdicts import gain
from icp_workbench.evidence.weighings import plain
from icp_workbench.render.figures import difference
from icp_workbench.segments.index import RowSet, SegmentIndex

NEWEST = 0.3
_SALT = "icp second look"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The differences (segment − rest, in the metric's unit; None where a side has no outcome) among the
    newest accounts, or in each half of the accounts; `gains` the same on the scale of the metric's margin,
    positive where better."""

    kind: Literal["newest", "halves"]
    differences: tuple[float | None, ...]
    gains: tuple[float | None, ...]

    def holds(self, margin: float, *, anti: bool = False) -> bool:
        """Whether every difference keeps the right side (for an anti-ICP: the worse one) beyond the
        margin."""
        return all(found is not None and (-found if anti else found) > margin for found in self.gains)

    @property
    def among(self) -> str:
        """Where it looked, in words."""
        if self.kind == "newest":
            return f"among the newest {NEWEST:.0%} of the accounts"
        return "in both halves of the accounts"

    def told(self, metric: Metric, *, anti: bool = False) -> str:
        """What was found there, in words that follow "it": `holds among the newest 30% of the accounts
        (+12 pts)`."""
        if None in self.differences:
            where = "there" if self.kind == "newest" else "in one of them"
            return f"cannot be looked at {self.among}: segment or rest has no outcome {where}"
        changes = " and ".join(difference(found, metric.unit) for found in self.differences)
        holds = "holds" if self.holds(metric.margin, anti=anti) else "does not hold"
        return f"{holds} {self.among} ({changes})"


def second_look(index: SegmentIndex, rows: RowSet, metric: str) -> SecondLook:
    """The difference again: for metrics of closed deals with dates, among the accounts whose first outcome
    is in the newest 30 %; without dates (or with those of less than half of the accounts), or where time must
    pass to see the outcome, in both halves of the accounts by a salted hash of their ids.

    Time must pass for whatever is known of customers: whether they stay, and what they bring and cost. An
    account's first outcome is its first closed deal, won or lost, whatever the metric. KeyError for a metric
    the book does not have.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    newest = _newest_accounts(index) if outcome.metric.grain == "deal" else None
    if newest is not None and outcome.metric.estimator != "survival":
        parts: tuple[BoolArray, ...] = (newest,)
    else:
        first = _first_half(index)
        parts = (first, ~first)
    found = [_difference(outcome, rows, part) for part in parts]
    gains = tuple(gain(outcome.metric, change, rest) for change, rest in found)
    return SecondLook("newest" if len(parts) == 1 else "halves", tuple(pair[0] for pair in found), gains)


def _difference(outcome: Outcome, rows: RowSet, accounts: BoolArray) -> tuple[float | None, float | None]:
    """Segment − rest and the rest's own value, among some accounts."""
    here = accounts[outcome.account]
    inside = plain(outcome.estimate(observations_of(rows, outcome) & here).value)[0]
    outside = plain(outcome.estimate(rest_of(rows, outcome) & here).value)[0]
    return (None if inside is None or outside is None else inside - outside), outside


_NEWEST: WeakKeyDictionary[SegmentIndex, BoolArray | None] = WeakKeyDictionary()
_HALVES: WeakKeyDictionary[SegmentIndex, BoolArray] = WeakKeyDictionary()


def _newest_accounts(index: SegmentIndex) -> BoolArray | None:
    """Accounts whose first closed deal is among the newest 30 %, ties included; None without close dates, or
    with dates of less than half of the accounts that have a closed deal."""
    if index not in _NEWEST:
        _NEWEST[index] = _find_newest(index)
    return _NEWEST[index]


def _find_newest(index: SegmentIndex) -> BoolArray | None:
    deals = index.book.observations.get("deal")
    if deals is None or "closed" not in deals.values:
        return None
    closed: npt.NDArray[np.datetime64] = deals.values["closed"].to_numpy("datetime64[s]")
    known = np.ones(len(closed), dtype=bool)
    if "won" in deals.values:
        known = np.isfinite(deals.values["won"].to_numpy(dtype=float, na_value=np.nan))
    accounts = np.count_nonzero(np.bincount(deals.account[known], minlength=1))
    known &= ~np.isnat(closed)
    never = np.iinfo(np.int64).max
    first = np.full(index.n_accounts, never)
    np.minimum.at(first, deals.account[known], closed[known].astype(np.int64))
    dated = np.sort(first[first < never])
    if not len(dated) or 2 * len(dated) < accounts:
        return None
    threshold = dated[len(dated) - max(1, round(NEWEST * len(dated)))]
    return np.asarray((first >= threshold) & (first < never))


def _first_half(index: SegmentIndex) -> BoolArray:
    if index not in _HALVES:
        digests = (
            hashlib.blake2b(f"{_SALT}:{account}".encode("utf-8", "surrogatepass"), digest_size=1).digest()[0]
            for account in index.book.account_ids
        )
        _HALVES[index] = np.fromiter(
            (digest % 2 == 0 for digest in digests), dtype=bool, count=index.n_accounts
        )
    return _HALVES[index]
