"""Columns made of cells, for tests."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa

from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.mapping import ColumnMapping


def clean(header: str, *cells: str | None, wish: ColumnMapping | None = None) -> Column:
    """A column of text cells, typed."""
    array = pa.chunked_array([pa.array(cells, pa.string())])
    return clean_column("t", header, array, wish or ColumnMapping())


def numbers(column: Column) -> list[float | None]:
    """The values of a number column, None for blank."""
    assert column.type == "number" and column.values is not None
    return [None if math.isnan(value) else value for value in column.values.tolist()]


def flags(column: Column) -> list[bool | None]:
    """The values of a yes/no column, None for blank."""
    assert column.type == "boolean" and column.values is not None
    return [None if flag < 0 else flag == 1 for flag in column.values.tolist()]


def days(column: Column) -> list[str | None]:
    """The values of a date column, None for blank."""
    assert column.type == "date" and column.values is not None
    return [None if np.isnat(value) else str(value) for value in column.values]


def labels(column: Column) -> list[str | None]:
    """The text of every row, None for blank."""
    return [None if code < 0 else column.levels[code] for code in column.codes]


def sets(column: Column) -> list[frozenset[str] | None]:
    """The set of every row, None for blank."""
    assert column.type == "set"
    return [None if code < 0 else column.sets[code] for code in column.codes]
