"""A cell as a sentence for people."""

from __future__ import annotations

import re

from icp_workbench.book.book import Metric
from icp_workbench.evidence.comparison import AVERAGE, Cell
from icp_workbench.render.figures import count, counted, figure, interval, is_currency, size_of_difference

_UNITS = {"days": "days", "months": "months", "hours": "hours"}

# What a segment's figure says, and what the rest's says after it. {who} is "187 accounts", {their} its
# possessive, {s} the ending of a verb beside one account.
_SAID = {
    "win_rate": ("{value} of {their} deals were won", "the rest won {value}"),
    "sales_cycle_days": ("half of {their} won deals closed within {value}", "of the rest within {value}"),
    "deal_size": ("half of {their} won deals are worth {value} or more{mean}", "in the rest {value}"),
    "deal_size_spread": (
        "the middle half of {their} deal sizes is {value} times the median wide",
        "in the rest {value} times",
    ),
    "churn_rate": ("{value} of {who} churned", "of the rest {value} did"),
    "net_revenue_retention": (
        "{who} pay{s} {value} times what was paid twelve months before", "the rest {value} times"),
    "revenue_kept_since_start": (
        "{who} pay{s} {value} times what was paid at the start", "the rest {value} times"),
    "expansion_rate": ("{value} of {who} expanded", "of the rest {value} did"),
    "gross_margin": ("{value} of {their} revenue is margin", "of the rest's {value}"),
    "onboarding_days": ("half of {who} were live within {value}", "of the rest within {value}"),
    "tickets_per_month": ("{who} open{s} {value} tickets a month each", "the rest {value}"),
    "resolution_hours": (
        "half of {their} tickets were solved within {value}", "of the rest's within {value}"),
    "cost_to_win": ("a deal won among {who} costs {value}", "in the rest {value}"),
    "lifetime_value": ("{who} leave{s} {value} each over the first {horizon}", "the rest {value}"),
}  # fmt: skip


def sentence(cell: Cell, metric: Metric, other: str = "the rest") -> str:
    """What a cell says, in words: the estimate with its interval, the rest, and how many times as likely or
    how much more; without an estimate, why there is none. `other` names what it stands against."""
    if cell.estimate is None:
        return f"No {metric.label.lower()} here: {cell.reason or 'no outcome'}."
    parts = [f"{_subject(cell, metric)}{_range(cell)}"]
    if cell.segment == AVERAGE:
        return f"{_opened(parts[0])}."
    if cell.rest is None:
        return f"{_opened(parts[0])}; {cell.reason or 'there is no rest to compare with'}."
    parts.append(_rest(cell, metric).replace("the rest", other))
    parts.append(_effect(cell))
    if cell.verdict == "too_few":
        parts.append(f"too few to judge ({cell.reason})")
    return _opened("; ".join(part for part in parts if part)) + "."


def months_of(metric: Metric, horizon: float) -> str:
    """The horizon of a lifetime value in words: `12 months`, in months whatever the unit of its durations."""
    months = horizon * 12 / (metric.horizon or 12)
    whole = round(months)
    return counted(whole, "month") if abs(months - whole) < 0.05 else f"{months:.1f} months"


def _opened(text: str) -> str:
    return text[:1].upper() + text[1:]


def _spaced(text: str) -> str:
    """`41.2%` as it is set in running text: `41.2 %`."""
    return re.sub(r"(?<=\d)%", " %", text)


def _value(value: float | None, cell: Cell, metric: Metric) -> str:
    if metric.name in _SAID and (cell.unit in _UNITS or cell.unit == "per month"):
        return f"{figure(value, cell.unit, with_unit=False)} {_UNITS.get(cell.unit, '')}".rstrip()
    return _spaced(figure(value, cell.unit))


def _range(cell: Cell) -> str:
    if cell.low is None or cell.high is None:
        return ""
    return f", {_spaced(interval(cell.low, cell.high, cell.unit))}"


def _subject(cell: Cell, metric: Metric) -> str:
    who = counted(cell.accounts, "account")
    value = _value(cell.estimate, cell, metric)
    mean = cell.effect.get("mean") if is_currency(cell.unit) else None
    if metric.estimator == "survival":
        return f"{value} of {who} were still customers after {metric.horizon_label or 'the horizon'}"
    if metric.name in _SAID:
        return _SAID[metric.name][0].format(
            value=value, who=who, their=f"{who}'" if cell.accounts != 1 else f"{who}'s",
            s="s" if cell.accounts == 1 else "", 
            mean="" if mean is None else f" (mean {figure(mean, cell.unit)})",
            horizon=months_of(metric, cell.effect.get("horizon", 0.0)),
        )  # fmt: skip
    how = "a median of " if metric.estimator == "median" else ""
    beside = "" if mean is None else f", mean {figure(mean, cell.unit)}"
    return f"{metric.label}: {how}{value} over {who} (n {count(cell.n)}{beside})"


def _rest(cell: Cell, metric: Metric) -> str:
    value = _value(cell.rest, cell, metric)
    if metric.estimator == "survival":
        return f"of the rest {value} were"
    return _SAID[metric.name][1].format(value=value) if metric.name in _SAID else f"the rest {value}"


def _effect(cell: Cell) -> str:
    times = cell.effect.get("risk_ratio")
    if times is not None and 0.95 <= times < 1.05:
        return "about as likely"
    if times is not None:
        return f"{times:.1f} times as likely" if times >= 0.1 else f"{times:.2g} times as likely"
    change = cell.difference
    if change is None:
        return ""
    more = "more" if change > 0 else "less"
    size = _spaced(size_of_difference(change, cell.unit))
    for short, long in (("d", "days"), ("mo", "months"), ("h", "hours")):
        if size.endswith(f" {short}"):
            size = f"{size.removesuffix(short)}{long.removesuffix('s') if size == f'1 {short}' else long}"
    return f"{size} {more}" if change else "no difference"
