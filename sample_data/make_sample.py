"""Make the sample exports: `python sample_data/make_sample.py [--out DIR] [--seed N]`.

The same seed gives the same bytes. planted.py holds the truth, draw.py draws accounts and outcomes from
it, and this script writes them down as a CRM and a billing system would export them.
"""

from __future__ import annotations

import argparse
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
from draw import Rng, make_accounts, make_deals, make_subscriptions, make_tickets, pick
from planted import truth_yaml

SEED = 94


def blank_some(rng: Rng, values: pd.Series, share: float, spelling: str = "") -> pd.Series:
    """The values with a share of them left blank, as exports spell it."""
    return values.astype(object).mask(rng.random(len(values)) < share, spelling)


def domain(name: str, row: int) -> str:
    """A domain under the reserved top level `.example`, which nobody can own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = "".join(char for char in plain.lower() if char.isalnum())
    return f"{slug or f'account{row}'}.example"


def companies_export(rng: Rng, accounts: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """hubspot_companies.csv: the attributes, noise, and one column somebody fills in after a win."""
    n = len(accounts)
    employees = accounts["employees"]
    funding = pick(
        rng, {"Bootstrapped": 30, "Seed": 15, "Series A": 20, "Series B": 15, "Series C+": 12, "PE": 8}, n
    )
    funded = pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 2_700, n), unit="D")
    is_customer = np.isin(np.arange(n), deals.loc[deals["won"], "row"])
    tier_known = np.where(is_customer, rng.random(n) < 0.97, rng.random(n) < 0.006)
    tier = np.where(tier_known, pick(rng, {"Gold": 20, "Silver": 45, "Bronze": 35}, n), "")
    return pd.DataFrame(
        {
            "Record ID": accounts["record_id"],
            "Company name": accounts["name"],
            "Company Domain Name": [domain(name, row) for row, name in enumerate(accounts["name"])],
            "Industry": accounts["industry"],
            "Number of Employees": blank_some(rng, employees, 0.01),
            "Annual Revenue": blank_some(rng, accounts["revenue"], 0.06),
            "Country/Region": pick(
                rng,
                {
                    "United States": 46,
                    "United Kingdom": 14,
                    "Germany": 10,
                    "Canada": 8,
                    "France": 6,
                    "Netherlands": 5,
                    "Spain": 4,
                    "Sweden": 4,
                    "Japan": 3,
                },
                n,
            ),
            "Year Founded": blank_some(rng, pd.Series(2023 - rng.gamma(2.2, 7, n).astype(int)), 0.04),
            "Salesforce Account ID": accounts["account_id"],
            "Pricing Model": blank_some(
                rng,
                pd.Series(pick(rng, {"Usage-based": 30, "Per seat": 45, "Services-led": 25}, n)),
                0.03,
                "N/A",
            ),
            "CRM in Use": blank_some(rng, accounts["crm"], 0.02),
            "Tech Stack": accounts["tech_stack"],
            "Hiring Revenue Roles": np.where(accounts["hiring"], "Yes", "No"),
            "Funding Stage": blank_some(rng, pd.Series(funding), 0.04, "N/A"),
            "Last Funding Date": pd.Series(funded.strftime("%Y-%m-%d")).where(funding != "Bootstrapped", ""),
            "New Revenue Leader": pick(rng, {"Yes": 24, "No": 76}, n),
            "Buyer Title": pick(
                rng,
                {"VP Sales": 28, "CRO": 14, "Head of RevOps": 20, "CFO": 14, "CEO": 12, "VP Marketing": 12},
                n,
            ),
            "Web Conferencing Tool": pick(rng, {"Zoom": 48, "Google Meet": 27, "Microsoft Teams": 25}, n),
            "Office Timezone": pick(
                rng, {"UTC-8": 20, "UTC-6": 14, "UTC-5": 24, "UTC+0": 18, "UTC+1": 20, "UTC+9": 4}, n
            ),
            "Onboarding Tier": tier,
        }
    )


def opportunities_export(accounts: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """salesforce_opportunities.csv. An open opportunity's Close Date is the day somebody expects."""
    owner = accounts.iloc[deals["row"]].reset_index(drop=True)
    lost = deals["is_closed"] & ~deals["won"]
    return pd.DataFrame(
        {
            "Opportunity ID": deals["opportunity_id"],
            "Opportunity Name": owner["name"] + " - " + deals["type"],
            "Account ID": owner["account_id"],
            "Account Name": owner["name"],
            "Stage": np.select([deals["won"], lost], ["Closed Won", "Closed Lost"], deals["open_stage"]),
            "Amount": deals["amount"],
            "Created Date": deals["created"].dt.strftime("%Y-%m-%d"),
            "Close Date": deals["closed"].dt.strftime("%Y-%m-%d"),
            "Closed": np.where(deals["is_closed"], "true", "false"),
            "Won": np.where(deals["won"], "true", "false"),
            "Lead Source": deals["lead_source"],
            "Type": deals["type"],
            "Loss Reason": deals["loss_reason"].where(lost, ""),
            "Acquisition Cost": deals["cost"].astype(object).where(deals["is_closed"], ""),
        }
    )


def subscriptions_export(accounts: pd.DataFrame, subscriptions: pd.DataFrame) -> pd.DataFrame:
    """subscriptions.csv. MRR is what is billed today: 0 once ended."""

    def day(column: str) -> pd.Series:
        return subscriptions[column].dt.strftime("%Y-%m-%d").fillna("")

    return pd.DataFrame(
        {
            "Subscription ID": subscriptions["subscription_id"],
            "Account ID": accounts["account_id"].to_numpy()[subscriptions["row"]],
            "Start Date": day("start"),
            "End Date": day("end"),
            "Starting MRR": subscriptions["starting_mrr"],
            "MRR": subscriptions["mrr"],
            "Gross Margin": subscriptions["margin"],
            "Onboarding Started": day("onboarding_started"),
            "Go-live Date": day("live"),
        }
    )


def tickets_export(accounts: pd.DataFrame, tickets: pd.DataFrame) -> pd.DataFrame:
    """hubspot_tickets.csv. A ticket still open has no close date."""
    return pd.DataFrame(
        {
            "Ticket ID": tickets["ticket_id"],
            "Associated Company ID": accounts["record_id"].to_numpy()[tickets["row"]],
            "Create date": tickets["created"].dt.strftime("%Y-%m-%d %H:%M"),
            "Close date": tickets["closed"].dt.strftime("%Y-%m-%d %H:%M").fillna(""),
            "Priority": tickets["priority"],
            "Category": tickets["category"],
        }
    )


def make_exports(seed: int) -> dict[str, pd.DataFrame]:
    """Every export by file name."""
    rng = np.random.default_rng(seed)
    accounts = make_accounts(rng)
    deals = make_deals(rng, accounts)
    subscriptions = make_subscriptions(rng, accounts, deals)
    tickets = make_tickets(rng, accounts, subscriptions)
    return {
        "hubspot_companies.csv": companies_export(rng, accounts, deals),
        "salesforce_opportunities.csv": opportunities_export(accounts, deals),
        "subscriptions.csv": subscriptions_export(accounts, subscriptions),
        "hubspot_tickets.csv": tickets_export(accounts, tickets),
    }


def main() -> None:
    """Write the exports and truth.yaml into a folder."""
    parser = argparse.ArgumentParser(description="Make the sample exports, the same bytes for the same seed.")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, frame in make_exports(arguments.seed).items():
        frame.to_csv(arguments.out / name, index=False, encoding="utf-8", lineterminator="\n")
        print(f"{name}: {len(frame):,} rows")
    (arguments.out / "truth.yaml").write_bytes(truth_yaml(arguments.seed).encode())


if __name__ == "__main__":
    main()
