"""The workbench in a terminal: screens, actions, keymap. No arithmetic, no file formats.

Only Textual is imported before the first frame; the core and the rooms are imported while the book is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, work
from textual.binding import Binding, BindingType

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.actions import bindings_for
from icp_workbench.tui.allocator import share_one_arena
from icp_workbench.tui.changes import BookChanges, Cancelled
from icp_workbench.tui.collector import TICK, Collector
from icp_workbench.tui.hand import Hand
from icp_workbench.tui.homing import HomingApp
from icp_workbench.tui.limits import Limits
from icp_workbench.tui.looking import LookingApp
from icp_workbench.tui.messages import (
    BookOpened,
    BookReading,
    BookRefused,
    ChecksReady,
    ComparisonReady,
    CountingFailed,
    CoverageReady,
    FacetsReady,
    IdealReady,
    PicturesReady,
)
from icp_workbench.tui.saving import SavingApp
from icp_workbench.tui.screens.opening import OpeningScreen
from icp_workbench.tui.settings import Settings
from icp_workbench.tui.visiting import VisitingApp

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.timer import Timer

    from icp_workbench.book.asked import Asked
    from icp_workbench.tui.desk import Desk
    from icp_workbench.tui.recount import Recount
    from icp_workbench.workshop.events import Event as WorkshopEvent
    from icp_workbench.workshop.session import Session

MOST_PROBLEMS = 3  # of the settings, told at once; `icp keys` tells all
REST = 0.5  # seconds without a key after which what is on screen counts as seen


def _commands() -> type[Provider]:
    from icp_workbench.tui.palette import Commands

    return Commands


class WorkbenchApp(LookingApp, VisitingApp, HomingApp, SavingApp):
    """Opens `paths` as a book and carries its workshop; without paths home asks for them.

    `sessions` is the folder workshops are kept in (None: the usual one), `name` the workshop's name (None:
    the book's), `asked` what stands above what the book file remembers; `prework` and `agenda` are taken into
    the workshop. After `run`, `failure` is the error that ended it, if any. `settings` None: as without any;
    `limits` None: what the terminal can show.
    """

    TITLE = "ICP Workbench"
    CSS_PATH = "workbench.tcss"
    COMMANDS = {_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("everywhere"),
        Binding("ctrl+c", "leave", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        paths: Sequence[str | Path],
        sessions: Path | None = None,
        name: str | None = None,
        asked: Asked | None = None,
        prework: Path | None = None,
        agenda: str | None = None,
        settings: Settings | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__()
        self.paths = tuple(Path(path) for path in paths)
        self.sessions = sessions
        self.workshop_name = name
        self.asked = asked
        self.prework, self.agenda = prework, agenda
        self.failure: WorkbenchError | None = None
        self._recount: Recount | None = None
        self._rest: Timer | None = None
        self.hand = Hand(self, super().on_event)
        self._collector = Collector()
        self.set_looks(settings or Settings(), limits)

    def on_mount(self) -> None:
        share_one_arena()
        self.find_limits()
        if not self.paths:
            from icp_workbench.tui.screens.home import HomeScreen

            self.push_screen(HomeScreen(self.sessions))
            return
        names = ", ".join(path.name for path in self.paths)
        self.push_screen(OpeningScreen(names))
        # After the first frame: importing the core would hold it up.
        if os.environ.get("ICP_EXIT_AFTER_FIRST_FRAME") == "1":
            self.call_after_refresh(self.exit)
        else:
            self.call_after_refresh(self._open)

    @property
    def session(self) -> Session | None:
        return self.desk.session if self.desk is not None else None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent | events.Paste):
            self._collector.touched()
        typed = isinstance(event, events.Key | events.Paste) and not event.is_forwarded
        if typed and getattr(event, "key", "") != "ctrl+c":  # the way out is always open
            await self.hand.take(event)
        else:
            await super().on_event(event)

    # Opening

    @work(thread=True, exit_on_error=False, group="opening")
    def _open(self) -> None:
        try:
            from icp_workbench.tui.loading import load

            desk, welcome = load(
                self.paths,
                self.sessions,
                self.workshop_name,
                self.asked,
                self._told_progress,
                self.prework,
                self.agenda,
            )
        except Cancelled:
            return
        except Exception as error:
            self.post_message(BookRefused(error))
            return
        self.post_message(BookOpened(desk, welcome))

    def _told_progress(self, what: str, share: float) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        self.post_message(BookReading(what, share))

    def on_book_reading(self, message: BookReading) -> None:
        if isinstance(self.screen, OpeningScreen):
            self.screen.show(message.what, message.share)

    def on_book_refused(self, message: BookRefused) -> None:
        if self._asked_before is not None and isinstance(message.error, WorkbenchError):
            self.back_home(message.error)
        else:
            self._end_with(message.error)

    def on_book_opened(self, message: BookOpened) -> None:
        from icp_workbench.tui.clock import ClockWatch
        from icp_workbench.tui.recount import Recount
        from icp_workbench.tui.screens import rooms

        if self._cancelled.is_set():
            return
        self.desk = message.desk
        self._recount = Recount(self, message.desk)
        self._changes = BookChanges(self, message.desk)
        for name, room in rooms():
            self.install_screen(room(message.desk), name)
        if self._asked_before is not None:  # home lies under the opening screen
            self.pop_screen()
        self.enter(self.first_room())
        self.recount()
        self.tell(message.welcome)
        self._clock = ClockWatch(self)
        self._collector.begin()
        self.set_interval(TICK, self._collector.look, name="garbage")
        for problem in self.settings.problems[:MOST_PROBLEMS]:
            self.tell_error(WorkbenchError("A setting was not taken", problem, ""), beside=True)

    def action_cancel_opening(self) -> None:
        """Stop reading and leave, or go back to where it was asked for."""
        self._cancelled.set()
        if self._asked_before is not None:
            self.back_home(None)
        else:
            self.exit()

    # Figures

    def recount(self) -> None:
        """Have the figures computed for the state as it is now."""
        if self._recount is None or self.desk is None:
            return
        over = [screen for screen in self.screen_stack if hasattr(screen, "metric_in_focus")]
        metric = getattr(over[-1] if over else self._room("slice"), "metric_in_focus", None)
        known = {
            supported.name for supported in self.desk.book.metrics
        }  # the board may be of the book before
        self._recount.request(metric if metric in known else None)
        self._wait_for_rest()

    def _wait_for_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.take_looks)

    def recount_picture(self, metric: str | None) -> None:
        """Another metric came into the picture: only its course by quarter may be missing."""
        if self._recount is not None and self.desk is not None and self.desk.answers.comparison is not None:
            self._recount.request(metric, whole=False)

    def on_facets_ready(self, message: FacetsReady) -> None:
        self._answer(message.generation, sliced=message.sliced)

    def on_comparison_ready(self, message: ComparisonReady) -> None:
        self._answer(message.generation, comparison=message.comparison, overlaps=message.overlaps)

    def on_pictures_ready(self, message: PicturesReady) -> None:
        self._answer(message.generation, pictures=message.pictures)

    def on_coverage_ready(self, message: CoverageReady) -> None:
        self._answer(message.generation, coverage=message.coverage, weighed=message.weighed)

    def on_checks_ready(self, message: ChecksReady) -> None:
        self._answer(message.generation, checked=message.checked)

    def on_ideal_ready(self, message: IdealReady) -> None:
        self._answer(message.generation, ideal=message.ideal)

    def on_counting_failed(self, message: CountingFailed) -> None:
        if isinstance(message.error, WorkbenchError):
            self.tell_error(message.error)

    def _answer(self, generation: int, **answers: Any) -> None:
        if self.desk is None or self._recount is None or generation != self._recount.generation:
            return
        self.desk.answers = replace(self.desk.answers, **answers)
        self.refresh_rooms(set(answers))
        if {"sliced", "comparison"} & set(answers):  # seen only from now on
            self._wait_for_rest()

    def refresh_rooms(self, what: set[str]) -> None:
        """Have what is on screen drawn anew where it shows any of these; see `Room.figures_changed`."""
        if not self.is_running:  # a late timer, while the screens are taken down
            return
        for screen in self.screen_stack:
            refresh = getattr(screen, "figures_changed", None)
            if refresh is not None:
                refresh(what)

    def move_to(self, desk: Desk) -> None:
        """Go on with the book understood another way."""
        from icp_workbench.tui.screens.room import Room

        self.desk = desk
        desk.session.rebase(desk.index)
        if self._recount is not None:
            self._recount.move_to(desk)
        for room in self._installed_screens.values():
            if isinstance(room, Room):
                room.take(desk)
        self.refresh_rooms({"state", "book"})
        self.recount()
        self._collector.expect()

    def take_looks(self) -> None:
        """Count what is on screen as seen."""
        from icp_workbench.workshop.events import LooksTaken

        if self.desk is None or self._saving:
            return
        # Behind the curtain of a workshop nothing is seen before the reveal.
        looks = {} if self.desk.state.is_curtained else self.desk.new_looks()
        try:
            if looks:
                self.desk.session.record(LooksTaken(looks))
                self.refresh_rooms({"looks"})
                if self.desk.state.criteria:  # every look makes them a little weaker
                    self.recount()
            self.desk.session.flush()
        except WorkbenchError as error:
            self.tell_error(error)

    # The workshop

    def record(self, event: WorkshopEvent) -> bool:
        """Let something happen in the workshop; False (and a toast) where it is refused."""
        if self.desk is None:
            return False
        session = self.desk.session
        return self.guarded(partial(session.record, event))

    def guarded(self, change: Callable[[], object]) -> bool:
        """Change the workshop and show it; a WorkbenchError becomes a toast."""
        if self._saving:  # what is being written must not change under the pen
            self.tell("Still saving: one moment.", 1.5)
            return False
        try:
            change()
        except WorkbenchError as error:
            self.tell_error(error)
            return False
        self.refresh_rooms({"state"})
        self.recount()
        return True

    def action_undo(self) -> None:
        """Take the newest change back."""
        from icp_workbench.workshop.state import what_undo

        if self.desk is None:
            return
        words = what_undo(self.desk.state)
        if words is None:
            self.tell("Nothing to undo.")
        elif self.guarded(self.desk.session.undo):
            self.tell(f"Undone: {words}{self._only_here}")

    def action_redo(self) -> None:
        """Bring back what was undone."""
        from icp_workbench.workshop.state import what_redo

        if self.desk is None:
            return
        words = what_redo(self.desk.state)
        if words is None:
            self.tell("Nothing to redo.")
        elif self.guarded(self.desk.session.redo):
            self.tell(f"Redone: {words}{self._only_here}")

    @property
    def _only_here(self) -> str:
        read_only = self.desk is not None and self.desk.session.read_only
        return " (in this window only: another one writes the session)" if read_only else ""

    def may_decide(self) -> bool:
        """False (and a toast) where another window writes the session."""
        if self.desk is None or not self.desk.session.read_only:
            return self.desk is not None
        self.tell_error(
            WorkbenchError(
                "Read only",
                f"The session “{self.desk.state.name}” is open in another window, which writes it.",
                "Decide there; or close it there and open it here again.",
            )
        )
        return False

    def saved(self) -> None:
        self.refresh_rooms({"state"})

    # The end

    def action_leave(self) -> None:
        """Leave; everything is kept."""
        self._cancelled.set()
        if self.desk is not None:
            self.take_looks()
        self.exit()

    def leave_with(self, code: int) -> None:
        # By a signal: reading and saving stop at their next step, and the session is closed by on_unmount.
        self._cancelled.set()
        self._stop_saving.set()
        super().leave_with(code)

    def on_unmount(self) -> None:
        # However the app ends: what was decided is on disk already, the rest is written now.
        self._collector.end()
        if self.desk is None:
            return
        try:
            self.desk.session.close()
        except WorkbenchError as error:
            self.failure = self.failure or error

    def _end_with(self, error: Exception) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self.failure = error
        self.exit(return_code=2)
