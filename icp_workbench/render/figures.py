"""Numbers as text: the one place where a figure gets its digits, its sign and its unit.

Every front end prints the same figure the same way. A missing figure (None, NaN, infinite) is `–`, never the
word for it. Rounding is half up, as people do it by hand.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
MINUS = "−"

_SHORT_UNITS = {"days": "d", "months": "mo", "hours": "h", "per month": "/mo", "people": "people"}
_PLAIN_UNITS = frozenset({"days", "months", "hours", "share", "ratio", "per month", "people", "count", ""})


def figure(value: float | None, unit: str | None = None, *, with_unit: bool = True) -> str:
    """One value in its unit: a share 0.412 → `41.2%`, 48 days → `48 d`, 24,000 USD → `24.0k`.

    `unit` is "share", "days", "months", "hours", "ratio", "per month", a currency ("USD", or "currency" where
    it is not known), or None for a bare number. A currency is not in the figure: the row says it once.
    `with_unit=False` leaves the short unit of durations and rates out; the % of a share always stays.
    """
    number = _finite(value)
    if number is None:
        return MISSING
    text = _magnitude(number, unit)
    suffix = _SHORT_UNITS.get(unit or "") if with_unit else None
    return f"{text} {suffix}" if suffix else text


def interval(
    low: float | None, high: float | None, unit: str | None = None, *, with_unit: bool = False
) -> str:
    """An interval in one unit: 0.34, 0.48 of a share → `34–48%`; with a negative end `−3 to 5`.

    One missing end makes the whole interval missing.
    """
    start, end = _finite(low), _finite(high)
    if start is None or end is None:
        return MISSING
    if unit == "share":
        first, last = _fixed(start, 0, 2), _fixed(end, 0, 2)
        if first == last and start != end:
            first, last = _fixed(start, 1, 2), _fixed(end, 1, 2)
        return _joined(first, last) + "%"
    first, last = _magnitude(start, unit), _magnitude(end, unit)
    if first[-1] == last[-1] and last[-1] in "kMB":
        first = first[:-1]
    suffix = _SHORT_UNITS.get(unit or "") if with_unit else None
    joined = _joined(first, last)
    return f"{joined} {suffix}" if suffix else joined


def with_limits(value: float | None, low: float | None, high: float | None, unit: str | None = None) -> str:
    """A figure without its unit, and its limits where it has any: `41.2% (34–48%)`."""
    shown = figure(value, unit, with_unit=False)
    return shown if low is None else f"{shown} ({interval(low, high, unit)})"


def difference(value: float | None, unit: str | None = None, *, with_unit: bool = True) -> str:
    """A signed difference: 0.10 of a share → `+10 pts` (percentage points), −19 days → `−19 d`.

    What rounds to zero has no sign.
    """
    number = _finite(value)
    if number is None:
        return MISSING
    if unit == "share":
        text = _fixed(abs(number), 0 if abs(number) >= 0.0995 else 1, 2)
        suffix: str | None = "pts"
    else:
        text = _magnitude(abs(number), unit)
        suffix = _SHORT_UNITS.get(unit or "")
    sign = ("+" if number > 0 else MINUS) if any(digit in "123456789" for digit in text) else ""
    return f"{sign}{text} {suffix}" if suffix and with_unit else sign + text


def size_of_difference(value: float, unit: str | None = None) -> str:
    """How large a difference is, whichever way it points: −19 days → `19 d`."""
    return difference(abs(value), unit).removeprefix("+")


def count(value: float | None) -> str:
    """A count with thousands separated: 1284 → `1,284`."""
    number = _finite(value)
    return MISSING if number is None else _fixed(number, 0)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A count with its noun: `1 row`, `1,425 rows`; `plural` where it is not the noun with an s."""
    return f"{count(number)} {noun if number == 1 else plural or noun + 's'}"


def percent_of(part: float | None, whole: float | None) -> str:
    """How much `part` is of `whole`, as a whole percent: 500 of 1,284 → `39%`.

    A few of many is `<1%` and nearly all `>99%`: neither is rounded to nothing or to everything.
    """
    some, all_of_it = _finite(part), _finite(whole)
    if some is None or not all_of_it:
        return MISSING
    share = some / all_of_it * 100
    if 0 < share < 1:
        return "<1%"
    if 99 < share < 100:
        return ">99%"
    return _fixed(share, 0) + "%"


def probability(value: float | None) -> str:
    """A p- or q-value: `0.004`, `0.31`, and `<0.001` below that."""
    number = _finite(value)
    if number is None:
        return MISSING
    if number < 0.001:
        return "<0.001"
    return _fixed(number, 3 if number < 0.1 else 2)


def times(ratio: float | None) -> str:
    """A ratio of two figures as a factor: 1.94 → `1.9×`; from 10 on without decimals."""
    number = _finite(ratio)
    return MISSING if number is None else _fixed(number, 1 if abs(number) < 9.95 else 0) + "×"


def bound(value: float) -> str:
    """A number a person chose, never rounded: `40`, `0.5`, `24,500`, and `7M` where that is exact."""
    number = _finite(value)
    if number is None:
        return MISSING
    size = abs(number)
    for scale, suffix in ((1e9, "B"), (1e6, "M")):
        tenths = size / scale * 10
        if size >= scale and tenths == int(tenths) and tenths < 1e7:
            return _fixed(number / scale, 0 if tenths % 10 == 0 else 1) + suffix
    if size >= 1e15:
        return f"{number:.6g}".replace("-", MINUS)
    exact = Decimal(repr(size)).normalize()
    text = f"{exact:,f}" if size >= 10_000 else f"{exact:f}"  # 2015 may be a year
    return MINUS + text if number < 0 else text


def bounds(low: float, high: float) -> str:
    """A range a person chose: `40–120`, `7–60M`, `−5 to 5`."""
    first, last = bound(low), bound(high)
    if first[-1] == last[-1] and last[-1] in "MB":
        first = first[:-1]
    return _joined(first, last)


def unit_words(unit: str | None) -> str:
    """What stands once beside a row of figures: `days`, `USD`, `per month`; nothing for shares and ratios."""
    return "" if unit in (None, "", "share", "ratio", "count", "currency") else str(unit)


def is_currency(unit: str | None) -> bool:
    """True for a currency code, and for "currency", which stands for one that is not known."""
    return unit is not None and unit not in _PLAIN_UNITS


def _finite(value: float | None) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _magnitude(number: float, unit: str | None) -> str:
    if unit == "share":
        return _fixed(number, 1, 2) + "%"
    if unit in ("ratio", "per month"):
        return _fixed(number, 2)
    if is_currency(unit) or (unit is None and abs(number) >= 9_999.5):
        return _short(number)
    if unit == "people" or unit == "count":
        return _fixed(number, 0)
    if unit is None and number == int(number):
        return _fixed(number, 0)
    return _fixed(number, 0 if abs(number) >= 9.95 else 1)


def _short(number: float) -> str:
    """Amounts: digits up to 9,999, then thousands, millions, billions with one decimal (24.0k, 10.0M)."""
    size = abs(number)
    if size < 9_999.5:
        return _fixed(number, 0 if size >= 99.95 or size == int(size) else 2 if size < 9.995 else 1)
    for power, suffix, limit in ((3, "k", 999_950), (6, "M", 999_950_000)):
        if size < limit:
            return _fixed(number, 1, -power) + suffix
    return _fixed(number, 1, -9) + "B"


def _fixed(number: float, decimals: int, shift: int = 0) -> str:
    """`number` × 10^shift with so many decimals. Shifted in decimal: 0.145 × 100 is 14.5, not 14.499…."""
    if abs(number) >= 1e15:  # no figure of a business; digits beyond a float's precision would be invented
        text = f"{abs(number):.1e}"
    else:
        exact = Decimal(repr(abs(number))).scaleb(shift)
        text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    return MINUS + text if number < 0 and any(digit in "123456789" for digit in text) else text


def _joined(first: str, last: str) -> str:
    return f"{first} to {last}" if MINUS in first or MINUS in last else f"{first}–{last}"
