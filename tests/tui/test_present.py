"""Present: the figure in large type, one picture, one sentence, stepped through by the arrows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.book.outcomes.metrics import DEAL_SIZE_SPREAD
from icp_workbench.evidence.pictures.distribution import Distribution
from icp_workbench.evidence.pictures.pictures import Drawn
from icp_workbench.tui.screens.present import PresentScreen
from icp_workbench.tui.widgets.big_digits import big
from icp_workbench.tui.widgets.shape_lines import shape_lines
from tests.tui.workbench import Open, press, running, screen_text, settle, state

MARKED = ("slash", "'saas", "enter", "space", "escape", "c", "slash", "'public", "enter", "space", "escape")


def test_a_figure_is_drawn_dot_by_dot() -> None:
    assert big("1", 5, 4) == ["  ▄  ", "▄▀█  ", "  █  ", "▄▄█▄▄"] or len(big("1", 5, 4)) == 4
    assert big("1", 10, 7) == [
        "    ██    ", "  ████    ", "    ██    ", "    ██    ", "    ██    ", "    ██    ", "  ██████  ",
    ]  # fmt: skip
    assert big("1", 10, 7, ascii_only=True)[0] == "    ##    "


@given(st.text("0123456789.,%kMB−–+< ", min_size=1, max_size=9), st.integers(1, 200), st.integers(1, 40))
def test_it_never_takes_more_room_than_there_is(text: str, width: int, height: int) -> None:
    for ascii_only in (False, True):
        lines = big(text, width, height, ascii_only=ascii_only)
        assert 1 <= len(lines) <= height
        assert all(len(line) <= width for line in lines) and len({len(line) for line in lines}) == 1


def test_what_cannot_be_drawn_stays_text() -> None:
    assert big("日本", 40, 10) == ["日本"] and big("", 40, 10) == [""]


@pytest.mark.parametrize("size", [(80, 24), (200, 50), (40, 12), (12, 5), (2, 2)])
async def test_it_shows_figure_picture_and_sentence_at_every_size(
    opened: Open, size: tuple[int, int]
) -> None:
    app = opened()
    async with running(app, size) as pilot:
        await press(pilot, *MARKED, "p")
        assert isinstance(app.screen, PresentScreen)
        text = screen_text(app)
        if size[0] >= 80:
            assert "Win rate" in text and "Public" in text and "▼ worse" in text
            assert "95% interval" in text and "average customer" in text
            assert "10.0 % of" in text  # the sentence
            assert "█" in text or "▀" in text
        await press(pilot, "escape")
        assert not isinstance(app.screen, PresentScreen)


async def test_the_arrows_step_through_segments_and_metrics_and_stop_at_the_ends(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *MARKED, "p", "left")
        assert " A " in screen_text(app).replace("A ", " A ") and "SaaS" in screen_text(app)
        await press(pilot, "left", "left")
        assert "SaaS" in screen_text(app)
        await press(pilot, "down")
        assert "Sales cycle" in screen_text(app)
        await press(pilot, "right", "up")
        assert "Public" in screen_text(app) and "Win rate" in screen_text(app)
        seen = set()
        await press(pilot, "left")
        assert app.desk is not None and app.desk.answers.comparison is not None
        metrics = app.desk.answers.comparison.metrics
        for _ in range(2 * len(metrics)):
            screen = app.screen
            assert isinstance(screen, PresentScreen)
            seen.add((screen._letter, screen._metric))
            await press(pilot, "space")
        assert seen == {(letter, metric.name) for letter in "AB" for metric in metrics}
        assert state(app).current == "B"  # presenting changes nothing in the workshop


async def test_another_kind_of_picture_stays_chosen_from_slide_to_slide(opened: Open) -> None:
    app = opened()
    async with running(app, (120, 36)) as pilot:
        await press(pilot, *MARKED, "p", "up", "up")
        assert "quarter" not in screen_text(app)
        await press(pilot, "v")
        assert "Picture: by quarter." in screen_text(app) and "by quarter closed" in screen_text(app)
        await press(pilot, "down")  # the sales cycle has all three; its pictures are counted when it comes
        await settle(pilot)
        assert "Sales cycle by quarter closed" in screen_text(app)
        await press(pilot, "v", "v")
        assert "each row to its own height" in screen_text(app)
        await press(pilot, "up")  # the win rate has no shape: its intervals stand in for it
        await settle(pilot)
        assert "Win rate" in screen_text(app) and "each row to its own height" not in screen_text(app)
        await press(pilot, "v")
        assert "No shape:" in screen_text(app)


def test_the_values_behind_a_spread_are_amounts_though_it_is_a_ratio() -> None:
    sizes = Distribution((5_000.0, 50_000.0, 200_000.0), (3, 4), (6_000.0, 20_000.0, 60_000.0), 7, "deal")
    lines = shape_lines({"all": Drawn(distribution=sizes)}, DEAL_SIZE_SPREAD, [], 80, 6)
    axis = "".join(piece[0] for piece in lines[-1])
    assert "5,000 " in axis and ".00" not in axis


async def test_it_begins_with_the_picture_chosen_in_slice_and_leaves_that_one_as_it_was(opened: Open) -> None:
    app = opened()
    async with running(app, (120, 40)) as pilot:
        await press(pilot, *MARKED, "v", "p")
        assert "by quarter closed" in screen_text(app)
        await press(pilot, "down", "down", "v", "escape")
        await settle(pilot)
        desk = app.desk
        assert desk is not None and desk.answers.pictures.metric == "win_rate"
        assert "Win rate by quarter closed" in screen_text(app)


async def test_the_bottom_line_and_help_say_what_can_be_done(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *MARKED, "p")
        last = screen_text(app).splitlines()[-1]
        assert "space next" in last and "esc back" in last
        await press(pilot, "question_mark")
        assert "next metric" in screen_text(app) or "The next metric" in screen_text(app)
        await press(pilot, "escape", "q")
        assert app.is_running and not isinstance(app.screen, PresentScreen)
