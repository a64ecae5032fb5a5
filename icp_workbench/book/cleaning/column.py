"""One column, typed: what later steps know of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from icp_workbench.book.mapping import ColumnType
from icp_workbench.book.vocabulary import header_words
from icp_workbench.conditions.fields import HowRead

Codes = npt.NDArray[np.int32]

BLANK_VALUE: dict[str, Any] = {"number": np.nan, "boolean": -1, "date": np.datetime64("NaT")}


class Levels:
    """The distinct texts of a column, and the members of the set that each means where it means one."""

    def __init__(self, array: pa.Array, members: pa.ListArray | None = None) -> None:
        self.array = array
        self.members = members

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts as Python's."""
        return tuple(self.array.to_pylist())

    @cached_property
    def sets(self) -> tuple[frozenset[str], ...]:
        """The set that each text means; empty where they mean none."""
        return () if self.members is None else tuple(map(frozenset, self.members.to_pylist()))


class Texts:
    """Which distinct text each of `rows` rows has. Found out when first asked for: of a column that is stored
    as numbers or dates it rarely is."""

    def __init__(self, rows: int, find: Callable[[], tuple[Codes, Levels]]) -> None:
        self.rows = rows
        self._find: Callable[[], tuple[Codes, Levels]] | None = find

    @classmethod
    def of(cls, codes: Codes, array: pa.Array, members: pa.ListArray | None = None) -> Texts:
        """Texts that are known: `codes[row]` points into `array`, -1 for blank."""
        levels = Levels(array, members)
        return cls(len(codes), lambda: (codes, levels))

    @cached_property
    def _found(self) -> tuple[Codes, Levels]:
        assert self._find is not None
        found = self._find()
        self._find = None  # what it holds on to may be much larger than what it found
        return found

    @property
    def known(self) -> bool:
        """Whether they have been found out."""
        return "_found" in vars(self)

    @property
    def codes(self) -> Codes:
        """int32 (rows,): -1 for blank."""
        return self._found[0]

    @property
    def levels(self) -> Levels:
        """What the codes point into."""
        return self._found[1]

    def taken(self, rows: npt.NDArray[np.integer]) -> Texts:
        """The texts at `rows`, -1 for blank."""
        return Texts(len(rows), lambda: (_at(self.codes, rows, -1), self.levels))


@dataclass(frozen=True)
class Column:
    """One column, typed. `codes[row]` (-1: blank) points into `levels`, the distinct texts as found
    (trimmed), most frequent first. `values` by type: float64 (NaN blank) for number, int8 (-1 blank) for
    boolean, datetime64[s] (NaT) for date; None otherwise. `sets[i]` is the set that level i means, for type
    set. `row_units[row]` points into `units` (-1: none) where amounts carry several; else None.
    """

    table: str
    header: str
    name: str
    type: ColumnType
    texts: Texts
    values: npt.NDArray[np.generic] | None = None
    units: tuple[str, ...] = ()
    row_units: npt.NDArray[np.int8] | None = None
    unreadable: int = 0
    unreadable_examples: tuple[str, ...] = ()
    note: str | None = None
    ambiguous_dates: bool = False
    reading: HowRead = field(default_factory=HowRead)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.texts.rows

    @property
    def codes(self) -> Codes:
        """Which of `levels` each row has, -1 for blank: int32 (rows,)."""
        return self.texts.codes

    @property
    def dictionary(self) -> pa.Array:
        """The distinct texts: Arrow strings (distinct,). To be preferred to `levels` where there are many."""
        return self.texts.levels.array

    @property
    def levels(self) -> tuple[str, ...]:
        """The distinct texts."""
        return self.texts.levels.texts

    @property
    def sets(self) -> tuple[frozenset[str], ...]:
        """The set that each level means; empty for any type but set."""
        return self.texts.levels.sets

    @property
    def blanks(self) -> tuple[str, ...]:
        """The spellings of nothing that were found."""
        return self.reading.blank

    @property
    def date_order(self) -> str:
        """D/M/Y or M/D/Y where dates needed it; else empty."""
        return self.reading.date_order

    @property
    def decimal_mark(self) -> str:
        """Point or comma where a comma was met in numbers; else empty."""
        return self.reading.decimal_mark

    @cached_property
    def filled_mask(self) -> npt.NDArray[np.bool_]:
        """Which rows are not blank in the book: bool (rows,). A cell that could not be read is blank."""
        if self.values is None:
            return self.codes >= 0
        if self.type == "date":
            return ~np.isnat(self.values.astype("datetime64[s]", copy=False))
        if self.type == "boolean":
            return self.values.astype(np.int8, copy=False) >= 0
        return ~np.isnan(self.values.astype(np.float64, copy=False))

    @cached_property
    def filled(self) -> int:
        """Rows that are not blank (an unreadable cell is filled in the file, blank in the book)."""
        return int(self.filled_mask.sum())

    @property
    def distinct(self) -> int:
        """Number of distinct texts."""
        return len(self.dictionary)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the header."""
        return header_words(self.name)

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
        return replace(
            self,
            texts=self.texts.taken(rows),
            values=None if self.values is None else _at(self.values, rows, BLANK_VALUE[self.type]),
            row_units=None if self.row_units is None else _at(self.row_units, rows, -1),
        )

    def series(self) -> pd.Series:
        """The column as `AccountBook.accounts` wants it."""
        if self.type in ("number", "date"):
            return pd.Series(self.values)
        if self.type == "boolean":
            flags = cast("npt.NDArray[np.int8]", self.values)
            return pd.Series(pd.arrays.BooleanArray(flags == 1, flags < 0))
        codes = self.codes
        used = np.bincount(codes[codes >= 0], minlength=self.distinct)
        order = np.argsort(-used, kind="stable")
        order = order[used[order] > 0]
        place = np.full(self.distinct + 1, -1, np.int32)
        if self.type == "set":
            distinct = list(dict.fromkeys(self.sets[level] for level in order))
            spot = {members: at for at, members in enumerate(distinct)}
            for level in order:
                place[level] = spot[self.sets[level]]
            held = np.empty(len(distinct), dtype=object)
            held[:] = distinct
            return pd.Series(pd.Categorical.from_codes(place[codes], pd.Index(held, dtype=object)))
        place[order] = np.arange(len(order))
        kept = pd.Index(self.dictionary.take(pa.array(order)).to_pandas(), dtype="str")
        return pd.Series(pd.Categorical.from_codes(place[codes], kept))


def reading_of(column: Column) -> HowRead | None:
    """How the column's cells became values; None where nothing had to be decided."""
    return None if column.reading == HowRead() else column.reading


def _at(values: npt.NDArray[Any], rows: npt.NDArray[np.integer], blank: Any) -> npt.NDArray[Any]:
    known = rows >= 0
    if not len(values):
        return np.full(len(rows), blank, values.dtype)
    taken = values[np.where(known, rows, 0)]
    taken[~known] = blank
    return taken
