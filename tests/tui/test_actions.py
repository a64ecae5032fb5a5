"""One registry behind keys, bottom line, help and palette."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from icp_workbench.tui.actions import ACTIONS, Place, offered
from icp_workbench.tui.palette import Commands
from tests.tui.workbench import Open, press, running, screen_text, settle, state


def test_every_action_has_its_own_id() -> None:
    assert [name for name, times in Counter(action.id for action in ACTIONS).items() if times > 1] == []


@pytest.mark.parametrize("place", get_args(Place))
def test_no_key_means_two_things_in_one_place(place: Place) -> None:
    keys = Counter(key for action in ACTIONS if place in action.places for key in action.keys.split(","))
    assert [key for key, times in keys.items() if times > 1] == []


def test_no_action_is_only_on_a_key_that_terminals_keep_for_themselves() -> None:
    kept = {"ctrl+s", "ctrl+q"}
    assert [action.id for action in ACTIONS if set(action.keys.split(",")) <= kept] == []


@pytest.mark.parametrize("inside", ["facets", "board", "criteria"])
def test_no_key_of_a_pane_hides_one_of_its_room_or_of_everywhere(inside: Place) -> None:
    """But for those that mean the same there, such as escape."""
    mine = {key: action.id for action in ACTIONS if inside in action.places for key in action.keys.split(",")}
    around = {
        key: action.id
        for action in ACTIONS
        if {"slice", "everywhere"} & set(action.places)
        for key in action.keys.split(",")
    }
    assert {key: (mine[key], around[key]) for key in mine.keys() & around.keys()} == {}


def test_the_nearest_place_comes_first() -> None:
    assert offered(["facets", "slice", "everywhere"])[0].id == "facets.include"


async def test_the_bottom_line_says_what_can_be_done_where_the_focus_is(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        assert "space include" in screen_text(app).splitlines()[-1]
        await press(pilot, "tab", "tab")
        last = screen_text(app).splitlines()[-1]
        assert "e edit" in last and "space include" not in last
        assert "? help" in last and "q quit" in last


async def test_the_palette_offers_every_action_of_the_room(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        provider = Commands(app.screen)
        names = [hit.text or "" async for hit in provider.discover()]
        for action in ACTIONS:
            elsewhere = not set(action.places) & {"facets", "board", "criteria", "slice", "everywhere"}
            if action.id != "app.palette" and not elsewhere:
                assert any(f"{action.group}: {action.label}" in name for name in names), action.id
        await press(pilot, "ctrl+p", "'new segment", "enter")
        await settle(pilot)
        assert [segment.id for segment in state(app).segments] == ["A", "B"]


async def test_what_is_typed_right_after_the_slash_is_looked_for(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await pilot.press("slash", "m", "e", "d", "i", "a")  # without waiting between the keys
        await settle(pilot)
        text = screen_text(app)
        assert "Media" in text and "Retail" not in text
        assert state(app).headline is None and not state(app).criteria
