"""The end nobody foresaw: what is known of it goes into a file, and three lines say so."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App

from icp_workbench.errors import WorkbenchError
from icp_workbench.render.text import printable
from icp_workbench.tui.crash_log import log_of
from icp_workbench.tui.ending import Ending

if TYPE_CHECKING:
    from textual.driver import Driver

    from icp_workbench.workshop.session import Session

FILE = "crash.log"


class Crash:
    """An unexpected exception, written down as soon as it is made.

    The log lies in the session's folder, or in a folder of its own among the temporary files before there is
    one. It says where the code broke, and holds no data (crash_log.py); nor does what `tell` says.
    """

    def __init__(self, error: BaseException, session: Session | None) -> None:
        cause = getattr(error, "error", None)  # a worker's failure wraps it
        self.error = cause if isinstance(cause, BaseException) else error
        self.has_session = session is not None
        self.is_kept = _flushed(session)
        self.log = _written(self.error, session.folder if session is not None else None)

    def lines(self) -> tuple[str, str, str]:
        """What happened, where the log is, and what of the workshop is kept."""
        where = (
            f"Where it broke is written in {self.log}, which holds no data."
            if self.log
            else "No log could be written."
        )
        if not self.has_session:
            kept = "Nothing had been decided yet, so nothing is lost."
        elif self.is_kept:
            kept = "Nothing decided was lost: open the same files again to go on."
        else:
            kept = "Nothing decided was lost; the last steps of slicing may be missing."
        return f"ICP Workbench stopped: unexpected {type(self.error).__name__}.", where, kept

    def tell(self) -> None:
        """Say it on standard error."""
        if sys.stderr is not None:
            with contextlib.suppress(OSError, ValueError):  # the terminal may be what broke
                for line in self.lines():
                    print(printable(line), file=sys.stderr)


class CrashApp(App[None]):
    """An app whose unexpected exceptions end it with a `Crash` told, and code 1. Tests see them raised.

    A signal, and a terminal that is gone, end it with 128 and the signal's number as its code; the session is
    kept and the terminal given back.
    """

    crash: Crash | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ending = Ending(self.leave_with, self._soon, self._last_words)

    @property
    def session(self) -> Session | None:
        """The session to keep, once there is one."""
        return None

    def get_driver_class(self) -> type[Driver]:
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":  # Windows, or one chosen by Textual's own variable
            return usual
        from icp_workbench.tui.terminal import TerminalDriver

        return TerminalDriver

    def leave_with(self, code: int) -> None:
        """End now with that exit code; everything is kept."""
        self.exit(return_code=code)

    def terminal_lost(self) -> None:
        """The terminal is gone (told on the driver's thread)."""
        self.ending.begin("SIGHUP")

    def input_failed(self, error: Exception) -> None:
        """What the terminal sends could not be read (told on the driver's thread)."""
        self._soon(self._handle_exception, error)

    def run(self, **options: Any) -> Any:
        """As Textual's; returns once the terminal is given back, whatever ended it."""
        try:
            return super().run(**options)
        finally:
            self.ending.over()
            if self.crash is None:
                self.ending.tell()

    async def _process_messages(self, *args: Any, **options: Any) -> None:
        if not options.get("headless"):
            self.ending.listen()
        await super()._process_messages(*args, **options)

    def _soon(self, call: Callable[..., object], *given: object) -> None:
        loop: asyncio.AbstractEventLoop | None = self._loop
        if loop is None:
            raise RuntimeError("the app does not run")
        loop.call_soon_threadsafe(call, *given)

    def _last_words(self) -> None:
        give_back = getattr(self._driver, "give_back", None)
        if give_back is not None:
            give_back()
        _flushed(self.session)

    def _handle_exception(self, error: Exception) -> None:
        if self.crash is None:
            self.crash = Crash(error, self.session)
        super()._handle_exception(error)

    def panic(self, *renderables: object) -> None:
        """Leave without showing what is known of an error: it may hold data."""
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()
        if self.crash is not None and not self.is_headless:
            self.crash.tell()


def _flushed(session: Session | None) -> bool:
    if session is None:
        return False
    try:
        session.flush()
    except (WorkbenchError, OSError):
        return False
    return True


def _written(error: BaseException, folder: Path | None) -> Path | None:
    text = printable(log_of(error, dt.datetime.now(dt.UTC).isoformat(timespec="seconds")), keep_newlines=True)
    for place in (folder, None):
        try:
            path = (place or Path(tempfile.mkdtemp(prefix="icp-workbench-"))) / FILE
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError:
            continue
        return path
    return None
