"""Own columns of subscriptions, tickets and usage as attributes at their own grain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.attributes import Attributes
from icp_workbench.book.book import Observations
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.joining.assembly import Assembly, Place
from icp_workbench.book.mapping import ColumnRole
from icp_workbench.book.roles.outcome_columns import churn_flag
from icp_workbench.book.roles.table import Table
from icp_workbench.book.vocabulary import words

Floats = npt.NDArray[np.float64]
_ROLE = {"subscription": "subscriptions", "ticket": "tickets", "usage": "usage"}
_OFFERED = frozenset(["subscription"])
_WRITTEN_LATER = words(
    "upgrade upgraded upgrades downgrade downgraded downgrades renewed renewal renewals refund refunded "
    "reactivated reactivation expanded expansion cancel canceled cancelled cancellation"
)
_PAID = words("mrr arr recurring revenue amount billed invoiced paid")
WHILE_SERVED = (
    "known only while the customer is served, and who stays longer has more of it; the role attribute lets "
    "it in"
)


def at_their_grains(
    assembly: Assembly,
    observations: Mapping[str, Observations],
    attributes: Attributes,
    taken: Mapping[Place, str],
    churned: Floats,
    wished: Mapping[Place, ColumnRole],
) -> dict[str, Observations]:
    """`observations` with the attributes of each grain, which are added to `attributes`.

    What a customer subscribed to is offered; ids, dates and outcomes are not, and a leak against `churned`
    (1, 0 or NaN by account) is kept out. Columns of tickets and usage are known only after the sale: those
    that a person `wished` for are let in.
    """
    result = dict(observations)
    for grain, role in _ROLE.items():
        table = assembly.tables.get(role)
        if grain not in observations or table is None:
            continue
        owner = assembly.owners[role]
        at_account = {column.header for column in assembly.columns if column.table == table.name}
        columns = [column for column in table.columns if column.header not in at_account]
        playing = {**_parts(table), **taken}
        if grain not in _OFFERED:
            columns = _asked_for(columns, playing, attributes, wished)
        later = {(c.table, c.header): why for c in columns if grain in _OFFERED and (why := _later(c))}
        attributes.add(
            grain, columns, playing,
            [(_by_row(churned, owner), (f"{role} of customers that left", f"{role} of those that stayed"))],
            wished, known_later=later,
        )  # fmt: skip
        keep = np.flatnonzero(owner >= 0)
        frame = pd.DataFrame(attributes.frames[grain], index=pd.RangeIndex(len(owner)))
        result[grain] = replace(result[grain], attributes=frame.iloc[keep].reset_index(drop=True))
    return result


def written_later(column: Column) -> str | None:
    """The reason when the header speaks of what happens to those who are customers: an upgrade, a renewal."""
    if column.words & _WRITTEN_LATER:
        return "its name says that it is written down later, while the subscription runs"
    return None


def _later(column: Column) -> str | None:
    if why := written_later(column):
        return why
    if column.type == "number" and column.words & _PAID:
        return "it is what the customer pays, which outcomes are made of"
    return None


def _asked_for(
    columns: list[Column],
    playing: Mapping[Place, str],
    attributes: Attributes,
    wished: Mapping[Place, ColumnRole],
) -> list[Column]:
    """The columns a person wants as attributes; of the others it is noted why they are none."""
    wanted: list[Column] = []
    for column in columns:
        place = (column.table, column.header)
        if wished.get(place) == "attribute":
            wanted.append(column)
        elif place not in playing and column.type not in ("identifier", "blank"):
            attributes.notes.setdefault(place, WHILE_SERVED)
    return wanted


def _parts(table: Table) -> dict[Place, str]:
    """Columns that play a part: the id, what gives outcomes, and dates."""
    found: dict[Place, str] = {}
    for column in table.columns:
        if column.type == "date":
            found[column.table, column.header] = "date"
        elif churn_flag(column):
            found[column.table, column.header] = "outcome"
    for column in table.parts.values():
        found[column.table, column.header] = "outcome"
    if table.key is not None:
        found[table.key.table, table.key.header] = "id"
    return found


def _by_row(by_account: Floats, owner: npt.NDArray[np.int32]) -> Floats:
    return np.where(owner >= 0, by_account[np.maximum(owner, 0)], np.nan)
