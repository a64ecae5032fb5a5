"""Figures as text."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.render import figures
from icp_workbench.render.figures import (
    bound,
    bounds,
    count,
    difference,
    figure,
    interval,
    percent_of,
    probability,
    with_limits,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.412, "share", "41.2%"),
        (4238 / 6711, "share", "63.2%"),  # 63.15005…
        (0.1445, "share", "14.5%"),
        (0.0, "share", "0.0%"),
        (1, "share", "100.0%"),
        (0.09945, "share", "9.9%"),
        (48, "days", "48 d"),
        (56.5, "days", "57 d"),
        (2.25, "days", "2.3 d"),
        (9.96, "days", "10 d"),
        (11, "months", "11 mo"),
        (3.5, "hours", "3.5 h"),
        (0.425, "per month", "0.43 /mo"),
        (1.075, "ratio", "1.08"),
        (2360.91, "USD", "2,361"),
        (24_000, "USD", "24.0k"),
        (10_005_534, "currency", "10.0M"),
        (9_999.4, "USD", "9,999"),
        (9_999.5, "USD", "10.0k"),
        (999_949, "USD", "999.9k"),
        (999_950, "USD", "1.0M"),
        (2_500_000_000, "EUR", "2.5B"),
        (4.25, "USD", "4.25"),
        (42.5, "USD", "42.5"),
        (5, "USD", "5"),
        (-1_500, "USD", "−1,500"),
        (-12_345, "USD", "−12.3k"),
        (1284, None, "1,284"),
        (-0.01, "days", "0.0 d"),
    ],
)
def test_a_figure_has_the_digits_of_its_unit(value: float, unit: str | None, text: str) -> None:
    assert figure(value, unit) == text


def test_the_unit_can_stand_elsewhere() -> None:
    assert figure(48, "days", with_unit=False) == "48"
    assert figure(0.412, "share", with_unit=False) == "41.2%"
    assert figures.unit_words("days") == "days"
    assert figures.unit_words("USD") == "USD"
    assert figures.unit_words("share") == figures.unit_words("currency") == ""


@pytest.mark.parametrize("missing", [None, math.nan, math.inf, -math.inf])
def test_what_is_missing_is_a_dash_everywhere(missing: float | None) -> None:
    for unit in (None, "share", "days", "USD", "ratio"):
        assert figure(missing, unit) == "–"
        assert difference(missing, unit) == "–"
        assert interval(missing, 0.5, unit) == interval(0.5, missing, unit) == "–"
    assert count(missing) == percent_of(missing, 3) == percent_of(3, missing) == probability(missing) == "–"
    assert figures.times(missing) == "–"


@given(st.floats(), st.sampled_from([None, "share", "days", "USD", "ratio", "per month", "hours"]))
def test_no_number_ever_comes_out_as_a_word(value: float, unit: str | None) -> None:
    for text in (figure(value, unit), difference(value, unit), interval(value, value, unit), count(value)):
        assert "nan" not in text.lower()
        assert "inf" not in text.lower()
        assert not text.startswith(("−0 ", "−0.0 ", "-"))


@given(st.floats(0, 1e9))
def test_amounts_never_jump_in_width(value: float) -> None:
    assert len(figure(value, "USD")) <= 6


@given(st.integers(-(10**12), 10**12))
def test_counts_agree_with_pythons_thousands(value: int) -> None:
    assert count(value) == f"{value:,}".replace("-", "−")


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.34, 0.48, "share", "34–48%"),
        (0.6201, 0.6243, "share", "62.0–62.4%"),
        (0.5, 0.5, "share", "50–50%"),
        (0.145, 0.565, "share", "15–57%"),
        (51, 59, "days", "51–59"),
        (21_000, 27_500, "USD", "21.0–27.5k"),
        (900, 27_500, "USD", "900–27.5k"),
        (-3, 5.5, "days", "−3.0 to 5.5"),
        (-0.12, 0.02, "share", "−12 to 2%"),
    ],
)
def test_intervals(low: float, high: float, unit: str, text: str) -> None:
    assert interval(low, high, unit) == text


def test_an_interval_may_carry_its_unit() -> None:
    assert interval(51, 59, "days", with_unit=True) == "51–59 d"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.104, "share", "+10 pts"),
        (-0.031, "share", "−3.1 pts"),
        (0.0996, "share", "+10 pts"),
        (-19, "days", "−19 d"),
        (0.0, "days", "0.0 d"),
        (0.0001, "share", "0.0 pts"),
        (-2_361, "USD", "−2,361"),
        (24_000, "USD", "+24.0k"),
        (0.3, "ratio", "+0.30"),
    ],
)
def test_differences_are_signed_and_shares_differ_in_points(value: float, unit: str, text: str) -> None:
    assert difference(value, unit) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (500, 1284, "39%"),
        (0, 10, "0%"),
        (10, 10, "100%"),
        (1, 1284, "<1%"),
        (1283, 1284, ">99%"),
        (1, 0, "–"),
    ],
)
def test_parts_of_a_whole(part: int, whole: int, text: str) -> None:
    assert percent_of(part, whole) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0004, "<0.001"), (0.0041, "0.004"), (0.31, "0.31"), (1.0, "1.00"), (0.0, "<0.001")]
)
def test_probabilities(value: float, text: str) -> None:
    assert probability(value) == text


def test_factors() -> None:
    assert figures.times(1.94) == "1.9×"
    assert figures.times(12.4) == "12×"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (40, "40"), (40.0, "40"), (0.5, "0.5"), (2015, "2015"), (24_500, "24,500"), (7e6, "7M"),
        (2.5e6, "2.5M"), (1_234_567, "1,234,567"), (-3, "−3"), (1e9, "1B"), (0, "0"),
    ],
)  # fmt: skip
def test_a_chosen_bound_is_never_rounded(value: float, text: str) -> None:
    assert bound(value) == text


@given(st.integers(-(10**14), 10**14) | st.floats(-1e9, 1e9).map(lambda value: round(value, 4)))
def test_a_bound_can_be_read_back(value: float) -> None:
    text = bound(value).replace(",", "").replace("−", "-")
    scale = {"M": 10**6, "B": 10**9}.get(text[-1], 1)
    assert float(Decimal(text.rstrip("MB")) * scale) == float(value)


def test_ranges_of_bounds() -> None:
    assert bounds(40, 120) == "40–120"
    assert bounds(7e6, 6e7) == "7–60M"
    assert bounds(900, 7e6) == "900–7M"
    assert bounds(-5, 5) == "−5 to 5"


def test_a_figure_stands_with_its_limits_where_it_has_any() -> None:
    assert with_limits(0.412, 0.341, 0.482, "share") == "41.2% (34–48%)"
    assert with_limits(0.412, None, None, "share") == "41.2%"
    assert with_limits(None, None, None, "days") == figure(None)
