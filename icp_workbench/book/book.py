"""AccountBook: immutable, fingerprinted; the only thing later floors see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.metric import Metric
from icp_workbench.book.raw import ReadingReport, SetAside
from icp_workbench.conditions.fields import Fields


@dataclass(frozen=True)
class Observations:
    """What happened at one grain: `account[i]` is the account row of observation i.

    `values` holds outcome inputs under their standard names; `attributes` this grain's own attributes by
    field name, typed like `AccountBook.accounts`.
    """

    grain: str
    account: npt.NDArray[np.int32]
    values: pd.DataFrame
    attributes: pd.DataFrame


@dataclass(frozen=True)
class TableSummary:
    """A table as it was understood. `role`: accounts, deals, subscriptions, tickets, events, usage, lookup,
    unused.
    """

    name: str
    file: str
    role: str
    rows: int
    columns: int
    report: ReadingReport
    digest: str


@dataclass(frozen=True)
class ColumnSummary:
    """A column as it was understood; `role`: id, key, name, attribute, outcome, date, text, ignore, leak."""

    table: str
    header: str
    name: str
    role: str
    type: str
    kind: str | None
    filled: int
    rows: int
    distinct: int
    examples: tuple[str, ...] = ()
    unreadable: int = 0
    unreadable_examples: tuple[str, ...] = ()
    note: str | None = None
    part: str | None = None  # the outcome input it gives: "amount", "closed" …
    unit: str | None = None
    blanks: tuple[str, ...] = ()  # the spellings of nothing that were found
    date_order: str = ""
    decimal_mark: str = ""
    levels: tuple[str, ...] = ()  # the commonest values, up to 200
    counts: tuple[int, ...] = ()  # how many rows each of `levels` has
    ambiguous_dates: bool = False  # every date can be read day first or month first


@dataclass(frozen=True)
class NearMiss:
    """A key that did not join, and the key it may have meant."""

    found: str
    meant: str
    rows: int


@dataclass(frozen=True)
class JoinSummary:
    """How a table joined: rows matched and not on both sides, and near misses a person may accept."""

    left: str
    left_key: str
    right: str
    right_key: str
    left_rows: int
    matched: int
    unmatched: int
    blank_keys: int
    right_unmatched: int
    near_misses: tuple[NearMiss, ...] = ()
    accepted: int = 0  # rows that joined by an accepted near miss
    unmatched_examples: tuple[tuple[str, int], ...] = ()  # key, rows; most rows first, up to 200
    right_unmatched_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class DuplicateAccount:
    """An id that stood for rows that differ, the lines they were on, and which line was kept."""

    account: str
    lines: tuple[int, ...]
    kept: int


@dataclass(frozen=True)
class Market:
    """Prospects without outcomes, read as the book was: conditions count in it too.

    `accounts` has a column for each account-level field the file has, typed like `AccountBook.accounts`;
    `missing` are the fields it lacks, unknown of every prospect.
    """

    name: str
    accounts: pd.DataFrame
    missing: tuple[str, ...]
    report: ReadingReport
    warnings: tuple[str, ...] = ()  # values that could not be read, columns that may be meant


@dataclass(frozen=True)
class OutcomeSource:
    """One of several places that say whether an account churned, with its count."""

    name: str
    churned: int
    customers: int
    chosen: bool
    label: str = ""  # where it comes from, in words


@dataclass(frozen=True)
class Leak:
    """An attribute kept out of slicing because it is known only after the outcome."""

    field: str
    reason: str


@dataclass(frozen=True)
class AccountBook:
    """Accounts with everything known about them. `accounts` has one row per account (RangeIndex), a column
    per account-level field: `category` dtype for categories and texts (blank = NaN), float64 for numbers,
    `boolean` for yes/no, datetime64 for dates, and `category` of frozensets for sets.
    """

    name: str
    accounts: pd.DataFrame
    account_ids: tuple[str, ...]
    account_names: tuple[str, ...]
    fields: Fields
    observations: Mapping[str, Observations]
    metrics: tuple[Metric, ...]
    unavailable: Mapping[str, str]  # metric name → which column is missing
    reports: tuple[ReadingReport, ...]
    fingerprint: str
    tables: tuple[TableSummary, ...] = ()
    columns: tuple[ColumnSummary, ...] = ()
    joins: tuple[JoinSummary, ...] = ()
    leaks: tuple[Leak, ...] = ()
    outcome_sources: tuple[OutcomeSource, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict)  # stage label → won, lost, open, neither
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()  # from what the book file remembers
    duplicates: tuple[DuplicateAccount, ...] = ()
    set_aside: Mapping[str, tuple[SetAside, ...]] = field(default_factory=dict)  # by table
    stage_counts: Mapping[str, int] = field(default_factory=dict)  # deals by stage label
    market: Market | None = None
    mapping: BookMapping = field(default_factory=BookMapping)  # what was decided when it was opened
    as_of: dt.date | None = None
    period: tuple[dt.date, dt.date] | None = None  # first and last close date of outcomes
    currency: str | None = None

    def metric(self, name: str) -> Metric:
        """The metric of that name; KeyError if the book does not support it."""
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise KeyError(name)
