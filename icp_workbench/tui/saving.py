"""An app that saves the profile in a thread, shows how far it is, and can be stopped until it is written."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Literal

from textual import work

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.changes import Cancelled
from icp_workbench.tui.changing import PATIENCE, ChangingApp
from icp_workbench.tui.messages import SaveEnded, SaveGoesOn

if TYPE_CHECKING:
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.dialogs.working import WorkingDialog


class SavingApp(ChangingApp):
    """Saves the next version of the profile. What a criterion rests on is shuffled before it is written down,
    which takes a moment in a large book."""

    def __init__(self) -> None:
        super().__init__()
        self._saves: WorkingDialog | None = None
        self._stop_saving = Event()

    def may_decide(self) -> bool:
        """Whether decisions can be made here; tells why where not."""
        raise NotImplementedError

    def take_looks(self) -> None:
        """Count what is on screen as looks."""
        raise NotImplementedError

    def saved(self) -> None:
        """A version was saved, or was not: what is said of it is to be drawn anew."""
        raise NotImplementedError

    def action_save(self, form: Literal["yaml", "toml"] = "yaml") -> None:
        """Save the next version of the profile, as YAML or as TOML with the same content."""
        if self.desk is None or self._saving or not self.may_decide():
            return
        self.take_looks()
        self._saving = True
        self._stop_saving.clear()
        self.tell("Saving …", seconds=1)
        self.set_timer(PATIENCE, self._show_saving)
        self._save(self.desk, form)

    @work(thread=True, exit_on_error=True, group="save", exclusive=True)
    def _save(self, desk: Desk, form: Literal["yaml", "toml"]) -> None:
        state = desk.state
        try:
            saved = desk.session.save(form, progress=self._told_saving)
        except Cancelled:
            self.post_message(SaveEnded(None, None, state))
        except WorkbenchError as error:
            self.post_message(SaveEnded(None, error, state))
        else:
            self.post_message(SaveEnded(saved.path, None, state))

    def _told_saving(self, what: str, share: float) -> None:
        if self._stop_saving.is_set():
            raise Cancelled
        self.post_message(SaveGoesOn(what, share))

    def _show_saving(self) -> None:
        from icp_workbench.tui.dialogs.working import WorkingDialog

        if not self._saving or self._saves is not None:
            return
        if self.screen.is_modal:  # a hand is in a dialog: it is not interrupted
            self.set_timer(PATIENCE, self._show_saving)
            return
        self._saves = WorkingDialog("Saving the profile", self._cancel_saving)
        self.push_screen(self._saves)

    def _cancel_saving(self) -> None:
        self._stop_saving.set()

    def on_save_goes_on(self, message: SaveGoesOn) -> None:
        if self._saves is not None:
            self._saves.show(message.what, message.share)

    def on_save_ended(self, message: SaveEnded) -> None:
        self._saving = False
        dialog, self._saves = self._saves, None
        if dialog is not None and dialog in self.screen_stack:
            dialog.dismiss(None)
        if message.error is not None:
            self.tell_error(message.error)
        elif message.path is None:
            self.tell("Cancelled: nothing was saved.")
        else:
            if self.desk is not None:
                from icp_workbench.workshop.state import decided

                self.desk.saved = decided(message.state)
            self.tell(f"Saved {message.path.name}\n{message.path.parent}", 8.0)
        self.saved()
