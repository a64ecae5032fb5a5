"""Room 1: what was read and how it was understood, and every guess to be looked at and changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on, work
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from icp_workbench.book.book import AccountBook
from icp_workbench.book.questions import Question
from icp_workbench.conditions.condition import EVERYONE
from icp_workbench.evidence.power import smallest_difference
from icp_workbench.render import figures
from icp_workbench.segments.histograms import Histogram, histogram
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.safe import clean, plain
from icp_workbench.tui.screens.deciding import Deciding
from icp_workbench.tui.standing import stands
from icp_workbench.tui.veil import veiled
from icp_workbench.tui.widgets.chrome import Heads
from icp_workbench.tui.widgets.data_about import about, title_of
from icp_workbench.tui.widgets.data_columns import ColumnRow, column_rows, heads
from icp_workbench.tui.widgets.data_detail import field_of
from icp_workbench.tui.widgets.data_overview import Overview, overview_rows
from icp_workbench.tui.widgets.data_subjects import (
    ColumnItem,
    ItemRow,
    LeakItem,
    QuestionItem,
    Subject,
    table_of,
)
from icp_workbench.tui.widgets.rows_view import RowsView, numbered


class DataRoom(Deciding):
    """What was understood on the left; columns on the right, over what is under the cursor at length."""

    NAME = "data"
    PANES = ("overview", "columns", "detail")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("data")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._is_measured = False
        self._smallest: dict[str, str] = {}
        self._charts: dict[str, Histogram | None] = {}
        self._table: str | None = None
        self._columns_of: tuple[AccountBook, str | None, int] | None = None  # what the right shows
        self._veiled: tuple[AccountBook, AccountBook] | None = None  # the book, and it without names

    def panes(self) -> Iterable[Widget]:
        with Vertical(classes="pane data-left"):
            yield RowsView(id="overview")
        with Vertical(classes="data-right"):
            with Vertical(classes="pane data-columns"):
                yield Heads(id="column-heads")
                yield RowsView(id="columns")
            with Vertical(classes="pane data-detail"):
                yield RowsView(id="detail", cursor=False)

    def on_mount(self) -> None:
        self.query_one(".data-left").border_title = plain("What was read")
        super().on_mount()
        self._measure_all()

    def take(self, desk: Desk) -> None:
        super().take(desk)
        self._is_measured, self._smallest, self._charts = False, {}, {}
        self._columns_of, self._veiled = None, None

    @property
    def subject(self) -> Subject | None:
        view = self.query_one("#columns" if self._on_columns else "#overview", RowsView)
        row = view.current
        return row.key if isinstance(row, ItemRow | ColumnRow) else None

    @property
    def _on_columns(self) -> bool:
        return self.has_class("-columns")

    def leave_question(self, question: Question) -> None:
        self.desk.leave_open(question)
        self.show_titles()
        self._draw()

    def go_to_question(self, question: Question) -> None:
        self.focus_pane("overview")
        self.query_one("#overview", RowsView).go_to(QuestionItem(question))

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self.figures_changed, {"state"})

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._follow(event.widget.id)
        super().on_descendant_focus(event)

    def focus_pane(self, pane: str) -> None:
        self._follow(pane)
        super().focus_pane(pane)

    def redraw(self, what: set[str]) -> None:
        self._measure_all()
        if what & {"state", "book", "comparison", "names"}:
            self._draw()

    @on(RowsView.Moved)
    def _moved(self, message: RowsView.Moved) -> None:
        if message.view.id == "overview":
            self._show_columns()
        self._show_detail()

    def _follow(self, pane: str | None) -> None:
        """Where the panes are folded, the side with the focus is shown; the detail is of that side."""
        if pane in ("overview", "columns") and self._on_columns != (pane == "columns"):
            self.set_class(pane == "columns", "-columns")
            self._show_detail()
            if self.has_class("-narrow"):  # the other side has just come into sight
                self.call_after_refresh(self.figures_changed, {"state"})

    def _measure_all(self) -> None:
        """Have what only the book decides counted, once for each book."""
        if not self._is_measured:
            self._is_measured = True
            self._measure(self.desk)

    @work(thread=True, group="power")
    def _measure(self, desk: Desk) -> None:
        measured: dict[str, str] = {}
        for metric in desk.book.metrics:
            smallest = smallest_difference(desk.index, metric.name)
            text = figures.size_of_difference(smallest, metric.unit) if smallest is not None else "–"
            measured[metric.name] = text
        self.app.call_from_thread(self._take_measured, desk, measured)

    def _take_measured(self, desk: Desk, measured: dict[str, str]) -> None:
        if desk is self.desk:
            self._smallest = measured
            self.figures_changed({"comparison"})

    @work(thread=True, group="charts", exclusive=True)
    def _count_chart(self, desk: Desk, name: str) -> None:
        found = histogram(desk.index, desk.index.rows(EVERYONE), desk.fields[name])
        self.app.call_from_thread(self._take_chart, desk, name, found)

    def _take_chart(self, desk: Desk, name: str, found: Histogram | None) -> None:
        if desk is self.desk and stands(self):
            self._charts[name] = found
            self._show_detail()

    def _draw(self) -> None:
        view = self.query_one("#overview", RowsView)
        view.show_rows(overview_rows(self._shown, (view.scrollable_content_region.width or 60) - 1))
        many = len(self.desk.asked)
        told = f"{figures.counted(many, 'question')} for you · n" if many else "nothing is asked"
        self.show_subtitle(".data-left", told)
        self._show_columns()
        self._show_detail()

    @property
    def _shown(self) -> Overview:
        return Overview(self._book_shown, self.desk.asked, self.desk.answers.comparison, self._smallest)

    @property
    def _book_shown(self) -> AccountBook:
        """The book, without the names of accounts where they are not for the room."""
        book = self.desk.book
        if not self.workbench.names_hidden:
            return book
        if self._veiled is None or self._veiled[0] is not book:
            self._veiled = book, veiled(book)
        return self._veiled[1]

    def _show_columns(self) -> None:
        row = self.query_one("#overview", RowsView).current_as(ItemRow)
        if not self._on_columns:
            self._table = table_of(row.key) if row is not None else None
        book, view = self._book_shown, self.query_one("#columns", RowsView)
        table = self._table if any(held.name == self._table for held in book.tables) else None
        width = (view.scrollable_content_region.width or 60) - 1
        shown = book, table, width
        if self._columns_of is not None and self._columns_of[0] is book and self._columns_of[1:] == shown[1:]:
            return
        self._columns_of = shown
        view.show_rows(column_rows(book, table, width))
        self.query_one("#column-heads", Heads).show(heads(book, table, width), "")
        pane = self.query_one(".data-columns")
        pane.border_title = plain("Columns" if table is None else f"Columns of {clean(table, 40)}")
        many = sum(1 for column in book.columns if table in (None, column.table))
        self.show_subtitle(".data-columns", figures.counted(many, "column"))

    def _show_detail(self) -> None:
        view, subject = self.query_one("#detail", RowsView), self.subject
        chart = self._chart_of(subject)
        region = view.scrollable_content_region
        lines = about(self._shown, subject, chart, (region.width or 60) - 2, region.height or 8)
        view.show_rows(numbered(lines))
        view.scroll_to(y=0, animate=False)
        self.query_one(".data-detail").border_title = plain(title_of(subject))

    def _chart_of(self, subject: Subject | None) -> Histogram | None:
        book = self._book_shown
        column = (
            subject.of(book)
            if isinstance(subject, ColumnItem)
            else subject.column(book)
            if isinstance(subject, LeakItem)
            else None
        )
        field = field_of(book, column) if column is not None else None
        if field is None or field.type not in ("number", "date"):
            return None
        if field.name not in self._charts:
            self._count_chart(self.desk, field.name)
        return self._charts.get(field.name)
