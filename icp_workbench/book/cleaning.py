"""One raw column → one typed column, and what could not be read. Decided by the column, never by the cell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.days import parse_days
from icp_workbench.book.quantities import parse_numbers
from icp_workbench.book.vocabulary import (
    ACCOUNT_ITSELF,
    DATE,
    IDENTIFIER,
    NAMES_ONE,
    NUMBERING,
    PLACE,
    RUN_TOGETHER,
)
from icp_workbench.conditions.fields import FieldType, snake_case

ColumnType = FieldType | Literal["identifier", "blank"]
Codes = npt.NDArray[np.int32]

_BLANK = frozenset(
    [
        "",
        "n/a",
        "#n/a",
        "null",
        "nan",
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "(blank)",
        "<na>",
        "#null!",
        "nil",
        "nat",
    ]
)
_DEFAULTS = frozenset(
    ["select", "please select", "-- select --", "- select -", "select one", "--none--", "-none-"]
)
UNLESS_A_LEVEL = frozenset(["na", "none"])  # blank among numbers, dates and yes/no; elsewhere as below
_TRUE = frozenset(["yes", "y", "true", "t", "on", "ja", "oui", "si", "sí"])
_FALSE = frozenset(["no", "n", "false", "f", "off", "nein", "non"])
SEPARATOR = ";"  # between the members of a set
_READ_ENOUGH = 0.9  # share of filled rows that must be readable for a column to be of a type
_LARGEST = 1e100  # beyond it squares and sums overflow, and nothing a company counts comes near
_ZERO_FIRST = re.compile(r"0\d+")


@dataclass(frozen=True)
class Column:
    """One column, typed. `codes[row]` (-1: blank) points into `levels`, the distinct texts as found
    (trimmed), most frequent first. `values` by type: float64 (NaN blank) for number, int8 (-1 blank) for
    boolean, datetime64[s] (NaT) for date; None otherwise. `sets[i]` is the set that level i means, for type
    set.
    """

    table: str
    header: str
    name: str
    type: ColumnType
    codes: Codes
    levels: tuple[str, ...]
    values: npt.NDArray[np.generic] | None = None
    sets: tuple[frozenset[str], ...] = ()
    units: tuple[str, ...] = ()
    unreadable: int = 0
    unreadable_examples: tuple[str, ...] = ()
    note: str | None = None
    ambiguous_dates: bool = False
    blanks: tuple[str, ...] = ()  # the spellings of nothing that were found
    date_order: str = ""
    decimal_mark: str = ""

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @property
    def filled(self) -> int:
        """Rows that are not blank (an unreadable cell is filled in the file, blank in the book)."""
        return int((self.codes >= 0).sum()) - self.unreadable

    @property
    def distinct(self) -> int:
        """Number of distinct texts."""
        return len(self.levels)

    @property
    def words(self) -> frozenset[str]:
        """The words of the header."""
        return frozenset(" ".join(RUN_TOGETHER.get(word, word) for word in self.name.split("_")).split())

    @property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The values of a number or boolean (1, 0) column, NaN blank; all NaN for any other type."""
        if self.values is None or self.type not in ("number", "boolean"):
            return np.full(self.rows, np.nan)
        values = self.values.astype(np.float64)
        return np.where(values < 0, np.nan, values) if self.type == "boolean" else values

    @property
    def moments(self) -> npt.NDArray[np.datetime64]:
        """The values of a date column (NaT blank); all NaT for any other type."""
        if self.values is None or self.type != "date":
            return np.full(self.rows, np.datetime64("NaT"), dtype="datetime64[s]")
        return self.values.astype("datetime64[s]")

    def taken(self, rows: npt.NDArray[np.integer]) -> Column:
        """The column at `rows` (row numbers, -1 for blank): as long as `rows`."""
        known = rows >= 0
        at = np.where(known, rows, 0)
        codes = (
            np.where(known, self.codes[at], -1).astype(np.int32)
            if self.rows
            else np.full(len(rows), -1, np.int32)
        )
        values = None
        if self.values is not None:
            values = self.values[at].copy()
            values[~known] = _BLANK_VALUE[self.type]
        return replace(self, codes=codes, values=values)

    def series(self) -> pd.Series:
        """The column as `AccountBook.accounts` wants it."""
        if self.type in ("number", "date"):
            return pd.Series(self.values)
        if self.type == "boolean":
            flags = cast("npt.NDArray[np.int8]", self.values)
            return pd.Series(pd.arrays.BooleanArray(flags == 1, flags < 0))
        used = np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))
        order = np.argsort(-used, kind="stable")
        order = order[used[order] > 0]
        place = np.full(len(self.levels) + 1, -1, np.int32)
        codes = self.codes
        if self.type == "set":
            distinct = list(dict.fromkeys(self.sets[level] for level in order))
            spot = {members: at for at, members in enumerate(distinct)}
            for level in order:
                place[level] = spot[self.sets[level]]
            held = np.empty(len(distinct), dtype=object)
            held[:] = distinct
            return pd.Series(pd.Categorical.from_codes(place[codes], pd.Index(held, dtype=object)))
        place[order] = np.arange(len(order))
        kept = pd.Index([self.levels[level] for level in order], dtype="str")
        return pd.Series(pd.Categorical.from_codes(place[codes], kept))


_BLANK_VALUE: dict[str, Any] = {"number": np.nan, "boolean": -1, "date": np.datetime64("NaT")}


def clean_column(table: str, header: str, array: pa.ChunkedArray) -> Column:
    """Type one raw column: what its values are is settled by all of them together."""
    column = _as_text(table, header, array)
    typed = _stored_type(column, array)
    if typed is not None:
        return typed
    if not column.levels:
        return replace(column, type="blank")
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels)).astype(np.int64)
    if _is_identifier(column, counts):
        return replace(column, type="identifier")
    if any(map(_ZERO_FIRST.fullmatch, column.levels)):
        return _as_words(column, counts)
    stated = np.array([level.casefold() not in UNLESS_A_LEVEL for level in column.levels], dtype=bool)
    if stated.any():
        for reading in (_as_boolean, _as_number, _as_date):
            read = reading(column, counts, stated)
            if read is not None:
                return read
    return _as_words(column, counts)


def _is_identifier(column: Column, counts: npt.NDArray[np.int64]) -> bool:
    """By the header's last word; "number" and "code" where nearly every row has its own, or of an account."""
    last = column.name.rsplit("_", 1)[-1]
    last = RUN_TOGETHER.get(last, last).rsplit(" ", 1)[-1]
    if last in IDENTIFIER or (last in ("15", "18") and "id" in column.words):  # Account ID (18)
        return True
    if last in NUMBERING:
        return len(column.levels) > 0.9 * counts.sum() or bool(column.words & ACCOUNT_ITSELF)
    names_account = column.words & ACCOUNT_ITSELF and column.words <= ACCOUNT_ITSELF | NAMES_ONE
    return bool(names_account) and all(level.isdigit() for level in column.levels)


def _as_text(table: str, header: str, array: pa.ChunkedArray) -> Column:
    if pa.types.is_dictionary(array.type):
        array = pc.cast(array, array.type.value_type)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        joined = [None if item is None else SEPARATOR.join(map(str, item)) for item in array.to_pylist()]
        array = pa.chunked_array([pa.array(joined, pa.string())])
    elif pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
        array = pa.chunked_array(
            [pa.array([None if item is None else str(item) for item in array.to_pylist()])]
        )
    encoded = pc.cast(array, pa.string()).combine_chunks().dictionary_encode()
    found = encoded.dictionary.to_pylist()
    codes = np.asarray(encoded.indices.fill_null(-1)).astype(np.int32)
    trimmed = [text.strip().strip("\ufeff") for text in found]
    levels: dict[str, int] = {}
    place = np.full(len(found) + 1, -1, np.int32)
    for at, text in enumerate(trimmed):
        if text.casefold() not in _BLANK and text.casefold() not in _DEFAULTS:
            place[at] = levels.setdefault(text, len(levels))
    blanks = {text for at, text in enumerate(trimmed) if place[at] < 0}
    blanks |= {""} if encoded.null_count else set()
    codes = place[codes]
    column = Column(
        table, header, snake_case(header), "text", codes, tuple(levels), blanks=tuple(sorted(blanks))
    )
    return _by_frequency(column)


def _by_frequency(column: Column) -> Column:
    used = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    order = np.argsort(-used, kind="stable")
    order = order[used[order] > 0]
    place = np.full(len(column.levels) + 1, -1, np.int32)
    place[order] = np.arange(len(order))
    return replace(column, codes=place[column.codes], levels=tuple(column.levels[at] for at in order))


def _stored_type(column: Column, array: pa.ChunkedArray) -> Column | None:
    kind = array.type
    if column.name.rsplit("_", 1)[-1] in IDENTIFIER and pa.types.is_integer(kind):
        return replace(column, type="identifier")
    if pa.types.is_boolean(kind):
        flags = np.asarray(pc.fill_null(pc.cast(array, pa.int8()), -1)).astype(np.int8)
        return replace(column, type="boolean", values=flags)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = np.array(pc.cast(array, pa.float64()).to_numpy(), dtype=float)
        numbers[~(np.abs(numbers) <= _LARGEST)] = np.nan
        return replace(column, type="number", values=numbers)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        moments = np.array(pc.cast(array, pa.timestamp("ms")).to_numpy(), dtype="datetime64[s]")
        return replace(column, type="date", values=moments)
    return None


def _typed(
    column: Column,
    counts: npt.NDArray[np.int64],
    kind: ColumnType,
    per_level: npt.NDArray[np.generic],
    readable: npt.NDArray[np.bool_],
    stated: npt.NDArray[np.bool_],
) -> Column:
    unread = np.flatnonzero(~readable & stated)
    values = np.append(per_level, np.array([_BLANK_VALUE[kind]], dtype=per_level.dtype))[column.codes]
    codes = np.append(np.where(stated, np.arange(len(stated)), -1), -1).astype(np.int32)[column.codes]
    return replace(
        column, type=kind, values=values, codes=codes, unreadable=int(counts[unread].sum()),
        unreadable_examples=tuple(column.levels[at] for at in unread[:5]),
    )  # fmt: skip


def _enough(
    counts: npt.NDArray[np.int64], readable: npt.NDArray[np.bool_], stated: npt.NDArray[np.bool_]
) -> bool:
    return bool(counts[readable].sum() >= _READ_ENOUGH * counts[stated].sum()) and bool(readable.any())


def _as_boolean(
    column: Column, counts: npt.NDArray[np.int64], stated: npt.NDArray[np.bool_]
) -> Column | None:
    if stated.sum() > 4:
        return None
    folded = [level.casefold().rstrip(".") for level, held in zip(column.levels, stated, strict=True) if held]
    if set(folded) == {"0", "1"} or set(folded) == {"0.0", "1.0"}:
        true, false = frozenset(["1", "1.0"]), frozenset(["0", "0.0"])
    elif set(folded) <= _TRUE | _FALSE:
        true, false = _TRUE, _FALSE
    else:
        return None
    names = [level.casefold().rstrip(".") for level in column.levels]
    flags = np.array([1 if name in true else 0 if name in false else -1 for name in names], dtype=np.int8)
    return _typed(column, counts, "boolean", flags, flags >= 0, stated)


def _as_number(column: Column, counts: npt.NDArray[np.int64], stated: npt.NDArray[np.bool_]) -> Column | None:
    numbers, units, mark = parse_numbers(column.levels, counts)
    numbers = np.where(np.abs(numbers) <= _LARGEST, numbers, np.nan)
    readable = np.isfinite(numbers)
    if not _enough(counts, readable, stated):
        return None
    if column.words & DATE and not units:
        days = parse_days(column.levels, counts, is_date_column=True).values
        if not np.isnat(days[stated]).any():
            return None
    typed = _typed(column, counts, "number", numbers, readable, stated)
    return replace(typed, units=units, decimal_mark=mark)


def _as_date(column: Column, counts: npt.NDArray[np.int64], stated: npt.NDArray[np.bool_]) -> Column | None:
    # A look at a few levels spares free text the whole parse.
    probe = column.levels[:50]
    looked = parse_days(probe, counts[: len(probe)], is_date_column=bool(column.words & DATE))
    if np.isnat(looked.values).mean() > 0.5:
        return None
    days = parse_days(column.levels, counts, is_date_column=bool(column.words & DATE))
    readable = ~np.isnat(days.values)
    if not _enough(counts, readable, stated):
        return None
    note = None
    if days.order:
        settled = "nothing in the column settles it" if days.ambiguous else "settled by the whole column"
        note = f"dates read as {days.order}, {settled}"
        if days.unsettled and not days.ambiguous:
            note += f" ({days.unsettled:,} dates do not tell day from month on their own)"
    typed = _typed(column, counts, "date", days.values, readable, stated)
    return replace(typed, note=note, ambiguous_dates=days.ambiguous, date_order=days.order or "")


def _as_words(column: Column, counts: npt.NDArray[np.int64]) -> Column:
    column = _without_na(column)
    if not column.levels:
        return replace(column, type="blank")
    used = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    members = [
        tuple(part.strip() for part in level.split(SEPARATOR) if part.strip()) for level in column.levels
    ]
    if _is_multi_select(members, used):
        return replace(column, type="set", sets=tuple(frozenset(parts) for parts in members))
    filled = int(used.sum())
    longest = sum(len(level) for level in column.levels) / len(column.levels)
    wordy = len(column.levels) > 30 and len(column.levels) > 0.5 * filled
    return replace(column, type="text" if wordy or longest > 80 else "category")


def _is_multi_select(members: list[tuple[str, ...]], used: npt.NDArray[np.int64]) -> bool:
    """Cells hold several values when some do, from a small vocabulary that comes back in other cells."""
    several = np.array([len(parts) > 1 for parts in members], dtype=bool)
    if used[several].sum() < 0.02 * used.sum() or not several.any():
        return False
    held_by = Counter(part for parts in members for part in set(parts))
    listed = {part for parts in members if len(parts) > 1 for part in parts}
    returning = sum(held_by[part] > 1 for part in listed)
    return len(held_by) <= max(20, 0.5 * len(members)) and returning >= 0.5 * len(listed)


def _without_na(column: Column) -> Column:
    """NA is a blank, unless its column names places in short capitals (EMEA, APAC, NA; DE, FR, NA)."""
    others = [level for level in column.levels if level.casefold() != "na"]
    if len(others) == len(column.levels):
        return column
    short = sum(len(level) <= 5 and level.isupper() for level in others)
    if others and (column.words & PLACE or short >= 0.8 * len(others)) and short >= 0.5 * len(others):
        return column
    codes = column.codes.copy()
    for at, level in enumerate(column.levels):
        if level.casefold() == "na":
            codes[codes == at] = -1
    spelt = {level for level in column.levels if level.casefold() == "na"}
    return _by_frequency(replace(column, codes=codes, blanks=tuple(sorted({*column.blanks, *spelt}))))
