"""Conditions with one threshold moved: by how much, and in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.condition import tests_of as field_tests
from icp_workbench.conditions.expression import parse
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.scrutiny.thresholds import moved
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book


def _index() -> SegmentIndex:
    n = 400
    random = np.random.default_rng(1)
    return SegmentIndex(
        make_book(
            pd.DataFrame(
                {
                    "employees": np.round(np.exp(random.normal(4, 1.3, n))),
                    "growth": np.append(random.uniform(-0.5, 0.5, n - 1), 40.0),  # one of them is far out
                    "result": random.uniform(-900.0, 100.0, n),
                    "rating": random.choice([1.0, 2.0, 3.0, 4.0, 5.0], n),
                    "founded_in": random.integers(1995, 2021, n).astype(float),
                    "alike": np.full(n, 7.0),
                    "unfilled": np.full(n, np.nan),
                    "signed": pd.Timestamp("2015-01-01")
                    + pd.to_timedelta(np.linspace(0, 3_650, n).round(), "D"),
                    "industry": pd.Categorical(random.choice(["SaaS", "Retail"], n)),
                }
            ),
            deals=pd.DataFrame({"account": range(n), "won": 1.0, "amount": 1.0, "cycle_days": 1.0}),
        )
    )


INDEX = _index()


def values(typed: str) -> list[object]:
    """What the thresholds of a typed condition become, one at a time."""
    condition = parse(typed, INDEX.book.fields)
    before = list(field_tests(condition))
    found: list[object] = []
    for _, other in moved(condition, INDEX):
        (changed,) = [new.value for new, old in zip(field_tests(other), before, strict=True) if new != old]
        found.append(changed)
    return found


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("employees >= 40", [36, 44]),
        ("employees <= 45", [40, 50]),  # 4.5 is no number of people
        ("employees >= 3", [2, 4]),  # at least one
        ("employees >= 37.5", [33.75, 41.25]),
        ("employees between 40 and 120", [(36, 120), (44, 120), (40, 108), (40, 132)]),
        ("employees between 95 and 100", [(85, 100), (95, 110)]),  # 105 and 90 lie past the other end
        ("result >= -50", [-55, -45]),
        ("result between -200 and -100", [(-220, -100), (-180, -100), (-200, -110), (-200, -90)]),
        ("rating >= 4", [3, 5]),
        ("NOT employees <= 40", [36, 44]),
        ("employees > 40", [36, 44]),
        ("industry = 'SaaS' OR NOT (employees >= 40 AND result <= 50)", [36, 44, 45, 55]),
        ("industry = 'SaaS' AND employees = 40", []),
        ("employees IS NULL", []),
        ("unfilled >= 10", []),
        ("alike >= 7", [6, 8]),
        ("alike >= 0", []),
    ],
)
def test_a_threshold_is_moved_by_a_tenth_of_its_value(typed: str, expected: list[object]) -> None:
    assert values(typed) == [pytest.approx(one) for one in expected]


def test_from_nought_by_a_tenth_of_the_range_without_what_is_far_out() -> None:
    low, high = values("growth >= 0")
    assert low == pytest.approx(-0.09, abs=0.01)
    assert high == pytest.approx(0.09, abs=0.01)


def test_a_year_is_moved_by_years_not_by_centuries() -> None:
    assert values("founded_in >= 2010") == [2008, 2012]


def test_a_date_is_moved_by_a_tenth_of_the_range() -> None:
    low, high = values("signed >= 2020-01-01")
    # Nine tenths of 3,650 days, and a tenth of these.
    assert isinstance(low, dt.date) and isinstance(high, dt.date)
    assert (dt.date(2020, 1, 1) - low).days in (328, 329) and (high - dt.date(2020, 1, 1)).days in (328, 329)
    assert len(values("signed between 2020-01-01 and 2020-03-01")) == 2


def test_a_date_at_the_end_of_the_calendar_has_one_side_only() -> None:
    assert len(values("signed <= 9999-12-31")) == 1
    assert len(values("signed >= 0001-01-01")) == 1


def test_the_words_say_what_was_moved_from_where_to_where() -> None:
    assert [what for what, _ in moved(parse("employees >= 40", INDEX.book.fields), INDEX)] == [
        "with employees at 36 instead of 40", "with employees at 44 instead of 40",
    ]  # fmt: skip
    (_, later) = moved(parse("signed >= 2020-01-01", INDEX.book.fields), INDEX)
    assert later[0] in ("with signed at 2020-11-24 instead of 2020-01-01",
                        "with signed at 2020-11-25 instead of 2020-01-01")  # fmt: skip


def test_everything_else_of_a_condition_stays() -> None:
    saas, big = FieldTest("industry", "in", ("SaaS",)), FieldTest("employees", "at_least", 40)
    inner = AnyOf((Not(big), saas))
    found = [other for _, other in moved(AllOf((saas, inner)), INDEX)]
    assert found == [AllOf((saas, AnyOf((Not(replace(big, value=end)), saas)))) for end in (36.0, 44.0)]


def test_an_attribute_the_book_does_not_have_is_refused() -> None:
    with pytest.raises(WorkbenchError):
        list(moved(FieldTest("emploeyes", "at_least", 40), INDEX))


_NUMBERS = st.floats(-1e12, 1e12).map(lambda value: round(value, 3)) | st.integers(-(10**9), 10**9)


@given(_NUMBERS, st.sampled_from(["employees", "growth", "result", "founded_in"]))
def test_both_sides_lie_about_the_threshold(end: float, field: str) -> None:
    condition: Condition = FieldTest(field, "at_least", end)
    found = [other.value for _, other in moved(condition, INDEX) if isinstance(other, FieldTest)]
    assert len(found) == 2
    low, high = found
    assert isinstance(low, float) and isinstance(high, float)
    assert low < end < high
    assert end - low == pytest.approx(high - end, rel=1e-6, abs=1e-9)
