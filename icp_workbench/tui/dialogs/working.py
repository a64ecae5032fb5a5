"""Shown over a room while something takes longer than a hand; escape stops it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import PROGRESS_WIDTH, progress
from icp_workbench.tui.remaining import Remaining
from icp_workbench.tui.safe import clean


class Bar(Widget):
    """A bar, what is being done, and how long it still takes."""

    def __init__(self) -> None:
        super().__init__()
        self.what, self.share = "starting", 0.0
        self._remaining = Remaining()

    def show(self, what: str, share: float) -> None:
        """Show how far it is."""
        self.what, self.share = what, min(max(share, 0.0), 1.0)
        self.refresh()

    def render(self) -> Content:
        what = clean(self.what, PROGRESS_WIDTH)
        return Content.assemble(*progress(self.share, what, self._remaining.words(self.share)))


class WorkingDialog(Dialog[None]):
    """Says what is worked out and how far it is; escape calls `cancel`. The app takes it away at the end."""

    def __init__(self, what: str, cancel: Callable[[], None]) -> None:
        super().__init__()
        self._what, self._cancel = what, cancel

    def action_close(self) -> None:
        """Stop the work."""
        self._cancel()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Said(clean(self._what, 200), "bold", classes="title")
            yield Bar()
            yield Said("esc cancel", "$muted", classes="keys")

    def show(self, what: str, share: float) -> None:
        """Show how far it is."""
        for bar in self.query(Bar):
            bar.show(what, share)
