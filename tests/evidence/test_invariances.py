"""What must not matter does not: order of rows, names of levels, units, how a segment is put together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.book.book import AccountBook
from icp_workbench.book.outcomes.metrics import GROSS_MARGIN, TICKETS_PER_MONTH
from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.evidence.comparison import Comparison, compare
from icp_workbench.evidence.facets import facets
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.synthetic import make_book

THIRD = FieldTest("third", "in", ("yes",))
SAAS = FieldTest("industry", "in", ("SaaS",))
INBOUND = FieldTest("source", "in", ("inbound",))


def board(book: AccountBook, **conditions: Condition) -> Comparison:
    index = SegmentIndex(book)
    return compare(index, {name: index.rows(condition) for name, condition in conditions.items()})


def with_ratios(book: AccountBook) -> AccountBook:
    """The book with a margin and with tickets of its customers."""
    random = np.random.default_rng(4)
    customers = book.observations["customer"]
    revenue = random.lognormal(7, 1, len(customers.account))
    values = customers.values.assign(
        margin=revenue * random.beta(7, 3, len(revenue)),
        margin_revenue=revenue,
        tickets=random.poisson(4, len(revenue)).astype(float),
        months_served=customers.values["tenure"],
    )
    observations = {**book.observations, "customer": replace(customers, values=values)}
    return replace(book, observations=observations, metrics=(*book.metrics, GROSS_MARGIN, TICKETS_PER_MONTH))


def assert_same_figures(one: Comparison, other: Comparison) -> None:
    for cell, same in zip(one.cells, other.cells, strict=True):
        for name in ("estimate", "low", "high", "n", "difference", "difference_low", "p_value"):
            assert getattr(cell, name) == pytest.approx(getattr(same, name), rel=1e-9, abs=1e-12)
        assert cell.verdict == same.verdict


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    book = with_ratios(typical_book(3, accounts=90))
    deals, customers = book.observations["deal"], book.observations["customer"]
    random = np.random.default_rng(seed)
    moved = random.permutation(90)  # account row i becomes moved[i]
    back = np.argsort(moved)
    order, other = random.permutation(len(deals.account)), random.permutation(len(customers.account))
    shuffled = make_book(
        book.accounts.iloc[back].reset_index(drop=True),
        deals=deals.values.assign(account=moved[deals.account]).iloc[order].reset_index(drop=True),
        customers=customers.values.assign(account=moved[customers.account])
        .iloc[other]
        .reset_index(drop=True),
        deal_attributes=deals.attributes.iloc[order].reset_index(drop=True),
        metrics=book.metrics,
    )
    conditions = {"A": THIRD, "B": INBOUND}
    assert_same_figures(board(shuffled, **conditions), board(book, **conditions))


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 1e6))
def test_another_currency_scales_amounts_and_changes_no_verdict(rate: float) -> None:
    book = typical_book(5, accounts=90)
    deals = book.observations["deal"]
    scaled = replace(deals, values=deals.values.assign(amount=deals.values["amount"] * rate))
    converted = replace(book, observations={**book.observations, "deal": scaled})
    one, other = board(book, A=THIRD).cell("A", "deal_size"), board(converted, A=THIRD).cell("A", "deal_size")
    for name in ("estimate", "low", "high", "difference", "difference_low"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * rate, rel=1e-9)
    assert other.p_value == pytest.approx(one.p_value)
    assert other.verdict == one.verdict


def test_renamed_levels_change_nothing() -> None:
    book = typical_book(7)
    renamed = book.accounts.assign(
        third=book.accounts["third"].cat.rename_categories({"yes": "ja", "no": "nein"})
    )
    other = board(replace(book, accounts=renamed), A=FieldTest("third", "in", ("ja",)))
    assert_same_figures(other, board(book, A=THIRD))


BOOK = with_ratios(typical_book(9, accounts=240, lift=0.15))
SIZES = st.floats(10, 300).map(lambda size: FieldTest("employees", "at_least", round(size, 1)))


@settings(max_examples=25)
@given(SIZES, st.sampled_from([THIRD, SAAS]))
def test_a_segment_is_the_sum_of_the_parts_it_is_split_into(size: FieldTest, whole: FieldTest) -> None:
    blank = FieldTest("employees", "is_unknown")
    parts = (AllOf((whole, size)), AllOf((whole, Not(size))), AllOf((whole, blank)))
    found = board(BOOK, A=whole, B=parts[0], C=parts[1], D=parts[2])
    assert found.segments[1].accounts == sum(segment.accounts for segment in found.segments[2:])
    for metric in ("win_rate", "churn_rate"):
        cells = [found.cell(name, metric) for name in "BCD"]
        assert found.cell("A", metric).n == sum(cell.n for cell in cells)
        together = sum((cell.estimate or 0.0) * cell.n for cell in cells)
        assert found.cell("A", metric).estimate == pytest.approx(together / found.cell("A", metric).n)
    # Put together again it is the same segment, whatever stands beside it.
    again = board(BOOK, A=AnyOf(parts))
    for metric in found.metrics:
        one, other = found.cell("A", metric.name), again.cell("A", metric.name)
        assert replace(one, q_value=None, verdict="none") == replace(other, q_value=None, verdict="none")


@settings(max_examples=15)
@given(st.floats(0.001, 1000), st.sampled_from([THIRD, SAAS, INBOUND]))
def test_another_unit_of_what_is_divided_and_divides_changes_no_verdict(
    rate: float, condition: Condition
) -> None:
    customers = BOOK.observations["customer"]
    scaled = customers.values.assign(
        margin=customers.values["margin"] * rate, margin_revenue=customers.values["margin_revenue"] * rate
    )
    other = replace(BOOK, observations={**BOOK.observations, "customer": replace(customers, values=scaled)})
    assert_same_figures(board(other, A=condition), board(BOOK, A=condition))


@settings(max_examples=15)
@given(st.integers(2, 40))
def test_months_or_days_are_the_same_survival(days: int) -> None:
    customers = BOOK.observations["customer"]
    scaled = replace(customers, values=customers.values.assign(tenure=customers.values["tenure"] * days))
    metrics = tuple(
        replace(metric, horizon=12.0 * days) if metric.name == "retention_12m" else metric
        for metric in BOOK.metrics
    )
    other = replace(BOOK, observations={**BOOK.observations, "customer": scaled}, metrics=metrics)
    one, two = (board(book, A=THIRD).cell("A", "retention_12m") for book in (BOOK, other))
    assert one == two


@pytest.mark.parametrize("metric", ["win_rate", "gross_margin", "retention_12m", "sales_cycle_days"])
def test_values_in_another_order_have_the_same_figures(metric: str) -> None:
    turned = BOOK.accounts.assign(
        industry=BOOK.accounts["industry"].cat.reorder_categories(["Public", "Health", "Retail", "SaaS"])
    )
    shown = []
    for accounts in (BOOK.accounts, turned):
        index = SegmentIndex(replace(BOOK, accounts=accounts))
        (facet,) = facets(index, index.rows(THIRD), metric, ["industry"]).facets
        shown.append({value.label: value for value in facet.values})
    assert shown[0] == shown[1]


def test_a_column_nobody_asks_for_changes_nothing() -> None:
    more = BOOK.accounts.assign(noise=pd.Categorical(np.arange(len(BOOK.accounts)) % 7 == 0))
    book = make_book(
        more.astype({"noise": str}).astype({"noise": "category"}),
        deals=BOOK.observations["deal"].values.assign(account=BOOK.observations["deal"].account),
        customers=BOOK.observations["customer"].values.assign(account=BOOK.observations["customer"].account),
        metrics=BOOK.metrics,
    )
    assert board(book, A=THIRD, B=SAAS).cells == board(BOOK, A=THIRD, B=SAAS).cells
