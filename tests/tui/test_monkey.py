"""A hand that does anything breaks nothing: no exception, and what it decided is kept."""

from __future__ import annotations

import pytest

from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.workshop.session import replay
from tests.tui.monkey import Monkey
from tests.tui.workbench import Open, running, settle, state

STEPS = 1_500


@pytest.mark.parametrize("seed", [7])
async def test_no_order_of_keys_pastes_clicks_and_sizes_breaks_it(
    opened: Open, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(WorkbenchApp, "action_leave", lambda self: None)
    monkeypatch.setattr(WorkbenchApp, "action_home", lambda self: None)
    app = opened()
    done: list[str] = []
    async with running(app) as pilot:
        hand = Monkey(app, pilot, seed)
        for step in range(STEPS):
            done.append(await hand.act())
            if step % 100 == 0:
                await settle(pilot)
                assert app.is_running, done[-101:]
        await settle(pilot)
        assert app.is_running and app.return_code is None, done[-101:]
        left = state(app)
        app.take_looks()
        assert app.desk is not None
        assert replay(app.desk.session.journal.events).segments  # as it was begun
    again = opened()
    async with running(again):
        assert state(again).segments == left.segments
        assert state(again).criteria == left.criteria
