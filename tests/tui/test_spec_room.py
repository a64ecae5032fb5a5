"""The Spec room: three versions, slots asked, plays written, the ideal against the average, drift."""

from __future__ import annotations

import time

import pytest
from textual.events import Paste

from icp_workbench.spec.files import read_spec
from icp_workbench.tui import stating
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.dialogs.dialog import Dialog
from icp_workbench.tui.dialogs.prose import LONGEST, Prose
from icp_workbench.tui.screens.spec import SpecRoom
from icp_workbench.tui.widgets.ideal_rows import ideal_lines
from tests.tui.test_snapshots import MARKED
from tests.tui.workbench import Open, pane, press, running, screen_text, settle, state, toasts

SPEC = (*MARKED, "5")
PARAGRAPH = "We win best with SaaS companies. We do not pursue Public sector companies."


def said(app: WorkbenchApp) -> str:
    """The screen as one line: texts are wrapped."""
    return " ".join(screen_text(app).split())


async def test_a_key_steps_through_the_three_versions(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC)
        assert PARAGRAPH in pane(app, "statement")
        await press(pilot, "v")
        text = pane(app, "statement")
        assert "We win best with SaaS companies, which the data contradicts: 33 % churn against 14 %" in text
        assert "although they are won 60 % of the time against 23 %" in text
        assert "Public sector companies, because they are won 10 % of the time" in text
        await press(pilot, "v")
        assert "We win best with SaaS companies; we do not pursue Public sector" in pane(app, "statement")
        await press(pilot, "V", "V")
        assert "We win best with SaaS companies. We do" in pane(app, "statement")


async def test_open_slots_are_asked_and_go_into_the_sentence(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC)
        assert "5 questions open" in said(app)
        await press(pilot, "n")
        assert "At what stage are they" in said(app) and "companies that" in said(app)
        await press(pilot, "'have begun to hire", "enter", "n")
        assert "What hurts them now" in said(app)
        await press(pilot, "escape")
        assert state(app).writing.slots == {"stage": "have begun to hire"}
        assert "We win best with SaaS companies that have begun to hire." in pane(app, "statement")
        await press(pilot, "home", "down", "backspace")
        assert state(app).writing.slots == {"stage": ""} and "5 questions open" in said(app)
        await press(pilot, "u")
        assert "that have begun to hire." in pane(app, "statement")
        assert "Undone: stage left open" in toasts(app)


async def test_a_hand_edit_stays_and_its_drift_is_shown(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC, "home", "v", "e")
        area = app.screen.query_one(Prose)
        assert area.text == PARAGRAPH
        await press(pilot, "' And in Retail.", "enter")
        edited = state(app).writing.statement
        assert edited is not None and edited.text.endswith("companies. And in Retail.")
        text = pane(app, "statement")
        assert "paragraph (by hand)" in text and "The text says Retail; no criterion does." in text
        await press(pilot, "2", "tab", "tab", "end", "backspace", "5")  # the anti-ICP is unmarked
        assert "The text still says Public sector; no criterion does." in pane(app, "statement")
        await press(pilot, "w")
        saved = read_spec(app.session.folder / state(app).versions[-1].file)  # type: ignore[union-attr]
        assert saved.statement.text == edited.text and saved.statement.edited
        await press(pilot, "home", "backspace")
        assert state(app).writing.statement is None and "(by hand)" not in pane(app, "statement")


async def test_what_is_pasted_is_one_clean_line_and_too_much_is_refused(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC, "home", "e")
        area = app.screen.query_one(Prose)
        area.select_all()
        app.post_message(Paste("We\x1b[31m win\nbest [b]here[/b]."))
        await settle(pilot)
        await press(pilot, "enter")
        edited = state(app).writing.statement
        assert edited is not None and edited.text == "We␛[31m win best [b]here[/b]."
        assert "[b]here[/b]" in pane(app, "statement")
        await press(pilot, "e")
        app.screen.query_one(Prose).text = "x" * (LONGEST + 1)
        await press(pilot, "enter")
        assert "a statement has 2,000 at most" in said(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, SpecRoom)


async def test_plays_are_written_saved_and_emptied(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC, "tab", "enter", "'For teams that sell", "enter")
        await press(pilot, "down", "e", "'Know by Friday", "down", "'Fewer surprises", "enter")
        assert state(app).writing.plays == {
            "positioning": ("For teams that sell",),
            "messages": ("Know by Friday", "Fewer surprises"),
        }
        assert "– Know by Friday" in pane(app, "plays")
        await press(pilot, "w")
        saved = read_spec(app.session.folder / state(app).versions[-1].file)  # type: ignore[union-attr]
        assert saved.plays is not None and saved.plays.messages == ["Know by Friday", "Fewer surprises"]
        assert app.desk is not None and not app.desk.unsaved
        await press(pilot, "backspace")
        assert state(app).writing.plays["messages"] == () and app.desk.unsaved
        await press(pilot, "u")
        assert not app.desk.unsaved


async def test_what_people_know_is_counted(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC, "shift+tab", "shift+tab", "home", "e", "'x", "enter")
        assert "A whole number" in said(app)
        await press(pilot, "backspace", "'3", "enter")
        assert dict(state(app).writing.known_by_people["industry-saas"]) == {"interviews": 3}
        text = pane(app, "covered")
        assert "industry is SaaS: 3 interviews" in text and "under 10 interviews" in text
        await press(pilot, "v")
        await press(pilot, "backspace")
        assert not state(app).writing.known_by_people["industry-saas"]


async def test_the_ideal_stands_against_everyone_and_the_rest(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC)
        text = pane(app, "ideal")
        assert "metric ideal everyone the rest" in text
        assert "Win rate 60.0%" in text and "100 accounts" in said(app)
        assert app.desk is not None
        ideal = app.desk.answers.ideal
        assert ideal is not None and ideal.board is not None
        cell = ideal.board.cell("ideal", "win_rate")
        assert (cell.estimate, cell.verdict) == (0.6, "better")
        app.take_looks()
        await settle(pilot)
        assert {key for key in state(app).looks} >= set(app.desk.new_looks())
        await press(pilot, *"uuuu")  # nobody is ideal any more
        assert "nobody is ideal" in pane(app, "ideal")


@pytest.mark.parametrize("width", [20, 30, 44, 60, 90, 140])
async def test_the_table_fits_whatever_the_width(opened: Open, width: int) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC)
        assert app.desk is not None and app.desk.answers.ideal is not None
        lines = list(ideal_lines(app.desk.answers.ideal.board, True, width))
        used = max(sum(len(text) for text, _ in line) for line in lines)
        assert used <= max(width, 46) and any("▲" in text for line in lines for text, _ in line)


async def test_on_a_small_screen_one_pane_after_the_other_is_in_sight(opened: Open) -> None:
    app = opened()
    async with running(app, size=(80, 24)) as pilot:
        await press(pilot, *SPEC)
        for title in ("Statement · 1 of 5", "What each team does · 2 of 5", "Ideal against average · 3 of 5",
                      "Coverage and criteria · 4 of 5", "Checks · 5 of 5", "Statement · 1 of 5"):  # fmt: skip
            assert title in said(app), title
            await press(pilot, "tab")
        last = screen_text(app).splitlines()[-1]
        for key in ("e edit", "v version", "n ask", "⌫ clear", "tab pane", "u undo", "w save", "? help"):
            assert key in last, key
        await press(pilot, "question_mark")
        assert "Show the statement in its next version" in said(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_every_row_of_the_statement_can_be_reached(opened: Open, size: tuple[int, int]) -> None:
    app = opened()
    async with running(app, size=size) as pilot:
        await press(pilot, *SPEC, "v", "end")
        assert "Reason to act" in said(app)
        await press(pilot, "tab", "end")
        assert "Who comes first" in said(app)


async def test_before_anything_is_decided_the_room_says_so(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "5", "e", "v", "backspace", "n", "escape")
        text = said(app)
        assert "Nothing is decided yet" in text and "nobody is ideal" in text


async def test_another_window_may_look_and_not_write(opened: Open) -> None:
    app, other = opened(), opened()
    async with running(app) as pilot:
        await press(pilot, *MARKED)
        async with running(other) as second:
            await press(second, "5", "n")
            assert not isinstance(other.screen, Dialog) and "another window" in toasts(other)


async def test_no_key_of_the_room_waits(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *SPEC)
        room = app.screen
        assert isinstance(room, SpecRoom) and app.desk is not None
        stating.versions(app.desk)
        began = time.perf_counter()
        for _ in range(20):
            room.figures_changed({"state"})
        assert (time.perf_counter() - began) / 20 < 0.05
