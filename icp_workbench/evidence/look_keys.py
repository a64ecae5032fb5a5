"""A short stable key for each look: what was asked, of which metric."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, AllOf, AnyOf, Condition, FieldTest, Not, simplified

_OF_CONDITION, _OF_METRIC = 14, 6  # digits: 10⁵ conditions share one by a chance below a millionth
_UNORDERED = ("in", "not_in", "contains_any", "contains_all", "mentions")


def look_key(condition: Condition, metric: str) -> str:
    """20 hexadecimal digits, the same for every way of writing one condition that only reorders, nests,
    repeats or doubly denies its parts. The first 14 are the condition's."""
    return _of_condition(condition) + _of_metric(metric)


def pair_key(first: Condition, second: Condition, metric: str) -> str:
    """The key of one condition against another, whichever stands first."""
    sides = sorted(json.dumps(_canonical(simplified(side)), ensure_ascii=False) for side in (first, second))
    return _digest(["pair", *sides])[:_OF_CONDITION] + _of_metric(metric)


def segments_seen(keys: Iterable[str]) -> int:
    """How many segments (and pairs of them) these looks are of, whatever metrics they were judged by."""
    return len({key[:_OF_CONDITION] for key in keys})


def _of_condition(condition: Condition) -> str:
    return _digest(_canonical(simplified(condition)))[:_OF_CONDITION]


@lru_cache(256)
def _of_metric(metric: str) -> str:
    return _digest(metric)[:_OF_METRIC]


def _digest(asked: Any) -> str:
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def look_keys(metrics: Sequence[Metric], conditions: Iterable[Condition]) -> set[str]:
    """The keys of the looks that a board of these metrics and conditions shows: core metrics only."""
    asked = [_of_condition(condition) for condition in conditions if condition != EVERYONE]
    judged_by = [_of_metric(metric.name) for metric in metrics if metric.core]
    return {condition + metric for condition in asked for metric in judged_by}


def _canonical(condition: Condition) -> Any:
    if isinstance(condition, FieldTest):
        return _canonical_test(condition)
    if isinstance(condition, Not):
        return ["not", _canonical(condition.part)]
    name = "all" if isinstance(condition, AllOf) else "any"
    parts = {json.dumps(part): part for part in _flat(condition, type(condition))}
    if len(parts) == 1:
        return next(iter(parts.values()))
    return [name, [parts[text] for text in sorted(parts)]]


def _flat(condition: AllOf | AnyOf, kind: type) -> list[Any]:
    flat: list[Any] = []
    for part in condition.parts:
        flat += (
            _flat(part, kind)
            if isinstance(part, AllOf | AnyOf) and isinstance(part, kind)
            else [_canonical(part)]
        )
    return flat


def _canonical_test(test: FieldTest) -> Any:
    operator: str = test.operator
    value: object = test.value
    if operator == "is":
        operator, value = "in", (value,)
    if isinstance(value, tuple):
        listed = [_plain(item) for item in value]
        if operator in _UNORDERED:
            listed = [json.loads(text) for text in sorted({json.dumps(item) for item in listed})]
        if operator == "contains_all" and len(listed) == 1:
            operator = "contains_any"
        return [test.field, operator, listed]
    return [test.field, operator, _plain(value)]


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) + 0.0  # −0 is 0
