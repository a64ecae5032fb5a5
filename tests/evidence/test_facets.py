"""Facets: counts, headline, verdicts; the same figures as the board's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from icp_workbench.conditions.condition import EVERYONE, AllOf, Condition, FieldTest
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import Facet, Facets, facets
from icp_workbench.evidence.looks import level_condition
from icp_workbench.segments.binning import date_edges, number_edges
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book

BOOK = typical_book(11, accounts=240, lift=0.25)
INDEX = SegmentIndex(BOOK)
METRICS = ("win_rate", "sales_cycle_days", "churn_rate", "retention_12m")


def facet(found: Facets, name: str) -> Facet:
    return next(one for one in found.facets if one.field.name == name)


def shown(metric: str = "win_rate", condition: Condition = EVERYONE) -> Facets:
    return facets(INDEX, INDEX.rows(condition), metric)


@pytest.mark.parametrize("metric", METRICS)
def test_a_value_has_the_figures_of_the_same_segment_on_the_board(metric: str) -> None:
    for one in shown(metric).facets:
        for value in one.values:
            rows = INDEX.rows(level_condition(one.field, value.value))
            cell = compare(INDEX, {"A": rows}, [metric]).cell("A", metric)
            assert (value.n, value.accounts) == (cell.n, int(rows.accounts.sum()))
            assert value.estimate == pytest.approx(cell.estimate)
            assert value.p_value == pytest.approx(cell.p_value)


@pytest.mark.parametrize("metric", METRICS)
def test_under_a_filter_a_value_is_weighed_against_the_other_values_inside_it(metric: str) -> None:
    inside = INDEX.rows(FieldTest("third", "in", ("no",)))
    found = facets(INDEX, inside, metric)
    index = SegmentIndex(_only(inside.accounts))
    alone = facets(index, index.rows(EVERYONE), metric)
    assert found.accounts == alone.accounts == alone.total == 160
    for one, other in zip(found.facets, alone.facets, strict=True):
        key = {value.value: value for value in other.values}
        for value in one.values:
            same = key[value.value]
            assert (value.accounts, value.n, value.verdict) == (same.accounts, same.n, same.verdict)
            assert value.p_value == pytest.approx(same.p_value)


def _only(accounts: np.ndarray) -> object:
    renumbered = np.cumsum(accounts) - 1
    observations = {}
    for grain, seen in BOOK.observations.items():
        kept = accounts[seen.account]
        observations[grain] = replace(
            seen,
            account=renumbered[seen.account[kept]].astype(np.int32),
            values=seen.values[kept].reset_index(drop=True),
            attributes=seen.attributes[kept].reset_index(drop=True),
        )
    ids = tuple(name for name, kept in zip(BOOK.account_ids, accounts, strict=True) if kept)
    frame = BOOK.accounts[accounts].reset_index(drop=True)
    return replace(BOOK, accounts=frame, account_ids=ids, account_names=ids, observations=observations)


def test_counts_of_a_category_and_its_blanks_make_up_the_book() -> None:
    industry = facet(shown(), "industry")
    assert sum(value.accounts for value in industry.values) == 240
    assert (industry.values[-1].value, industry.values[-1].label) == (None, "(blank)")
    counts = [value.accounts for value in industry.values[:-1]]
    assert counts == sorted(counts, reverse=True)


def test_a_set_counts_an_account_under_each_member() -> None:
    tools = facet(shown(), "tools")
    held = BOOK.accounts["tools"].astype(object)
    assert {value.value: value.accounts for value in tools.values} == {
        tool: sum(tool in combination for combination in held) for tool in ("dbt", "Looker", "Jira")
    }


def test_the_planted_difference_is_seen_and_booleans_read_yes_and_no() -> None:
    found = shown()
    assert {value.label: value.verdict for value in facet(found, "third").values} == {
        "yes": "better",
        "no": "worse",
    }
    assert {value.label for value in facet(found, "hiring").values} == {"yes", "no"}


def test_a_number_has_a_histogram_of_all_accounts_under_the_filter() -> None:
    for condition, accounts in ((EVERYONE, 240), (FieldTest("third", "in", ("yes",)), 80)):
        histogram = facet(shown(condition=condition), "employees").histogram
        assert histogram is not None
        assert sum(histogram.counts) + histogram.blank == accounts
        assert len(histogram.edges) == len(histogram.counts) + 1 <= 21
    assert [value.label for value in facet(shown(), "employees").values] == ["(blank)"]


def test_a_leak_is_not_offered_and_fields_can_be_chosen() -> None:
    kept_out = tuple(replace(f, kept_out="a leak") if f.name == "hiring" else f for f in BOOK.fields.values())
    index = SegmentIndex(replace(BOOK, fields=Fields(kept_out)))
    every = facets(index, index.rows(EVERYONE), "win_rate")
    assert "hiring" not in [one.field.name for one in every.facets]
    only = facets(index, index.rows(EVERYONE), "win_rate", ["industry"])
    assert [one.field.name for one in only.facets] == ["industry"]


def test_a_metric_the_book_does_not_have_leaves_counts() -> None:
    found = shown("gross_margin")
    value = facet(found, "third").values[0]
    assert (value.accounts, value.estimate, value.verdict, found.core) == (160, None, "none", False)


def test_the_most_frequent_twelve_values_are_listed_and_the_others_counted() -> None:
    random = np.random.default_rng(0)
    many = BOOK.accounts.assign(industry=BOOK.accounts["industry"].cat.rename_categories(str))
    many["industry"] = random.choice([f"i{n:02}" for n in range(30)], 240)
    many["industry"] = many["industry"].astype("category")
    index = SegmentIndex(replace(BOOK, accounts=many))
    industry = facet(facets(index, index.rows(EVERYONE), "win_rate"), "industry")
    assert (len(industry.values), industry.hidden) == (12, 18)


def test_an_empty_filter_shows_nothing_and_claims_nothing() -> None:
    nobody = AllOf((FieldTest("third", "in", ("yes",)), FieldTest("third", "in", ("no",))))
    for metric in METRICS:
        for one in shown(metric, nobody).facets:
            assert all(value.accounts == 0 and value.p_value is None for value in one.values)


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([1, 2, 3, 4, 5, 6], (1, 2, 3, 4, 5, 6)),
        ([0, 50, 100, 95, 30], tuple(range(0, 101, 5))),
        ([7, 7], (7, 8)),
        ([1e300, 1e300], (1e300, np.nextafter(1e300, np.inf))),
        ([-0.5, 0.0, 0.5], tuple(np.round(np.arange(-0.5, 0.51, 0.05), 2))),
    ],
)
def test_edges_are_round_numbers(values: list[float], edges: tuple[float, ...]) -> None:
    assert number_edges(np.array(values, dtype=float)) == pytest.approx(edges)


def test_skewed_numbers_have_steps_that_grow() -> None:
    edges = number_edges(np.exp(np.random.default_rng(1).normal(4, 1.5, 2_000)))
    assert len(edges) <= 21
    assert {50.0, 100.0, 200.0, 500.0} <= set(edges)


def test_dates_are_binned_by_month_quarter_or_year() -> None:
    assert date_edges(dt.date(2024, 1, 15), dt.date(2024, 3, 1)) == tuple(
        dt.date(2024, m, 1) for m in range(1, 5)
    )
    assert date_edges(dt.date(2020, 2, 1), dt.date(2022, 1, 1))[:2] == (
        dt.date(2020, 1, 1),
        dt.date(2020, 4, 1),
    )
    assert len(date_edges(dt.date(1900, 1, 1), dt.date(2026, 1, 1))) <= 21
