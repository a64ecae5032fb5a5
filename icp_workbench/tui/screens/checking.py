"""A room that shows the checks of the profile, and lets them be accepted and opened again."""

from __future__ import annotations

from icp_workbench.tui.dialogs.accept import AcceptDialog
from icp_workbench.tui.screens.room import Room
from icp_workbench.tui.widgets.check_rows import CheckRow, ChecksView
from icp_workbench.workshop.events import CheckAccepted, CheckReopened

PANE = "checks"


class CheckingRoom(Room):
    """The room has one `ChecksView` with the id of `PANE`; keys act on the check under its cursor."""

    @property
    def checks(self) -> ChecksView:
        """The checks on the screen."""
        return self.query_one(f"#{PANE}", ChecksView)

    def places(self) -> list[str]:
        here = [PANE] if self.focused is not None and self.focused.id == PANE else []
        return [*here, *super().places()]

    def draw_checks(self) -> None:
        """Draw what fires on the criteria as they stand, and what of it is accepted."""
        state = self.desk.state
        self.checks.show_checks(self.desk.answers.checked if state.criteria else None, state.accepted)

    def action_accept(self) -> None:
        """Keep what the check under the cursor says, with a reason."""
        row = self.checks.current_as(CheckRow)
        if row is None or not self.workbench.may_decide():
            return

        def accepted(note: str | None) -> None:
            if note:
                self.workbench.record(CheckAccepted(row.code, note))

        self.app.push_screen(AcceptDialog(row.code, row.name, row.findings, row.note), accepted)

    def action_reopen(self) -> None:
        """Accept the check under the cursor no longer."""
        row = self.checks.current_as(CheckRow)
        if row is not None and row.note and self.workbench.may_decide():
            self.workbench.record(CheckReopened(row.code))
