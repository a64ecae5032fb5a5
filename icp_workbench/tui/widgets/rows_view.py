"""A scrolling list of rows with a cursor, painted line by line: for facets, criteria and tables."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from icp_workbench.tui.lines import Line, Piece, strip_of
from icp_workbench.tui.theme import Inks, inks_of


class Row(Protocol):
    """One line of a view. `key` finds it again when the rows change."""

    @property
    def key(self) -> Hashable: ...

    @property
    def selectable(self) -> bool: ...

    def line(self, width: int, here: bool) -> Line:
        """The row in `width` cells; `here` where the cursor is and the view has the focus."""
        ...


@dataclass(frozen=True)
class TextRow:
    """A line that is read, not chosen."""

    key: Hashable
    pieces: tuple[Piece, ...] = ()

    selectable = False

    def line(self, width: int, here: bool) -> Line:
        return self.pieces


def numbered(lines: Iterable[Line]) -> list[TextRow]:
    """Lines as rows that are read, not chosen."""
    return [TextRow(at, tuple(line)) for at, line in enumerate(lines)]


_AIRY = 44  # from this width on a cell stays free before the scrollbar

AnyRow = TypeVar("AnyRow")


class RowsView(ScrollView, can_focus=True):
    """Rows under each other; the cursor stops at selectable ones. Wider rows are cut, not scrolled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
        Binding("home,g", "edge(-1)", "first", show=False),
        Binding("end,G", "edge(1)", "last", show=False),
    ]

    class Moved(Message):
        """The cursor came to another row."""

        def __init__(self, view: RowsView) -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> RowsView:
            return self.view

    class Chosen(Moved):
        """A row was clicked."""

    def __init__(self, *, id: str | None = None, cursor: bool = True) -> None:
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self.has_cursor = cursor

    @property
    def inks(self) -> Inks:
        """The theme's inks."""
        return inks_of(self.app)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def current_as(self, kind: type[AnyRow]) -> AnyRow | None:
        """The row under the cursor if it is of that kind."""
        row = self.current
        return row if isinstance(row, kind) else None

    def show_rows(self, rows: Sequence[Row], *, at: Hashable | None = None) -> None:
        """Show other rows; the cursor stays on the same key (or goes to `at`), else on the nearest line."""
        row = self.current
        wanted = at if at is not None else row.key if row is not None else None
        before, was_at, was_top = self.rows, self.cursor, self.scroll_offset.y
        self.rows = rows
        found = next((line for line, other in enumerate(rows) if other.key == wanted), None)
        self.cursor = self._nearest(self.cursor if found is None else found)
        self.virtual_size = Size(max(self.scrollable_content_region.width, 1), len(rows))
        self._keep_in_sight()
        if len(before) != len(rows) or self.scroll_offset.y != was_top:
            self.refresh()
            return
        # Painting is what a key costs: only lines in sight that say something else are painted again.
        top = max(self.scroll_offset.y, 0)
        in_sight = range(top, min(top + max(self.scrollable_content_region.height, 0) + 1, len(rows)))
        changed = {line for line in in_sight if before[line] != rows[line]}
        if self.cursor != was_at:
            changed |= {self.cursor, was_at}
        for line in changed:
            self.refresh_lines(line)

    def go_to(self, key: Hashable) -> None:
        """Put the cursor on the row with that key, if there is one."""
        found = next((line for line, row in enumerate(self.rows) if row.key == key), None)
        if found is not None:
            self._put(found)

    def action_move(self, step: int) -> None:
        """One selectable row up or down; without a cursor the view scrolls."""
        if not self.has_cursor:
            self.scroll_relative(y=step, animate=False)
            return
        line = self.cursor + step
        while 0 <= line < len(self.rows) and not self.rows[line].selectable:
            line += step
        if 0 <= line < len(self.rows):
            self._put(line)
        else:  # headings above the first row come into sight
            self.scroll_to(y=0 if step < 0 else self.max_scroll_y, animate=False)

    def action_page(self, direction: int) -> None:
        """A screenful up or down."""
        step = direction * max(self.scrollable_content_region.height - 1, 1)
        if not self.has_cursor:
            self.scroll_relative(y=step, animate=False)
            return
        self._put(self._nearest(min(max(self.cursor + step, 0), max(len(self.rows) - 1, 0))))

    def action_edge(self, direction: int) -> None:
        """To the first or the last row."""
        if not self.has_cursor:
            self.scroll_to(y=0 if direction < 0 else self.max_scroll_y, animate=False)
            return
        self._put(self._nearest(0 if direction < 0 else len(self.rows) - 1))

    def render_line(self, y: int) -> Strip:
        width, inks = self.scrollable_content_region.width, self.inks
        line = y + self.scroll_offset.y
        if not 0 <= line < len(self.rows):
            return strip_of((), width, inks)
        row = self.rows[line]
        on_cursor = self.has_cursor and line == self.cursor and row.selectable
        ground = (inks.cursor if self.has_focus else inks.resting) if on_cursor else None
        return strip_of(row.line(self._row_width, on_cursor and self.has_focus), width, inks, ground)

    @property
    def _row_width(self) -> int:
        """The cells a row is drawn in."""
        width = self.scrollable_content_region.width
        return width - 1 if width > _AIRY else width

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(max(self.scrollable_content_region.width, 1), len(self.rows))
        self._keep_in_sight()

    def on_focus(self, event: events.Focus) -> None:
        self.refresh()

    def on_blur(self, event: events.Blur) -> None:
        self.refresh()

    def row_at(self, event: events.MouseEvent) -> Row | None:
        """The row under the mouse."""
        line = event.y - self.gutter.top + self.scroll_offset.y
        return self.rows[line] if 0 <= line < len(self.rows) else None

    def on_click(self, event: events.Click) -> None:
        line = event.y - self.gutter.top + self.scroll_offset.y
        if self.has_cursor and 0 <= line < len(self.rows) and self.rows[line].selectable:
            self._put(line)
            self.post_message(self.Chosen(self))

    def _put(self, line: int) -> None:
        if line != self.cursor:
            was_at, self.cursor = self.cursor, line
            self.post_message(self.Moved(self))
            self.refresh_lines(was_at)
            self.refresh_lines(line)
        self._keep_in_sight()

    def _nearest(self, line: int) -> int:
        lines = [at for at, row in enumerate(self.rows) if row.selectable]
        return min(lines, key=lambda at: (abs(at - line), at)) if lines else 0

    def _keep_in_sight(self) -> None:
        height = self.scrollable_content_region.height
        if not self.has_cursor or height <= 0:
            return
        top = self.scroll_offset.y
        if self.cursor < top:
            # A heading just above comes along.
            above = self.cursor - 1
            top = above if above >= 0 and not self.rows[above].selectable else self.cursor
        elif self.cursor >= top + height:
            top = self.cursor - height + 1
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
