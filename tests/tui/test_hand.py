"""Keys that come faster than what they open."""

from __future__ import annotations

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests.tui.workbench import Open, press, running, screen_text, settle, state


def burst(pilot: Pilot[None], *keys: str) -> None:
    """Keys in one breath: all are under way before the first is looked at. `'text` types its letters."""
    for key in keys:
        letters = key[1:] if key.startswith("'") else None
        for one in letters if letters is not None else [key]:
            character = one if len(one) == 1 else None
            name = _character_to_key(one) if len(one) == 1 else one
            pilot.app.post_message(events.Key(name, character))


async def test_a_name_typed_in_one_breath_with_its_key_is_whole(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        burst(pilot, "n", "'fast movers", "enter")
        await settle(pilot)
        assert state(app).current_segment.name == "fast movers"


async def test_an_expression_typed_in_one_breath_is_whole_and_taken(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        burst(pilot, ":", "'employees >= 200 AND hiring = TRUE", "enter", "n", "'big", "enter")
        await settle(pilot)
        assert app.desk is not None
        assert app.desk.words(app.desk.condition(state(app).current_segment)).count("and") == 1
        assert state(app).current_segment.name == "big"


@pytest.mark.parametrize(("key", "verdict"), [("i", "icp"), ("o", "ok_if"), ("a", "anti_icp")])
async def test_a_mark_and_what_follows_it_are_taken_in_their_order(
    opened: Open, key: str, verdict: str
) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space")
        burst(pilot, key, "enter", "'they stay", "enter", "c", "n", "'next", "enter")
        await settle(pilot)
        (criterion,) = state(app).criteria
        assert (criterion.verdict, criterion.reason) == (verdict, "they stay")
        assert [segment.name for segment in state(app).segments] == [None, "next"]


async def test_a_range_and_an_edit_typed_in_one_breath(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        burst(pilot, "/", "'employees", "enter", "r", "'100", "enter", "'200", "enter")
        await settle(pilot)
        choice = state(app).current_segment.filter.choice("employees")
        assert (choice.low, choice.high) == (100, 200)
        burst(pilot, "escape", "i", "enter", "enter", "tab", "tab", "e", "enter", "'why not", "enter", "5")
        await settle(pilot)
        (criterion,) = state(app).criteria
        assert criterion.reason == "why not"
        assert "Statement" in screen_text(app)


async def test_what_is_pasted_right_after_a_key_reaches_what_it_opens(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        burst(pilot, ":")
        app.post_message(events.Paste("hiring = TRUE"))
        burst(pilot, "enter")
        await settle(pilot)
        assert state(app).current_segment.filter.expression is not None


async def test_ten_steps_back_in_one_breath_are_ten(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        burst(pilot, *["c"] * 5, *["u"] * 10)
        await settle(pilot)
        assert [segment.id for segment in state(app).segments] == ["A"]
        burst(pilot, *["ctrl+r"] * 10)
        await settle(pilot)
        assert len(state(app).segments) == 6


async def test_leaving_while_keys_still_wait_is_no_error(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        burst(pilot, ":", "'employees", *["ctrl+g", "x"] * 50, "ctrl+c", *["ctrl+g", "y"] * 50)
        await settle(pilot)
    assert app.return_code == 0 and app.crash is None
