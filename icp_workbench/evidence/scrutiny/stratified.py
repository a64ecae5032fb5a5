"""A difference within strata, weighted over them, with the account as the sampling unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.differences import mover
from icp_workbench.evidence.estimates import Estimate, FloatArray, sums_by
from icp_workbench.evidence.outcomes import BoolArray, Outcome
from icp_workbench.evidence.quantiles import t_975, two_sided_normal
from icp_workbench.evidence.resampling import numbers_of
from icp_workbench.evidence.scrutiny.dealing import SHUFFLES, Positions, Residuals, score_test
from icp_workbench.evidence.scrutiny.standardised import Standardised, weighted_median, weighted_survival

Side = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Stratified:
    """The weighted difference (inside − outside, metric's unit) with 95 % limits, p, Mantel and Haenszel's
    odds ratio for shares, and what it rests on: strata with both sides, and their accounts. `tested` has the
    sign of what was tested (of medians: ranks). `lost_p` says whether the difference is another than without
    strata: two-sided p of no change. None where there is none."""

    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    odds_ratio: float | None
    strata: int
    accounts: int
    tested: float | None = None
    lost_p: float | None = None


def stratified(
    outcome: Outcome,
    side: Side,
    stratum: Positions,
    cancelled: Callable[[], bool] = lambda: False,
    shuffles: int = SHUFFLES,
) -> Stratified | None:
    """Inside (`side` 1) against outside (0; −1: neither) within the strata, all of shape (n,) over the usable
    observations. None when cancelled.

    Strata are weighted by n₁n₀/(n₁ + n₀), as Mantel & Haenszel (1959) and Greenland & Robins (1985) weigh a
    common difference, n being the metric's denominator (observations; for a ratio what it is divided by).
    That is the coefficient of `inside` in a regression with a constant for each stratum; the limits of shares
    and ratios are those of the regression, clustered by account (Liang & Zeger 1986), t with accounts −
    strata − 1 degrees of freedom. Medians and survival are each side's weighted figure, their limits combined
    by MOVER. p: a score test on each account's residuals against its stratum (of ranks; for survival the
    stratified log-rank up to the horizon), with the accounts dealt anew within the strata (`score_test`).
    `lost_p`: from the influence of each account on both differences.
    """
    ranked = outcome.metric.estimator == "median"
    numbers = numbers_of(outcome) if ranked else (outcome.value, outcome.weight)
    within = _within(outcome, numbers, side, stratum)
    if within is None:
        return Stratified(None, None, None, None, None, 0, 0)
    if cancelled():
        return None
    difference, low, high = within.figures()
    odds = within.odds_ratio()
    if cancelled():
        return None
    everyone = np.flatnonzero(side >= 0)
    crude = _Within(outcome, numbers, everyone, side[everyone] == 1, np.zeros(len(everyone), dtype=np.intp))
    tested, lost_p = within.tested[0], _no_change(crude, within)
    if cancelled():
        return None
    p_value = score_test(within.residuals(), shuffles, cancelled)
    if p_value is None:
        return None
    return Stratified(
        _finite(difference), _finite(low), _finite(high), _finite(p_value), _finite(odds), within.levels,
        within.accounts, _finite(tested), _finite(lost_p),
    )  # fmt: skip


def difference_within(outcome: Outcome, side: Side, stratum: Positions) -> tuple[int, float | None]:
    """The strata with both sides, and the difference of `stratified` alone."""
    within = _within(outcome, (outcome.value, outcome.weight), side, stratum)
    return (0, None) if within is None else (within.levels, _finite(within.difference()))


def odds_ratio(outcome: Outcome, side: Side) -> float | None:
    """The odds ratio of a share without strata; None for other metrics, and where there is none."""
    rows = np.flatnonzero(side >= 0)
    if outcome.metric.estimator != "share" or not len(rows):
        return None
    whole = np.zeros(len(rows), dtype=np.intp)
    numbers = outcome.value, outcome.weight
    return _finite(_Within(outcome, numbers, rows, side[rows] == 1, whole).odds_ratio())


def _within(
    outcome: Outcome, numbers: tuple[FloatArray, FloatArray], side: Side, stratum: Positions
) -> _Within | None:
    """The observations of the strata that have both sides; None without one."""
    weight = outcome.weight if outcome.metric.estimator == "ratio" else np.ones(len(side))
    levels = int(stratum.max(initial=-1)) + 1
    own, rest = (sums_by(stratum[side == which], weight[side == which], levels) for which in (1, 0))
    both = (own > 0) & (rest > 0)
    rows = np.flatnonzero((side >= 0) & both[stratum])
    if not len(rows):
        return None
    numbered = (np.cumsum(both) - 1).astype(np.intp)
    return _Within(outcome, numbers, rows, side[rows] == 1, numbered[stratum[rows]])


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value


def _no_change(crude: _Within, within: _Within) -> float:
    """p of no change between the difference without strata and within them."""
    (before, own), (after, other) = crude.tested, within.tested
    change = own - other
    squares = float(change @ change) * crude.accounts / max(crude.accounts - 1, 1)
    if squares <= 1e-18 * max(float(own @ own), 1e-282):
        return 1.0
    return float(two_sided_normal((before - after) / squares**0.5))


class _Within:
    """The usable observations `rows` (n,) of strata that have both sides; `numbers` as `numbers_of`."""

    def __init__(
        self, outcome: Outcome, numbers: tuple[FloatArray, FloatArray], rows: Positions, inside: BoolArray,
        stratum: Positions,
    ) -> None:  # fmt: skip
        self.outcome, self.rows, self.inside, self.stratum = outcome, rows, inside, stratum
        self.y, self.n = (values[rows] for values in numbers)
        self.account = outcome.account[rows]
        there = np.bincount(self.account, minlength=outcome.n_accounts) > 0
        self.accounts, self._number = int(there.sum()), np.cumsum(there) - 1
        self.levels = int(stratum.max()) + 1
        self.total = sums_by(stratum, self.n, self.levels)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.fraction = sums_by(stratum[inside], self.n[inside], self.levels) / self.total
        self.centred = inside - self.fraction[stratum]

    @cached_property
    def linear(self) -> tuple[float, FloatArray]:
        """The coefficient of `inside` beside a constant for each stratum, and each account's influence on it,
        (n_accounts,)."""
        left = self._less_strata(self.y)
        known = float(self.total @ (self.fraction * (1 - self.fraction)))
        with np.errstate(divide="ignore", invalid="ignore"):
            coefficient = float(self.centred @ left) / known
            residual = left - coefficient * self.centred * self.n
            return coefficient, sums_by(
                self.account, self.centred * residual, self.outcome.n_accounts
            ) / known

    def _less_strata(self, y: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = sums_by(self.stratum, y, self.levels) / self.total
        return np.asarray(y - rate[self.stratum] * self.n)

    @cached_property
    def sides(self) -> tuple[Standardised, Standardised]:
        """A median's or a survival's figure inside and outside, each observation weighing what the other side
        has of its stratum."""
        one, other = (self._side(inside) for inside in (True, False))
        return one, other

    def _side(self, inside: bool) -> Standardised:
        chosen = self.inside == inside
        rows, weight = self.rows[chosen], np.abs(1 - self.fraction - (not inside))[self.stratum[chosen]]
        account = self.account[chosen].astype(np.intp)
        if self.outcome.metric.estimator == "median":
            return weighted_median(self.outcome.value[rows], weight, account, self.outcome.n_accounts)
        return weighted_survival(
            self.outcome.time[rows], self.outcome.ended[rows], weight, account, self.outcome.n_accounts,
            len(self.outcome.times),
        )  # fmt: skip

    @cached_property
    def tested(self) -> tuple[float, FloatArray]:
        """The difference on the scale of the test (ranks for medians), and each account's influence on it."""
        if self.outcome.metric.estimator != "survival":
            return self.linear
        one, other = self.sides
        return one.value - other.value, one.influence - other.influence

    def difference(self) -> float:
        """The difference in the metric's unit."""
        if self.outcome.metric.estimator in ("share", "ratio"):
            return self.linear[0]
        return self.sides[0].value - self.sides[1].value

    def figures(self) -> tuple[float, float, float]:
        """The difference in the metric's unit with its limits."""
        if self.outcome.metric.estimator in ("share", "ratio"):
            difference, influence = self.linear
            freedom = self.accounts - self.levels - 1
            if freedom < 1:
                return difference, np.nan, np.nan
            variance = float(influence @ influence) * self.accounts / freedom
            half = float(t_975(freedom)) * variance**0.5
            return difference, difference - half, difference + half
        one, other = self.sides
        spread = float(one.influence @ one.influence * (other.influence @ other.influence)) ** 0.5
        correlation = float(one.influence @ other.influence) / spread if spread else 0.0
        found = mover(_estimate(one), _estimate(other), correlation)
        return self.difference(), float(found.low), float(found.high)

    def odds_ratio(self) -> float | None:
        """Mantel and Haenszel's for a share: Σ won₁·lost₀/n over Σ lost₁·won₀/n."""
        if self.outcome.metric.estimator != "share":
            return None
        cell = self.stratum * 4 + self.inside * 2 + (self.y > 0.5)
        lost0, won0, lost1, won1 = np.bincount(cell, minlength=self.levels * 4).reshape(-1, 4).T.astype(float)
        n = lost0 + won0 + lost1 + won1
        below = float((lost1 * won0 / n).sum())
        return float((won1 * lost0 / n).sum()) / below if below else None

    def residuals(self) -> Residuals:
        """Each observation's outcome less its stratum's."""
        left = (
            self._martingale() if self.outcome.metric.estimator == "survival" else self._less_strata(self.y)
        )
        return Residuals(
            left, self.inside, self.stratum, self.fraction, self._number[self.account], self.accounts
        )

    def _martingale(self) -> FloatArray:
        """Ends seen up to the horizon less those expected in the stratum, (n,); they sum to zero in each."""
        time, times = self.outcome.time[self.rows], len(self.outcome.times)
        seen = self.outcome.ended[self.rows] & (time < times)
        order = np.lexsort((time, self.stratum))
        cell = self.stratum[order] * (times + 1) + time[order]
        starts = np.flatnonzero(np.append(True, cell[1:] != cell[:-1]))
        of_cell = np.cumsum(np.append(True, cell[1:] != cell[:-1])) - 1
        ends_of_stratum = np.cumsum(np.bincount(self.stratum, minlength=self.levels))
        level = self.stratum[order][starts]
        at_risk = ends_of_stratum[level] - starts
        hazard = np.cumsum(sums_by(of_cell, seen[order].astype(float), len(starts)) / at_risk)
        # The sum runs on from stratum to stratum: each begins at what those before it came to.
        begin = np.append(0.0, hazard)[np.searchsorted(level, np.arange(self.levels))]
        left = np.empty(len(order))
        left[order] = seen[order] - (hazard - begin[level])[of_cell]
        return left


def _estimate(found: Standardised) -> Estimate:
    figures = (found.value, found.low, found.high, np.nan, np.nan, np.nan)
    return Estimate(*(np.asarray(figure) for figure in figures))
