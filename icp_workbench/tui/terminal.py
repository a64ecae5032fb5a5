"""Textual's driver for terminals, made to outlive its terminal."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
from collections.abc import Callable
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

_LOOK = 200  # milliseconds between two looks at whether the reading should end
# Off: mouse, focus reports, bracketed paste, in-band sizes, synchronised output, the Kitty keyboard; on: line
# wrap, the usual screen, the cursor.
GIVE_BACK = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?1004l\x1b[?2004l\x1b[?2048l\x1b[?2026l"
    b"\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h\x1b[0m"
)


class Output:
    """A stream that says once that nobody reads it any more, and swallows the rest.

    Textual writes in a thread; an error there would end it, and the next thirty writes would block the app
    for good.
    """

    def __init__(self, stream: IO[str], lost: Callable[[], object]) -> None:
        self._stream, self._lost = stream, lost

    def write(self, text: str) -> None:
        """As the stream's own; never an error."""
        try:
            self._stream.write(text)
        except (OSError, ValueError):
            self._lost()

    def flush(self) -> None:
        """As the stream's own; never an error."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self._lost()

    def fileno(self) -> int:
        """The stream's descriptor."""
        return self._stream.fileno()


class TerminalDriver(LinuxDriver):
    """Tells the app when the terminal is gone (`terminal_lost`) and when its input could not be read
    (`input_failed`); both are called on a thread of its own. `is_given_back` once the terminal is as it was
    before."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._file = cast(Any, Output(sys.__stderr__, self._gone))  # type: ignore[arg-type]
        self.is_given_back = True

    def start_application_mode(self) -> None:
        self.is_given_back = False
        super().start_application_mode()
        Thread(target=self._watch_for_hang_up, name="hang-up", daemon=True).start()

    def stop_application_mode(self) -> None:
        super().stop_application_mode()
        self.is_given_back = True

    def give_back(self) -> None:
        """Give the terminal back at once, past everything that may wait to be written."""
        if self.is_given_back:
            return
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
        with contextlib.suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ is not None else 2, GIVE_BACK)
        self.is_given_back = True

    def _watch_for_hang_up(self) -> None:
        poll = select.poll()
        poll.register(self.fileno, 0)  # a hang-up is told without being asked for
        while not self.exit_event.is_set() and not self.is_given_back:
            if any(told & (select.POLLHUP | select.POLLNVAL) for _, told in poll.poll(_LOOK)):
                self._gone()
                return

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except OSError:
            self._gone()
        except Exception as error:
            getattr(self._app, "input_failed", lambda _: None)(error)

    def _gone(self) -> None:
        getattr(self._app, "terminal_lost", lambda: None)()
