"""Room 1: what was read and how it was understood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, work
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from icp_workbench.evidence.power import smallest_difference
from icp_workbench.render import figures
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.safe import plain
from icp_workbench.tui.screens.room import Room
from icp_workbench.tui.widgets.data_rows import columns, numbered, overview
from icp_workbench.tui.widgets.rows_view import RowsView


class DataRoom(Room):
    """Tables, joins and metrics on the left; columns on the right. Nothing here changes anything yet."""

    NAME = "data"
    PANES = ("tables", "columns")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("data")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._smallest: dict[str, str] = {}

    def panes(self) -> Iterable[Widget]:
        with Vertical(classes="pane data-left"):
            yield RowsView(id="tables", cursor=False)
        with Vertical(classes="pane data-right"):
            yield RowsView(id="columns", cursor=False)

    def on_mount(self) -> None:
        self.query_one(".data-left").border_title = plain("What was read")
        right = self.query_one(".data-right")
        right.border_title = plain("Columns")
        right.border_subtitle = plain(f"{len(self.desk.book.columns)} columns")
        super().on_mount()
        self._measure()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        # Where the panes are folded, the one with the focus is shown.
        self.set_class(event.widget.id == "columns", "-columns")
        super().on_descendant_focus(event)

    def focus_pane(self, pane: str) -> None:
        self.set_class(pane == "columns", "-columns")
        super().focus_pane(pane)

    @work(thread=True, group="power")
    def _measure(self) -> None:
        for metric in self.desk.book.metrics:
            smallest = smallest_difference(self.desk.index, metric.name)
            text = figures.size_of_difference(smallest, metric.unit) if smallest is not None else "–"
            self._smallest[metric.name] = text
        self.app.call_from_thread(self._draw)

    def _draw(self) -> None:
        tables, right = self.query_one("#tables", RowsView), self.query_one("#columns", RowsView)
        book = self.desk.book
        width = tables.scrollable_content_region.width or 60
        tables.show_rows(numbered(overview(book, self._smallest, width)))
        right.show_rows(numbered(columns(book, right.scrollable_content_region.width or 60)))
