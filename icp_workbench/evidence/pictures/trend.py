"""A metric by quarter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from icp_workbench.evidence.outcomes import observations_of, outcome_of
from icp_workbench.evidence.verdicts import lacks
from icp_workbench.evidence.weighings import Figure
from icp_workbench.segments.index import RowSet, SegmentIndex

DATED_BY = {"deal": "closed", "customer": "started", "subscription": "started", "ticket": "opened"}


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The metric over the observations of the quarter that starts on `start`; `enough` whether they carry a
    figure by the usual floors."""

    start: dt.date
    figure: Figure
    enough: bool


def trend(index: SegmentIndex, rows: RowSet, metric: str) -> tuple[TrendPoint, ...]:
    """The metric by the quarter in which deals closed, customers started, tickets were opened; from the first
    quarter of the book to the last, those without outcomes included. Empty where the grain has no such date.
    KeyError for an unknown metric.

    A metric that needs resampling has counts alone. For retention a quarter is a cohort: the youngest have
    not been followed to the horizon and carry no figure.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    values = index.book.observations[outcome.metric.grain].values
    dated = DATED_BY.get(outcome.metric.grain)
    if dated is None or dated not in values:
        return ()
    day = values[dated].to_numpy("datetime64[M]")[outcome.row]
    known = ~np.isnat(day)
    if not known.any():
        return ()
    quarter = day.astype(np.int64) // 3
    first, last = int(quarter[known].min()), int(quarter[known].max())
    selected = np.flatnonzero(observations_of(rows, outcome) & known)
    # Sorted by quarter once; within a quarter the order an estimator needs is kept.
    selected = selected[np.argsort(quarter[selected], kind="stable")]
    bounds = np.searchsorted(quarter[selected], np.arange(first, last + 2))
    points = []
    for at in range(last - first + 1):
        here = np.zeros(len(outcome.row), dtype=bool)
        members = selected[bounds[at] : bounds[at + 1]]
        here[members] = True
        estimate = outcome.estimate(here)
        figure = Figure.each(estimate)[0]
        lack = lacks(outcome.metric, estimate, outcome.value[members].sum())[0]
        start = dt.date(1970 + (first + at) // 4, (first + at) % 4 * 3 + 1, 1)
        points.append(TrendPoint(start, figure, not lack and figure.value is not None))
    return tuple(points)
