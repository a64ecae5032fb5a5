"""What was decided when a column was read, in words that travel with the attribute."""

from __future__ import annotations

import numpy as np

from icp_workbench.book.cleaning import SEPARATOR, UNLESS_A_LEVEL, Column
from icp_workbench.conditions.fields import HowRead


def reading_of(column: Column) -> HowRead | None:
    """How the column's cells became values; None where nothing had to be decided."""
    blank = set(column.blanks)
    if column.type in ("boolean", "number", "date"):
        blank |= {level for level in column.levels if level.casefold() in UNLESS_A_LEVEL}
    reading = HowRead(
        blank=tuple(sorted(blank)),
        groups=_yes_and_no(column),
        separator=SEPARATOR if column.type == "set" else "",
        date_order=column.date_order,
        decimal_mark=column.decimal_mark,
    )
    return None if reading == HowRead() else reading


def _yes_and_no(column: Column) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if column.type != "boolean" or column.values is None or not column.levels:
        return ()
    known = np.flatnonzero(column.codes >= 0)
    codes, first = np.unique(column.codes[known], return_index=True)
    flags = column.values[known[first]]
    groups = {
        word: tuple(sorted(column.levels[code] for code in codes[flags == flag]))
        for word, flag in (("true", 1), ("false", 0))
    }
    return tuple((word, spelt) for word, spelt in groups.items() if spelt)
