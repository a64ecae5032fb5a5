"""What each stage means for the outcome of a deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.render import figures
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.data_overview import OUTCOME_MARKS
from icp_workbench.tui.widgets.rows_view import RowsView


@dataclass(frozen=True)
class StageRow:
    """A stage, what it means, how many deals are in it."""

    key: str
    outcome: str
    was: str
    deals: int | None

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        mark, ink = OUTCOME_MARKS.get(self.outcome, ("?", "warn"))
        many = "" if self.deals is None else figures.count(self.deals)
        changed = f"was {self.was}" if self.was != self.outcome else ""
        return [
            (f"  {mark} {self.outcome:<9}", ink),
            (fit(clean(self.key, 60), max(width - 40, 8)), "text"),
            (many.rjust(10), "text"),
            (f"  {changed}", "warn"),
        ]


class StagesDialog(Dialog[dict[str, str]]):
    """Answers {label: outcome} of the stages whose meaning was changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "means('won')", "won", show=False),
        Binding("l", "means('lost')", "lost", show=False),
        Binding("o", "means('open')", "open", show=False),
        Binding("n", "means('neither')", "neither", show=False),
        Binding("enter", "done", "done", show=False),
    ]

    def __init__(self, stages: Mapping[str, str], counts: Mapping[str, int], at: str | None = None) -> None:
        super().__init__()
        self._was, self._counts, self._at = dict(stages), counts, at
        self._now = dict(stages)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide list"):
            yield Said("What each stage means", "bold", classes="title")
            yield Said("Won and lost deals make the win rate; open ones and neither are left out.", "$muted")
            yield RowsView(id="stages")
            keys = "w won   l lost   o open   n neither   enter accept   esc close"
            yield Said(keys, "$muted", classes="keys")

    def on_mount(self) -> None:
        self._draw(self._at)
        self.query_one(RowsView).focus()

    def _draw(self, at: str | None = None) -> None:
        rows = [
            StageRow(label, outcome, self._was[label], self._counts.get(label))
            for label, outcome in self._now.items()
        ]
        view = self.query_one(RowsView)
        view.styles.height = min(len(rows), 14) + 1
        view.show_rows(rows, at=at)

    def action_means(self, outcome: str) -> None:
        """Let the stage under the cursor mean that."""
        view = self.query_one(RowsView)
        row = view.current_as(StageRow)
        if row is not None:
            self._now[row.key] = outcome
            self._draw()
            view.action_move(1)

    def action_done(self) -> None:
        """Answer with what was changed."""
        self.dismiss({label: now for label, now in self._now.items() if now != self._was[label]})
