"""How the rooms look, at the three sizes they are made for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.limits import Limits
from icp_workbench.tui.settings import Settings
from icp_workbench.tui.starting import Beginnings, Known
from tests.tui.workbench import Open, press, settle, until_open

SIZES = [(80, 24), (120, 36), (200, 50)]
MARKED = (
    "slash", "'saas", "enter", "space", "i", "enter", "'wins twice", "enter", "escape",
    "c", "slash", "'public", "enter", "space", "a", "enter", "enter", "escape",
)  # fmt: skip


ROOMS: dict[str, tuple[str, ...]] = {
    "slice": MARKED,
    "board": (*MARKED, "tab", "down"),
    "data": ("1",),
    "spec": (*MARKED, "5", "n", "'have begun to hire", "enter"),
    "mark": ("slash", "'saas", "enter", "space", "i"),
    "present": (*MARKED, "p"),
    "expression": ("colon", "'industry = 'sa"),
    "jump": ("ctrl+o",),
    "help": ("question_mark",),
}
IN_ALL_THEMES = ("slice", "data", "spec", "present")
SHOWN = [
    *(("night", room) for room in ROOMS),
    *((theme, room) for theme in ("day", "clear") for room in IN_ALL_THEMES),
]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("theme", "room"), SHOWN)
def test_room(snap_compare: Any, opened: Open, size: tuple[int, int], theme: str, room: str) -> None:
    app = opened()
    app.set_looks(Settings(theme=theme))

    async def play(pilot: Pilot[None]) -> None:
        await until_open(app, pilot)
        await press(pilot, *ROOMS[room])
        app.take_looks()
        app.clear_notifications()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("limits", [Limits(True, "none"), Limits(False, "16")], ids=["ascii", "sixteen"])
def test_terminal_with_less(snap_compare: Any, opened: Open, size: tuple[int, int], limits: Limits) -> None:
    app = opened()
    app.set_looks(Settings(), limits)

    async def play(pilot: Pilot[None]) -> None:
        await until_open(app, pilot)
        await press(pilot, *MARKED)
        app.take_looks()
        app.clear_notifications()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", ["night", "day", "clear"])
def test_home(snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str) -> None:
    now = dt.datetime.now(dt.UTC)
    exports = Path("/exports")
    found = Beginnings(
        (
            Known("Q4-review", 3, now, (exports / "companies.csv", exports / "deals.csv"), False),
            Known("telco", 0, now - dt.timedelta(days=41), (exports / "telco.csv",), True),
            Known("old", 1, now - dt.timedelta(days=400), (), False),
        ),
        2,
        exports,
        (exports / "companies.csv", exports / "deals.csv", exports / "日本 2026.xlsx"),
        1,
    )
    monkeypatch.setattr("icp_workbench.tui.starting.beginnings", lambda *_: found)
    app = WorkbenchApp((), settings=Settings(theme=theme))

    async def play(pilot: Pilot[None]) -> None:
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=play)
