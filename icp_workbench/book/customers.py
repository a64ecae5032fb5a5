"""Whether, and when, each customer left: one outcome source per place that says so, never blended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning import Codes, Column
from icp_workbench.book.roles import Table, churn_flag, left_levels

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
    def horizon(self) -> float:
        """Twelve months in the source's own unit."""
        return {"days": 365.0, "weeks": 52.0, "years": 1.0}.get(self.unit, 12.0)


def customer_inputs(table: Table) -> dict[str, Column]:
    """The columns of an accounts table that say whether and when a customer left, by part."""
    dates = ("date",)
    parts = {
        "churned": next((column for column in table.columns if churn_flag(column)), None),
        "tenure": table.find(
            ("tenure", "months active", "customer months", "months customer", "lifetime months",
             "account age"),
            ("number",),
        ),
        "started": table.find(
            ("signup", "sign up", "customer since", "customer start", "subscription start", "contract start",
             "activated", "activation", "joined", "subscribed", "start", "started"),
            dates,
            _not_of_a_period,
        ),
        "ended": table.find(
            ("churn", "churned", "cancelled", "canceled", "cancellation", "termination", "subscription end",
             "contract end", "end", "ended", "left"),
            dates,
            _not_of_a_period,
        ),
    }  # fmt: skip
    return {part: column for part, column in parts.items() if column is not None}


def from_accounts(table: Table, as_of: np.datetime64, n_accounts: int) -> ChurnSource | None:
    """The source `flag`: what the accounts table itself says, with its own tenure or dates."""
    inputs = customer_inputs(table)
    flag, ended_column = inputs.get("churned"), inputs.get("ended")
    if flag is not None:
        churned = _flags(flag)
        label = f"{table.name}.{flag.header}"
    elif ended_column is not None and "started" in inputs:
        churned = np.where(np.isnat(ended_column.moments), 0.0, 1.0)
        churned[np.isnat(inputs["started"].moments)] = np.nan
        label = f"{table.name}.{ended_column.header}"
    else:
        return None
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
    date = table.find(
        ("churn", "cancelled", "canceled", "cancellation", "end", "date", "at", "on"), ("date",)
    )
    known = account >= 0
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
    flag = next((column for column in table.columns if churn_flag(column)), None)
    started_column, ended_column = subscription_dates(table)
    if flag is None and ended_column is None:
        return None
    known = account >= 0
    owner = account[known]
    customers = np.unique(owner).astype(np.int32)
    started = ended = None
    if started_column is not None:
        started = _extreme(started_column.moments[known], owner, n_accounts, np.fmin)[customers]
    ends = ended_column.moments[known] if ended_column is not None else np.full(len(owner), _NEVER)
    if not np.isnat(as_of):
        ends = np.where(ends.astype("datetime64[D]") > as_of.astype("datetime64[D]"), _NEVER, ends)
    if flag is not None and flag.type == "boolean":
        left = _flags(flag)[known] == 1.0
        churned = np.zeros(n_accounts)
        churned[owner[left]] = 1.0
        ended = _extreme(np.where(left, ends, _NEVER), owner, n_accounts, np.fmin)[customers]
        label = f"{table.name}.{flag.header} (accounts with a churned subscription)"
    else:
        is_open = np.isnat(ends) if flag is None else _flags(flag)[known] == 0.0
        churned = np.ones(n_accounts)
        churned[owner[is_open]] = 0.0
        ended = _extreme(ends, owner, n_accounts, np.fmax)[customers]
        ended[churned[customers] == 0.0] = _NEVER
        label = f"{table.name} (accounts without an open subscription)"
    if started is None or ended_column is None:
        why = f"{table.name} comes without {'start' if started is None else 'end'} dates"
        return ChurnSource("subscriptions", label, customers, churned[customers], no_tenure=why)
    return _dated("subscriptions", label, customers, churned[customers], started, ended, as_of)


def subscription_dates(table: Table) -> tuple[Column | None, Column | None]:
    """The columns that say when each subscription started and ended."""
    started = table.find(("start", "started", "activated", "created", "begin"), ("date",), _not_of_a_period)
    ended = table.find(
        ("ended", "cancelled", "canceled", "churn", "churned", "expired", "end"), ("date",), _not_of_a_period
    )
    return started, ended


def _not_of_a_period(column: Column) -> bool:
    """False for the dates of a billing period or a trial, which end while the customer stays."""
    return not column.words & {"current", "period", "trial", "billing"}


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


def _flags(column: Column) -> Floats:
    if column.type == "boolean":
        return column.numbers
    left = left_levels(column)
    table = np.array([1.0 if level in left else 0.0 for level in column.levels] + [np.nan])
    return table[column.codes]


def _extreme(moments: Moments, owner: Codes, n_accounts: int, choose: np.ufunc) -> Moments:
    """The first (np.fmin) or last (np.fmax) moment of each account, NaT where it has none."""
    result = np.full(n_accounts, _NEVER)
    known = ~np.isnat(moments)
    choose.at(result, owner[known], moments[known])
    return result
