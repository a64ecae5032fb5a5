"""A synthetic book as large as asked: 16 attributes, three deals an account, nine metrics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook, Observations
from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes.metrics import (
    CHURN_RATE,
    DEAL_SIZE,
    EXPANSION_RATE,
    GROSS_MARGIN,
    RETENTION,
    REVENUE_KEPT,
    SALES_CYCLE,
    TICKETS_PER_MONTH,
    WIN_RATE,
)
from icp_workbench.conditions.fields import Field, Fields

LEVELS = (3, 3, 4, 4, 5, 5, 6, 6, 8, 8, 10, 10, 12, 15, 18, 20)
DEALS_EACH = 3
METRICS: tuple[Metric, ...] = (
    WIN_RATE, SALES_CYCLE, DEAL_SIZE, RETENTION, CHURN_RATE, REVENUE_KEPT, EXPANSION_RATE, GROSS_MARGIN,
    TICKETS_PER_MONTH,
)  # fmt: skip
SEED = 20261128


def name_of(at: int) -> str:
    """The name of attribute number `at`."""
    return f"attribute_{at:02}"


def large_book(accounts: int) -> AccountBook:
    """The book of so many accounts; a twentieth of each attribute is blank. The same book each time."""
    random = np.random.default_rng(SEED)
    columns = {name_of(at): _attribute(random, levels, accounts) for at, levels in enumerate(LEVELS)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(accounts))
    chance = 0.15 + 0.2 * (frame[name_of(8)].cat.codes == 0).to_numpy()
    deals = _deals(random, chance)
    customers = _customers(random, deals)
    fields = Fields(
        tuple(
            Field(name, name, "category", levels=tuple(held.cat.categories)) for name, held in frame.items()
        )
    )
    names = tuple(f"Account {row}" for row in range(accounts))
    return AccountBook(
        name="large", accounts=frame, account_ids=names, account_names=names, fields=fields,
        observations={"deal": deals, "customer": customers}, metrics=METRICS, unavailable={}, reports=(),
        fingerprint="sha256:0",
    )  # fmt: skip


def _attribute(random: np.random.Generator, levels: int, accounts: int) -> pd.Series:
    weights = 1 / np.arange(1, levels + 1) ** 0.5
    codes = random.choice(levels, accounts, p=weights / weights.sum()).astype(np.int8)
    codes[random.random(accounts) < 0.05] = -1
    return pd.Series(pd.Categorical.from_codes(codes, [f"level {level:02}" for level in range(levels)]))


def _deals(random: np.random.Generator, chance: np.ndarray) -> Observations:
    accounts = len(chance)
    account = np.repeat(np.arange(accounts, dtype=np.int32), DEALS_EACH)
    account = account[random.permutation(len(account))]
    own = random.beta(9 * chance, 9 * (1 - chance))  # intra-account correlation 0.1
    won = (random.random(len(account)) < own[account]).astype(float)
    values = pd.DataFrame(
        {
            "won": won,
            "cycle_days": np.round(np.exp(random.normal(4, 0.6, len(account)))),
            "amount": np.round(np.exp(random.normal(9, 1, len(account))), 2),
            "closed": np.datetime64("2022-01-01", "s")
            + random.integers(0, 1_460, len(account)).astype("timedelta64[D]"),
        }
    )
    return Observations("deal", account, values, pd.DataFrame(index=values.index))


def _customers(random: np.random.Generator, deals: Observations) -> Observations:
    """Every account with a won deal."""
    account = np.unique(deals.account[deals.values["won"].to_numpy() == 1])
    size = len(account)
    ends, seen = random.exponential(30, size), random.uniform(1, 48, size)
    tenure = np.ceil(np.minimum(ends, seen))
    start = np.round(np.exp(random.normal(6, 1, size)), 2)
    grown = start * np.exp(random.normal(0, 0.4, size))
    gone = ends <= seen
    values = pd.DataFrame(
        {
            "churned": gone.astype(float),
            "tenure": tenure,
            "recurring_at_start": start,
            "recurring": np.where(gone, 0.0, np.round(grown, 2)),
            "expanded": (~gone & (grown > start)).astype(float),
            "margin": np.round(start * tenure * random.beta(14, 6, size), 2),
            "margin_revenue": np.round(start * tenure, 2),
            "tickets": random.poisson(0.3 * tenure).astype(float),
            "months_served": tenure,
        }
    )
    return Observations("customer", account.astype(np.int32), values, pd.DataFrame(index=values.index))
