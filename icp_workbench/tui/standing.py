"""Whether a screen can be drawn on by what comes late: a thread's answer, a timer, a change of size."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen


def stands(screen: Screen[Any]) -> bool:
    """True from the first frame of a screen until it, or the app, begins to be taken down: in between the
    widgets it was composed of are all there."""
    return screen.is_mounted and screen.display and screen.app.is_running
