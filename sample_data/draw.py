"""Draw the accounts and what happened to them, from the figures in planted.py.

Attributes are drawn first, without outcomes; who behaves how is then read off the planted conditions, so
the conditions in truth.yaml are exact, not approximate.
"""

from __future__ import annotations

import string

import numpy as np
import pandas as pd
from names import ENDINGS, STEMS, UNUSUAL
from planted import (
    AS_OF,
    BASE_CYCLE_DAYS,
    BASE_DEAL_SIZE,
    DATA_TOOLS,
    DEALS_PER_ACCOUNT,
    EMPLOYEES,
    ENTERPRISE,
    EVERYONE_ELSE,
    FIRST_DAY,
    FREIGHT_OR_FACTORY,
    GROUPS,
    HUBSPOT_ELSEWHERE,
    HUBSPOT_IN_FIRST_SEGMENT,
    INTRA_ACCOUNT_CORRELATION,
    SAAS_OR_FINTECH,
)

INDUSTRIES = {
    "B2B SaaS": 250, "Fintech": 140, "Logistics": 185, "Manufacturing": 185, "Healthcare": 110, "Retail": 80,
    "Professional Services": 75, "Education": 50, "Media": 55, "Public Sector": 170,
}  # fmt: skip
TOOLS = {
    "Snowflake": 0.26, "dbt": 0.22, "Segment": 0.18, "BigQuery": 0.20, "Databricks": 0.10, "Looker": 0.17,
    "Tableau": 0.22, "Airflow": 0.12, "Kafka": 0.09, "SAP": 0.15, "NetSuite": 0.16,
}  # fmt: skip
BASE62 = np.array(list(string.digits + string.ascii_letters))
Rng = np.random.Generator


def pick(rng: Rng, weights: dict[str, float], size: int) -> np.ndarray:
    """`size` values drawn by weight."""
    p = np.array(list(weights.values()), dtype=float)
    return rng.choice(np.array(list(weights), dtype=object), size=size, p=p / p.sum())


def salesforce_ids(rng: Rng, prefix: str, size: int) -> list[str]:
    """Unique 18-character Salesforce ids: 15 case-sensitive characters and their 3-character checksum."""
    made: list[str] = []
    seen: set[str] = set()
    while len(made) < size:
        fifteen = prefix + "5g00000" + "".join(rng.choice(BASE62, 15 - len(prefix) - 7))
        if fifteen in seen:
            continue
        seen.add(fifteen)
        checksum = ""
        for start in (0, 5, 10):
            bits = sum(1 << i for i, char in enumerate(fifteen[start : start + 5]) if char.isupper())
            checksum += (string.ascii_uppercase + "012345")[bits]
        made.append(fifteen + checksum)
    return made


def numeric_ids(rng: Rng, first: int, size: int) -> np.ndarray:
    """Ascending numeric ids with gaps, as text."""
    return (first + np.cumsum(rng.integers(3, 9_000, size))).astype(str)


def company_names(rng: Rng, industries: np.ndarray) -> list[str]:
    """One unique name per account, fitting its industry."""
    names = [""] * len(industries)
    for industry, endings in ENDINGS.items():
        rows = np.flatnonzero(industries == industry)
        plain = [f"{stem} {ending}" for stem in STEMS for ending in endings]
        chosen = [str(name) for name in rng.choice(plain, len(rows), replace=False)]
        unusual = UNUSUAL.get(industry, ())
        chosen[: len(unusual)] = unusual
        for row, name in zip(rows, rng.permutation(np.array(chosen, dtype=object)), strict=True):
            names[row] = name
    return names


def make_accounts(rng: Rng) -> pd.DataFrame:
    """Attributes of every account, none of them informed by an outcome, and the group it behaves as."""
    industry = rng.permutation(np.repeat(np.array(list(INDUSTRIES), dtype=object), list(INDUSTRIES.values())))
    n = len(industry)
    median = np.select(
        [np.isin(industry, SAAS_OR_FINTECH), np.isin(industry, FREIGHT_OR_FACTORY)], [85, 210], 160
    )
    employees = np.clip(np.exp(np.log(median) + rng.normal(0, 0.8, n)), 4, ENTERPRISE - 1)
    in_freight = np.isin(industry, FREIGHT_OR_FACTORY)
    large = rng.random(n) < np.where(in_freight, 0.05, 0.15)
    employees = np.where(large, np.exp(rng.uniform(np.log(ENTERPRISE), np.log(18_000), n)), employees).astype(
        int
    )

    tools = {tool: rng.random(n) < share * np.where(in_freight, 1.25, 1.0) for tool, share in TOOLS.items()}
    hiring = rng.random(n) < np.where(in_freight, 0.72, 0.45)
    accounts = pd.DataFrame({"industry": industry, "employees": employees, "hiring": hiring})
    accounts["tech_stack"] = [";".join(t for t in tools if tools[t][row]) for row in range(n)]

    first = np.isin(industry, SAAS_OR_FINTECH) & (employees >= EMPLOYEES[0]) & (employees <= EMPLOYEES[1])
    second = in_freight & hiring & np.logical_or.reduce([tools[tool] for tool in DATA_TOOLS])
    accounts["group"] = np.select(
        [industry == "Public Sector", employees >= ENTERPRISE, first, second],
        ["public_sector", "enterprise", "growing_saas_fintech", "data_ready_operators"],
        "everyone_else",
    )

    hubspot = rng.random(n) < np.where(first, HUBSPOT_IN_FIRST_SEGMENT, HUBSPOT_ELSEWHERE)
    other_crm = pick(rng, {"Salesforce": 40, "Pipedrive": 20, "Microsoft Dynamics": 20, "None": 20}, n)
    accounts["crm"] = np.where(hubspot, "HubSpot", other_crm)
    accounts["revenue"] = np.round(employees * np.exp(rng.normal(np.log(160_000), 0.35, n)), -5).astype(int)
    accounts["name"] = company_names(rng, industry)
    accounts["record_id"] = numeric_ids(rng, 17_204_000_000, n)
    accounts["account_id"] = salesforce_ids(rng, "001", n)
    return accounts


def of_group(accounts: pd.DataFrame, field: str) -> np.ndarray:
    """One planted figure per account."""
    behaviours = {"everyone_else": EVERYONE_ELSE, **GROUPS}
    return accounts["group"].map({name: getattr(b, field) for name, b in behaviours.items()}).to_numpy(float)


def make_deals(rng: Rng, accounts: pd.DataFrame) -> pd.DataFrame:
    """Opportunities: won by a propensity each account keeps (beta, so that the correlation is as planted)."""
    counts = rng.poisson(DEALS_PER_ACCOUNT, len(accounts))
    row = np.repeat(np.arange(len(accounts)), counts)
    n = len(row)
    rate, spread = of_group(accounts, "win_rate"), (1 - INTRA_ACCOUNT_CORRELATION) / INTRA_ACCOUNT_CORRELATION
    won = rng.random(n) < rng.beta(rate * spread, (1 - rate) * spread)[row]
    factor = of_group(accounts, "cycle")[row]
    cycle_if_won = BASE_CYCLE_DAYS * factor * np.exp(rng.normal(0, 0.38, n))
    cycle_if_lost = 50 * factor**0.7 * np.exp(rng.normal(0, 0.65, n))
    cycle = np.ceil(np.where(won, cycle_if_won, cycle_if_lost)).astype(int)
    first_day, as_of = pd.Timestamp(FIRST_DAY), pd.Timestamp(AS_OF)
    # A growing company opens more deals each quarter.
    days = (rng.random(n) ** 0.75 * ((as_of - first_day).days - 3)).astype(int)
    created = first_day + pd.to_timedelta(days, unit="D")
    closed = created + pd.to_timedelta(cycle, unit="D")
    is_closed = closed <= as_of
    expected = as_of + pd.to_timedelta(rng.integers(5, 100, n), unit="D")
    amount = BASE_DEAL_SIZE * of_group(accounts, "deal_size")[row] * np.exp(rng.normal(0, 0.45, n))
    deals = pd.DataFrame(
        {
            "row": row,
            "type": pick(rng, {"Platform": 50, "Team plan": 30, "Paid pilot": 20}, n),
            "amount": np.round(amount, -2).astype(int),
            "created": created,
            "closed": np.where(is_closed, closed, expected),
            "is_closed": is_closed,
            "won": won & is_closed,
            "lead_source": pick(
                rng, {"Web": 30, "Partner": 15, "Event": 15, "Outbound": 25, "Referral": 10, "Webinar": 5}, n
            ),
            "loss_reason": pick(
                rng, {"No decision": 38, "Price": 22, "Competitor": 20, "Timing": 12, "Fit": 8}, n
            ),
            "open_stage": pick(
                rng,
                {
                    "Prospecting": 35,
                    "Qualification": 30,
                    "Proposal/Price Quote": 20,
                    "Negotiation/Review": 15,
                },
                n,
            ),
            "cost": np.round(of_group(accounts, "cost")[row] * np.exp(rng.normal(0, 0.4, n)), -1).astype(int),
        }
    ).sort_values(["created", "row"], kind="stable", ignore_index=True)
    deals["opportunity_id"] = salesforce_ids(rng, "006", n)
    return deals


def make_subscriptions(rng: Rng, accounts: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """A subscription from each customer's first won deal; a third of later wins bring another."""
    wins = deals[deals["won"]].sort_values(["row", "closed"], kind="stable")
    later = wins.duplicated("row")
    second = wins[later].groupby("row").head(1)
    kept = pd.concat([wins[~later], second[rng.random(len(second)) < 0.33]]).sort_values(
        ["closed", "row"], kind="stable", ignore_index=True
    )
    n, row = len(kept), kept["row"].to_numpy()
    as_of = pd.Timestamp(AS_OF)
    start = kept["closed"]
    served = np.ceil(30 + rng.exponential(30.44 / of_group(accounts, "churn")[row])).astype(int)
    end = start + pd.to_timedelta(served, unit="D")
    ended = (end <= as_of).to_numpy()
    onboarding = np.ceil(of_group(accounts, "onboarding")[row] * np.exp(rng.normal(0, 0.35, n))).astype(int)
    onboarding_started = start + pd.to_timedelta(rng.integers(1, 12, n), unit="D")
    live = onboarding_started + pd.to_timedelta(onboarding, unit="D")
    starting = np.round(kept["amount"].to_numpy() / 12, 0).astype(int)
    expanded = (rng.random(n) < of_group(accounts, "expansion")[row]) & (
        (as_of - start).dt.days > 120
    ).to_numpy()
    shrunk = ~expanded & (rng.random(n) < 0.06)
    growth = np.select([expanded, shrunk], [rng.uniform(1.1, 1.6, n), rng.uniform(0.6, 0.9, n)], 1.0)
    margin = np.clip(of_group(accounts, "margin")[row] + rng.normal(0, 0.07, n), 0.1, 0.95)
    return pd.DataFrame(
        {
            "row": row,
            "subscription_id": ["sub_" + "".join(rng.choice(BASE62, 14)) for _ in range(n)],
            "start": start,
            "end": end.where(ended),
            "starting_mrr": starting,
            "mrr": np.where(ended, 0, np.round(starting * growth, 0)).astype(int),
            "margin": np.round(margin, 3),
            "onboarding_started": onboarding_started.where(onboarding_started <= as_of),
            "live": live.where((live <= as_of) & ~(ended & (live > end))),
        }
    )


def make_tickets(rng: Rng, accounts: pd.DataFrame, subscriptions: pd.DataFrame) -> pd.DataFrame:
    """Support tickets of each subscription, spread over the time it was served."""
    row = subscriptions["row"].to_numpy()
    # What is still running is served to the end of the last day.
    served_until = subscriptions["end"].fillna(pd.Timestamp(AS_OF) + pd.Timedelta(hours=20))
    minutes = ((served_until - subscriptions["start"]).dt.total_seconds() / 60).to_numpy()
    months = minutes / (60 * 24 * 30.44)
    tickets = rng.poisson(of_group(accounts, "tickets")[row] * months * rng.gamma(4, 0.25, len(row)))
    which = np.repeat(np.arange(len(row)), tickets)
    n = len(which)
    created = subscriptions["start"].to_numpy()[which] + pd.to_timedelta(
        (rng.random(n) * minutes[which]).astype(int), unit="min"
    )
    slow = np.where(accounts["group"].to_numpy()[row[which]] == "enterprise", 1.6, 1.0)
    closed = created + pd.to_timedelta(
        np.ceil(60 * 26 * slow * np.exp(rng.normal(0, 0.9, n))).astype(int), unit="min"
    )
    frame = pd.DataFrame(
        {
            "row": row[which],
            "created": created,
            "closed": pd.Series(closed).where(closed <= pd.Timestamp(AS_OF) + pd.Timedelta(hours=23)),
            "priority": pick(rng, {"Low": 35, "Medium": 45, "High": 17, "Urgent": 3}, n),
            "category": pick(
                rng, {"How-to": 35, "Integration": 25, "Bug": 20, "Billing": 12, "Access": 8}, n
            ),
        }
    ).sort_values(["created", "row"], kind="stable", ignore_index=True)
    frame["ticket_id"] = numeric_ids(rng, 1_304_000_000, n)
    return frame
