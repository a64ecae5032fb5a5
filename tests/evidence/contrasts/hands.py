"""Books with two segments in them, and row sets made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.outcomes.metrics import GROSS_MARGIN
from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.evidence.contrasts.pairing import Paired, compare_pair
from icp_workbench.segments.index import RowSet, SegmentIndex
from tests.evidence.books import customers_of, deals_of
from tests.synthetic import DEAL_SIZE, RETENTION, SALES_CYCLE, WIN_RATE, make_book

Mask = npt.NDArray[np.bool_]
A, B = FieldTest("a", "is", True), FieldTest("b", "is", True)
MARGIN = replace(GROSS_MARGIN, grain="deal", denominator="amount")
METRICS = (WIN_RATE, SALES_CYCLE, DEAL_SIZE, MARGIN, RETENTION)


def two_segments(a: Mask, b: Mask, deals: pd.DataFrame, **more: pd.DataFrame) -> AccountBook:
    """A book whose accounts are in `a`, in `b`, in both or in neither."""
    accounts = pd.DataFrame({"a": pd.array(a, dtype="boolean"), "b": pd.array(b, dtype="boolean")})
    return make_book(accounts, deals=deals, **more)


def deals_in_segments(a: Mask, b: Mask, deals: pd.DataFrame, accounts: int) -> AccountBook:
    """A book whose deals are in `a`, in `b`, in both or in neither."""
    own = pd.DataFrame({"a": pd.array(a, dtype="boolean"), "b": pd.array(b, dtype="boolean")})
    return make_book(pd.DataFrame({"size": np.zeros(accounts)}), deals=deals, deal_attributes=own)


def outcomes(
    seed: int, accounts: int, deals: int, correlation: float = 0.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Deals (every amount and margin there, won or not) and customers that have nothing to do with anything
    but their account."""
    random = np.random.default_rng(seed)
    found = deals_of(random, np.full(accounts, 0.35), deals, correlation)
    level = random.normal(0, correlation**0.5, accounts)[found["account"]]
    amount = np.exp(9 + 0.8 * (level + random.normal(0, (1 - correlation) ** 0.5, len(found))))
    share = np.clip(0.6 + 0.1 * level + 0.1 * random.normal(size=len(found)), 0, 1)
    found = found.assign(amount=amount, margin=amount * share)
    return found, customers_of(random, accounts, every=1)


def pair(book: AccountBook, first: Condition = A, second: Condition = B, names: str = "AB") -> Paired:
    """The two directly against each other."""
    index = SegmentIndex(book)
    return compare_pair(index, (names[0], index.rows(first)), (names[1], index.rows(second)))


def row_set(index: SegmentIndex, accounts: Mask) -> RowSet:
    """Accounts chosen by hand, under a condition that does not matter."""
    nobody = np.zeros(len(accounts), dtype=bool)
    return RowSet(A, "account", accounts, nobody, accounts, index.account_of)
