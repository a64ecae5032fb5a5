"""How the rooms look, at the three sizes they are made for."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.workbench import Open, press, until_open

SIZES = [(80, 24), (120, 36), (200, 50)]
MARKED = (
    "slash", "'saas", "enter", "space", "i", "enter", "'wins twice", "enter", "escape",
    "c", "slash", "'public", "enter", "space", "a", "enter", "enter", "escape",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("room", "keys"),
    [
        ("slice", MARKED),
        ("board", (*MARKED, "tab", "down")),
        ("data", ("1",)),
        ("spec", (*MARKED, "5", "n", "'have begun to hire", "enter")),
        ("mark", ("slash", "'saas", "enter", "space", "i")),
    ],
)
def test_room(
    snap_compare: Any, opened: Open, size: tuple[int, int], room: str, keys: tuple[str, ...]
) -> None:
    app = opened()

    async def play(pilot: Pilot[None]) -> None:
        await until_open(app, pilot)
        await press(pilot, *keys)
        app.take_looks()
        app.clear_notifications()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=play)
