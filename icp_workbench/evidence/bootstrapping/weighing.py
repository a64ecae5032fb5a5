"""A bootstrapped metric in a segment against its rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.bootstrapping.resampling_accounts import Positions
from icp_workbench.evidence.bootstrapping.variances import (
    Variances,
    accounts_of,
    count_accounts,
    count_at,
    figure_of,
    variances,
)
from icp_workbench.evidence.estimates import Estimate
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, rest_of
from icp_workbench.evidence.quantiles import t_975, two_sided_t
from icp_workbench.evidence.verdicts import FEWEST_ACCOUNTS, FEWEST_AT_RISK
from icp_workbench.evidence.weighings import Weighed, weighings_of
from icp_workbench.segments.index import RowSet

# The horizon that a row set and its rest allow, while the row set lives: a key changes but one segment.
_ALLOWED: WeakKeyDictionary[RowSet, dict[Metric, float | None]] = WeakKeyDictionary()


def common_horizon(outcome: Outcome, segments: Iterable[RowSet]) -> float | None:
    """The time up to which lifetimes are added up: the longest at which every side of every segment, and the
    whole book, still has ten observations at risk; sides too small to be judged do not count. None where not
    even the book has that."""
    if outcome.metric.estimator != "lifetime":
        return None
    longest = longest_followed(outcome, np.ones(len(outcome.value), dtype=bool))
    if longest is None:
        return None
    return min([longest, *(found for rows in segments if (found := _allowed(outcome, rows)) is not None)])


def _allowed(outcome: Outcome, rows: RowSet) -> float | None:
    known = _ALLOWED.setdefault(rows, {})
    if outcome.metric not in known:
        sides = (longest_followed(outcome, of(rows, outcome)) for of in (observations_of, rest_of))
        known[outcome.metric] = min((found for found in sides if found is not None), default=None)
    return known[outcome.metric]


def longest_followed(outcome: Outcome, side: BoolArray) -> float | None:
    """The longest time at which ten of a side's observations (mask (n,)) were still at risk; None without
    ten accounts, or without any time."""
    at = np.flatnonzero(side)  # ascending by time
    if len(at) < FEWEST_AT_RISK or count_accounts(outcome, side) < FEWEST_ACCOUNTS:
        return None
    found = float(outcome.value[at[-FEWEST_AT_RISK]])
    return found if found > 0 else None


def book_figure(
    outcome: Outcome, horizon: float | None, resample: bool, cancelled: Callable[[], bool]
) -> Estimate:
    """The average customer's figure; without limits where `resample` is False."""
    everyone = np.ones(len(outcome.value), dtype=bool)
    return _side(outcome, everyone, horizon, resample, cancelled).estimate(outcome)


def figure_alone(outcome: Outcome, at: Positions, horizon: float | None) -> Estimate:
    """The figure over some usable observations (their positions, ascending) without limits."""
    return _figure(outcome, at, horizon, count_at(outcome, at)).estimate(outcome)


def weigh_bootstrapped(
    outcome: Outcome, rows: RowSet, horizon: float | None, resample: bool,
    cancelled: Callable[[], bool] = lambda: False,
) -> Weighed:  # fmt: skip
    """The row set against its rest. Without `resample`: estimates and counts alone, no limits and no test.

    Limits of each side: the estimate × or ÷ e to the t × the standard deviation of its resamples' logarithms
    (Efron & Tibshirani 1993, ch. 12–13), t with accounts − 1 degrees of freedom; where a resample is not
    above zero, the estimate ± t × the standard deviation of the resamples themselves. The difference: MOVER,
    with the correlation of the two sides' resamples where accounts are on both. p: the difference on that
    scale over its standard deviation, Student's t with Satterthwaite's degrees of freedom; of a lifetime
    value the larger of that and of what dealing the accounts anew would do (as for ratios, see
    `differences.dealt_score_test`). `too_few` also says why there is no figure, or no interval, where
    resampling gives none. `effect` holds the horizon.
    """
    return weigh_bootstrapped_masks(
        outcome, observations_of(rows, outcome), rest_of(rows, outcome), horizon, resample, cancelled
    )


def weigh_bootstrapped_masks(
    outcome: Outcome, selected: BoolArray, rest: BoolArray, horizon: float | None, resample: bool,
    cancelled: Callable[[], bool],
) -> Weighed:  # fmt: skip
    """Some of the metric's usable observations against others (masks (n,)), as `weigh_bootstrapped`."""
    inside, outside = (_side(outcome, side, horizon, resample, cancelled) for side in (selected, rest))
    correlation, p_value = 0.0, np.nan
    if inside.varies is not None and outside.varies is not None:
        together = pooled = None
        if (accounts_of(outcome, selected) & accounts_of(outcome, rest)).any():
            together = variances(outcome, (selected, rest), horizon, cancelled)
        elif outcome.metric.estimator == "lifetime":
            pooled = _varies(outcome, selected | rest, horizon, cancelled)
        correlation, p_value = _test(inside, outside, together)
        p_value = np.fmax(p_value, _dealt_test(inside, outside, pooled))
    if resample and cancelled():  # nothing half done
        return weigh_bootstrapped_masks(outcome, selected, rest, horizon, False, cancelled)
    found = weighings_of(
        outcome.metric, inside.estimate(outcome), outside.estimate(outcome), p_value, "ratio", correlation
    ).each()[0]
    effect = dict(found.effect) if horizon is None else {**found.effect, "horizon": horizon}
    lack = found.too_few or _lack(outcome, inside, outside, resample)
    return replace(found, effect=effect, too_few=lack, p_value=None if lack else found.p_value)


@dataclass(frozen=True)
class _Side:
    """One side's figure (NaN: none), and how it varies (None: not known)."""

    value: float
    n: int
    accounts: int
    at_risk: int | None
    varies: Variances | None = None

    @property
    def has_logarithm(self) -> bool:
        return self.varies is not None and self.value > 0 and bool(np.isfinite(self.varies.log).all())

    def estimate(self, outcome: Outcome) -> Estimate:
        """With limits where they are known."""
        low = high = variance = np.nan
        if self.varies is not None and np.isfinite(self.value) and self.accounts > 1:
            variance = float((self.varies.log if self.has_logarithm else self.varies.plain)[0, 0])
            half = float(t_975(self.accounts - 1)) * variance**0.5
            if self.has_logarithm:
                low, high = self.value * np.exp(-half), self.value * np.exp(half)
            else:
                low, high = self.value - half, self.value + half
                low = max(low, 0.0) if outcome.metric.estimator == "spread" else low
        figures = (self.value, low, high, float(self.n), float(self.accounts), variance)
        found = Estimate(*(np.asarray([figure]) for figure in figures))
        if self.at_risk is None:
            return found
        return replace(found, at_risk=np.array([float(self.at_risk)]))


def _side(
    outcome: Outcome, side: BoolArray, horizon: float | None, resample: bool, cancelled: Callable[[], bool]
) -> _Side:
    found = _figure(outcome, np.flatnonzero(side), horizon, count_accounts(outcome, side))
    if not resample or not np.isfinite(found.value):
        return found
    return replace(found, varies=_varies(outcome, side, horizon, cancelled))


def _figure(outcome: Outcome, at: Positions, horizon: float | None, accounts: int) -> _Side:
    value = float(figure_of(outcome, at, horizon, np.ones((1, len(at)), dtype=np.int64))[0])
    at_risk = None
    if outcome.metric.estimator == "lifetime":
        at_risk = 0 if horizon is None else int(np.count_nonzero(outcome.value[at] >= horizon))
    return _Side(value, len(at), accounts, at_risk)


def _varies(
    outcome: Outcome, side: BoolArray, horizon: float | None, cancelled: Callable[[], bool]
) -> Variances | None:
    """How a side varies; of the whole book known again."""
    if not side.all():
        return variances(outcome, [side], horizon, cancelled)
    key = "varies", horizon
    if key not in outcome.resampled:
        found = variances(outcome, [side], horizon, cancelled)
        if found is None:
            return None
        outcome.resampled[key] = found
    known: Variances = outcome.resampled[key]
    return known


def _test(inside: _Side, outside: _Side, together: Variances | None) -> tuple[float, float]:
    """The correlation of the two sides, and p of no difference; NaN where neither varies. `together` where
    accounts are on both sides."""
    assert inside.varies is not None and outside.varies is not None
    logarithms = inside.has_logarithm and outside.has_logarithm
    if logarithms and together is not None:
        logarithms = bool(np.isfinite(together.log).all())
    values = np.array([inside.value, outside.value])
    if logarithms:
        values = np.log(values)
    one, other = ((of.varies.log if logarithms else of.varies.plain) for of in (inside, outside) if of.varies)
    a, b, covariance = float(one[0, 0]), float(other[0, 0]), 0.0
    if together is not None:
        both = together.log if logarithms else together.plain
        a, b, covariance = float(both[0, 0]), float(both[1, 1]), float(both[0, 1])
    if not np.isfinite([*values, a, b, covariance]).all() or not a + b > 0:
        return 0.0, np.nan
    variance = a + b - 2 * covariance
    if variance <= 1e-12 * (a + b):  # the same accounts on both sides
        return 1.0, 1.0 if values[0] == values[1] else np.nan
    i, j = inside.accounts, outside.accounts
    freedom = (a + b) ** 2 / (a**2 / max(i - 1, 1) + b**2 / max(j - 1, 1))
    correlation = covariance / (a * b) ** 0.5 if a * b > 0 else 0.0
    p_value = float(two_sided_t((values[0] - values[1]) / variance**0.5, freedom))
    return float(np.clip(correlation, -1, 1)), p_value


def _dealt_test(inside: _Side, outside: _Side, pooled: Variances | None) -> float:
    """p of no difference by how much sides of so many accounts would differ that were dealt from all of them,
    no account on both; NaN without `pooled`, the variances of all. A small side's own variance is too small
    whenever it happens to lack the few large accounts."""
    if pooled is None:
        return np.nan
    values, one = np.array([inside.value, outside.value]), float(pooled.plain[0, 0])
    if inside.has_logarithm and outside.has_logarithm and np.isfinite(pooled.log).all():
        values, one = np.log(values), float(pooled.log[0, 0])
    i, j = inside.accounts, outside.accounts
    variance = one * (i + j) * (1 / i + 1 / j)
    if not variance > 0 or i + j <= 2:
        return np.nan
    return float(two_sided_t((values[0] - values[1]) / variance**0.5, i + j - 2))


def _lack(outcome: Outcome, inside: _Side, outside: _Side, resampled: bool) -> str:
    """Why one of the sides has no figure, or no interval after resampling; "" where nothing lacks."""
    for side, whose in ((inside, ""), (outside, "the rest: ")):
        if not side.n:
            continue
        if not np.isfinite(side.value):
            amounts = outcome.metric.estimator == "spread"
            return whose + ("the median is not above zero" if amounts else "its amounts are too large")
        if resampled and side.varies is None:
            return f"{whose}the median is too close to zero for an interval"
    return ""
