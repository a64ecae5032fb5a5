"""How values are spread: numpy's histogram between edges that stay where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.pictures.distribution import Distribution, distribution, why_no_distribution
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.pictures.books import dated_book, with_column
from tests.synthetic import DEAL_SIZE, make_book

BOOK = dated_book()
INDEX = SegmentIndex(BOOK)
THIRD = FieldTest("third", "in", ("yes",))
CONDITIONS = [EVERYONE, THIRD, FieldTest("source", "in", ("inbound",))]


def drawn(metric: str, condition: object = EVERYONE) -> Distribution:
    found = distribution(INDEX, INDEX.rows(condition), metric)  # type: ignore[arg-type]
    assert found is not None
    return found


def held(grain: str, condition: object) -> pd.DataFrame:
    frame = BOOK.observations[grain].values.assign(account=BOOK.observations[grain].account)
    return frame[INDEX.rows(condition).observations(grain)]  # type: ignore[arg-type]


def assert_holds(found: Distribution, values: np.ndarray, of: str) -> None:
    counts, _ = np.histogram(values, np.array(found.edges))
    assert found.counts == tuple(counts.tolist())
    assert sum(found.counts) == found.n == len(values)
    assert found.quartiles == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]))
    assert found.of == of


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_median_shows_its_values(condition: object) -> None:
    deals = held("deal", condition)
    won = deals[deals["won"] == 1]
    assert_holds(drawn("sales_cycle_days", condition), won["cycle_days"].to_numpy(), "deal")
    assert_holds(drawn("deal_size", condition), won["amount"].to_numpy(), "deal")
    assert_holds(drawn("deal_size_spread", condition), won["amount"].to_numpy(), "deal")
    tickets = held("ticket", condition)
    assert_holds(drawn("resolution_hours", condition), tickets["resolution_hours"].to_numpy(), "ticket")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_share_and_a_ratio_show_each_accounts_own(condition: object) -> None:
    deals = held("deal", condition)
    decided = deals[deals["won"].notna()].groupby("account")
    assert_holds(drawn("win_rate", condition), decided["won"].mean().to_numpy(), "account")
    cost = decided["cost"].sum()[decided["won"].sum() > 0] / decided["won"].sum()[decided["won"].sum() > 0]
    assert_holds(drawn("cost_to_win", condition), cost.to_numpy(), "account")
    customers = held("customer", condition)
    tickets = (customers["tickets"] / customers["months_served"]).to_numpy()
    assert_holds(drawn("tickets_per_month", condition), tickets, "account")


def test_a_lifetime_value_has_its_amounts_a_month() -> None:
    amounts = BOOK.observations["customer"].values["margin_a_month"].to_numpy()
    assert_holds(drawn("lifetime_value"), amounts, "account")


@pytest.mark.parametrize("metric", ["win_rate", "deal_size", "tickets_per_month"])
def test_the_edges_are_the_whole_books_whatever_is_selected(metric: str) -> None:
    assert drawn(metric, THIRD).edges == drawn(metric).edges
    # Also where the segment is asked for first.
    index = SegmentIndex(BOOK)
    found = distribution(index, index.rows(THIRD), metric)
    assert found is not None and found.edges == drawn(metric).edges


def test_where_every_account_is_a_yes_or_a_no_there_is_nothing_to_draw() -> None:
    rows = INDEX.rows(EVERYONE)
    assert distribution(INDEX, rows, "churn_rate") is None
    assert why_no_distribution(INDEX, rows, "churn_rate") == (
        "each account is either a yes or a no: the figure says it all"
    )
    nobody = INDEX.rows(AnyOf(()))
    for metric in ("churn_rate", "win_rate", "deal_size"):
        assert distribution(INDEX, nobody, metric) is None
        assert why_no_distribution(INDEX, nobody, metric) == "no outcome of this kind"


def test_survival_is_drawn_as_a_curve_not_as_numbers_that_mean_nothing() -> None:
    assert distribution(INDEX, INDEX.rows(EVERYONE), "retention_12m") is None


def test_an_account_without_a_denominator_has_no_ratio() -> None:
    months = BOOK.observations["customer"].values["months_served"].to_numpy().copy()
    months[:7] = 0.0
    index = SegmentIndex(with_column(BOOK, "customer", "months_served", months))
    found = distribution(index, index.rows(EVERYONE), "tickets_per_month")
    assert found is not None and found.n == len(months) - 7


AMOUNTS = st.lists(
    st.one_of(
        st.floats(-1e12, 1e12, allow_nan=False), st.integers(-5, 5).map(float), st.just(0.0),
        st.floats(1e-9, 1e-3), st.just(1e300),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(AMOUNTS)
def test_no_value_falls_between_the_edges(amounts: list[float]) -> None:
    deals = pd.DataFrame({"account": np.arange(len(amounts)), "won": 1.0, "amount": amounts})
    accounts = pd.DataFrame({"group": pd.Categorical(["x"] * len(amounts))})
    index = SegmentIndex(make_book(accounts, deals=deals, metrics=(replace(DEAL_SIZE),)))
    found = distribution(index, index.rows(EVERYONE), "deal_size")
    assert found is not None
    assert sum(found.counts) == found.n == len(amounts)
    assert len(found.edges) == len(found.counts) + 1 and list(found.edges) == sorted(set(found.edges))
    assert np.isfinite(found.edges).all() and np.isfinite(found.quartiles).all()
