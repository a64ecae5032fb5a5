"""A metric by quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.bootstrapping.weighing import common_horizon, figure_alone
from icp_workbench.evidence.estimates import (
    ClusterSums,
    Estimate,
    FloatArray,
    kaplan_meier,
    median,
    sums_by,
)
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of
from icp_workbench.evidence.pictures.quarters import quarters_of
from icp_workbench.evidence.verdicts import lacks
from icp_workbench.evidence.weighings import Figure
from icp_workbench.segments.index import RowSet, SegmentIndex

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The metric over the observations of the quarter that starts on `start`; `enough` whether they carry a
    figure by the usual floors."""

    start: dt.date
    figure: Figure
    enough: bool


def trend(index: SegmentIndex, rows: RowSet, metric: str) -> tuple[TrendPoint, ...]:
    """The metric by the quarter in which deals closed, customers started, tickets were opened; from the first
    quarter of the metric to the last, those without outcomes included (see `quarters_of`). Empty where the
    grain has no such date. KeyError for an unknown metric.

    A metric that needs resampling has no limits here. For retention and lifetime values a quarter is a
    cohort, followed to the horizon (of a lifetime value `horizon_of`): the youngest have not been followed
    that long and carry no figure.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    quarters = quarters_of(index, outcome)
    if quarters is None:
        return ()
    there = (quarters.of >= 0) & (quarters.of < quarters.count)
    selected = np.flatnonzero(observations_of(rows, outcome) & there)
    quarter = quarters.of[selected]
    # Sorted by quarter once; within a quarter the order an estimator needs is kept.
    members = selected[np.argsort(quarter, kind="stable")]
    counts = np.bincount(quarter, minlength=quarters.count)
    each = np.split(members, np.cumsum(counts)[:-1])
    points = []
    for at, (estimate, y) in enumerate(_estimates(outcome, each)):
        figure = Figure.each(estimate)[0]
        lack = lacks(outcome.metric, estimate, y)[0]
        points.append(TrendPoint(quarters.start(at), figure, not lack and figure.value is not None))
    return tuple(points)


def horizon_of(outcome: Outcome) -> float | None:
    """How long each cohort of a lifetime value is followed: twelve months, in the unit of its durations, or
    as long as the book allows where that is less; None for other metrics."""
    longest = common_horizon(outcome, ())
    return None if longest is None else min(longest, outcome.metric.horizon or 12.0)


def _estimates(outcome: Outcome, each: list[Positions]) -> Iterator[tuple[Estimate, float]]:
    """Estimate and numerator of the observations at each of the positions; the figures are those of
    `Outcome.estimate`, in time that depends on the observations alone, not on the size of the book."""
    estimator = outcome.metric.estimator
    if estimator in ("share", "ratio"):
        yield from _of_sums(outcome, each)
        return
    horizon = horizon_of(outcome)
    for at in each:
        if estimator == "median":
            yield median(outcome.value[at], _numbered(outcome.account[at], outcome)), 0.0
        elif estimator == "survival" and not outcome.repeats:
            yield _survival(outcome, at), 0.0
        elif estimator == "survival":
            here = np.zeros(len(outcome.value), dtype=bool)
            here[at] = True
            yield outcome.survival(here), 0.0
        else:
            yield figure_alone(outcome, at, horizon), 0.0


def _of_sums(outcome: Outcome, each: list[Positions]) -> Iterator[tuple[Estimate, float]]:
    for at in each:
        number = _numbered(outcome.account[at], outcome)
        accounts = int(number.max(initial=-1)) + 1
        y, n = (sums_by(number, part[at], accounts) for part in (outcome.value, outcome.weight))
        found = outcome.of_sums(ClusterSums.of(y, n, np.ones(accounts)), float(len(at)))
        yield found, float(y.sum())


def _numbered(account: npt.NDArray[np.int32], outcome: Outcome) -> Positions:
    """The accounts of some observations numbered from 0 without gaps."""
    if not outcome.repeats:
        return np.arange(len(account))
    order = np.argsort(account, kind="stable")
    new = np.diff(account[order], prepend=-1) != 0
    number = np.empty(len(account), dtype=np.intp)
    number[order] = np.cumsum(new) - 1
    return number


def _survival(outcome: Outcome, at: Positions) -> Estimate:
    """Kaplan–Meier at the horizon, by the times that these observations have alone."""
    horizon = len(outcome.times) - 1
    times, time = np.unique(outcome.time[at], return_inverse=True)
    place = int(np.searchsorted(times, horizon))
    if place == len(times) or times[place] != horizon:
        times, time = np.insert(times, place, horizon), np.where(time >= place, time + 1, time)
    length = max(len(times), place + 2)
    leaving: FloatArray = np.bincount(time, minlength=length).astype(float)
    ended: FloatArray = np.bincount(time[outcome.ended[at]], minlength=length).astype(float)
    return kaplan_meier(leaving, ended, place)
