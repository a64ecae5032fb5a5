"""Looks: one key for one question, however it was asked."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.condition import EVERYONE, AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.look_keys import pair_key, segments_seen
from icp_workbench.evidence.looks import holm_adjusted, look_key, looks_of, looks_of_facets
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book

SAAS = FieldTest("industry", "in", ("SaaS",))
BIG = FieldTest("employees", "at_least", 100)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AllOf((SAAS, BIG)), AllOf((BIG, SAAS))),
        (AllOf((SAAS, AllOf((BIG,)))), AllOf((SAAS, BIG, SAAS))),
        (AllOf((EVERYONE, SAAS)), SAAS),
        (FieldTest("industry", "is", "SaaS"), SAAS),
        (FieldTest("industry", "in", ("SaaS", "Retail")), FieldTest("industry", "in", ("Retail", "SaaS"))),
        (FieldTest("employees", "at_least", 100), FieldTest("employees", "at_least", 100.0)),
        (FieldTest("tools", "contains_all", ("dbt",)), FieldTest("tools", "contains_any", ("dbt",))),
        (Not(Not(SAAS)), SAAS),
        (AllOf((SAAS, AnyOf((AllOf((BIG, SAAS)),)))), AllOf((SAAS, BIG))),
        (AnyOf((SAAS, AnyOf(()))), SAAS),
        (FieldTest("employees", "at_least", 0), FieldTest("employees", "at_least", -0.0)),
    ],
)
def test_one_question_has_one_key_however_it_is_written(one: Condition, other: Condition) -> None:
    assert look_key(one, "win_rate") == look_key(other, "win_rate")


def test_other_questions_have_other_keys() -> None:
    questions = [
        SAAS, BIG, AllOf((SAAS, BIG)), AnyOf((SAAS, BIG)), Not(SAAS), EVERYONE, AnyOf(()),
        FieldTest("employees", "between", (1, 2)), FieldTest("employees", "between", (2, 1)),
        FieldTest("hiring", "is", True), FieldTest("hiring", "is", 1), FieldTest("hiring", "is_unknown"),
        FieldTest("founded", "at_least", dt.date(2020, 1, 1)), FieldTest("founded", "at_least", "2020-01-01"),
    ]  # fmt: skip
    keys = {look_key(question, metric) for question in questions for metric in ("win_rate", "retention_12m")}
    assert len(keys) == 2 * len(questions)


def test_a_key_is_stable_over_releases() -> None:
    """Keys stand in journals and specs: another key for an old question would count it twice."""
    assert look_key(SAAS, "win_rate") == "422f75134e1aa25c7fc9"
    assert look_key(AllOf((Not(SAAS), BIG)), "retention_12m") == "7d86c61fcf2fb3e8f888"
    assert pair_key(SAAS, BIG, "win_rate") == pair_key(BIG, SAAS, "win_rate") == "9b8e54090270175c7fc9"


def test_segments_are_counted_once_whatever_they_were_judged_by() -> None:
    keys = [look_key(one, metric) for one in (SAAS, BIG, Not(Not(SAAS))) for metric in ("a", "b", "c")]
    assert len(set(keys)) == 6 and segments_seen(keys) == 2
    assert segments_seen([*keys, pair_key(SAAS, BIG, "a"), pair_key(BIG, SAAS, "b")]) == 3
    assert segments_seen([]) == 0


def test_a_board_counts_conditions_times_core_metrics() -> None:
    index = SegmentIndex(typical_book())
    rows = {"A": index.rows(SAAS), "B": index.rows(BIG), "C": index.rows(SAAS), "D": index.rows(EVERYONE)}
    found = compare(index, rows)
    looks = looks_of(found)
    core = [metric.name for metric in found.metrics if metric.core]
    assert found.looks == len(looks) == 2 * len(core)
    assert looks[look_key(BIG, "win_rate")] == found.cell("B", "win_rate").p_value


def test_a_cell_with_too_few_accounts_is_a_look_without_a_test() -> None:
    index = SegmentIndex(typical_book())
    assert set(looks_of(compare(index, {"A": index.rows(AnyOf(()))})).values()) == {None}


def test_a_value_seen_in_a_facet_is_the_same_look_as_its_segment() -> None:
    index = SegmentIndex(typical_book())
    seen = looks_of_facets(facets(index, index.rows(EVERYONE), "win_rate"), EVERYONE)
    board = looks_of(compare(index, {"A": index.rows(SAAS)}, ["win_rate"]))
    assert board.keys() <= seen.keys()
    assert looks_of_facets(facets(index, index.rows(EVERYONE), "churn_rate"), EVERYONE) == {}


def test_holm_counts_every_look_that_was_a_test() -> None:
    looks = {"a": 0.01, "b": 0.2, "c": None, "d": 0.9}
    assert holm_adjusted("a", 0.01, looks) == pytest.approx(0.03)
    assert holm_adjusted("new", 0.01, looks) == pytest.approx(0.04)
    assert holm_adjusted("b", 0.2, looks) == pytest.approx(0.4)


@given(st.permutations(["SaaS", "Retail", "Health"]))
def test_the_order_of_values_does_not_matter(values: list[str]) -> None:
    found = look_key(FieldTest("industry", "not_in", tuple(values)), "win_rate")
    assert found == look_key(FieldTest("industry", "not_in", ("Health", "Retail", "SaaS")), "win_rate")
