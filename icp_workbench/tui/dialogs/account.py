"""One account with everything the book knows about it: its attributes, then what happened, by grain."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from textual.app import ComposeResult
from textual.containers import Vertical

from icp_workbench.book.book import AccountBook
from icp_workbench.render import figures
from icp_workbench.render.dates import day
from icp_workbench.tui.dialogs.dialog import Dialog, Said
from icp_workbench.tui.lines import Line, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import RowsView, numbered

MOST = 20  # records shown of one grain
_NAME = 26


class AccountDialog(Dialog[None]):
    """Read only; closes by escape."""

    def __init__(self, book: AccountBook, account: int) -> None:
        super().__init__()
        self._book, self._account = book, account

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Said(clean(self._book.account_names[self._account], 120), "bold", classes="title")
            yield RowsView(id="record", cursor=False)
            yield Said("↑ ↓ scroll   esc close", "$muted", classes="keys")

    def on_mount(self) -> None:
        view = self.query_one(RowsView)
        view.styles.height = "1fr"
        view.show_rows(numbered(record_lines(self._book, self._account)))
        view.focus()


def record_lines(book: AccountBook, account: int) -> Iterator[Line]:
    """The record as lines; blanks are left out, and said at the end."""
    row = book.accounts.iloc[account]
    blank = []
    if book.account_ids[account] != book.account_names[account]:
        yield _pair("id", book.account_ids[account])
    for name, described in book.fields.items():
        if described.grain != "account" or name not in book.accounts.columns:
            continue
        shown = _value(row[name], described.unit, "year" in name.split("_"))
        if shown is None:
            blank.append(name.replace("_", " "))
        else:
            yield _pair(name.replace("_", " "), shown)
    if blank:
        yield _pair("blank", ", ".join(blank))
    for grain, observed in book.observations.items():
        at = np.flatnonzero(observed.account == account)
        yield []
        yield [(f"{grain.capitalize()}s  ", "text!"), (figures.count(len(at)), "muted")]
        both = pd.concat([observed.values, observed.attributes], axis=1)
        for number in at[:MOST]:
            yield from _record(both.iloc[int(number)])
        if len(at) > MOST:
            yield [(f"  +{figures.count(len(at) - MOST)} more", "muted")]


def _record(row: Any) -> Iterator[Line]:
    shown = ((str(name).replace("_", " "), _value(value, None, False)) for name, value in row.items())
    parts = [f"{name} {value}" for name, value in shown if value is not None]
    yield [("  · ", "muted"), (clean(" · ".join(parts), 400), "text")]


def _pair(name: str, value: str) -> Line:
    return [("  ", "text"), (fit(clean(name, _NAME), _NAME) + " ", "muted"), (clean(value, 400), "text")]


def _value(value: Any, unit: str | None, is_year: bool) -> str | None:
    """A value as text; None where it is blank."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, frozenset | set | tuple | list):
        return ", ".join(sorted(map(str, value))) or None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return day(value.date())
    if isinstance(value, int | float | np.integer | np.floating):
        if math.isnan(value):
            return None
        return f"{value:.0f}" if is_year else figures.figure(float(value), unit)
    return str(value)
