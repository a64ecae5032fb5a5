"""A metric: what it is, and the smallest difference in it that is worth acting on."""

from __future__ import annotations

from icp_workbench.book.metric import Metric
from icp_workbench.tui.dialogs.form import FormDialog, Typed
from icp_workbench.tui.widgets.data_about import definition, margin_words

_IN_PERCENT = 100


class MetricDialog(FormDialog):
    """Answers `margin` as typed; `margin_of` reads it."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric
        unit = "%" if metric.margin_is_relative else "points" if metric.unit == "share" else metric.unit
        now = f"{_shown(metric):.6g}"
        super().__init__(
            metric.label,
            f"{definition(metric)}.\nNow a difference under {margin_words(metric)} counts as similar.",
            [Typed("margin", f"margin ({unit})"[:13], now, "the usual one")],
        )

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        if answer["margin"] and margin_of(self._metric, answer["margin"]) is None:
            return "margin", "The margin is a number from 0, or empty for the usual one."
        return None


def margin_of(metric: Metric, text: str) -> float | None:
    """The margin in the metric's own unit (or as a fraction), as typed; None where it is no such number."""
    try:
        typed = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    if not 0 <= typed < 1e12:
        return None
    return typed / _IN_PERCENT if _in_percent(metric) else typed


def _shown(metric: Metric) -> float:
    return metric.margin * _IN_PERCENT if _in_percent(metric) else metric.margin


def _in_percent(metric: Metric) -> bool:
    return metric.margin_is_relative or metric.unit == "share"
