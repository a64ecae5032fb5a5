"""Numbers in every notation an export writes, read by the whole column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.book.cleaning.quantities import parse_numbers
from icp_workbench.book.mapping import ColumnMapping
from tests.book.columns import clean, numbers


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1'234.50", "2\u2019000.25", "7"], [1234.5, 2000.25, 7]),
        (["1\u202f234,50 €", "2\u00a0000,00 €"], [1234.5, 2000]),
        (["+5", "-5-", "5-"], [5, -5, -5]),
        (["USD 45", "usd 1,200", "CHF 3.5"], [45, 1200, 3.5]),
        (["A$5", "CA$ 6", "R$ 7", "12 zł"], [5, 6, 7, 12]),
        (["-$5", "$-6", "€ -7,5", "8,25"], [-5, -6, -7.5, 8.25]),
        (["1,2 Mio. €", "3,5 Mrd", "2 Tsd"], [1.2e6, 3.5e9, 2000]),
        (["2 crore", "1.5 lakh", "3 Cr"], [2e7, 1.5e5, 3e7]),
        (["(1.5k)", "2K", "1.2MM"], [-1500, 2000, 1.2e6]),
        ([".5", "5.", "1e-3"], [0.5, 5, 0.001]),
        (["1.234.567", "12", "3,5"], [1_234_567, 12, 3.5]),
    ],
)
def test_notations(cells: list[str], expected: list[float]) -> None:
    assert numbers(clean("amount", *cells)) == pytest.approx(expected)


@pytest.mark.parametrize("cell", ["1-10", "1,000+", "<5", "12,34", "1.2.3", "(5", "5)", "5 XYZ", "1 23", "٣"])
def test_what_is_no_number_is_counted_and_blank(cell: str) -> None:
    column = clean("employees", *[f"{row}.5" for row in range(20)], cell)
    assert numbers(column)[-1] is None
    assert column.unreadable == 1 and column.unreadable_examples == (cell,)


def test_a_point_means_thousands_where_the_rest_of_the_column_has_decimal_commas() -> None:
    assert numbers(clean("amount", "1.234", "2,50", "3,75")) == [1234, 2.5, 3.75]
    assert clean("amount", "1.234", "2,50").decimal_mark == ","
    assert numbers(clean("amount", "1.234", "2.50", "3")) == [1.234, 2.5, 3]
    assert clean("amount", "1.234", "2.50").decimal_mark == ""


def test_amounts_in_several_currencies_say_which_row_is_in_which() -> None:
    column = clean("amount", "$5", "6 €", "$7", "8", "")
    assert column.units == ("USD", "EUR") and column.row_units is not None
    assert column.row_units.tolist() == [0, 1, 0, -1, -1]
    assert column.note is not None and "not to be added up" in column.note
    taken = column.taken(np.array([1, -1])).row_units
    assert taken is not None and taken.tolist() == [1, -1]


def test_one_currency_needs_no_unit_by_row() -> None:
    assert clean("amount", "$5", "6").row_units is None


def test_percent_beside_bare_figures_is_said() -> None:
    column = clean("growth", "12 %", "0.5")
    assert numbers(column) == [12, 0.5] and column.note is not None and "%" in column.note


def test_digits_that_are_names_stay_text() -> None:
    assert clean("zip", "98765", "10001").type == "category"
    assert clean("PLZ", "80331", "10115").levels == ("80331", "10115")
    assert clean("phone", "+49 151 1234567", "4155550100").type == "category"
    assert clean("phone lines", "1", "2", "3").type == "number"
    assert clean("reference", "12345678901234567890", "12345678901234567891").type == "identifier"
    assert clean("branch", "007", "12", "9").levels == ("007", "12", "9")


def test_one_zero_in_front_among_many_figures_makes_them_no_names() -> None:
    column = clean("seats", *map(str, range(100, 300)), "05")
    assert numbers(column)[-1] == 5


def test_salesforce_ids_keep_their_case() -> None:
    ids = ("0015g00000aBcDe", "0015g00000abcde")
    assert clean("Account ID", *ids).levels == ids


def test_bands_are_levels() -> None:
    assert clean("employees", "1-10", "11-50", "51-200", "1,000+").type == "category"


def test_long_columns_are_read_without_a_loop_over_their_texts() -> None:
    figures = np.arange(50_000) / 4
    texts = pa.array([f"${figure:,.2f}" for figure in figures])
    found = parse_numbers(texts, np.ones(len(texts), np.int64))
    assert (found.values == figures).all() and found.units == ("USD",)


_AMOUNTS = st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=12)
_GROUPING = {"us": (",", "."), "eu": (".", ","), "si": ("\u202f", ","), "ch": ("'", "."), "plain": ("", ".")}


@settings(deadline=None, max_examples=60)
@given(
    _AMOUNTS,
    st.sampled_from(sorted(_GROUPING)),
    st.sampled_from(["{}", "${}", "{} €", "USD {}", "{} %", "€ {}", "{} CHF"]),
    st.sampled_from(["before", "after", "brackets", "minus"]),
)
def test_amounts_written_out_are_read_back(cents: list[int], grouping: str, unit: str, sign: str) -> None:
    between, mark = _GROUPING[grouping]

    def write(amount: int) -> str:
        whole, rest = divmod(abs(amount), 100)
        text = unit.format(f"{whole:,}".replace(",", between) + f"{mark}{rest:02}")
        if amount >= 0:
            return text
        return {"before": f"-{text}", "after": f"{text}-", "brackets": f"({text})", "minus": f"−{text}"}[sign]

    column = clean("amount", *map(write, cents), write(12345678987))  # groups and mark both seen once
    assert numbers(column) == pytest.approx([amount / 100 for amount in [*cents, 12345678987]])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(1, 9999), min_size=1, max_size=8),
    st.sampled_from([("k", 1e3), ("M", 1e6), ("bn", 1e9)]),
)
def test_scales_written_out_are_read_back(tenths: list[int], scale: tuple[str, float]) -> None:
    word, factor = scale
    column = clean("revenue", *[f"{figure / 10}{word}" for figure in tenths])
    assert numbers(column) == pytest.approx([figure / 10 * factor for figure in tenths])


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(["$1,200.00", "1.200,00 €", "45k", "(300)", "12 %", "n/a", "lots", "1 234,5", "7"]),
        min_size=1, max_size=12,
    ).flatmap(lambda cells: st.tuples(st.just(cells), st.permutations(range(len(cells)))))
)  # fmt: skip
def test_the_order_of_rows_changes_nothing(drawn: tuple[list[str], list[int]]) -> None:
    cells, order = drawn
    one, other = clean("amount", *cells), clean("amount", *[cells[row] for row in order])
    assert one.type == other.type
    assert set(one.units) == set(other.units) and one.unreadable == other.unreadable
    if one.values is not None and other.values is not None:
        assert np.array_equal(one.values[order], other.values, equal_nan=one.type == "number")


def test_a_wished_mark_scale_and_unit_are_obeyed() -> None:
    assert numbers(clean("amount", "1.234", "5", wish=ColumnMapping(decimal_mark=","))) == [1234, 5]
    cents = clean("amount", "1999", "12,345", wish=ColumnMapping(scale=0.01, unit="USD"))
    assert numbers(cents) == [19.99, 123.45] and cents.units == ("USD",)
    assert cents.reading.scale == 0.01


def test_a_wished_number_counts_what_is_none() -> None:
    column = clean("size", "10", "few", "many", "many", wish=ColumnMapping(type="number"))
    assert numbers(column) == [10, None, None, None]
    assert column.unreadable == 3 and column.unreadable_examples == ("many", "few")
    assert column.filled == 1


def test_estimates_are_read_as_their_figure_and_said() -> None:
    column = clean("Team size", "~50", "100", "ca. 70", "1,200", "about 30 people", "80 employees", "n/a")
    assert numbers(column) == [50, 100, 70, 1200, 30, 80, None]
    assert column.note == "3 cells such as ~50 are estimates"
    assert clean("Amount", "CA$ 50", "~$5k").units == ("CAD", "USD")


def test_bands_stay_labels() -> None:
    assert clean("Employees", "1-10", "11-50", "51-200", "200+").type == "category"


def test_figures_under_a_header_that_counts_something_are_no_dates() -> None:
    held = [str(20_000 + 999 * row) for row in range(40)]
    for header in ("Employees at start", "MRR at signup", "Users on plan"):
        assert clean(header, *held).type == "number", header
    assert clean("Start date", *held).type == "date"
