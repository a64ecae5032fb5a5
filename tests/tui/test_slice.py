"""The Slice room, by keys alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from icp_workbench.segments.filter import Choice
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.widgets.board import Board
from icp_workbench.tui.widgets.board_lines import layout_of
from icp_workbench.tui.widgets.facet_rows import ValueRow
from icp_workbench.tui.widgets.picture import Picture
from icp_workbench.tui.widgets.rows_view import RowsView
from tests.synthetic import make_book
from tests.tui.workbench import ACCOUNTS, Open, press, running, screen_text, settle, state, toasts


async def test_including_a_value_recounts_the_segment(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space")
        assert state(app).current_segment.filter.choice("industry") == Choice(included=("SaaS",))
        assert app.desk is not None and app.desk.answers.sliced is not None
        assert app.desk.answers.sliced.facets.accounts == ACCOUNTS // 4
        assert f"{ACCOUNTS // 4} of {ACCOUNTS} match" in screen_text(app)


async def test_what_else_could_be_chosen_keeps_its_count(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "escape")
        view = app.screen.query_one("#facets", RowsView)
        counts = {
            row.value.value: row.value.accounts
            for row in view.rows
            if isinstance(row, ValueRow) and row.field.name == "industry"
        }
        assert counts == {"SaaS": 100, "Public sector": 100, "Retail": 100, "Media": 100}


async def test_excluding_a_value_and_taking_it_back(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'retail", "enter", "x")
        assert state(app).current_segment.filter.choice("industry").excluded == ("Retail",)
        await press(pilot, "x")
        assert state(app).current_segment.filter.choice("industry").is_empty


async def test_the_board_shows_the_figures_of_the_core(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space")
        text = screen_text(app)
        assert "60.0%" in text and "▲ better" in text  # six of ten SaaS accounts win both their deals
        assert ("A" in text and "100 · 25%" in text) or "100 accounts · 25%" in text


async def test_a_range_is_asked_for_and_kept(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'employees", "enter", "r", "'40", "enter", "'120", "enter")
        assert state(app).current_segment.filter.choice("employees") == Choice(low=40.0, high=120.0)
        assert "40 – 120" in screen_text(app)


async def test_a_range_that_is_no_number_is_said_and_not_taken(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'employees", "enter", "r", "'many", "enter")
        assert "is not a number" in screen_text(app)
        await press(pilot, "escape")
        assert state(app).current_segment.filter.choice("employees").is_empty


async def test_segments_are_added_named_and_removed(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "c", "n", "'Rest of world", "enter")
        assert [(s.id, s.name) for s in state(app).segments] == [("A", None), ("B", "Rest of world")]
        assert state(app).current == "B" and not state(app).current_segment.filter.choices
        await press(pilot, "left_square_bracket")
        assert state(app).current == "A"
        await press(pilot, "C")
        assert state(app).current_segment.filter.choice("industry").included == ("SaaS",)
        await press(pilot, "d")
        assert [segment.id for segment in state(app).segments] == ["A", "B"]


async def test_a_seventh_segment_is_refused_politely(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *"cccccc")
        assert len(state(app).segments) == 6
        assert "Six segments" in toasts(app)


async def test_the_headline_changes_what_stands_beside_each_value(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        assert "win rate" in screen_text(app)
        await press(pilot, "m")
        assert state(app).headline == "sales_cycle_days"
        assert "sales cycle" in screen_text(app)


async def test_an_expression_with_a_mistake_is_explained_and_not_taken(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "colon", "'indstry = 'SaaS'", "enter")
        text = screen_text(app)
        assert "did you mean `industry`" in text and "^" in text
        await press(pilot, "escape")
        assert state(app).current_segment.filter.expression is None


async def test_an_expression_narrows_the_segment(opened: Open, index: SegmentIndex) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "colon", "'employees >= 200 AND hiring = TRUE", "enter")
        assert app.desk is not None and app.desk.answers.sliced is not None
        condition = app.desk.condition(state(app).current_segment)
        expected = int(index.rows(condition).accounts.sum())
        assert 0 < expected < ACCOUNTS
        assert app.desk.answers.sliced.facets.accounts == expected


async def test_undo_and_redo_say_what_they_did(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "u")
        assert not state(app).current_segment.filter.choices
        assert "Undone: filter of A" in toasts(app)
        await press(pilot, "ctrl+r")
        assert state(app).current_segment.filter.choice("industry").included == ("SaaS",)
        await press(pilot, "u", "u")
        assert "Nothing to undo" in toasts(app)


async def test_marking_everyone_is_refused_politely(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "i")
        assert "Nothing is chosen yet" in toasts(app)
        assert not state(app).criteria


async def test_enter_enter_marks_and_the_pane_shows_what_it_covers(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "'wins twice", "enter")
        (criterion,) = state(app).criteria
        assert (criterion.verdict, criterion.signal, criterion.required) == ("icp", "fit", True)
        assert criterion.reason == "wins twice"
        text = screen_text(app)
        assert "Profile  100 accounts" in text and "industry is SaaS" in text


async def test_a_criterion_is_edited_and_unmarked_in_its_pane(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'public", "enter", "space", "a", "enter", "enter")
        assert state(app).criteria[0].disqualify
        await press(pilot, "tab", "tab", "e", "right", "enter", "tab", "'30", "enter")
        (criterion,) = state(app).criteria
        assert criterion.points == 30 and criterion.signal == "fit"
        await press(pilot, "backspace")
        assert not state(app).criteria


async def test_points_outside_their_range_are_refused(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "tab", "'400", "enter")
        assert "whole number from 0 to 100" in screen_text(app)
        await press(pilot, "escape")
        assert not state(app).criteria


async def test_looks_are_counted_when_the_hand_rests(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        app.take_looks()
        before = len(state(app).looks)
        assert before > 0  # every value of every attribute with a core headline
        await press(pilot, "slash", "'saas", "enter", "space")
        assert app.desk is not None
        assert len(app.desk.new_looks()) > 0
        app.take_looks()
        assert len(state(app).looks) > before and not app.desk.new_looks()


async def test_every_dialog_closes_by_escape(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "slash", "'employees", "enter")
        for key in ("r", "colon", "n", "question_mark", "ctrl+p"):
            await press(pilot, key)
            assert app.screen.is_modal, key
            await press(pilot, "escape")
            await settle(pilot)
            assert not app.screen.is_modal, key


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (40, 10), (20, 5)])
async def test_every_pane_is_reached_by_tab(opened: Open, size: tuple[int, int]) -> None:
    app = opened()
    async with running(app, size) as pilot:
        seen = []
        for _ in range(3):
            assert app.screen.focused is not None
            seen.append(app.screen.focused.id)
            await press(pilot, "tab")
        assert seen == ["facets", "board", "criteria"]
        assert app.screen.focused is not None and app.screen.focused.id == "facets"


async def test_the_criteria_take_the_boards_place_where_panes_fold(opened: Open) -> None:
    app = opened()
    async with running(app, (80, 24)) as pilot:
        assert "Compare" in screen_text(app) and "Criteria" not in screen_text(app)
        await press(pilot, "shift+tab")
        assert "Criteria" in screen_text(app) and "Compare" not in screen_text(app)


async def test_an_average_of_too_few_is_grey_and_its_sentence_says_why(opened: Open) -> None:
    rows = np.arange(40)
    accounts = pd.DataFrame({"industry": pd.Categorical(np.where(rows % 2, "SaaS", "Retail"))})
    won = (rows != 3).astype(float)  # one lost deal is too few of the rarer outcome
    deals = pd.DataFrame({"account": rows, "won": won, "amount": 100.0, "cycle_days": rows + 1.0})
    app = opened(SegmentIndex(make_book(accounts, deals=deals)))
    async with running(app, (200, 50)) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space")
        lines = app.screen.query_one(Picture)._lines
        text = " ".join("".join(piece for piece, _ in line) for line in lines)
        assert "Win rate of the average customer: too few (only 1 of 40 had the rarer outcome" in " ".join(
            text.split()
        )
        board = app.screen.query_one(Board)
        (line,) = (line for line in board._lines if line and line[0][0].startswith("Win rate"))
        assert line[1][0].strip() == "97.5%" and line[1][1] == "faint"
        (sound,) = (line for line in board._lines if line and line[0][0].startswith("Sales cycle"))
        assert sound[1][1] == "text"


@pytest.mark.parametrize(("size", "segments"), [((120, 36), 3), ((80, 24), 2), ((200, 50), 5)])
async def test_as_many_segments_as_fit_stand_side_by_side(
    opened: Open, size: tuple[int, int], segments: int
) -> None:
    app = opened()
    async with running(app, size) as pilot:
        await press(pilot, *["c"] * (segments - 1))
        layout = app.screen.query_one(Board)._layout
        assert layout is not None and layout.count == segments
        if layout.average > 7:
            assert "Average " in screen_text(app)


async def test_a_folded_data_room_shows_the_pane_that_has_the_focus_whole(opened: Open) -> None:
    app = opened()
    async with running(app, (80, 24)) as pilot:
        await press(pilot, "1")
        assert "What was read" in screen_text(app) and "Columns" not in screen_text(app)
        await press(pilot, "tab")
        assert "What was read" not in screen_text(app) and "Columns" in screen_text(app)


async def test_a_board_higher_than_its_room_scrolls_with_its_intervals(opened: Open) -> None:
    app = opened()
    async with running(app, size=(80, 24)) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space")
        assert app.desk is not None and app.desk.answers.comparison is not None
        metrics = app.desk.answers.comparison.metrics
        assert layout_of(48, 18, metrics * 4, 1, 0).mode == "double"
