"""How long customers stay: the whole curve behind a retention figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from icp_workbench.evidence.estimates import kaplan_meier
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, outcome_of
from icp_workbench.evidence.quantiles import NORMAL_975
from icp_workbench.evidence.weighings import plain
from icp_workbench.segments.index import RowSet, SegmentIndex

FEWEST_AT_RISK = 10
MOST_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class CurveStep:
    """From `time` on (in the metric's unit of duration) this share was still there, with 95 % limits (None
    where there are none); `at_risk` just before."""

    time: float
    survival: float
    low: float | None
    high: float | None
    at_risk: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The steps, beginning with 1 at time 0, and the time up to which at least ten were at risk."""

    steps: tuple[CurveStep, ...]
    until: float


def survival_curve(index: SegmentIndex, rows: RowSet, metric: str) -> Curve | None:
    """Kaplan–Meier's curve as long as ten are at risk, also beyond the horizon, with log(−log) limits on
    Greenwood's variance; where accounts have several observations, widened by the design effect at the
    horizon. Of more than a thousand steps the last in each thousandth of the time is kept. None with fewer
    than ten observations. KeyError for an unknown metric; ValueError unless it rests on how long customers
    stay.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    if outcome.metric.estimator not in ("survival", "lifetime"):
        raise ValueError(f"{metric} does not rest on how long customers stay")
    selected = observations_of(rows, outcome)
    durations, ended = outcome.value[selected], outcome.ended[selected]
    if len(durations) < FEWEST_AT_RISK:
        return None
    until = float(durations[-FEWEST_AT_RISK])  # ascending
    inner = int(np.searchsorted(durations, until, "right"))
    starts = np.flatnonzero(np.diff(durations[:inner], prepend=-np.inf))
    times, at_risk = durations[starts], len(durations) - starts
    ends = np.add.reduceat(ended[:inner], starts, dtype=np.int64)
    effect = _effect(outcome, selected)
    with np.errstate(divide="ignore", invalid="ignore"):
        survival = np.cumprod(1 - ends / at_risk)
        greenwood = np.cumsum(ends / (at_risk * (at_risk - ends)))
        spread = np.exp(NORMAL_975 * np.sqrt(effect * greenwood) / np.abs(np.log(survival)))
        low, high = plain(survival**spread), plain(survival ** (1 / spread))
    shown = np.flatnonzero(ends)
    if len(shown) > MOST_STEPS:
        bins = np.ceil(times[shown] / until * MOST_STEPS)
        shown = shown[np.append(np.diff(bins) > 0, True)]
    steps = [CurveStep(0.0, 1.0, None, None, len(durations))]
    steps += [
        CurveStep(float(times[at]), float(survival[at]), low[at], high[at], int(at_risk[at]))
        for at in shown.tolist()
    ]
    return Curve(tuple(steps), until)


def _effect(outcome: Outcome, selected: BoolArray) -> float:
    """How much wider than for observations of as many accounts; 1 with one observation an account."""
    if not outcome.repeats or outcome.metric.estimator != "survival":
        return 1.0
    leaving, ended = outcome.by_time(selected)
    independent = float(kaplan_meier(leaving, ended, len(outcome.times) - 1).variance)
    clustered = float(outcome.survival(selected).variance)
    return clustered / independent if independent > 0 and np.isfinite(clustered) else 1.0
