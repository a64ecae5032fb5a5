"""Does a verdict hang on one account, or on where a threshold was put?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from icp_workbench.book.book import Metric
from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not, Scalar
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.evidence.estimates import sums_by
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.evidence.weighing import weigh, weigh_masks
from icp_workbench.evidence.weighings import Weighed, verdict_of
from icp_workbench.render.dates import day
from icp_workbench.render.figures import bound, difference
from icp_workbench.render.verdicts import word
from icp_workbench.segments.index import RowSet, SegmentIndex

MOVED_BY = 0.10


@dataclass(frozen=True, slots=True)
class Variant:
    """The difference (metric's unit) where something is slightly other: without the largest account, or with
    one threshold moved. `what` says it in words that name no account; `accounts` are the segment's with an
    outcome."""

    what: str
    accounts: int
    difference: float | None
    p_value: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A verdict (of the criterion alone: q = p) and what becomes of it under each variant."""

    metric: str
    verdict: Verdict
    variants: tuple[Variant, ...]
    sentence: str

    @property
    def stands(self) -> bool:
        """Whether no variant changes the verdict."""
        return all(variant.verdict == self.verdict for variant in self.variants)


def sensitivity(index: SegmentIndex, rows: RowSet, metric: str) -> Sensitivity:
    """The row set against its rest again without the largest account, and with each threshold of a number or
    a date moved by a tenth either way: of its value; where that is 0, and for dates, of the book's whole
    range.

    The largest account is the one, among those with most observations and with the largest sums on either
    side, without which the difference changes most. KeyError for a metric the book does not have.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    verdict = _verdict(outcome.metric, weigh(outcome, rows))
    variants = [*_without_largest(outcome, rows, verdict)]
    for what, condition in moved(rows.condition, index.book.fields):
        found = weigh(outcome, index.rows(condition))
        variants.append(_variant(outcome.metric, what, found))
    return Sensitivity(metric, verdict, tuple(variants), _sentence(outcome.metric, verdict, variants))


def _verdict(metric: Metric, weighed: Weighed) -> Verdict:
    return verdict_of(metric, weighed, weighed.p_value)


def _variant(metric: Metric, what: str, weighed: Weighed) -> Variant:
    return Variant(
        what, weighed.inside.accounts, weighed.difference, weighed.p_value, _verdict(metric, weighed)
    )


def _without_largest(outcome: Outcome, rows: RowSet, verdict: Verdict) -> Iterator[Variant]:
    selected, rest = observations_of(rows, outcome), rest_of(rows, outcome)
    before = weigh(outcome, rows).difference
    if before is None:
        return
    found = []
    for account in _largest(outcome, selected) | _largest(outcome, rest):
        kept = outcome.account != account
        weighed = weigh_masks(outcome, selected & kept, rest & kept)
        moved_by = np.inf if weighed.difference is None else abs(weighed.difference - before)
        other = _verdict(outcome.metric, weighed) != verdict
        found.append((other, moved_by, account, weighed))
    if found:
        *_, weighed = max(found, key=lambda one: one[:3])
        yield _variant(outcome.metric, "without the largest account", weighed)


def _largest(outcome: Outcome, selected: BoolArray) -> set[int]:
    """The accounts with most observations, and with the largest sums, among the observations selected."""
    account = outcome.account[selected]
    if not len(account):
        return set()
    sums = [np.bincount(account, minlength=1).astype(float)]
    for values in (outcome.value, outcome.weight):
        sums.append(np.abs(sums_by(account, values[selected], len(sums[0]))))
    return {int(each.argmax()) for each in sums}


def moved(condition: Condition, fields: Fields) -> Iterator[tuple[str, Condition]]:
    """The condition with one threshold moved, once for each threshold and direction; and what was moved, in
    words. A threshold is not moved past the other end of its range."""
    if isinstance(condition, FieldTest):
        yield from _moved_test(condition, fields)
    elif isinstance(condition, Not):
        for what, part in moved(condition.part, fields):
            yield what, Not(part)
    else:
        for at, part in enumerate(condition.parts):
            for what, other in moved(part, fields):
                parts = (*condition.parts[:at], other, *condition.parts[at + 1 :])
                yield what, AllOf(parts) if isinstance(condition, AllOf) else AnyOf(parts)


def _moved_test(test: FieldTest, fields: Fields) -> Iterator[tuple[str, Condition]]:
    if test.operator not in ("at_least", "at_most", "between"):
        return
    ends = test.value if isinstance(test.value, tuple) else (test.value,)
    field = fields.find(test.field)
    for at, end in enumerate(ends):
        for other in _beside(end, field):
            value: Any = other
            if len(ends) == 2:
                value = (other, ends[1]) if at == 0 else (ends[0], other)
                if value[0] > value[1]:
                    continue
            yield f"{field.header} at {_shown(other)} instead of {_shown(end)}", replace(test, value=value)


def _beside(end: Any, field: Field) -> tuple[Any, ...]:
    """A threshold moved down and up; nothing for what has no distance."""
    step = _step(end, field)
    return () if step is None else (end - step, end + step)


def _step(end: Scalar | None, field: Field) -> float | dt.timedelta | None:
    """How far a threshold is moved; None for what has no distance."""
    if isinstance(end, dt.date):
        if not isinstance(field.low, dt.date) or not isinstance(field.high, dt.date):
            return None
        return dt.timedelta(days=max(1, round(MOVED_BY * (field.high - field.low).days)))
    if isinstance(end, bool) or not isinstance(end, int | float):
        return None
    if end == 0:
        low, high = field.low, field.high
        if not isinstance(low, int | float) or not isinstance(high, int | float) or high <= low:
            return None
        return MOVED_BY * (high - low)
    return MOVED_BY * abs(end)


def _shown(value: Any) -> str:
    if isinstance(value, dt.date):
        return day(value)
    return bound(float(f"{value:.12g}")) if isinstance(value, int | float) else str(value)


def _sentence(metric: Metric, verdict: Verdict, variants: list[Variant]) -> str:
    label = metric.label.lower()
    if not variants:
        return f"Nothing to vary: {label} rests on no account and no threshold."
    other = [variant for variant in variants if variant.verdict != verdict]
    if not other:
        tried = "without the largest account"
        if len(variants) > 1:
            tried += " and with every threshold a tenth higher or lower"
        return f"{metric.label} stays {word(verdict)} {tried}."
    told = "; ".join(
        f"{variant.what}: {word(variant.verdict)} ({difference(variant.difference, metric.unit)})"
        for variant in other
    )
    return f"{metric.label} does not stay {word(verdict)}: {told}."
