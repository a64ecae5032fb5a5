"""Room 5: the statement, what each team does with it, the ideal against the average, what was saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from icp_workbench.evidence.looks import looks_of
from icp_workbench.render import figures
from icp_workbench.spec.statement.slots import Slot
from icp_workbench.spec.statement.versions import VERSIONS, VersionName
from icp_workbench.tui import stating
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.answers import Ideal
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.lines import Line
from icp_workbench.tui.safe import plain
from icp_workbench.tui.screens.checking import PANE, CheckingRoom
from icp_workbench.tui.screens.writing import WritingRoom
from icp_workbench.tui.widgets.check_rows import ChecksView
from icp_workbench.tui.widgets.ideal_rows import ideal_lines
from icp_workbench.tui.widgets.play_rows import play_rows
from icp_workbench.tui.widgets.profile_rows import profile_rows
from icp_workbench.tui.widgets.rows_view import Row, RowsView, TextRow, numbered
from icp_workbench.tui.widgets.statement_rows import statement_rows

_TITLES = {
    "statement": "Statement",
    "plays": "What each team does",
    "ideal": "Ideal against average",
    "covered": "Coverage and criteria",
    "checks": "Checks",
}
_UPPER, _UPPER_SHARE = ("statement", "ideal"), 0.62


class SpecRoom(WritingRoom, CheckingRoom):
    """What would be saved, and what was. Where there is no room for all panes, the one in focus is shown."""

    NAME = "spec"
    PANES = ("statement", "plays", "ideal", "covered", PANE)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("spec")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._version: VersionName = "paragraph"
        self._heights: dict[str, int | str] = {}

    def panes(self) -> Iterable[Widget]:
        with Vertical(classes="spec-side"):
            yield from self._pane("statement")
            yield from self._pane("plays")
        with Vertical(classes="spec-side"):
            yield from self._pane("ideal", cursor=False)
            yield from self._pane("covered")
            with Vertical(classes="pane spec-pane spec-checks"):
                yield ChecksView(id=PANE)

    def _pane(self, name: str, cursor: bool = True) -> Iterable[Widget]:
        with Vertical(classes=f"pane spec-pane spec-{name}"):
            yield RowsView(id=name, cursor=cursor)

    def on_mount(self) -> None:
        self._show_pane(self.PANES[0])
        super().on_mount()
        self._name_panes()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._name_panes()
        self.call_after_refresh(self.figures_changed, {"state"})

    def focus_pane(self, pane: str) -> None:
        self._show_pane(pane)
        super().focus_pane(pane)

    def redraw(self, what: set[str]) -> None:
        if what & {"state", "coverage", "weighed", "ideal", "checked"}:
            self._draw()

    @property
    def row(self) -> Row | None:
        focused = self.focused
        return focused.current if isinstance(focused, RowsView) and focused.has_cursor else None

    def go_to_slot(self, slot: Slot) -> None:
        self.focus_pane("statement")
        self._view("statement").go_to(("slot", slot.question.slot))

    def action_next_version(self, step: int) -> None:
        """Show the statement in another version."""
        self.show_version(VERSIONS[(VERSIONS.index(self._version) + step) % len(VERSIONS)])

    def show_version(self, version: VersionName) -> None:
        self._version = version
        self._draw_statement()

    def _show_pane(self, pane: str) -> None:
        """Where the panes are folded, this one comes into sight."""
        shown = f"-{pane}"
        if not self.has_class(shown):
            for other in self.PANES:
                self.set_class(other == pane, f"-{other}")
            if self.is_mounted:
                self.call_after_refresh(self.figures_changed, {"state"})

    def _name_panes(self) -> None:
        for at, (name, title) in enumerate(_TITLES.items(), 1):
            where = f" · {at} of {len(_TITLES)}" if self.has_class("-narrow") else ""
            self.query_one(f".spec-{name}").border_title = plain(title + where)

    def _fill(self, pane: str, rows: Sequence[Row]) -> None:
        """Show rows; of two panes one under the other the upper one is as high as it needs, within bounds."""
        self._view(pane).show_rows(rows)
        if pane in _UPPER:
            box, body = self.query_one(f".spec-{pane}"), self.query_one("#body").size.height
            most = max(round(body * _UPPER_SHARE), 6)
            height = "1fr" if self.has_class("-narrow") else min(len(rows) + 2, most)
            if self._heights.get(pane) != height:
                self._heights[pane] = height
                box.styles.height = height

    def _view(self, pane: str) -> RowsView:
        return self.query_one(f"#{pane}", RowsView)

    def _width(self, pane: str, otherwise: int) -> int:
        return max((self._view(pane).scrollable_content_region.width or otherwise) - 1, 20)

    def _draw(self) -> None:
        self._draw_statement()
        self._fill("plays", play_rows(self.desk.state.writing.plays, self._width("plays", 60)))
        self._fill("ideal", numbered(self._ideal(self._width("ideal", 60))))
        self._fill("covered", profile_rows(self.desk, self._width("covered", 40)))

        self.draw_checks()

    def _draw_statement(self) -> None:
        width = self._width("statement", 60)
        if not self.desk.state.criteria:
            self._fill("statement", numbered(_NOTHING_DECIDED))
            return
        versions = stating.versions(self.desk)
        rows = statement_rows(
            versions, self._version, stating.slots(self.desk), stating.drift(self.desk), width
        )
        self._fill("statement", [*rows, *self._saved_or_not()])
        open_ = sum(slot.is_open for slot in stating.slots(self.desk))
        self.show_subtitle(".spec-statement", f"{figures.counted(open_, 'question')} open" if open_ else "")

    def _saved_or_not(self) -> list[TextRow]:
        if self.desk.unsaved:
            line: Line = [("w", "accent!"), (" saves this as the next version", "muted")]
        else:
            line = [("✓ ", "good"), (f"saved as {self.desk.state.version}", "muted")]
        return [TextRow(("saved", 0)), TextRow(("saved", 1), tuple(line))]

    def _ideal(self, width: int) -> list[Line]:
        ideal = self.desk.answers.ideal
        if ideal is None:
            return [[("Comparing …", "muted")]]
        self._take_looks(ideal)
        selected = ideal.board.segments[1].accounts if ideal.board is not None else 0
        self.show_subtitle(".spec-ideal", figures.counted(selected, "account") if selected else "")
        chosen = any(one.verdict == "icp" for one in self.desk.state.criteria)
        return list(ideal_lines(ideal.board, chosen, width))

    def _take_looks(self, ideal: Ideal) -> None:
        """What is shown counts as looked at."""
        if ideal.board is not None and self.is_current:
            self.desk.seen(looks_of(ideal.board))


_NOTHING_DECIDED: tuple[Line, ...] = (
    [("Nothing is decided yet.", "text!")],
    [],
    [("In Slice (", "muted"), ("2", "accent!"), (") mark what is sliced:", "muted")],
    [("  i", "accent!"), (" ICP", "muted")],
    [("  o", "accent!"), (" OK-if", "muted")],
    [("  a", "accent!"), (" anti-ICP", "muted")],
)
