"""An app whose rooms are gone to, presented, searched for commands, and explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.screens.opening import OpeningScreen

if TYPE_CHECKING:
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.screens.room import Room


_WITH_FIGURES = ("slice", "discover")


class VisitingApp(App[None]):
    """What the keys that hold everywhere do. Nothing of it reaches through a dialog."""

    desk: Desk | None
    tell: Callable[..., None]
    tell_error: Callable[..., None]
    recount_picture: Callable[[str | None], None]

    def action_room(self, name: str) -> None:
        """Go to a room; in a workshop figures are seen after the reveal."""
        if self.desk is None or self.screen.is_modal:
            return
        if name in _WITH_FIGURES and self._is_curtained():
            name = "decide"
        self.enter(name)

    def first_room(self) -> str:
        """Where one was; in a workshop before the reveal, where it writes down what it believes."""
        if self.desk is None or self.desk.state.is_curtained:
            return "decide"
        return self.desk.state.room if self.desk.state.room in self._installed_screens else "slice"

    def _is_curtained(self) -> bool:
        """Whether no figure is to be seen yet; tells why."""
        if self.desk is None or not self.desk.state.is_curtained:
            return False
        self.tell("A workshop writes down what it believes first; r reveals the figures.")
        return True

    def enter(self, name: str) -> None:
        """Show a room, and have the session know that one is there."""
        from icp_workbench.workshop.events import RoomEntered

        self.switch_screen(name)
        if self.desk is None or self.desk.state.room == name:
            return
        try:
            self.desk.session.record(RoomEntered(name))
        except WorkbenchError as error:
            self.tell_error(error)

    def action_jump(self) -> None:
        """Put a letter on each pane, and go where the next key says."""
        from icp_workbench.tui.dialogs.jump import JumpDialog

        room = self.screen
        targets = getattr(room, "jump_targets", None)
        if targets is not None and not room.is_modal:
            go: Callable[[str], None] = room.focus_pane  # type: ignore[attr-defined]
            self.push_screen(JumpDialog(targets()), lambda pane: go(pane) if pane else None)

    def action_present(self) -> None:
        """Show what was found to the whole room."""
        from icp_workbench.tui.screens.present import PresentScreen

        if self.desk is None or self.screen.is_modal or isinstance(self.screen, PresentScreen):
            return
        if self._is_curtained():
            return
        if self.desk.answers.comparison is None:
            self.tell("The figures are still being counted: one moment.", 2)
            return
        room = self._room("slice")

        def ended(_: None) -> None:
            self.recount_picture(getattr(room, "metric_in_focus", None))

        self.clear_notifications()
        metric, view = getattr(room, "metric_in_focus", None), getattr(room, "view", 0)
        self.push_screen(PresentScreen(self.desk, metric, view), ended)

    def action_help(self) -> None:
        """Say what can be done here."""
        from icp_workbench.tui.dialogs.help import HelpDialog

        places = getattr(self.screen, "places", None)
        if places is not None:
            self.push_screen(HelpDialog(places()))

    def action_command_palette(self) -> None:
        """Find any command by name."""
        from icp_workbench.tui.palette import Palette

        if not self.screen.is_modal and not isinstance(self.screen, OpeningScreen):
            self.push_screen(Palette(id="--command-palette"))

    def _room(self, name: str) -> Room | None:
        from textual.screen import Screen

        room = self._installed_screens.get(name)
        return room if isinstance(room, Screen) else None  # type: ignore[return-value]
