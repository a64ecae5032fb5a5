"""A cell as a sentence for people."""

from __future__ import annotations

import re
from dataclasses import dataclass

from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes.metrics import CATALOGUE
from icp_workbench.evidence.comparison import AVERAGE, Cell
from icp_workbench.render.figures import count, counted, figure, interval, is_currency, size_of_difference

_DURATIONS = {"days": "day", "months": "month", "hours": "hour"}


@dataclass(frozen=True, slots=True)
class _Words:
    """How a metric is said: of a segment, of the rest after it, of a rest where it is nothing at all, of a
    difference. {who} is "187 accounts", {their} "187 accounts'", {rest} what they stand against."""

    segment: str
    rest: str
    nothing: str
    more: str = "more"
    less: str = "less"


WORDS = {
    "win_rate": _Words(
        "{value} of {their} deals were won", "{rest} won {value}", "no deal in {rest} was won"
    ),
    "sales_cycle_days": _Words(
        "half of {their} won deals closed within {value}", "half of {rest}'s within {value}",
        "half of {rest}'s within a day",
    ),
    "deal_size": _Words(
        "half of {their} won deals are worth {value} or more", "in {rest} {value}", "in {rest} nothing"
    ),
    "deal_size_spread": _Words(
        "the middle half of {their} won deals spans {value} times the median size", "in {rest} {value} times",
        "in {rest} all are of one size",
    ),
    "retention_12m": _Words(
        "{value} of {who} {were} still customers after {horizon}", "of {rest} {value} were",
        "nobody in {rest} was",
    ),
    "churn_rate": _Words("{value} of {who} churned", "of {rest} {value} did", "nobody in {rest} did"),
    "net_revenue_retention": _Words(
        "{who} now pay{s} {value} times what {they} paid twelve months before", "{rest} {value} times",
        "{rest} nothing any more",
    ),
    "revenue_kept_since_start": _Words(
        "{who} now pay{s} {value} times what {they} paid at the start", "{rest} {value} times",
        "{rest} nothing any more",
    ),
    "expansion_rate": _Words("{value} of {who} expanded", "of {rest} {value} did", "nobody in {rest} did"),
    "gross_margin": _Words(
        "the margin on {whose} is {value} of the revenue", "in {rest} {value}", "in {rest} nothing"
    ),
    "onboarding_days": _Words(
        "half of {who} {were} live within {value}", "half of {rest} within {value}",
        "half of {rest} within a day",
    ),
    "tickets_per_month": _Words(
        "{who} open{s} {value} tickets a month{each}", "{rest} {value}", "no tickets in {rest}",
        less="fewer",
    ),
    "resolution_hours": _Words(
        "half of {their} tickets were solved within {value}", "half of {rest}'s within {value}",
        "half of {rest}'s at once",
    ),
    "cost_to_win": _Words(
        "winning a deal among {who} costs {value}", "among {rest} {value}", "among {rest} nothing"
    ),
    "lifetime_value": _Words(
        "{who} bring{s} {value} of margin{each}{horizon}", "{rest} {value}", "{rest} nothing"
    ),
}  # fmt: skip

# A metric that people made has no words of its own.
_MADE = {
    "share": _Words("{value} of {what}", "of {rest} {value}", "none in {rest}"),
    "median": _Words("a median of {value} over {what}", "{rest} {value}", "{rest} {value}"),
    "ratio": _Words("{value} over {what}", "{rest} {value}", "{rest} {value}"),
    "survival": _Words("{value} of {what} lasted beyond {horizon}", "of {rest} {value}", "none in {rest}"),
}
_OBSERVATIONS = {"deal": "deal", "subscription": "subscription", "ticket": "ticket", "usage": "usage record"}


def sentence(cell: Cell, metric: Metric, other: str = "the rest") -> str:
    """What a cell says, in words: the estimate with its interval, the rest, and how many times as likely or
    how much more; without an estimate, why there is none. `other` names what it stands against."""
    if cell.estimate is None:
        return f"No {_inside(metric.label)} here: {_reason(cell) or 'no outcome'}."
    parts = [f"{_subject(cell, metric)}{_range(cell, metric)}{_mean(cell)}"]
    if cell.segment == AVERAGE:
        lack = _reason(cell)
    elif cell.rest is None:
        lack = cell.reason or "there is no rest to compare with"
    else:
        parts += [_rest(cell, metric, other), _effect(cell, metric)]
        lack = _unjudged(cell)
    return "; ".join(part for part in (*parts, lack) if part) + "."


def months_of(metric: Metric, horizon: float) -> str:
    """The horizon of a lifetime value in words: `12 months`, in months whatever the unit of its durations."""
    months = horizon * 12 / (metric.horizon or 12)
    whole = round(months)
    return counted(whole, "month") if abs(months - whole) < 0.05 else f"{months:.1f} months"


def has_words(metric: Metric) -> bool:
    """Whether it is a metric of the catalogue, which says it in its own words; one that people made under the
    same name is another."""
    known = CATALOGUE.get(metric.name)
    return known is not None and (known.estimator, known.value) == (metric.estimator, metric.value)


def _words(metric: Metric) -> _Words:
    return WORDS[metric.name] if has_words(metric) else _MADE.get(metric.estimator, _MADE["ratio"])


def _inside(label: str) -> str:
    """A label inside a sentence: `Win rate` → `win rate`, but `NPS` as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _reason(cell: Cell) -> str:
    """Why there is no more to say; of the average customer without saying whose figure it is."""
    if cell.segment != AVERAGE:
        return cell.reason
    return cell.reason.partition("; ")[2]


def _unjudged(cell: Cell) -> str:
    if cell.verdict == "too_few":
        few = cell.reason.endswith("needed")
        return f"too few to judge ({cell.reason})" if few else f"not judged: {cell.reason}"
    return cell.reason if cell.verdict == "none" and cell.low is None else ""


def _spaced(text: str) -> str:
    """`41.2%` as it is set in running text: `41.2 %`."""
    return re.sub(r"(?<=\d)%", " %", text)


def _unit(cell: Cell, metric: Metric) -> str:
    """Shares are shares, whatever unit was named for what they are counted over."""
    return "share" if metric.estimator in ("share", "survival") else cell.unit


def _value(value: float | None, cell: Cell, metric: Metric) -> str:
    """A figure with its unit in full: `55 days`, `1 day`, `41.2 %`."""
    unit = _unit(cell, metric)
    if unit in _DURATIONS:
        return _lasting(figure(value, unit, with_unit=False), _DURATIONS[unit])
    if unit == "per month":
        return figure(value, unit, with_unit=False) + ("" if has_words(metric) else " a month")
    return _spaced(figure(value, unit))


def _lasting(size: str, noun: str) -> str:
    size = size.removesuffix(".0")
    return f"{size} {noun}" if size == "1" else f"{size} {noun}s"


def _range(cell: Cell, metric: Metric) -> str:
    if cell.low is None or cell.high is None:
        return ""
    return f", {_spaced(interval(cell.low, cell.high, _unit(cell, metric)))}"


def _mean(cell: Cell) -> str:
    mean = cell.effect.get("mean") if is_currency(cell.unit) else None
    return "" if mean is None else f" (mean {figure(mean, cell.unit)})"


def _subject(cell: Cell, metric: Metric) -> str:
    one = cell.accounts == 1
    who = counted(cell.accounts, "account")
    their = f"{who}'s" if one else f"{who}'"
    value = _value(cell.estimate, cell, metric)
    if is_currency(cell.unit) and cell.unit != "currency":
        value = f"{value} {cell.unit}"
    noun = _OBSERVATIONS.get(metric.grain)
    said = _words(metric).segment.format(
        value=value, who=who, their=their, s="s" if one else "", were="was" if one else "were",
        they="it" if one else "they", each="" if one else " each", horizon=_horizon(cell, metric, one),
        whose=f"{their} won deals" if metric.grain == "deal" else who,
        what=who if noun is None else f"{counted(cell.n, noun)} of {who}",
    )  # fmt: skip
    return f"{metric.label}: {said}" if not has_words(metric) else said[:1].upper() + said[1:]


def _horizon(cell: Cell, metric: Metric, one: bool) -> str:
    if metric.estimator != "lifetime":
        return metric.horizon_label or "the horizon"
    horizon = cell.effect.get("horizon")
    return "" if horizon is None else f" over {'its' if one else 'their'} first {months_of(metric, horizon)}"


def _rest(cell: Cell, metric: Metric, other: str) -> str:
    words = _words(metric)
    said = words.rest if cell.rest else words.nothing
    return said.format(value=_value(cell.rest, cell, metric), rest=other)


def _effect(cell: Cell, metric: Metric) -> str:
    times = cell.effect.get("risk_ratio")
    if _unit(cell, metric) == "share" and metric.estimator != "ratio" and not (cell.estimate and cell.rest):
        return "" if cell.difference else "no difference"
    if times is not None:
        return _times(times)
    change = cell.difference
    if change is None:
        return ""
    if change == 0:
        return "no difference"
    unit, words = _unit(cell, metric), _words(metric)
    size = size_of_difference(change, unit)
    if not re.search("[1-9]", size):
        return "about the same"
    if unit == "share":
        size = _lasting(size.removesuffix(" pts"), "point")
    elif unit in _DURATIONS:
        size = _lasting(size.rpartition(" ")[0], _DURATIONS[unit])
    elif unit == "per month":
        size = size.rpartition(" ")[0]
    return f"{size} {words.more if change > 0 else words.less}"


def _times(times: float) -> str:
    """How many times as likely, with no more digits than one can use."""
    if 0.95 <= times < 1.05:
        return "about as likely"
    if times < 0.01:
        return "less than 0.01 times as likely"
    said = f"{times:.2f}" if times < 0.1 else f"{times:.1f}" if times < 9.95 else count(times)
    return f"{said} times as likely"
