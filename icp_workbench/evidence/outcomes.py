"""One metric's observations, read once from the book and kept in the order its estimator needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import AccountBook, Observations
from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.evidence.estimates import (
    ClusterSums,
    Estimate,
    FloatArray,
    design_effect,
    kaplan_meier,
    median,
    no_estimate,
    ratio,
    share,
    sums_by,
    sums_by_account,
    survival_influence,
)
from icp_workbench.evidence.layout.accounts import SUMS, PerAccount, kinds_of_share, sums_of_ratio
from icp_workbench.evidence.layout.endings import AccountEndings, endings_of
from icp_workbench.evidence.layout.observations import ObservationRuns
from icp_workbench.evidence.layout.ranks import ValueRanks
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.rows import ACCOUNT, RowSet

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The usable observations of one metric: those with every figure it needs, all finite.

    `positions` (n,) are their places among the grain's observations (None: all of them, in order), `account`
    (n,) the account row, `value` (n,) the numerator, amount or duration, `weight` (n,) the denominator (ones
    for a share). Ascending by value for medians and survival. For survival `time` (n,) is the column of
    `times` at which an observation was last seen and `ended` (n,) whether its end was; `times` are the
    durations up to the horizon, which is their last, and observations beyond it have one column more. For
    lifetimes `times` are all durations. What a metric does not need is one figure shown n times, and takes no
    room.
    """

    metric: Metric
    n_accounts: int
    positions: npt.NDArray[np.int32] | None
    account: npt.NDArray[np.int32]
    value: FloatArray
    weight: FloatArray
    ended: BoolArray
    time: npt.NDArray[np.integer[Any]]
    times: FloatArray

    @property
    def row(self) -> npt.NDArray[np.int32]:
        """The place of each usable observation among the grain's: (n,)."""
        return np.arange(len(self.value), dtype=np.int32) if self.positions is None else self.positions

    @cached_property
    def repeats(self) -> bool:
        """Whether some account has more than one observation."""
        return bool(np.bincount(self.account, minlength=1).max() > 1)

    @cached_property
    def per_account(self) -> PerAccount:
        """Of a share or a ratio: what each account brought."""
        counts = np.bincount(self.account, minlength=self.n_accounts)
        if self.metric.estimator == "share":
            won = np.bincount(self.account[self.value == 1], minlength=self.n_accounts)
            return kinds_of_share(won, counts)
        y, n = (sums_by(self.account, part, self.n_accounts) for part in (self.value, self.weight))
        return sums_of_ratio(y, n, counts)

    @cached_property
    def ranks(self) -> ValueRanks:
        """Of a median: the observations by the rank of their value."""
        return ValueRanks.of(self.value, self.account)

    @cached_property
    def laid_out(self) -> ObservationRuns:
        """Of a share or a ratio: the observations in runs by account, for conditions on their own grain."""
        weight = None if self.metric.estimator == "share" else self.weight
        return ObservationRuns.of(self.account, self.value, weight)

    def by_accounts(self, rows: RowSet) -> bool:
        """Whether the row set takes or leaves accounts with all they brought to this metric: so does every
        condition but one on the metric's own grain, if that is finer than the account."""
        return rows.grain == ACCOUNT or rows.grain != self.metric.grain

    @cached_property
    def endings(self) -> AccountEndings:
        """Of survival with one observation an account: when each was last seen, and whether it ended."""
        return endings_of(self.account, self.time, self.ended, self.n_accounts, len(self.times) + 1)

    def sides(self, rows: RowSet) -> tuple[FloatArray, FloatArray]:
        """Of a share or a ratio, for rows taken by accounts: the sums (7,) of the accounts and of the rest,
        in the order of `ClusterSums` and then the count of observations. Exact zeros where nobody is left."""
        found = rows.fewer.sides(self.per_account.sums(rows.fewer), self.per_account.total)
        inside, outside = (side if side[0] > 0.5 else np.zeros(SUMS) for side in found)
        return inside, outside

    @cached_property
    def book_effect(self) -> float:
        """The design effect of a share in the whole book, for segments that cannot show their own; of no
        meaning for a ratio."""
        return float(design_effect(ClusterSums.from_rows(self.per_account.total[:6])))

    @cached_property
    def weighed(self) -> WeakKeyDictionary[RowSet, Any]:
        """What was worked out for a row set, by those who ask."""
        return WeakKeyDictionary()

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What was counted for the whole book, by those who ask."""
        return {}

    @cached_property
    def resampled(self) -> dict[Any, Any]:
        """What was found for the whole book by resampling, by those who ask."""
        return {}

    @cached_property
    def book_sum(self) -> float:
        """Σ value over the whole book; infinite where it is too large a number."""
        with np.errstate(over="ignore"):
            return float(self.value.sum())

    @cached_property
    def book_estimate(self) -> Estimate:
        """The average customer's figure."""
        return self.estimate(np.ones(len(self.value), dtype=bool))

    def within(self, observations: BoolArray) -> BoolArray:
        """A mask over the grain's observations → a mask (n,) over the usable ones."""
        return observations if self.positions is None else np.take(observations, self.positions)

    def sums(self, selected: BoolArray) -> tuple[ClusterSums, float, FloatArray, FloatArray]:
        """Of the usable observations selected (n,): sums, their count, and y and n per account
        (n_accounts,)."""
        account = self.account[selected]
        y = sums_by(account, self.value[selected], self.n_accounts)
        n = sums_by(account, self.weight[selected], self.n_accounts)
        present = np.bincount(account, minlength=self.n_accounts) > 0
        return ClusterSums.of(y, n, present), float(len(account)), y, n

    def estimate(self, selected: BoolArray) -> Estimate:
        """The metric's figure over the usable observations selected (n,)."""
        if self.metric.estimator == "median":
            return median(self.value[selected], self.account[selected])
        if self.metric.estimator == "survival":
            return self.survival(selected)
        if self.metric.estimator in BOOTSTRAPPED:
            return no_estimate(self.account[selected])
        sums, count, _, _ = self.sums(selected)
        return self.of_sums(sums, count)

    def of_sums(
        self, sums: ClusterSums, count: npt.ArrayLike, book_effect: FloatArray | None = None
    ) -> Estimate:
        """A share or a ratio from its sums; `count` observations. `book_effect` (k,) has the book's design
        effects where the sums are those of shares of several metrics."""
        if self.metric.estimator == "share":
            return share(sums, self.book_effect if book_effect is None else book_effect)
        return ratio(sums, count)

    def survival(self, selected: BoolArray) -> Estimate:
        """Kaplan–Meier at the horizon; `accounts` counts accounts, and where one has several observations the
        variance is widened by the clustered one over that of independent observations."""
        leaving, ended = self.by_time(selected)
        account = self.account[selected]
        accounts = float(np.count_nonzero(np.bincount(account, minlength=1)))
        if accounts == len(account):
            return kaplan_meier(leaving, ended, len(self.times) - 1)
        influence = survival_influence(leaving, ended, self.time[selected], self.ended[selected])
        per_account = sums_by_account(influence, account)
        effect = max(1.0, float(per_account @ per_account) / max(float(influence @ influence), 1e-300))
        found = kaplan_meier(leaving, ended, len(self.times) - 1, effect)
        return replace(found, accounts=np.asarray(accounts))

    def by_time(self, selected: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Of those selected: counts last seen, and counts ended, by time; each of shape (len(times) + 1,)."""
        time, length = self.time[selected], len(self.times) + 1
        leaving = np.bincount(time, minlength=length).astype(float)
        return leaving, np.bincount(time[self.ended[selected]], minlength=length).astype(float)


_OUTCOMES: WeakKeyDictionary[SegmentIndex, dict[Metric, Outcome]] = WeakKeyDictionary()


def outcome_of(index: SegmentIndex, metric: Metric) -> Outcome:
    """The metric's usable observations; read at the first question, then kept as long as the index."""
    known = _OUTCOMES.setdefault(index, {})
    if metric not in known:
        known[metric] = read_outcome(index.book, metric)
    return known[metric]


def read_outcome(book: AccountBook, metric: Metric) -> Outcome:
    """The metric's usable observations, from the book. Blank and infinite figures are no observation."""
    observations = book.observations[metric.grain]
    value = _figures(observations, metric.value)
    usable = np.isfinite(value)
    if metric.where is not None:
        usable &= _figures(observations, metric.where) == 1
    for name in (metric.denominator, metric.event):
        if name is not None:
            usable &= np.isfinite(_figures(observations, name))
    positions = np.flatnonzero(usable).astype(np.int32)
    if metric.estimator in _BY_VALUE:
        positions = positions[np.argsort(value[positions], kind="stable")]
    everything = metric.estimator not in _BY_VALUE and len(positions) == len(value)

    def taken(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values if everything else values[positions]

    value = taken(value)
    n = len(value)
    denominator, event = metric.denominator, metric.event
    weight = np.broadcast_to(1.0, n) if denominator is None else taken(_figures(observations, denominator))
    ended = np.broadcast_to(False, n) if event is None else taken(_figures(observations, event)) == 1
    times, time = _times(metric, value)
    return Outcome(
        metric, len(book.accounts), None if everything else positions, taken(observations.account), value,
        weight, ended, time, times,
    )  # fmt: skip


def _figures(observations: Observations, name: str) -> FloatArray:
    """A column of outcome inputs; without a copy where it holds floats already."""
    column = observations.values[name]
    if column.dtype == np.float64:
        return column.to_numpy()
    return column.to_numpy(dtype=float, na_value=np.nan)


_BY_VALUE = frozenset({"median", "survival", "spread", "lifetime"})


def _times(metric: Metric, durations: FloatArray) -> tuple[FloatArray, npt.NDArray[np.integer[Any]]]:
    if metric.estimator not in ("survival", "lifetime"):
        return np.empty(0), np.broadcast_to(np.intp(0), len(durations))
    if metric.estimator == "lifetime":
        times = np.unique(durations)
    else:
        horizon = 12.0 if metric.horizon is None else metric.horizon
        times = np.unique(np.append(durations[durations <= horizon], horizon))
    # Signed, because positions are computed with it.
    return times, np.searchsorted(times, durations, "left").astype(np.min_scalar_type(-len(times) - 1))


def observations_of(rows: RowSet, outcome: Outcome) -> BoolArray:
    """Which usable observations the row set selects, shape (n,)."""
    return outcome.within(rows.observations(outcome.metric.grain))


def rest_of(rows: RowSet, outcome: Outcome) -> BoolArray:
    """Which usable observations are the row set's rest, shape (n,)."""
    return outcome.within(rows.rest(outcome.metric.grain))
