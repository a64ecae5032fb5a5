"""Columns that are stored with a type: read without text in between, and as a text file would be."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pytest

from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.cleaning.distinct_texts import distinct_texts
from icp_workbench.book.cleaning.shapes import Shapes
from icp_workbench.book.mapping import ColumnMapping
from tests.book.columns import clean, days, flags, labels, numbers, sets

DAY = dt.datetime(2026, 3, 5, 10, 30)


def stored(header: str, *arrays: pa.Array, wish: ColumnMapping | None = None) -> Column:
    return clean_column("t", header, pa.chunked_array(list(arrays)), wish or ColumnMapping())


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(30, 2), pa.int64()]
)
def test_numbers_of_any_kind(kind: pa.DataType) -> None:
    column = stored("seats", pa.array([3, None, 5]).cast(kind))
    assert numbers(column) == [3, None, 5] and column.filled == 2
    assert column.blanks == ("",) and column.codes.tolist()[1] == -1


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_moments_in_any_unit_and_zone_are_in_utc(unit: str, zone: str | None) -> None:
    moment = DAY if zone is None else DAY.replace(tzinfo=dt.UTC)
    column = stored("closed", pa.array([moment, None], pa.timestamp(unit, zone)))
    assert days(column) == ["2026-03-05T10:30:00", None]


def test_days_and_the_last_day_a_system_knows() -> None:
    column = stored("ended", pa.array([DAY.date(), dt.date(9999, 12, 31), None]))
    assert days(column) == ["2026-03-05T00:00:00", None, None]
    assert column.note is not None and "9999-12-31" in column.note
    assert labels(column) == ["2026-03-05", None, None]


def test_ones_and_noughts_are_yes_and_no_as_in_a_text_file() -> None:
    assert flags(stored("partner", pa.array([1, 0, None]))) == flags(clean("partner", "1", "0", ""))
    assert stored("seats", pa.array([1, 0, 2])).type == "number"
    assert flags(stored("partner", pa.array([True, None, False]))) == [True, None, False]


def test_figures_beyond_reason_are_unreadable() -> None:
    column = stored("amount", pa.array([1.0, float("inf"), float("nan"), 1e300]))
    assert numbers(column) == [1, None, None, None]
    assert column.unreadable == 2 and column.filled == 1


def test_numbered_ids_are_text_however_they_are_stored() -> None:
    whole = stored("account_id", pa.array([1001, 1002, None]))
    floats = stored("account_id", pa.array([1001.0, 1002.0, None]))
    assert whole.type == floats.type == "identifier"
    assert labels(whole) == labels(floats) == ["1001", "1002", None]
    assert stored("thing", pa.array([2**60, 2**60 + 1])).levels == (str(2**60), str(2**60 + 1))


def test_moments_of_an_interface_are_dates() -> None:
    assert days(stored("createdate", pa.array([1772668800000]))) == ["2026-03-05T00:00:00"]
    assert stored("amount", pa.array([1772668800000])).type == "number"


def test_lists_are_sets() -> None:
    column = stored("tools", pa.array([["a", "b"], None, ["b"], ["x;y"], []]))
    assert sets(column) == [{"a", "b"}, None, {"b"}, {"x;y"}, None]


def test_a_wish_for_another_type_reads_the_texts() -> None:
    column = stored("tier", pa.array([1, 2, 1]), wish=ColumnMapping(type="category"))
    assert labels(column) == ["1", "2", "1"]
    assert numbers(stored("seats", pa.array([5, 0]), wish=ColumnMapping(blank=("0",)))) == [5, None]
    assert numbers(stored("amount", pa.array([1999]), wish=ColumnMapping(scale=0.01))) == [19.99]


def test_chunks_and_dictionaries_are_one_column() -> None:
    cells = ["b", None, "a", " b", "c", "b", "a"]
    chunks = [
        pa.array(cells[:0], pa.string()),
        pa.array(cells[:3]),
        pa.array(cells[3:5]),
        pa.array(cells[5:]),
    ]
    expected = ["b", None, "a", "b", "c", "b", "a"]
    for held in (chunks, [chunk.dictionary_encode() for chunk in chunks]):
        column = stored("x", *held)
        assert labels(column) == expected and column.levels == ("b", "a", "c")
    large = stored("x", *[chunk.cast(pa.large_string()) for chunk in chunks])
    assert labels(large) == expected


def test_texts_of_stored_numbers_are_made_when_they_are_asked_for() -> None:
    column = stored("amount", pa.array([2.5, 1.0, 2.5, None]))
    assert "_found" not in vars(column.texts)
    taken = column.taken(np.array([3, 0, -1]))
    assert "_found" not in vars(column.texts)
    assert labels(taken) == [None, "2.5", None] and numbers(taken) == [None, 2.5, None]
    assert column.levels[0] == "2.5" and column.distinct == 2


def test_columns_without_rows_and_of_odd_types() -> None:
    assert stored("x", pa.array([], pa.string())).type == "blank"
    assert stored("x", pa.array([None, None])).type == "blank"
    assert stored("x", pa.array([], pa.int64())).rows == 0
    assert stored("x", pa.array([{"a": 1}, None])).type == "category"
    assert stored("x", pa.array([b"a", b"\xff"])).rows == 2
    assert stored("x", pa.array([dt.time(1, 2), None])).rows == 2
    assert stored("x", pa.array([dt.timedelta(1), None])).rows == 2
    assert numbers(stored("x", pa.array([decimal.Decimal("1.25")]))) == [1.25]


def test_distinct_texts_count_their_rows() -> None:
    held = distinct_texts(pa.chunked_array([["a ", "b"], ["a", None, "b", "b"]])).by_frequency()
    assert held.texts.to_pylist() == ["b", "a"] and held.counts.tolist() == [3, 2]
    assert held.codes.tolist() == [1, 0, 1, -1, 0, 0]


def test_parts_of_shapes_are_the_parts_of_their_texts() -> None:
    texts = pa.array(["é12-3", "é7-45", "no", "x" * 99 + "1-2"]).slice(1)
    parts = Shapes(texts, 20).match(r"^(?P<word>[^0-9]+)(?P<one>\d+)-(?P<other>\d+)(?P<rest>z)?$")
    assert parts.at.tolist() == [0]
    assert {name: held.to_pylist() for name, held in parts.found.items()} == {
        "word": ["é"], "one": ["7"], "other": ["45"], "rest": [""],
    }  # fmt: skip
    assert not len(Shapes(texts, 20).match("^q").at)
