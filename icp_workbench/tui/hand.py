"""Keys one after the other: each goes where the one before it has led, however fast they come.

Textual hands a key to what has the focus at that moment and acts on it only when it has bubbled up again. Of
keys typed in one breath the later ones would still go to what the first one leaves: letters typed after the
key that opens a dialog would be lost. So a key waits until the one before it was acted upon, and until the
screen that one led to can take it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.screen import Screen

_MOST_WAITING = 10_000  # a hand that leans on the keyboard for minutes


class Hand:
    """Passes keys and pastes on to `deliver`, in their order."""

    def __init__(self, app: App[None], deliver: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app, self._deliver = app, deliver
        self._waiting: deque[events.Event] = deque(maxlen=_MOST_WAITING)
        self._turn = 0  # numbers what is under way; what an older turn still has to say is dropped
        self._at: MessagePump | None = None  # where the one under way was last seen; None: nothing is

    @property
    def has_more(self) -> bool:
        """True while further keys wait: what a key only shows may wait for the last of them."""
        return bool(self._waiting)

    @property
    def is_busy(self) -> bool:
        """True from the coming of a key until what it led to can take the next one."""
        return self._at is not None or bool(self._waiting)

    async def take(self, event: events.Event) -> None:
        """A key (or a paste) has come."""
        self._waiting.append(event)
        if self._at is None or not self._at.is_running:
            await self._next(self._turn)

    async def _next(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._turn += 1
        self._at = None
        screen = self._screen
        if not self._waiting or screen is None:
            return
        if not screen.is_mounted and self._behind(screen, self._app.call_next, self._next, self._turn):
            return
        target = self._app.focused or screen
        await self._deliver(self._taken())
        if not self._behind(target, self._follow, target, 2, self._turn):
            self._app.call_next(self._next, self._turn)

    def _taken(self) -> events.Event:
        """The next event; letters that wait for the same line are put in as one text."""
        event = self._waiting.popleft()
        if not isinstance(self._app.focused, Input):
            return event
        text, count = _text(event), 1
        while text is not None and self._waiting:
            more = _text(self._waiting[0])
            if more is None:
                break
            self._waiting.popleft()
            text, count = text + more, count + 1
        return event if count == 1 or text is None else events.Paste(text)

    def _follow(self, at: MessagePump, rounds: int, turn: int) -> None:
        """Behind the event through every queue up to the app, then behind what it has led to."""
        if turn != self._turn:
            return
        if at is self._app:
            rounds -= 1
            at = self._app.focused or self._screen or at
        else:
            at = at._parent or self._app
        if not rounds or not self._behind(at, self._follow, at, rounds, turn):
            # The answers of dialogs are called next as well: this one comes after them.
            self._app.call_next(self._next, turn)

    @property
    def _screen(self) -> Screen[object] | None:
        """The screen on top; None once the app is leaving."""
        return None if self._app._exit or not self._app._screen_stack else self._app.screen

    def _behind(self, at: MessagePump, then: Callable[..., object], *given: object) -> bool:
        """Call something once a queue is through with what it holds now; False if it is closed."""
        self._at = at
        return at.call_later(then, *given)


def _text(event: events.Event) -> str | None:
    """What an event puts into a line; None if it does something else."""
    if isinstance(event, events.Paste):
        return next(iter(event.text.splitlines()), "")
    if isinstance(event, events.Key) and event.is_printable:
        return event.character
    return None
