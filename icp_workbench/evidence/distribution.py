"""What the picture under the board shows of one metric: by quarter, and over a customer's life."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from icp_workbench.evidence.outcomes import observations_of, outcome_of
from icp_workbench.evidence.weighing import Figure
from icp_workbench.segments.index import RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The metric over the outcomes closed in the quarter that starts on `start`."""

    start: dt.date
    figure: Figure


def trend(index: SegmentIndex, rows: RowSet, metric: str) -> tuple[TrendPoint, ...]:
    """The metric by quarter of its `closed` date, from the first quarter of the book to the last, quarters
    without outcomes included; empty where the grain has no close dates. KeyError for an unknown metric."""
    outcome = outcome_of(index, index.book.metric(metric))
    values = index.book.observations[outcome.metric.grain].values
    if "closed" not in values:
        return ()
    closed = values["closed"].to_numpy("datetime64[M]")[outcome.row]
    known = ~np.isnat(closed)
    quarter = np.where(known, closed.astype(np.int64) // 3, -1)
    if not known.any():
        return ()
    selected = observations_of(rows, outcome) & known
    first, last = int(quarter[known].min()), int(quarter[known].max())
    return tuple(
        TrendPoint(
            dt.date(1970 + at // 4, at % 4 * 3 + 1, 1),
            Figure.each(outcome.estimate(selected & (quarter == at)))[0],
        )
        for at in range(first, last + 1)
    )


@dataclass(frozen=True, slots=True)
class CurveStep:
    """From `time` on (in the metric's unit of duration) this share was still there; `at_risk` just before."""

    time: float
    survival: float
    at_risk: int


def survival_curve(index: SegmentIndex, rows: RowSet, metric: str) -> tuple[CurveStep, ...]:
    """Kaplan–Meier's steps up to the horizon, beginning with 1 at time 0; empty without observations.
    KeyError for an unknown metric; ValueError if it is not a survival metric."""
    outcome = outcome_of(index, index.book.metric(metric))
    if outcome.metric.estimator != "survival":
        raise ValueError(f"{metric} is not a survival metric")
    leaving, ended = outcome.by_time(observations_of(rows, outcome))
    at_risk = np.cumsum(leaving[::-1])[::-1]
    if not at_risk[0]:
        return ()
    steps, survival = [CurveStep(0.0, 1.0, int(at_risk[0]))], 1.0
    for time, ends, risk in zip(outcome.times.tolist(), ended.tolist(), at_risk.tolist(), strict=False):
        if ends:
            survival *= 1 - ends / risk
            steps.append(CurveStep(time, survival, int(risk)))
    return tuple(steps)
