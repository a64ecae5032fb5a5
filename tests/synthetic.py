"""Books made by hand from frames, so that a test needs no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook, Observations
from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes import metrics as catalogue
from icp_workbench.book.outcomes.metrics import CHURN_RATE as CHURN_RATE
from icp_workbench.book.outcomes.metrics import RETENTION as RETENTION
from icp_workbench.book.outcomes.metrics import SALES_CYCLE as SALES_CYCLE
from icp_workbench.book.outcomes.metrics import WIN_RATE as WIN_RATE
from icp_workbench.conditions.fields import Field, Fields, FieldType

DEAL_SIZE = replace(catalogue.DEAL_SIZE, unit="USD")


def field_of(name: str, column: pd.Series, grain: str = "account") -> Field:
    """The field a typed column stands for."""
    kind: FieldType
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = list(column.cat.categories)
        if categories and isinstance(categories[0], frozenset):
            members = sorted({member for combination in categories for member in combination})
            return Field(name, name, "set", grain=grain, levels=tuple(members))
        return Field(name, name, "category", grain=grain, levels=tuple(categories))
    if isinstance(column.dtype, pd.BooleanDtype):
        kind = "boolean"
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        return Field(name, name, "date", grain=grain, low=column.min().date(), high=column.max().date())
    else:
        return Field(name, name, "number", grain=grain, low=float(column.min()), high=float(column.max()))
    return Field(name, name, kind, grain=grain)


def make_book(
    accounts: pd.DataFrame,
    *,
    deals: pd.DataFrame | None = None,
    customers: pd.DataFrame | None = None,
    deal_attributes: pd.DataFrame | None = None,
    metrics: tuple[Metric, ...] | None = None,
) -> AccountBook:
    """A book of `accounts` (typed columns as in `AccountBook.accounts`).

    `deals` has columns account, won, amount, cycle_days (and `closed` if wanted); `customers` has account,
    churned, tenure. Metrics default to those whose columns are there.
    """
    observations: dict[str, Observations] = {}
    supported: list[Metric] = []
    inputs: Mapping[str, tuple[pd.DataFrame | None, tuple[Metric, ...]]] = {
        "deal": (deals, (WIN_RATE, SALES_CYCLE, DEAL_SIZE)),
        "customer": (customers, (CHURN_RATE, RETENTION)),
    }
    for grain, (frame, known) in inputs.items():
        if frame is None:
            continue
        own = (
            deal_attributes
            if grain == "deal" and deal_attributes is not None
            else pd.DataFrame(index=frame.index)
        )
        values = frame.drop(columns="account")
        observations[grain] = Observations(grain, frame["account"].to_numpy(np.int32), values, own)
        supported += [metric for metric in known if metric.value in values]
    fields = [field_of(name, column) for name, column in accounts.items()]
    if deal_attributes is not None:
        fields += [field_of(name, column, "deal") for name, column in deal_attributes.items()]
    names = tuple(f"Account {row}" for row in range(len(accounts)))
    return AccountBook(
        name="synthetic",
        accounts=accounts,
        account_ids=names,
        account_names=names,
        fields=Fields(tuple(fields)),
        observations=observations,
        metrics=metrics or tuple(supported),
        unavailable={},
        reports=(),
        fingerprint="sha256:0",
    )
