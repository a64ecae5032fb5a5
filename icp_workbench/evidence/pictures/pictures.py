"""All pictures of one metric for every column of a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icp_workbench.evidence.outcomes import Outcome, outcome_of
from icp_workbench.evidence.pictures.curve import FEWEST_AT_RISK, Curve, survival_curve
from icp_workbench.evidence.pictures.distribution import Distribution, distribution, why_no_distribution
from icp_workbench.evidence.pictures.quarters import DATED_BY, quarters_of
from icp_workbench.evidence.pictures.trend import TrendPoint, horizon_of, trend
from icp_workbench.evidence.sentences import months_of
from icp_workbench.render.figures import counted
from icp_workbench.segments.index import RowSet, SegmentIndex

_DATES = {"closed": "the day on which each closed", "started": "the day on which each started",
          "opened": "the day on which each was opened"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """One segment's: its course by quarter, and the shape behind the figure: a curve where time matters, else
    a distribution. `no_trend` and `no_shape` say in words why there is none, "" where there is one;
    `trend_note` what is to be known of the course, "" if nothing."""

    trend: tuple[TrendPoint, ...] = ()
    curve: Curve | None = None
    distribution: Distribution | None = None
    no_trend: str = ""
    no_shape: str = ""
    trend_note: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """By column name, the average customer's under `all`."""

    metric: str = ""
    columns: Mapping[str, Drawn] = field(default_factory=dict)


def drawn(index: SegmentIndex, rows: RowSet, metric: str) -> Drawn:
    """Everything that can be drawn of a segment on one metric. KeyError for an unknown metric."""
    outcome = outcome_of(index, index.book.metric(metric))
    course = trend(index, rows, metric)
    no_trend = "" if course else _why_no_trend(outcome)
    note = _note(index, outcome) if course else ""
    if outcome.metric.estimator in ("survival", "lifetime"):
        curve = survival_curve(index, rows, metric)
        no_curve = "" if curve else f"fewer than {FEWEST_AT_RISK} have been followed"
        return Drawn(course, curve, None, no_trend, no_curve, note)
    found = distribution(index, rows, metric)
    no_shape = "" if found else why_no_distribution(index, rows, metric)
    return Drawn(course, None, found, no_trend, no_shape, note)


def _why_no_trend(outcome: Outcome) -> str:
    if not len(outcome.value):
        return "no outcome of this kind"
    dated = DATED_BY.get(outcome.metric.grain)
    if dated is None:
        return f"the book does not say when each {outcome.metric.grain} was"
    return f"needs {_DATES[dated]}"


def _note(index: SegmentIndex, outcome: Outcome) -> str:
    said = []
    horizon = horizon_of(outcome)
    if horizon is not None:
        said.append(f"over the first {months_of(outcome.metric, horizon)} of those who started in a quarter")
    elif outcome.metric.estimator == "survival":
        said.append("of those who started in a quarter")
    quarters = quarters_of(index, outcome)
    if quarters is not None and quarters.beside:
        said.append(f"without {counted(quarters.beside, 'outcome')} dated far from the others")
    return "; ".join(said)
