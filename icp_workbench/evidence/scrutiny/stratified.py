"""A difference within strata, weighted over them, with the account as the sampling unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import Estimate, FloatArray, sums_by
from icp_workbench.evidence.outcomes import Outcome
from icp_workbench.evidence.quantiles import t_975, two_sided_normal
from icp_workbench.evidence.resampling import numbers_of

SHUFFLES = 1_999
_MOST_WORK = 20_000_000  # accounts × shuffles
_BATCH = 2_000_000


@dataclass(frozen=True, slots=True)
class Stratified:
    """The weighted difference (inside − outside, metric's unit) with 95 % limits, p, Mantel and Haenszel's
    odds ratio for shares, and what it rests on: strata with both sides, and their accounts. None where there
    is none."""

    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    odds_ratio: float | None
    strata: int
    accounts: int


def stratified(
    outcome: Outcome,
    side: npt.NDArray[np.int8],
    stratum: npt.NDArray[np.intp],
    cancelled: Callable[[], bool] = lambda: False,
    shuffles: int = SHUFFLES,
) -> Stratified | None:
    """Inside (`side` 1) against outside (0; −1: neither) within the strata, all of shape (n,) over the usable
    observations. None when cancelled.

    Strata are weighted by n₁n₀/(n₁ + n₀), as Mantel & Haenszel (1959) and Greenland & Robins (1985) weigh a
    common difference, n being the metric's denominator (observations; for a ratio what it is divided by). The
    limits of shares and ratios come from account scores (linearised, t with accounts − strata − 1 degrees of
    freedom), those of medians and survival from each stratum's own limits, combined as MOVER does (Zou, Huang
    & Zhang 2009). p: a score test on Σ of each account's residuals against its stratum, clustered by account,
    with the account's side dealt anew within the strata (`shuffles`; 0, or too large a book: the normal
    approximation); where an account has observations on both sides, by the signs of its score.
    """
    weight = outcome.weight if outcome.metric.estimator == "ratio" else np.ones(len(side))
    levels = int(stratum.max(initial=-1)) + 1
    own = sums_by(stratum[side == 1], weight[side == 1], levels)
    rest = sums_by(stratum[side == 0], weight[side == 0], levels)
    both = (own > 0) & (rest > 0)
    used = (side >= 0) & both[stratum]
    if not used.any():
        return Stratified(None, None, None, None, None, 0, 0)
    numbered = np.cumsum(both) - 1
    view = _View(
        outcome, used, side[used] == 1, numbered[stratum[used]].astype(np.intp), int(both.sum()),
        own[both] * rest[both] / (own[both] + rest[both]),
    )  # fmt: skip
    found = view.linearised() if outcome.metric.estimator in ("share", "ratio") else view.combined()
    p_value = view.score_test(shuffles, cancelled)
    if cancelled():
        return None
    odds = view.odds_ratio() if outcome.metric.estimator == "share" else None
    difference, low, high, p, ratio = (
        value if value is not None and np.isfinite(value) else None for value in (*found, p_value, odds)
    )
    return Stratified(difference, low, high, p, ratio, view.levels, len(view.accounts))


class _View:
    """The usable observations of the strata that have both sides."""

    def __init__(
        self, outcome: Outcome, used: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_],
        stratum: npt.NDArray[np.intp], levels: int, weights: FloatArray,
    ) -> None:  # fmt: skip
        self.outcome, self.used, self.inside = outcome, used, inside
        self.stratum, self.levels = stratum, levels
        self.share = weights / weights.sum()
        self.accounts, self.account = np.unique(outcome.account[used], return_inverse=True)

    def linearised(self) -> tuple[float, float, float]:
        """Difference and limits from the account scores e₁/N₁ − e₀/N₀ of each stratum."""
        y, n = self.outcome.value[self.used], self.outcome.weight[self.used]
        cell = self.stratum * 2 + self.inside
        total_y, total_n = (sums_by(cell, values, self.levels * 2) for values in (y, n))
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = total_y / total_n
            sign = np.where(self.inside, 1.0, -1.0) * self.share[self.stratum] / total_n[cell]
        difference = float(self.share @ (rate[1::2] - rate[0::2]))
        scores = sums_by(self.account, sign * (y - rate[cell] * n), len(self.accounts))
        freedom = len(self.accounts) - self.levels - 1
        if freedom < 1:
            return difference, np.nan, np.nan
        variance = float(scores @ scores) * len(self.accounts) / freedom
        half = float(t_975(freedom)) * variance**0.5
        return difference, difference - half, difference + half

    def combined(self) -> tuple[float, float, float]:
        """Difference and limits from each stratum's own estimates; a stratum without an estimate on both
        sides gives its weight to the others."""
        rows = np.flatnonzero(self.used)
        weights, parts = [], []
        for level in range(self.levels):
            here = self.stratum == level
            one, other = (self._estimate(rows[here & (self.inside == side)]) for side in (True, False))
            if np.isfinite(float(one.value)) and np.isfinite(float(other.value)):
                weights.append(self.share[level])
                parts.append((one, other))
        if not parts:
            return np.nan, np.nan, np.nan
        share = np.array(weights) / sum(weights)
        values, lows, highs = (
            np.array([[float(getattr(side, name)) for side in pair] for pair in parts])
            for name in ("value", "low", "high")
        )
        difference = float(share @ (values[:, 0] - values[:, 1]))
        down = (values[:, 0] - lows[:, 0]) ** 2 + (highs[:, 1] - values[:, 1]) ** 2
        up = (highs[:, 0] - values[:, 0]) ** 2 + (values[:, 1] - lows[:, 1]) ** 2
        below, above = float(share**2 @ down) ** 0.5, float(share**2 @ up) ** 0.5
        return difference, difference - below, difference + above

    def _estimate(self, rows: npt.NDArray[np.intp]) -> Estimate:
        selected = np.zeros(len(self.used), dtype=bool)
        selected[rows] = True
        return self.outcome.estimate(selected)

    def odds_ratio(self) -> float:
        """Mantel and Haenszel's: Σ won₁·lost₀/n over Σ lost₁·won₀/n."""
        won = self.outcome.value[self.used] > 0.5
        table = np.bincount(self.stratum * 4 + self.inside * 2 + won, minlength=self.levels * 4)
        lost0, won0, lost1, won1 = table.reshape(self.levels, 4).T.astype(float)
        n = lost0 + won0 + lost1 + won1
        below = float((lost1 * won0 / n).sum())
        return float((won1 * lost0 / n).sum()) / below if below else np.nan

    def score_test(self, shuffles: int, cancelled: Callable[[], bool]) -> float | None:
        y, n = (values[self.used] for values in numbers_of(self.outcome))
        total_y, total_n = (sums_by(self.stratum, values, self.levels) for values in (y, n))
        own_n = sums_by(self.stratum[self.inside], n[self.inside], self.levels)
        with np.errstate(divide="ignore", invalid="ignore"):
            residual = y - np.where(total_n != 0, total_y / total_n, 0.0)[self.stratum] * n
            fraction = np.where(total_n != 0, own_n / total_n, 0.0)
        score = sums_by(self.account, (self.inside - fraction[self.stratum]) * residual, len(self.accounts))
        squares = float(score @ score)
        if squares <= 1e-300:
            return 1.0
        normal = float(two_sided_normal(score.sum() / squares**0.5))
        shuffles = min(shuffles, _MOST_WORK // max(len(self.accounts), 1))
        if shuffles < 99:
            return normal
        deal = self._dealt(residual, fraction) if self._one_sided() else self._flipped(score)
        random, found, done = np.random.default_rng(0), 0, 0
        observed = abs(float(score.sum())) / squares**0.5
        while done < shuffles:
            size = min(shuffles - done, max(1, _BATCH // len(self.accounts)))
            found += int((deal(random, size) >= observed * (1 - 1e-9)).sum())
            done += size
            if cancelled():
                return None
        return (1 + found) / (1 + shuffles)

    def _one_sided(self) -> bool:
        """Whether every account lies in one stratum, on one side of it."""
        cell = self.stratum * 2 + self.inside
        first = np.zeros(len(self.accounts), dtype=cell.dtype)
        first[self.account] = cell
        return bool((first[self.account] == cell).all())

    def _flipped(self, score: FloatArray) -> Callable[[np.random.Generator, int], FloatArray]:
        squares = float(score @ score)

        def deal(random: np.random.Generator, size: int) -> FloatArray:
            signs = random.integers(0, 2, (size, len(score)), dtype=np.int8).astype(float) * 2 - 1
            return np.abs(signs @ score) / squares**0.5

        return deal

    def _dealt(
        self, residual: FloatArray, fraction: FloatArray
    ) -> Callable[[np.random.Generator, int], FloatArray]:
        total = sums_by(self.account, residual, len(self.accounts))
        stratum, inside = np.zeros(len(total), np.intp), np.zeros(len(total), dtype=bool)
        stratum[self.account], inside[self.account] = self.stratum, self.inside
        order = np.argsort(stratum, kind="stable")
        bounds = np.searchsorted(stratum[order], np.arange(self.levels + 1))
        total, inside, part = total[order], inside[order], fraction[stratum[order]]

        def deal(random: np.random.Generator, size: int) -> FloatArray:
            hand = np.empty((size, len(total)))
            for start, end in pairwise(bounds.tolist()):
                same = np.broadcast_to(inside[start:end].astype(float), (size, end - start))
                hand[:, start:end] = random.permuted(same, axis=1)
            scores = (hand - part) * total
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.abs(scores.sum(axis=1)) / np.sqrt((scores**2).sum(axis=1))

        return deal
