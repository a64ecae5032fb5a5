"""The end by a signal, or by a terminal that is gone: in order if there is time, else at once.

Textual leaves both to the system, which kills the process with the terminal still in application mode.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from threading import Event, Thread, current_thread, main_thread
from types import FrameType
from typing import Any

PATIENCE = 5.0  # seconds for an orderly end; a thread that counts a large book may not be waited for longer
LAST_WORDS = 1.0  # seconds for what cannot wait even then
_ASKED = ("SIGTERM", "SIGHUP", "SIGINT")
_SAID = {
    "SIGTERM": "asked to stop (SIGTERM)",
    "SIGHUP": "its terminal was closed",
    "SIGINT": "interrupted (SIGINT)",
}


class Ending:
    """Ends the program once, for the first reason that comes.

    `leave` is called on the event loop's thread through `soon`, and ends the app with the exit code given.
    Where the app has not ended after `PATIENCE`, `last` is called in a thread (to keep what is decided and to
    give the terminal back) and the process exits with the same code.
    """

    def __init__(
        self,
        leave: Callable[[int], object],
        soon: Callable[..., object],
        last: Callable[[], object],
    ) -> None:
        self._leave, self._soon, self._last = leave, soon, last
        self._over = Event()
        self.reason: str | None = None
        self._before: dict[str, Any] = {}  # what the signals did before

    @property
    def code(self) -> int:
        """The exit code: 128 and the signal's number, as shells have it; 0 without a reason."""
        return 128 + _number(self.reason) if self.reason is not None else 0

    def listen(self) -> None:
        """Take the signals that ask for an end. Only the main thread may; elsewhere nothing happens."""
        if current_thread() is not main_thread():
            return
        for name in _ASKED:
            if hasattr(signal, name):
                self._before[name] = signal.signal(getattr(signal, name), self._asked)

    def begin(self, reason: str) -> None:
        """Begin to end, for one of the signals' names. From any thread, and within a signal's handler."""
        if self.reason is not None:
            return
        self.reason = reason
        Thread(target=self._watch, name="ending", daemon=True).start()
        with contextlib.suppress(RuntimeError):  # the loop is closed: the watch ends it
            self._soon(self._leave, self.code)

    def over(self) -> None:
        """The app has ended: nothing is to be forced any more, and signals mean what they did before."""
        self._over.set()
        while self._before:
            name, before = self._before.popitem()
            signal.signal(getattr(signal, name), before if before is not None else signal.SIG_DFL)

    def tell(self) -> None:
        """Say on standard error why it ended, if there is still somebody to read it."""
        if self.reason is None:
            return
        if self.reason == "SIGHUP":
            let_go_of_streams()
        elif sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):
                print(f"ICP Workbench ended: {_SAID[self.reason]}. Everything is kept.", file=sys.stderr)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.begin(signal.Signals(number).name)

    def _watch(self) -> None:
        if self._over.wait(PATIENCE):
            return
        last = Thread(target=self._last, name="last words", daemon=True)
        last.start()
        last.join(LAST_WORDS)
        os._exit(self.code)


def let_go_of_streams() -> None:
    """Let what is still written to a terminal that is gone go nowhere, so that it is no error at exit."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            with contextlib.suppress(OSError):
                os.dup2(nowhere, stream)


def _number(name: str | None) -> int:
    return int(getattr(signal, name or "", 1))
