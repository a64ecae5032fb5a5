"""One of a few answers, one under the other, each with what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import Row, RowsView, TextRow


@dataclass(frozen=True)
class Option:
    """An answer: the `value` it gives, what is shown, and what stands beside it or under it."""

    value: str
    shown: str
    beside: str = ""
    under: str = ""


@dataclass(frozen=True)
class OptionRow:
    """An option as a row."""

    option: Option
    is_now: bool

    selectable = True

    @property
    def key(self) -> str:
        return self.option.value

    def line(self, width: int, here: bool) -> Line:
        mark = ("  ● ", "accent") if self.is_now else ("  ○ ", "muted")
        beside = clean(self.option.beside, 80)
        room = width - len(mark[0]) - cell_len(beside) - 3
        shown = fit(clean(self.option.shown, 80), max(room, 8))
        return [mark, (shown, "text"), ("  " + beside, "muted")]


class ChooseDialog(Dialog[str]):
    """Answers the value of the option chosen by enter."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "choose", "choose", show=False)]

    def __init__(self, title: str, text: str, options: Sequence[Option], now: str | None = None) -> None:
        super().__init__()
        self._title, self._text, self._options, self._now = title, text, options, now

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Said(self._title, "bold", classes="title")
            yield Said(self._text, "$muted")
            yield RowsView(id="options")
            yield Said("↑ ↓ move   enter choose   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        rows: list[Row] = []
        for option in self._options:
            rows.append(OptionRow(option, option.value == self._now))
            if option.under:
                rows.append(TextRow(("under", option.value), ((f"    {clean(option.under, 120)}", "muted"),)))
        view = self.query_one(RowsView)
        view.styles.height = len(rows) + 1
        view.styles.margin = (1, 0, 0, 0)
        view.show_rows(rows, at=self._now)
        view.focus()

    def on_rows_view_chosen(self, message: RowsView.Chosen) -> None:
        self.action_choose()

    def action_choose(self) -> None:
        """Answer with the option under the cursor."""
        row = self.query_one(RowsView).current_as(OptionRow)
        if row is not None:
            self.dismiss(row.option.value)
