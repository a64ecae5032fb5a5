"""The smallest difference a book could show at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence import power
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.power import smallest_difference
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import deals_of, typical_book
from tests.synthetic import DEAL_SIZE, WIN_RATE, make_book

THIRD = FieldTest("third", "in", ("yes",))


def test_the_smallest_difference_of_a_book_by_hand() -> None:
    # 300 accounts with one deal each, half of them won: √(0.25/299)·√4.5·(1.959964 + 0.841621) = 0.171848.
    deals = pd.DataFrame({"account": range(300), "won": [1.0, 0.0] * 150, "amount": 1.0, "cycle_days": 1.0})
    index = SegmentIndex(make_book(pd.DataFrame({"g": pd.Categorical(["a"] * 300)}), deals=deals))
    assert smallest_difference(index, "win_rate") == pytest.approx(0.171848, abs=1e-6)


def test_where_most_cycles_are_alike_nothing_finer_than_a_day_can_be_shown() -> None:
    days = np.where(np.arange(300) % 10 == 0, 51.0, 50.0)
    deals = pd.DataFrame({"account": range(300), "won": 1.0, "amount": 1.0, "cycle_days": days})
    index = SegmentIndex(make_book(pd.DataFrame({"g": pd.Categorical(["a"] * 300)}), deals=deals))
    assert smallest_difference(index, "sales_cycle_days") == 1.0
    assert smallest_difference(index, "deal_size") is None  # every amount is the same


def test_a_book_too_small_to_split_has_no_smallest_difference() -> None:
    assert smallest_difference(SegmentIndex(typical_book(accounts=29)), "win_rate") is None
    assert smallest_difference(SegmentIndex(typical_book(accounts=90)), "win_rate") is not None


def test_more_accounts_show_smaller_differences_for_every_metric() -> None:
    few, many = SegmentIndex(typical_book(accounts=200)), SegmentIndex(typical_book(accounts=1_800))
    for metric in few.book.metrics:
        small, large = smallest_difference(many, metric.name), smallest_difference(few, metric.name)
        assert small is not None and large is not None
        assert 0 < small < 0.6 * large


def test_the_smallest_difference_is_found_four_times_in_five() -> None:
    """A third of the accounts wins more often by just the difference the book says it could show."""
    random, third = np.random.default_rng(17), np.arange(300) % 3 == 0
    group = pd.DataFrame({"third": pd.Categorical(np.where(third, "yes", "no"))})

    def book(lift: float) -> SegmentIndex:
        chance = np.where(third, 0.3 + lift * 2 / 3, 0.3 - lift / 3)
        return SegmentIndex(make_book(group, deals=deals_of(random, chance, 3, 0.2), metrics=(WIN_RATE,)))

    said = [smallest_difference(book(0.0), "win_rate") for _ in range(20)]
    lift = float(np.mean([one for one in said if one is not None]))
    assert 0.09 < lift < 0.12
    found = 0
    for _ in range(150):
        index = book(lift)
        p_value = compare(index, {"A": index.rows(THIRD)}).cell("A", "win_rate").p_value
        found += p_value is not None and p_value <= 0.05
    assert 0.70 < found / 150 < 0.90


def test_metrics_that_are_resampled_have_a_smallest_difference_in_books_of_some_size() -> None:
    spread = replace(DEAL_SIZE, name="deal_size_spread", unit="ratio", estimator="spread")
    few, many = (SegmentIndex(replace(typical_book(accounts=n), metrics=(spread,))) for n in (200, 1_800))
    small, large = (smallest_difference(index, "deal_size_spread") for index in (many, few))
    assert small is not None and large is not None and 0 < small < 0.6 * large
    assert smallest_difference(few, "deal_size_spread") == large  # the same resamples every time


def test_a_book_too_large_to_resample_in_passing_does_not_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "MOST_RESAMPLED", 50)
    spread = replace(DEAL_SIZE, name="deal_size_spread", unit="ratio", estimator="spread")
    index = SegmentIndex(replace(typical_book(), metrics=(spread,)))
    assert smallest_difference(index, "deal_size_spread") is None
