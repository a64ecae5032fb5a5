"""What each customer paid, pays and costs: amounts by customer from subscriptions or from the accounts
themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.outcomes.customers import DAYS_A_MONTH, after, customer_flags
from icp_workbench.book.outcomes.money import Money, money_of
from icp_workbench.book.outcomes.shares import margin_amounts

Floats = npt.NDArray[np.float64]
Moments = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]
_NEVER = np.datetime64("NaT", "s")
_ONE_DAY = np.timedelta64(1, "D")
_A_YEAR = frozenset(["arr", "annual", "annually", "year", "yearly"])


@dataclass(frozen=True)
class Paid:
    """Figures by account row, each (n_accounts,) with NaN for no observation, under standard names:

    months_served; recurring_at_start and recurring (now, 0 once ended); recurring_then (twelve months before
    as_of, of those active then) and recurring_since (now, of the same); expanded (1, 0); margin and
    margin_revenue; margin_a_month; onboarding_days. `source` names the table; `several` the currencies of
    amounts that cannot be brought together (they are then left out); `expanded_by` says how expansion was
    told.
    """

    source: str
    values: Mapping[str, Floats] = field(default_factory=dict)
    currency: str | None = None
    several: tuple[str, ...] = ()
    left_out: int = 0
    expanded_by: str = ""


def paid_by_customer(
    source: str,
    parts: Mapping[str, Column],
    owner: Codes,
    n_accounts: int,
    as_of: np.datetime64,
    mapping: BookMapping,
) -> Paid:
    """The figures of each account from the rows (of subscriptions, or of accounts) that `owner` says are its
    own (-1: nobody's)."""
    known = owner >= 0
    if "started" in parts:
        known &= ~after(parts["started"].moments, as_of)
    rows = _Rows(parts, known, as_of, mapping)
    by = owner[known]

    def total(values: Floats) -> Floats:
        return _total(values, by, n_accounts)

    values: dict[str, Floats] = {}
    if "started" in parts:
        values["months_served"] = _months_served(rows, by, n_accounts, as_of)
    now, start = rows.amount("recurring"), rows.amount("recurring_at_start")
    if now is not None:
        now = np.where(rows.gone, 0.0, now)
        values["recurring"] = total(now)
    if start is not None:
        values["recurring_at_start"] = total(start)
    if now is not None and start is not None:
        both = np.isfinite(now) & np.isfinite(start)
        values["recurring_at_start"] = total(np.where(both, start, np.nan))
        values["recurring"] = total(np.where(both, now, np.nan))
    elif now is not None and rows.dated and not np.isnat(as_of):
        values |= _twelve_months(rows, now, by, total, as_of)
    expanded, how = _expanded(rows, values, by, n_accounts)
    if expanded is not None:
        values["expanded"] = expanded
    margin = _margins(rows, start)
    if margin is not None:
        values["margin"], values["margin_revenue"] = total(margin[0]), total(margin[1])
        monthly = _margin_a_month(rows, margin[0], by, values.get("months_served"), n_accounts)
        if monthly is not None:
            values["margin_a_month"] = monthly
    onboarding = _onboarding(rows, by, n_accounts)
    if onboarding is not None:
        values["onboarding_days"] = onboarding
    money = rows.money
    return Paid(
        source, values, money.currency if money else None, money.several if money else (),
        money.left_out if money else 0, how,
    )  # fmt: skip


_MONTHS = {"day": 1 / DAYS_A_MONTH, "daily": 1 / DAYS_A_MONTH, "week": 7 / DAYS_A_MONTH,
           "weekly": 7 / DAYS_A_MONTH, "month": 1.0, "monthly": 1.0, "quarter": 3.0, "quarterly": 3.0,
           "year": 12.0, "yearly": 12.0, "annual": 12.0, "annually": 12.0}  # fmt: skip


def months_of_interval(label: str) -> float:
    """How many months a billing interval lasts: "year" 12, "3 months" 3; NaN where it does not say."""
    words = label.casefold().split()
    times = next((float(word) for word in words if word.isdecimal()), 1.0)
    return next(
        (times * _MONTHS[w.removesuffix("s")] for w in words if w.removesuffix("s") in _MONTHS), np.nan
    )


class _Rows:
    """The rows that belong to somebody, column by column."""

    def __init__(
        self, parts: Mapping[str, Column], known: Bools, as_of: np.datetime64, mapping: BookMapping
    ) -> None:
        self.parts, self.known, self.as_of = parts, known, as_of
        self.size = int(known.sum())
        self.started, self.ended = self.moments("started"), self.moments("ended")
        left = (
            customer_flags(parts["churned"])[known] == 1.0
            if "churned" in parts
            else np.zeros(self.size, bool)
        )
        left &= ~after(self.ended, as_of)
        self.gone: Bools = left | (self.ended <= as_of)
        self.undated_end: Bools = left & np.isnat(self.ended)
        amounts = ("recurring", "price", "recurring_at_start", "revenue", "margin", "cost")
        first = next((parts[name] for name in amounts if name in parts), None)
        self.money: Money | None = money_of(first, parts.get("currency"), mapping)

    @property
    def dated(self) -> bool:
        """Whether it is known when what is paid began, and when it ended where it did."""
        return "started" in self.parts and ("ended" in self.parts or not self.gone.any())

    def moments(self, part: str) -> Moments:
        if part not in self.parts or self.parts[part].type != "date":
            return np.full(self.size, _NEVER)
        return self.parts[part].moments[self.known].astype("datetime64[s]")

    def number(self, part: str) -> Floats | None:
        return self.parts[part].numbers[self.known] if part in self.parts else None

    def amount(self, part: str) -> Floats | None:
        found = self.number(part)
        if found is None and part == "recurring":
            found = self.monthly_price()
        return found if found is None or self.money is None else found * self.money.rate[self.known]

    def monthly_price(self) -> Floats | None:
        """What is paid a month: price × quantity ÷ the months of the billing interval."""
        price, interval = self.number("price"), self.parts.get("interval")
        if price is None or interval is None:
            return None
        months = np.array([*map(months_of_interval, interval.levels), np.nan])[interval.codes][self.known]
        quantity = self.number("quantity")
        return price / months * (1.0 if quantity is None else np.where(np.isnan(quantity), 1.0, quantity))

    def column(self, part: str) -> Column | None:
        found = self.parts.get(part)
        return None if found is None else found.taken(np.flatnonzero(self.known))


def _months_served(rows: _Rows, by: Codes, n_accounts: int, as_of: np.datetime64) -> Floats:
    """From the first start to the last end, or to as_of where something is still running."""
    until = np.where(rows.gone, rows.ended, as_of)
    known = ~np.isnat(rows.started) & ~np.isnat(until)
    first, last = np.full(n_accounts, _NEVER), np.full(n_accounts, _NEVER)
    np.fmin.at(first, by[known], rows.started[known])
    np.fmax.at(last, by[known], until[known])
    days = (last.astype("datetime64[D]") - first.astype("datetime64[D]")) / _ONE_DAY
    return np.where(days > 0, days / DAYS_A_MONTH, np.nan)


def _margin_a_month(
    rows: _Rows, margin: Floats, by: Codes, served: Floats | None, n_accounts: int
) -> Floats | None:
    """What each account leaves a month, over the time it was a customer.

    A margin on recurring revenue is one of a month (of a year where its header says so) and was made as long
    as the row ran: an account's rows one after the other do not add up. A margin on all revenue was made over
    the months served. None where no time is known for it, unless each account has one row, of recurring
    revenue.
    """
    recurring = rows.number("revenue") is None
    if not recurring:
        made = _total(margin, by, n_accounts)
        return None if served is None else made / served
    named = next(
        (rows.parts[name] for name in ("recurring", "recurring_at_start") if name in rows.parts), None
    )
    monthly = margin / (12.0 if named is not None and named.words & _A_YEAR else 1.0)
    if len(np.unique(by)) == len(by):
        return _total(monthly, by, n_accounts)
    until = np.where(rows.gone, rows.ended, rows.as_of)
    days = (until.astype("datetime64[D]") - rows.started.astype("datetime64[D]")) / _ONE_DAY
    ran = np.where(days > 0, days / DAYS_A_MONTH, np.nan)
    return None if served is None else _total(monthly * ran, by, n_accounts) / served


def _twelve_months(
    rows: _Rows, now: Floats, by: Codes, total: Callable[[Floats], Floats], as_of: np.datetime64
) -> dict[str, Floats]:
    """What those paid who were active twelve months before as_of: then, and now; unknown where one of the
    amounts is."""
    then = _year_before(as_of)
    amount = rows.amount("recurring")
    assert amount is not None
    running = (rows.started <= as_of) & ~rows.gone
    active = (rows.started <= then) & ~(rows.ended <= then) & ~rows.undated_end
    before = total(np.where(active, amount, np.nan))
    present = total(np.where(running, now, 0.0))
    unknown = np.isnan(amount) & (running | active)
    counted = (before > 0) & ~(np.bincount(by[unknown], minlength=len(before)) > 0)
    return {
        "recurring_then": np.where(counted, before, np.nan),
        "recurring_since": np.where(counted, present, np.nan),
    }


def _year_before(moment: np.datetime64) -> np.datetime64:
    """The same day a year earlier; 28 February for the 29th."""
    month = moment.astype("datetime64[M]")
    day = (moment.astype("datetime64[D]") - month.astype("datetime64[D]")) / _ONE_DAY
    earlier = month - np.timedelta64(12, "M")
    last = (earlier + 1).astype("datetime64[D]") - _ONE_DAY
    found = min(earlier.astype("datetime64[D]") + np.timedelta64(int(day), "D"), last)
    return found.astype("datetime64[s]")


def _expanded(
    rows: _Rows, values: Mapping[str, Floats], by: Codes, n_accounts: int
) -> tuple[Floats | None, str]:
    """1 where the customer's business grew: by a flag, else by what it paid at the start, else twelve months
    before."""
    flag = rows.number("upgraded")
    if flag is not None:
        grown = _total(np.where(np.isfinite(flag), flag, np.nan), by, n_accounts)
        return np.where(np.isfinite(grown), (grown > 0).astype(float), np.nan), "an upgrade flag"
    for before, since, how in (
        ("recurring_at_start", "recurring", "recurring revenue now above that at the start"),
        ("recurring_then", "recurring_since", "recurring revenue now above that twelve months before"),
    ):
        if before in values and since in values:
            both = np.isfinite(values[before]) & np.isfinite(values[since]) & (values[before] > 0)
            more = values[since] > values[before] * (1 + 1e-9)
            return np.where(both, more.astype(float), np.nan), how
    return None, ""


def _margins(rows: _Rows, start: Floats | None) -> tuple[Floats, Floats] | None:
    """Margin and revenue of each row. What has ended is billed at 0 now, so its amount at the start stands
    in: a margin that was made does not vanish with the customer."""
    margin, cost = rows.column("margin"), rows.column("cost")
    revenue = rows.amount("revenue")
    if revenue is None:
        revenue = rows.amount("recurring")
        if revenue is None:
            revenue = start
        else:
            billed = (revenue > 0) | ~rows.gone
            revenue = np.where(billed, revenue, np.nan if start is None else start)
    if revenue is None or (margin is None and cost is None):
        return None
    rate = 1.0 if rows.money is None else rows.money.rate[rows.known]
    return margin_amounts(margin, cost, revenue, rate)


def _onboarding(rows: _Rows, by: Codes, n_accounts: int) -> Floats | None:
    """Days from the begin of onboarding to going live, of each customer's first row that tells."""
    days = rows.number("onboarding days")
    if days is None:
        if "onboarding start" not in rows.parts or "live" not in rows.parts:
            return None
        begun, live = rows.moments("onboarding start"), rows.moments("live")
        days = (live.astype("datetime64[D]") - begun.astype("datetime64[D]")) / _ONE_DAY
    known = np.flatnonzero(np.isfinite(days) & (days >= 0))
    order = known[np.argsort(rows.started[known], kind="stable")]  # blank starts last
    result = np.full(n_accounts, np.nan)
    result[by[order[::-1]]] = days[order[::-1]]  # the first row of each account is written last
    return result


def _total(values: Floats, by: Codes, n_accounts: int) -> Floats:
    """Sum of each account's known values; NaN where it has none."""
    known = np.isfinite(values)
    sums = np.bincount(by[known], weights=values[known], minlength=n_accounts)
    held = np.bincount(by[known], minlength=n_accounts) > 0
    return np.where(held, sums, np.nan)
