"""How long something still takes, in words that do not flicker."""

from __future__ import annotations

import time
from collections.abc import Callable

_FIRST, _LEAST = 2.0, 0.05  # seconds and share before which nothing is said
_EVERY = 1.0  # seconds between two different answers


class Remaining:
    """Counts from when it is made. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._said_at = self._began
        self._said = ""

    def words(self, share: float) -> str:
        """What is left when `share` (0–1) is done: `about 12 s left`; nothing while that is not known."""
        now = self._clock()
        spent = now - self._began
        if spent < _FIRST or not _LEAST <= share < 1:
            self._said = ""
        elif not self._said or now - self._said_at >= _EVERY:
            self._said, self._said_at = f"about {_rounded(spent / share * (1 - share))} left", now
        return self._said


def _rounded(seconds: float) -> str:
    if seconds < 10:
        return f"{max(round(seconds), 1)} s"
    if seconds < 90:
        return f"{round(seconds / 5) * 5} s"
    return f"{round(seconds / 60)} min"
