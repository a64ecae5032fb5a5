"""A condition typed in SQL's notation, read with every key."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.conditions.expression import parse, to_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.render import figures
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said
from icp_workbench.workshop.state import Segment

EXAMPLE = "industry IN ('SaaS') AND employees BETWEEN 40 AND 120"


class ExpressionDialog(Dialog[tuple[Condition | None]]):
    """Answers the condition in a tuple, `(None,)` for an emptied line."""

    def __init__(self, desk: Desk, segment: Segment) -> None:
        super().__init__()
        self._desk, self._segment = desk, segment
        self._condition: Condition | None = None
        self._error: WorkbenchError | None = None

    def compose(self) -> ComposeResult:
        now = self._segment.filter.expression
        text = to_text(now, self._desk.fields) if now is not None else ""
        with Vertical(classes="dialog wide"):
            yield Said(
                f"Segment {self._segment.id}: expression beside what is chosen", "bold", classes="title"
            )
            yield Line(text, EXAMPLE, id="typed")
            yield Said("", id="told")
            yield Said("enter accept   esc close   empty: no expression", "$muted", classes="keys")

    def on_mount(self) -> None:
        self._read(self.query_one("#typed", Input).value)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        hand = getattr(self.app, "hand", None)
        if hand is None or not hand.has_more:  # else the last key of many is answered
            self._read(message.value)

    @on(Input.Submitted)
    def _accepted(self, message: Input.Submitted) -> None:
        self._read(message.value)
        if self._error is None:
            self.dismiss((self._condition,))
        else:
            self.query_one("#told", Said).say(_message(self._error), "$error")

    def _read(self, text: str) -> None:
        told = self.query_one("#told", Said)
        self._condition, self._error = None, None
        if not text.strip():
            names = [name for name, field in self._desk.fields.items() if field.kept_out is None]
            told.say("Attributes: " + ", ".join(names), "$muted")
            return
        try:
            condition = parse(text, self._desk.fields)
            rows = self._desk.index.rows(condition)
        except WorkbenchError as error:
            self._error = error
            told.say(_message(error), "$warning")
            return
        self._condition = None if condition == EVERYONE else condition
        accounts = int(rows.accounts.sum())
        told.say(f"{figures.count(accounts)} accounts: {self._desk.words(condition)}", "$success")


def _message(error: WorkbenchError) -> str:
    return f"{error.what_happened}\n{error.what_to_do}"
