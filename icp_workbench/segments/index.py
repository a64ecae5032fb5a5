"""SegmentIndex: which accounts, and which of their deals, a condition selects."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.derived.encoding import encoded, frozen
from icp_workbench.conditions.checking import grain_of
from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.evaluation import Column, Truth, evaluate
from icp_workbench.segments.binning import Bins, bins_of
from icp_workbench.segments.counting import LeveledField, leveled
from icp_workbench.segments.rows import ACCOUNT as ACCOUNT
from icp_workbench.segments.rows import RowSet as RowSet
from icp_workbench.segments.tabulation import Tabulation

_REMEMBERED_BYTES = 100_000_000
_BYTES_AN_ACCOUNT = 6  # two masks, and the positions of at most half of them


class SegmentIndex:
    """Answers conditions on one book. Encodes every attribute at construction; safe to ask from threads."""

    def __init__(self, book: AccountBook) -> None:
        self.book = book
        self.n_accounts = len(book.accounts)
        self._columns: dict[tuple[str, str], Column] = {}
        for name, described in book.fields.items():
            frame = self._frame(described.grain)
            if name in frame:
                self._columns[name, described.grain] = encoded(frame[name], described)
        self._leveled: dict[tuple[str, str], LeveledField] = {}
        self._bins: dict[str, Bins] = {}
        self._tabulation: Tabulation | None = None
        self._remembered: OrderedDict[Condition, RowSet] = OrderedDict()
        size = self.n_accounts * _BYTES_AN_ACCOUNT
        size += sum(len(seen.account) for seen in book.observations.values())
        self._most_remembered = max(8, min(512, _REMEMBERED_BYTES // max(size, 1)))
        self._lock = Lock()

    def grain_of(self, condition: Condition) -> str:
        """The grain a condition is evaluated at: the one finer grain it reads, else "account".

        WorkbenchError for an attribute the book does not have, and for two finer grains in one condition.
        """
        return grain_of(condition, self.book.fields)

    def size(self, grain: str) -> int:
        """How many rows a grain has; KeyError for a grain the book does not have."""
        return self.n_accounts if grain == ACCOUNT else len(self.account_of(grain))

    def account_of(self, grain: str) -> npt.NDArray[np.int32]:
        """The account row of each observation of a grain: int32 (n_obs,)."""
        if grain == ACCOUNT:
            return np.arange(self.n_accounts, dtype=np.int32)
        return self.book.observations[grain].account

    def column(self, name: str, grain: str = ACCOUNT) -> Column:
        """One attribute at a grain; an account's attribute reaches its observations. KeyError if unknown."""
        with self._lock:
            column = self._columns.get((name, grain))
        if column is None:
            column = self._columns[name, ACCOUNT].take(self.account_of(grain))
            with self._lock:
                self._columns[name, grain] = column
        return column

    def columns(self, grain: str) -> dict[str, Column]:
        """Every attribute that can be read at a grain: its own and the account's."""
        names = [name for name, described in self.book.fields.items() if described.grain in (ACCOUNT, grain)]
        known = [name for name in names if (name, self.book.fields[name].grain) in self._columns]
        return {name: self.column(name, grain) for name in known}

    def levels(self, name: str, grain: str | None = None) -> LeveledField:
        """One attribute prepared for counting, at its own grain or another.

        TypeError for numbers and dates; KeyError for an unknown attribute.
        """
        described = self.book.fields[name]
        key = name, grain or described.grain
        with self._lock:
            found = self._leveled.get(key)
        if found is None:
            found = leveled(name, key[1], self.column(*key), described.levels)
            with self._lock:
                self._leveled[key] = found
        return found

    def bins(self, name: str) -> Bins:
        """A number or a date in bins, at its own grain; KeyError for an unknown attribute."""
        found = self._bins.get(name)
        if found is None:
            found = self._bins[name] = bins_of(self.column(name, self.book.fields[name].grain))
        return found

    @property
    def tabulation(self) -> Tabulation:
        """The attributes of the accounts, prepared to be counted all at once."""
        if self._tabulation is None:
            self._tabulation = Tabulation.of(self.book.fields, self.column, self.bins, self.n_accounts)
        return self._tabulation

    def truth(self, condition: Condition, grain: str = ACCOUNT) -> Truth:
        """Where a condition is true and where unknown, row by row at a grain: bool (n_rows,) each."""
        return evaluate(condition, lambda name: self.column(name, grain), self.size(grain))

    def rows(self, condition: Condition) -> RowSet:
        """What a condition selects; the most recent answers are remembered. Errors as in `grain_of`."""
        with self._lock:
            found = self._remembered.get(condition)
            if found is not None:
                self._remembered.move_to_end(condition)
                return found
        found = self._rows(condition)
        with self._lock:
            self._remembered[condition] = found
            while len(self._remembered) > self._most_remembered:
                self._remembered.popitem(last=False)
        return found

    def _rows(self, condition: Condition) -> RowSet:
        grain = self.grain_of(condition)
        truth = self.truth(condition, grain)
        own = frozen(truth.true)
        if grain == ACCOUNT:
            return RowSet(condition, grain, own, frozen(truth.unknown), own, self.account_of)
        owner = self.account_of(grain)
        accounts, unknown = np.zeros(self.n_accounts, bool), np.zeros(self.n_accounts, bool)
        accounts[owner[own]] = True
        unknown[owner[truth.unknown]] = True
        return RowSet(condition, grain, frozen(accounts), frozen(unknown & ~accounts), own, self.account_of)

    def _frame(self, grain: str) -> pd.DataFrame:
        if grain == ACCOUNT:
            return self.book.accounts
        seen = self.book.observations.get(grain)
        return pd.DataFrame() if seen is None else seen.attributes
