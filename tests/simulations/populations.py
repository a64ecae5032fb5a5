"""Books drawn from populations whose true figures are known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes.metrics import DEAL_SIZE, DEAL_SIZE_SPREAD, GROSS_MARGIN, LIFETIME_VALUE
from tests.evidence.bootstrapping.books import QUARTILE
from tests.synthetic import RETENTION, WIN_RATE, make_book

Floats = npt.NDArray[np.float64]
BY_DEAL = (WIN_RATE, DEAL_SIZE, DEAL_SIZE_SPREAD)
BY_CUSTOMER = (GROSS_MARGIN, RETENTION, LIFETIME_VALUE)


@dataclass(frozen=True, slots=True)
class Population:
    """The truth of one side. Deal sizes are log-normal (`amount` their median, `sigma` of the logarithm);
    customers leave at a constant rate after `stays` months on average, and bring a share `kept` of what they
    pay as margin, `monthly` of it on average each month."""

    win_rate: float
    amount: float
    sigma: float
    kept: float
    stays: float
    monthly: float

    def truth(self, metric: Metric, horizon: float) -> float:
        """The figure of the whole population; `horizon` (months) only matters to a lifetime value."""
        match metric.name:
            case "win_rate":
                return self.win_rate
            case "deal_size":
                return self.amount
            case "deal_size_spread":
                return float(np.exp(QUARTILE * self.sigma) - np.exp(-QUARTILE * self.sigma))
            case "gross_margin":
                return self.kept
            case "retention_12m":
                return float(np.exp(-12 / self.stays))
            case "lifetime_value":
                return float(self.monthly * self.stays * (1 - np.exp(-horizon / self.stays)))
        raise KeyError(metric.name)


SEGMENT = Population(win_rate=0.37, amount=12_000, sigma=0.8, kept=0.70, stays=60, monthly=120)
REST = Population(win_rate=0.22, amount=10_000, sigma=1.0, kept=0.62, stays=40, monthly=100)


def draw_book(seed: int, accounts: int, deals: int, correlation: float) -> AccountBook:
    """A segment of `accounts` (`third` is yes) and a rest of twice as many. Each account has `deals` deals,
    alike by `correlation`, and all of them have an amount, so that a median has as many accounts as a share;
    each is a customer as well."""
    random = np.random.default_rng(seed)
    sides = [(SEGMENT, accounts), (REST, 2 * accounts)]
    both_deals = pd.concat([_deals(random, *side, deals, correlation) for side in sides], ignore_index=True)
    customers = pd.concat([_customers(random, *side) for side in sides], ignore_index=True)
    both_deals["account"] = np.repeat(np.arange(3 * accounts), deals)
    customers["account"] = np.arange(3 * accounts)
    third = pd.Categorical(np.where(np.arange(3 * accounts) < accounts, "yes", "no"))
    metrics = tuple(replace(metric, where=None) for metric in BY_DEAL) + BY_CUSTOMER
    return make_book(pd.DataFrame({"third": third}), deals=both_deals, customers=customers, metrics=metrics)


def _deals(
    random: np.random.Generator, side: Population, accounts: int, deals: int, correlation: float
) -> pd.DataFrame:
    spread = (1 - correlation) / correlation if correlation else np.inf
    own = (
        random.beta(side.win_rate * spread, (1 - side.win_rate) * spread, accounts)
        if correlation
        else np.full(accounts, side.win_rate)
    )
    account = np.repeat(np.arange(accounts), deals)
    alike = np.sqrt(correlation) * random.normal(size=accounts)[account]
    size = alike + np.sqrt(1 - correlation) * random.normal(size=len(account))
    return pd.DataFrame(
        {
            "won": (random.random(len(account)) < own[account]).astype(float),
            "amount": side.amount * np.exp(side.sigma * size),
            "cycle_days": 30.0,
        }
    )


def _customers(random: np.random.Generator, side: Population, accounts: int) -> pd.DataFrame:
    revenue = np.exp(random.normal(9, 0.8, accounts))
    leaves, seen = random.exponential(side.stays, accounts), random.uniform(6, 36, accounts)
    sigma = 0.5
    monthly = side.monthly * np.exp(sigma * random.normal(size=accounts) - sigma**2 / 2)
    return pd.DataFrame(
        {
            "churned": (leaves <= seen).astype(float),
            "tenure": np.minimum(leaves, seen),
            "margin": revenue * random.beta(20 * side.kept, 20 * (1 - side.kept), accounts),
            "margin_revenue": revenue,
            "margin_a_month": monthly,
        }
    )
