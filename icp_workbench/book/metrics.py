"""The catalogue of outcome metrics, declared: name, unit, better, grain, estimator, and what each needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from icp_workbench.book.book import Metric

WIN_RATE = Metric(
    name="win_rate", label="Win rate", unit="share", better="higher", grain="deal", estimator="share",
    value="won", margin=0.03, core=True, light="sells",
)  # fmt: skip
SALES_CYCLE = Metric(
    name="sales_cycle_days", label="Sales cycle", unit="days", better="lower", grain="deal",
    estimator="median",
    value="cycle_days", where="won", margin=0.10, margin_is_relative=True, core=True, light="sells",
)  # fmt: skip
DEAL_SIZE = Metric(
    name="deal_size", label="Deal size", unit="currency", better="higher", grain="deal", estimator="median",
    value="amount", where="won", margin=0.10, margin_is_relative=True,
)  # fmt: skip
CHURN_RATE = Metric(
    name="churn_rate", label="Churn", unit="share", better="lower", grain="customer", estimator="share",
    value="churned", margin=0.02, light="succeeds",
)  # fmt: skip
RETENTION = Metric(
    name="retention_12m", label="Retention", unit="share", better="higher", grain="customer",
    estimator="survival", value="tenure", event="churned", horizon=12, horizon_label="12 months", margin=0.02,
    core=True, light="succeeds",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A metric of the catalogue not computed by this version: the parts it needs, each with what it is
    called.
    """

    name: str
    parts: dict[str, str]


LATER: tuple[Wanted, ...] = (
    Wanted("deal_size_spread", {"amount": "an amount for each won deal"}),
    Wanted(
        "net_revenue_retention",
        {
            "recurring now": "recurring revenue now",
            "recurring then": "recurring revenue twelve months before",
        },
    ),
    Wanted("expansion_rate", {"expansion": "an upgrade flag, or recurring revenue at the start and now"}),
    Wanted("gross_margin", {"margin": "a margin or a cost to serve for each customer or won deal"}),
    Wanted(
        "onboarding_days", {"onboarding": "the dates on which onboarding began and the customer went live"}
    ),
    Wanted(
        "tickets_per_month",
        {"tickets": "a table of support tickets", "tenure": "how long each customer stayed"},
    ),
    Wanted("resolution_hours", {"resolution": "when each ticket was opened and solved"}),
    Wanted(
        "cost_to_win", {"cost": "the acquisition cost of each closed deal", "won": "the outcome of each deal"}
    ),
    Wanted(
        "lifetime_value", {"margin": "a margin for each customer", "tenure": "how long each customer stayed"}
    ),
)

WON_ONLY = (
    "every closed deal in the book was won; a book of customers only says nothing about win rate, because "
    "the deals "
    "that were lost are not in it"
)


def reasons(present: set[str]) -> dict[str, str]:
    """For each metric this version does not compute, what is missing; or, when nothing is, that it is not
    computed.
    """
    found: dict[str, str] = {}
    for wanted in LATER:
        missing = [what for part, what in wanted.parts.items() if part not in present]
        held = ", ".join(wanted.parts.values())
        found[wanted.name] = (
            f"needs {' and '.join(missing)}"
            if missing
            else f"the book holds what it needs ({held}), but this version does not compute it"
        )
    return found


def in_currency(metric: Metric, currency: str | None) -> Metric:
    """The metric with its unit named, where the currency is known."""
    return replace(metric, unit=currency) if currency else metric
