"""Room 2: attributes on the left, the board in the middle, criteria on the right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from icp_workbench.conditions.fields import Field
from icp_workbench.evidence.facets import Facets
from icp_workbench.evidence.look_keys import segments_seen
from icp_workbench.render import figures
from icp_workbench.segments.filter import Bound
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.safe import clean, plain
from icp_workbench.tui.screens.room import Room
from icp_workbench.tui.screens.slicing import Slicing
from icp_workbench.tui.widgets.account_rows import AccountRow, account_rows
from icp_workbench.tui.widgets.board import Board
from icp_workbench.tui.widgets.chrome import Heads
from icp_workbench.tui.widgets.criteria_rows import criteria_rows
from icp_workbench.tui.widgets.facet_rows import Heading, HistogramRow, ValueRow, facet_rows, height_of
from icp_workbench.tui.widgets.find import Find
from icp_workbench.tui.widgets.picture import Picture
from icp_workbench.tui.widgets.rows_view import Row, RowsView

AIRY = 40  # from this height on there are empty lines between attributes


_PICTURE = 11  # lines a picture needs with its sentence: the board scrolls rather than take them
_BOARD = 18  # lines the board has first


class FacetsView(RowsView):
    """The attributes; keys act on the row under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("facets")]

    class RangeDragged(Message):
        """The mouse was drawn over the bars of a histogram."""

        def __init__(self, field: Field, low: Bound, high: Bound) -> None:
            super().__init__()
            self.field, self.low, self.high = field, low, high

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._from: tuple[HistogramRow, int] | None = None  # where the mouse went down

    def on_mouse_down(self, event: events.MouseDown) -> None:
        row = self.row_at(event)
        bar = (
            row.bar_at(event.x - self.gutter.left, self._row_width) if isinstance(row, HistogramRow) else None
        )
        self._from = (row, bar) if isinstance(row, HistogramRow) and bar is not None else None
        self._dragged = False

    def on_mouse_up(self, event: events.MouseUp) -> None:
        begun, self._from = self._from, None
        if begun is None:
            return
        row, first = begun
        last = row.bar_at(event.x - self.gutter.left, self._row_width)
        if last is not None and last != first:
            self._dragged = True
            self.post_message(self.RangeDragged(row.field, *row.bounds(first, last)))

    def on_click(self, event: events.Click) -> None:
        if self._dragged:  # the range is set: it is not asked for as well
            event.prevent_default()
            event.stop()

    _dragged = False

    def on_rows_view_chosen(self, message: RowsView.Chosen) -> None:
        row = self.current
        if isinstance(row, Heading | HistogramRow | AccountRow):
            self.call_later(self.screen.run_action, "open")
        elif isinstance(row, ValueRow):
            self.call_later(self.screen.run_action, "include")


class SliceRoom(Slicing, Room):
    """Slice, compare, mark."""

    NAME = "slice"
    PANES = ("facets", "board", "criteria")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("slice")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._opened: set[str] | None = None
        self._opened_for: int | None = None  # the height that chose them; None once a hand did

    def panes(self) -> Iterable[Widget]:
        with Vertical(id="left", classes="pane"):
            yield Find()
            yield Heads(id="heads")
            yield FacetsView(id="facets")
        with Vertical(id="middle", classes="pane"):
            yield Board(id="board")
            yield Picture(id="picture")
        with Vertical(id="right", classes="pane"):
            yield CriteriaView(id="criteria")

    def on_mount(self) -> None:
        for pane, title in (("left", "Attributes"), ("middle", "Compare"), ("right", "Criteria")):
            self.query_one(f"#{pane}").border_title = plain(title)
        super().on_mount()

    @property
    def facets_view(self) -> RowsView:
        """The attributes."""
        return self.query_one("#facets", RowsView)

    @property
    def board(self) -> Board:
        """The comparison grid."""
        return self.query_one(Board)

    @property
    def metric_in_focus(self) -> str | None:
        """The metric in the picture."""
        metric = self.board.metric if self.is_mounted else None
        return metric or (self.desk.headline.name if self.desk.headline else None)

    @property
    def view(self) -> int:
        """The kind of picture chosen, a number in `VIEWS`."""
        return self.query_one(Picture).view if self.is_mounted else 0

    def places(self) -> list[str]:
        focused = self.focused.id if self.focused is not None else None
        if focused == "find":  # it takes every other key
            return ["find"]
        here = [focused] if focused in self.PANES else []
        return [*here, "slice", "everywhere"]

    def redraw(self, what: set[str]) -> None:
        if what & {"state", "sliced", "names"}:
            self.show_facets()
        if what & {"state", "comparison", "looks"}:
            self.show_board()
        if what & {"state", "comparison", "pictures"}:
            self.show_picture()
        if what & {"state", "coverage", "weighed"}:
            self.show_criteria()

    def show_facets(self) -> None:
        """Draw the attributes anew."""
        sliced = self.desk.answers.sliced
        view = self.facets_view
        if sliced is None or view.size.height == 0:
            return
        facets = sliced.facets
        headline = self.desk.headline
        unit = headline.unit if headline is not None else "share"
        if self._opened is None or self._opened_for not in (None, view.size.height):
            self._opened, self._opened_for = self._first_opened(facets), view.size.height
        segment = self.desk.state.current_segment
        find = self.query_one(Find).value
        airy = self.app.size.height >= AIRY and not find
        rows: list[Row] = [*facet_rows(facets, segment.filter, unit, self._opened or (), find, gaps=airy)]
        if find:
            found_accounts = self.desk.accounts_named(find)
            # Before the line that says how to see everything again.
            rows[-2:-2] = account_rows(found_accounts, hidden=self.workbench.names_hidden)
            if found_accounts.total and rows[0].key == ("nothing", ""):
                rows = rows[2:]  # not even the empty line before the accounts
        first = view.rows == () and rows
        view.show_rows(rows, at=rows[min(1, len(rows) - 1)].key if first else None)
        label = headline.label.lower() if headline is not None else ""
        expression = segment.filter.expression
        left = f"  {self.desk.words(expression)}" if expression is not None else ""
        view_width = view.size.width or 30
        self.query_one("#heads", Heads).show(left[: view_width // 2], f"accounts  {label} ")
        found = f"{figures.count(facets.accounts)} of {figures.count(facets.total)} match"
        self.show_subtitle("#left", f"{segment.id} · {found}")

    def show_board(self) -> None:
        """Draw the comparison anew."""
        comparison = self.desk.answers.comparison
        if comparison is None:
            return
        self._lay_out()
        self.board.show_comparison(comparison, self.desk.heads(comparison))
        looks = self.desk.state.looks
        many = figures.counted(len(looks), "look")
        segments = figures.counted(segments_seen(looks), "segment")
        forms = (
            f"q ≤ 0.05 on this board · {many} at {segments} so far",
            f"q ≤ 0.05 · {many} at {segments}",
            f"q ≤ 0.05 · {many}",
        )
        room = self.query_one("#middle").size.width - 4
        self.show_subtitle("#middle", next((form for form in forms if len(form) <= room), forms[-1]))

    def show_picture(self) -> None:
        """Draw what stands under the board anew."""
        answers, metric = self.desk.answers, self.board.metric
        if answers.comparison is None or metric is None:
            return
        notes = self.desk.notes(answers.comparison)
        heads = self.desk.heads(answers.comparison)
        self.query_one(Picture).show(answers.comparison, metric, heads, answers.pictures, notes)

    def show_criteria(self) -> None:
        """Draw the criteria anew."""
        state, answers = self.desk.state, self.desk.answers
        view = self.query_one("#criteria", RowsView)
        words = {criterion.id: self.desk.words(criterion.when) for criterion in state.criteria}
        versions = tuple(clean(saved.file, 80) for saved in reversed(state.versions))
        width = view.scrollable_content_region.width or 36
        view.show_rows(
            criteria_rows(state.criteria, words, answers.coverage, answers.weighed, versions, width)
        )

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.set_class(event.widget.id == "criteria", "-criteria")
        super().on_descendant_focus(event)

    def focus_pane(self, pane: str) -> None:
        # Where the panes are folded, the criteria take the board's place while they have the focus.
        self.set_class(pane == "criteria", "-criteria")
        super().focus_pane(pane)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self.figures_changed, {"state", "sliced", "comparison", "coverage"})

    @on(Board.MetricMoved)
    def _metric_moved(self) -> None:
        self.show_picture()
        self.workbench.recount_picture(self.metric_in_focus)

    @on(Board.SegmentWanted)
    def _segment_wanted(self, message: Board.SegmentWanted) -> None:
        self.action_step_segment(message.step)

    @on(FacetsView.RangeDragged)
    def _range_dragged(self, message: FacetsView.RangeDragged) -> None:
        self.choose_range(message.field, message.low, message.high)

    @on(Input.Changed, "#find")
    def _find_changed(self) -> None:
        if not self.workbench.hand.has_more:  # else the last key of many is answered
            self.show_facets()

    @on(Input.Submitted, "#find")
    def _find_submitted(self) -> None:
        self.action_leave_find()

    def action_find(self) -> None:
        """Look for an attribute or a value by name."""
        find = self.query_one(Find)
        find.can_focus = True
        find.value = ""
        self.set_focus(find)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "find" and isinstance(self.focused, Find))

    def action_leave_find(self) -> None:
        """To what was found; the first value of it."""
        self.show_facets()
        view = self.facets_view
        self.set_focus(view)
        things = ValueRow | HistogramRow | AccountRow
        found = next((row for row in view.rows if isinstance(row, things)), None)
        if found is not None:
            view.go_to(found.key)

    def action_forget_find(self) -> None:
        """Show every attribute again."""
        row = self.facets_view.current
        find = self.query_one(Find)
        find.value = ""
        self.set_focus(self.facets_view)
        if isinstance(row, ValueRow | HistogramRow):
            self.opened.add(row.field.name)
        self.show_facets()
        if row is not None:
            self.facets_view.go_to(row.key)

    @property
    def opened(self) -> set[str]:
        """The names of the attributes whose values are shown, for a hand to change."""
        self._opened, self._opened_for = self._opened or set(), None
        return self._opened

    def _first_opened(self, facets: Facets) -> set[str]:
        """As many attributes from the top as fit together with the headings of all others."""
        free = self.facets_view.size.height or 20
        room = free - len(facets.facets)
        opened: set[str] = set()
        for facet in facets.facets:
            needed = height_of(facet, gaps=self.app.size.height >= AIRY) - 1
            if opened and needed > room:
                continue
            room -= needed
            opened.add(facet.field.name)
        return opened

    def _lay_out(self) -> None:
        """Give the board the lines it needs, and the picture the rest."""
        middle = self.query_one("#middle")
        height, width = middle.content_size.height, middle.content_size.width
        board = self.board
        if height <= 0 or width <= 0:
            return
        board.comparison = self.desk.answers.comparison
        board.heads = self.desk.heads(board.comparison) if board.comparison is not None else ()
        board.room = height
        wanted = board.lines_in(width - 1, board.room)  # one cell is the scrollbar's
        picture = min(_PICTURE, max(3, height - _BOARD))
        board.styles.height = max(min(wanted, height - picture), 4)


class CriteriaView(RowsView):
    """The criteria; keys act on the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("criteria")]
