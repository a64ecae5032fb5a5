"""When a difference may be believed: the verdicts of statistics.md, and what is too few to have one.

Written once, over arrays: a board and all values of all attributes are judged by the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.evidence.estimates import Estimate, FloatArray
from icp_workbench.evidence.words import Verdict as Verdict
from icp_workbench.render.figures import counted

BoolArray = npt.NDArray[np.bool_]

FEWEST_ACCOUNTS = 10
FEWEST_OF_EITHER_OUTCOME = 5
FEWEST_VALUES = 8
FEWEST_AT_RISK = 10
SIGNIFICANT = 0.05

_NAMES: tuple[Verdict, ...] = ("none", "too_few", "unclear", "better", "worse", "similar")


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes a difference of a metric good, and large enough to act on; one for each metric judged.

    `sign` is 1 where higher is better, else −1; `margin` the smallest difference worth acting on, a fraction
    of the rest's value where `relative`; `resampled` where there is no interval before resampling.
    """

    sign: npt.NDArray[Any]
    margin: npt.NDArray[Any]
    relative: BoolArray
    resampled: BoolArray

    @classmethod
    def of(cls, metrics: Sequence[Metric]) -> Scale:
        """Of metrics, (k,) each."""
        return cls(
            np.array([1.0 if metric.better == "higher" else -1.0 for metric in metrics]),
            np.array([metric.margin for metric in metrics]),
            np.array([metric.margin_is_relative for metric in metrics], dtype=bool),
            np.array([metric.estimator in BOOTSTRAPPED for metric in metrics], dtype=bool),
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How segments stand against their rests, (k,) each; NaN for a figure that cannot be had.

    `rest` and `rest_n` are the rest's value and observations, `difference` segment − rest with its limits,
    `ratio_low` and `ratio_high` those of segment ÷ rest; `direction` is the sign of what was tested;
    `too_few` says where either side is too small to be judged.
    """

    rest: FloatArray
    rest_n: FloatArray
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    ratio_low: FloatArray
    ratio_high: FloatArray
    direction: FloatArray
    too_few: BoolArray


def verdicts(scale: Scale, stands: Standing, q_values: FloatArray) -> list[Verdict]:
    """One verdict each: better or worse only if q ≤ 0.05, the difference exceeds the margin, and what was
    tested points the same way as what is shown; similar if the whole interval lies within the margin.
    `q_values` (k,) are NaN where nothing was tested."""
    found = gains(scale, stands.difference, stands.rest)
    with np.errstate(invalid="ignore"):
        agrees = stands.direction == np.sign(stands.difference)
        told = (q_values <= SIGNIFICANT) & (np.abs(found) > scale.margin) & agrees
        choices = (
            stands.rest_n == 0,
            stands.too_few,
            scale.resampled & np.isnan(stands.low),
            np.isnan(found),
            told & (found > 0),
            told,
            _within_margin(scale, stands),
        )
    at = np.select(choices, (0, 1, 0, 2, 3, 4, 5), default=2)
    return [_NAMES[code] for code in at.tolist()]


def gains(scale: Scale, difference: FloatArray, rest: FloatArray) -> FloatArray:
    """Differences from the rest on the scale of the metric's margin, positive where the segment is better.

    In the metric's unit, or as a fraction of the rest's value; from a rest of zero every difference is
    infinite. NaN where either is.
    """
    found = difference * scale.sign
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(found == 0, 0.0, found / np.abs(rest))
        return np.where(np.isnan(rest), np.nan, np.where(scale.relative, relative, found))


def gain(metric: Metric, difference: float | None, rest: float | None) -> float | None:
    """`gains` of one difference; None where it cannot be told."""
    if difference is None or rest is None:
        return None
    return float(gains(Scale.of([metric]), np.array([difference]), np.array([rest]))[0])


def _within_margin(scale: Scale, stands: Standing) -> BoolArray:
    by_ratio = scale.relative & np.isfinite(stands.ratio_low) & np.isfinite(stands.ratio_high)
    inside = (stands.ratio_low >= 1 - scale.margin) & (stands.ratio_high <= 1 + scale.margin)
    room = scale.margin * np.where(scale.relative, np.abs(stands.rest), 1.0)
    within: BoolArray = (stands.low >= -room) & (stands.high <= room)
    return np.where(by_ratio, inside, within)


def too_few(metric: Metric, estimate: Estimate, y: npt.ArrayLike | None = None) -> BoolArray:
    """Where an estimate is too small to carry a verdict, (k,). `y`: the numerators of shares."""
    found = np.rint(np.atleast_1d(estimate.accounts)) < FEWEST_ACCOUNTS
    n = np.rint(np.atleast_1d(estimate.n))
    if metric.estimator == "share":
        found = found | (_rarer(n, y) < FEWEST_OF_EITHER_OUTCOME)
    elif metric.estimator in ("median", "spread"):
        found = found | (n < FEWEST_VALUES)
    if estimate.at_risk is not None:
        found = found | (np.atleast_1d(estimate.at_risk) < FEWEST_AT_RISK)
    return found


def _rarer(n: FloatArray, y: npt.ArrayLike | None) -> FloatArray:
    had = np.atleast_1d(np.asarray(0.0 if y is None else y, dtype=float))
    return np.rint(np.minimum(had, n - had))


def lacks(metric: Metric, estimate: Estimate, y: npt.ArrayLike | None = None) -> list[str]:
    """What each estimate lacks to carry a verdict, in words; "" if nothing."""
    few = too_few(metric, estimate, y)
    found = [""] * len(few)
    for at in np.flatnonzero(few).tolist():
        found[at] = _lack(metric, estimate, y, at)
    return found


def _lack(metric: Metric, estimate: Estimate, y: npt.ArrayLike | None, at: int) -> str:
    accounts, n = (round(float(np.atleast_1d(size)[at])) for size in (estimate.accounts, estimate.n))
    if accounts < FEWEST_ACCOUNTS:
        return f"{counted(accounts, 'account')} with an outcome; {FEWEST_ACCOUNTS} are needed"
    if metric.estimator == "share":
        least = round(float(_rarer(np.atleast_1d(estimate.n), y)[at]))
        return f"only {least} of {n} had the rarer outcome; {FEWEST_OF_EITHER_OUTCOME} are needed"
    if metric.estimator in ("median", "spread"):
        return f"{counted(n, 'value')}; {FEWEST_VALUES} are needed"
    at_risk = round(float(np.atleast_1d(np.asarray(estimate.at_risk))[at]))
    horizon = metric.horizon_label or "the horizon"
    return f"{at_risk} followed to {horizon}; {FEWEST_AT_RISK} are needed"
