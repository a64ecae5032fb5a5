"""The truth planted in the sample: which accounts behave how, and the same as truth.yaml.

Everything the exports know about outcomes is drawn from these figures, so truth.yaml cannot drift from
the files.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Northbeam Software"
FIRST_DAY, AS_OF = "2024-01-02", "2026-10-31"
INTRA_ACCOUNT_CORRELATION = 0.1
DEALS_PER_ACCOUNT = 3.33

SAAS_OR_FINTECH = ("B2B SaaS", "Fintech")
EMPLOYEES = (40, 120)
FREIGHT_OR_FACTORY = ("Logistics", "Manufacturing")
DATA_TOOLS = ("Snowflake", "dbt")
ENTERPRISE = 1000


@dataclass(frozen=True)
class Behaviour:
    """What happens in one group of accounts, before chance.

    `deal_size` and `cycle` are factors on the median of everyone else; `margin` and the rates are shares;
    `churn` is a hazard per month, `tickets` a rate per month, `onboarding` a median in days, `cost` what one
    closed opportunity costs to pursue (median).
    """

    win_rate: float
    cycle: float
    deal_size: float
    churn: float
    margin: float
    tickets: float
    onboarding: float
    expansion: float
    cost: float


EVERYONE_ELSE = Behaviour(0.200, 1.00, 1.00, 0.024, 0.70, 0.30, 40, 0.20, 3_200)
GROUPS: dict[str, Behaviour] = {
    "growing_saas_fintech": Behaviour(0.420, 0.62, 1.05, 0.007, 0.79, 0.15, 24, 0.45, 2_300),
    "data_ready_operators": Behaviour(0.380, 0.68, 1.00, 0.006, 0.78, 0.19, 30, 0.38, 2_600),
    "enterprise": Behaviour(0.150, 2.10, 3.60, 0.044, 0.54, 0.95, 95, 0.15, 11_000),
    "public_sector": Behaviour(0.090, 2.10, 1.00, 0.044, 0.58, 0.45, 80, 0.06, 6_000),
}
BASE_DEAL_SIZE, BASE_CYCLE_DAYS = 24_000, 62

# How often HubSpot is the CRM in use: common in the first segment, and without any effect of its own.
HUBSPOT_IN_FIRST_SEGMENT, HUBSPOT_ELSEWHERE = 0.76, 0.22

NOISE = (
    "pricing_model", "funding_stage", "last_funding_date", "new_revenue_leader", "buyer_title",
    "web_conferencing_tool", "office_timezone", "country_region", "year_founded",
)  # fmt: skip
DEAL_NOISE = ("lead_source", "type")


def _listed(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


CONDITIONS: dict[str, str] = {
    "growing_saas_fintech": (
        f"industry IN {_listed(SAAS_OR_FINTECH)}"
        f" AND number_of_employees BETWEEN {EMPLOYEES[0]} AND {EMPLOYEES[1]}"
    ),
    "data_ready_operators": (
        f"industry IN {_listed(FREIGHT_OR_FACTORY)} AND tech_stack CONTAINS ANY {_listed(DATA_TOOLS)}"
        " AND hiring_revenue_roles = true"
    ),
    "enterprise": f"number_of_employees >= {ENTERPRISE}",
    "public_sector": "industry = 'Public Sector'",
}

_KINDS = {
    "growing_saas_fintech": ("winner", "Wins more, closes faster, stays, and costs least to serve."),
    "data_ready_operators": ("winner", "Wins more for another reason; shares no account with the first."),
    "enterprise": ("revenue_only_trap", "Deals 3.6 times the size; everything else is worse."),
    "public_sector": ("anti_icp", "Rarely signed, slowly, and gone soon after."),
}


def _behaviour_lines(behaviour: Behaviour) -> list[str]:
    return [
        f"      win_rate: {behaviour.win_rate}",
        f"      sales_cycle_days_median: {behaviour.cycle * BASE_CYCLE_DAYS:.0f}",
        f"      deal_size_median: {behaviour.deal_size * BASE_DEAL_SIZE:.0f}",
        f"      monthly_churn_hazard: {behaviour.churn}",
        f"      gross_margin: {behaviour.margin}",
        f"      tickets_per_month: {behaviour.tickets}",
        f"      onboarding_days_median: {behaviour.onboarding}",
        f"      expansion_rate: {behaviour.expansion}",
        f"      cost_per_closed_deal_median: {behaviour.cost}",
    ]


def truth_yaml(seed: int) -> str:
    """The planted truth as the text of truth.yaml."""
    lines = [
        f"# What was planted in the exports of {COMPANY}, written by make_sample.py. Chance moves the",
        "# figures found in the files; the rates, hazards and medians below are what they were drawn from.",
        f"company: {COMPANY}",
        f"seed: {seed}",
        f"as_of: {AS_OF}",
        f"intra_account_correlation: {INTRA_ACCOUNT_CORRELATION}  # of winning, within each group",
        "everyone_else:",
        "    planted:",
        *_behaviour_lines(EVERYONE_ELSE),
        "segments:",
    ]
    for name, behaviour in GROUPS.items():
        kind, why = _KINDS[name]
        lines += [
            f"  - name: {name}",
            f"    kind: {kind}",
            f'    condition: "{CONDITIONS[name]}"',
            f"    why: {why}",
        ]
        lines += ["    planted:", *_behaviour_lines(behaviour)]
    lines += [
        "confounded:",
        "  - condition: \"crm_in_use = 'HubSpot'\"",
        "    with: growing_saas_fintech",
        f"    share_inside: {HUBSPOT_IN_FIRST_SEGMENT}",
        f"    share_outside: {HUBSPOT_ELSEWHERE}",
        "    why: No effect of its own; held against the first segment its advantage is gone.",
        "leaks:",
        "  - {field: onboarding_tier, grain: account, why: Filled in once a deal is won.}",
        "  - {field: loss_reason, grain: deal, why: Filled in once a deal is lost.}",
        "noise:",
        "  account: [" + ", ".join(NOISE) + "]",
        "  deal: [" + ", ".join(DEAL_NOISE) + "]",
    ]
    return "\n".join(lines) + "\n"
