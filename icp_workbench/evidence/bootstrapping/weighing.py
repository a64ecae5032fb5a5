"""A bootstrapped metric in a segment against its rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.bootstrapping.figures import Counts, lifetime_value, spread
from icp_workbench.evidence.bootstrapping.resampling_accounts import (
    drawn_alone,
    drawn_together,
    resamples_for,
)
from icp_workbench.evidence.estimates import Estimate, FloatArray
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, rest_of
from icp_workbench.evidence.quantiles import t_975, two_sided_t
from icp_workbench.evidence.verdicts import FEWEST_ACCOUNTS, FEWEST_AT_RISK
from icp_workbench.evidence.weighings import Weighed, weighings_of
from icp_workbench.segments.index import RowSet

Of = Callable[[Counts], FloatArray]
_MONTHS_A_YEAR = 12.0


def common_horizon(outcome: Outcome, segments: Iterable[RowSet]) -> float | None:
    """The time up to which lifetimes are added up: the longest at which every side of every segment, and the
    whole book, still has ten observations at risk; sides too small to be judged do not count. None where not
    even the book has that."""
    if outcome.metric.estimator != "lifetime":
        return None
    sides = [np.ones(len(outcome.row), dtype=bool)]
    for rows in segments:
        sides += [observations_of(rows, outcome), rest_of(rows, outcome)]
    longest = [_longest(outcome, side) for side in sides]
    known = [found for found in longest if found is not None]
    return min(known) if longest[0] is not None else None


def _longest(outcome: Outcome, selected: BoolArray) -> float | None:
    values = outcome.value[selected]  # ascending
    if len(np.unique(outcome.account[selected])) < FEWEST_ACCOUNTS or len(values) < FEWEST_AT_RISK:
        return None
    found = float(values[-FEWEST_AT_RISK])
    return found if found > 0 else None


def book_figure(
    outcome: Outcome, horizon: float | None, resample: bool, cancelled: Callable[[], bool]
) -> Estimate:
    """The average customer's figure; without limits where `resample` is False."""
    everyone = np.ones(len(outcome.row), dtype=bool)
    draws = _draws(outcome, everyone, horizon, resample, cancelled)
    return _estimate(outcome, everyone, _statistic(outcome, everyone, horizon), draws)


def weigh_bootstrapped(
    outcome: Outcome, rows: RowSet, horizon: float | None, resample: bool,
    cancelled: Callable[[], bool] = lambda: False,
) -> Weighed:  # fmt: skip
    """The row set against its rest. Without `resample`: estimates and counts alone, no limits and no test.

    Limits of each side: the estimate's, on the scale on which resamples are tested (a spread's logarithm; a
    lifetime value itself) ± t × the standard deviation of the resamples (Efron & Tibshirani 1993, ch. 12), t
    with accounts − 1 degrees of freedom. The difference: MOVER, with the correlation of the two sides'
    resamples where accounts are on both. p: the difference on that scale over its standard deviation,
    Student's t with Satterthwaite's degrees of freedom.
    """
    return weigh_bootstrapped_masks(
        outcome, observations_of(rows, outcome), rest_of(rows, outcome), horizon, resample, cancelled
    )


def weigh_bootstrapped_masks(
    outcome: Outcome, selected: BoolArray, rest: BoolArray, horizon: float | None, resample: bool,
    cancelled: Callable[[], bool],
) -> Weighed:  # fmt: skip
    """Some of the metric's usable observations against others (masks (n,)), as `weigh_bootstrapped`."""
    sides = (selected, rest)
    draws = [_draws(outcome, side, horizon, resample, cancelled) for side in sides]
    inside, outside = (
        _estimate(outcome, side, _statistic(outcome, side, horizon), own)
        for side, own in zip(sides, draws, strict=True)
    )
    correlation, p_value = 0.0, np.nan
    if len(draws[0]) and len(draws[1]):
        covariance = None
        if np.isin(outcome.account[selected], outcome.account[rest]).any():
            covariance = _covariance(outcome, selected, rest, horizon, cancelled)
        correlation, p_value = _test(outcome, inside, outside, covariance)
    return weighings_of(outcome.metric, inside, outside, p_value, "ratio", correlation).each()[0]


def _statistic(outcome: Outcome, selected: BoolArray, horizon: float | None) -> Of:
    if outcome.metric.estimator == "spread":
        return partial(spread, outcome.value[selected])
    months = _MONTHS_A_YEAR / (outcome.metric.horizon or _MONTHS_A_YEAR)
    return partial(
        _lifetimes, outcome.time[selected], outcome.ended[selected], outcome.weight[selected], outcome.times,
        horizon, months,
    )  # fmt: skip


def _lifetimes(
    time: npt.NDArray[np.integer], ended: BoolArray, amount: FloatArray, times: FloatArray,
    horizon: float | None, months: float, counts: Counts,
) -> FloatArray:  # fmt: skip
    if horizon is None:
        return np.full(len(counts), np.nan)
    return lifetime_value(time, ended, amount, counts, times, horizon, months)


def _draws(
    outcome: Outcome, selected: BoolArray, horizon: float | None, resample: bool,
    cancelled: Callable[[], bool],
) -> FloatArray:  # fmt: skip
    """A side's figure in each resample; empty without resampling, or when cancelled."""
    if not resample or not selected.any():
        return np.empty(0)
    resamples = resamples_for(int(selected.sum()))
    statistic = _statistic(outcome, selected, horizon)
    parts = [statistic(counts) for counts in drawn_alone(outcome, selected, resamples, cancelled)]
    found = np.concatenate(parts) if parts else np.empty(0)
    return found if len(found) == resamples else np.empty(0)


def _covariance(
    outcome: Outcome, selected: BoolArray, rest: BoolArray, horizon: float | None,
    cancelled: Callable[[], bool],
) -> tuple[float, float, float]:  # fmt: skip
    """The two sides' variances and their covariance, with accounts on both drawn together."""
    one, other = (_statistic(outcome, side, horizon) for side in (selected, rest))
    resamples = resamples_for(int(selected.sum()) + int(rest.sum()))
    pairs = [
        np.stack([one(own), other(others)])
        for own, others in drawn_together(outcome, selected, rest, resamples, cancelled)
    ]
    if not pairs:
        return np.nan, np.nan, np.nan
    scaled = _scaled(outcome, np.concatenate(pairs, axis=1))
    scaled = scaled[:, np.isfinite(scaled).all(axis=0)]
    if scaled.shape[1] < 2:
        return np.nan, np.nan, np.nan
    (own, both), (_, others) = np.cov(scaled)
    return float(own), float(others), float(both)


def _estimate(outcome: Outcome, selected: BoolArray, statistic: Of, draws: FloatArray) -> Estimate:
    n = int(selected.sum())
    value = float(statistic(np.ones((1, n), dtype=np.int64))[0])
    accounts = len(np.unique(outcome.account[selected]))
    low = high = variance = np.nan
    scaled = _scaled(outcome, draws)
    if np.isfinite(value) and accounts > 1 and len(scaled) and np.isfinite(scaled).mean() > 0.9:
        variance = float(np.nanvar(scaled, ddof=1))
        half = float(t_975(accounts - 1)) * variance**0.5
        low, high = (
            (value * np.exp(-half), value * np.exp(half))
            if outcome.metric.estimator == "spread"
            else (value - half, value + half)
        )
    figures = (value, low, high, float(n), float(accounts), variance)
    return Estimate(*(np.asarray([figure]) for figure in figures))


def _scaled(outcome: Outcome, values: FloatArray) -> FloatArray:
    if outcome.metric.estimator != "spread":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


def _test(
    outcome: Outcome, inside: Estimate, outside: Estimate, together: tuple[float, float, float] | None
) -> tuple[float, float]:
    """The correlation of the two sides, and p of no difference; NaN where neither varies. `together`:
    variances and covariance where accounts are on both sides."""
    values = _scaled(outcome, np.array([float(inside.value[0]), float(outside.value[0])]))
    a, b, covariance = float(inside.variance[0]), float(outside.variance[0]), 0.0
    if together is not None:
        a, b, covariance = together
    if not np.isfinite([*values, a, b, covariance]).all() or not a + b > 0:
        return 0.0, np.nan
    variance = a + b - 2 * covariance
    if variance <= 1e-12 * (a + b):  # the same accounts on both sides
        return 1.0, 1.0 if values[0] == values[1] else np.nan
    i, j = float(inside.accounts[0]), float(outside.accounts[0])
    freedom = (a + b) ** 2 / (a**2 / max(i - 1, 1) + b**2 / max(j - 1, 1))
    correlation = covariance / (a * b) ** 0.5 if a * b > 0 else 0.0
    p_value = float(two_sided_t((values[0] - values[1]) / variance**0.5, freedom))
    return float(np.clip(correlation, -1, 1)), p_value
