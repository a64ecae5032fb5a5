"""Observations of customers, subscriptions, tickets and usage, and the day on which the book ends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.accounts import Assembly
from icp_workbench.book.book import Observations
from icp_workbench.book.cleaning import Codes, Column
from icp_workbench.book.customers import ChurnSource, customer_inputs, subscription_dates
from icp_workbench.book.deals import DealOutcomes
from icp_workbench.book.roles import Table

Moments = npt.NDArray[np.datetime64]
_NEVER = np.datetime64("NaT", "s")
_DONE = frozenset(["churn", "churned", "cancel", "cancelled", "canceled", "cancellation", "left"])
_GRAINS = {"subscriptions": "subscription", "tickets": "ticket", "usage": "usage"}


def customer_observations(source: ChurnSource) -> Observations:
    """One row per customer: churned (1/0), tenure in the source's unit (NaN unknown), started, ended."""
    size = len(source.accounts)
    never = np.full(size, _NEVER)
    values = pd.DataFrame(
        {
            "churned": source.churned,
            "tenure": source.tenure if source.tenure is not None else np.full(size, np.nan),
            "started": source.started if source.started is not None else never,
            "ended": source.ended if source.ended is not None else never,
        }
    )
    return Observations("customer", source.accounts, values, pd.DataFrame(index=values.index))


def other_observations(tables: Mapping[str, Table], owners: Mapping[str, Codes]) -> dict[str, Observations]:
    """Subscriptions, tickets and usage at their own grain, with their dates and recurring revenue if they
    have any.
    """
    found: dict[str, Observations] = {}
    for role, grain in _GRAINS.items():
        if role not in owners:
            continue
        table, keep = tables[role], np.flatnonzero(owners[role] >= 0)
        inputs = observed_columns(role, table)
        held = {
            name: (column.moments if column.type == "date" else column.numbers)[keep]
            for name, column in inputs.items()
        }
        values = pd.DataFrame(held, index=pd.RangeIndex(len(keep)))
        found[grain] = Observations(grain, owners[role][keep], values, pd.DataFrame(index=values.index))
    return found


def observed_columns(role: str, table: Table) -> dict[str, Column]:
    """The columns of an owned table kept under standard names."""
    parts: dict[str, Column | None] = {}
    if role == "subscriptions":
        started, ended = subscription_dates(table)
        now = table.find(
            ("mrr", "monthly recurring", "recurring", "arr"), ("number",), lambda c: not c.words & _FIRST
        )
        parts = {
            "started": started,
            "ended": ended,
            "recurring": now,
            "recurring_at_start": table.find(
                ("mrr", "recurring", "arr"), ("number",), lambda c: bool(c.words & _FIRST)
            ),
        }
    elif role == "tickets":
        parts = {
            "opened": table.find(("create", "created", "submitted", "opened", "open"), ("date",)),
            "closed": table.find(("solved", "resolved", "closed", "close"), ("date",)),
        }
    elif role == "usage":
        parts = {"used": table.find(("date", "at", "day", "on", "timestamp"), ("date",))}
    return {name: column for name, column in parts.items() if column is not None}


_FIRST = frozenset(["starting", "start", "initial", "first", "original"])


def as_of_date(
    tables: Mapping[str, Table], owners: Mapping[str, Codes], deals: DealOutcomes | None
) -> np.datetime64:
    """The last day anything happened: deals opened or closed, subscriptions begun or ended, churn, tickets.

    End dates that nearly every subscription has are terms of contract and may lie ahead: they do not count.
    """
    seen: list[Moments] = [] if deals is None else [deals.last]
    for role in ("subscriptions", "tickets"):
        if role in owners:
            columns = observed_columns(role, tables[role])
            seen += [c.moments for name, c in columns.items() if c.type == "date" and not _is_term(name, c)]
    if "events" in owners:
        seen += [column.moments for column in tables["events"].columns if column.type == "date"]
    accounts = tables.get("accounts")
    if accounts is not None:
        inputs = customer_inputs(accounts)
        seen += [
            inputs[part].moments
            for part in ("started", "ended")
            if part in inputs and not _is_term(part, inputs[part])
        ]
    moments = np.concatenate(seen) if seen else np.array([], dtype="datetime64[s]")
    moments = moments[~np.isnat(moments)]
    return moments.max().astype("datetime64[D]").astype("datetime64[s]") if len(moments) else _NEVER


def start_of_accounts(assembly: Assembly) -> Moments | None:
    """When each account became a customer: by its own start date, else its first subscription; None if
    neither.
    """
    wanted = customer_inputs(assembly.table).get("started")
    for column in assembly.columns:
        if wanted is not None and column.header == wanted.header:
            return column.moments
    if "subscriptions" in assembly.owners:
        started, _ = subscription_dates(assembly.tables["subscriptions"])
        if started is not None:
            first = np.full(assembly.size, _NEVER)
            owner, moments = assembly.owners["subscriptions"], started.moments
            known = (owner >= 0) & ~np.isnat(moments)
            np.fmin.at(first, owner[known], moments[known])
            return first
    return None


def _is_term(part: str, column: Column) -> bool:
    return part == "ended" and not column.words & _DONE and column.filled >= 0.95 * column.rows
