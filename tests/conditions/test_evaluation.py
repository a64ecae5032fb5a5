"""Conditions over columns, against a slow reading of Kleene's tables and by hand."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings

from icp_workbench.conditions.condition import (
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    simplified,
)
from icp_workbench.conditions.evaluation import Column, evaluate, words_of
from tests.conditions.books import CONDITIONS, ROWS, Row, columns_of, slow_truth


@settings(max_examples=300)
@given(CONDITIONS, ROWS)
def test_every_row_agrees_with_kleenes_tables(condition: Condition, rows: list[Row]) -> None:
    truth = evaluate(condition, columns_of(rows), len(rows))
    expected = [slow_truth(condition, row) for row in rows]
    assert truth.true.tolist() == [value is True for value in expected]
    assert truth.unknown.tolist() == [value is None for value in expected]
    assert truth.false.tolist() == [value is False for value in expected]


@given(CONDITIONS, ROWS)
def test_simplifying_changes_no_answer(condition: Condition, rows: list[Row]) -> None:
    columns = columns_of(rows)
    before, after = (
        evaluate(condition, columns, len(rows)),
        evaluate(simplified(condition), columns, len(rows)),
    )
    assert before.true.tolist() == after.true.tolist()
    assert before.unknown.tolist() == after.unknown.tolist()


def _truth(test: FieldTest, column: Column) -> list[bool | None]:
    found = evaluate(test, {test.field: column}, len(column.values))
    return [None if unknown else bool(true) for true, unknown in zip(found.true, found.unknown, strict=True)]


def test_a_blank_never_silently_matches() -> None:
    region = Column("category", np.array([0, 1, -1], np.int32), ("EMEA", "APAC"))
    assert _truth(FieldTest("region", "not_in", ("EMEA",)), region) == [False, True, None]
    assert _truth(FieldTest("region", "is", "EMEA"), region) == [True, False, None]
    assert _truth(FieldTest("region", "is_unknown"), region) == [False, False, True]
    assert _truth(FieldTest("region", "is_known"), region) == [True, True, False]


def test_a_blank_number_or_answer_is_never_among_the_others() -> None:
    seats = Column("number", np.array([1.0, 2.0, np.nan]))
    assert _truth(FieldTest("seats", "not_in", (1,)), seats) == [False, True, None]
    found = evaluate(FieldTest("seats", "not_in", (1,)), {"seats": seats}, 3)
    assert not (found.true & found.unknown).any()
    hiring = Column("boolean", np.array([1, 0, -1], np.int8))
    found = evaluate(FieldTest("hiring", "not_in", (True,)), {"hiring": hiring}, 3)
    assert found.true.tolist() == [False, True, False]


def test_between_includes_both_ends() -> None:
    employees = Column("number", np.array([39.9, 40, 120, 120.1, np.nan]))
    assert _truth(FieldTest("employees", "between", (40, 120)), employees) == [False, True, True, False, None]


def test_a_day_holds_until_midnight() -> None:
    closed = Column("date", np.array(["2025-06-01T23:59", "2025-06-02T00:00", "NaT"], "datetime64[ns]"))
    assert _truth(FieldTest("closed", "at_most", dt.date(2025, 6, 1)), closed) == [True, False, None]
    assert _truth(FieldTest("closed", "is", dt.date(2025, 6, 1)), closed) == [True, False, None]


def test_an_account_without_any_tool_is_known_to_use_none() -> None:
    tech = Column("set", np.array([0, 1, -1], np.int32), (frozenset(), frozenset({"dbt", "Snowflake"})))
    assert _truth(FieldTest("tech", "contains_any", ("dbt",)), tech) == [False, True, None]
    assert _truth(FieldTest("tech", "contains_all", ("dbt", "C++")), tech) == [False, False, None]


@pytest.mark.parametrize(
    ("text", "entry", "expected"),
    [
        ("A value-added Reseller.", "reseller", True),
        ("resellers only", "reseller", False),
        ("value-added reseller", "value added", True),
        ("added value", "value added", False),
        (".*", ".*", False),
        ("anything", "", False),
        ("Straße 1", "STRASSE", True),
        ("日本語のサイト", "日本語", False),
    ],
)
def test_mentions_finds_whole_words_in_any_case_and_no_patterns(
    text: str, entry: str, expected: bool
) -> None:
    column = Column("text", np.array([0], np.int32), (text,))
    assert _truth(FieldTest("about", "mentions", (entry,)), column) == [expected]


def test_words_keep_combining_marks() -> None:
    assert words_of("Cafe\u0301-Bar") == ("cafe\u0301", "bar")


def test_the_empty_conditions_are_true_and_false_everywhere() -> None:
    assert evaluate(EVERYONE, {}, 2).true.tolist() == [True, True]
    assert evaluate(NOBODY, {}, 2).false.tolist() == [True, True]
    assert evaluate(AllOf((NOBODY, EVERYONE)), {}, 1).false.tolist() == [True]


def test_a_known_part_settles_what_an_unknown_one_leaves_open() -> None:
    columns = {"x": Column("number", np.array([np.nan])), "y": Column("number", np.array([1.0]))}
    unknown, true = FieldTest("x", "is", 1), FieldTest("y", "is", 1)
    assert evaluate(AnyOf((unknown, true)), columns, 1).true.tolist() == [True]
    assert evaluate(AllOf((unknown, Not(true))), columns, 1).false.tolist() == [True]
    assert evaluate(AllOf((unknown, true)), columns, 1).unknown.tolist() == [True]


def test_a_test_the_type_does_not_know_is_a_programmers_error() -> None:
    number = Column("number", np.array([1.0]))
    for test in (FieldTest("x", "mentions", ("a",)), FieldTest("x", "is", "1"), FieldTest("x", "is", True)):
        with pytest.raises(TypeError):
            evaluate(test, {"x": number}, 1)
    with pytest.raises(KeyError):
        evaluate(FieldTest("y", "is", 1), {"x": number}, 1)


def test_columns_may_be_made_on_demand() -> None:
    asked: list[str] = []

    def column(name: str) -> Column:
        asked.append(name)
        return Column("boolean", np.array([1, 0, -1], np.int8))

    assert evaluate(FieldTest("hiring", "is", True), column, 3).true.tolist() == [True, False, False]
    assert asked == ["hiring"]
