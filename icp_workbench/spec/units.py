"""What a file does not say of its metrics: what the catalogue calls them, and their units in older files."""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes import metrics
from icp_workbench.spec.model import Figure

_KNOWN = {metric.name: metric for metric in vars(metrics).values() if isinstance(metric, Metric)}


def with_units(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures by metric, each with its unit where the metric is known."""
    return {
        name: one.model_copy(update={"unit": _KNOWN[name].unit})
        if one.unit is None and name in _KNOWN
        else one
        for name, one in figures.items()
    }


def metric_label(name: str) -> str:
    """A metric as people call it: `Sales cycle`; one that people made by its name."""
    return _KNOWN[name].label if name in _KNOWN else name.replace("_", " ").capitalize()
