"""Columns are typed by the whole of them; what cannot be read is counted, blank, and never zero."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.book.columns import clean, days, numbers

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["$1,200.00", "$3.50", "($300)"], [1200, 3.5, -300]),
        (["1.200,00 €", "3,50 €", "12 €"], [1200, 3.5, 12]),
        (["45k", "1.2M", "0.5bn"], [45_000, 1_200_000, 500_000_000]),
        (["12 %", "0.5%", "-3 %"], [12, 0.5, -3]),
        (["(300)", "1,234,567", "300-"], [-300, 1_234_567, -300]),
        (["1 234,5", "2 000,25", "7"], [1234.5, 2000.25, 7]),
        (["USD 5", "10 USD", "US$ 3"], [5, 10, 3]),
        (["1.234", "2.5", "3"], [1.234, 2.5, 3]),
        (["1e3", "2.5E-1", "3"], [1000, 0.25, 3]),
        (["−5", "+4", "1'000"], [-5, 4, 1000]),
        (["12,34,567", "1,00,000", "5"], [1_234_567, 100_000, 5]),
    ],
)
def test_numbers_as_people_write_them(cells: list[str], expected: list[float]) -> None:
    assert numbers(clean("amount", *cells)) == pytest.approx(expected)


def test_currency_and_percent_are_the_unit() -> None:
    assert clean("amount", "$5", "$6").units == ("USD",)
    assert clean("amount", "5 €", "6 €", "£7").units == ("EUR", "GBP")
    assert clean("growth", "5%", "6 %").units == ("%",)


def test_an_unreadable_value_is_counted_and_blank_not_zero() -> None:
    column = clean("employees", *map(str, range(1, 20)), "lots")
    assert numbers(column)[-1] is None
    assert (column.unreadable, column.unreadable_examples, column.filled) == (1, ("lots",), 19)


def test_a_column_of_bands_is_no_number() -> None:
    column = clean("size", "1-10", "11-50", "11-50", "1,000+")
    assert column.type == "category" and column.levels[0] == "11-50"


@pytest.mark.parametrize("blank", ["", " ", "N/A", "n/a", "-", "null", "NULL", "—", "None", "NA", None])
def test_blanks_in_all_their_spellings_among_numbers(blank: str | None) -> None:
    column = clean("employees", "5", blank, "7", "9")
    assert numbers(column) == [5, None, 7, 9]
    assert column.unreadable == 0 and column.filled == 3


def test_none_is_a_level_where_it_is_said_of_a_thing() -> None:
    assert clean("crm in use", "HubSpot", "None", "Salesforce", "None").levels[0] == "None"


def test_na_is_a_blank_except_among_short_names_of_places() -> None:
    assert clean("region", "EMEA", "NA", "APAC", "NA").levels[0] == "NA"
    assert clean("country", "DE", "NA", "FR", "NA").levels[0] == "NA"
    assert "NA" not in clean("industry", "Retail", "NA", "Software", "NA").levels


@pytest.mark.parametrize(
    "cells",
    [
        ("Yes", "No", ""),
        ("TRUE", "FALSE", ""),
        ("y", "N", "n/a"),
        ("1", "0", ""),
        ("t", "f", "None"),
        ("on", "off", ""),
    ],
)
def test_yes_and_no_in_words(cells: tuple[str, ...]) -> None:
    column = clean("senior", *cells)
    assert column.type == "boolean" and column.values is not None
    assert column.values.tolist() == [1, 0, -1]


def test_no_among_other_levels_stays_a_level() -> None:
    column = clean("multiple_lines", "Yes", "No", "No phone service")
    assert column.type == "category" and set(column.levels) == {"Yes", "No", "No phone service"}


def test_ones_alone_are_a_number() -> None:
    assert clean("seats", "1", "1", "2", "0").type == "number"


def test_a_multi_select_is_a_set_of_its_members() -> None:
    column = clean("tech stack", "dbt;Snowflake", "Snowflake; dbt", "dbt", "", "Looker;dbt;")
    assert column.type == "set"
    series = column.series()
    assert series[0] == series[1] == frozenset({"dbt", "Snowflake"})
    assert series[4] == frozenset({"dbt", "Looker"})
    assert series.isna().tolist() == [False, False, False, True, False]


def test_identifiers_stay_text() -> None:
    column = clean("account id", "007", "42", "0010")
    assert column.type == "identifier" and column.levels == ("007", "42", "0010")
    assert clean("zip", "01234", "98765", "01234").levels[0] == "01234"


def test_levels_are_the_most_frequent_first_and_trimmed() -> None:
    column = clean("industry", " Retail", "Software ", "Software", "Retail", "Software")
    assert column.levels == ("Software", "Retail")
    assert list(column.series().cat.categories) == ["Software", "Retail"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2026-03-05", "2026-02-28"], ["2026-03-05T00:00:00", "2026-02-28T00:00:00"]),
        (["2026-03-05T10:30:00Z", "2026-03-05 09:00"], ["2026-03-05T10:30:00", "2026-03-05T09:00:00"]),
        (["2026-03-05T23:30:00-05:00", "2026-03-05"], ["2026-03-06T04:30:00", "2026-03-05T00:00:00"]),
        (["05-Mar-2026", "6 April 2026"], ["2026-03-05T00:00:00", "2026-04-06T00:00:00"]),
        (["Mar 5, 2026", "April 6 2026"], ["2026-03-05T00:00:00", "2026-04-06T00:00:00"]),
        (["5/3/2026", "25/3/2026"], ["2026-03-05T00:00:00", "2026-03-25T00:00:00"]),
        (["5/3/2026", "5/23/2026"], ["2026-05-03T00:00:00", "2026-05-23T00:00:00"]),
        (["5.3.2026", "6.4.26"], ["2026-03-05T00:00:00", "2026-04-06T00:00:00"]),
        (["3/5/2026 1:05 PM", "3/25/2026 12:00 AM"], ["2026-03-05T13:05:00", "2026-03-25T00:00:00"]),
        (["20260305", "20260228"], ["2026-03-05T00:00:00", "2026-02-28T00:00:00"]),
        (["46086", "46087"], ["2026-03-05T00:00:00", "2026-03-06T00:00:00"]),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(cells: list[str], expected: list[str]) -> None:
    assert days(clean("close date", *cells)) == expected


def test_day_and_month_are_settled_by_the_whole_column() -> None:
    column = clean("signup", "5/3/2026", "4/4/2026", "25/3/2026")
    assert days(column)[0] == "2026-03-05T00:00:00"
    assert column.note is not None and "D/M/Y" in column.note and "2 dates" in column.note
    assert not column.ambiguous_dates


def test_a_column_that_settles_nothing_says_so() -> None:
    column = clean("signup", "5/3/2026", "6/4/2026")
    assert (
        column.ambiguous_dates
        and column.note is not None
        and "nothing in the column settles it" in column.note
    )


def test_a_day_that_does_not_exist_is_unreadable() -> None:
    column = clean("close date", *[f"2026-01-{day:02}" for day in range(1, 20)], "2026-02-30")
    assert days(column)[-1] is None
    assert column.unreadable_examples == ("2026-02-30",)


def test_years_and_amounts_are_not_taken_for_dates() -> None:
    assert clean("year founded", "1999", "2012").type == "number"
    assert clean("amount", "20260", "20270").type == "number"


def test_long_free_text_is_text() -> None:
    column = clean("notes", *[f"Customer {row} told us something of interest" for row in range(60)])
    assert column.type == "text"


def test_a_column_of_blanks_has_no_type() -> None:
    assert clean("x", "", None, "n/a").type == "blank"


@settings(deadline=None)
@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=20),
    st.sampled_from(["plain", "us", "eu", "paren"]),
)
def test_a_number_written_out_is_read_back(values: list[int], style: str) -> None:
    def write(cents: int) -> str:
        text = f"{abs(cents) / 100:,.2f}"
        sign = "-" if cents < 0 else ""
        if style == "plain":
            return sign + text.replace(",", "")
        if style == "us":
            return f"{sign}${text}"
        if style == "eu":
            return sign + text.replace(",", " ").replace(".", ",").replace(" ", ".") + " €"
        return f"({text})" if cents < 0 else text

    column = clean("amount", *map(write, values))
    if {column.levels[code] for code in column.codes} == {"0.00", "1.00"}:
        return
    assert numbers(column) == pytest.approx([value / 100 for value in values])


@settings(deadline=None)
@given(
    st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2069, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "name", "%Y/%m/%d"]),
)
def test_a_date_written_out_is_read_back(values: list[dt.date], style: str) -> None:
    settled = dt.date(2026, 3, 25)  # a day that tells day from month

    def write(day: dt.date) -> str:
        return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}" if style == "name" else day.strftime(style)

    column = clean("close date", *map(write, [*values, settled]))
    assert [text and text[:10] for text in days(column)] == [day.isoformat() for day in [*values, settled]]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=1, max_size=12))
def test_any_text_is_typed_without_an_exception(cells: list[str | None]) -> None:
    held = [None if cell is None else cell.encode("utf-8", "ignore").decode("utf-8") for cell in cells]
    column = clean("anything", *held)
    assert column.rows == len(cells)
    assert len(column.series()) == len(cells)
    assert 0 <= column.filled <= len(cells)
