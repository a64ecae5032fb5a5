"""What stands under the board: the picture of the metric under the cursor, then its figure as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.strip import Strip
from textual.widget import Widget

from icp_workbench.evidence.comparison import AVERAGE, Comparison
from icp_workbench.evidence.distribution import TrendPoint
from icp_workbench.evidence.payload import sentence
from icp_workbench.tui.lines import Line, strip_of, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import SEGMENT_INK, inks_of
from icp_workbench.tui.widgets.board_lines import Heads, lack_of
from icp_workbench.tui.widgets.picture_lines import interval_plot, trend_lines


class Picture(Widget):
    """Lines fitted to the height there is: the sentence first, then the plot, then the course by quarter."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[Comparison, str, Sequence[Heads]] | None = None
        self._trends: Mapping[str, Sequence[TrendPoint]] = {}
        self._lines: list[Line] = []

    def show(
        self,
        comparison: Comparison,
        metric: str,
        heads: Sequence[Heads],
        trends: Mapping[str, Sequence[TrendPoint]],
    ) -> None:
        """Draw one metric of the board; `trends` by segment letter (and `all`), or empty."""
        self._shown, self._trends = (comparison, metric, heads), trends
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def render_line(self, y: int) -> Strip:
        inks = inks_of(self.app)
        return strip_of(self._lines[y] if y < len(self._lines) else (), self.size.width, inks)

    def _draw(self) -> None:
        width, height = self.size
        if self._shown is None or not width or not height:
            return
        comparison, name, heads = self._shown
        metric = next(metric for metric in comparison.metrics if metric.name == name)
        said = self._sentence(heads, comparison, name, width)
        plot = interval_plot(comparison, metric, heads, width)
        parts: list[list[Line]] = [said]
        free = height - len(said) - 1
        if len(plot) + 1 <= free:
            parts.append(plot)
            free -= len(plot) + 1
            for tall in (3, 2, 1):
                course = trend_lines(self._trends, metric, heads, width, tall)
                if course and len(course) + 1 <= free:
                    parts.append(course)
                    break
        lines: list[Line] = []
        for part in parts:
            lines += [(), *part]
        fitting = lines if len(lines) <= height else said[:height]
        if fitting != self._lines:
            self._lines = fitting
            self.refresh()

    def _sentence(self, heads: Sequence[Heads], comparison: Comparison, name: str, width: int) -> list[Line]:
        head = next((head for head in heads if head.is_current), None)
        if head is None:
            return []
        metric = next(metric for metric in comparison.metrics if metric.name == name)
        cell = comparison.cell(head.letter, name)
        if head.accounts == comparison.segments[0].accounts and cell.verdict == "none":
            # Nothing to compare yet: say what to do rather than that there is no rest.
            text = "holds every account so far. Include a value on the left (space) to see how it differs."
        else:
            text = clean(sentence(cell, metric), 600)
        lack = lack_of(comparison.cell(AVERAGE, name))
        if lack:
            kind, _, why = lack.partition(": ")
            text += clean(f" {metric.label} of the average customer: {kind} ({why}).", 200)
        return [
            [(f"{head.letter} ", f"{SEGMENT_INK[head.letter]}!"), (line, "text")]
            if at == 0
            else [("  ", "text"), (line, "text")]
            for at, line in enumerate(wrapped(text, max(width - 3, 10)))
        ]
