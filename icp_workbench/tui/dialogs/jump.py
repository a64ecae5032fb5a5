"""Jump mode: a letter on each pane; pressing it goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static

from icp_workbench.tui.dialogs.dialog import Dialog
from icp_workbench.tui.safe import clean

LETTERS = "asdfghjklweruio"


@dataclass(frozen=True)
class Target:
    """Somewhere to go: what it is called, and where it is (empty where it is folded away)."""

    id: str
    name: str
    region: Region


class Letter(Static):
    """A letter and a name at a pane's corner."""

    def __init__(self, letter: str, target: Target, at: tuple[int, int]) -> None:
        text = Content.assemble(
            (f" {letter} ", "bold $background on $primary"),
            (f" {clean(target.name, 24)} ", "$foreground on $panel"),
        )
        super().__init__(text, classes="jump")
        self.target = target
        self.styles.offset = at

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if isinstance(self.screen, JumpDialog):
            self.screen.dismiss(self.target.id)


class JumpDialog(Dialog[str]):
    """Answers the id of the pane whose letter is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o,semicolon,space", "close", "close", show=False)]

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        folded = 0
        for letter, target in self._targets.items():
            if target.region.area:
                at = (target.region.x + 2, target.region.y)
            else:  # folded away: in a row at the bottom
                at = (2 + folded, max(self.app.size.height - 2, 0))
                folded += len(target.name) + 8
            yield Letter(letter, target, at)

    def on_key(self, event: events.Key) -> None:
        target = self._targets.get(event.key)
        if target is not None:
            event.stop()
            event.prevent_default()
            self.dismiss(target.id)

    def on_click(self) -> None:
        self.action_close()
