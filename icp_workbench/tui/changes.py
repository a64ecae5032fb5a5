"""Changes of how the book is understood: worked out off the message pump, undone and redone, newest wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.messages import BookChanged, BookChangeRefused, BookChanging

if TYPE_CHECKING:
    from textual.app import App

    from icp_workbench.book.mapping import BookMapping
    from icp_workbench.tui.desk import Desk

MOST_FACTS = 4
Way = Literal["change", "undo", "redo"]


class Cancelled(Exception):
    """A person stopped the reading."""


@dataclass(frozen=True)
class Step:
    """One change that took effect."""

    before: BookMapping
    after: BookMapping
    what: str


@dataclass(frozen=True)
class Wanted:
    """One change that is being worked out."""

    mapping: BookMapping
    what: str
    way: Way
    before: Wanted | None = None  # the change that this one took in


class BookChanges:
    """Has the book understood another way in a thread; what comes of it is posted to the app.

    A change asked for while another is worked out takes it in (it started from its mapping) and replaces it.
    """

    def __init__(self, app: App[None], desk: Desk) -> None:
        self.desk = desk
        self.generation = 0
        self.wanted: Wanted | None = None
        self._app = app
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def mapping(self) -> BookMapping:
        """What the next change starts from: the one being worked out, else the book's."""
        return self.wanted.mapping if self.wanted is not None else self.desk.book.mapping

    def request(self, mapping: BookMapping, what: str, way: Way = "change") -> bool:
        """Begin to work a change out; False where there is nothing to do."""
        if self.desk.source is None or mapping == self.mapping:
            return False
        before = self.wanted if self.wanted is not None and self.wanted.way == way == "change" else None
        self.wanted = Wanted(mapping, f"{before.what}; {what}" if before is not None else what, way, before)
        self._begin(self.wanted)
        return True

    def _begin(self, wanted: Wanted) -> None:
        self.generation += 1
        mapping = wanted.mapping
        generation, desk, app = self.generation, self.desk, self._app

        def told(step: str, share: float) -> None:
            if self.generation != generation:
                raise Cancelled
            app.post_message(BookChanging(generation, step, share))

        def run() -> None:
            from icp_workbench.tui import loading

            try:
                changed, facts = loading.understand_again(desk, mapping, told)
            except Cancelled:
                return
            except WorkbenchError as error:
                app.post_message(BookChangeRefused(generation, error))
                return
            app.post_message(BookChanged(generation, changed, facts))

        self._app.run_worker(run, thread=True, group="change", exit_on_error=True, name="change")

    def undo(self) -> str | None:
        """Begin to go back before the newest change: what it was; None without one."""
        return self._step(self._done, "undo")

    def redo(self) -> str | None:
        """Begin to bring the newest undone change back: what it was; None without one."""
        return self._step(self._undone, "redo")

    def cancel(self) -> bool:
        """Drop the change being worked out; False if there is none."""
        if self.wanted is None:
            return False
        self.generation += 1
        self.wanted = None
        return True

    def took_effect(self, message: BookChanged) -> Wanted | None:
        """The change whose desk has come, now the desk's; None for one that is no longer wanted."""
        wanted = self.wanted
        if wanted is None or message.generation != self.generation:
            return None
        if wanted.way == "undo":
            self._undone.append(self._done.pop())
        elif wanted.way == "redo":
            self._done.append(self._undone.pop())
        else:
            self._done.append(Step(self.desk.book.mapping, wanted.mapping, wanted.what))
            self._undone.clear()
        self.desk, self.wanted = message.desk, None
        return wanted

    def refused(self, message: BookChangeRefused) -> bool:
        """The change cannot be; False if it is no longer wanted anyway. What it took in goes on alone."""
        if self.wanted is None or message.generation != self.generation:
            return False
        self.wanted = self.wanted.before
        if self.wanted is not None:
            self._begin(self.wanted)
        return True

    def _step(self, steps: list[Step], way: Literal["undo", "redo"]) -> str | None:
        if self.wanted is not None or not steps:
            return None
        step = steps[-1]
        self.request(step.before if way == "undo" else step.after, step.what, way)
        return step.what


def told_change(done: Wanted, facts: tuple[str, ...]) -> str:
    """A change that took effect, and what became other by it: the first few of its facts."""
    head = {"change": done.what, "undo": f"Undone: {done.what}", "redo": f"Redone: {done.what}"}[done.way]
    lines = [head, *facts[:MOST_FACTS]]
    if len(facts) > MOST_FACTS:
        lines.append(f"and {len(facts) - MOST_FACTS:,} more")
    return "\n".join(lines if facts else [head, "No figure changed."])
