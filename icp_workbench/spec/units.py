"""What a file does not say of its metrics: what the catalogue calls them, and their units in older files."""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.book.outcomes.metrics import CATALOGUE
from icp_workbench.spec.model import Figure


def with_units(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures by metric, each with its unit where the metric is known."""
    return {
        name: one.model_copy(update={"unit": CATALOGUE[name].unit})
        if one.unit is None and name in CATALOGUE
        else one
        for name, one in figures.items()
    }


def metric_label(name: str) -> str:
    """A metric as people call it: `Sales cycle`; one that people made by its name."""
    return CATALOGUE[name].label if name in CATALOGUE else name.replace("_", " ").capitalize()
