"""The agenda's clock in every room: a quiet word when an item is soon over, and when it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_workbench.workshop.agenda.agenda import reading_at

if TYPE_CHECKING:
    from icp_workbench.tui.app import WorkbenchApp


class ClockWatch:
    """Looks at the clock once a second: has it drawn anew while it runs, and warns once for each item: soon
    over, over; again after more time was given."""

    def __init__(self, app: WorkbenchApp) -> None:
        self._app = app
        self._told: tuple[int, float, str] | None = None
        app.set_interval(1.0, self.look)

    def look(self) -> None:
        """Draw the clock, and warn if it is time to."""
        desk = self._app.desk
        if desk is None or desk.state.agenda is None:
            return
        clock = reading_at(desk.state.agenda, desk.session.clock())
        if clock is None or not clock.runs:
            return
        self._app.refresh_rooms({"clock"})
        if not clock.warning:
            return
        now = (clock.place, clock.allowed, clock.warning)
        if now == self._told or self._app.screen.is_modal:
            return
        self._told = now
        if clock.warning == "over":
            self._app.tell(
                f"{clock.item.title}: the time is over. In Decide: . next item, , 5 minutes more.", 6
            )
        else:
            minutes = max(round(clock.left / 60), 1)
            self._app.tell(f"{clock.item.title}: about {minutes} min left.", 4)
