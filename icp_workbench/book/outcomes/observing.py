"""Observations of customers, subscriptions, tickets and usage, and the day on which the book ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import Observations
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.assembly import Assembly
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.outcomes.customers import ChurnSource, after, customer_flags, customer_inputs
from icp_workbench.book.outcomes.deals import DealOutcomes
from icp_workbench.book.outcomes.subscriptions import Paid, paid_by_customer
from icp_workbench.book.outcomes.tickets import resolution_hours, tickets_of
from icp_workbench.book.roles.table import Table

Moments = npt.NDArray[np.datetime64]
_NEVER = np.datetime64("NaT", "s")
_ONE_DAY = np.timedelta64(1, "D")
_EXPECTED = 10
_DONE = frozenset(["churn", "churned", "cancel", "cancelled", "canceled", "cancellation", "left"])
_HAPPENED = frozenset(["started", "ended", "opened", "closed"])  # dates of what has been; others may be plans
_TWO_AMOUNTS = frozenset(["recurring", "recurring_at_start"])
_GRAINS = {"subscriptions": "subscription", "tickets": "ticket", "usage": "usage"}


@dataclass(frozen=True)
class Customers:
    """What is known of the customers: one observation each.

    Its values: churned (1/0), tenure in the source's unit, started, ended, and of `subscriptions.Paid` and
    `tickets` what the book holds. `told` says where they come from: the places of amounts, how expansion was
    told. `several` are the currencies of amounts that cannot be added up.
    """

    observations: Observations
    paid: tuple[Paid, ...] = ()

    def has(self, *names: str) -> bool:
        """Whether some customer has all of these values."""
        values = self.observations.values
        held = [name for name in names if name in values]
        return len(held) == len(names) and bool(values[held].notna().all(axis=1).any())

    def source_of(self, name: str) -> Paid | None:
        """Where a value comes from."""
        return next((paid for paid in self.paid if name in paid.values), None)


def customers_of(
    assembly: Assembly,
    source: ChurnSource | None,
    customers: Codes,
    as_of: np.datetime64,
    mapping: BookMapping,
) -> Customers | None:
    """One observation for each customer: of the chosen `source` of churn, else the account rows `customers`.

    None where nothing is known of them.
    """
    paid = _paid(assembly, as_of, mapping)
    if source is None and not paid and "tickets" not in assembly.owners:
        return None
    rows = customers if source is None else source.accounts
    blank, never = np.full(len(rows), np.nan), np.full(len(rows), _NEVER)
    held: dict[str, npt.NDArray[np.generic]] = {
        "churned": blank if source is None else source.churned,
        "tenure": blank if source is None or source.tenure is None else source.tenure,
        "started": never if source is None or source.started is None else source.started,
        "ended": never if source is None or source.ended is None else source.ended,
    }
    for found in reversed(
        paid
    ):  # the first stands above those after it, but no figure of one by one of another
        if not found.values.keys() >= _TWO_AMOUNTS and held.keys() >= _TWO_AMOUNTS:
            found = replace(found, values={k: v for k, v in found.values.items() if k not in _TWO_AMOUNTS})
        held |= {name: values[rows] for name, values in found.values.items()}
    if source is not None and source.months is not None and "months_served" not in held:
        held["months_served"] = source.months
    if "tickets" in assembly.owners and "months_served" in held:
        brought = tickets_of(_until(as_of, assembly), assembly.size)[rows]
        months = held["months_served"].astype(np.float64)
        held["months_served"] = np.where(months > 0, months, np.nan)
        held["tickets"] = np.where(months > 0, brought, np.nan)
    values = pd.DataFrame(held, index=pd.RangeIndex(len(rows)))
    seen = Observations("customer", rows.astype(np.int32), values, pd.DataFrame(index=values.index))
    return Customers(seen, tuple(paid))


def _until(as_of: np.datetime64, assembly: Assembly) -> Codes:
    """The owner of each ticket, -1 of those opened after the book's last day."""
    opened, owner = assembly.tables["tickets"].part("opened"), assembly.owners["tickets"]
    return owner if opened is None else np.where(after(opened.moments, as_of), -1, owner).astype(np.int32)


def _paid(assembly: Assembly, as_of: np.datetime64, mapping: BookMapping) -> list[Paid]:
    found = []
    if "subscriptions" in assembly.owners:
        table = assembly.tables["subscriptions"]
        owner = assembly.owners["subscriptions"]
        found.append(paid_by_customer(table.name, table.parts, owner, assembly.size, as_of, mapping))
    if "accounts" in assembly.tables:
        grown = replace(assembly.table, columns=tuple(assembly.columns))
        everyone = np.arange(assembly.size, dtype=np.int32)
        found.append(
            paid_by_customer(grown.name, customer_inputs(grown), everyone, assembly.size, as_of, mapping)
        )
    return [paid for paid in found if paid.values]


def other_observations(tables: Mapping[str, Table], owners: Mapping[str, Codes]) -> dict[str, Observations]:
    """Subscriptions, tickets and usage at their own grain, with their dates, amounts and durations if they
    have any.
    """
    found: dict[str, Observations] = {}
    for role, grain in _GRAINS.items():
        if role not in owners:
            continue
        table, keep = tables[role], np.flatnonzero(owners[role] >= 0)
        held = {
            name: (column.moments if column.type == "date" else column.numbers)[keep]
            for name, column in table.parts.items()
            if column.type in ("date", "number", "boolean")
        }
        if role == "tickets":
            held["resolution_hours"] = resolution_hours(table.parts, table.rows)[keep]
        values = pd.DataFrame(held, index=pd.RangeIndex(len(keep)))
        found[grain] = Observations(grain, owners[role][keep], values, pd.DataFrame(index=values.index))
    return found


def as_of_date(
    tables: Mapping[str, Table],
    owners: Mapping[str, Codes],
    deals: DealOutcomes | None,
    chosen: dt.date | None = None,
) -> np.datetime64:
    """The day on which the book ends: the `chosen` one, else the last day anything happened (deals opened or
    closed, subscriptions begun or ended, churn, tickets).

    End dates that nearly every subscription has are terms of contract and may lie ahead: they do not count,
    nor do those of customers that a flag says have not left, nor, where no flag says who left, those long
    after anything else.
    """
    if chosen is not None:
        return np.datetime64(chosen, "s")
    seen: list[Moments] = [] if deals is None else [deals.last]
    ends: list[Moments] = []  # that may be plans
    for role in ("subscriptions", "tickets"):
        if role in owners:
            seen += [
                column.moments
                for name, column in tables[role].parts.items()
                if name in _HAPPENED and (role, name) != ("subscriptions", "ended")
            ]
    if "events" in owners:
        seen += [column.moments for column in tables["events"].columns if column.type == "date"]
    if "subscriptions" in owners:
        parts = tables["subscriptions"].parts
        (seen if "churned" in parts else ends).extend(_ends(parts))
    if "accounts" in tables:
        inputs = customer_inputs(tables["accounts"])
        seen += [inputs["started"].moments] if "started" in inputs else []
        (seen if "churned" in inputs else ends).extend(_ends(inputs))
    return _last_day(_days(seen), _days(ends))


def _ends(parts: Mapping[str, Column]) -> list[Moments]:
    column, flag = parts.get("ended"), parts.get("churned")
    if column is None or _is_term(column):
        return []
    return [column.moments if flag is None else column.moments[customer_flags(flag) == 1.0]]


def _days(moments: Sequence[Moments]) -> Moments:
    held = np.concatenate(
        [np.array([], "datetime64[D]"), *(found.astype("datetime64[D]") for found in moments)]
    )
    return np.unique(held[~np.isnat(held)])


def _last_day(seen: Moments, ends: Moments) -> np.datetime64:
    """The last day, but for ends after a silence in which, at the pace of the year before it, ten other days
    would have been expected: these are still to come."""
    days = np.union1d(seen, ends)
    if not len(days):
        return _NEVER
    pace = np.arange(1, len(days)) - np.searchsorted(days, days[:-1] - 365 * _ONE_DAY)  # days in a year
    expected = pace * (np.diff(days) / _ONE_DAY) / 365
    ahead = days[1:] > (seen[-1] if len(seen) else days[-1])
    silent = np.flatnonzero((expected > _EXPECTED) & ahead)
    return days[silent[0] if len(silent) else -1].astype("datetime64[s]")


def start_of_accounts(assembly: Assembly) -> Moments | None:
    """When each account became a customer: by its own start date, else its first subscription; None if
    neither.
    """
    wanted = customer_inputs(assembly.table).get("started")
    for column in assembly.columns:
        if wanted is not None and column.header == wanted.header:
            return column.moments
    if "subscriptions" in assembly.owners:
        started = assembly.tables["subscriptions"].part("started")
        if started is not None:
            first = np.full(assembly.size, _NEVER)
            owner, moments = assembly.owners["subscriptions"], started.moments
            known = (owner >= 0) & ~np.isnat(moments)
            np.fmin.at(first, owner[known], moments[known])
            return first
    return None


def _is_term(column: Column) -> bool:
    return not column.words & _DONE and column.filled >= 0.95 * column.rows
