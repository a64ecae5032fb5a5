"""A dialog of labelled lines: words to choose from, and lines to type in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from icp_workbench.tui.dialogs.dialog import Dialog, Line, Said
from icp_workbench.tui.dialogs.mark import Pick


@dataclass(frozen=True)
class Words:
    """A choice: (value, what is shown) side by side."""

    id: str
    label: str
    options: Sequence[tuple[str, str]]
    now: str


@dataclass(frozen=True)
class Typed:
    """A line to type in; `otherwise` is what an empty one means."""

    id: str
    label: str
    now: str
    otherwise: str = ""


Asked = Words | Typed


class FormDialog(Dialog[dict[str, str]]):
    """Answers {id: value} of every line. A subclass may refuse an answer by `wrong`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "previous", show=False),
        Binding("down", "step(1)", "next", show=False),
        Binding("ctrl+s", "accept", "accept", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, asked: Sequence[Asked]) -> None:
        super().__init__()
        self._title, self._text, self._asked = title, text, asked

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide form"):
            yield Said(self._title, "bold", classes="title")
            if self._text:
                yield Said(self._text, "$muted")
            for asked in self._asked:
                with Horizontal(classes="row"):
                    yield Said(asked.label, classes="label")
                    if isinstance(asked, Words):
                        values = [value for value, _ in asked.options]
                        now = asked.now if asked.now in values else values[0]
                        yield Pick(asked.options, now, id=asked.id)
                    else:
                        yield Line(asked.now, asked.otherwise, id=asked.id)
            yield Said("", "$error", id="wrong")
            yield Said("enter accept   ↑ ↓ line   ← → choose   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        if self._asked:
            self._lines[0].focus()

    @property
    def _lines(self) -> list[Widget]:
        return [self.query_one(f"#{asked.id}") for asked in self._asked]

    @property
    def answer(self) -> dict[str, str]:
        """What the lines say now."""
        found: dict[str, str] = {}
        for asked, line in zip(self._asked, self._lines, strict=True):
            found[asked.id] = line.value if isinstance(line, Pick) else _typed(line)
        return found

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        """The id of a line that cannot be accepted, and why; None where all can."""
        return None

    def action_step(self, step: int) -> None:
        """To the next line, or the one before."""
        lines = self._lines or [self]
        at = next((at for at, line in enumerate(lines) if line.has_focus), 0)
        lines[(at + step) % len(lines)].focus()

    def on_descendant_focus(self) -> None:
        for line in self._lines:
            if line.has_focus:
                line.scroll_visible(animate=False)

    @on(Pick.Accepted)
    @on(Input.Submitted)
    def _accepted(self) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        """Answer, if nothing is wrong."""
        refused = self.wrong(self.answer)
        if refused is None:
            self.dismiss(self.answer)
            return
        self.query_one("#wrong", Said).say(refused[1], "$error")
        self.query_one(f"#{refused[0]}").focus()


def _typed(line: Widget) -> str:
    return line.value.strip() if isinstance(line, Input) else ""
