"""What is said to follow from a condition does, on every account there could be."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.checking import check
from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.evaluation import Mask
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.checks.logic import implies, never_holds
from tests.synthetic import make_book

NUMBERS, INDUSTRIES = (10.0, 20.0, 30.0, 40.0), ("SaaS", "Retail", "Media")
TOOLS = tuple(
    frozenset(tool for tool, there in zip("abc", mask, strict=True) if there)
    for mask in ((1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, 1), (0, 0, 1))
)
DAYS = (dt.date(2025, 1, 1), dt.date(2025, 6, 1), dt.date(2026, 1, 1))


def everyone() -> SegmentIndex:
    """An account for each combination of values, blanks among them."""
    rows = [
        (size, industry, tools, day, hiring)
        for size in (*NUMBERS, None)
        for industry in (*INDUSTRIES, None)
        for tools in (*TOOLS, None)
        for day in (*DAYS, None)
        for hiring in (True, False, None)
    ]
    size, industry, tools, day, hiring = zip(*rows, strict=True)
    accounts = pd.DataFrame(
        {
            "employees": pd.Series(size, dtype=float),
            "industry": pd.Categorical(industry, INDUSTRIES),
            "tech": pd.Categorical(tools, list(TOOLS)),
            "funded": pd.to_datetime(pd.Series(day)),
            "hiring": pd.array(hiring, dtype="boolean"),
        }
    )
    return SegmentIndex(make_book(accounts))


INDEX = everyone()


def some(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


numbers = st.sampled_from((5, 10, 15, 20, 30, 35, 40, 45))
tests = st.one_of(
    st.builds(FieldTest, st.just("employees"), st.sampled_from(["at_least", "at_most", "is"]), numbers),
    st.builds(
        FieldTest,
        st.just("employees"),
        st.just("between"),
        st.tuples(numbers, numbers).map(sorted).map(tuple),
    ),
    st.builds(FieldTest, st.just("employees"), st.just("in"), some(numbers)),
    st.builds(
        FieldTest, st.just("industry"), st.sampled_from(["in", "not_in"]), some(st.sampled_from(INDUSTRIES))
    ),
    st.builds(FieldTest, st.just("industry"), st.just("mentions"), some(st.sampled_from(INDUSTRIES))),
    st.builds(
        FieldTest,
        st.just("tech"),
        st.sampled_from(["contains_any", "contains_all"]),
        some(st.sampled_from("abc")),
    ),
    st.builds(
        FieldTest, st.just("funded"), st.sampled_from(["at_least", "at_most", "is"]), st.sampled_from(DAYS)
    ),
    st.builds(FieldTest, st.just("hiring"), st.just("is"), st.booleans()),
    st.builds(
        FieldTest,
        st.sampled_from(["employees", "industry", "tech"]),
        st.sampled_from(["is_known", "is_unknown"]),
    ),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)


def holds(condition: Condition) -> Mask:
    return INDEX.rows(check(condition, INDEX.book.fields, levels_must_exist=False)).accounts


@settings(max_examples=400)
@given(conditions, conditions)
def test_what_is_implied_holds_wherever_the_first_does(one: Condition, two: Condition) -> None:
    if implies(one, two):
        assert not (holds(one) & ~holds(two)).any()
    both = AllOf((one, two))
    assert implies(both, one) and implies(one, AnyOf((one, two)))
    if never_holds(both):
        assert not holds(both).any()


def test_values_between_two_are_not_those_two() -> None:
    both = FieldTest("employees", "in", (5, 15))
    assert not implies(FieldTest("employees", "between", (5, 10)), both)
    assert implies(FieldTest("employees", "between", (15, 15)), both)
    assert implies(both, FieldTest("employees", "between", (5, 15)))


def test_what_people_write_is_understood() -> None:
    size = FieldTest("employees", "between", (40, 120))
    saas = FieldTest("industry", "is", "SaaS")
    either = FieldTest("industry", "in", ("SaaS", "Fintech"))
    assert implies(size, FieldTest("employees", "at_least", 40))
    assert not implies(size, FieldTest("employees", "at_least", 41))
    assert implies(AllOf((saas, size)), AllOf((either, FieldTest("employees", "at_most", 200))))
    assert implies(saas, FieldTest("industry", "not_in", ("Retail",)))
    assert implies(saas, Not(FieldTest("industry", "is", "Retail")))
    assert implies(saas, AnyOf((size, either))) and not implies(either, saas)
    assert implies(
        FieldTest("tech", "contains_all", ("a", "b")), FieldTest("tech", "contains_any", ("b", "c"))
    )
    assert implies(FieldTest("funded", "at_least", DAYS[1]), FieldTest("funded", "at_least", DAYS[0]))
    assert never_holds(AllOf((saas, FieldTest("industry", "is_unknown"))))
    assert never_holds(AllOf((saas, Not(either)))) and not never_holds(AllOf((either, Not(saas))))


def test_a_condition_of_thousands_of_tests_takes_no_time() -> None:
    long = AnyOf(tuple(FieldTest("employees", "is", at) for at in range(5_000)))
    assert implies(long, long) and not implies(long, AnyOf(long.parts[:-1]))
    assert not never_holds(AllOf(long.parts))
