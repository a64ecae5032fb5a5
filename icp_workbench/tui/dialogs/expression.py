"""A condition typed in SQL's notation, read with every key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from icp_workbench.conditions.completion import Offer, offers
from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.conditions.expression import parse, to_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.render import figures
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said
from icp_workbench.tui.lines import Line as Pieces
from icp_workbench.tui.lines import fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.state import Segment

EXAMPLE = "industry IN ('SaaS') AND employees BETWEEN 40 AND 120"


OFFERED = 6  # lines of what may come next


@dataclass(frozen=True)
class OfferRow:
    """What may come next; the one under the cursor is taken by tab."""

    number: int
    offer: Offer

    selectable = True

    @property
    def key(self) -> int:
        return self.number

    def line(self, width: int, here: bool) -> Pieces:
        text = clean(self.offer.text.strip(), 120)
        return [("  ", "text"), (fit(text, max(width - 14, 8)), "text!"), (f"  {self.offer.kind}", "muted")]


class ExpressionDialog(Dialog[tuple[Condition | None]]):
    """Answers the condition in a tuple, `(None,)` for an emptied line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "take", "complete", show=False, priority=True),
        Binding("down", "offer(1)", "next", show=False),
        Binding("up", "offer(-1)", "previous", show=False),
    ]

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
            yield RowsView(id="offers")
            yield Said("", id="told")
            keys = "tab complete   ↑ ↓ choose   enter accept   esc close   empty: no expression"
            yield Said(keys, "$muted", classes="keys")

    def on_mount(self) -> None:
        view = self.query_one(RowsView)
        view.can_focus = False
        view.styles.height = OFFERED
        typed = self.query_one("#typed", Input)
        typed.cursor_position = len(typed.value)
        typed.focus()
        self._read(typed.value)

    def action_take(self) -> None:
        """Put what the cursor of the list is on into the line."""
        row = self.query_one(RowsView).current_as(OfferRow)
        typed = self.query_one("#typed", Input)
        if row is not None and self._offers():
            typed.value, typed.cursor_position = row.offer.put_into(typed.value, typed.cursor_position)

    def action_offer(self, step: int) -> None:
        """To the next thing that may come, or the one before."""
        self.query_one(RowsView).action_move(step)

    @on(RowsView.Chosen)
    def _clicked(self) -> None:
        self.action_take()

    def _offers(self) -> list[Offer]:
        typed = self.query_one("#typed", Input)
        return offers(typed.value, typed.cursor_position, self._desk.fields)

    def _offer(self) -> None:
        view = self.query_one(RowsView)
        view.show_rows([OfferRow(at, offer) for at, offer in enumerate(self._offers())])
        view.action_edge(-1)

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
        self._offer()
        if not text.strip():
            told.say("Begin with an attribute: type a part of its name.", "$muted")
            return
        try:
            condition = parse(text, self._desk.fields)
            rows = self._desk.index.rows(condition)
        except WorkbenchError as error:
            self._error = error
            if self._offers():  # not finished: enter says what is missing
                told.say("Not a whole condition yet.", "$muted")
            else:
                told.say(_message(error), "$warning")
            return
        self._condition = None if condition == EVERYONE else condition
        accounts = int(rows.accounts.sum())
        told.say(f"{figures.count(accounts)} accounts: {self._desk.words(condition)}", "$success")


def _message(error: WorkbenchError) -> str:
    return f"{error.what_happened}\n{error.what_to_do}"
