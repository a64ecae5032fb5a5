"""Outcome metrics a person declares: columns of a table under one of the four estimators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import Observations
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.joining.assembly import Assembly
from icp_workbench.book.mapping import BookMapping, CustomMetric
from icp_workbench.book.metric import Metric
from icp_workbench.conditions.fields import fold, nearest, snake_case
from icp_workbench.errors import WorkbenchError

_GRAINS = {"accounts": "account", "deals": "deal", "subscriptions": "subscription", "tickets": "ticket",
           "usage": "usage"}  # fmt: skip
_READABLE = ("number", "boolean")


def custom_metrics(
    assembly: Assembly,
    mapping: BookMapping,
    observations: Mapping[str, Observations],
    known: Sequence[Metric],
) -> tuple[tuple[Metric, ...], dict[str, Observations]]:
    """The metrics of `mapping.metrics`, and the observations with their columns added.

    WorkbenchError for a table or column that is not there or holds no figures, a name that is taken, and for
    what an estimator lacks.
    """
    seen = dict(observations)
    made: list[Metric] = []
    taken = {metric.name for metric in known}
    for wanted in mapping.metrics:
        if wanted.name in taken:
            raise _error(wanted, "another metric has that name", "Give it a name of its own.")
        taken.add(wanted.name)
        metric, values = _metric(assembly, wanted, mapping)
        held = seen.get(metric.grain) or _of_accounts(assembly.size)
        if len(values) != len(held.values):
            raise _error(wanted, "its table was not read as one of its kind", "Say which role the table has.")
        seen[metric.grain] = replace(held, values=pd.concat([held.values, values], axis=1))
        made.append(metric)
    return tuple(made), seen


def _metric(assembly: Assembly, wanted: CustomMetric, mapping: BookMapping) -> tuple[Metric, pd.DataFrame]:
    role, columns, keep = _table(assembly, wanted)
    needs = {
        "value": wanted.value, "denominator": wanted.denominator, "event": wanted.event, "where": wanted.where
    }  # fmt: skip
    if wanted.estimator == "ratio" and wanted.denominator is None:
        raise _error(wanted, "a ratio needs a denominator", "Name the column to divide by.")
    if wanted.estimator == "survival" and (wanted.event is None or wanted.horizon is None):
        raise _error(
            wanted, "survival needs an event and a horizon",
            "Name the column that says whether the end was seen, and after how long to look.",
        )  # fmt: skip
    names: dict[str, str] = {}
    values: dict[str, npt.NDArray[np.float64]] = {}
    for part, header in needs.items():
        if header is not None:
            names[part] = f"metric {wanted.name} {part}"  # no outcome input is called that
            values[names[part]] = _figures(columns, header, wanted)[keep]
    if wanted.estimator == "share" and not np.isin(_known(values[names["value"]]), (0.0, 1.0)).all():
        raise _error(wanted, f"a share needs yes and no, and `{wanted.value}` holds other figures",
                     "Use the estimator median, or another column.")  # fmt: skip
    unit = wanted.unit or ("share" if wanted.estimator == "share" else "")
    horizon = None
    if wanted.estimator == "survival" and wanted.horizon is not None:
        # What is told is a share; the unit given is that of the durations.
        unit, horizon = "share", f"{wanted.horizon:g} {unit if unit != 'share' else ''}".strip()
    metric = Metric(
        name=wanted.name, label=wanted.label or wanted.name.replace("_", " ").capitalize(), unit=unit,
        better=wanted.better, grain=_GRAINS[role], estimator=wanted.estimator, value=names["value"],
        margin=mapping.margins.get(wanted.name, wanted.margin), margin_is_relative=wanted.margin_is_relative,
        light=wanted.light, event=names.get("event"), denominator=names.get("denominator"),
        where=names.get("where"), horizon=wanted.horizon, horizon_label=horizon,
        note=f"made in this book from {wanted.table}.{wanted.value}",
    )  # fmt: skip
    return metric, pd.DataFrame(values, index=pd.RangeIndex(len(keep)))


def _table(assembly: Assembly, wanted: CustomMetric) -> tuple[str, Sequence[Column], npt.NDArray[np.intp]]:
    """The role and columns of the metric's table, and the rows of it that belong to an account."""
    by_name = {fold(table.name): (role, table) for role, table in assembly.tables.items() if role in _GRAINS}
    role, table = by_name.get(fold(wanted.table), ("", None))
    if table is None:
        near = nearest(wanted.table, [held.name for _, held in by_name.values()])
        meant = f"; did you mean `{near}`?" if near else "."
        held_names = ", ".join(f"`{held.name}`" for _, held in by_name.values())
        raise _error(wanted, f"there is no table `{wanted.table}`{meant}", f"The book has {held_names}.")
    if role == "accounts":
        return role, assembly.columns, np.arange(assembly.size)
    if role not in assembly.owners:
        raise _error(wanted, f"the rows of `{table.name}` belong to no account", "Use a table that joins.")
    return role, table.columns, np.flatnonzero(assembly.owners[role] >= 0)


def _figures(columns: Sequence[Column], header: str, wanted: CustomMetric) -> npt.NDArray[np.float64]:
    asked = (fold(header), fold(snake_case(header)))
    column = next((c for c in columns if fold(c.header) in asked or fold(c.name) in asked), None)
    if column is None:
        near = nearest(header, [held.header for held in columns])
        meant = f"; did you mean `{near}`?" if near else ""
        raise _error(wanted, f"`{wanted.table}` has no column `{header}`{meant}", "Name one of its columns.")
    if column.type not in _READABLE:
        raise _error(wanted, f"`{header}` holds no figures (it is read as {column.type})",
                     "Name a column of numbers or of yes and no.")  # fmt: skip
    return column.numbers


def _known(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return values[np.isfinite(values)]


def _of_accounts(size: int) -> Observations:
    index = pd.RangeIndex(size)
    return Observations(
        "account", np.arange(size, dtype=np.int32), pd.DataFrame(index=index), pd.DataFrame(index=index)
    )


def _error(wanted: CustomMetric, what: str, what_to_do: str) -> WorkbenchError:
    ending = "" if what.endswith(("?", ".")) else "."
    return WorkbenchError("A metric that cannot be computed", f"`{wanted.name}`: {what}{ending}", what_to_do)


def measured(assembly: Assembly, mapping: BookMapping) -> dict[tuple[str, str], str]:
    """The columns, by (table, header), whose figures a person's metrics measure: outcomes, no attributes."""
    headers = {
        (fold(wanted.table), fold(header))
        for wanted in mapping.metrics
        for header in (wanted.value, wanted.denominator, wanted.event)
        if header is not None
    }
    return {
        (column.table, column.header): "outcome"
        for table in assembly.tables.values()
        for column in table.columns
        for asked in (fold(column.header), fold(column.name))
        if (fold(table.name), asked) in headers
    }
