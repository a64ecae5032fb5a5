"""Books whose true spread of deal sizes, or true lifetime value, is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.outcomes.metrics import DEAL_SIZE_SPREAD, LIFETIME_VALUE
from icp_workbench.evidence.outcomes import Outcome, read_outcome
from tests.synthetic import make_book

Floats = npt.NDArray[np.float64]
STAY = 30.0  # months a customer stays on average
QUARTILE = 0.6744897501960817  # of a standard normal


def deals_book(account: npt.NDArray[np.intp], amount: Floats, groups: list[str] | None = None) -> AccountBook:
    """Won deals; `groups` names each account's (default: all `x`)."""
    accounts = int(account.max()) + 1
    own = pd.Categorical(groups or ["x"] * accounts, categories=sorted(set(groups or ["x"])))
    deals = pd.DataFrame({"account": account, "won": 1.0, "amount": amount})
    return make_book(pd.DataFrame({"group": own}), deals=deals, metrics=(DEAL_SIZE_SPREAD,))


def lognormal_book(
    random: np.random.Generator, accounts: int, deals: int = 1, correlation: float = 0.0, sigma: float = 1.0
) -> AccountBook:
    """Deal sizes whose logarithms are normal; those of one account are alike by `correlation`."""
    account = np.repeat(np.arange(accounts), deals)
    own = np.sqrt(correlation) * random.normal(size=accounts)[account]
    size = own + np.sqrt(1 - correlation) * random.normal(size=len(account))
    return deals_book(account, np.exp(9 + sigma * size))


def true_spread(sigma: float = 1.0) -> float:
    """(Q3 − Q1) ÷ median of the whole population behind `lognormal_book`."""
    return float(np.exp(QUARTILE * sigma) - np.exp(-QUARTILE * sigma))


def customers_book(
    tenure: Floats, churned: Floats, margin: Floats, groups: list[str] | None = None
) -> AccountBook:
    """One customer an account; `groups` names each one's (default: all `x`)."""
    own = pd.Categorical(groups or ["x"] * len(tenure), categories=sorted(set(groups or ["x"])))
    customers = pd.DataFrame(
        {"account": np.arange(len(tenure)), "churned": churned, "tenure": tenure, "margin_a_month": margin}
    )
    return make_book(pd.DataFrame({"group": own}), customers=customers, metrics=(LIFETIME_VALUE,))


def staying_book(random: np.random.Generator, accounts: int, sigma: float = 0.5) -> AccountBook:
    """Customers who stay 30 months on average, seen for 3 to 36; margins of 1 a month on average."""
    stays, seen = random.exponential(STAY, accounts), random.uniform(3, 36, accounts)
    margin = np.exp(sigma * random.normal(size=accounts) - sigma**2 / 2)
    return customers_book(np.minimum(stays, seen), (stays <= seen).astype(float), margin)


def true_lifetime_value(horizon: float) -> float:
    """∫ S over the horizon × the mean margin of the whole population behind `staying_book`."""
    return float(STAY * (1 - np.exp(-horizon / STAY)))


def outcome(book: AccountBook) -> Outcome:
    """The observations of the book's only metric."""
    return read_outcome(book, book.metrics[0])


def never() -> bool:
    """Nobody cancels."""
    return False
