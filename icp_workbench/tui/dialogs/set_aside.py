"""The records of a table that are not in it as the file has them: looked at, taken in after all, saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from icp_workbench.book.raw import SetAside
from icp_workbench.render import figures
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.dialogs.form import FormDialog, Typed
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import RowsView

MOST_SHOWN = 2_000
_INK = {"rejected": "bad", "repaired": "warn"}


@dataclass(frozen=True)
class RecordAnswer:
    """The lines to take in after all; or the file to save all records to."""

    reinclude: frozenset[int] = frozenset()
    save_to: str | None = None


@dataclass(frozen=True)
class RecordRow:
    """One record set aside."""

    key: int
    record: SetAside
    wanted: bool

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        record = self.record
        reason = clean(record.reason, 120)
        room = max(width - 26, 10)
        return [
            ("  ✓ " if self.wanted else "    ", "good!"),
            (figures.count(record.line).rjust(9) + "  ", "muted"),
            (fit(record.kind, 10) + " ", _INK.get(record.kind, "muted")),
            (fit(reason, room * 2 // 5) + "  ", "text"),
            (fit(clean(record.text, 300), room - room * 2 // 5 - 2), "muted"),
        ]


class SetAsideDialog(Dialog[RecordAnswer]):
    """`included` are the lines that were taken in before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,space", "take_in", "take in", show=False),
        Binding("s", "save", "save", show=False),
        Binding("enter", "done", "done", show=False),
    ]

    def __init__(self, table: str, records: Sequence[SetAside], included: frozenset[int]) -> None:
        super().__init__()
        self._table, self._records, self._included = table, records, included
        self._wanted = set(included)

    def compose(self) -> ComposeResult:
        many, shown = len(self._records), min(len(self._records), MOST_SHOWN)
        told = f"{figures.counted(many, 'record')}" + (f", the first {shown:,} shown" if shown < many else "")
        with Vertical(classes="dialog tall"):
            yield Said(f"Set aside in {self._table}", "bold", classes="title")
            yield Said(told, "$muted")
            yield RowsView(id="records")
            yield Said("", id="record")
            keys = "r take in after all   s save all to a file   enter accept   esc close"
            yield Said(keys, "$muted", classes="keys")

    def on_mount(self) -> None:
        self._draw()
        self.query_one(RowsView).focus()

    def _draw(self) -> None:
        shown = self._records[:MOST_SHOWN]
        self.query_one(RowsView).show_rows(
            [RecordRow(at, record, record.line in self._wanted) for at, record in enumerate(shown)]
        )
        self._tell()

    def on_rows_view_moved(self) -> None:
        self._tell()

    def _tell(self) -> None:
        row = self.query_one(RowsView).current_as(RecordRow)
        if row is not None:
            record = row.record
            told = (
                f"line {figures.count(record.line)}: {clean(record.reason, 200)}\n{clean(record.text, 240)}"
            )
            self.query_one("#record", Said).say(told, "$foreground")

    def action_take_in(self) -> None:
        """Take the record under the cursor in after all, or no longer."""
        view = self.query_one(RowsView)
        row = view.current_as(RecordRow)
        if row is not None and row.record.kind in ("rejected", "repaired", "footer", "total"):
            self._wanted ^= {row.record.line}
            self._draw()
            view.action_move(1)

    def action_save(self) -> None:
        """Ask for the file to save all to."""

        def named(answer: dict[str, str] | None) -> None:
            if answer is not None and answer["path"]:
                self.dismiss(RecordAnswer(self._included, answer["path"]))

        name = "".join(char if char.isalnum() else "-" for char in self._table)[:60]
        asked = Typed("path", "file", f"{name}-set-aside.csv", "a file that is not there yet")
        self.app.push_screen(FormDialog("Save the records set aside", "", [asked]), named)

    def action_done(self) -> None:
        """Answer with the lines that are wanted."""
        self.dismiss(RecordAnswer(frozenset(self._wanted)))
