"""The sample exports as plain frames, read without any code of the package."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class Sample:
    """Accounts, closed deals, customers' subscriptions and tickets, each with its account's attributes."""

    companies: pd.DataFrame
    deals: pd.DataFrame
    opportunities: pd.DataFrame
    subscriptions: pd.DataFrame
    tickets: pd.DataFrame
    truth: dict[str, Any]

    @property
    def as_of(self) -> pd.Timestamp:
        return pd.Timestamp(self.truth["as_of"])


@cache
def sample() -> Sample:
    """The committed sample. Account-level masks of `members` are columns named after each segment."""
    companies = pd.read_csv(
        SAMPLE / "hubspot_companies.csv", dtype={"Record ID": str}, keep_default_na=False, na_values=[""]
    )
    for name, mask in members(companies).items():
        companies[name] = mask
    by_salesforce = companies.set_index("Salesforce Account ID")
    opportunities = pd.read_csv(
        SAMPLE / "salesforce_opportunities.csv", parse_dates=["Created Date", "Close Date"]
    ).join(by_salesforce, on="Account ID")
    deals = opportunities[opportunities["Closed"]].copy()
    deals["won"] = deals["Won"].astype(float)
    deals["cycle"] = (deals["Close Date"] - deals["Created Date"]).dt.days
    dates = ["Start Date", "End Date", "Onboarding Started", "Go-live Date"]
    subscriptions = pd.read_csv(SAMPLE / "subscriptions.csv", parse_dates=dates).join(
        by_salesforce, on="Account ID"
    )
    truth = yaml.safe_load((SAMPLE / "truth.yaml").read_text(encoding="utf-8"))
    until = subscriptions["End Date"].fillna(pd.Timestamp(truth["as_of"]))
    subscriptions["months"] = (until - subscriptions["Start Date"]).dt.days / DAYS_PER_MONTH
    subscriptions["ended"] = subscriptions["End Date"].notna().astype(float)
    tickets = pd.read_csv(
        SAMPLE / "hubspot_tickets.csv",
        dtype={"Associated Company ID": str},
        parse_dates=["Create date", "Close date"],
    ).join(companies.set_index("Record ID"), on="Associated Company ID")
    return Sample(companies, deals, opportunities, subscriptions, tickets, truth)


def members(companies: pd.DataFrame) -> dict[str, pd.Series]:
    """The planted conditions, written a second time in pandas."""
    employees, industry = companies["Number of Employees"], companies["Industry"]
    tools = companies["Tech Stack"].fillna("").str.split(";").map(set)
    return {
        "growing_saas_fintech": industry.isin(["B2B SaaS", "Fintech"]) & employees.between(40, 120),
        "data_ready_operators": industry.isin(["Logistics", "Manufacturing"])
        & tools.map(lambda used: bool(used & {"Snowflake", "dbt"}))
        & (companies["Hiring Revenue Roles"] == "Yes"),
        "enterprise": employees >= 1000,
        "public_sector": industry == "Public Sector",
    }
