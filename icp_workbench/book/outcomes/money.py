"""Amounts in several currencies → amounts in one: converted at given rates, or one currency is chosen. Never
added up otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.cleaning.quantities import CURRENCY_CODES
from icp_workbench.book.mapping import BookMapping

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Money:
    """What is needed to bring a table's amounts into one currency.

    `rate` (rows,) multiplies each amount; NaN where it cannot be compared. `currency` is the code of the
    result, None where it is not known. `several` are the codes found where they cannot be brought together
    (then every rate is NaN). `left_out` counts rows in another currency than the chosen one, or without a
    rate; `converted` those in another one that have a rate.
    """

    rate: Floats
    currency: str | None = None
    several: tuple[str, ...] = ()
    left_out: int = 0
    converted: int = 0


def money_of(
    amount: Column | None,
    currency: Column | None,
    mapping: BookMapping,
    counted: npt.NDArray[np.bool_] | None = None,
) -> Money | None:
    """How the amounts of one column become comparable; None without amounts.

    `currency` names each row's currency; without it the signs in the amounts, or a code in the header, do.
    Only the rows `counted` (default: all) decide which currencies there are.
    """
    if amount is None:
        return None
    rows = amount.rows
    if currency is None:
        return _by_sign(amount, mapping)
    here = np.ones(rows, bool) if counted is None else counted
    stated = currency.codes >= 0
    used = np.unique(currency.codes[here & stated])
    codes = [_code(level) for level in currency.levels]
    found = tuple(dict.fromkeys(codes[at] for at in used))
    wanted = mapping.currency.upper() if mapping.currency else None
    if len(found) <= 1 and wanted in (None, *found):
        return Money(np.ones(rows), found[0] if found else _in_header(amount))
    if wanted is None:
        return Money(np.full(rows, np.nan), None, found)
    rates = _rates(mapping)
    by_level = np.array([*(rates.get(code, np.nan) for code in codes), np.nan])
    rate = by_level[currency.codes]
    rate[~stated & here] = np.nan
    abroad = here & stated & ~np.isin(currency.codes, [at for at, code in enumerate(codes) if code == wanted])
    return Money(
        rate, wanted, (), int((here & np.isnan(rate)).sum()), int((abroad & ~np.isnan(rate)).sum()),
    )  # fmt: skip


def _rates(mapping: BookMapping) -> Mapping[str, float]:
    own = {} if mapping.currency is None else {mapping.currency.upper(): 1.0}
    return {code.upper(): rate for code, rate in mapping.rates.items()} | own


def _by_sign(amount: Column, mapping: BookMapping) -> Money:
    units = tuple(unit for unit in amount.units if unit != "%")
    if len(units) > 1:
        return Money(np.full(amount.rows, np.nan), None, units)
    found = units[0] if units else _in_header(amount)
    wanted = mapping.currency.upper() if mapping.currency else None
    if found is None or wanted in (None, found):
        return Money(np.ones(amount.rows), found or wanted)
    rate = _rates(mapping).get(found, np.nan)
    filled = int(np.isfinite(amount.numbers).sum())
    usable = np.isfinite(rate)
    return Money(
        np.full(amount.rows, rate), wanted, (), 0 if usable else filled, filled if usable else 0
    )  # fmt: skip


def _in_header(amount: Column) -> str | None:
    named = [word.upper() for word in amount.words if word.upper() in CURRENCY_CODES]
    return named[0] if len(named) == 1 else None


def _code(level: str) -> str:
    """A currency as it is written → its code: "usd" and "USD - U.S. Dollar" are USD."""
    first = level.strip()[:3].upper()
    return first if first in CURRENCY_CODES else level.strip()
