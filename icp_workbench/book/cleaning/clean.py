"""One raw column → one typed column, and what could not be read. Decided by the column, never by the cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.blanks import says_nothing, says_nothing_of_labels, says_nothing_of_values
from icp_workbench.book.cleaning.column import BLANK_VALUE, Column
from icp_workbench.book.cleaning.days import is_placeholder, numeric_days, parse_days
from icp_workbench.book.cleaning.distinct_texts import DistinctTexts, distinct_texts, is_list, list_separator
from icp_workbench.book.cleaning.identifiers import digits_are_labels, is_identifier
from icp_workbench.book.cleaning.multi_select import SEPARATOR, grouped, members_of, separator_of
from icp_workbench.book.cleaning.quantities import parse_numbers
from icp_workbench.book.cleaning.speaking_of_dates import speaks_of_dates
from icp_workbench.book.cleaning.stored import scaled, stored_column
from icp_workbench.book.cleaning.yes_and_no import flags_of, only_ticks
from icp_workbench.book.mapping import ColumnMapping, ColumnType
from icp_workbench.book.vocabulary import header_words
from icp_workbench.conditions.fields import HowRead, snake_case
from icp_workbench.render.figures import count

_READ_ENOUGH = 0.9  # share of filled rows that must be readable for a column to be of a type
_WORDY = 80  # characters on average: more is free text
_YES_AND_NO = frozenset(["true", "false"])
_NO_WISH = ColumnMapping()


def clean_column(table: str, header: str, array: pa.ChunkedArray, wish: ColumnMapping = _NO_WISH) -> Column:
    """Type one raw column, of any Arrow type: what its values are is settled by all of them together, unless
    the wish says it. A wish is obeyed (type, date_order, decimal_mark, separator, scale, unit, blank, kept,
    groups): what then cannot be read is counted, with examples, and blank.
    """
    column = stored_column(table, header, array, wish)
    if column is not None:
        return column
    if "" in _spellings(wish):
        array = pc.fill_null(pc.cast(array, pa.string()), "")
    separator = (
        list_separator(array) if is_list(array.type) and wish.type in (None, "set") else wish.separator
    )
    if separator and wish.type is None:
        wish = replace(wish, type="set", separator=separator)
    found = distinct_texts(array)
    empty = [""] if (found.codes < 0).any() else []
    kept = (*wish.kept, *_spellings(wish))
    nothing = says_nothing(found.texts, wish.blank, kept)
    blanks = (*found.texts.filter(pa.array(nothing)).to_pylist(), *empty)
    cells = _Cells(table, header, found.without(nothing), frozenset(blanks), wish, kept)
    return cells.wished() if wish.type is not None else cells.inferred()


@dataclass(frozen=True)
class _Cells:
    """What the readings of one column start from: its distinct texts, and the spellings of nothing that were
    taken away."""

    table: str
    header: str
    held: DistinctTexts
    blanks: frozenset[str]
    wish: ColumnMapping
    kept: tuple[str, ...]

    @property
    def name(self) -> str:
        return snake_case(self.header)

    @property
    def words(self) -> frozenset[str]:
        return header_words(self.name)

    def wished(self) -> Column:
        """The column as the type says that is wished for."""
        match self.wish.type:
            case "number":
                column = self.values()._as_number(must=True)
            case "boolean":
                column = self.values()._as_boolean(must=True)
            case "date":
                column = self.values()._as_date(must=True)
            case "set":
                return self._as_set(self.wish.separator or separator_of(self.held, self.words) or SEPARATOR)
            case "identifier":
                return self._column("identifier", self.held)
            case "blank":
                return self.without(np.ones(len(self.held), dtype=bool))._column("blank")
            case _:
                return self._as_labels()
        assert column is not None
        return column

    def inferred(self) -> Column:
        """The column as what all its cells say it is."""
        if not len(self.held):
            return self._column("blank")
        if is_identifier(self.name, self.words, self.held):
            return self._column("identifier")
        if digits_are_labels(self.words, self.held):
            return self._as_labels()
        values = self.values()
        column = None
        if len(values.held):
            column = values._as_boolean() or values._as_number() or values._as_date()
        return column or self._as_labels()

    def values(self) -> _Cells:
        """The cells without what says nothing among numbers, dates and yes/no."""
        return self.without(says_nothing_of_values(self.held.texts, self.kept))

    def without(self, nothing: npt.NDArray[np.bool_]) -> _Cells:
        """The cells with some texts taken for nothing."""
        if not nothing.any():
            return self
        spelt = self.held.texts.filter(pa.array(nothing)).to_pylist()
        return replace(self, held=self.held.without(nothing), blanks=self.blanks | frozenset(spelt))

    def _as_boolean(self, must: bool = False) -> Column | None:
        spelt = self.wish.groups if _YES_AND_NO.issuperset(self.wish.groups) else {}
        flags = flags_of(self.held.texts, spelt, decided=must)
        if flags is None:
            return None
        column = self._typed("boolean", flags, flags >= 0)
        texts = self.held.texts.to_pylist()
        named = {
            word: tuple(
                sorted(text for text, held in zip(texts, flags.tolist(), strict=True) if held == flag)
            )
            for word, flag in (("true", 1), ("false", 0))
        }
        groups = tuple((word, spelt) for word, spelt in named.items() if spelt)
        note = None
        if len(groups) == 1 and only_ticks(self.held.texts) and column.filled < column.rows:
            note = "only ticks were found: an empty cell is unknown, unless it is said to mean no"
        return replace(column, reading=replace(column.reading, groups=groups), note=note)

    def _as_number(self, must: bool = False) -> Column | None:
        found = parse_numbers(self.held.texts, self.held.counts, self.wish.decimal_mark)
        readable = np.isfinite(found.values)
        if not must and not self._enough(readable):
            return None
        if not must and not found.units and speaks_of_dates(self.words):
            days = numeric_days(found.values)
            if days is not None:
                return self._dates_in_figures(days)
        values, scale = scaled(found.values, self.wish.scale)
        column = self._typed("number", values, readable)
        notes = []
        row_units = None
        units = found.units
        if len(units) > 1:
            row_units = np.append(found.unit_of, np.int8(-1))[self.held.codes]
            notes.append(f"figures in {', '.join(units)}: not to be added up as they are")
        elif units == ("%",) and self.held.counts[readable & (found.unit_of < 0)].sum():
            notes.append("some figures carry a % sign and some do not: all are taken as they stand")
        if self.wish.unit:
            units, row_units, notes = (self.wish.unit,), None, []
        if found.rough.any():
            example = self.held.texts.filter(pa.array(found.rough))[0].as_py()
            notes.append(
                f"{count(int(self.held.counts[found.rough].sum()))} cells such as {example} are estimates"
            )
        reading = replace(column.reading, decimal_mark=found.decimal_mark, scale=scale)
        return replace(
            column, units=units, row_units=row_units, reading=reading, note="; ".join(notes) or None
        )

    def _as_date(self, must: bool = False) -> Column | None:
        held = self.held
        days = parse_days(held.texts, held.counts, self.wish.date_order)
        placeholders = is_placeholder(held.texts, days.values)
        cells = self.without(placeholders)
        days = replace(days, values=days.values[~placeholders])
        readable = ~np.isnat(days.values)
        if must and not readable.any():
            figures = numeric_days(parse_numbers(cells.held.texts, cells.held.counts).values)
            if figures is not None:
                return cells._dates_in_figures(figures)
        if not must and not cells._enough(readable):
            return None
        notes = []
        if days.order and not self.wish.date_order:
            settled = "nothing in the column settles it" if days.ambiguous else "settled by the whole column"
            if days.unsettled and not days.ambiguous:
                settled += f" ({count(days.unsettled)} dates do not tell day from month on their own)"
            notes.append(f"dates read as {days.order}, {settled}")
        if days.months:
            notes.append("months without a day: the first day stands for each")
        if placeholders.any():
            example = held.texts.filter(pa.array(placeholders))[0].as_py()
            rows = count(int(held.counts[placeholders].sum()))
            notes.append(f"{rows} cells such as {example} stand for no date")
        column = cells._typed("date", days.values, readable)
        reading = replace(column.reading, date_order=days.order or "")
        return replace(column, reading=reading, note="; ".join(notes) or None, ambiguous_dates=days.ambiguous)

    def _dates_in_figures(self, days: npt.NDArray[np.datetime64]) -> Column:
        column = self._typed("date", days, ~np.isnat(days))
        return replace(column, note=f"figures such as {self.held.texts[0].as_py()} read as dates")

    def _as_labels(self) -> Column:
        wished = self.wish.type if self.wish.type in ("category", "text") else None
        cells = self.without(says_nothing_of_labels(self.held, self.words, self.kept))
        if not len(cells.held):
            return cells._column(wished or "blank")
        separator = separator_of(cells.held, self.words) if wished is None else None
        if separator is not None:
            return self._as_set(separator)
        held = cells.held
        if self.wish.groups:
            held = held.spelt_as(grouped(held.texts, self.wish.groups))
        wordy = len(held) > 30 and len(held) > 0.5 * held.rows
        length = pc.mean(pc.utf8_length(held.texts)).as_py()
        kind = wished or ("text" if wordy or length > _WORDY else "category")
        column = cells._column(kind, held)
        said = sorted(cells.blanks - self.blanks)
        note = f"{', '.join(said)} read as blank" if said else None
        return replace(column, reading=replace(column.reading, groups=_as_pairs(self.wish)), note=note)

    def _as_set(self, separator: str) -> Column:
        cells = self.without(says_nothing_of_labels(self.held, self.words, self.kept))
        held = cells.held.by_frequency()
        members = members_of(held.texts, separator, self.wish.groups)
        column = cells._column("set", held)
        reading = replace(column.reading, separator=separator, groups=_as_pairs(self.wish))
        return replace(column, texts=held.as_texts(members), reading=reading)

    def _enough(self, readable: npt.NDArray[np.bool_]) -> bool:
        counts = self.held.counts
        return bool(readable.any()) and bool(counts[readable].sum() >= _READ_ENOUGH * counts.sum())

    def _typed(self, kind: ColumnType, per_text: npt.NDArray[Any], readable: npt.NDArray[np.bool_]) -> Column:
        """The column with a value for each distinct text."""
        held = self.held
        values = np.append(per_text, np.array([BLANK_VALUE[kind]], dtype=per_text.dtype))[held.codes]
        unread = np.flatnonzero(~readable)
        most = unread[np.argsort(-held.counts[unread], kind="stable")][:5]
        return replace(
            self._column(kind),
            values=values,
            unreadable=int(held.counts[unread].sum()),
            unreadable_examples=tuple(held.texts.take(pa.array(most)).to_pylist()),
        )

    def _column(self, kind: ColumnType, held: DistinctTexts | None = None) -> Column:
        texts = (self.held if held is None else held).by_frequency().as_texts()
        reading = HowRead(blank=tuple(sorted(self.blanks)))
        return Column(self.table, self.header, self.name, kind, texts, reading=reading)


def _spellings(wish: ColumnMapping) -> tuple[str, ...]:
    return tuple(spelt for spellings in wish.groups.values() for spelt in spellings)


def _as_pairs(wish: ColumnMapping) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((value, tuple(spellings)) for value, spellings in wish.groups.items())
