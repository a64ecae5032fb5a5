"""The sample book opens without configuration and is understood as it was made."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


@cache
def book() -> AccountBook:
    return open_book(*sorted(SAMPLE.glob("*.csv")))


def test_each_export_plays_its_part_and_every_row_joins() -> None:
    assert {table.name: table.role for table in book().tables} == {
        "hubspot_companies": "accounts", "hubspot_tickets": "tickets",
        "salesforce_opportunities": "deals", "subscriptions": "subscriptions",
    }  # fmt: skip
    assert {(join.left_key, join.right_key): join.matched - join.left_rows for join in book().joins} == {
        ("Account ID", "Salesforce Account ID"): 0, ("Associated Company ID", "Record ID"): 0,
    }  # fmt: skip
    assert not book().warnings
    assert book().name == "sample_data"


def test_outcomes_equal_those_of_the_files() -> None:
    deals = pd.read_csv(SAMPLE / "salesforce_opportunities.csv", parse_dates=["Created Date", "Close Date"])
    values = book().observations["deal"].values
    closed = deals[deals["Closed"]]
    assert (values["won"] == 1).sum() == closed["Won"].sum()
    assert (values["won"] == 0).sum() == (~closed["Won"]).sum()
    won = closed[closed["Won"]]
    assert values["amount"].median() == won["Amount"].median()
    cycle = (won["Close Date"] - won["Created Date"]).dt.days
    assert values.loc[values["won"] == 1, "cycle_days"].median() == cycle.median()
    assert book().as_of == dt.date(2026, 10, 31)


def test_customers_are_those_with_a_subscription_and_leave_with_their_last() -> None:
    held = pd.read_csv(SAMPLE / "subscriptions.csv", parse_dates=["Start Date", "End Date"])
    by_account = held.groupby("Account ID")
    gone = by_account["End Date"].apply(lambda ends: ends.notna().all())
    customers = book().observations["customer"].values
    assert (len(customers), customers["churned"].sum()) == (len(gone), gone.sum())
    until = by_account["End Date"].max().where(gone, pd.Timestamp(2026, 10, 31))
    months = (until - by_account["Start Date"].min()).dt.days / 30.4375
    assert sorted(customers["tenure"]) == pytest.approx(sorted(months))


def test_the_planted_leaks_are_kept_out_and_nothing_else() -> None:
    assert {leak.field for leak in book().leaks} == {"onboarding_tier", "loss_reason"}
    assert "bought" in book().leaks[0].reason


def test_attributes_have_the_types_and_kinds_their_headers_promise() -> None:
    fields = book().fields
    assert (fields["tech_stack"].type, fields["tech_stack"].kind) == ("set", "technographic")
    assert "Snowflake" in fields["tech_stack"].levels
    assert fields["hiring_revenue_roles"].type == "boolean"
    assert fields["last_funding_date"].type == "date"
    assert fields["buyer_title"].kind == "buyer"
    assert fields["industry"].kind == "firmographic"
    assert "None" in fields["crm_in_use"].levels
    assert "company_domain_name" not in fields
    assert {name for name, field in fields.items() if field.grain == "deal"} == {
        "lead_source",
        "type",
        "loss_reason",
    }
    years = book().accounts["year_founded"]
    raw = pd.read_csv(SAMPLE / "hubspot_companies.csv")["Year Founded"]
    assert years.isna().sum() == raw.isna().sum()
    assert np.nanmin(years) == raw.min()


def test_every_metric_the_files_allow_is_there() -> None:
    assert [metric.name for metric in book().metrics] == [
        "win_rate", "sales_cycle_days", "deal_size", "deal_size_spread", "retention_12m", "churn_rate",
        "revenue_kept_since_start", "expansion_rate", "gross_margin", "onboarding_days", "tickets_per_month",
        "resolution_hours", "cost_to_win", "lifetime_value",
    ]  # fmt: skip
