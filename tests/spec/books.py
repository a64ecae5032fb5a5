"""A small book with a known answer: SaaS wins 3 of 4 deals, the public sector 1 of 10, everyone else 2 of
5."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook, TableSummary
from icp_workbench.book.raw import ReadingReport
from icp_workbench.conditions.fields import Fields
from tests.synthetic import make_book

INDUSTRIES = ("SaaS", "Retail", "Public sector", "Energy")
WINS_OF_20 = {"SaaS": 15, "Retail": 8, "Public sector": 2, "Energy": 8}


def small_book(per_industry: int = 60, signal: bool = True) -> AccountBook:
    """`per_industry` accounts of each industry with one deal each. Employees run from 10 on in steps of ten
    in each; the first account's employees are blank. Won deals bring 1,000 each. Without `signal` all win 8
    of 20."""
    rows = [(industry, at) for industry in INDUSTRIES for at in range(per_industry)]
    employees = [np.nan if row == 0 else 10.0 + 10 * at for row, (_, at) in enumerate(rows)]
    # The steps of 7 spread wins over the sizes, so that size says nothing.
    won = [float((7 * at) % 20 < (WINS_OF_20[industry] if signal else 8)) for industry, at in rows]
    accounts = pd.DataFrame(
        {"industry": pd.Categorical([name for name, _ in rows], list(INDUSTRIES)), "employees": employees}
    )
    deals = pd.DataFrame(
        {
            "account": range(len(rows)),
            "won": won,
            "amount": [1000.0 if one else np.nan for one in won],
            "cycle_days": 30.0 + 3 * (np.arange(len(rows)) % 7),
        }
    )
    owners = pd.DataFrame({"sales_agent": pd.Categorical([f"Agent {row % 4}" for row in range(len(rows))])})
    book = make_book(accounts, deals=deals, deal_attributes=owners)
    fields = {
        name: replace(field, source=f"accounts.{name.title()}", kind="firmographic")
        for name, field in book.fields.items()
    }
    report = ReadingReport("accounts", "/home/someone/accounts.csv", 241, 240, 1, 0, 0, 0, 0)
    table = TableSummary(
        "accounts", "/home/someone/accounts.csv", "accounts", 240, 2, report, "sha256:" + "a" * 64
    )
    names = tuple(f"Canary {row} GmbH" for row in range(len(rows)))
    return replace(
        book,
        name="small",
        fields=Fields(tuple(fields.values())),
        tables=(table,),
        account_names=names,
        account_ids=names,
    )
