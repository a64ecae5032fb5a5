"""What a hand chose, and the condition it means."""

import datetime as dt
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.filter import Choice, Filter, filter_from_plain, filter_to_plain
from icp_workbench.segments.index import SegmentIndex
from tests.conditions.books import CONDITIONS
from tests.synthetic import make_book

ACCOUNTS = pd.DataFrame(
    {
        "region": pd.Categorical(["EMEA", "APAC", None, "EMEA", "AMER"]),
        "hiring": pd.array([True, False, None, True, False], dtype="boolean"),
        "tech": pd.Categorical(
            [frozenset({"dbt"}), frozenset({"dbt", "Snowflake"}), None, frozenset(), frozenset({"Snowflake"})]
        ),
        "employees": [10.0, 40.0, float("nan"), 120.0, 121.0],
        "founded": pd.to_datetime(["2020-01-01", "2021-06-01", None, "2022-12-31", "2023-01-01"]),
    }
)
INDEX = SegmentIndex(make_book(ACCOUNTS))


def selected(chosen: Filter) -> list[int]:
    rows = INDEX.rows(chosen.condition(INDEX.book.fields))
    return [row for row, taken in enumerate(rows.accounts) if taken]


def test_nothing_chosen_is_everyone() -> None:
    assert Filter().condition(INDEX.book.fields) == EVERYONE
    assert selected(Filter()) == [0, 1, 2, 3, 4]


def test_included_values_are_alternatives_and_blanks_stay_out() -> None:
    chosen = Filter().toggle_included("region", "EMEA").toggle_included("region", "AMER")
    assert selected(chosen) == [0, 3, 4]


def test_the_blank_level_can_be_included() -> None:
    assert selected(Filter().toggle_included("region", None)) == [2]
    assert selected(Filter().toggle_included("region", "APAC").toggle_included("region", None)) == [1, 2]


def test_excluding_a_value_keeps_blanks() -> None:
    assert selected(Filter().toggle_excluded("region", "EMEA")) == [1, 2, 4]


def test_excluding_the_blank_level_drops_blanks() -> None:
    assert selected(Filter().toggle_excluded("region", None)) == [0, 1, 3, 4]
    both = Filter().toggle_excluded("region", "EMEA").toggle_excluded("region", None)
    assert selected(both) == [1, 4]


def test_yes_and_no() -> None:
    assert selected(Filter().toggle_included("hiring", True)) == [0, 3]
    assert selected(Filter().toggle_included("hiring", True).toggle_included("hiring", False)) == [0, 1, 3, 4]
    assert selected(Filter().toggle_excluded("hiring", True)) == [1, 2, 4]
    assert selected(Filter().toggle_excluded("hiring", True).toggle_excluded("hiring", False)) == [2]
    assert selected(Filter().toggle_included("hiring", False).toggle_included("hiring", None)) == [1, 2, 4]


def test_members_of_a_set() -> None:
    assert selected(Filter().toggle_included("tech", "dbt")) == [0, 1]
    assert selected(Filter().toggle_included("tech", "dbt").toggle_included("tech", "Snowflake")) == [0, 1, 4]
    assert selected(Filter().toggle_excluded("tech", "dbt")) == [2, 3, 4]
    assert selected(Filter().toggle_excluded("tech", "dbt").toggle_excluded("tech", None)) == [3, 4]


def test_ranges_include_both_ends_and_drop_blanks() -> None:
    assert selected(Filter().with_range("employees", 40, 120)) == [1, 3]
    assert selected(Filter().with_range("employees", 40, None)) == [1, 3, 4]
    assert selected(Filter().with_range("employees", None, 40)) == [0, 1]
    assert selected(Filter().with_range("founded", dt.date(2021, 6, 1), dt.date(2022, 12, 31))) == [1, 3]


def test_blanks_can_be_taken_in_beside_a_range() -> None:
    chosen = Filter().with_range("employees", 40, 120).toggle_included("employees", None)
    assert selected(chosen) == [1, 2, 3]


def test_choices_on_several_attributes_and_a_typed_expression_all_hold() -> None:
    chosen = Filter().toggle_included("region", "EMEA").with_range("employees", 40, None)
    assert selected(chosen) == [3]
    typed = FieldTest("employees", "at_least", 40)
    assert selected(Filter().toggle_excluded("region", "EMEA").with_expression(typed)) == [1, 4]


def test_toggling_twice_leaves_nothing() -> None:
    chosen = Filter().toggle_included("region", "EMEA").toggle_included("region", "EMEA")
    assert chosen == Filter()
    assert chosen.condition(INDEX.book.fields) == EVERYONE


def test_a_level_is_never_in_and_out_at_once() -> None:
    chosen = Filter().toggle_included("region", "EMEA").toggle_excluded("region", "EMEA")
    assert chosen.choice("region") == Choice(excluded=("EMEA",))
    assert chosen.toggle_included("region", "EMEA").choice("region") == Choice(included=("EMEA",))
    assert chosen.without("region") == Filter()


LEVELS = st.lists(st.none() | st.booleans() | st.text(max_size=5), max_size=3, unique_by=repr).map(tuple)
BOUNDS = st.none() | st.integers(-9, 9) | st.floats(-9, 9) | st.dates()
CHOICES = st.builds(Choice, LEVELS, LEVELS, BOUNDS, BOUNDS)
FILTERS = st.builds(Filter, st.dictionaries(st.text(max_size=5), CHOICES, max_size=3), st.none() | CONDITIONS)


@given(FILTERS)
def test_a_filter_survives_json(chosen: Filter) -> None:
    text = json.dumps(filter_to_plain(chosen), allow_nan=False, sort_keys=True)
    read = filter_from_plain(json.loads(text))
    assert read == chosen
    assert list(read.choices) == list(chosen.choices)
    assert json.dumps(filter_to_plain(read), sort_keys=True) == text


def test_types_survive_json_exactly() -> None:
    chosen = Filter({"code": Choice(included=("2025-06-01", "1", True, None))}).with_range(
        "day", dt.date(2025, 6, 1), None
    )
    read = filter_from_plain(json.loads(json.dumps(filter_to_plain(chosen))))
    assert [type(level) for level in read.choice("code").included] == [str, str, bool, type(None)]
    assert read.choice("day").low == dt.date(2025, 6, 1)
    with_date = Filter(expression=AnyOf((FieldTest("day", "in", (dt.date(2025, 6, 1),)),)))
    assert filter_from_plain(json.loads(json.dumps(filter_to_plain(with_date)))) == with_date


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"choices": None, "expression": None},
        {"choices": [{"included": []}], "expression": None},
        {"choices": [{"field": "a", "odd": 1}], "expression": None},
        {"choices": [{"field": "a", "low": {"date": "yesterday"}}], "expression": None},
        {"choices": [], "expression": {"field": "a"}},
    ],
)
def test_what_is_no_filter_gives_one_error(plain: dict[str, object]) -> None:
    with pytest.raises(WorkbenchError):
        filter_from_plain(plain)
