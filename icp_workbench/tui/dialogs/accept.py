"""Why a check is kept although it fires."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from icp_workbench.spec.checks.findings import Finding
from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said


class AcceptDialog(Dialog[str]):
    """What the check says, what could be done, and a line for the reason; answers the reason."""

    def __init__(self, code: str, name: str, findings: Sequence[Finding], note: str) -> None:
        super().__init__()
        self._title, self._findings, self._note = f"{code} {name}", findings, note

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Said(self._title, "bold", classes="title")
            with VerticalScroll(classes="said", can_focus=False):
                for finding in self._findings:
                    yield Said(finding.sentence)
                yield Said(f"→ {self._findings[0].what_to_do}", "$muted")
            yield Said("Why is it kept all the same? The reason is saved in the spec.")
            yield Line(self._note, "Buying signals start with the intent feed in Q1.", id="note")
            yield Said("", "$error", id="wrong")
            yield Said("enter accept   esc close", "$muted", classes="keys")

    @on(Input.Submitted)
    def _accepted(self, message: Input.Submitted) -> None:
        note = " ".join(message.value.split())[:400]
        if note:
            self.dismiss(note)
        else:
            self.query_one("#wrong", Said).say("Nothing is accepted without a reason.", "$error")
