"""A hand that does anything: keys, pastes, the mouse and sizes in a seeded random order."""

from __future__ import annotations

import random

from textual import events
from textual.app import App
from textual.pilot import Pilot

KEYS = (
    *("up", "down", "left", "right", "enter", "escape", "tab", "shift+tab", "space", "backspace", "delete"),
    *("pageup", "pagedown", "home", "end", "ctrl+p", "ctrl+r", "ctrl+s", "f1", "f12", "ctrl+z", "ctrl+d"),
    *("slash", "colon", "question_mark", "left_square_bracket", "right_square_bracket", "comma", "minus"),
    *("plus", "equals_sign", "ctrl+o", "semicolon", "full_stop", "apostrophe", "ctrl+a", "alt+x", "insert"),
    *"abcdefghijklmnoprstuvwxyzABCGMNTVWXY0123456789",
)
WEIGHTS = {"down": 12, "space": 10, "enter": 10, "escape": 10, "up": 5, "tab": 4, "x": 4, "c": 3, "u": 4}
PASTES = (
    "saas",
    "employees BETWEEN 20 AND 90",
    "\x1b[2J\x1b]0;title\x07" * 50 + "\n" * 50,
    "employees >= 50 OR (" * 200,
    "日本語 \u202eabc\x00\ud800",
    "9" * 400,
    "[@click=app.leave]x[/] [/]",
    "",
)
SIZES = ((80, 24), (120, 36), (200, 50), (1, 1), (20, 5), (40, 12), (100, 3), (2, 60), (300, 100))
_CHARACTERS = {
    "space": " ", "slash": "/", "colon": ":", "question_mark": "?", "plus": "+", "minus": "-", "comma": ",",
    "semicolon": ";", "apostrophe": "'", "full_stop": ".", "equals_sign": "=",
}  # fmt: skip


class Monkey:
    """`act` does one thing; what it is follows from the seed and from nothing else but the size."""

    def __init__(self, app: App[None], pilot: Pilot[None], seed: int) -> None:
        self._app, self._pilot = app, pilot
        self._chance = random.Random(seed)
        self._weights = [WEIGHTS.get(key, 1) for key in KEYS]

    async def act(self) -> str:
        """One key, paste, turn of the mouse or size; its name."""
        kind = self._chance.random()
        if kind < 0.90:
            key = self._chance.choices(KEYS, self._weights)[0]
            self._app.post_message(events.Key(key, key if len(key) == 1 else _CHARACTERS.get(key)))
            return key
        if kind < 0.92:
            self._app.post_message(events.Paste(self._chance.choice(PASTES)))
            return "paste"
        if kind < 0.985:
            return self._mouse()
        size = self._chance.choice(SIZES)
        if self._chance.random() < 0.5:
            size = self._chance.randint(1, 300), self._chance.randint(1, 100)
        await self._pilot.resize_terminal(*size)
        return f"{size[0]}x{size[1]}"

    def _mouse(self) -> str:
        width, height = self._app.size
        x, y = self._chance.randrange(max(width, 1)), self._chance.randrange(max(height, 1))
        kind = self._chance.choice(("click", "click", "click", "drag", "up", "down", "move", "right", "off"))
        if kind == "off":  # as a terminal sends when it has just become smaller
            x, y = x + width, y + height
        if kind in ("up", "down"):
            wheel = events.MouseScrollUp if kind == "up" else events.MouseScrollDown
            self._send(wheel, x, y, 0)
        elif kind == "move":
            self._send(events.MouseMove, x, y, 0)
        else:
            button = 3 if kind == "right" else 1
            self._send(events.MouseMove, x, y, 0)
            self._send(events.MouseDown, x, y, button)
            if kind == "drag":
                x, y = self._chance.randrange(max(width, 1)), self._chance.randrange(max(height, 1))
                self._send(events.MouseMove, x, y, button)
            self._send(events.MouseUp, x, y, button)
        return f"mouse {kind}"

    def _send(self, kind: type[events.MouseEvent], x: int, y: int, button: int) -> None:
        self._app.post_message(kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y))
