"""The first frame: what is being read, and how far it is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from icp_workbench.tui.lines import PROGRESS_WIDTH, progress
from icp_workbench.tui.remaining import Remaining
from icp_workbench.tui.safe import clean


class Progress(Widget):
    """Name, what is being read, a bar, how to stop."""

    def __init__(self, names: str) -> None:
        super().__init__()
        self.names = names
        self.what = "starting"
        self.share = 0.0
        self._remaining = Remaining()

    def render(self) -> Content:
        return Content.assemble(
            ("ICP Workbench", "bold $primary"),
            "\n",
            (clean(self.names, PROGRESS_WIDTH), "$muted"),
            "\n\n",
            *progress(self.share, clean(self.what, PROGRESS_WIDTH), self._remaining.words(self.share)),
            "\n",
            ("esc", "bold $primary"),
            (" cancel", "$muted"),
        )


class OpeningScreen(Screen[None]):
    """Shown while the book is read; escape or q leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "app.cancel_opening", "cancel", show=False)
    ]

    def __init__(self, names: str) -> None:
        super().__init__()
        self._names = names

    def compose(self) -> ComposeResult:
        with Container():
            yield Progress(self._names)

    def show(self, what: str, share: float) -> None:
        """Show how far the reading is."""
        progress = self.query_one(Progress)
        progress.what, progress.share = what, min(max(share, 0.0), 1.0)
        progress.refresh()
