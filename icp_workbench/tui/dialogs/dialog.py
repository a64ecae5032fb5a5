"""A box over a room. Escape closes it without an answer."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from icp_workbench.tui.safe import clean_lines

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """The common part: escape, and a box of class `dialog` that the subclass composes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", show=False)]

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer. A second time (two clicks, two keys in one breath) nothing happens."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


class Said(Static):
    """Text in a dialog that may come from data: cleaned, never markup."""

    def __init__(self, text: str = "", style: str = "", *, id: str | None = None, classes: str = "") -> None:
        super().__init__(self._content(text, style), id=id, classes=classes)

    def say(self, text: str, style: str = "") -> None:
        """Another text."""
        self.update(self._content(text, style))

    @staticmethod
    def _content(text: str, style: str) -> Content:
        shown = clean_lines(text)
        return Content.styled(shown, style) if style else Content(shown)


class Line(Input):
    """A one-line input; `name` on the left is a label of its own."""

    def __init__(self, value: str, placeholder: str, *, id: str) -> None:
        super().__init__(value=clean_lines(value), placeholder=clean_lines(placeholder), id=id, compact=True)
