"""How the Decide room looks before the reveal, after it, and while a vote is cast."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.settings import Settings
from icp_workbench.workshop.agenda.files import agenda_named
from icp_workbench.workshop.deliberation.events import HypothesisStated, ParticipantJoined, ProfileStated
from icp_workbench.workshop.deliberation.records import Hypothesis, Participant, StatedProfile
from icp_workbench.workshop.session import Session
from tests.tui.test_snapshots import SIZES
from tests.tui.workbench import Open, press, until_open
from tests.workshop.test_deliberation import PUBLIC, SAAS

TEN = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
REVEALED = ("full_stop", "r", "enter")
VOTED = (
    *REVEALED, "2", "slash", "'saas", "enter", "space", "b", "4", "tab", "v", "i", "o", "enter", "i", "enter",
)  # fmt: skip
DECIDED = (*VOTED, "V", "i", "'they stay", "down", "'RevOps", "enter", "t", "down", "'hated sheets", "enter")

MOMENTS: dict[str, tuple[str, ...]] = {
    "believed": (),
    "revealed": REVEALED,
    "voting": VOTED[:-4],
    "decided": DECIDED,
    "agenda": (*DECIDED, "tab", "tab"),
}
SHOWN = [*(("night", moment) for moment in MOMENTS), ("day", "decided"), ("clear", "decided")]


def prepared(index: SegmentIndex, sessions: Path) -> None:
    """A workshop with people, an agenda and three hypotheses, on the plain book."""
    with Session.open_or_start(sessions, "plain", index.book, index) as session:
        for at, function in enumerate(("sales", "sales", "customer_success")):
            session.record(ParticipantJoined(Participant(f"p{at}", function)))
        session.record(ProfileStated(StatedProfile("public bodies, for their budgets", PUBLIC)))
        session.record(HypothesisStated(Hypothesis("h1", "SaaS wins", "sales", SAAS)))
        session.record(HypothesisStated(Hypothesis("h2", "public bodies win", "sales", PUBLIC)))
        session.record(HypothesisStated(Hypothesis("h3", "founders decide faster")))
        session.record(agenda_named("90"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("theme", "moment"), SHOWN)
def test_decide(
    snap_compare: Any,
    opened: Open,
    index: SegmentIndex,
    tmp_path: Path,
    size: tuple[int, int],
    theme: str,
    moment: str,
) -> None:
    prepared(index, tmp_path)
    app = opened()
    app.set_looks(Settings(theme=theme))

    async def play(pilot: Pilot[None]) -> None:
        await until_open(app, pilot)
        assert app.desk is not None
        session = app.desk.session
        session.clock = lambda: TEN
        session.log[:] = [replace(line, at=TEN) for line in session.log]
        app.refresh_rooms({"state"})
        await press(pilot, *MOMENTS[moment])
        app.take_looks()
        app.clear_notifications()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=play)
