"""Which metrics of the catalogue the book supports, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from icp_workbench.book.book import Metric, Observations
from icp_workbench.book.customers import ChurnSource
from icp_workbench.book.deals import DealOutcomes
from icp_workbench.book.metrics import (
    CHURN_RATE,
    DEAL_SIZE,
    RETENTION,
    SALES_CYCLE,
    WIN_RATE,
    WON_ONLY,
    in_currency,
    reasons,
)
from icp_workbench.book.quantities import CURRENCY_CODES
from icp_workbench.book.roles import Table

Supported = tuple[tuple[Metric, ...], dict[str, str], list[str]]


def supported_metrics(
    tables: Mapping[str, Table],
    observations: Mapping[str, Observations],
    deals: DealOutcomes | None,
    sources: Sequence[ChurnSource],
) -> Supported:
    """The metrics the book supports, for each of the others the reason, and notes a reader should see."""
    lacking: dict[str, str] = {}
    notes: list[str] = []
    metrics = [*_of_deals(observations, deals, lacking, notes), *_of_customers(sources, lacking, notes)]
    lacking |= reasons(_present(tables, deals, sources))
    return tuple(metrics), lacking, notes


def _of_deals(
    observations: Mapping[str, Observations],
    deals: DealOutcomes | None,
    lacking: dict[str, str],
    notes: list[str],
) -> list[Metric]:
    if deals is None:
        lacking["win_rate"] = "needs the outcome of each deal: a stage with won and lost, or a won flag"
        lacking["sales_cycle_days"] = "needs deals with their outcome and two dates: opened and closed"
        lacking["deal_size"] = "needs deals with their outcome and an amount"
        return []
    values = observations["deal"].values
    won = values["won"] == 1.0
    metrics: list[Metric] = []
    left_out = ", ".join(f"{deals.count(name):,} {name}" for name in ("open", "neither") if deals.count(name))
    if left_out:
        notes.append(f"Deals neither won nor lost are counted and left out: {left_out}.")
    if won.any() and (values["won"] == 0.0).any():
        metrics.append(WIN_RATE)
    else:
        lacking["win_rate"] = WON_ONLY if won.any() else "needs won deals, and no deal was won"
    if values.loc[won, "cycle_days"].notna().any():
        metrics.append(SALES_CYCLE)
    else:
        missing = [part for part in ("opened", "closed") if part not in deals.inputs]
        what = " and ".join(f"the date on which each deal was {part}" for part in missing)
        lacking["sales_cycle_days"] = f"needs {what}" if missing else "needs won deals with both dates"
    if len(deals.currencies) > 1:
        lacking["deal_size"] = (
            f"amounts are in several currencies ({', '.join(deals.currencies[:6])}), which are never added "
            "up; "
            "it needs amounts in one currency"
        )
    elif values.loc[won, "amount"].notna().any():
        metrics.append(in_currency(DEAL_SIZE, _currency(deals)))
    else:
        lacking["deal_size"] = (
            "needs an amount" if "amount" not in deals.inputs else "needs won deals with an amount"
        )
    return metrics


def _currency(deals: DealOutcomes) -> str | None:
    if deals.currencies:
        return deals.currencies[0]
    named = [word.upper() for word in deals.inputs["amount"].words if word.upper() in CURRENCY_CODES]
    return named[0] if len(named) == 1 else None


def _of_customers(sources: Sequence[ChurnSource], lacking: dict[str, str], notes: list[str]) -> list[Metric]:
    if not sources:
        lacking["churn_rate"] = "needs a churn flag, churn events, or subscriptions with an end"
        lacking["retention_12m"] = "needs when each customer started and left, or a tenure and a churn flag"
        return []
    source = sources[0]
    note = f"churn as told by {source.label}" if len(sources) > 1 else None
    churn = replace(CHURN_RATE, note=note)
    if source.tenure is None or not np.isfinite(source.tenure).any():
        dated = " or ".join(f"`{other.name}`" for other in sources[1:] if other.tenure is not None)
        lacking["retention_12m"] = (
            f"needs when each customer started and left: {source.no_tenure or 'no date is known'}"
            + (f"; with {dated} as the source of churn it can be computed" if dated else "")
        )
        return [replace(churn, core=True)]
    unknown = int(np.isnan(source.tenure).sum())
    if unknown:
        notes.append(
            f"{unknown:,} customers are left out of retention: {source.label} gives no dates for them, or "
            "they left "
            "before they started."
        )
    return [replace(RETENTION, note=note, horizon=source.horizon), churn]


def _present(
    tables: Mapping[str, Table], deals: DealOutcomes | None, sources: Sequence[ChurnSource]
) -> set[str]:
    """Which parts of the metrics of a later version the book holds."""
    present: set[str] = set()
    if deals is not None:
        present |= {"won"} | {part for part in ("amount", "cost") if part in deals.inputs}
    if sources and sources[0].tenure is not None:
        present.add("tenure")
    if "tickets" in tables:
        present.add("tickets")
        words = [column.words for column in tables["tickets"].columns if column.type in ("date", "number")]
        if any(held & {"resolution", "resolved", "solved", "closed", "close"} for held in words):
            present.add("resolution")
    for role in ("deals", "subscriptions", "accounts"):
        columns = tables[role].columns if role in tables else ()
        numbers = [column.words for column in columns if column.type == "number"]
        if any("margin" in words for words in numbers):
            present.add("margin")
        recurring = [words for words in numbers if words & {"mrr", "arr", "recurring"}]
        if recurring:
            present.add("recurring now")
        if any(words & {"starting", "start", "initial"} for words in recurring):
            present.add("expansion")
        if any(
            column.words & {"upgrade", "expanded", "expansion"}
            for column in columns
            if column.type == "boolean"
        ):
            present.add("expansion")
        dates = {word for column in columns if column.type == "date" for word in column.words}
        if dates & {"onboarding", "implementation"} and dates & {"live", "golive"}:
            present.add("onboarding")
    return present
