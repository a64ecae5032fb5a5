"""What the hand does in the Decide room before the data is shown, and the reveal itself."""

from __future__ import annotations

from dataclasses import replace

from textual import work

from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted
from icp_workbench.tui.changes import Cancelled
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.dialogs.believing import HypothesisDialog, PeopleDialog, StatedDialog, people_in
from icp_workbench.tui.dialogs.choose import ChooseDialog, Option
from icp_workbench.tui.dialogs.working import WorkingDialog
from icp_workbench.tui.screens.timekeeping import Timekeeping
from icp_workbench.tui.widgets.decide_rows import PickRow
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.deliberation.events import (
    HypothesisStated,
    HypothesisWithdrawn,
    ParticipantJoined,
    ParticipantLeft,
    ProfileStated,
    Revealed,
)
from icp_workbench.workshop.deliberation.records import Hypothesis, Participant, StatedProfile
from icp_workbench.workshop.events import Event
from icp_workbench.workshop.names import free_id
from icp_workbench.workshop.reveal import reveal
from icp_workbench.workshop.state import Workshop


class Believing(Timekeeping):
    """The actions about what is believed."""

    _revealing: WorkingDialog | None = None

    def action_people(self) -> None:
        """Write down who is in the room."""
        now = self.desk.state.deliberation.participants

        def answered(answer: dict[str, str] | None) -> None:
            for event in _people_events(now, answer or {}) if answer is not None else ():
                if not self.workbench.record(event):
                    return

        self._ask(PeopleDialog(now), answered)

    def action_stated(self) -> None:
        """Write down whom we say we want."""
        if not self._may_believe():
            return
        dialog = StatedDialog(self.desk, self.desk.state.beliefs.stated)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                stated = StatedProfile(answer["words"], dialog.condition(answer))
                self.workbench.record(ProfileStated(stated))

        self._ask(dialog, answered)

    def action_new_belief(self) -> None:
        """Write a hypothesis down."""
        taken = [one.id for one in self.desk.state.beliefs.hypotheses]
        self._ask_hypothesis(Hypothesis(free_id("h", taken), ""))

    def action_edit_belief(self) -> None:
        """Change what is under the cursor."""
        row = self._row("#beliefs")
        if row is None or row.kind == "people":
            self.action_people()
        elif row.kind == "stated":
            self.action_stated()
        else:
            self._ask_hypothesis(self.desk.state.beliefs.hypothesis(row.id))

    def action_withdraw_belief(self) -> None:
        """Take the hypothesis under the cursor back."""
        row = self._row("#beliefs")
        if row is None or row.kind != "hypothesis" or not self.workbench.may_decide():
            return
        if self.workbench.record(HypothesisWithdrawn(row.id)):
            self.workbench.tell("Withdrawn; u brings it back.", 2.5)

    def _ask_hypothesis(self, now: Hypothesis) -> None:
        if not self._may_believe():
            return
        self.workbench.take_looks()
        dialog = HypothesisDialog(self.desk, now)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is None:
                return
            when = dialog.condition(answer)
            said = replace(
                now,
                claim=answer["claim"],
                by=answer["by"],
                when=when,
                metric=answer["metric"],
                direction="worse" if answer["direction"] == "worse" else "better",
            )
            tested = (said.when, said.metric, said.direction) != (now.when, now.metric, now.direction)
            if tested or not now.claim:  # what is tested counts from when it was said
                said = replace(said, looks=len(self.desk.state.looks))
            self.workbench.record(HypothesisStated(said))

        self._ask(dialog, answered)

    def _may_believe(self) -> bool:
        if self.desk.state.reveal is None:
            return True
        self.workbench.tell("The reveal was before: what was believed is settled.")
        return False

    # The reveal

    def action_reveal(self) -> None:
        """Show what the data says of what is believed."""
        state = self.desk.state
        if state.reveal is not None:
            self.workbench.tell("The reveal was before: it stands on the left.")
            return
        if not self.workbench.may_decide():
            return
        hypotheses = state.beliefs.hypotheses
        untested = sum(one.when is None for one in hypotheses)
        text = f"{counted(len(hypotheses), 'hypothesis', 'hypotheses')}"
        text += f", {untested} of them without a condition: not tested" if untested else ""
        options = [
            Option("yes", "Reveal", "the figures are shown; what is believed is settled"),
            Option("no", "Not yet", "go on writing down"),
        ]

        def chosen(answer: str | None) -> None:
            if answer == "yes":
                self._start_revealing()

        self.app.push_screen(ChooseDialog("The reveal", f"{text}.", options, "yes"), chosen)

    def _start_revealing(self) -> None:
        self._revealing = WorkingDialog("Holding what we believe against the data", self._stop_revealing)
        self.app.push_screen(self._revealing)
        self._reveal(self.desk, self.desk.state, self._revealing)

    def _stop_revealing(self) -> None:
        dialog, self._revealing = self._revealing, None
        if dialog is not None and dialog in self.app.screen_stack:
            dialog.dismiss(None)

    @work(thread=True, exit_on_error=True, group="reveal", exclusive=True)
    def _reveal(self, desk: Desk, state: Workshop, dialog: WorkingDialog) -> None:
        def told(what: str, share: float) -> None:
            if self._revealing is not dialog:
                raise Cancelled
            dialog.call_later(dialog.show, what, share)

        try:
            found: Revealed | WorkbenchError = reveal(desk.index, state, desk.session.clock(), told)
        except Cancelled:
            return
        except WorkbenchError as error:
            found = error
        self.app.call_from_thread(self._revealed, found, dialog)

    def _revealed(self, found: Revealed | WorkbenchError, dialog: WorkingDialog) -> None:
        if self._revealing is not dialog:  # stopped by a hand
            return
        self._stop_revealing()
        if isinstance(found, WorkbenchError):
            self.workbench.tell_error(found)
        elif self.workbench.record(found):
            self.focus_pane("beliefs")
            if found.findings:
                self.query_one("#beliefs", RowsView).go_to(("hypothesis", found.findings[0].hypothesis))
            self.workbench.tell("Revealed: what we believed, and what the data says.", 3)

    def _row(self, view: str) -> PickRow | None:
        return self.query_one(view, RowsView).current_as(PickRow)


def _people_events(now: tuple[Participant, ...], answer: dict[str, str]) -> list[Event]:
    """What makes those who are there those who were typed."""
    events: list[Event] = []
    left = list(now)
    taken = [one.id for one in now]
    for function, text in answer.items():
        for name in people_in(text):
            same = next((one for one in left if (one.function, one.name) == (function, name)), None)
            if same is not None:
                left.remove(same)
                continue
            new = Participant(free_id("p", taken), function, name)
            taken.append(new.id)
            events.append(ParticipantJoined(new))
    return [*(ParticipantLeft(one.id) for one in left), *events]
