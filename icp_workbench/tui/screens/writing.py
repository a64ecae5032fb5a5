"""What the hand writes in the Spec room: the statement, its slots, the plays, counts of what people know."""

from __future__ import annotations

from abc import abstractmethod

from icp_workbench.spec.plays import Play
from icp_workbench.spec.statement.slots import Slot
from icp_workbench.spec.statement.versions import VersionName
from icp_workbench.tui import stating
from icp_workbench.tui.dialogs.prose import ProseDialog
from icp_workbench.tui.dialogs.writing import KnownDialog, PlayDialog, SlotDialog
from icp_workbench.tui.screens.room import Room
from icp_workbench.tui.widgets.criteria_rows import CriterionRow
from icp_workbench.tui.widgets.play_rows import PlayRow
from icp_workbench.tui.widgets.rows_view import Row
from icp_workbench.tui.widgets.statement_rows import SlotRow, StatementRow
from icp_workbench.workshop.writing.events import (
    PeopleCounted,
    PlayWritten,
    SlotFilled,
    StatementEdited,
    WritingEvent,
)
from icp_workbench.workshop.writing.state import Writing


class WritingRoom(Room):
    """The actions of the Spec room; what they act on is the room's."""

    @property
    @abstractmethod
    def row(self) -> Row | None:
        """What is under the cursor of the pane in focus."""

    @abstractmethod
    def go_to_slot(self, slot: Slot) -> None:
        """Put the cursor on a slot."""

    @abstractmethod
    def show_version(self, version: VersionName) -> None:
        """Show the statement in that version."""

    @property
    def _writing(self) -> Writing:
        return self.desk.state.writing

    def action_edit(self) -> None:
        """Edit what is under the cursor."""
        if not self.workbench.may_decide():
            return
        match self.row:
            case StatementRow():
                self._edit_statement()
            case SlotRow(slot):
                self._ask_slot(slot)
            case PlayRow(play):
                self._ask_play(play)
            case CriterionRow(criterion):
                self._ask_known(criterion.id)
            case _:
                self.workbench.tell(
                    "Nothing to edit here: tab goes to the statement, the plays, the profile."
                )

    def action_clear(self) -> None:
        """Take back what was written under the cursor."""
        if not self.workbench.may_decide():
            return
        writing = self._writing
        match self.row:
            case StatementRow() if writing.statement is not None:
                self._write(StatementEdited(None), "Written from the criteria again")
            case SlotRow(slot) if slot.text:
                self._write(SlotFilled(slot.question.slot, ""), f"{slot.question.label} is asked again")
            case PlayRow(play) if writing.plays.get(play.name):
                self._write(PlayWritten(play.name, ()), f"{play.label} emptied")
            case CriterionRow(criterion) if any(writing.known_by_people.get(criterion.id, {}).values()):
                self._write(PeopleCounted(criterion.id, {}), f"Counts of {criterion.id} dropped")
            case _:
                self.workbench.tell("Nothing was written here.")

    def action_next_question(self) -> None:
        """To the next open slot, and ask it."""
        slot = next((slot for slot in stating.slots(self.desk) if slot.is_open), None)
        if slot is None:
            self.workbench.tell("Every slot of the statement is spoken to.")
            return
        self.go_to_slot(slot)
        if self.workbench.may_decide():
            self._ask_slot(slot)

    def _edit_statement(self) -> None:
        if not self.desk.state.criteria:
            self.workbench.tell("Nothing is decided yet: mark a condition in Slice first.")
            return
        now = stating.versions(self.desk).paragraph
        text = (
            "The paragraph is what the spec says. From now on it stays as you write it: where it drifts from "
            "the criteria is shown beside it."
        )

        def answered(answer: str | None) -> None:
            if answer is None or answer == now:
                return
            event = StatementEdited(answer or None)
            self.show_version("paragraph")
            self._write(event, "Edited by hand" if answer else "Written from the criteria again")

        empty = "written from the criteria again"
        self.app.push_screen(ProseDialog("The statement, in a paragraph", text, now, empty), answered)

    def _ask_slot(self, slot: Slot) -> None:
        def answered(answer: dict[str, str] | None) -> None:
            if answer is None or answer["slot"] == slot.text:
                return
            by_hand = self._writing.statement is not None
            said = f"{slot.question.label} {'answered' if answer['slot'] else 'is asked again'}"
            self._write(
                SlotFilled(slot.question.slot, answer["slot"]),
                said + (": the paragraph was edited by hand and stays as it is" if by_hand else ""),
            )

        self.app.push_screen(SlotDialog(slot.question, slot.text), answered)

    def _ask_play(self, play: Play) -> None:
        now = tuple(self._writing.plays.get(play.name, ()))

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            lines = tuple(line for line in answer.values() if line)
            if lines != now:
                self._write(
                    PlayWritten(play.name, lines), f"{play.label} {'written' if lines else 'emptied'}"
                )

        self.app.push_screen(PlayDialog(play, now), answered)

    def _ask_known(self, criterion_id: str) -> None:
        now = self._writing.known_by_people.get(criterion_id, {})

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            counts = {kind: int(typed) for kind, typed in answer.items() if typed}
            if counts != dict(now):
                self._write(PeopleCounted(criterion_id, counts), f"Counts of {criterion_id} written")

        words = self.desk.words(self.desk.state.criterion(criterion_id).when)
        self.app.push_screen(KnownDialog(words, now), answered)

    def _write(self, event: WritingEvent, what: str) -> None:
        if self.workbench.record(event):
            self.workbench.tell(f"{what}.")
