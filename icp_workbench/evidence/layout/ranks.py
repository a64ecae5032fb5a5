"""Medians and ranks of any segment and its rest at once, without sorting anything again.

The figures are those of `estimates.median` and `differences.cliffs_delta`; here they come from how often each
distinct value occurs on either side, and from sums by account (`runs.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.differences import Dominance, dealt_rank_test, dominance, pooled_score_test
from icp_workbench.evidence.estimates import ClusterSums, Estimate, FloatArray, inner, median_interval
from icp_workbench.evidence.layout.runs import BoolArray, Runs, runs_of
from icp_workbench.segments.packing import narrowest

Codes = npt.NDArray[np.unsignedinteger[Any]]
Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class RankContrast:
    """The medians of a segment and its rest, the segment's mean (NaN without values), how the two stand to
    each other by ranks, and p of the same when accounts are dealt anew (NaN where one is on both sides)."""

    inside: Estimate
    outside: Estimate
    mean: float
    dominance: Dominance
    dealt_p: float


@dataclass(frozen=True, eq=False)
class ValueRanks:
    """Observations by the rank of their value: `values` (v,) the distinct values in ascending order, `codes`
    (n,) which of them each observation has, in the order of the `runs`, whose accounts are `accounts`
    (runs,)."""

    values: FloatArray
    codes: Codes
    runs: Runs
    accounts: npt.NDArray[np.int32]

    @classmethod
    def of(cls, values: FloatArray, account: npt.NDArray[np.integer]) -> ValueRanks:
        """Of `values` (n,) in ascending order and their accounts (n,)."""
        new = np.append(True, values[1:] != values[:-1])[: len(values)]
        codes = (np.cumsum(new) - 1).astype(narrowest(int(np.count_nonzero(new))))
        runs, accounts, laid = runs_of(account, codes)
        return cls(values[new], laid, runs, accounts)

    @cached_property
    def counts(self) -> Counts:
        """How often each distinct value occurs, (v,)."""
        return np.bincount(self.codes, minlength=len(self.values)).astype(np.int32)

    @cached_property
    def upto(self) -> Counts:
        """How many values lie up to each distinct one, (v,)."""
        return np.cumsum(self.counts, dtype=np.int32)

    @cached_property
    def twice_ranks(self) -> Counts:
        """For each distinct value: twice its rank among all, ties counting half, (v,)."""
        return 2 * self.upto - self.counts

    @cached_property
    def squares(self) -> float:
        """Σ over accounts of (Σ of the ranks of its observations, as shares of all, less one half each)²."""
        everybody = _Side(self.values, self.codes, self.runs, self.counts, self.upto)
        return everybody.squared_sums(self.twice_ranks / (2 * max(everybody.n, 1)) - 0.5)

    def within(self, accounts: BoolArray) -> ValueRanks:
        """The same of some accounts alone (a mask (n_accounts,))."""
        kept = np.take(accounts, self.accounts)
        codes = np.compress(self.runs.each(kept), self.codes)
        there = np.bincount(codes, minlength=len(self.values)) > 0
        renumbered = (np.cumsum(there) - 1).astype(narrowest(int(np.count_nonzero(there))))
        owners = np.compress(kept, self.accounts)
        return ValueRanks(self.values[there], np.take(renumbered, codes), self.runs.within(kept), owners)

    def contrast(self, accounts: BoolArray) -> RankContrast:
        """The accounts selected (a mask (n_accounts,)) against all others."""
        inside, outside = self._sides(np.take(accounts, self.accounts))
        return RankContrast(
            inside.estimate(), outside.estimate(), inside.mean, _dominance(inside, outside),
            self._dealt_p(inside, outside),
        )  # fmt: skip

    def _dealt_p(self, inside: _Side, outside: _Side) -> float:
        if not inside.n or not outside.n:
            return np.nan
        excess = inner(self.twice_ranks, inside.counts) / (2 * len(self.codes)) - inside.n / 2
        return dealt_rank_test(excess, inside.runs.runs, outside.runs.runs, self.squares)

    def _sides(self, kept: BoolArray) -> tuple[_Side, _Side]:
        """The runs kept, and all others. The smaller side is counted, the larger is what remains."""
        chosen = self.runs.each(kept)
        inside, outside = np.compress(chosen, self.codes), np.compress(~chosen, self.codes)
        few = inside if len(inside) <= len(outside) else outside
        counted = np.bincount(few, minlength=len(self.values)).astype(np.int32)
        upto = np.cumsum(counted, dtype=np.int32)
        own, other = (counted, upto), (self.counts - counted, self.upto - upto)
        if few is outside:
            own, other = other, own
        return (
            _Side(self.values, inside, self.runs.within(kept), *own),
            _Side(self.values, outside, self.runs.within(~kept), *other),
        )


@dataclass(frozen=True, eq=False)
class _Side:
    """One side's observations; `counts` and `upto` as in `ValueRanks`, of this side alone."""

    values: FloatArray
    codes: Codes
    runs: Runs
    counts: Counts
    upto: Counts

    @property
    def n(self) -> int:
        return len(self.codes)

    @property
    def mean(self) -> float:
        return inner(self.values, self.counts) / self.n if self.n else np.nan

    @property
    def twice_below(self) -> Counts:
        """For each distinct value: twice how many of this side lie below it, ties counting half."""
        return 2 * self.upto - self.counts

    def estimate(self) -> Estimate:
        """The median with Woodruff's interval."""
        n = self.n
        if n == 0:
            return median_interval(np.nan, 0, 0, 0, 0, np.nan, self._order_statistic)
        lower, upper = self._order_statistic(np.array([(n - 1) // 2, n // 2]))
        middle = float(lower / 2 + upper / 2)
        # The codes before which values lie below the median, and before which they do not lie above it.
        ends = [int(np.searchsorted(self.values, middle, end)) for end in ("left", "right")]  # type: ignore[call-overload]
        below, upto = (int(self.upto[end - 1]) if end else 0 for end in ends)
        by_account = self._spread_by_account(ends[0], ends[1], (below + upto) / 2 / n)
        return median_interval(
            middle, n, self.runs.runs, below, upto - below, by_account, self._order_statistic
        )

    def _order_statistic(self, position: npt.NDArray[np.integer]) -> FloatArray:
        code = np.searchsorted(self.upto, position.astype(np.int32), "right")
        return np.asarray(self.values[code])

    def _spread_by_account(self, lower: int, upper: int, mean: float) -> float:
        """Σ over accounts of (Σ of "below the median" less its mean)², ties counting half."""
        if self.runs.runs == self.n:
            return np.nan  # one observation an account: there is no clustering to tell
        halves = (self.codes < lower).view(np.int8)
        halves = halves + halves if upper == lower else halves + (self.codes < upper).view(np.int8)
        found = 0.0
        for length, sums in self.runs.sums(halves, np.int8):
            if length:  # so few different sums that counting them is fastest, and exact
                many = np.bincount(sums, minlength=2 * length + 1)
                residual = np.arange(len(many)) / 2 - mean * length
                found += float(many @ residual**2)
            else:
                residual = sums / 2 - mean * self.runs.longer
                found += inner(residual, residual)
        return found

    def squared_sums(self, score_of: npt.NDArray[np.floating[Any]]) -> float:
        """Σ over accounts of (Σ of the score of each observation's value)²; `score_of` (v,)."""
        scores = np.take(score_of, self.codes)
        return sum(inner(sums, sums) for _, sums in self.runs.sums(scores))

    def cluster_sums(self, score_of: FloatArray) -> ClusterSums:
        """What `ClusterSums` adds up, the score being the numerator and one the denominator."""
        sums = [sums for _, sums in self.runs.sums(np.take(score_of, self.codes))]
        sizes = [sizes for _, sizes in self.runs.sums(np.ones(self.n))]
        return ClusterSums.of(np.concatenate(sums), np.concatenate(sizes))


def _dominance(inside: _Side, outside: _Side) -> Dominance:
    m, n, i, j = inside.n, outside.n, inside.runs.runs, outside.runs.runs
    if m == 0 or n == 0:
        return Dominance(np.nan, np.nan, np.nan, np.nan)
    # For each value of the inside: the share of the outside that is smaller. Its mean is theta.
    own = outside.twice_below * (1 / (2 * n * m))
    theta = inner(own, inside.counts)
    if i < 2 or j < 2:
        return dominance(theta, np.nan, np.nan, 0.0, i, j)
    own -= theta / m
    # For each value of the outside: the share of the inside that is greater, less its mean.
    other = inside.twice_below * (-1 / (2 * m * n))
    other += (1 - theta) / n
    one, two = i / (i - 1) * inside.squared_sums(own), j / (j - 1) * outside.squared_sums(other)
    return dominance(theta, one, two, 0.0, i, j, lambda: _separated(inside, outside))


def _separated(inside: _Side, outside: _Side) -> float:
    """p where neither side varies: by the variance of the pooled ranks."""
    ranks = (inside.twice_below + outside.twice_below) / (2 * (inside.n + outside.n)) - 0.5
    return float(pooled_score_test(inside.cluster_sums(ranks), outside.cluster_sums(ranks)))
