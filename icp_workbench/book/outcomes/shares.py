"""A margin as people note it, a share of revenue or an amount, or a cost → amounts of margin and revenue."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.vocabulary import words

Floats = npt.NDArray[np.float64]
_PERCENT = words("percent percentage pct rate share")
_AMOUNT = words("amount value usd eur gbp")
_NEXT_TO_NOTHING = 0.05


def margin_amounts(
    margin: Column | None, cost: Column | None, revenue: Floats, rate: Floats | float = 1.0
) -> tuple[Floats, Floats]:
    """The margin of each row and the revenue it was made on, both NaN where either is unknown.

    A margin of 0.7 or 70 % is a share of the revenue; larger figures are amounts, brought into the currency
    of `revenue` by `rate`. Without a margin, a cost is taken from the revenue. Refunds and what was given
    away count; only rows that brought and cost nothing are no observation.
    """
    if margin is None and cost is None:
        unknown = np.full(len(revenue), np.nan)
        return unknown, unknown
    if margin is not None:
        held = margin.numbers
        share = as_share(margin, revenue)
        amount = held * rate if share is None else share * revenue
    else:
        assert cost is not None
        amount = revenue - cost.numbers * rate
    known = np.isfinite(amount) & np.isfinite(revenue) & ((revenue != 0) | (amount != 0))
    return np.where(known, amount, np.nan), np.where(known, revenue, np.nan)


def as_share(column: Column, revenue: Floats) -> Floats | None:
    """The column as shares of 1; None where its figures are amounts.

    Percents are told by a sign or a word; else by figures up to 100 that would be next to nothing of the
    revenue beside them, or more than it.
    """
    held = column.numbers
    known = np.abs(held[np.isfinite(held)])
    if not len(known):
        return None
    said = "%" in column.units
    if said or ((column.words & _PERCENT or "%" in column.header) and known.max() > 1.5):
        return held / 100 if known.max() <= 1000 else None
    if np.quantile(known, 0.99) <= 1.0:
        return held
    both = np.isfinite(held) & (revenue > 0)
    part = np.median(held[both]) / np.median(revenue[both]) if both.any() else 0.5
    no_part = part < _NEXT_TO_NOTHING or part > 1
    percent = no_part and known.max() <= 100 and "margin" in column.words and not column.words & _AMOUNT
    return held / 100 if percent else None
