"""A text of several lines on the screen that is one paragraph: the statement, edited by hand."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.safe import clean

LONGEST = 2_000  # characters: what nobody would read aloud is no statement


class Prose(TextArea):
    """One paragraph: enter accepts it, and what is pasted comes in as one line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "accept", "accept", show=False, priority=True)]

    class Accepted(Message):
        """Enter was pressed."""

    def action_accept(self) -> None:
        """Enter."""
        self.post_message(self.Accepted())

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(clean(" ".join(event.text.split()), LONGEST), *self.selection)


class ProseDialog(Dialog[str]):
    """Answers the paragraph, one line of at most `LONGEST` characters; empty is an answer too."""

    def __init__(self, title: str, text: str, now: str, empty: str) -> None:
        super().__init__()
        self._title, self._text, self._now, self._empty = title, text, now, empty

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Said(self._title, "bold", classes="title")
            yield Said(self._text, "$muted")
            yield Prose(clean(self._now, LONGEST), id="prose", soft_wrap=True, compact=True)
            yield Said("", "$error", id="wrong")
            yield Said(f"enter accept   esc close   empty: {self._empty}", "$muted", classes="keys")

    def on_mount(self) -> None:
        area = self.query_one(Prose)
        area.focus()
        area.move_cursor(area.document.end)

    def on_prose_accepted(self) -> None:
        text = " ".join(self.query_one(Prose).text.split())
        if len(text) > LONGEST:
            self.query_one("#wrong", Said).say(
                f"{len(text):,} characters; a statement has {LONGEST:,} at most.", "$error"
            )
        else:
            self.dismiss(text)
