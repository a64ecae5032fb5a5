"""Room 5: the statement, what its criteria rest on, and the versions saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget

from icp_workbench.render.dates import day
from icp_workbench.spec.statement import statement_of
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.lines import Line, wrapped
from icp_workbench.tui.safe import clean, plain
from icp_workbench.tui.screens.checking import PANE, CheckingRoom
from icp_workbench.tui.widgets.check_rows import ChecksView
from icp_workbench.tui.widgets.criteria_rows import criteria_rows
from icp_workbench.tui.widgets.evidence_lines import evidence_lines
from icp_workbench.tui.widgets.rows_view import RowsView, numbered


class SpecRoom(CheckingRoom):
    """What would be saved, and what was."""

    NAME = "spec"
    PANES = ("statement", "covered", PANE)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("spec")]

    def panes(self) -> Iterable[Widget]:
        with Vertical(classes="pane spec-left"):
            yield RowsView(id="statement", cursor=False)
        with Vertical(classes="spec-side"):
            with Vertical(classes="pane spec-right"):
                yield RowsView(id="covered", cursor=False)
            with Vertical(classes="pane spec-checks"):
                yield ChecksView(id=PANE)

    def on_mount(self) -> None:
        self.query_one(".spec-left").border_title = plain("Statement")
        self.query_one(".spec-right").border_title = plain("Profile")
        self.query_one(".spec-checks").border_title = plain("Checks")
        super().on_mount()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self._draw)

    def figures_changed(self, what: set[str]) -> None:
        super().figures_changed(what)
        if what & {"state", "coverage", "weighed", "checked"}:
            self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        left, right = self.query_one("#statement", RowsView), self.query_one("#covered", RowsView)
        left.show_rows(numbered(self._statement(max((left.scrollable_content_region.width or 60) - 2, 20))))
        state, answers = self.desk.state, self.desk.answers
        width = right.scrollable_content_region.width or 40
        words = {criterion.id: self.desk.words(criterion.when) for criterion in state.criteria}
        right.show_rows(
            criteria_rows(state.criteria, words, answers.coverage, answers.weighed, (), width, reasons=True)
        )

        self.draw_checks()

    def _statement(self, width: int) -> Iterator[Line]:
        state = self.desk.state
        yield []
        if not state.criteria:
            yield [("Nothing is decided yet.", "text!")]
            yield []
            yield [("In Slice (", "muted"), ("2", "accent!"), (") mark what is sliced:", "muted")]
            yield [("  i", "accent!"), (" ICP", "muted")]
            yield [("  o", "accent!"), (" OK-if", "muted")]
            yield [("  a", "accent!"), (" anti-ICP", "muted")]
        for line in wrapped(clean(statement_of(state.criteria, self.desk.fields), 4_000), min(width, 90)):
            yield [(line, "text!")]
        yield []
        if self.desk.unsaved:
            yield [("w", "accent!"), (" saves this as the next version", "muted")]
        elif state.version is not None:
            yield [("✓ ", "good"), (f"saved as {state.version}", "muted")]
        words = {criterion.id: self.desk.words(criterion.when) for criterion in state.criteria}
        yield []
        yield from evidence_lines(state.criteria, words, self.desk.answers.weighed, min(width, 100))
        if state.versions:
            yield []
            yield [("Versions", "text!")]
        for saved in reversed(state.versions):
            yield [
                (f"  {clean(saved.version, 20)}", "accent!"),
                (f"  {day(saved.at.date())}  ", "muted"),
                (clean(saved.file, 80), "text"),
            ]
        if state.versions:
            yield [(f"  in {clean(self.desk.session.folder, 300)}", "muted")]
