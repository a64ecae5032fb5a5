"""The agenda's clock by hand: choose an agenda, begin, extend, skip, stop and go on."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.dialogs.form import FormDialog, Typed, Words
from icp_workbench.tui.screens.room import Room
from icp_workbench.workshop.agenda.agenda import (
    AgendaChosen,
    AgendaEnded,
    ClockStarted,
    ClockStopped,
    ItemBegun,
    ItemExtended,
    ItemSkipped,
)
from icp_workbench.workshop.agenda.files import READY, agenda_named

MORE = 5  # minutes by which an item is extended with one key


class AgendaDialog(FormDialog):
    """Answers an agenda: one that is ready, or a file of one's own."""

    def __init__(self) -> None:
        ready = [(minutes, f"{minutes} minutes") for minutes in READY]
        asked = (
            Words("ready", "ready-made", ready, "90"),
            Typed("file", "or your own", "", "a YAML file: docs/workshop.md shows one"),
        )
        super().__init__("The agenda", "Each item has its minutes; the clock only warns.", asked)

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        try:
            self.chosen(answer)
        except WorkbenchError as error:
            return "file", error.what_happened
        return None

    def chosen(self, answer: dict[str, str]) -> AgendaChosen:
        """The agenda that was asked for. WorkbenchError for a file that cannot be read."""
        return agenda_named(answer["file"] or answer["ready"])


class Timekeeping(Room):
    """The actions about time."""

    def action_agenda(self) -> None:
        """Choose an agenda."""
        dialog = AgendaDialog()

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None and self.workbench.record(dialog.chosen(answer)):
                self.workbench.tell("Agenda chosen; . begins its first item.", 3)

        self._ask(dialog, answered)

    def action_next_item(self) -> None:
        """Begin the agenda's next item, or end the agenda after its last."""
        agenda = self.desk.state.agenda
        if agenda is None:
            self.action_agenda()
            return
        following = agenda.next_item
        if following is not None:
            self.begin_item(following)
        elif agenda.current is not None and self.workbench.may_decide():
            self.workbench.record(AgendaEnded(self.desk.session.clock()))

    def action_more_time(self) -> None:
        """Five more minutes for the item before the room."""
        agenda = self.desk.state.agenda
        if agenda is None or agenda.current is None:
            self.workbench.tell("No item has begun: . begins the next.")
        elif self.workbench.may_decide():
            self.workbench.record(ItemExtended(self.desk.session.clock(), agenda.current, MORE))

    def action_hold_clock(self) -> None:
        """Stop the clock, or let it go on."""
        agenda = self.desk.state.agenda
        if agenda is None or agenda.current is None:
            self.workbench.tell("No item has begun: . begins the next.")
        elif self.workbench.may_decide():
            now = self.desk.session.clock()
            self.workbench.record(ClockStarted(now) if agenda.since is None else ClockStopped(now))

    def begin_item(self, item: int) -> None:
        """Begin an item of the agenda, and say what it is about."""
        agenda = self.desk.state.agenda
        if agenda is None or not self.workbench.may_decide():
            return
        if self.workbench.record(ItemBegun(self.desk.session.clock(), item)):
            begun = agenda.items[item]
            room = {"data": "1", "slice": "2", "spec": "5"}.get(begun.room, "")
            where = f"\n{room} goes to the room." if room else ""
            self.workbench.tell(f"{begun.title}, {begun.minutes} minutes\n{begun.what}{where}", 6)

    def skip_item(self, item: int) -> None:
        """Leave an item of the agenda out."""
        self.workbench.record(ItemSkipped(self.desk.session.clock(), item))

    def _ask(self, dialog: Screen[dict[str, str]], answered: Callable[[dict[str, str] | None], None]) -> None:
        if self.workbench.may_decide():
            self.app.push_screen(dialog, answered)
