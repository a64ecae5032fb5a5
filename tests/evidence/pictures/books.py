"""Books with dates, for pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook, Observations
from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes.metrics import (
    CHURN_RATE,
    COST_TO_WIN,
    DEAL_SIZE,
    DEAL_SIZE_SPREAD,
    LIFETIME_VALUE,
    RESOLUTION_HOURS,
    RETENTION,
    SALES_CYCLE,
    TICKETS_PER_MONTH,
    WIN_RATE,
)
from tests.synthetic import make_book

METRICS = (WIN_RATE, SALES_CYCLE, DEAL_SIZE, DEAL_SIZE_SPREAD, CHURN_RATE, RETENTION, LIFETIME_VALUE,
           TICKETS_PER_MONTH, RESOLUTION_HOURS, COST_TO_WIN)  # fmt: skip
START = np.datetime64("2021-02-10", "s")
DAY = np.timedelta64(86_400, "s")


def dated_book(seed: int = 1, accounts: int = 800) -> AccountBook:
    """Deals over three years, a customer in every other account, tickets; `third` is yes in a third of them,
    `source` is the deal's."""
    random = np.random.default_rng(seed)
    third = pd.Categorical(np.where(np.arange(accounts) % 3 == 0, "yes", "no"))
    account = random.permutation(np.repeat(np.arange(accounts), 5))
    n = len(account)
    won = (random.random(n) < 0.4).astype(float)
    closed = START + random.integers(0, 1_000, n) * DAY
    closed[random.random(n) < 0.03] = np.datetime64("NaT")
    deals = pd.DataFrame(
        {
            "account": account,
            "won": np.where(random.random(n) < 0.05, np.nan, won),
            "amount": np.where(won == 1, np.round(np.exp(random.normal(9, 1, n))), np.nan),
            "cycle_days": random.integers(5, 120, n).astype(float),
            "cost": random.gamma(2, 500, n),
            "closed": closed,
        }
    )
    own = pd.DataFrame({"source": pd.Categorical(random.choice(["inbound", "outbound"], n))})
    who = np.arange(0, accounts, 2)
    m = len(who)
    started = START + random.integers(0, 1_000, m) * DAY
    seen = (np.datetime64("2023-12-31") - started) / DAY / 30.4375
    stays = random.exponential(30, m)
    customers = pd.DataFrame(
        {
            "account": who,
            "churned": (stays <= seen).astype(float),
            "tenure": np.round(np.minimum(stays, seen), 1),
            "margin_a_month": random.gamma(3, 100, m),
            "tickets": random.poisson(4, m).astype(float),
            "months_served": np.minimum(stays, seen) + 0.5,
            "started": started,
        }
    )
    book = make_book(
        pd.DataFrame({"third": third}), deals=deals, customers=customers, deal_attributes=own,
        metrics=METRICS,
    )  # fmt: skip
    rows = 900
    values = pd.DataFrame(
        {
            "resolution_hours": np.round(random.gamma(2, 12, rows), 1),
            "opened": START + random.integers(0, 1_000, rows) * DAY,
        }
    )
    tickets = Observations(
        "ticket",
        random.integers(0, accounts, rows).astype(np.int32),
        values,
        pd.DataFrame(index=values.index),
    )
    return replace(book, observations={**book.observations, "ticket": tickets})


def with_column(book: AccountBook, grain: str, name: str, values: object) -> AccountBook:
    """The book with one column of a grain's values another."""
    held = book.observations[grain]
    changed = replace(held, values=held.values.assign(**{name: values}))
    return replace(book, observations={**book.observations, grain: changed})


def with_metric(book: AccountBook, metric: Metric) -> AccountBook:
    """The book with a further metric."""
    return replace(book, metrics=(*book.metrics, metric))
