"""Bands of numbers and dates: round, disjoint, alike in size, and blind to outcomes."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.condition import EVERYONE, AllOf, FieldTest, Not
from icp_workbench.evidence.contrasts.bands import FEWEST, MOST_BANDS, Bands, bands_of, runs
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book


def cut(values: Any) -> tuple[SegmentIndex, Bands | None]:
    index = SegmentIndex(make_book(pd.DataFrame({"x": values})))
    return index, bands_of(index, index.rows(EVERYONE), index.book.fields["x"])


def members(index: SegmentIndex, bands: Bands) -> np.ndarray:
    return np.stack([index.rows(bands.condition(at, at)).own for at in range(bands.count)])


numbers = st.one_of(
    st.integers(-50, 50).map(float),
    st.integers(0, 10**9).map(float),
    st.floats(-1e6, 1e6, allow_nan=False, width=32),
    st.sampled_from([0.0, 0.05, 9.99, 10.0, 1e300, -1e300, float("nan"), float("inf")]),
)


@given(st.lists(numbers, min_size=2 * FEWEST, max_size=120))
@example([0.0] * 40)
@example([1e300, -1e300] * 20)
@example([float(value // 8) for value in range(80)])
@settings(max_examples=80, deadline=None)
def test_every_known_number_is_in_exactly_one_band_and_a_blank_in_none(values: list[float]) -> None:
    index, bands = cut(np.array(values))
    known = np.isfinite(values)
    if bands is None:
        return
    inside = members(index, bands)
    assert (inside.sum(axis=0)[known] == 1).all()
    assert not inside[:, np.isnan(values)].any()
    assert all(low < high for low, high in pairwise(bands.cuts))


@given(st.lists(st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1)), min_size=2 * FEWEST, max_size=150))
@settings(max_examples=40, deadline=None)
def test_every_date_is_in_exactly_one_band(values: list[dt.date]) -> None:
    index, bands = cut(pd.to_datetime(pd.Series(values)).astype("datetime64[s]"))
    if bands is not None:
        assert (members(index, bands).sum(axis=0) == 1).all()


@given(st.lists(numbers, min_size=2 * FEWEST, max_size=120), st.data())
@settings(max_examples=40, deadline=None)
def test_a_run_of_bands_selects_what_its_bands_select_together(
    values: list[float], data: st.DataObject
) -> None:
    index, bands = cut(np.array(values))
    if bands is None:
        return
    first = data.draw(st.integers(0, bands.count - 1))
    last = data.draw(st.integers(first, bands.count - 1))
    together = index.rows(bands.condition(first, last)).own
    known = np.isfinite(values)
    assert (together[known] == members(index, bands)[first : last + 1].any(axis=0)[known]).all()


def test_whole_numbers_end_one_before_the_next_band() -> None:
    _, bands = cut(np.arange(0.0, 400.0))
    assert bands is not None and bands.count == MOST_BANDS
    assert bands.cuts == (50, 100, 150, 200, 250, 300, 350)
    assert bands.condition(0, 0) == FieldTest("x", "at_most", 49)
    assert bands.condition(1, 1) == FieldTest("x", "between", (50, 99))
    assert bands.condition(1, 3) == FieldTest("x", "between", (50, 199))
    assert bands.condition(7, 7) == FieldTest("x", "at_least", 350)
    assert bands.condition(0, 7) == FieldTest("x", "is_known")


def test_few_values_are_bands_of_their_own() -> None:
    _, bands = cut(np.repeat(np.arange(1.0, 5.0), 30))
    assert bands is not None and bands.cuts == (2, 3, 4)
    assert bands.condition(1, 1) == FieldTest("x", "in", (2,))


def test_years_are_cut_at_years_though_two_digits_would_not_tell_them_apart() -> None:
    _, bands = cut(np.repeat(np.arange(1980.0, 2020.0), 10))
    assert bands is not None and bands.count == MOST_BANDS
    assert bands.cuts[0] == 1985 and bands.condition(1, 1) == FieldTest("x", "between", (1985, 1989))


def test_cents_do_not_show_where_they_do_not_matter() -> None:
    _, bands = cut(np.arange(0.01, 400, 1.0))  # nothing is exactly 50
    assert bands is not None and bands.condition(1, 1) == FieldTest("x", "between", (50, 100))
    _, bands = cut(np.append(np.arange(0.01, 400, 1.0), 100.0))
    assert bands is not None
    assert bands.condition(1, 1) == AllOf(
        (FieldTest("x", "at_least", 50), Not(FieldTest("x", "at_least", 100)))
    )


def test_dates_are_cut_where_a_year_a_quarter_or_a_month_begins() -> None:
    years, quarters, months = (
        cut(pd.Timestamp("2000-01-10") + pd.to_timedelta(np.arange(0, days, days / 400), unit="D"))[1]
        for days in (8000, 1600, 600)
    )
    assert years is not None and quarters is not None and months is not None
    assert {(day.month, day.day) for day in years.cuts if isinstance(day, dt.date)} == {(1, 1)}
    assert all(isinstance(day, dt.date) and day.day == 1 for day in (*quarters.cuts, *months.cuts))
    assert {day.month % 3 for day in quarters.cuts if isinstance(day, dt.date)} == {1}
    low = years.cuts[0]
    assert isinstance(low, dt.date)
    assert years.condition(0, 0) == FieldTest("x", "at_most", dt.date(low.year - 1, 12, 31))


@pytest.mark.parametrize("values", [np.full(100, 7.0), np.full(100, np.nan), np.arange(39.0), np.array([])])
def test_one_value_none_or_too_few_are_not_cut(values: np.ndarray) -> None:
    if len(values):
        assert cut(values)[1] is None
    assert cut(pd.Categorical(["x"] * 60))[1] is None


def test_only_values_of_the_rows_asked_about_are_cut() -> None:
    frame = pd.DataFrame({"x": np.arange(400.0), "a": pd.array(np.arange(400) < 80, dtype="boolean")})
    index = SegmentIndex(make_book(frame))
    bands = bands_of(index, index.rows(FieldTest("a", "is", True)), index.book.fields["x"])
    assert bands is not None and bands.cuts == (20, 40, 60)


def test_a_number_of_a_deal_is_cut_among_deals() -> None:
    deals = pd.DataFrame({"account": np.arange(120) // 3, "won": 1.0, "amount": 1.0, "cycle_days": 1.0})
    own = pd.DataFrame({"seats": np.arange(120.0)})
    index = SegmentIndex(make_book(pd.DataFrame({"x": np.zeros(40)}), deals=deals, deal_attributes=own))
    bands = bands_of(index, index.rows(EVERYONE), index.book.fields["seats"])
    assert bands is not None and bands.cuts == (20, 40, 60, 80, 100)


def test_runs_are_found_at_both_ends_and_between() -> None:
    assert list(runs([True, True, False, True])) == [(0, 1), (3, 3)]
    assert list(runs([])) == list(runs([False])) == []
