"""Columns that are stored as numbers, dates or yes/no (Parquet, databases): read without text in between."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.blanks import says_nothing
from icp_workbench.book.cleaning.column import Codes, Column, Levels, Texts
from icp_workbench.book.cleaning.days import numeric_days
from icp_workbench.book.cleaning.distinct_texts import distinct_texts
from icp_workbench.book.cleaning.identifiers import named_identifier, whole_names
from icp_workbench.book.cleaning.quantities import LARGEST
from icp_workbench.book.cleaning.speaking_of_dates import speaks_of_dates
from icp_workbench.book.mapping import ColumnMapping, ColumnType
from icp_workbench.book.vocabulary import header_words
from icp_workbench.conditions.fields import HowRead, snake_case
from icp_workbench.render.figures import count

_FIRST, _LAST = np.datetime64("0002-01-01"), np.datetime64("9999-12-31")  # what lies outside stands for none


def stored_column(table: str, header: str, array: pa.ChunkedArray, wish: ColumnMapping) -> Column | None:
    """The column where its Arrow type says what it is; None where its texts have to be read: it holds text,
    or numbers that are names, or the wish is for something else than is stored."""
    if wish.blank or wish.kept or wish.groups:
        return None
    kind = array.type
    stored: ColumnType
    values: npt.NDArray[Any]
    examples: tuple[str, ...] = ()
    note, unreadable = None, 0
    if pa.types.is_boolean(kind):
        stored, values = "boolean", _flags(array)
    elif pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        stored = "date"
        values, none = _moments(array)
        note = f"{count(none)} dates such as 9999-12-31 stand for none" if none else None
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        name = snake_case(header)
        if wish.type is None and (named_identifier(name, header_words(name)) or whole_names(array)):
            return None
        stored = "number"
        values = np.array(pc.cast(array, pa.float64(), safe=False).to_numpy(), dtype=np.float64)
        beyond = np.abs(values) > LARGEST
        unreadable, examples = int(beyond.sum()), tuple(map(str, values[beyond][:5].tolist()))
        values[beyond] = np.nan
        if wish.type is None and speaks_of_dates(header_words(name)):
            days = numeric_days(values)
            if days is not None:
                note = f"figures such as {_first(values):.0f} read as dates"
                stored, values = "date", np.asarray(days)
        if stored == "number" and wish.type in (None, "boolean") and _are_flags(values):
            stored, values = "boolean", np.where(np.isnan(values), -1, values).astype(np.int8)
    else:
        return None
    if wish.type not in (None, stored):
        return None
    scale = 1.0
    if stored == "number":
        values, scale = scaled(values, wish.scale)
    reading = HowRead(blank=("",) if array.null_count else (), scale=scale)
    units = (wish.unit,) if wish.unit and stored == "number" else ()
    texts = Texts(len(array), lambda: _texts(array, column.filled_mask))
    column = Column(
        table, header, snake_case(header), stored, texts, values=values, units=units,
        unreadable=unreadable, unreadable_examples=examples, note=note, reading=reading,
    )  # fmt: skip
    return column


def scaled(values: npt.NDArray[np.float64], scale: float | None) -> tuple[npt.NDArray[np.float64], float]:
    """The values times `scale` (None: as they are), and what they were multiplied with. By hundredths and the
    like they are divided, which is exact where a product is not: 1999 × 0.01."""
    if scale is None or scale == 1.0:
        return values, 1.0
    parts = round(1 / scale) if 0 < abs(scale) < 1 else 0
    return (values / parts if parts and abs(parts * scale - 1) < 1e-12 else values * scale), scale


def _flags(array: pa.ChunkedArray) -> npt.NDArray[Any]:
    return np.asarray(pc.fill_null(pc.cast(array, pa.int8()), -1)).astype(np.int8)


def _moments(array: pa.ChunkedArray) -> tuple[npt.NDArray[Any], int]:
    """datetime64[s] in UTC, and how many were the first or the last day a system knows."""
    moments = np.array(array.to_numpy()).astype("datetime64[s]")
    placeholder = (moments < _FIRST) | (moments >= _LAST)
    moments[placeholder] = np.datetime64("NaT")
    return moments, int(placeholder.sum())


def _are_flags(values: npt.NDArray[Any]) -> bool:
    """Whether numbers are 1 and 0, both, and nothing else: yes and no, as they would be in a text file."""
    known = values[~np.isnan(values)]
    ends = bool(len(known)) and known.min() == 0 and known.max() == 1
    return ends and bool(((known == 0) | (known == 1)).all())


def _first(values: npt.NDArray[np.float64]) -> float:
    return float(values[np.flatnonzero(np.isfinite(values))[0]])


def _texts(array: pa.ChunkedArray, filled: npt.NDArray[np.bool_]) -> tuple[Codes, Levels]:
    held = distinct_texts(array)
    held = held.without(says_nothing(held.texts, (), ())).only_at(filled).by_frequency()
    return held.codes, Levels(held.texts)
