"""All pictures of one metric for every column of a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icp_workbench.evidence.pictures.curve import Curve, survival_curve
from icp_workbench.evidence.pictures.distribution import Distribution, distribution
from icp_workbench.evidence.pictures.trend import TrendPoint, trend
from icp_workbench.segments.index import RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class Drawn:
    """One segment's: its course by quarter (empty without dates), and the shape behind the figure: a curve
    where time matters, else a distribution."""

    trend: tuple[TrendPoint, ...] = ()
    curve: Curve | None = None
    distribution: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Pictures:
    """By column name, the average customer's under `all`."""

    metric: str = ""
    columns: Mapping[str, Drawn] = field(default_factory=dict)


def drawn(index: SegmentIndex, rows: RowSet, metric: str) -> Drawn:
    """Everything that can be drawn of a segment on one metric. KeyError for an unknown metric."""
    course = trend(index, rows, metric)
    if index.book.metric(metric).estimator in ("survival", "lifetime"):
        return Drawn(course, curve=survival_curve(index, rows, metric))
    return Drawn(course, distribution=distribution(index, rows, metric))
