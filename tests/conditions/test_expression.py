"""Expressions in SQL's notation, typed by a person."""

import datetime as dt
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.condition import (
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    from_plain,
    simplified,
)
from icp_workbench.conditions.expression import parse, to_text
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.errors import WorkbenchError
from tests.conditions.books import CONDITIONS, FIELDS

EMPLOYEES_40 = FieldTest("employees", "at_least", 40)


@given(CONDITIONS)
def test_what_is_written_reads_back(condition: Condition) -> None:
    assert parse(to_text(condition), FIELDS) == simplified(condition)


@given(CONDITIONS)
def test_writing_is_settled_after_one_round(condition: Condition) -> None:
    text = to_text(simplified(condition))
    assert to_text(parse(text, FIELDS)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("industry = 'Fintech'", FieldTest("industry", "is", "Fintech")),
        ("industry != 'Fintech'", Not(FieldTest("industry", "is", "Fintech"))),
        ("industry <> 'fintech'", Not(FieldTest("industry", "is", "Fintech"))),
        ("INDUSTRY in ('B2B SAAS', 'Fintech')", FieldTest("industry", "in", ("B2B SaaS", "Fintech"))),
        ("industry NOT IN ('Fintech')", FieldTest("industry", "not_in", ("Fintech",))),
        ("industry = 'O''Reilly & Sons'", FieldTest("industry", "is", "O'Reilly & Sons")),
        ("industry = '日本語'", FieldTest("industry", "is", "日本語")),
        ("employees >= 40", EMPLOYEES_40),
        ("employees ≥ 40", EMPLOYEES_40),
        ("employees < 40", Not(EMPLOYEES_40)),
        ("employees > 1_000", Not(FieldTest("employees", "at_most", 1000))),
        ("employees <= -1.5e3", FieldTest("employees", "at_most", -1500.0)),
        ("employees<=.5", FieldTest("employees", "at_most", 0.5)),
        ("employees BETWEEN 40 AND 120", FieldTest("employees", "between", (40, 120))),
        ("employees NOT BETWEEN 40 AND 120", Not(FieldTest("employees", "between", (40, 120)))),
        ('"Number of Employees" = 40', FieldTest("employees", "is", 40)),
        ("employees IS NULL", FieldTest("employees", "is_unknown")),
        ("employees IS NOT NULL", FieldTest("employees", "is_known")),
        ("employees IS KNOWN", FieldTest("employees", "is_known")),
        ("employees IS NOT UNKNOWN", FieldTest("employees", "is_known")),
        ("hiring = TRUE", FieldTest("hiring", "is", True)),
        ("hiring IS FALSE", FieldTest("hiring", "is", False)),
        ("hiring", FieldTest("hiring", "is", True)),
        ("NOT hiring", Not(FieldTest("hiring", "is", True))),
        ("hiring = 'yes'", FieldTest("hiring", "is", True)),
        ("tech CONTAINS ANY ('dbt', 'snowflake')", FieldTest("tech", "contains_any", ("dbt", "Snowflake"))),
        ("tech CONTAINS ALL ('C++')", FieldTest("tech", "contains_all", ("C++",))),
        ("tech NOT CONTAINS ANY ('dbt')", Not(FieldTest("tech", "contains_any", ("dbt",)))),
        ("description MENTIONS ('cloud', 'a b')", FieldTest("description", "mentions", ("cloud", "a b"))),
        ("description MENTIONS 'cloud'", FieldTest("description", "mentions", ("cloud",))),
        ("last_funding >= '2025-06-01'", FieldTest("last_funding", "at_least", dt.date(2025, 6, 1))),
        ("last_funding >= 2025-06-01", FieldTest("last_funding", "at_least", dt.date(2025, 6, 1))),
        ('"in" = 3', FieldTest("in", "is", 3)),
        ("TRUE", EVERYONE),
        ("false", NOBODY),
        ("hiring AND TRUE", FieldTest("hiring", "is", True)),
    ],
)
def test_notation(text: str, expected: Condition) -> None:
    assert parse(text, FIELDS) == expected


def test_and_binds_closer_than_or_and_not_closest() -> None:
    hiring, small = FieldTest("hiring", "is", True), FieldTest("employees", "at_most", 9)
    text = "NOT hiring OR hiring AND employees <= 9"
    assert parse(text, FIELDS) == AnyOf((Not(hiring), AllOf((hiring, small))))
    assert parse("(NOT hiring OR hiring) AND employees <= 9", FIELDS) == AllOf(
        (AnyOf((Not(hiring), hiring)), small)
    )


def _error(text: str, fields: Fields = FIELDS) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        parse(text, fields)
    return caught.value


def test_a_wrong_field_is_shown_with_its_place_and_the_nearest_match() -> None:
    error = _error("hiring AND industy = 'Fintech'")
    assert error.what_happened == (
        "Column 12: there is no attribute `industy`; did you mean `industry`?\n"
        "  hiring AND industy = 'Fintech'\n"
        "             ^^^^^^^\n"
    )


def test_carets_stand_under_wide_characters_too() -> None:
    lines = _error("industry = '日本語' AND employes = 1").what_happened.splitlines()
    # Twelve cells before the quote, six for three wide characters, then `' AND `; and two of indentation.
    assert lines[2] == " " * (2 + 12 + 6 + 6) + "^" * len("employes")


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("industry = 'Fintec'", 12, "did you mean 'Fintech'?"),
        ("industry IN ('Fintech', 'Fintec')", 25, "did you mean 'Fintech'?"),
        ("industry = 'zzzzzz'", 12, "is never 'zzzzzz'."),
        ("tech CONTAINS ANY ('dbtt')", 20, "did you mean 'dbt'?"),
        ("employees = 'many'", 13, "is a number; 'many' is none"),
        ("employees > 45k", 13, "a value was expected"),
        ("employees BETWEEN 120 AND 40", 19, "the first is the higher"),
        ("last_funding > '01/06/2025'", 16, "is a date; '01/06/2025' is none"),
        ("last_funding > '2025-02-30'", 16, "is a date"),
        ("hiring = 'perhaps'", 10, "is yes or no"),
        ("hiring > TRUE", 8, "cannot be asked of it"),
        ("industry > 'A'", 10, "is a category; <= or > cannot be asked of it"),
        ("tech = 'dbt'", 6, "is a set of values; = cannot be asked of it"),
        ("industry = 40", 12, "40 is not a text"),
        ("industry = Fintech", 12, "a value was expected"),
        ('industry = "Fintech"', 12, "a value was expected"),
        ("industry = NULL", 12, "a blank cannot be compared"),
        ("employees == 40", 12, "a value was expected"),
        ("employees", 10, "a test of `employees` was expected"),
        ("employees = 40 hiring", 16, "AND, OR or the end was expected"),
        ("(hiring", 8, "`)` was expected"),
        ("hiring)", 7, "AND, OR or the end was expected"),
        ("industry IN ()", 14, "a value was expected"),
        ("industry IN 'Fintech'", 13, "`(` was expected"),
        ("industry = 'Fintech", 12, "never closed"),
        ("industry = “Fintech”", 12, "means nothing here"),
        ("hiring; DROP TABLE", 7, "means nothing here"),
        ("AND hiring", 1, "the name of an attribute was expected"),
        ("tech CONTAINS ('dbt')", 15, "ANY or ALL was expected"),
        ("employees BETWEEN 1 OR 2", 21, "AND and the higher bound were expected"),
        ("employees IS NOT TRUE", 18, "NULL, KNOWN or UNKNOWN was expected"),
        ("employees = 1e999", 13, "a value was expected"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_column(text: str, column: int, says: str) -> None:
    error = _error(text)
    assert error.what_happened.startswith(f"Column {column}: ")
    assert says in error.what_happened
    assert error.what_to_do


def test_an_empty_expression_is_said_to_be_empty() -> None:
    assert _error("  \n ").title == "Empty expression"


def test_an_attribute_kept_out_is_refused_with_the_reason() -> None:
    fields = Fields((Field("churn_score", "Churn Score", "number", kept_out="Known only after churn."),))
    error = _error("churn_score > 50", fields)
    assert error.what_happened.startswith("Column 1: ")
    assert "kept out of slicing: Known only after churn." in error.what_happened


def test_two_finer_grains_in_one_condition_are_refused() -> None:
    fields = Fields(
        (
            Field("product", "Product", "category", grain="deal", levels=("GTX",)),
            Field("priority", "Priority", "category", grain="ticket", levels=("High",)),
            Field("region", "Region", "category", levels=("EMEA",)),
        )
    )
    parse("product = 'GTX' AND region = 'EMEA'", fields)
    error = _error("product = 'GTX' OR priority = 'High'", fields)
    assert "`product` belongs to each deal" in error.what_happened
    assert "`priority` belongs to each ticket" in error.what_happened


@pytest.mark.parametrize("opening", ["(", "NOT ", "NOT ("])
def test_deep_nesting_is_an_error_and_never_a_recursion_error(opening: str) -> None:
    assert "more than 50 levels" in _error(opening * 3000 + "hiring").what_happened


def test_fifty_levels_are_read() -> None:
    assert parse("(" * 50 + "hiring" + ")" * 50, FIELDS) == FieldTest("hiring", "is", True)
    assert "more than 50 levels" in _error("(" * 51 + "hiring" + ")" * 51).what_happened


def test_whatever_a_spec_may_nest_can_be_written_and_read() -> None:
    plain: dict[str, object] = {"field": "hiring", "is": True}
    for level in range(49):
        other = {"field": "employees", "is": level}
        plain = {"not": plain} if level % 3 == 0 else {"all" if level % 3 == 1 else "any": [plain, other]}
    condition = from_plain(plain)
    assert parse(to_text(condition), FIELDS) == simplified(condition)


def test_a_long_expression_is_refused_and_a_long_list_is_read() -> None:
    listed = "employees IN (" + ", ".join(map(str, range(3000))) + ")"
    assert len(parse(listed, FIELDS).value) == 3000  # type: ignore[union-attr, arg-type]
    assert _error("(" + " " * 30_000 + ")").title == "Expression too long"


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_one_error_without_control_characters(text: str) -> None:
    try:
        parse(text, FIELDS)
    except WorkbenchError as error:
        assert "\x1b" not in str(error)
        assert "\0" not in str(error)


@given(
    st.lists(
        st.sampled_from(["(", ")", "AND", "OR", "NOT", "hiring", "employees", "IN", "=", "'x'", "1", ","])
    )
)
def test_any_order_of_tokens_is_a_condition_or_one_error(words: list[str]) -> None:
    try:
        condition = parse(" ".join(words), FIELDS)
    except WorkbenchError:
        return
    assert parse(to_text(condition), FIELDS) == condition


@pytest.mark.parametrize(
    "text", ['"\x1b[31m" = 3', "industry = '\x1b[2J'", "industry = \u202ex", "hiring \x9b", "x\0y = 1"]
)
def test_an_error_never_repeats_a_control_character(text: str) -> None:
    shown = str(_error(text)).replace("\n", "")
    assert not any(char in shown for char in "\x1b\x9b\0\u202e")


def test_scalars_from_a_file_are_written_by_their_type() -> None:
    from_file = FieldTest("employees", "between", ("40", "120"))
    assert to_text(from_file, FIELDS) == "employees BETWEEN 40 AND 120"
    assert to_text(FieldTest("last_funding", "is", "2025-06-01"), FIELDS) == "last_funding = '2025-06-01'"
    assert to_text(FieldTest("gone", "is", "x"), FIELDS) == "gone = 'x'"


def test_reading_an_expression_loads_no_pandas() -> None:
    import subprocess

    code = (
        "import sys, icp_workbench.conditions.expression; print({'pandas', 'rapidfuzz'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"


def test_a_complaint_about_an_endless_word_is_short() -> None:
    with pytest.raises(WorkbenchError) as caught:
        parse("x" * 10_000 + " = 1", Fields(()))
    assert len(caught.value.what_happened) < 1000
