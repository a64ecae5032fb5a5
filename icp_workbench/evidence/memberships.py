"""Which accounts and which observations have a value of an attribute, at whatever grain either is.

An attribute of a finer grain than the account may have several values in one account. At its own grain it
tells observations apart; at any other it tells accounts with one such observation from those without.
"""

from __future__ import annotations

import numpy as np

from icp_workbench.evidence.outcomes import BoolArray, Outcome
from icp_workbench.segments.index import ACCOUNT, SegmentIndex
from icp_workbench.segments.rows import RowSet


def rows_with(index: SegmentIndex, name: str, level: int) -> BoolArray:
    """Which rows of the attribute's own grain have a level (its position; the blank is one past the last).
    Of a number or a date the blank alone is a level, whatever position is asked for."""
    field = index.book.fields[name]
    if field.type in ("number", "date"):
        return index.column(name, field.grain).blank()
    return index.levels(name).holds(level)


def accounts_with(index: SegmentIndex, rows: RowSet, name: str, level: int) -> BoolArray:
    """Which accounts have a level, of an attribute of a finer grain by one observation inside `rows` at
    least: bool (n_accounts,)."""
    grain, held = index.book.fields[name].grain, rows_with(index, name, level)
    if grain == ACCOUNT:
        return held
    found = np.zeros(index.n_accounts, dtype=bool)
    found[np.compress(held & rows.observations(grain), index.account_of(grain))] = True
    return found


def observations_with(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, name: str, level: int
) -> BoolArray:
    """Which usable observations of a metric have a level: bool (n,)."""
    if index.book.fields[name].grain == outcome.metric.grain != ACCOUNT:
        return outcome.within(rows_with(index, name, level))
    return np.take(accounts_with(index, rows, name, level), outcome.account)
