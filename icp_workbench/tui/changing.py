"""An app whose book can be understood another way while it is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import work

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.changes import BookChanges, told_change
from icp_workbench.tui.messages import BookChanged, BookChangeRefused, BookChanging
from icp_workbench.tui.telling import TellingApp

if TYPE_CHECKING:
    from icp_workbench.book.mapping import BookMapping
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.dialogs.working import WorkingDialog
    from icp_workbench.tui.keeping import BookFile

PATIENCE = 0.5  # seconds after which a change that is still worked out is shown with its progress


class ChangingApp(TellingApp):
    """Works changes of the book out in a thread, shows those that take long, and tells what came of them."""

    def __init__(self) -> None:
        super().__init__()
        self.desk: Desk | None = None
        self._changes: BookChanges | None = None
        self._working: WorkingDialog | None = None
        self._saving = False
        self._told_unkept = False

    def move_to(self, desk: Desk) -> None:
        """Go on with the book understood another way."""
        raise NotImplementedError

    @property
    def mapping(self) -> BookMapping:
        """How the book is understood, with a change that is still being worked out."""
        if self._changes is None:
            raise RuntimeError("no book is open yet")
        return self._changes.mapping

    def change_book(self, mapping: BookMapping, what: str) -> None:
        """Understand the book another way, in a thread; `what` says in a few words what was changed."""
        if self._may_change() and self._changes is not None and self._changes.request(mapping, what):
            self._work_out()

    def undo_change(self) -> None:
        """Understand the book as before the newest change."""
        if self._may_step() and self._changes is not None:
            self._work_out() if self._changes.undo() else self.tell("No change of the book to undo.")

    def redo_change(self) -> None:
        """Bring the newest undone change of the book back."""
        if self._may_step() and self._changes is not None:
            self._work_out() if self._changes.redo() else self.tell("No change of the book to redo.")

    def _may_change(self) -> bool:
        if self._saving:
            self.tell("Still saving: one moment.", 1.5)
        return not self._saving

    def _may_step(self) -> bool:
        if self._changes is not None and self._changes.wanted is not None:
            self.tell(f"Still working out: {self._changes.wanted.what}", 1.5)
            return False
        return self._may_change()

    def _work_out(self) -> None:
        generation = self._changes.generation if self._changes is not None else 0
        self.set_timer(PATIENCE, partial(self._show_working, generation))

    def _show_working(self, generation: int) -> None:
        from icp_workbench.tui.dialogs.working import WorkingDialog

        changes = self._changes
        if changes is None or changes.wanted is None or changes.generation != generation or self._working:
            return
        if self.screen.is_modal:  # a hand is in a dialog: it is not interrupted
            self.set_timer(PATIENCE, partial(self._show_working, generation))
            return
        self._working = WorkingDialog(changes.wanted.what, self.action_cancel_change)
        self.push_screen(self._working)

    def _end_work(self) -> None:
        working, self._working = self._working, None
        if working is not None and working in self.screen_stack:
            working.dismiss(None)

    def action_cancel_change(self) -> None:
        """Drop the change of the book that is being worked out."""
        self._end_work()
        if self._changes is not None and self._changes.cancel():
            self.tell("Cancelled: the book is as it was.")

    def on_book_changing(self, message: BookChanging) -> None:
        if self._changes is not None and self._working and message.generation == self._changes.generation:
            self._working.show(message.what, message.share)

    def on_book_change_refused(self, message: BookChangeRefused) -> None:
        if self._changes is not None and self._changes.refused(message):
            self._end_work()
            self.tell_error(message.error)
            if self._changes.wanted is not None:
                self._work_out()

    def on_book_changed(self, message: BookChanged) -> None:
        done = self._changes.took_effect(message) if self._changes is not None else None
        if done is None:
            return
        self._end_work()
        self.move_to(message.desk)
        self.tell(told_change(done, message.facts), 8.0)
        source = message.desk.source
        if source is not None and source.book_file is not None:
            self._keep(source.book_file, message.desk, source.book_file.next_turn())

    @work(thread=True, exit_on_error=True, group="book file")
    def _keep(self, file: BookFile, desk: Desk, turn: int) -> None:
        try:
            file.keep(desk.book, turn)
        except WorkbenchError as error:
            self.call_from_thread(self._not_kept, error)

    def _not_kept(self, error: WorkbenchError) -> None:
        """Said once: the change holds while the window is open."""
        if not self._told_unkept:
            self._told_unkept = True
            what = f"{error.what_happened} Changes hold until you leave."
            self.tell_error(WorkbenchError(error.title, what, error.what_to_do), beside=True)
