"""Condition × columns → true and unknown: the one interpreter of rows.

Kleene's three-valued logic throughout: a test on a blank is unknown, `false and unknown` is false,
`true or unknown` is true (S. C. Kleene, Introduction to Metamathematics, 1952, § 64).
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.fields import FieldType

Mask = npt.NDArray[np.bool_]
_FEW_LEVELS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One attribute's values, a row each, in the form that is fastest to ask.

    category, text, set: codes into `levels`, whole numbers of the narrowest kind that holds them, −1 blank
    (each level of a set is a frozenset of members). boolean: int8 of 0 and 1, −1 blank. number: float64, NaN
    blank. date: datetime64, NaT blank.
    """

    type: FieldType
    values: npt.NDArray[Any]
    levels: tuple[str, ...] | tuple[frozenset[str], ...] = ()

    @property
    def is_coded(self) -> bool:
        """True where `values` are codes into `levels`."""
        return self.type in ("category", "text", "set")

    def blank(self) -> Mask:
        """Which rows have no value: bool (n_rows,)."""
        if self.is_coded or self.type == "boolean":
            return self.values < 0
        return cast(Mask, np.isnat(self.values) if self.type == "date" else np.isnan(self.values))

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> Column:
        """The column at other rows: how an account's attribute reaches its deals."""
        return Column(self.type, self.values[rows], self.levels)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Where a condition is true and where it is unknown: bool (n_rows,) each, never both."""

    true: Mask
    unknown: Mask

    @property
    def false(self) -> Mask:
        """Where the condition is known not to hold."""
        return ~(self.true | self.unknown)


Columns = Mapping[str, Column] | Callable[[str], Column]


def evaluate(condition: Condition, columns: Columns, n_rows: int) -> Truth:
    """Evaluate a condition on every row.

    `columns` gives the `Column` of a field by name (a mapping, or a function for columns made on demand),
    each with `n_rows` rows. Raises KeyError for a field it does not have and TypeError for a test that the
    field's type does not know; `checking.check` tells people about both beforehand.
    """
    column = columns if callable(columns) else columns.__getitem__
    return _evaluate(condition, column, n_rows)


def _evaluate(condition: Condition, column: Callable[[str], Column], n_rows: int) -> Truth:
    match condition:
        case FieldTest(field):
            return truth_of(condition, column(field))
        case Not(part):
            inner = _evaluate(part, column, n_rows)
            return Truth(inner.false, inner.unknown)
        case AllOf(parts):
            true, possible = np.ones(n_rows, bool), np.ones(n_rows, bool)
            for part in parts:
                inner = _evaluate(part, column, n_rows)
                true &= inner.true
                possible &= inner.true | inner.unknown
            return Truth(true, possible & ~true)
        case AnyOf(parts):
            true, unknown = np.zeros(n_rows, bool), np.zeros(n_rows, bool)
            for part in parts:
                inner = _evaluate(part, column, n_rows)
                true |= inner.true
                unknown |= inner.unknown
            return Truth(true, unknown & ~true)


def truth_of(test: FieldTest, column: Column) -> Truth:
    """Evaluate one test on its column. Raises TypeError for a test the column's type does not know."""
    if test.operator in ("is_known", "is_unknown"):
        blank = column.blank()
        return Truth(blank if test.operator == "is_unknown" else ~blank, np.zeros(len(blank), bool))
    if column.is_coded:
        return Truth(_with_levels(column.values, _levels_true(test, column)), column.blank())
    blank = column.blank()
    true = _values_true(test, column)
    return Truth(true & ~blank, blank)


def _with_levels(codes: npt.NDArray[Any], holds: list[bool]) -> Mask:
    """Which rows have a level for which `holds` is true; code −1, the blank, is none."""
    wanted = [code for code, true in enumerate(holds) if true]
    if len(wanted) > _FEW_LEVELS:
        # Asked once per level; the extra last entry answers code −1.
        return np.take(np.array([*holds, False]), codes)
    found = np.zeros(len(codes), bool)
    for code in wanted:  # comparing narrow codes is many times faster than looking each up
        found |= codes == code
    return found


def _levels_true(test: FieldTest, column: Column) -> list[bool]:
    wanted = _values_of(test)
    levels: Iterable[Any] = column.levels
    if column.type == "set":
        members = frozenset(wanted)
        if test.operator == "contains_any":
            return [not members.isdisjoint(level) for level in levels]
        if test.operator == "contains_all":
            return [members <= level for level in levels]
        raise _unknown_test(test, column)
    if test.operator in ("is", "in"):
        return [level in wanted for level in levels]
    if test.operator == "not_in":
        return [level not in wanted for level in levels]
    if test.operator == "mentions":
        entries = [words_of(str(entry)) for entry in wanted]
        return [_mentions(words_of(level), entries) for level in levels]
    raise _unknown_test(test, column)


def _values_true(test: FieldTest, column: Column) -> Mask:
    values = column.values
    if column.type == "date":
        values = values.astype("datetime64[D]")  # a day's test holds for the whole day
    wanted = [_comparable(value, column.type) for value in _values_of(test)]
    if test.operator in ("is", "in", "not_in"):
        found = np.zeros(len(values), bool)
        for value in wanted:
            found |= values == value
        return ~found if test.operator == "not_in" else found
    if column.type == "boolean":
        raise _unknown_test(test, column)
    if test.operator == "at_least":
        return cast(Mask, values >= wanted[0])
    if test.operator == "at_most":
        return cast(Mask, values <= wanted[0])
    if test.operator == "between":
        return cast(Mask, (values >= wanted[0]) & (values <= wanted[1]))
    raise _unknown_test(test, column)


def _values_of(test: FieldTest) -> tuple[Any, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _comparable(value: object, kind: FieldType) -> Any:
    if kind == "date":
        if not isinstance(value, dt.date):
            raise TypeError(f"{value!r} is not a date")
        return np.datetime64(value.date() if isinstance(value, dt.datetime) else value, "D")
    if kind == "boolean":
        if not isinstance(value, bool):
            raise TypeError(f"{value!r} is not true or false")
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _unknown_test(test: FieldTest, column: Column) -> TypeError:
    return TypeError(f"{test.operator} cannot be asked of {test.field}, a {column.type}")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, case-folded, split at all that is neither letter, digit nor combining mark."""
    folded = text.casefold()
    return tuple("".join(char if _in_word(char) else " " for char in folded).split())


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.combining(char) != 0


def _mentions(words: tuple[str, ...], entries: list[tuple[str, ...]]) -> bool:
    return any(entry and _has_run(words, entry) for entry in entries)


def _has_run(words: tuple[str, ...], entry: tuple[str, ...]) -> bool:
    size = len(entry)
    return any(words[at : at + size] == entry for at in range(len(words) - size + 1))
