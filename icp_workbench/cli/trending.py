"""What `icp compare --trend` prints: one metric by quarter, for the average customer and each segment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.cli.showing import json_text
from icp_workbench.conditions.condition import EVERYONE
from icp_workbench.conditions.expression import to_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import AVERAGE, chosen_metrics
from icp_workbench.evidence.contrasts.writing import markdown_list
from icp_workbench.evidence.pictures.trend import TrendPoint, trend
from icp_workbench.render.figures import count, figure, unit_words, with_limits
from icp_workbench.render.tables import csv_table, markdown_table, plain_table, printable
from icp_workbench.segments.index import RowSet, SegmentIndex

_COLUMNS = ("segment", "metric", "quarter", "start", "estimate", "low", "high", "n", "accounts", "enough")
_WHEN = {
    "deal": "in which deals closed",
    "customer": "in which customers started",
    "subscription": "in which subscriptions started",
    "ticket": "in which tickets were opened",
}


def trend_output(index: SegmentIndex, rows: Mapping[str, RowSet], name: str, form: str) -> str:
    """The metric by quarter in one of the four formats. WorkbenchError for a metric that the book does not
    have, or that has no course: without dates, or with an interval that takes resampling."""
    (metric,) = chosen_metrics(index.book, [name])
    everyone = {AVERAGE: index.rows(EVERYONE), **rows}
    courses = {segment: trend(index, one, metric.name) for segment, one in everyone.items()}
    if metric.estimator in BOOTSTRAPPED or not courses[AVERAGE]:
        why = "it takes resampling" if metric.estimator in BOOTSTRAPPED else "its outcomes have no dates"
        raise WorkbenchError(
            "No trend", f"`{metric.name}` has no figure by quarter: {why}.", "Choose another metric."
        )
    if form in ("json", "csv"):
        points = [_row(segment, metric, point) for segment, course in courses.items() for point in course]
        if form == "csv":
            return csv_table(_COLUMNS, [list(point.values()) for point in points])
        return json_text({"trend": {"metric": metric.name, "unit": metric.unit, "points": points}}) + "\n"
    headers, table = _grid(metric, courses)
    fields = index.book.fields
    lines = [
        f"{metric.label} by the quarter {_WHEN.get(metric.grain, 'of its date')}; 95 % intervals, clustered "
        "by account. A figure that too few accounts carry is left out, its n is shown.",
        *(f"{segment}: {to_text(one.condition, fields)}" for segment, one in rows.items()),
    ]
    if form == "markdown":
        return f"{markdown_table(headers, table)}\n\n{markdown_list(lines)}\n"
    return "\n".join([plain_table(headers, table), "", *map(printable, lines)]) + "\n"


def _grid(metric: Metric, courses: Mapping[str, tuple[TrendPoint, ...]]) -> tuple[list[str], list[list[str]]]:
    unit = unit_words(metric.unit)
    headers = [f"quarter ({unit})" if unit else "quarter"]
    headers += ["average customer" if segment == AVERAGE else segment for segment in courses]
    table = [
        [_quarter(points[0].start), *(_shown(point, metric.unit) for point in points)]
        for points in zip(*courses.values(), strict=True)
    ]
    return headers, table


def _shown(point: TrendPoint, unit: str) -> str:
    one = point.figure
    if not point.enough:
        return f"{figure(None)}  n {count(one.n)}"
    return f"{with_limits(one.value, one.low, one.high, unit)}  n {count(one.n)}"


def _row(segment: str, metric: Metric, point: TrendPoint) -> dict[str, Any]:
    one = point.figure
    values = (
        segment, metric.name, _quarter(point.start), point.start.isoformat(), one.value, one.low, one.high,
        one.n, one.accounts, point.enough,
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))


def _quarter(start: dt.date) -> str:
    return f"{start.year} Q{(start.month + 2) // 3}"
