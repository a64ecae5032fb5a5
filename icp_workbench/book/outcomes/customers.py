"""Whether, and when, each customer left: one outcome source per place that says so, never blended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.roles.outcome_columns import left_levels
from icp_workbench.book.roles.parts import parts_of
from icp_workbench.book.roles.table import Table
from icp_workbench.book.vocabulary import CHURN, NOT_YET, plain_words

DAYS_A_MONTH = 30.4375  # 365.25 / 12
Moments = npt.NDArray[np.datetime64]
Floats = npt.NDArray[np.float64]
_NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True)
class ChurnSource:
    """One source: account rows of its customers, 1.0 where they left, and as far as it has dates of its own
    `tenure` (in `unit`, NaN unknown), `started` and `ended`. `no_tenure` says what it lacks for retention."""

    name: str
    label: str
    accounts: Codes
    churned: Floats
    tenure: Floats | None = None
    unit: str = "months"
    started: Moments | None = None
    ended: Moments | None = None
    no_tenure: str | None = None

    @property
    def months(self) -> Floats | None:
        """The tenure in months."""
        if self.tenure is None:
            return None
        return self.tenure * {"days": 1 / DAYS_A_MONTH, "weeks": 7 / DAYS_A_MONTH, "years": 12.0}.get(
            self.unit, 1.0
        )

    @property
    def horizon(self) -> float:
        """Twelve months in the source's own unit."""
        return {"days": 365.0, "weeks": 52.0, "years": 1.0}.get(self.unit, 12.0)


def customer_inputs(table: Table) -> Mapping[str, Column]:
    """The columns of a table of accounts that say whether and when a customer left, and what it was worth,
    by part."""
    if table.role == "accounts":
        return table.parts
    return parts_of("accounts", table.columns, table.decided)


def from_accounts(table: Table, as_of: np.datetime64, customers_only: bool = False) -> ChurnSource | None:
    """The source `flag`: what the accounts table itself says, with its own tenure or dates.

    `customers_only`: every account is a customer, so that one without a churn date has stayed even where
    nothing says when it started.
    """
    inputs = customer_inputs(table)
    flag, ended_column = inputs.get("churned"), inputs.get("ended")
    if flag is not None:
        churned = customer_flags(flag)
        label = f"{table.name}.{flag.header}"
    elif ended_column is not None and (
        "started" in inputs or (customers_only and ended_column.words & CHURN)
    ):
        churned = np.where(np.isnat(ended_column.moments), 0.0, 1.0)
        if "started" in inputs:
            churned[np.isnat(inputs["started"].moments)] = np.nan
        label = f"{table.name}.{ended_column.header}"
    else:
        return None
    if ended_column is not None:  # a day after the book's last has not come yet
        churned = np.where((churned == 1.0) & after(ended_column.moments, as_of), 0.0, churned)
    if "started" in inputs:
        churned = np.where(after(inputs["started"].moments, as_of), np.nan, churned)
    rows = np.flatnonzero(~np.isnan(churned)).astype(np.int32)
    if not len(rows):
        return None
    churned = churned[rows]
    if "tenure" in inputs:
        column = inputs["tenure"]
        unit = next((u for u in ("days", "weeks", "years") if column.words & {u, u[:-1]}), "months")
        tenure = column.numbers[rows]
        tenure[tenure < 0] = np.nan
        return ChurnSource("flag", label, rows, churned, tenure, unit)
    if "started" not in inputs or ended_column is None:
        lacking = (
            "a date on which the customer left"
            if "started" in inputs
            else "a tenure, or the dates of start and end"
        )
        why = f"the chosen source of churn, {label}, comes without {lacking}"
        return ChurnSource("flag", label, rows, churned, no_tenure=why)
    started, ended = inputs["started"].moments[rows], ended_column.moments[rows]
    return _dated("flag", label, rows, churned, started, ended, as_of)


def from_events(
    table: Table,
    account: Codes,
    customers: Codes,
    started: Moments | None,
    as_of: np.datetime64,
    n_accounts: int,
) -> ChurnSource:
    """The source `events`: a customer left if it has a churn event, on the day of the first one.

    `account` is the account row of each event (-1: none), `customers` the account rows of all who could
    leave; `started` each account's start, if known.
    """
    date = table.part("ended")
    known = account >= 0
    if date is not None:
        known &= ~after(date.moments, as_of)
    rows = np.union1d(customers, account[known]).astype(np.int32)
    churned = np.isin(rows, account[known]).astype(float)
    label = f"{table.name} (accounts with an event)"
    if date is None or started is None:
        lacking = "dates" if date is None else "a date on which each customer started"
        return ChurnSource("events", label, rows, churned, no_tenure=f"{table.name} comes without {lacking}")
    ended = _extreme(date.moments[known], account[known], n_accounts, np.fmin)
    return _dated("events", label, rows, churned, started[rows], ended[rows], as_of)


def from_subscriptions(
    table: Table, account: Codes, as_of: np.datetime64, n_accounts: int
) -> ChurnSource | None:
    """The source `subscriptions`.

    With a churn flag on each subscription: an account left if any of them did, when the first one did. Else
    by dates: it left if none is open any more, when the last one ended; a day after `as_of` has not come yet.
    """
    flag = table.part("churned")
    started_column, ended_column = table.part("started"), table.part("ended")
    if flag is None and ended_column is None:
        return None
    known = account >= 0
    if started_column is not None:
        known &= ~after(started_column.moments, as_of)
    if flag is not None and flag.type != "boolean":  # a trial, or a status that says nothing
        known &= ~np.isnan(customer_flags(flag))
    owner = account[known]
    customers = np.flatnonzero(np.bincount(owner, minlength=n_accounts)).astype(np.int32)
    started = ended = None
    if started_column is not None:
        started = _extreme(started_column.moments[known], owner, n_accounts, np.fmin)[customers]
    ends = ended_column.moments[known] if ended_column is not None else np.full(len(owner), _NEVER)
    ahead = after(ends, as_of)
    ends = np.where(ahead, _NEVER, ends)
    if flag is not None and flag.type == "boolean":
        left = (customer_flags(flag)[known] == 1.0) & ~ahead
        churned = np.zeros(n_accounts)
        churned[owner[left]] = 1.0
        ended = _extreme(np.where(left, ends, _NEVER), owner, n_accounts, np.fmin)[customers]
        label = f"{table.name}.{flag.header} (accounts with a churned subscription)"
    else:
        is_open = np.isnat(ends) if flag is None else (customer_flags(flag)[known] == 0.0) | ahead
        churned = np.ones(n_accounts)
        churned[owner[is_open]] = 0.0
        ended = _extreme(ends, owner, n_accounts, np.fmax)[customers]
        ended[churned[customers] == 0.0] = _NEVER
        label = f"{table.name} (accounts without an open subscription)"
    if started is None or ended_column is None:
        why = f"{table.name} comes without {'start' if started is None else 'end'} dates"
        return ChurnSource("subscriptions", label, customers, churned[customers], no_tenure=why)
    return _dated("subscriptions", label, customers, churned[customers], started, ended, as_of)


def _dated(
    name: str,
    label: str,
    rows: Codes,
    churned: Floats,
    started: Moments,
    ended: Moments,
    as_of: np.datetime64,
) -> ChurnSource:
    until = np.where(churned == 1.0, ended, as_of)
    days = (until.astype("datetime64[D]") - started.astype("datetime64[D]")).astype(float)
    days[np.isnat(until) | np.isnat(started)] = np.nan
    tenure = days / DAYS_A_MONTH
    tenure[tenure < 0] = np.nan
    return ChurnSource(
        name, label, rows, churned, tenure, "months", started, np.where(churned == 1.0, ended, _NEVER)
    )


def customer_flags(column: Column) -> Floats:
    """1 where the customer left, 0 where not, NaN unknown or not yet a customer; from yes and no or a
    status."""
    if column.type == "boolean":
        return column.numbers
    left = left_levels(column)
    told = [np.nan if plain_words(level) & NOT_YET else float(level in left) for level in column.levels]
    return np.array([*told, np.nan])[column.codes]


def after(moments: Moments, as_of: np.datetime64) -> npt.NDArray[np.bool_]:
    """Which moments lie on days after `as_of`: these have not come yet. None where it is not known."""
    return np.asarray(moments.astype("datetime64[D]") > as_of.astype("datetime64[D]"))


def _extreme(moments: Moments, owner: Codes, n_accounts: int, choose: np.ufunc) -> Moments:
    """The first (np.fmin) or last (np.fmax) moment of each account, NaT where it has none."""
    result = np.full(n_accounts, _NEVER)
    known = ~np.isnat(moments)
    choose.at(result, owner[known], moments[known])
    return result
