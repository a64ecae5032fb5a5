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


def stepped(
    view: int, step: int, there: Sequence[int], name: str, pictures: Pictures
) -> tuple[int, list[str]]:
    """The view so many steps on among those that are `there` for the metric `name` (the same one where there
    is no other), and what to say: its name, and of each picture there is not, why."""
    if pictures.metric != name:
        return view, ["The pictures are still being counted: one moment."]
    if len(there) < 2:
        said = ["This metric has one picture."]
    else:
        view = there[((there.index(view) if view in there else 0) + step) % len(there)]
        said = [f"Picture: {VIEWS[view]}."]
    average = pictures.columns.get(AVERAGE)
    if average is not None:
        short = f"fewer than {FEWEST_QUARTERS} quarters" if len(average.trend) < FEWEST_QUARTERS else ""
        reasons = {"No shape": average.no_shape, "Not by quarter": average.no_trend or short}
        said += [f"{what}: {why}." for what, why in reasons.items() if why]
    return view, said
