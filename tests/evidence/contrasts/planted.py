"""Books in which it is known where a segment fails, and what pandas says of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.evidence.contrasts.exceptions import Exceptions, SubGroup, where_it_fails
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import attributes_of, customers_of, deals_of
from tests.synthetic import make_book

THIRD = FieldTest("third", "in", ("yes",))


def planted(chance: npt.NDArray[np.float64], attributes: pd.DataFrame, seed: int = 2) -> SegmentIndex:
    """Three deals an account, won with each account's chance."""
    random = np.random.default_rng(seed)
    deals = deals_of(random, chance, 3, 0.05)
    return SegmentIndex(make_book(attributes, deals=deals, customers=customers_of(random, len(chance))))


def book_of(seed: int, accounts: int) -> pd.DataFrame:
    """Attributes of every type without any meaning, `third` among them."""
    random = np.random.default_rng(seed)
    return attributes_of(random, accounts).assign(seats=random.integers(1, 7, accounts).astype(float))


def fails(
    index: SegmentIndex, condition: Condition = THIRD, metric: str = "win_rate", top: int = 8
) -> Exceptions:
    return where_it_fails(index, index.rows(condition), metric, top=top)


def by_words(groups: Iterable[SubGroup]) -> dict[str, SubGroup]:
    return {group.words: group for group in groups}


def frame_of(index: SegmentIndex, grain: str) -> pd.DataFrame:
    """Observations with their account's attributes and their own, by pandas alone."""
    seen, book = index.book.observations[grain], index.book
    accounts = book.accounts.iloc[seen.account].reset_index(drop=True)
    parts = [seen.values.reset_index(drop=True), accounts, seen.attributes.reset_index(drop=True)]
    return pd.concat(parts, axis=1).assign(account=seen.account)


@cache
def strong_book() -> AccountBook:
    """A book in which much depends on industry, hiring and the deal's type."""
    accounts = 700
    random = np.random.default_rng(10)
    attributes = book_of(10, accounts)
    bad = (attributes["industry"] == "Retail").to_numpy() * 0.3 + attributes["hiring"].to_numpy(bool) * 0.15
    deals = deals_of(random, 0.65 - bad, 3, 0.1)
    kind = random.choice(["new", "more"], len(deals))
    deals["amount"] *= np.where(bad[deals["account"]] > 0, 0.4, 1.0) * np.where(kind == "new", 0.5, 1.0)
    own = pd.DataFrame(
        {
            "source": pd.Categorical(random.choice(["inbound", "outbound"], len(deals))),
            "type": pd.Categorical(kind),
        }
    )
    customers = customers_of(random, accounts, every=1)
    customers["tenure"] = np.ceil(customers["tenure"] * np.where(bad > 0, 0.5, 1.0))
    customers["churned"] = (random.random(accounts) < np.where(bad > 0, 0.8, 0.3)).astype(float)
    return make_book(attributes, deals=deals, customers=customers, deal_attributes=own)


def values_of(group: SubGroup) -> tuple[object, ...]:
    """The values a group was taken together from."""
    value = group.condition.value if isinstance(group.condition, FieldTest) else None
    return value if isinstance(value, tuple) else (value,)
