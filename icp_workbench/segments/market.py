"""How many prospects of the market a condition selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from icp_workbench.book.book import AccountBook, Market
from icp_workbench.book.derived.encoding import blank_column, encoded
from icp_workbench.book.market import answerable
from icp_workbench.conditions.condition import Condition, fields_read
from icp_workbench.conditions.evaluation import Column, Truth, evaluate
from icp_workbench.conditions.fields import Fields


class MarketCount(NamedTuple):
    """Prospects for whom a condition is true, those for whom it is unknown, and all of them."""

    match: int
    unknown: int
    of: int


def count_in_market(book: AccountBook, condition: Condition) -> MarketCount | None:
    """How many prospects a condition selects; None where the book has no market.

    A test on what the file lacks, and on deals, of which prospects have none, is unknown of every prospect.
    """
    if book.market is None:
        return None
    truth = truth_in_market(book.market, book.fields, condition)
    return MarketCount(int(truth.true.sum()), int(truth.unknown.sum()), len(book.market.accounts))


def market_counts(book: AccountBook, conditions: Mapping[str, Condition]) -> dict[str, MarketCount]:
    """`count_in_market` of each condition, by its name; empty without a market."""
    counts = {name: count_in_market(book, condition) for name, condition in conditions.items()}
    return {name: counted for name, counted in counts.items() if counted is not None}


def truth_in_market(market: Market, fields: Fields, condition: Condition) -> Truth:
    """Where a condition holds and where it is unknown: bool (n_prospects,) each."""
    frame = market.accounts

    def column(name: str) -> Column:
        return encoded(frame[name], fields[name]) if name in frame else blank_column("boolean", len(frame))

    return evaluate(answerable(condition, frame.columns), column, len(frame))


def lacking_in_market(book: AccountBook, conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The attributes that conditions read and the market does not have; empty without a market."""
    if book.market is None:
        return ()
    read = dict.fromkeys(name for condition in conditions for name in fields_read(condition))
    return tuple(name for name in read if name not in book.market.accounts.columns)
