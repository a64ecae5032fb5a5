"""Small seeded books for the tests of evidence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book


def deals_of(
    random: np.random.Generator, chance: npt.NDArray[np.float64], deals: int, correlation: float = 0.0
) -> pd.DataFrame:
    """`deals` closed deals an account, won with each account's own chance (beta-binomial)."""
    accounts = len(chance)
    if correlation > 0:
        spread = (1 - correlation) / correlation
        chance = random.beta(chance * spread, (1 - chance) * spread)
    account = np.repeat(np.arange(accounts), deals)
    won = (random.random(accounts * deals) < chance[account]).astype(float)
    closed = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 900, len(account)), unit="D")
    return pd.DataFrame(
        {
            "account": account,
            "won": won,
            "amount": np.where(won == 1, np.exp(random.normal(9, 1, len(account))), np.nan),
            "cycle_days": random.integers(5, 120, len(account)).astype(float),
            "closed": closed,
        }
    )


def customers_of(random: np.random.Generator, accounts: int, every: int = 2) -> pd.DataFrame:
    """Customers observed for up to three years, some of them gone."""
    account = np.arange(0, accounts, every)
    ends, seen = random.exponential(40, len(account)), random.uniform(6, 36, len(account))
    tenure = np.ceil(np.minimum(ends, seen))
    return pd.DataFrame({"account": account, "churned": (ends <= seen).astype(float), "tenure": tenure})


def attributes_of(random: np.random.Generator, accounts: int) -> pd.DataFrame:
    """Attributes of every type that have nothing to do with the outcome, and `third`, free to use."""
    industry = pd.Categorical(random.choice(["SaaS", "Retail", "Health", "Public"], accounts))
    industry = industry.set_categories(["SaaS", "Retail", "Health", "Public"])
    codes = np.where(random.random(accounts) < 0.1, -1, industry.codes)
    held = (random.choice(["dbt", "Looker", "Jira"], random.integers(0, 3), replace=False) for _ in codes)
    tools = [frozenset(combination.tolist()) for combination in held]
    employees = np.round(np.exp(random.normal(4, 1.3, accounts)))
    return pd.DataFrame(
        {
            "third": pd.Categorical(np.where(np.arange(accounts) % 3 == 0, "yes", "no")),
            "industry": pd.Categorical.from_codes(codes, industry.categories),
            "tools": pd.Categorical(tools),
            "hiring": pd.array(random.random(accounts) < 0.4, dtype="boolean"),
            "employees": np.where(random.random(accounts) < 0.1, np.nan, employees),
            "founded": pd.Timestamp("2000-01-01")
            + pd.to_timedelta(random.integers(0, 8000, accounts), unit="D"),
        }
    )


def typical_book(
    seed: int = 1, accounts: int = 300, lift: float = 0.0, correlation: float = 0.1
) -> AccountBook:
    """Three deals an account, won at 22 %, `lift` more where `third` is yes; customers; deal attributes."""
    random = np.random.default_rng(seed)
    attributes = attributes_of(random, accounts)
    chance = 0.22 + lift * (attributes["third"] == "yes").to_numpy()
    deals = deals_of(random, chance, 3, correlation)
    source = pd.Categorical(random.choice(["inbound", "outbound", "partner"], len(deals)))
    own = pd.DataFrame({"source": source})
    return make_book(attributes, deals=deals, customers=customers_of(random, accounts), deal_attributes=own)


def dated_index(first: list[str | None], group: str) -> SegmentIndex:
    """One deal an account, closed on these days; every second one won."""
    won = [float(at % 2) for at in range(len(first))]
    deals = pd.DataFrame({"account": range(len(first)), "won": won, "closed": pd.to_datetime(first)})
    deals[["amount", "cycle_days"]] = 1.0
    return SegmentIndex(make_book(pd.DataFrame({"group": pd.Categorical(list(group))}), deals=deals))
