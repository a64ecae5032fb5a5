"""An app that begins at home: a book is asked for there, and one can come back."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from textual.app import App

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.screens.opening import OpeningScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from icp_workbench.book.asked import Asked
    from icp_workbench.tui.screens.home import HomeScreen


class HomingApp(App[None]):
    """`wants_home` after the app has run: home is to be shown again."""

    paths: tuple[Path, ...]
    asked: Asked | None
    workshop_name: str | None
    _open: Callable[[], Any]
    action_leave: Callable[[], None]
    tell_error: Callable[..., None]

    def __init__(self) -> None:
        super().__init__()
        self._cancelled = Event()
        self._asked_before: tuple[Asked | None, str | None] | None = None  # what home begins from
        self.wants_home = False

    def on_home_screen_wanted(self, message: HomeScreen.Wanted) -> None:
        from icp_workbench.book.asked import Asked
        from icp_workbench.sample import sample_paths

        start = message.start
        self._asked_before = self._asked_before or (self.asked, self.workshop_name)
        self.asked, self.workshop_name = self._asked_before
        if start.sample:
            self.asked = Asked(book_file=False)
        self.paths = sample_paths() if start.sample else start.paths
        self.workshop_name = start.name or self.workshop_name
        self._cancelled.clear()
        self.push_screen(OpeningScreen(", ".join(path.name for path in self.paths)))
        self.call_after_refresh(self._open)

    def back_home(self, error: WorkbenchError | None) -> None:
        """From reading a book that home was asked to open."""
        if isinstance(self.screen, OpeningScreen):
            self.pop_screen()
        if error is not None:
            self.tell_error(error)

    def action_home(self) -> None:
        """Leave this book, everything kept, for the home screen (which the command then shows)."""
        if self.screen.is_modal:
            return
        self.wants_home = True
        self.action_leave()
