"""A whole workshop by keys alone: believe, reveal, slice, vote, decide, park, save, reopen."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from icp_workbench.book.asked import Asked
from icp_workbench.sample import sample_paths
from icp_workbench.spec.files import read_spec
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.screens.decide import DecideRoom
from icp_workbench.workshop.minutes import minutes, told_by
from tests.tui.workbench import Open, press, running, screen_text, settle, state, toasts

PREWORK = """
apiVersion: icp-prework/v1
agenda: 90
participants:
  - {name: Maria Lopez, function: sales}
  - {name: Ann Chu, function: sales}
  - {name: Tom Berg, function: customer success}
stated_icp: {words: "Big logos", when: number_of_employees >= 1000}
hypotheses:
  - {claim: Enterprise wins, by: sales, when: number_of_employees >= 1000}
  - {claim: The public sector does not pay off, by: cs, when: "industry = 'Public Sector'", direction: worse}
  - {claim: Founders decide faster}
"""


def app_on_sample(sessions: Path, prework: Path | None) -> WorkbenchApp:
    """The workbench on the sample with a pre-work file."""
    return WorkbenchApp(
        sample_paths(), sessions=sessions, name="w", asked=Asked(book_file=False), prework=prework
    )


def clock_of(app: WorkbenchApp) -> list[dt.datetime]:
    """The session's clock from now on, to be set by hand."""
    assert app.desk is not None
    now = [app.desk.session.clock()]
    app.desk.session.clock = lambda: now[0]
    return now


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_a_workshop_from_pre_work_to_the_spec_and_the_minutes(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    prework = tmp_path / "pre.yaml"
    prework.write_text(PREWORK)
    app = app_on_sample(tmp_path, prework)
    async with running(app, size) as pilot:
        now = clock_of(app)
        # It begins behind the curtain, in Decide, and figures stay there.
        assert isinstance(app.screen, DecideRoom) and "Taken in: 3 participants" in toasts(app)
        await press(pilot, "2")
        assert isinstance(app.screen, DecideRoom) and "believes first" in toasts(app)
        app.take_looks()
        assert not state(app).looks
        # One more hypothesis, and the one without a condition gets one.
        await press(pilot, "n", "'Fintech loves us", "down", "down", "'industry = 'Fintech'", "enter")
        await press(pilot, "end", "up", "e", "down", "down", "'new_revenue_leader = true", "enter")
        assert [one.when is not None for one in state(app).beliefs.hypotheses] == [True] * 4
        assert all(one.looks == 0 for one in state(app).beliefs.hypotheses)
        # The clock runs, warns and is extended.
        await press(pilot, "full_stop")
        now[0] += dt.timedelta(minutes=4, seconds=30)
        app._clock.look()
        await settle(pilot)
        assert "about 1 min left" in toasts(app)
        now[0] += dt.timedelta(minutes=1)
        app._clock.look()
        await settle(pilot)
        assert "time is over" in toasts(app)
        await press(pilot, "comma", "full_stop")
        # The reveal.
        await press(pilot, "r", "enter")
        reveal = state(app).reveal
        assert reveal is not None
        verdicts = [finding.verdict for finding in reveal.findings]
        assert verdicts[:2] == ["contradicted", "supported"]
        assert "contradicted" in screen_text(app)
        await press(pilot, "n")
        assert "settled" in toasts(app) and len(state(app).beliefs.hypotheses) == 4
        # Slice, and put it to the room.
        await press(pilot, "2", "slash", "'public sector", "enter", "space", "b", "4", "tab")
        assert [one.id for one in state(app).deliberation.candidates] == ["industry-public-sector"]
        # Private votes: only counts, then the split.
        await press(pilot, "v", "a", "i")
        assert "anti-ICP  " not in screen_text(app).split("sealed")[0][-80:]
        assert "● ●" in screen_text(app) and "2 votes of 2" in screen_text(app)
        await press(pilot, "o")
        assert "everyone of sales has voted" in screen_text(app)
        await press(pilot, "enter", "a", "enter")
        assert "3 votes of 2 functions, sealed" in screen_text(app)
        assert "2 anti-ICP" not in screen_text(app)
        await press(pilot, "V")
        assert "votes: 1 ICP, 2 anti-ICP" in screen_text(app)
        await press(pilot, "v")
        assert "votes are shown" in toasts(app)
        # Decide, with dissent, what people know, and a disputed account.
        await press(pilot, "a", "'slow and leaves", "down", "'Maria Lopez", "enter")
        await press(pilot, "x", "down", "'one of us would go on", "enter")
        await press(pilot, "t", "down", "'they wait for budgets", "down", "'next fiscal year", "enter")
        await press(pilot, "d", "'Spindle County Counci", "enter")
        assert "There is no account" in screen_text(app)
        await press(pilot, "'l", "enter")
        assert "1 of 10 interviews" in screen_text(app)
        assert state(app).deliberation.disputes[0].account == "Spindle County Council"
        # One beyond the book is asked whether we are built for it, and parked.
        await press(pilot, "n", "'number_of_employees >= 900000", "enter")
        assert state(app).deliberation.candidates[-1].id == "number-of-employees-from-900000"
        await press(pilot, "z")
        assert "not yet built to serve it" in screen_text(app)
        await press(pilot, "'not today", "enter")
        assert state(app).deliberation.readiness_for("number-of-employees-from-900000") is not None
        # The parking lot, and undo as far as one likes.
        await press(pilot, "tab", "tab", "n", "'Does it hold in APAC?", "down", "'Tom Berg", "down")
        await press(pilot, "'2026-13-01", "enter")
        assert "like 2026-12-15" in screen_text(app)
        await press(pilot, "end", *["backspace"] * 5, "'12-15", "enter", "u", "ctrl+r")
        assert state(app).deliberation.questions[0].by == dt.date(2026, 12, 15)
        await press(pilot, "w")
        await settle(pilot)
        assert "Saved w-1.0.0.icp.yaml" in toasts(app)
        left, log = state(app), list(app.desk.session.log) if app.desk is not None else []
        await press(pilot, "q")
    again = app_on_sample(tmp_path, prework)
    async with running(again, size) as pilot:
        assert isinstance(again.screen, DecideRoom)  # where one was
        assert state(again).deliberation == left.deliberation and state(again).beliefs == left.beliefs
        assert again.desk is not None and again.desk.session.log[: len(log)] == log
        assert state(again).agenda is not None and state(again).agenda.since is None
        await press(pilot, "q")
    spec = read_spec(tmp_path / "w" / "w-1.0.0.icp.yaml")
    assert spec.metadata.mode == "workshop"
    assert spec.metadata.participants == {"sales": 2, "customer_success": 1}
    (criterion,) = spec.criteria
    assert criterion.decided.votes == {"sales": 1, "customer_success": 1}
    assert [(one.function, one.note) for one in criterion.decided.dissent] == [
        ("sales", "1 of 2 for ICP: one of us would go on")
    ]
    assert (criterion.decided.owner, criterion.decided.confidence) == ("sales", "medium")
    assert criterion.evidence is not None and criterion.evidence.known_by_people == {"interviews": 1}
    assert [one.verdict for one in spec.hypotheses[:2]] == ["contradicted", "supported"]
    assert [(one.question, one.owner) for one in spec.open_questions] == [
        ("Does it hold in APAC?", "customer_success")
    ]
    written = (tmp_path / "w" / "w-1.0.0.icp.yaml").read_text()
    told = minutes(told_by(tmp_path / "w"))
    for name in ("Maria", "Lopez", "Chu", "Berg", "Spindle"):
        assert name not in written and name in told


async def test_alone_there_are_no_votes_and_no_clock_and_ten_keys_are_enough(
    opened: Open, tmp_path: Path
) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "'they stay", "enter", "w")
        await settle(pilot)
        assert state(app).mode == "solo" and "Saved plain-1.0.0.icp.yaml" in toasts(app)
        await press(pilot, "4", "tab")
        last = screen_text(app).splitlines()[-1]
        assert "vote" not in last and "next item" not in last and "i ICP" in last
        await press(pilot, "v")
        assert "who is in the room" in toasts(app)
        assert "Decision log" in screen_text(app)
        assert app.desk is not None
        assert "industry-saas marked ICP" in [line.words for line in app.desk.session.log]
    spec = read_spec(tmp_path / "plain" / "plain-1.0.0.icp.yaml")
    assert spec.metadata.mode == "solo" and not spec.metadata.participants


async def test_what_is_typed_after_figures_were_seen_is_no_claim_before_them(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        app.take_looks()
        assert state(app).looks
        await press(pilot, "4", "n", "'saas wins", "down", "down", "'industry = 'SaaS'", "enter")
        assert state(app).beliefs.hypotheses[0].looks > 0
        await press(pilot, "r", "enter")
        reveal = state(app).reveal
        assert reveal is not None and "judged among them" in reveal.findings[0].sentence


async def test_people_are_typed_by_function_and_changed(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "4", "f", "'Maria, 2", "down", "'Tom", "enter")
        assert state(app).deliberation.functions == {"sales": 3, "customer_success": 1}
        assert state(app).mode == "workshop" and "v vote" not in screen_text(app)
        await press(pilot, "f", "end", *["backspace"] * 3, "enter")
        assert state(app).deliberation.functions == {"sales": 1, "customer_success": 1}
        await press(pilot, "u", "u")
        assert state(app).deliberation.functions == {"sales": 3, "customer_success": 1}


async def test_every_dialog_of_the_room_closes_with_escape_and_changes_nothing(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "b", "4", "f", "'a, b", "enter")
        before = state(app)
        for pane in ((), ("tab",), ("tab",), ("tab",)):
            await press(pilot, *pane)
            for key in (
                "n",
                "e",
                "f",
                "s",
                "r",
                "A",
                "v",
                "i",
                "a",
                "o",
                "z",
                "x",
                "t",
                "d",
                "b",
                "question_mark",
            ):
                await press(pilot, key)
                if app.screen.is_modal:
                    await press(pilot, "escape")
                assert isinstance(app.screen, DecideRoom), key
        assert state(app).deliberation == before.deliberation and state(app).criteria == before.criteria


async def test_a_second_window_may_read_the_room_and_is_told(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "4", "n", "'saas wins", "enter")
        second = opened()
        async with running(second) as reader:
            assert second.desk is not None and second.desk.session.read_only
            await press(reader, "4")
            assert "saas wins" in screen_text(second)
            await press(reader, "n")
            assert not second.screen.is_modal and "another window" in toasts(second)


async def test_hostile_text_in_every_line_is_shown_as_text(opened: Open) -> None:
    app = opened()
    hostile = "[bold]x[/] \\x1b[31m$(id)"
    async with running(app) as pilot:
        await press(pilot, "4", "f", f"'{hostile}", "enter", "n", f"'{hostile}", "enter")
        await press(pilot, "s", f"'{hostile}", "enter", "tab", "n", "'industry = 'SaaS'", "enter")
        await press(pilot, "t", "down", f"'{hostile}", "enter", "tab", "tab", "n", f"'{hostile}", "enter")
        text = screen_text(app)
        assert "[bold]x[/]" in text and "\x1b" not in text
        for line in (app.desk.session.journal.path.read_text() if app.desk else "").splitlines():
            json.loads(line)
