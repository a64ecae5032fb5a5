"""The kinds of picture a metric can have: intervals side by side, the shape behind them, the quarters."""

from __future__ import annotations

from collections.abc import Sequence

from icp_workbench.evidence.comparison import AVERAGE, Comparison
from icp_workbench.evidence.pictures.pictures import Pictures
from icp_workbench.tui.lines import Line
from icp_workbench.tui.widgets.board_lines import Heads
from icp_workbench.tui.widgets.picture_lines import FEWEST_QUARTERS, interval_plot, trend_lines
from icp_workbench.tui.widgets.shape_lines import shape_lines

VIEWS = ("intervals", "shape", "by quarter")
TALL = ((1,), (8, 6, 4, 3, 2, 1), (3, 2, 1))  # lines of drawing that each may have, the best first


def view_lines(
    view: int,
    comparison: Comparison,
    name: str,
    heads: Sequence[Heads],
    pictures: Pictures,
    width: int,
    tall: int,
) -> list[Line]:
    """The metric `name` as `VIEWS[view]`, in `width` cells with about `tall` lines of drawing; empty where it
    has no such picture, or where `pictures` are still of another metric."""
    metric = next(metric for metric in comparison.metrics if metric.name == name)
    if view == 0:
        return interval_plot(comparison, metric, heads, width)
    columns = pictures.columns if pictures.metric == name else {}
    if view == 1:
        return shape_lines(columns, metric, heads, width, tall)
    return trend_lines(columns, metric, heads, width, tall)


def next_view(view: int, step: int, there: Sequence[int]) -> int | None:
    """The view so many steps on among those that are there; None where there is no other."""
    if len(there) < 2:
        return None
    at = there.index(view) if view in there else 0
    return there[(at + step) % len(there)]


def said_of_view(view: int | None, name: str, pictures: Pictures) -> list[str]:
    """What to say of the view that was stepped to (None: the metric `name` has no other): its own name, and a
    sentence for each picture there is not, saying why."""
    if pictures.metric != name:
        return ["The pictures are still being counted: one moment."]
    average = pictures.columns.get(AVERAGE)
    said = ["This metric has one picture." if view is None else f"Picture: {VIEWS[view]}."]
    if average is not None:
        short = f"fewer than {FEWEST_QUARTERS} quarters" if len(average.trend) < FEWEST_QUARTERS else ""
        reasons = {"No shape": average.no_shape, "Not by quarter": average.no_trend or short}
        said += [f"{what}: {why}." for what, why in reasons.items() if why]
    return said
