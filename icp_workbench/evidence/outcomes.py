"""One metric's observations, read once from the book and kept in the order its estimator needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import BOOTSTRAPPED, AccountBook, Metric
from icp_workbench.evidence.estimates import (
    ClusterSums,
    Estimate,
    FloatArray,
    design_effect,
    kaplan_meier,
    median,
    moments,
    no_estimate,
    ratio,
    share,
    sums_by,
    sums_by_account,
    survival_influence,
)
from icp_workbench.segments.index import RowSet, SegmentIndex

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """The usable observations of one metric: those with every figure it needs, all finite.

    `row` (n,) is the position among the grain's observations, `account` (n,) the account row, `value` (n,)
    the numerator, amount or duration, `weight` (n,) the denominator (ones for a share). Ascending by value
    for medians and survival. For survival `time` (n,) is the column of `times` at which an observation was
    last seen and `ended` (n,) whether its end was; `times` are the durations up to the horizon, which is
    their last, and observations beyond it have one column more. For lifetimes `times` are all durations.
    """

    metric: Metric
    n_accounts: int
    row: npt.NDArray[np.intp]
    account: npt.NDArray[np.int32]
    value: FloatArray
    weight: FloatArray
    ended: BoolArray
    time: npt.NDArray[np.intp]
    times: FloatArray

    @cached_property
    def counts(self) -> FloatArray:
        """Observations per account, shape (n_accounts,)."""
        return np.bincount(self.account, minlength=self.n_accounts).astype(float)

    @cached_property
    def numerator(self) -> FloatArray:
        """Σ value per account, shape (n_accounts,)."""
        return sums_by(self.account, self.value, self.n_accounts)

    @cached_property
    def denominator(self) -> FloatArray:
        """Σ weight per account, shape (n_accounts,)."""
        return sums_by(self.account, self.weight, self.n_accounts)

    @cached_property
    def moments(self) -> FloatArray:
        """Shape (7, n_accounts): what `ClusterSums` adds up, and the count of observations."""
        own = moments(self.numerator, self.denominator, self.counts > 0)
        return np.concatenate([own, self.counts[None]])

    @cached_property
    def total(self) -> ClusterSums:
        """Sums over the whole book."""
        return ClusterSums.from_rows(self.moments[:6].sum(axis=1))

    @cached_property
    def book_effect(self) -> float:
        """The design effect of a share in the whole book, for segments that cannot show their own."""
        return float(design_effect(self.total))

    @cached_property
    def repeats(self) -> bool:
        """Whether some account has more than one observation."""
        return bool((self.counts > 1).any())

    @cached_property
    def weighed(self) -> WeakKeyDictionary[RowSet, Any]:
        """What was worked out for a row set, by those who ask."""
        return WeakKeyDictionary()

    @cached_property
    def resampled(self) -> dict[Any, Any]:
        """What was found for the whole book by resampling, by those who ask."""
        return {}

    @cached_property
    def book_estimate(self) -> Estimate:
        """The average customer's figure."""
        return self.estimate(np.ones(len(self.row), dtype=bool))

    def within(self, observations: BoolArray) -> BoolArray:
        """A mask over the grain's observations → a mask (n,) over the usable ones."""
        return observations[self.row]

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

    def of_sums(self, sums: ClusterSums, count: npt.ArrayLike) -> Estimate:
        """A share or a ratio from its sums; `count` observations."""
        if self.metric.estimator == "share":
            return share(sums, self.book_effect)
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

    def column(name: str) -> FloatArray:
        return observations.values[name].to_numpy(dtype=float, na_value=np.nan)

    value = column(metric.value)
    usable = np.isfinite(value)
    if metric.where is not None:
        usable &= column(metric.where) == 1
    weight = np.ones(len(value)) if metric.denominator is None else column(metric.denominator)
    usable &= np.isfinite(weight)
    ended = np.zeros(len(value)) if metric.event is None else column(metric.event)
    usable &= np.isfinite(ended)
    row = np.flatnonzero(usable)
    if metric.estimator in _BY_VALUE:
        row = row[np.argsort(value[row], kind="stable")]
    times, time = _times(metric, value[row])
    return Outcome(
        metric, len(book.accounts), row, observations.account[row], value[row], weight[row],
        ended[row] == 1, time, times,
    )  # fmt: skip


_BY_VALUE = frozenset({"median", "survival", "spread", "lifetime"})


def _times(metric: Metric, durations: FloatArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    if metric.estimator == "lifetime":
        times, time = np.unique(durations, return_inverse=True)
        return times, time.astype(np.intp)
    if metric.estimator != "survival":
        return np.empty(0), np.empty(0, dtype=np.intp)
    horizon = 12.0 if metric.horizon is None else metric.horizon
    times = np.unique(np.append(durations[durations <= horizon], horizon))
    return times, np.searchsorted(times, durations, "left")


def observations_of(rows: RowSet, outcome: Outcome) -> BoolArray:
    """Which usable observations the row set selects, shape (n,)."""
    return outcome.within(rows.observations(outcome.metric.grain))


def rest_of(rows: RowSet, outcome: Outcome) -> BoolArray:
    """Which usable observations are the row set's rest, shape (n,)."""
    return outcome.within(rows.rest(outcome.metric.grain))
