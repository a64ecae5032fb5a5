"""Which metrics of the catalogue the book supports, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from icp_workbench.book.book import Observations
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes.customers import ChurnSource
from icp_workbench.book.outcomes.deals import DealOutcomes
from icp_workbench.book.outcomes.metrics import (
    CHURN_RATE,
    COST_TO_WIN,
    DEAL_SIZE,
    DEAL_SIZE_SPREAD,
    EXPANSION_RATE,
    GROSS_MARGIN,
    LIFETIME_VALUE,
    NET_REVENUE_RETENTION,
    ONBOARDING_DAYS,
    RESOLUTION_HOURS,
    RETENTION,
    REVENUE_KEPT,
    SALES_CYCLE,
    TICKETS_PER_MONTH,
    WIN_RATE,
    WON_ONLY,
    in_currency,
)
from icp_workbench.book.outcomes.observing import Customers
from icp_workbench.book.roles.table import Table

Supported = tuple[tuple[Metric, ...], dict[str, str], list[str]]


def supported_metrics(
    tables: Mapping[str, Table],
    observations: Mapping[str, Observations],
    deals: DealOutcomes | None,
    sources: Sequence[ChurnSource],
    customers: Customers | None,
    mapping: BookMapping,
) -> Supported:
    """The metrics the book supports, for each of the others the reason, and notes a reader should see.

    The smallest differences worth acting on are those of `mapping.margins`, else the catalogue's.
    """
    lacking: dict[str, str] = {}
    notes: list[str] = []
    metrics = [
        *_of_deals(observations, deals, lacking, notes),
        *_of_leaving(sources, lacking, notes),
        *_of_money(customers, deals, observations, lacking, notes),
        *_of_service(tables, observations, customers, lacking),
        *_of_costs(observations, deals, lacking),
    ]
    metrics += _lifetime(metrics, customers, sources, lacking)
    return tuple(with_margins(metrics, mapping)), lacking, notes


def with_margins(metrics: Sequence[Metric], mapping: BookMapping) -> list[Metric]:
    """The metrics with the margins a person chose."""
    return [replace(metric, margin=mapping.margins.get(metric.name, metric.margin)) for metric in metrics]


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
        lacking["deal_size_spread"] = "needs an amount for each won deal"
        return []
    values = observations["deal"].values
    won = values["won"] == 1.0
    metrics: list[Metric] = []
    left_out = ", ".join(f"{deals.count(name):,} {name}" for name in ("open", "neither") if deals.count(name))
    if left_out:
        notes.append(f"Deals neither won nor lost are counted and left out: {left_out}.")
    notes += deals.notes
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
        lacking["deal_size"] = lacking["deal_size_spread"] = _several(deals.currencies)
    elif values.loc[won, "amount"].notna().any():
        metrics += [in_currency(DEAL_SIZE, _one(deals.currencies)), DEAL_SIZE_SPREAD]
    else:
        lacking["deal_size"] = (
            "needs an amount" if "amount" not in deals.inputs else "needs won deals with an amount"
        )
        lacking["deal_size_spread"] = "needs an amount for each won deal"
    return metrics


def _several(currencies: Sequence[str]) -> str:
    return (
        f"amounts are in several currencies ({', '.join(currencies[:6])}), which are never added up; it "
        "needs rates to one of them, or one chosen"
    )


def _one(currencies: Sequence[str]) -> str | None:
    return currencies[0] if len(currencies) == 1 else None


def _of_leaving(sources: Sequence[ChurnSource], lacking: dict[str, str], notes: list[str]) -> list[Metric]:
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


def _of_money(
    customers: Customers | None,
    deals: DealOutcomes | None,
    observations: Mapping[str, Observations],
    lacking: dict[str, str],
    notes: list[str],
) -> list[Metric]:
    """Revenue kept, expansion and margin of customers."""
    metrics: list[Metric] = []
    several = () if customers is None else next((p.several for p in customers.paid if p.several), ())
    money = _several(several) if several else None
    if customers is not None and customers.has("recurring_at_start", "recurring"):
        metrics.append(REVENUE_KEPT)
        lacking["net_revenue_retention"] = (
            "needs what each customer paid twelve months before; the book tells what they paid at the start "
            "and now: revenue_kept_since_start"
        )
    elif customers is not None and customers.has("recurring_then", "recurring_since"):
        metrics.append(NET_REVENUE_RETENTION)
    else:
        needs = "needs recurring revenue with the dates on which it began and ended"
        lacking["net_revenue_retention"] = (
            money or f"{needs}, or what each customer paid at the start and now"
        )
    if customers is not None and customers.has("expanded"):
        told = customers.source_of("expanded")
        note = f"expansion as told by {told.expanded_by}" if told is not None else None
        metrics.append(replace(EXPANSION_RATE, note=note))
    else:
        lacking["expansion_rate"] = (
            money or "needs an upgrade flag, or recurring revenue at the start and now"
        )
    if customers is not None and customers.has("margin", "margin_revenue"):
        metrics.append(GROSS_MARGIN)
    elif deals is not None and observations["deal"].values["margin"].notna().any():
        metrics.append(replace(GROSS_MARGIN, grain="deal", note="of won deals"))
    else:
        currencies = deals.currencies if deals is not None and len(deals.currencies) > 1 else ()
        has_margin = deals is not None and "margin" in deals.inputs
        lacking["gross_margin"] = money or (
            _several(currencies)
            if currencies and has_margin
            else "needs a margin or a cost to serve for each customer or won deal, and the revenue it is of"
        )
    for paid in customers.paid if customers is not None else ():
        if paid.left_out:
            notes.append(
                f"Amounts of {paid.left_out:,} rows of {paid.source} left out: not in {paid.currency}, and "
                "without a rate."
            )
    return metrics


def _of_service(
    tables: Mapping[str, Table],
    observations: Mapping[str, Observations],
    customers: Customers | None,
    lacking: dict[str, str],
) -> list[Metric]:
    """Onboarding and support."""
    metrics: list[Metric] = []
    if customers is not None and customers.has("onboarding_days"):
        metrics.append(ONBOARDING_DAYS)
    else:
        lacking["onboarding_days"] = (
            "needs the dates on which onboarding began and the customer went live, or how long it took"
        )
    if customers is not None and customers.has("tickets", "months_served"):
        metrics.append(TICKETS_PER_MONTH)
    else:
        missing = [] if "tickets" in tables else ["a table of support tickets"]
        if customers is None or not customers.has("months_served"):
            missing.append("how long each customer stayed")
        lacking["tickets_per_month"] = f"needs {' and '.join(missing)}"
    held = observations["ticket"].values if "ticket" in observations else None
    if held is not None and held["resolution_hours"].notna().any():
        metrics.append(RESOLUTION_HOURS)
    else:
        lacking["resolution_hours"] = "needs when each ticket was opened and solved, or how long it took"
    return metrics


def _of_costs(
    observations: Mapping[str, Observations], deals: DealOutcomes | None, lacking: dict[str, str]
) -> list[Metric]:
    """What it costs to win a deal: the cost of all closed deals over the number won."""
    if deals is None:
        lacking["cost_to_win"] = "needs deals with their outcome and the acquisition cost of each"
        return []
    values = observations["deal"].values
    if len(deals.cost_currencies) > 1:
        lacking["cost_to_win"] = _several(deals.cost_currencies)
    elif not (values["cost"].notna() & (values["won"] == 1.0)).any():
        lacking["cost_to_win"] = "needs the acquisition cost of each closed deal"
    elif not (values["cost"].notna() & (values["won"] == 0.0)).any():
        lacking["cost_to_win"] = "needs the cost of deals that were lost too: it is part of what a win costs"
    else:
        return [in_currency(COST_TO_WIN, _one(deals.cost_currencies))]
    return []


def _lifetime(
    metrics: Sequence[Metric],
    customers: Customers | None,
    sources: Sequence[ChurnSource],
    lacking: dict[str, str],
) -> list[Metric]:
    """What a customer leaves over the months it can be expected to stay."""
    retention = next((metric for metric in metrics if metric.name == "retention_12m"), None)
    held = customers is not None and customers.has("margin_a_month", "tenure", "churned")
    if customers is not None and retention is not None and held:
        told = customers.source_of("margin_a_month")
        metric = replace(LIFETIME_VALUE, horizon=sources[0].horizon, note=retention.note)
        return [in_currency(metric, told.currency if told is not None else None)]
    parts = {
        "a margin for each customer": customers is not None and customers.has("margin_a_month"),
        "how long each customer stayed": retention is not None,
    }
    missing = [what for what, there in parts.items() if not there]
    lacking["lifetime_value"] = f"needs {' and '.join(missing or parts)}"
    return []
