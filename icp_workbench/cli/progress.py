"""How far a long piece of work is: one line on standard error, where somebody is watching it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType

AFTER = 0.5  # seconds: what takes less needs no bar
_EVERY = 0.1
_BAR = 24
_TELLING = 0.05  # the share done before which no remaining time is guessed


class ProgressLine:
    """A callable (what is being done, share done) that draws what, a bar, the share and the remaining time.

    Nothing is drawn where standard error is no terminal, or in the first half second. The line is wiped at
    the end, however it comes.
    """

    def __init__(self) -> None:
        self._watched = _is_watched()
        self._began = self._drawn = time.monotonic()
        self._shows = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shows:
            self._write("\r\x1b[K")
            self._shows = False

    def __call__(self, what: str, share: float) -> None:
        """Say what is being done, and the share done: 0 to 1."""
        now = time.monotonic()
        if not self._watched or now - self._began < AFTER or (self._shows and now - self._drawn < _EVERY):
            return
        self._drawn, self._shows = now, True
        self._write(
            "\r" + line(what, share, now - self._began, shutil.get_terminal_size().columns) + "\x1b[K"
        )

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):  # the terminal went away: the work goes on
            self._watched = False


def part_of(tell: Callable[[str, float], None], start: float, end: float) -> Callable[[str, float], None]:
    """Tells of one part of the work as that share of the whole."""
    return lambda what, share: tell(what, start + (end - start) * share)


def line(what: str, share: float, seconds: float, width: int) -> str:
    """The line after `seconds` of work, in at most `width` cells."""
    from icp_workbench.render.text import clip, pad, printable

    share = min(max(share, 0.0), 1.0)
    full = round(share * _BAR)
    left = f"  {_left(seconds, share)} left" if _TELLING <= share < 1 else ""
    figures = f"  {'━' * full}{'─' * (_BAR - full)} {share:4.0%}{left}"
    room = max(width - 1 - len(figures), 0)
    return clip(pad(clip(printable(what), room), min(room, 36)) + figures, max(width - 1, 0))


def _left(seconds: float, share: float) -> str:
    remaining = seconds * (1 - share) / share
    if remaining < 60:
        return f"{max(round(remaining), 1)} s"
    return f"{round(remaining / 60)} min"


def _is_watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
