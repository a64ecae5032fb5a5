"""What a segment is called."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said


class RenameDialog(Dialog[str]):
    """One input; empty: named after its condition."""

    def __init__(self, letter: str, name: str, otherwise: str) -> None:
        super().__init__()
        self._letter, self._name_now, self._otherwise = letter, name, otherwise

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Said(f"Name of segment {self._letter}", "bold", classes="title")
            yield Line(self._name_now, self._otherwise, id="name")
            yield Said(
                "enter accept   esc close   empty: named after its condition", "$muted", classes="keys"
            )

    @on(Input.Submitted)
    def _accepted(self, message: Input.Submitted) -> None:
        self.dismiss(message.value.strip()[:80])
