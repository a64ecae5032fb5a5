"""Looks: every (condition, core metric) that was shown to anyone, with the p-value it showed.

Kept as a mapping from a short stable key to the uncorrected p-value (None where too few accounts allowed no
test), so that it can be journalled and merged without knowing the book. Merging is `{**earlier, **later}`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from icp_workbench.book.book import Metric
from icp_workbench.conditions.condition import EVERYONE, AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.comparison import ComparedSegment, Comparison
from icp_workbench.evidence.correction import holm
from icp_workbench.evidence.facets import Facets

Looks = Mapping[str, float | None]

_UNORDERED = ("in", "not_in", "contains_any", "contains_all", "mentions")


def look_key(condition: Condition, metric: str) -> str:
    """16 hexadecimal digits, the same for every way of writing one condition that only reorders, nests or
    repeats its parts."""
    text = json.dumps([_canonical(condition), metric], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def looks_of(comparison: Comparison) -> dict[str, float | None]:
    """The looks a board showed: core metrics of every segment but the average customer."""
    conditions = {segment.name: segment.condition for segment in comparison.segments[1:]}
    core = {metric.name for metric in comparison.metrics if metric.core}
    return {
        look_key(conditions[cell.segment], cell.metric): cell.p_value
        for cell in comparison.cells
        if cell.metric in core and cell.segment in conditions and conditions[cell.segment] != EVERYONE
    }


def looks_of_board(metrics: Sequence[Metric], segments: Sequence[ComparedSegment]) -> set[str]:
    """The keys of the looks a board of these metrics and segments shows."""
    return {
        look_key(segment.condition, metric.name)
        for metric in metrics
        if metric.core
        for segment in segments
        if segment.condition != EVERYONE
    }


def looks_of_facets(facets: Facets, rows_condition: Condition) -> dict[str, float | None]:
    """The looks the attributes' values showed under a filter; none when the headline is not a core metric."""
    if not facets.core:
        return {}
    return {
        look_key(
            AllOf((rows_condition, level_condition(facet.field, value.value))), facets.metric
        ): value.p_value
        for facet in facets.facets
        for value in facet.values
    }


def level_condition(field: Field, level: str | bool | None) -> Condition:
    """The condition one value of an attribute stands for; None is the blank level."""
    if level is None:
        return FieldTest(field.name, "is_unknown")
    if field.type == "set":
        return FieldTest(field.name, "contains_any", (level,))
    if field.type == "boolean":
        return FieldTest(field.name, "is", level)
    return FieldTest(field.name, "in", (level,))


def holm_adjusted(key: str, p_value: float, looks: Looks) -> float:
    """The Holm-adjusted p of one look among all looks that were tests, itself included under its key."""
    others = [p for other, p in looks.items() if other != key and p is not None]
    return float(holm([p_value, *others])[0])


def _canonical(condition: Condition) -> Any:
    if isinstance(condition, FieldTest):
        return _canonical_test(condition)
    if isinstance(condition, Not):
        return ["not", _canonical(condition.part)]
    name = "all" if isinstance(condition, AllOf) else "any"
    parts = {json.dumps(part): part for part in _flat(condition, type(condition))}
    if len(parts) == 1:
        return next(iter(parts.values()))
    return [name, [parts[text] for text in sorted(parts)]]


def _flat(condition: AllOf | AnyOf, kind: type) -> list[Any]:
    flat: list[Any] = []
    for part in condition.parts:
        flat += (
            _flat(part, kind)
            if isinstance(part, AllOf | AnyOf) and isinstance(part, kind)
            else [_canonical(part)]
        )
    return flat


def _canonical_test(test: FieldTest) -> Any:
    operator: str = test.operator
    value: object = test.value
    if operator == "is":
        operator, value = "in", (value,)
    if isinstance(value, tuple):
        listed = [_plain(item) for item in value]
        if operator in _UNORDERED:
            listed = [json.loads(text) for text in sorted({json.dumps(item) for item in listed})]
        if operator == "contains_all" and len(listed) == 1:
            operator = "contains_any"
        return [test.field, operator, listed]
    return [test.field, operator, _plain(value)]


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
