"""A hand that does anything: keys, pastes, clicks and sizes in a seeded random order."""

from __future__ import annotations

import contextlib
import random

import pytest
from textual import events
from textual.errors import NoWidget

from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.workshop.session import replay
from tests.tui.workbench import Open, running, settle, state

STEPS = 1_500
KEYS = (
    *("up", "down", "left", "right", "enter", "escape", "tab", "shift+tab", "space", "backspace", "delete"),
    *("pageup", "pagedown", "home", "end", "ctrl+p", "ctrl+r", "ctrl+s", "f1", "f12", "ctrl+z", "ctrl+d"),
    *(
        "slash",
        "colon",
        "question_mark",
        "left_square_bracket",
        "right_square_bracket",
        "comma",
        "minus",
        "full_stop",
        "semicolon",
    ),
    *"abcdefghijklmnoprstuvwxyzACGMVX01245",
)
WEIGHTS = {"down": 12, "space": 10, "enter": 10, "escape": 8, "up": 5, "tab": 4, "x": 4, "c": 3, "u": 4}
PASTES = (
    "saas",
    "employees BETWEEN 20 AND 90",
    "\x1b[2J\x1b]0;title\x07" * 50 + "\n" * 50,
    "employees >= 50 OR (" * 200,
    "日本語 \u202eabc\x00\ud800",
    "9" * 400,
)
SIZES = ((80, 24), (120, 36), (200, 50), (1, 1), (20, 5), (40, 12), (100, 3), (2, 60))


@pytest.mark.parametrize("seed", [7])
async def test_no_order_of_keys_pastes_clicks_and_sizes_breaks_it(
    opened: Open, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(WorkbenchApp, "action_leave", lambda self: None)
    chance = random.Random(seed)
    weights = [WEIGHTS.get(key, 1) for key in KEYS]
    app = opened()
    async with running(app) as pilot:
        for step in range(STEPS):
            kind = chance.random()
            if kind < 0.96:
                key = chance.choices(KEYS, weights)[0]
                app.post_message(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))
            elif kind < 0.98:
                app.post_message(events.Paste(chance.choice(PASTES)))
            elif kind < 0.99:
                await pilot.resize_terminal(*chance.choice(SIZES))
            else:
                width, height = app.size
                with contextlib.suppress(NoWidget):  # where nothing is drawn yet a pilot cannot click
                    await pilot.click(offset=(chance.randrange(width), chance.randrange(height)))
            if step % 100 == 0:
                await settle(pilot)
        await settle(pilot)
        assert app.is_running and app.return_code is None
        left = state(app)
        app.take_looks()
        assert app.desk is not None
        assert replay(app.desk.session.journal.events).segments  # as it was begun
    again = opened()
    async with running(again):
        assert state(again).segments == left.segments
        assert state(again).criteria == left.criteria
