"""The catalogue of outcome metrics, declared: name, unit, better, grain, estimator, and smallest difference
worth acting on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from icp_workbench.book.metric import Metric

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
DEAL_SIZE_SPREAD = Metric(
    name="deal_size_spread", label="Size spread", unit="ratio", better="lower", grain="deal",
    estimator="spread", value="amount", where="won", margin=0.10, margin_is_relative=True,
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


NET_REVENUE_RETENTION = Metric(
    name="net_revenue_retention", label="Net revenue retention", unit="ratio", better="higher",
    grain="customer", estimator="ratio", value="recurring_since", denominator="recurring_then", margin=0.03,
    core=True, light="pays",
)  # fmt: skip
REVENUE_KEPT = Metric(
    name="revenue_kept_since_start", label="Revenue kept since start", unit="ratio", better="higher",
    grain="customer", estimator="ratio", value="recurring", denominator="recurring_at_start", margin=0.03,
    core=True, light="pays",
)  # fmt: skip
EXPANSION_RATE = Metric(
    name="expansion_rate", label="Expansion", unit="share", better="higher", grain="customer",
    estimator="share", value="expanded", margin=0.03, light="pays",
)  # fmt: skip
GROSS_MARGIN = Metric(
    name="gross_margin", label="Gross margin", unit="share", better="higher", grain="customer",
    estimator="ratio", value="margin", denominator="margin_revenue", margin=0.02, core=True, light="pays",
)  # fmt: skip
ONBOARDING_DAYS = Metric(
    name="onboarding_days", label="Onboarding", unit="days", better="lower", grain="customer",
    estimator="median", value="onboarding_days", margin=0.10, margin_is_relative=True, light="succeeds",
)  # fmt: skip
TICKETS_PER_MONTH = Metric(
    name="tickets_per_month", label="Tickets", unit="per month", better="lower", grain="customer",
    estimator="ratio", value="tickets", denominator="months_served", margin=0.10, margin_is_relative=True,
    light="succeeds",
)  # fmt: skip
RESOLUTION_HOURS = Metric(
    name="resolution_hours", label="Resolution", unit="hours", better="lower", grain="ticket",
    estimator="median", value="resolution_hours", margin=0.10, margin_is_relative=True, light="succeeds",
)  # fmt: skip
COST_TO_WIN = Metric(
    name="cost_to_win", label="Cost to win", unit="currency", better="lower", grain="deal",
    estimator="ratio", value="cost", denominator="won", margin=0.10, margin_is_relative=True, light="pays",
)  # fmt: skip

LIFETIME_VALUE = Metric(
    name="lifetime_value", label="Lifetime value", unit="currency", better="higher", grain="customer",
    estimator="lifetime", value="tenure", event="churned", denominator="margin_a_month", horizon=12,
    margin=0.10, margin_is_relative=True, light="pays",
)  # fmt: skip

WON_ONLY = (
    "every closed deal in the book was won; a book of customers only says nothing about win rate, because "
    "the deals that were lost are not in it"
)


CATALOGUE: Mapping[str, Metric] = {one.name: one for one in list(vars().values()) if isinstance(one, Metric)}


def in_currency(metric: Metric, currency: str | None) -> Metric:
    """The metric with its unit named, where the currency is known."""
    return replace(metric, unit=currency) if currency else metric
