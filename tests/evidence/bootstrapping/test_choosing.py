"""The bootstrapped metrics on a board: intervals that come later, one horizon a row, cancellation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import EVERYONE, AllOf, Condition, FieldTest
from icp_workbench.evidence.comparison import Cell, Comparison, compare
from icp_workbench.evidence.sentences import sentence
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.bootstrapping.books import customers_book, deals_book

LATER = "its interval follows when the hand rests"


def group(*names: str) -> Condition:
    return FieldTest("group", "in", names)


def both_metrics(seed: int = 1, accounts: int = 240) -> AccountBook:
    """Deals and customers of the groups a to d, 60 accounts each; nobody in d is followed beyond 9 months."""
    random = np.random.default_rng(seed)
    groups = list("abcd" * (accounts // 4))
    account = np.repeat(np.arange(accounts), 3)
    deals = deals_book(account, np.exp(random.normal(9, 0.8, len(account))), groups)
    stays, seen = random.exponential(30, accounts), random.uniform(3, 36, accounts)
    seen = np.where(np.array(groups) == "d", np.minimum(seen, 9), seen)
    customers = customers_book(
        np.minimum(stays, seen), (stays <= seen).astype(float), random.gamma(4, 100, accounts), groups
    )
    observations = {**deals.observations, **customers.observations}
    return replace(deals, observations=observations, metrics=(*deals.metrics, *customers.metrics))


BOOK = both_metrics()


def board(
    segments: Mapping[str, Condition],
    index: SegmentIndex | None = None,
    resample: bool = True,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    index = index or SegmentIndex(BOOK)
    rows = {name: index.rows(condition) for name, condition in segments.items()}
    return compare(index, rows, resample=resample, cancelled=cancelled)


def resampled(cell: Cell) -> tuple[object, ...]:
    """What resampling gives."""
    return cell.low, cell.high, cell.difference_low, cell.difference_high, cell.p_value, cell.q_value


METRICS = ("deal_size_spread", "lifetime_value")
NOTHING = (None,) * 6


@pytest.mark.parametrize("metric", METRICS)
def test_without_resampling_a_cell_has_its_estimate_and_says_what_follows(metric: str) -> None:
    index = SegmentIndex(BOOK)
    quick = board({"A": group("a")}, index, resample=False)
    cell = quick.cell("A", metric)
    assert cell.estimate is not None and cell.rest is not None and cell.difference is not None
    assert resampled(cell) == NOTHING
    assert (cell.verdict, cell.reason) == ("none", LATER)
    assert LATER in sentence(cell, BOOK.metric(metric))
    assert resampled(quick.cell("all", metric)) == NOTHING

    whole = board({"A": group("a")}, index)
    later = whole.cell("A", metric)
    assert (later.estimate, later.rest, later.n) == (cell.estimate, cell.rest, cell.n)
    assert None not in resampled(later) and later.verdict != "none" and later.reason == ""
    assert whole.cell("all", metric).low is not None
    # What was resampled once is shown at once from then on.
    again = board({"A": group("a"), "B": group("b")}, index, resample=False)
    assert again.cell("A", metric).low == later.low
    assert resampled(again.cell("B", metric)) == NOTHING


@pytest.mark.parametrize("metric", METRICS)
def test_the_same_segment_has_the_same_figures_whatever_else_is_on_the_board(metric: str) -> None:
    alone = board({"A": group("a")}).cell("A", metric)
    index = SegmentIndex(BOOK)
    others = {"B": group("b"), "C": AllOf((group("a", "b"),)), "A": group("a"), "E": EVERYONE}
    board(others, index, resample=False)
    among = board(others, index)
    cell = among.cell("A", metric)
    if metric == "lifetime_value":
        assert among.cell("A", metric).effect["horizon"] == alone.effect["horizon"]
    assert replace(cell, q_value=None) == replace(alone, q_value=None)  # q counts all cells of the board
    assert among.cell("all", metric) == board({"A": group("a")}).cell("all", metric)
    assert among.cell("E", metric).low == pytest.approx(among.cell("all", metric).low)


def test_a_segment_followed_for_less_time_shortens_the_horizon_of_the_whole_row() -> None:
    index = SegmentIndex(BOOK)
    longer, shorter = board({"A": group("a")}, index), board({"A": group("a"), "D": group("d")}, index)
    of_d = np.sort(BOOK.observations["customer"].values["tenure"][3::4])[-10]
    before = {longer.cell(name, "lifetime_value").effect["horizon"] for name in ("all", "A")}
    after = {shorter.cell(name, "lifetime_value").effect["horizon"] for name in ("all", "A", "D")}
    assert after == {of_d} and len(before) == 1 and before.pop() > 2 * of_d
    for name in ("all", "A"):
        was, now = longer.cell(name, "lifetime_value"), shorter.cell(name, "lifetime_value")
        assert was.estimate is not None and now.estimate is not None and now.estimate < 0.7 * was.estimate
        assert now.low is not None and now.low < now.estimate
    assert shorter.cell("A", "lifetime_value").average == shorter.cell("all", "lifetime_value").estimate
    metric = BOOK.metric("lifetime_value")
    for name in ("all", "A", "D"):
        assert "first 9 months" in sentence(shorter.cell(name, "lifetime_value"), metric)
    # The other rows do not change, and without that segment the horizon is as before.
    assert longer.cell("A", "deal_size_spread").low == shorter.cell("A", "deal_size_spread").low
    assert board({"A": group("a")}, index).cells == longer.cells


def test_a_segment_too_small_to_be_judged_or_not_followed_at_all_shortens_nothing() -> None:
    # Group e has nine customers of a month, group f twelve who started today.
    tenure = np.concatenate([np.linspace(5, 40, 100), np.ones(9), np.zeros(12)])
    names = ["a"] * 50 + ["b"] * 50 + ["e"] * 9 + ["f"] * 12
    book = customers_book(tenure, np.zeros(121), np.full(121, 10.0), names)
    found = board({name: group(name) for name in "aef"}, SegmentIndex(book))
    horizon = float(np.sort(tenure[:50])[-10])
    cells = {name: found.cell(name, "lifetime_value") for name in ("all", "a", "e", "f")}
    assert {cell.effect["horizon"] for cell in cells.values()} == {horizon}
    assert cells["e"].reason == "9 accounts with an outcome; 10 are needed"
    assert (cells["f"].verdict, cells["f"].reason) == ("too_few", "0 followed to the horizon; 10 are needed")


@pytest.mark.parametrize("calls", [0, 1, 2, 5, 9, 14, 20])
def test_a_cancelled_board_shows_nothing_half_done_and_keeps_nothing(calls: int) -> None:
    index = SegmentIndex(BOOK)
    segments = {"A": group("a"), "B": group("b")}
    # It is taken back at the end: what was not drawn by then must not pass for drawn.
    answers = iter([*[False] * calls, *[True] * 4])
    stopped = board(segments, index, cancelled=lambda: next(answers, False))
    for cell in stopped.cells:
        if cell.segment == "all":
            assert (cell.low is None) == (cell.high is None)
        elif cell.low is None:
            assert resampled(cell) == NOTHING and (cell.verdict, cell.reason) == ("none", LATER)
        else:
            assert None not in resampled(cell)
    assert all(
        resampled(c) == NOTHING for c in board(segments, SegmentIndex(BOOK), cancelled=lambda: True).cells
    )
    assert board(segments, index).cells == board(segments, SegmentIndex(BOOK)).cells


def test_no_figure_of_a_bootstrapped_board_is_missing_without_a_reason() -> None:
    nobody = FieldTest("group", "in", ())
    found = board({"A": group("a"), "B": nobody, "C": EVERYONE, "D": group("d")})
    for cell in found.cells:
        if cell.low is None:
            assert cell.reason
        if cell.segment == "C":
            assert cell.reason == "there is no rest to compare with" and cell.low is not None
        text = sentence(cell, BOOK.metric(cell.metric))
        assert "None" not in text and "nan" not in text.lower()


def test_amounts_of_nothing_are_told_on_the_board() -> None:
    amount = np.where(np.arange(80) % 2 == 0, -10.0, 200.0 + np.arange(80))
    book = deals_book(np.arange(80), amount, ["a", "b"] * 40)
    for resample in (True, False):
        cell = board({"A": group("a")}, SegmentIndex(book), resample=resample).cell("A", "deal_size_spread")
        assert (cell.verdict, cell.reason) == ("too_few", "the median is not above zero")
        text = sentence(cell, book.metrics[0])
        assert text == "No size spread here: the median is not above zero."
