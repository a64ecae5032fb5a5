"""Looks: every (condition, core metric) that was shown to anyone, with the p-value it showed.

Kept as a mapping from a short stable key to the uncorrected p-value (None where too few accounts allowed no
test), so that it can be journalled and merged without knowing the book. Merging is `{**earlier, **later}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.conditions.condition import EVERYONE, AllOf, Condition, FieldTest
from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.comparison import Comparison
from icp_workbench.evidence.correction import holm
from icp_workbench.evidence.facets import Facets
from icp_workbench.evidence.look_keys import look_key as look_key

Looks = Mapping[str, float | None]


def looks_of(comparison: Comparison) -> dict[str, float | None]:
    """The looks a board showed: core metrics of every segment but the average customer."""
    conditions = {segment.name: segment.condition for segment in comparison.segments[1:]}
    core = {metric.name for metric in comparison.metrics if metric.core}
    return {
        look_key(conditions[cell.segment], cell.metric): cell.p_value
        for cell in comparison.cells
        if cell.metric in core and cell.segment in conditions and conditions[cell.segment] != EVERYONE
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
