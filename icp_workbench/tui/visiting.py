"""An app whose rooms are gone to, presented, searched for commands, and explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from icp_workbench.tui.screens.opening import OpeningScreen

if TYPE_CHECKING:
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.screens.room import Room


class VisitingApp(App[None]):
    """What the keys that hold everywhere do. Nothing of it reaches through a dialog."""

    desk: Desk | None
    tell: Callable[..., None]

    def action_room(self, name: str) -> None:
        """Go to a room."""
        if self.desk is not None and not self.screen.is_modal:
            self.switch_screen(name)

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
        if self.desk.answers.comparison is None:
            self.tell("The figures are still being counted: one moment.", 2)
            return
        room = self._room("slice")
        self.clear_notifications()
        self.push_screen(PresentScreen(self.desk, getattr(room, "metric_in_focus", None)))

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
