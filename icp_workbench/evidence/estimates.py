"""Estimate, interval and sample size, one function an estimator. The account is the sampling unit throughout.

Shares and ratios need only sums over accounts (`ClusterSums`), Kaplan–Meier only counts by time; both work on
arrays of any shape, so that one segment and every value of every attribute go through the same formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.quantiles import NORMAL_975, t_975

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Sums over accounts that have observations: their count, Σn, Σy, Σn², Σyn, Σy².

    yᵢ is the account's numerator (deals won, margin), nᵢ its denominator (deals closed, revenue). Fields
    share one shape.
    """

    accounts: FloatArray
    n: FloatArray
    y: FloatArray
    nn: FloatArray
    yn: FloatArray
    yy: FloatArray

    @classmethod
    def of(cls, y: npt.ArrayLike, n: npt.ArrayLike, present: npt.ArrayLike | None = None) -> ClusterSums:
        """From one number per account; `present` marks accounts with observations (default: nᵢ ≠ 0)."""
        return cls.from_rows(moments(np.asarray(y, float), np.asarray(n, float), present).sum(axis=-1))

    @classmethod
    def from_rows(cls, sums: FloatArray) -> ClusterSums:
        """From an array whose first axis is accounts, n, y, nn, yn, yy."""
        return cls(*np.asarray(sums, dtype=float))

    def squared_residuals(self, rate: FloatArray) -> FloatArray:
        """Σ(yᵢ − rate·nᵢ)², never below zero (rounding)."""
        return np.maximum(self.yy - 2 * rate * self.yn + rate**2 * self.nn, 0.0)


def moments(y: FloatArray, n: FloatArray, present: npt.ArrayLike | None = None) -> FloatArray:
    """Shape (6, accounts): what `ClusterSums` adds up."""
    there = (n != 0) if present is None else np.asarray(present)
    return np.stack([there.astype(float), n, y, n * n, y * n, y * y])


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimates with 95 % limits; NaN where there is none. `variance` is of the estimate on the scale on
    which it is tested (shares and ratios: its own; survival: log(−log S); medians are tested by rank: NaN);
    `accounts` and `n` are what it rests on; `at_risk` (survival) the observations at risk at the horizon.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    accounts: FloatArray
    variance: FloatArray
    at_risk: FloatArray | None = None


def design_effect(sums: ClusterSums) -> FloatArray:
    """How much more a clustered share varies than a share of as many independent observations; at least 1.

    Where nothing varies (only one of the two outcomes) it is Kish's Σn²/Σn, which takes an account's
    observations for copies of each other: the careful answer, since nothing speaks against it.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p = sums.y / sums.n
        independent = p * (1 - p) / (sums.n - 1)
        effect = _between_accounts(sums, p) / independent
        copies = sums.nn / sums.n
    effect = np.where(np.isfinite(effect) & (independent > 0), effect, copies)
    return np.where(np.isfinite(effect), np.maximum(effect, 1.0), 1.0)


def share(sums: ClusterSums, book_effect: npt.ArrayLike | None = None) -> Estimate:
    """Wilson's interval at an effective sample size (Dean & Pagano 2015, J. Surv. Stat. Methodol. 3(4)).

    `book_effect` is the design effect where the share is 0 or 1 and cannot show its own. With one
    observation an account it is exactly Wilson's interval. One account with several observations: 0 to 1.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p = sums.y / sums.n
        effect = design_effect(sums)
        if book_effect is not None:
            effect = np.where(sums.y * (sums.n - sums.y) == 0, book_effect, effect)
        effect = np.where(sums.nn == sums.n, 1.0, effect)
        shrink = np.where(sums.nn == sums.n, 1.0, t_975(sums.n - 1) / t_975(sums.accounts - 1))
        low, high = wilson(p, sums.n / effect * shrink**2)
        variance = effect * p * (1 - p) / (sums.n - 1)
    return Estimate(p, low, high, sums.n, sums.accounts, variance)


def wilson(p: npt.ArrayLike, n: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Wilson's 95 % limits for a share p of n (Wilson 1927); n need not be whole, n = 0 gives 0 and 1."""
    p, n = np.asarray(p, float), np.asarray(n, float)
    z2 = NORMAL_975**2
    centre = (n * p + z2 / 2) / (n + z2)
    half = np.sqrt(z2 * np.maximum(n * p * (1 - p) + z2 / 4, 0.0)) / (n + z2)
    low, high = np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)
    # At the ends the limit is the end itself; rounding must not move it.
    return np.where(p == 0, 0.0, low), np.where(p == 1, 1.0, high)


def ratio(sums: ClusterSums, n: npt.ArrayLike) -> Estimate:
    """Σy/Σx with the Taylor-linearised variance over accounts and t with A − 1 degrees of freedom.

    Cochran (1977), Sampling Techniques, §6.3: e = y − R·x, v = A/(A − 1)·Σe²/(Σx)². `n` is the number of
    observations, which the sums do not know. Under two accounts there is no interval, at Σx = 0 no value.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(sums.n != 0, sums.y / sums.n, np.nan)
        variance = _between_accounts(sums, value)
        half = t_975(sums.accounts - 1) * np.sqrt(variance)
    half = np.where(np.isfinite(half), half, np.nan)
    return Estimate(value, value - half, value + half, np.asarray(n, float), sums.accounts, variance)


def no_estimate(account: IntArray) -> Estimate:
    """Counts alone, of observations whose accounts are `account` (n,)."""
    figures = (np.nan, np.nan, np.nan, float(len(account)), float(len(np.unique(account))), np.nan)
    return Estimate(*(np.asarray(figure) for figure in figures))


def median(values: FloatArray, account: IntArray) -> Estimate:
    """The median with Woodruff's interval (1952, JASA 47): limits of the rank, read back as values.

    `values` (n,) in ascending order, `account` (n,) their accounts. The rank of the median is a share of a
    half with the clustered design effect of the indicator "below" (ties count half); its Wilson limits are
    turned into values by linear interpolation between order statistics. Without values: NaN.
    """
    n = len(values)
    middle = values[(n - 1) // 2] / 2 + values[n // 2] / 2 if n else np.nan
    below, ties = int(np.searchsorted(values, middle, "left")), int(np.count_nonzero(values == middle))
    indicator = (values < middle) + 0.5 * (values == middle)
    per_account = sums_by_account(indicator - indicator.mean(), account) if n else np.empty(0)
    spread = float(per_account @ per_account)
    return median_interval(
        middle, n, len(per_account), below, ties, spread, lambda position: values[position]
    )


def median_interval(
    middle: float, n: int, accounts: int, below: int, ties: int, by_account: float,
    order_statistic: Callable[[IntArray], FloatArray],
) -> Estimate:  # fmt: skip
    """Woodruff's interval of a median `middle` with `below` and `ties` of `n` values under and at it.

    `by_account` is Σ over accounts of the squared sum of "below" (ties count half) less its mean;
    `order_statistic` gives the values at ranks from 0.
    """
    if n == 0:
        return Estimate(*(np.asarray(figure) for figure in (np.nan, np.nan, np.nan, 0.0, 0.0, np.nan)))
    mean = (below + ties / 2) / n
    squares = below * (1 - mean) ** 2 + ties * (0.5 - mean) ** 2 + (n - below - ties) * mean**2
    effect = 1.0
    if 1 < accounts < n and squares > 0:
        clustered = accounts / (accounts - 1) * by_account / n**2
        effect = max(1.0, clustered / (squares / (n * (n - 1))))
    shrink = 1.0 if accounts == n else float(t_975(n - 1) / t_975(accounts - 1))
    low_rank, high_rank = wilson(0.5, n / effect * shrink**2)
    positions = np.clip(np.array([low_rank, high_rank]) * n - 0.5, 0, n - 1)
    ranks = np.floor(positions).astype(int)
    lower, upper = order_statistic(ranks), order_statistic(np.minimum(ranks + 1, n - 1))
    low, high = lower + (upper - lower) * (positions - ranks)
    return Estimate(
        *(np.asarray(figure) for figure in (middle, low, high, float(n), float(accounts), np.nan))
    )


def inner(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    """Σ one·other, in this thread alone: waking others costs more than it saves where cores are busy."""
    return float(np.einsum("i,i->", one, other))


def sums_by_account(values: FloatArray, account: IntArray) -> FloatArray:
    """One sum for every account that occurs, in order of account row."""
    counts = np.bincount(account)
    return sums_by(account, values, len(counts))[counts > 0]


def sums_by(position: IntArray, values: FloatArray, length: int) -> FloatArray:
    """Sum of `values` (n,) for each position in 0…length − 1, shape (length,)."""
    return np.asarray(np.bincount(position, weights=values, minlength=length), dtype=float)


def kaplan_meier(
    leaving: npt.ArrayLike, ended: npt.ArrayLike, at_horizon: int, effect: npt.ArrayLike = 1.0
) -> Estimate:
    """Share still there at the horizon, by Kaplan–Meier with the log(−log) interval on Greenwood's variance.

    `leaving` (…, times) counts observations by the time at which they were last seen, `ended` those whose
    end was seen then; times ascend, the horizon is column `at_horizon` (ends at the horizon itself count),
    later columns only keep observations at risk. Kalbfleisch & Prentice (2002), §1.4. `effect` is a design
    effect on the variance, for several observations an account. Where nothing or everything ended,
    log(−log) has no interval: Wilson's on those at risk at the horizon stands in. `accounts` equals n.
    """
    leaving, ended = np.asarray(leaving, float), np.asarray(ended, float)
    remaining = np.cumsum(leaving[..., ::-1], axis=-1)[..., ::-1]
    at_risk, ends = remaining[..., : at_horizon + 1], ended[..., : at_horizon + 1]
    n = remaining[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(at_risk > 0, 1 - ends / at_risk, 1.0)
        greenwood = np.where(ends > 0, ends / (at_risk * (at_risk - ends)), 0.0).sum(axis=-1)
        survival = np.where(n > 0, np.prod(steps, axis=-1), np.nan)
        variance = np.asarray(effect) * greenwood / np.log(survival) ** 2
        spread = np.exp(NORMAL_975 * np.sqrt(variance))
        low, high = survival**spread, survival ** (1 / spread)
    inner = (survival > 0) & (survival < 1)
    low_end, high_end = wilson(np.where(inner, 0.5, survival), at_risk[..., -1] / effect)
    return Estimate(
        survival, np.where(inner, low, low_end), np.where(inner, high, high_end), n, n,
        np.where(inner, variance, np.nan), at_risk[..., -1],
    )  # fmt: skip


def survival_influence(
    leaving: FloatArray, ended: FloatArray, time: npt.NDArray[np.integer], event: npt.NDArray[np.bool_]
) -> FloatArray:
    """Each observation's influence on −log S at the last time but one (the horizon), shape (n,); they sum to
    zero.

    ψ = event/Y(time) − Σ_{t ≤ time} d(t)/Y(t)², ends after the horizon left out (Aalen & Johansen 1978).
    """
    at_risk = np.maximum(np.cumsum(leaving[::-1])[::-1], 1.0)
    hazard = np.cumsum(np.append((ended / at_risk**2)[:-1], 0.0))
    seen = event & (time < len(leaving) - 1)
    return seen / at_risk[time] - hazard[time]


def _between_accounts(sums: ClusterSums, rate: FloatArray) -> FloatArray:
    """v = A/(A − 1)·Σe²/(Σn)²; NaN below two accounts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(sums.accounts > 1, sums.accounts / (sums.accounts - 1), np.nan)
        return scale * sums.squared_residuals(rate) / sums.n**2
