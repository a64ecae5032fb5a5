"""The second look: among the newest accounts, or in both halves of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence.second_look import second_look
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import dated_index, typical_book
from tests.synthetic import WIN_RATE, make_book

THIRD = FieldTest("third", "in", ("yes",))


def strong_index() -> SegmentIndex:
    return SegmentIndex(typical_book(seed=2, accounts=900, lift=0.2))


def test_without_dates_the_second_look_is_at_both_halves() -> None:
    book = strong_index().book
    deals = book.observations["deal"]
    undated = replace(deals, values=deals.values.drop(columns="closed"))
    index = SegmentIndex(replace(book, observations={**book.observations, "deal": undated}))
    found = second_look(index, index.rows(THIRD), "win_rate")
    assert (found.kind, len(found.differences)) == ("halves", 2)
    assert found.holds(0.03) and not found.holds(0.03, anti=True)


def test_metrics_that_take_time_are_looked_at_in_both_halves() -> None:
    index = strong_index()
    assert second_look(index, index.rows(THIRD), "retention_12m").kind == "halves"
    assert second_look(index, index.rows(THIRD), "win_rate").kind == "newest"


def test_the_newest_accounts_are_those_whose_first_outcome_is_newest() -> None:
    # Ten accounts; the first deals of accounts 7, 8, 9 are the newest three. Account 0 sold again later.
    closed = pd.to_datetime([f"2024-{month:02}-01" for month in range(1, 11)] + ["2024-12-01"])
    deals = pd.DataFrame(
        {"account": [*range(10), 0], "won": [0.0] * 7 + [1.0, 0.0, 1.0, 1.0], "closed": closed}
    )
    deals[["amount", "cycle_days"]] = 1.0
    group = pd.Categorical(list("yynnynyyny"))
    index = SegmentIndex(make_book(pd.DataFrame({"group": group}), deals=deals))
    found = second_look(index, index.rows(FieldTest("group", "in", ("y",))), "win_rate")
    assert found.differences == (1.0,)  # 7 and 9 won, 8 did not


def test_a_segment_without_a_new_account_does_not_hold_among_the_newest() -> None:
    index = dated_index([f"2024-{month:02}-01" for month in range(1, 11)], "yyyyynnnnn")
    found = second_look(index, index.rows(FieldTest("group", "in", ("y",))), "win_rate")
    assert (found.kind, found.differences) == ("newest", (None,))
    assert not found.holds(0.0) and not found.holds(0.0, anti=True)
    assert found.told(WIN_RATE) == (
        "cannot be looked at among the newest 30% of the accounts: segment or rest has no outcome there"
    )


def test_accounts_whose_first_outcome_is_on_the_same_day_are_all_among_the_newest() -> None:
    index = dated_index(["2024-01-01"] * 4 + ["2024-06-01"] * 6, "yyyyynnnnn")
    found = second_look(index, index.rows(FieldTest("group", "in", ("y",))), "win_rate")
    assert found.differences == (pytest.approx(0.0 - 0.6),)  # the fifth lost; three of the other five won


@pytest.mark.parametrize(("dated", "kind"), [(5, "newest"), (4, "halves"), (0, "halves")])
def test_dates_of_less_than_half_of_the_accounts_are_none(dated: int, kind: str) -> None:
    index = dated_index(["2024-01-01"] * dated + [None] * (10 - dated), "ynynynynyn")
    assert second_look(index, index.rows(FieldTest("group", "in", ("y",))), "win_rate").kind == kind


def test_a_date_far_ahead_is_not_the_oldest() -> None:
    """A placeholder such as 9999-12-31 does not fit into nanoseconds, and would come out as 1816."""
    closed = np.array([f"2024-{month:02}-01" for month in range(1, 10)] + ["9999-12-31"], "datetime64[s]")
    deals = pd.DataFrame({"account": range(10), "won": [0.0] * 7 + [1.0, 0.0, 1.0], "closed": closed})
    deals[["amount", "cycle_days"]] = 1.0
    index = SegmentIndex(make_book(pd.DataFrame({"group": pd.Categorical(list("ynynynynyy"))}), deals=deals))
    found = second_look(index, index.rows(FieldTest("group", "in", ("y",))), "win_rate")
    assert found.differences == (
        -0.5,
    )  # of the newest three, the two inside lost and won, the one outside won


def test_both_halves_are_about_as_large_and_the_same_in_every_run() -> None:
    index = strong_index()
    halves = [second_look(index, index.rows(THIRD), "retention_12m") for _ in range(2)]
    assert halves[0] == halves[1] and None not in halves[0].differences
    again = SegmentIndex(index.book)
    assert second_look(again, again.rows(THIRD), "retention_12m") == halves[0]
