"""A comparison as data for programs, and a cell as a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from icp_workbench.book.book import Metric
from icp_workbench.conditions.expression import to_text
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison
from icp_workbench.render.figures import count, counted, figure, interval, is_currency, size_of_difference
from icp_workbench.segments.market import MarketCount


def comparison_payload(
    comparison: Comparison, fields: Fields, market: Mapping[str, MarketCount] | None = None
) -> dict[str, Any]:
    """What `icp compare --format json` prints: segments, cells, looks. Only None, text, numbers, lists and
    dicts; missing is None, never NaN. The average customer's condition is the empty text. A segment that
    `market` counts carries its match, unknown and of."""
    return {
        "segments": [
            {
                "name": segment.name,
                "condition": "" if segment.name == AVERAGE else to_text(segment.condition, fields),
                "accounts": segment.accounts,
                "unknown": segment.unknown,
                **({"market": market[segment.name]._asdict()} if market and segment.name in market else {}),
            }
            for segment in comparison.segments
        ],
        "cells": [cell_payload(cell) for cell in comparison.cells],
        "looks": comparison.looks,
    }


def cell_payload(cell: Cell) -> dict[str, Any]:
    """One cell, every figure under its own name and unrounded; effects in alphabetical order."""
    figures = {column.name: getattr(cell, column.name) for column in dataclass_fields(cell)}
    order = (
        "segment", "metric", "estimate", "low", "high", "n", "accounts", "unit", "average", "rest",
        "difference", "difference_low", "difference_high", "effect", "p_value", "q_value", "verdict",
        "reason",
    )  # fmt: skip
    figures["effect"] = dict(sorted(cell.effect.items()))
    return {name: figures[name] for name in order}


def sentence(cell: Cell, metric: Metric) -> str:
    """What a cell says, in words: the estimate with its interval, the rest, and how many times as likely or
    how much more; without an estimate, why there is none."""
    if cell.estimate is None:
        return f"No {metric.label.lower()} here: {cell.reason or 'no outcome'}."
    parts = [f"{_subject(cell, metric)}{_range(cell)}"]
    if cell.segment == AVERAGE:
        return f"{parts[0]}."
    if cell.rest is None:
        return f"{parts[0]}; {cell.reason or 'there is no rest to compare with'}."
    parts.append(_rest(cell, metric))
    parts.append(_effect(cell))
    if cell.verdict == "too_few":
        parts.append(f"too few to judge ({cell.reason})")
    return "; ".join(part for part in parts if part) + "."


def _spaced(text: str) -> str:
    """`41.2%` as it is set in running text: `41.2 %`."""
    return re.sub(r"(?<=\d)%", " %", text)


def _value(value: float | None, cell: Cell) -> str:
    return _spaced(figure(value, cell.unit))


def _range(cell: Cell) -> str:
    if cell.low is None or cell.high is None:
        return ""
    return f", {_spaced(interval(cell.low, cell.high, cell.unit))}"


def _subject(cell: Cell, metric: Metric) -> str:
    who = counted(cell.accounts, "account")
    possessive = f"{who}'" if cell.accounts != 1 else f"{who}'s"
    value = _value(cell.estimate, cell)
    if metric.name == "win_rate":
        return f"{value} of {possessive} deals were won"
    if metric.name == "churn_rate":
        return f"{value} of {who} churned"
    if metric.estimator == "survival":
        return f"{value} of {who} were still customers after {metric.horizon_label or 'the horizon'}"
    how = "a median of " if metric.estimator == "median" else ""
    mean = cell.effect.get("mean") if is_currency(cell.unit) else None
    beside = "" if mean is None else f", mean {figure(mean, cell.unit)}"
    return f"{metric.label}: {how}{value} over {who} (n {count(cell.n)}{beside})"


def _rest(cell: Cell, metric: Metric) -> str:
    value = _value(cell.rest, cell)
    if metric.name == "win_rate":
        return f"the rest won {value}"
    if metric.name == "churn_rate":
        return f"of the rest {value} did"
    if metric.estimator == "survival":
        return f"of the rest {value} were"
    return f"the rest {value}"


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
    return f"{size} {more}" if change else "no difference"
