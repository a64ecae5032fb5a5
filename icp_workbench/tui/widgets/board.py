"""The comparison grid: a cursor over metrics and segments, the average customer first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from icp_workbench.evidence.comparison import Cell, Comparison
from icp_workbench.tui.lines import Line, strip_of
from icp_workbench.tui.theme import Inks, inks_of
from icp_workbench.tui.widgets.board_lines import HEIGHTS, Heads, Layout, board_lines, layout_of


class Board(ScrollView, can_focus=True):
    """Metrics × segments. Left and right choose the segment, up and down the metric."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "metric(-1)", "up", show=False),
        Binding("down,j", "metric(1)", "down", show=False),
        Binding("left,h", "segment(-1)", "left", show=False),
        Binding("right,l", "segment(1)", "right", show=False),
        Binding("home,g", "metric(-100)", "first", show=False),
        Binding("end,G", "metric(100)", "last", show=False),
    ]

    class MetricMoved(Message):
        """The cursor came to another metric."""

    class SegmentWanted(Message):
        """The cursor wants to go one segment to the left or the right, or to a letter."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.comparison: Comparison | None = None
        self.heads: Sequence[Heads] = ()
        self.metric_at = 0
        self._lines: list[Line] = []
        self._begins: dict[str, int] = {}
        self._shown: tuple[str | None, bool] = (None, False)

    @property
    def metric(self) -> str | None:
        """The metric under the cursor."""
        if self.comparison is None or not self.comparison.metrics:
            return None
        return self.comparison.metrics[min(self.metric_at, len(self.comparison.metrics) - 1)].name

    @property
    def current_head(self) -> Heads | None:
        """The segment being sliced, as it stands over its column."""
        return next((head for head in self.heads if head.is_current), None)

    @property
    def cell(self) -> Cell | None:
        """The cell under the cursor."""
        head, metric = self.current_head, self.metric
        if self.comparison is None or head is None or metric is None:
            return None
        return self.comparison.cell(head.letter, metric)

    def show_comparison(self, comparison: Comparison, heads: Sequence[Heads]) -> None:
        """Show other figures; the cursor stays on its metric."""
        self.comparison, self.heads = comparison, heads
        self._draw()

    def room_for(self, width: int, height: int) -> Layout | None:
        """How the board lays itself out in that room."""
        if self.comparison is None:
            return None
        at = next((at for at, head in enumerate(self.heads) if head.is_current), 0)
        return layout_of(width, height, self.comparison.metrics, len(self.heads), at)

    def lines_in(self, width: int, height: int) -> int:
        """How many lines the board takes in that room."""
        layout = self.room_for(width, height)
        if layout is None or self.comparison is None:
            return 0
        metrics = len(self.comparison.metrics)
        return 3 + layout.lights + metrics * (HEIGHTS[layout.mode] + layout.gap) - layout.gap

    def action_metric(self, step: int) -> None:
        """One metric up or down."""
        if self.comparison is None:
            return
        at = min(max(self.metric_at + step, 0), max(len(self.comparison.metrics) - 1, 0))
        if at != self.metric_at:
            self.metric_at = at
            self._draw()
            self.post_message(self.MetricMoved())
        elif step < 0:
            self.scroll_to(y=0, animate=False)

    def action_segment(self, step: int) -> None:
        """One segment to the left or the right."""
        self.post_message(self.SegmentWanted(step))

    def render_line(self, y: int) -> Strip:
        width, inks = self.scrollable_content_region.width, self._inks
        line = y + self.scroll_offset.y
        if not 0 <= line < len(self._lines):
            return strip_of((), width, inks)
        ground = None
        if self.has_focus and self.metric is not None and line > 0:
            start = self._begins.get(self.metric, -1)
            height = self._height
            ground = inks.resting if start <= line < start + height else None
        return strip_of(self._lines[line], width, inks, ground)

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def on_focus(self, event: events.Focus) -> None:
        self.call_next(self._draw)  # Textual says only after this that it has the focus

    def on_blur(self, event: events.Blur) -> None:
        self.call_next(self._draw)

    def on_click(self, event: events.Click) -> None:
        line = event.y - self.gutter.top + self.scroll_offset.y
        layout = self._layout
        if layout is None or self.comparison is None:
            return
        for at, metric in enumerate(self.comparison.metrics):
            start = self._begins[metric.name]
            if start <= line < start + self._height:
                self.action_metric(at - self.metric_at)
        column = (event.x - self.gutter.left - layout.label - layout.average) // max(layout.column, 1)
        if 0 <= column < layout.count:
            here = next((at for at, head in enumerate(self.heads) if head.is_current), 0)
            self.post_message(self.SegmentWanted(layout.first + column - here))

    @property
    def _inks(self) -> Inks:
        return inks_of(self.app)

    @property
    def _layout(self) -> Layout | None:
        return self.room_for(self.scrollable_content_region.width, self.room)

    @property
    def _height(self) -> int:
        layout = self._layout
        return 1 if layout is None else HEIGHTS[layout.mode]

    room = 20  # lines the pane gives the board; set by the pane when it lays itself out

    def _draw(self) -> None:
        layout = self._layout
        if self.comparison is None or layout is None:
            return
        head, metric = self.current_head, self.metric
        here = (metric, head.letter if head is not None and self.has_focus else "") if metric else None
        before, begun = self._lines, self._begins
        self._lines, self._begins = board_lines(self.comparison, self.heads, layout, here)
        self.virtual_size = Size(max(self.scrollable_content_region.width, 1), len(self._lines))
        if metric is not None:
            start, top = self._begins[metric], self.scroll_offset.y
            height = self.scrollable_content_region.height
            if start < top:
                self.scroll_to(y=0 if self.metric_at == 0 else start, animate=False)
            elif start + self._height > top + height > 0:
                self.scroll_to(y=start + self._height - height, animate=False)
        shown = (metric, self.has_focus)
        if before != self._lines or begun != self._begins or shown != self._shown:
            self._shown = shown
            self.refresh()
