"""Dates in every notation an export writes, the order of day and month settled by the whole column."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.book.mapping import ColumnMapping
from tests.book.columns import clean, days


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-03-05T10:30:00.123Z", "2026-03-05T10:30:00"),
        ("2026-03-05T10:30:00.000+0000", "2026-03-05T10:30:00"),
        ("2026-03-05 10:30:00+02", "2026-03-05T08:30:00"),
        ("2026-03-05 10:30:00 UTC", "2026-03-05T10:30:00"),
        ("2026/3/5", "2026-03-05T00:00:00"),
        ("5 März 2026", "2026-03-05T00:00:00"),
        ("5. März 2026", "2026-03-05T00:00:00"),
        ("05. Dez. 2026", "2026-12-05T00:00:00"),
        ("5 février 2026", "2026-02-05T00:00:00"),
        ("1er août 2026", "2026-08-01T00:00:00"),
        ("5 de marzo de 2026", "2026-03-05T00:00:00"),
        ("5 ene 2026", "2026-01-05T00:00:00"),
        ("5 maggio 2026", "2026-05-05T00:00:00"),
        ("5 mrt 2026", "2026-03-05T00:00:00"),
        ("5 de março de 2026", "2026-03-05T00:00:00"),
        ("05MAR2026", "2026-03-05T00:00:00"),
        ("5-Mar-26", "2026-03-05T00:00:00"),
        ("Thu, 5 Mar 2026 10:30:00 GMT", "2026-03-05T10:30:00"),
        ("Thu Mar 05 2026", "2026-03-05T00:00:00"),
        ("March 5th, 2026 1:05 p.m.", "2026-03-05T13:05:00"),
        ("2026-03", "2026-03-01T00:00:00"),
        ("Mar 2026", "2026-03-01T00:00:00"),
    ],
)
def test_notations(cell: str, expected: str) -> None:
    assert days(clean("close date", cell)) == [expected]


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "2026-13-01", "31 June 2026", "2026-03-05 25:00", "5 Foo 2026", "13:00 PM 2026", "soon"],
)
def test_what_is_no_date_is_counted_and_blank(cell: str) -> None:
    column = clean("close date", *[f"2026-01-{day:02}" for day in range(1, 21)], cell)
    assert days(column)[-1] is None
    assert (column.unreadable, column.unreadable_examples) == (1, (cell,))


def test_quarters_and_versions_are_levels() -> None:
    assert clean("closed in", "2026-Q1", "2026-Q2", "Q3 2026").type == "category"
    assert clean("version", "4711-10", "4712-11").type == "category"


@pytest.mark.parametrize(
    "cell",
    ["0000-00-00", "0000-00-00 00:00:00", "1900-01-00", "1/0/1900", "9999-12-31", "31/12/9999", "0001-01-01"],
)
def test_dates_that_stand_for_none_are_blank_and_said(cell: str) -> None:
    column = clean("end date", "2026-03-05", "2026-04-06", cell)
    assert days(column) == ["2026-03-05T00:00:00", "2026-04-06T00:00:00", None]
    assert column.unreadable == 0 and cell in column.blanks
    assert column.note is not None and cell in column.note


def test_months_without_a_day_are_said() -> None:
    column = clean("start", "2026-03", "2026-04")
    assert column.note is not None and "first day" in column.note


def test_figures_are_dates_where_the_header_speaks_of_dates() -> None:
    assert days(clean("createdate", "1772668800000", "1772755200000"))[0] == "2026-03-05T00:00:00"
    assert days(clean("created", "1772668800"))[0] == "2026-03-05T00:00:00"
    assert days(clean("Close Date", "46086.5"))[0] == "2026-03-05T12:00:00"
    assert clean("last_update", "46086", "46087").type == "number"
    assert clean("days to close date", "20000", "30000").type == "number"
    assert clean("response_time", "46086", "46087").type == "number"
    assert clean("date", "20260230", "20260301").type == "number"


def test_a_wished_order_settles_what_the_column_does_not() -> None:
    assumed = clean("signup", "5/3/2026", "6/4/2026")
    assert assumed.ambiguous_dates and assumed.date_order == "M/D/Y"
    decided = clean("signup", "5/3/2026", "6/4/2026", wish=ColumnMapping(date_order="D/M/Y"))
    assert not decided.ambiguous_dates and decided.note is None
    assert days(decided) == ["2026-03-05T00:00:00", "2026-04-06T00:00:00"]


def test_a_wished_order_against_the_column_is_obeyed_and_counted() -> None:
    wish = ColumnMapping(type="date", date_order="M/D/Y")
    column = clean("signup", "5/3/2026", "25/3/2026", wish=wish)
    assert days(column) == ["2026-05-03T00:00:00", None] and column.unreadable == 1


def test_points_say_that_the_day_comes_first() -> None:
    column = clean("signup", "5.3.2026", "6.4.2026")
    assert days(column)[0] == "2026-03-05T00:00:00" and not column.ambiguous_dates


def test_a_column_of_two_orders_follows_the_more_frequent() -> None:
    column = clean("signup", *[f"{day}/3/2026" for day in range(13, 29)], "3/25/2026")
    assert column.date_order == "D/M/Y" and column.unreadable_examples == ("3/25/2026",)


def test_a_wished_date_is_found_in_figures_whatever_the_header() -> None:
    assert days(clean("x", "46086", wish=ColumnMapping(type="date"))) == ["2026-03-05T00:00:00"]


_LOCAL = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "en": "January February March April May June July August September October November December",
}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)), min_size=1, max_size=10),
    st.sampled_from(
        ["{d}. {n} {y}", "{d}-{n3}-{y}", "{n} {d}, {y}", "{d} de {n} de {y}", "{d} {n3}. {yy:02}"]
    ),
    st.sampled_from(sorted(_LOCAL)),
)
def test_names_of_months_are_read_back(values: list[dt.date], style: str, language: str) -> None:
    names = _LOCAL[language].split()
    short = [name[:3] for name in names]
    if language == "fr":
        short = ["jan", "fév", "mar", "avr", "mai", "juin", "juil", "août", "sep", "oct", "nov", "déc"]
    if language == "nl":
        short[2] = "mrt"

    def write(day: dt.date) -> str:
        return style.format(
            d=day.day, n=names[day.month - 1], n3=short[day.month - 1], y=day.year, yy=day.year % 100
        )

    column = clean("close date", *map(write, values))
    assert [text and text[:10] for text in days(column)] == [day.isoformat() for day in values]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2068, 12, 31)), min_size=1, max_size=10),
    st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%S",
            "%Y-%m-%d %H:%M:%SZ",
            "%d/%m/%Y %H:%M:%S",
            "%m/%d/%Y %I:%M:%S %p",
            "%d.%m.%y %H:%M:%S",
        ]
    ),
)
def test_moments_are_read_back(values: list[dt.datetime], style: str) -> None:
    held = [value.replace(microsecond=0) for value in values] + [dt.datetime(2026, 3, 25, 13, 5)]
    column = clean("created at", *[value.strftime(style) for value in held])
    assert days(column) == [value.isoformat() for value in held]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2068, 12, 31)), min_size=1, max_size=6),
    st.integers(-14 * 4, 14 * 4),
)
def test_offsets_are_taken_to_utc(values: list[dt.datetime], quarters: int) -> None:
    zone = dt.timezone(dt.timedelta(minutes=15 * quarters))
    held = [value.replace(microsecond=0, tzinfo=zone) for value in values]
    column = clean("created at", *[value.isoformat() for value in held])
    assert days(column) == [value.astimezone(dt.UTC).replace(tzinfo=None).isoformat() for value in held]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(["5/3/2026", "25/3/2026", "3/25/2026", "n/a", "2026-03-05", "soon"]),
        min_size=1, max_size=10,
    ).flatmap(lambda cells: st.tuples(st.just(cells), st.permutations(range(len(cells)))))
)  # fmt: skip
def test_the_order_of_rows_changes_nothing(drawn: tuple[list[str], list[int]]) -> None:
    cells, order = drawn
    one, other = clean("signup", *cells), clean("signup", *[cells[row] for row in order])
    assert (one.type, one.date_order, one.unreadable) == (other.type, other.date_order, other.unreadable)
    assert np.array_equal(one.moments[order], other.moments, equal_nan=True)
