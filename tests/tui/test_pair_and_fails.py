"""One segment directly against another (`=`), and where one fails (`f`), by keys alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from icp_workbench.conditions.condition import AllOf, Condition, FieldTest
from icp_workbench.evidence.look_keys import look_key, pair_key
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.dialogs.fails import FailsDialog, GroupRow
from icp_workbench.tui.dialogs.pair import PairDialog
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.events import FilterChanged, SegmentAdded
from tests.synthetic import DEAL_SIZE, make_book
from tests.tui.workbench import Open, press, running, screen_text, settle, state, toasts

SIZES = [(80, 24), (120, 36), (200, 50)]
SAAS = FieldTest("industry", "in", ("SaaS",))
MEDIA = FieldTest("industry", "in", ("Media",))
RETAIL = FieldTest("industry", "in", ("Retail",))
NOBODY = FieldTest("employees", "at_least", 9000.0)


async def given(pilot: Pilot[None], *conditions: Condition, name: str | None = None) -> None:
    """Segments A, B … of these conditions, the last one the current."""
    app = pilot.app
    assert isinstance(app, WorkbenchApp)
    for letter, condition in zip("ABCDEF", conditions, strict=False):
        chosen = Filter().with_expression(condition)
        assert app.record(FilterChanged("A", chosen) if letter == "A" else SegmentAdded(letter, name, chosen))
    await settle(pilot)


def shown(app: WorkbenchApp, view: str) -> list[str]:
    """The lines of a dialog's list, as they are drawn."""
    rows = app.screen.query_one(f"#{view}", RowsView)
    width = rows.scrollable_content_region.width
    lines = ["".join(text for text, _ in row.line(width, False)) for row in rows.rows]
    assert all(cell_len(line) <= width for line in lines), max(lines, key=cell_len)
    return [line.rstrip() for line in lines]


def line_of(lines: list[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start))


# One against another


async def test_the_current_segment_stands_directly_against_another(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await given(pilot, SAAS, MEDIA)
        await press(pilot, "equals_sign")
        assert isinstance(app.screen, PairDialog)
        assert "B Media  against  A SaaS" in screen_text(app)
        lines = shown(app, "pair")
        assert line_of(lines, "accounts").split() == ["accounts", "100", "100"]
        won = line_of(lines, "Win rate")
        assert "60.0%" in won and " pts (" in won and won.endswith("▼ worse")  # SaaS wins six of ten
        assert any("B and A share no account." in line for line in lines)


async def test_without_another_segment_it_says_how_to_begin_one(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "equals_sign")
        assert not app.screen.is_modal and "c begins one" in toasts(app)


async def test_brackets_choose_the_other_and_its_figures_follow(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await given(pilot, SAAS, MEDIA, RETAIL)
        await press(pilot, "equals_sign")
        assert "C Retail  against  A SaaS" in screen_text(app)
        first = line_of(shown(app, "pair"), "Win rate")
        await press(pilot, "right_square_bracket")
        assert "C Retail  against  B Media" in screen_text(app)
        other = line_of(shown(app, "pair"), "Win rate")
        assert first.endswith("▼ worse") and not other.endswith("worse")
        await press(pilot, "right_square_bracket")
        assert "C Retail  against  A SaaS" in screen_text(app)
        await press(pilot, "left_square_bracket")
        assert "C Retail  against  B Media" in screen_text(app)


async def test_a_pair_counts_as_looks_once_whichever_stands_first(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await given(pilot, SAAS, MEDIA)
        app.take_looks()
        before = set(state(app).looks)
        await press(pilot, "equals_sign", "escape")
        taken = set(state(app).looks) - before
        core = ("win_rate", "sales_cycle_days", "retention_12m")
        assert taken == {pair_key(SAAS, MEDIA, metric) for metric in core}
        await press(pilot, "left_square_bracket")
        app.take_looks()
        before = set(state(app).looks)
        await press(pilot, "equals_sign")
        assert "A SaaS  against  B Media" in screen_text(app)
        await press(pilot, "escape")
        assert set(state(app).looks) == before


async def test_the_same_accounts_twice_are_said_to_be_similar(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "C", "equals_sign")
        lines = shown(app, "pair")
        assert line_of(lines, "Win rate").endswith("≈ similar")
        assert any("share 100 accounts (100% of B, 100% of A)" in line for line in lines)


async def test_a_segment_of_nobody_is_told_without_figures(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await given(pilot, SAAS, MEDIA, NOBODY)
        await press(pilot, "equals_sign")
        text = " ".join(shown(app, "pair"))
        assert "Win rate: C has no outcome of this kind." in text
        assert "None" not in text and "nan" not in text


@pytest.mark.parametrize("size", SIZES)
async def test_no_figure_of_a_pair_is_cut_at_any_size(opened: Open, size: tuple[int, int]) -> None:
    app = opened()
    async with running(app, size) as pilot:
        await given(pilot, SAAS, MEDIA)
        await press(pilot, "equals_sign")
        lines = shown(app, "pair")
        figures = [
            line_of(lines, name) for name in ("Win rate", "Sales cycle", "Deal size", "Churn", "Retention")
        ]
        assert not any("…" in line for line in figures)
        assert all(" (" in line for line in figures if "too few" not in line and "–" not in line)
        ends = {line.find(line.split()[-1]) for line in figures[:2]}
        assert len(ends) == 1  # the verdicts stand under each other


async def test_a_figure_that_takes_resampling_follows(opened: Open, index: SegmentIndex) -> None:
    spread = replace(
        DEAL_SIZE,
        name="deal_size_spread",
        label="Size spread",
        unit="ratio",
        better="lower",
        estimator="spread",
    )
    book = replace(index.book, metrics=(*index.book.metrics, spread))
    app = opened(SegmentIndex(book))
    async with running(app) as pilot:
        await given(pilot, SAAS, MEDIA)
        await press(pilot, "equals_sign")
        line = line_of(shown(app, "pair"), "Size spread")
        assert line.count("(") == 3  # both figures and the difference have their limits


# Where it fails


@pytest.fixture(scope="module")
def exceptional() -> SegmentIndex:
    """SaaS wins seven of ten but where buying is by tender; among the others partners win as often."""
    rows = np.arange(480)
    industry = np.array(["SaaS", "Retail", "Media"])[rows % 3]
    turn = rows // 3
    buying = np.where(turn % 4 == 0, "tender: public", "direct")
    source = np.where(turn % 8 == 3, "partner", "own")
    accounts = pd.DataFrame(
        {
            "industry": pd.Categorical(industry),
            "buying": pd.Categorical(buying),
            "source": pd.Categorical(source),
        }
    )
    saas = np.where(buying == "direct", turn % 10 < 7, turn % 20 == 0)
    others = np.where(source == "partner", turn % 16 < 8, turn % 5 == 0)
    won = np.where(industry == "SaaS", saas, others)
    deals = pd.DataFrame(
        {"account": rows, "won": won.astype(float), "amount": 100.0, "cycle_days": 20.0 + rows % 9}
    )
    return SegmentIndex(make_book(accounts, deals=deals))


async def test_where_it_fails_names_the_groups_and_says_how_the_segment_stands(
    opened: Open, exceptional: SegmentIndex
) -> None:
    app = opened(exceptional)
    async with running(app) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "f")
        assert isinstance(app.screen, FailsDialog)
        assert "Where A fails, by win rate: SaaS" in screen_text(app)
        lines = shown(app, "fails")
        assert lines[0].startswith("The segment itself does better: win rate ")
        at = lines.index("Inside, but weaker than the others inside")
        assert lines[at + 1] == "▼ buying is tender: public"
        assert lines[at + 2].startswith("  Win rate 20.0% over 40 accounts, the others inside ")
        assert "▲ source is partner" in lines[lines.index("Outside, but stronger than the others outside") :]
        assert not any(line[-2:] == "(q" for line in lines)  # a figure stays with its name


async def test_enter_makes_the_chosen_group_a_segment_with_the_figures_shown(
    opened: Open, exceptional: SegmentIndex
) -> None:
    app = opened(exceptional)
    async with running(app) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "f", "enter")
        assert [segment.id for segment in state(app).segments] == ["A", "B"]
        assert app.desk is not None and app.desk.answers.comparison is not None
        condition = app.desk.condition(state(app).segments[1])
        assert condition == AllOf((SAAS, FieldTest("buying", "in", ("tender: public",))))
        cell = app.desk.answers.comparison.cell("B", "win_rate")
        assert (cell.estimate, cell.accounts) == (pytest.approx(0.2), 40)
        await press(pilot, "u")
        assert [segment.id for segment in state(app).segments] == ["A"]


async def test_a_group_outside_becomes_a_segment_that_shares_nobody_with_this_one(
    opened: Open, exceptional: SegmentIndex
) -> None:
    app = opened(exceptional)
    async with running(app) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "f", "down")
        row = app.screen.query_one("#fails", RowsView).current_as(GroupRow)
        assert row is not None and row.group.side == "outside"
        await press(pilot, "enter")
        assert app.desk is not None and app.desk.answers.comparison is not None
        cell = app.desk.answers.comparison.cell("B", "win_rate")
        assert (cell.estimate, cell.n) == (row.group.own.value, row.group.own.n)
        assert [(one.first, one.second, one.both) for one in app.desk.answers.overlaps] == [("A", "B", 0)]


async def test_what_was_compared_counts_as_looks(opened: Open, exceptional: SegmentIndex) -> None:
    app = opened(exceptional)
    async with running(app) as pilot:
        await given(pilot, SAAS)
        app.take_looks()
        before = set(state(app).looks)
        await press(pilot, "f", "escape")
        assert app.desk is not None
        found = app.desk.exceptions(state(app).current_segment, "win_rate")
        assert set(state(app).looks) - before == set(found.looks) - before
        tender = AllOf((SAAS, FieldTest("buying", "in", ("tender: public",))))
        assert look_key(tender, "win_rate") in state(app).looks


async def test_escape_changes_nothing(opened: Open, exceptional: SegmentIndex) -> None:
    app = opened(exceptional)
    async with running(app) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "f", "escape")
        assert not app.screen.is_modal and [segment.id for segment in state(app).segments] == ["A"]


async def test_where_nothing_is_found_enter_does_nothing_and_is_not_offered(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "f")
        lines = shown(app, "fails")
        assert "Inside, but weaker than the others inside" in lines
        inside = lines[lines.index("Inside, but weaker than the others inside") + 1]
        assert inside.startswith("  none of ") and "stands out" in inside
        offered = "as a new segment" in screen_text(app)
        assert offered == any(
            isinstance(row, GroupRow) for row in app.screen.query_one("#fails", RowsView).rows
        )
        if not offered:
            await press(pilot, "enter")
            assert isinstance(app.screen, FailsDialog)


async def test_everybody_is_no_segment_to_fail_and_nobody_has_a_defined_answer(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "f")
        assert not app.screen.is_modal and "Choose a segment first" in toasts(app)
        await given(pilot, NOBODY)
        await press(pilot, "f")
        lines = shown(app, "fails")
        assert lines[0] == "Too few to judge the segment itself: 0 accounts with an outcome; 10 are needed."
        assert "  none has outcomes enough to be compared" in lines


async def test_a_seventh_segment_is_refused_politely(opened: Open, exceptional: SegmentIndex) -> None:
    app = opened(exceptional)
    async with running(app) as pilot:
        await given(pilot, *[RETAIL] * 5, SAAS)
        await press(pilot, "f", "enter")
        assert len(state(app).segments) == 6 and "Six segments" in toasts(app)


@pytest.mark.parametrize("size", SIZES)
async def test_exceptions_are_wrapped_not_cut_at_any_size(
    opened: Open, exceptional: SegmentIndex, size: tuple[int, int]
) -> None:
    app = opened(exceptional)
    async with running(app, size) as pilot:
        await given(pilot, SAAS)
        await press(pilot, "f")
        assert "…" not in " ".join(shown(app, "fails"))
        await press(pilot, "end", "home", "down", "down", "up")
        assert isinstance(app.screen, FailsDialog)


# Hostile text

EVIL = ["[/]", "[@click=app.quit]x[/]", "e\x1b[31m\x1b]0;own\x07ed", "a\u202eb: c\nd", "x" * 300]


def hostile() -> SegmentIndex:
    """Industries whose names would be markup or sequences; the first wins, but not where size is hostile."""
    rows = np.arange(600)
    industry = np.array(EVIL, dtype=object)[rows % 5]
    size = np.array(["[b]small[/b]\x1b[2J", "big"], dtype=object)[rows // 5 % 2]
    won = np.where(
        rows % 5 == 0, np.where(size == "big", rows // 10 % 10 < 8, rows // 10 % 10 < 1), rows // 10 % 4 == 0
    )
    accounts = pd.DataFrame({"in[b]d": pd.Categorical(industry), "si\x1bze": pd.Categorical(size)})
    deals = pd.DataFrame({"account": rows, "won": won.astype(float), "amount": 1.0, "cycle_days": 9.0})
    return SegmentIndex(make_book(accounts, deals=deals))


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_and_values_are_shown_as_text_and_never_obeyed(
    opened: Open, size: tuple[int, int]
) -> None:
    app = opened(hostile())
    async with running(app, size) as pilot:
        values = [FieldTest("in[b]d", "in", (value,)) for value in EVIL]
        await given(pilot, values[0])
        await press(pilot, "f")
        assert "▼ " in " ".join(shown(app, "fails")) and "[b]small[/b]␛[2J" in " ".join(shown(app, "fails"))
        check_clean(app)
        await press(pilot, "escape")
        await given(pilot, *values, name="[u]N\x1bame[/u]")
        await press(pilot, "equals_sign")
        assert isinstance(app.screen, PairDialog)
        for _ in EVIL[1:]:
            shown(app, "pair")
            check_clean(app)
            await press(pilot, "right_square_bracket")
        assert "[u]N␛ame[/u]" in screen_text(app)
        assert app.is_running


def check_clean(app: WorkbenchApp) -> None:
    text = screen_text(app)
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
