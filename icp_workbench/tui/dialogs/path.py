"""Which file or folder to open, typed with completion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said
from icp_workbench.tui.lines import Line as Pieces
from icp_workbench.tui.lines import fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import RowsView

OFFERED = 8


@dataclass(frozen=True)
class PathRow:
    """A path that begins as typed."""

    path: str

    selectable = True

    @property
    def key(self) -> str:
        return self.path

    def line(self, width: int, here: bool) -> Pieces:
        ink = "accent" if self.path.endswith("/") else "text"
        return [("  ", "text"), (fit(clean(self.path, 300), max(width - 2, 4)), ink)]


class PathDialog(Dialog[tuple[Path, ...]]):
    """Answers the paths typed, one or more with a comma and a blank between them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take", "complete", show=False, priority=True),
        Binding("down", "offer(1)", "next", show=False),
        Binding("up", "offer(-1)", "previous", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Said("Open a file, several, or a folder of them", "bold", classes="title")
            yield Line("", "~/exports/accounts.csv, ~/exports/deals.csv", id="typed")
            yield RowsView(id="offers")
            yield Said("", "$warning", id="wrong")
            yield Said("tab complete   ↑ ↓ choose   enter open   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        view = self.query_one(RowsView)
        view.can_focus = False
        view.styles.height = OFFERED
        self.query_one("#typed", Input).focus()
        self._offer()

    def action_take(self) -> None:
        """Complete what is typed last."""
        row = self.query_one(RowsView).current_as(PathRow)
        typed = self.query_one("#typed", Input)
        if row is not None:
            before, comma, _ = typed.value.rpartition(", ")
            typed.value = f"{before}{comma}{row.path}"
            typed.cursor_position = len(typed.value)

    def action_offer(self, step: int) -> None:
        """To the next path, or the one before."""
        self.query_one(RowsView).action_move(step)

    @on(RowsView.Chosen)
    def _clicked(self) -> None:
        self.action_take()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._offer()

    @on(Input.Submitted)
    def _accepted(self, message: Input.Submitted) -> None:
        named = [part.strip() for part in message.value.split(", ") if part.strip()]
        paths = [Path(part).expanduser() if part.startswith("~") else Path(part) for part in named]
        missing = next((path for path in paths if not _is_there(path)), None)
        if not paths:
            self.query_one("#wrong", Said).say("Type the path of a file or a folder.", "$warning")
        elif missing is not None:
            self.query_one("#wrong", Said).say(f"There is no `{missing}`.", "$warning")
        else:
            self.dismiss(tuple(paths))

    def _offer(self) -> None:
        from icp_workbench.tui.starting import completions

        last = self.query_one("#typed", Input).value.rpartition(", ")[2]
        view = self.query_one(RowsView)
        view.show_rows([PathRow(path) for path in completions(last) if path != last])
        view.action_edge(-1)


def _is_there(path: Path) -> bool:
    try:
        return path.exists() or any(char in str(path) for char in "*?[")
    except (OSError, ValueError):
        return False
