"""An account by name, with its records: for accounts that some want and others regret."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.fields import nearest
from icp_workbench.conditions.wording import field_words
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.dates import day
from icp_workbench.render.figures import bound, counted
from icp_workbench.segments.naming_accounts import AccountNames

_ALIKE, _MOST_ALIKE = 3, 2_000  # letters in common, and accounts, to look for the nearest among
_MOST = 12  # records of a kind that are told one by one


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account: its name, what is known of it, and each kind of record (deal, subscription …) line by line,
    the newest first where they are dated."""

    name: str
    known: tuple[str, ...]
    records: tuple[tuple[str, tuple[str, ...]], ...]


def account_named(book: AccountBook, names: AccountNames, name: str) -> int:
    """The row of the account of that name or id, case-blind; `names` are the book's. WorkbenchError naming
    the nearest of those that begin alike where there is none."""
    row = names.row_of(name)
    if row is not None:
        return row
    alike, _ = names.find(name.strip()[:_ALIKE], _MOST_ALIKE)
    near = nearest(name, dict.fromkeys(book.account_names[row] for row in alike))
    raise WorkbenchError(
        "Unknown account",
        f"There is no account `{name}`" + (f"; did you mean `{near}`?" if near else "."),
        "Write its name as the records have it.",
    )


def account_record(book: AccountBook, row: int) -> AccountRecord:
    """The account of a row with its attributes and all it brought."""
    known = []
    for name, field in book.fields.items():
        if field.grain == "account" and name in book.accounts:
            value = _shown(book.accounts[name].iloc[row])
            known += [f"{field_words(name, book.fields)} {value}"] if value else []
    records = []
    for grain, seen in book.observations.items():
        own = np.flatnonzero(seen.account == row)
        if len(own):
            frame = pd.concat([seen.values.iloc[own], seen.attributes.iloc[own]], axis=1)
            records.append((counted(len(own), grain), tuple(_lines(frame))))
    return AccountRecord(book.account_names[row], tuple(known), tuple(records))


def _lines(frame: pd.DataFrame) -> Iterator[str]:
    dates = [str(name) for name in frame if pd.api.types.is_datetime64_any_dtype(frame[name])]
    if dates:
        frame = frame.sort_values(dates[-1], ascending=False, na_position="last")
    for _, row in frame.head(_MOST).iterrows():
        yield " · ".join(part for name, cell in row.items() if (part := _part(str(name), cell)))
    if len(frame) > _MOST:
        yield f"and {len(frame) - _MOST} more"


def _part(name: str, cell: object) -> str:
    if name == "won" and cell in (0.0, 1.0):
        return "won" if cell else "lost"
    value = _shown(cell)
    return f"{name.replace('_', ' ')} {value}" if value else ""


def _shown(value: object) -> str:
    """A value for a reader; nothing for a blank."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, dt.date | pd.Timestamp):
        return day(value)
    if isinstance(value, int | float | np.number):
        number = float(value)
        return "" if math.isnan(number) else bound(number)
    return str(value)
