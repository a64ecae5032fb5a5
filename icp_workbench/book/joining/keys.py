"""Columns as keys: their distinct texts, where each stands first, and where it stands in another column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.column import Codes, Column

SHORT, LONG = 15, 18  # characters of Salesforce's ids, as reports and as the API give them


def text_of(column: Column, code: int) -> str:
    """The text of one code."""
    return str(column.dictionary[int(code)].as_py())


def first_rows(column: Column) -> Codes:
    """The first row in which each distinct text stands; -1 at the end, where code -1 points."""
    first = np.full(column.distinct + 1, -1, np.int32)
    first[column.codes[::-1]] = np.arange(column.rows - 1, -1, -1, dtype=np.int32)
    first[-1] = -1
    return first


def rows_per_text(column: Column) -> npt.NDArray[np.int64]:
    """How many rows have each distinct text: int64 (distinct,)."""
    return np.bincount(column.codes + 1, minlength=column.distinct + 1)[1:]


def repeats(column: Column) -> int:
    """How many rows repeat an earlier row's text."""
    return int((column.codes >= 0).sum()) - int((rows_per_text(column) > 0).sum())


def texts_by_row(column: Column) -> pa.Array:
    """The text of every row, null where it is blank."""
    codes = column.codes
    return column.dictionary.take(pa.array(codes, pa.int32(), mask=codes < 0))


def positions(wanted: pa.Array, known: pa.Array) -> Codes:
    """Where each text of `wanted` stands in `known`, letter by letter and case by case; -1 where it does
    not."""
    found = pc.index_in(wanted.cast(known.type), value_set=known, skip_nulls=True)
    return np.asarray(found.fill_null(-1)).astype(np.int32)


def cut(found: pa.Array, length: int | None) -> pa.Array:
    """The first `length` characters of each text; None: all."""
    return found if length is None else pc.utf8_slice_codeunits(found, 0, length)


def common_length(key: Column, other: Column) -> int | None:
    """15 where both hold Salesforce's ids, in their short form of 15 characters and the long one of 18 with a
    checksum: the first 15, case by case, name the record in both. Else None."""
    if "text" in (key.type, other.type) or not key.distinct or not other.distinct:
        return None
    both = (key.dictionary, other.dictionary)
    if {len(held[0].as_py()) for held in both} - {SHORT, LONG}:
        return None
    lengths = {length for held in both for length in pc.unique(pc.utf8_length(held)).to_pylist()}
    alike = lengths == {SHORT, LONG} and all(pc.all(pc.utf8_is_alnum(held)).as_py() for held in both)
    return SHORT if alike else None
