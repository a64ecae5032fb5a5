"""A condition with one of its thresholds moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.render.dates import day
from icp_workbench.render.figures import bound
from icp_workbench.segments.binning import tidy
from icp_workbench.segments.index import SegmentIndex

MOVED_BY = 0.10
_FAR = 5  # values whose lowest is more than so many times their range lie far from nought


def moved(condition: Condition, index: SegmentIndex) -> Iterator[tuple[str, Condition]]:
    """The condition with one threshold moved, once for each threshold and direction; and what was moved, in
    words.

    A number is moved by a tenth of its value: 40 to 36 and 44. Dates, 0, and numbers whose attribute lies far
    from nought (a year of foundation) are moved by a tenth of the attribute's range, its lowest and highest
    twentieth left aside. Where all values are whole the new threshold is, too. An end of a range is not moved
    past the other. WorkbenchError for an attribute the book does not have.
    """
    if isinstance(condition, FieldTest):
        yield from _moved_test(condition, index)
    elif isinstance(condition, Not):
        for what, part in moved(condition.part, index):
            yield what, Not(part)
    else:
        for at, part in enumerate(condition.parts):
            for what, other in moved(part, index):
                parts = (*condition.parts[:at], other, *condition.parts[at + 1 :])
                yield what, AllOf(parts) if isinstance(condition, AllOf) else AnyOf(parts)


def _moved_test(test: FieldTest, index: SegmentIndex) -> Iterator[tuple[str, Condition]]:
    if test.operator not in ("at_least", "at_most", "between"):
        return
    ends = test.value if isinstance(test.value, tuple) else (test.value,)
    field = index.book.fields.find(test.field)
    values = index.column(field.name, field.grain).values
    for at, end in enumerate(ends):
        for other in _beside(end, values):
            value: Any = other
            if len(ends) == 2:
                value = (other, ends[1]) if at == 0 else (ends[0], other)
                if value[0] > value[1]:
                    continue
            yield (
                f"with {field.header} at {_shown(other)} instead of {_shown(end)}",
                replace(test, value=value),
            )


def _beside(end: Any, values: npt.NDArray[Any]) -> Iterator[Any]:
    """A threshold moved down and up; nothing for what has no distance."""
    if isinstance(end, dt.date):
        span = _span(values[~np.isnat(values)].astype("datetime64[D]").astype(float))
        days = 0 if span is None else max(1, round(MOVED_BY * span.width))
        for other in (end.toordinal() - days, end.toordinal() + days):
            if days and 1 <= other <= dt.date.max.toordinal():
                yield dt.date.fromordinal(other)
    elif isinstance(end, int | float) and not isinstance(end, bool):
        step = _step(float(end), _span(values[np.isfinite(values)]))
        for moved_to in (end - step, end + step):
            if step > 0 and np.isfinite(moved_to):
                yield moved_to


@dataclass(frozen=True, slots=True)
class _Span:
    """How far an attribute's values reach, a twentieth of them left aside at either end; whether they lie
    far from nought, and are all whole."""

    width: float
    far: bool
    whole: bool


def _span(values: npt.NDArray[Any]) -> _Span | None:
    if not len(values):
        return None
    low, high = (float(end) for end in np.quantile(values, (0.05, 0.95)))
    if low == high:
        low, high = float(values.min()), float(values.max())
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    width = high - low
    return _Span(width, 0 < _FAR * width < nearest, bool((values == np.floor(values)).all()))


def _step(end: float, span: _Span | None) -> float:
    """How far a number is moved; 0 for what has no distance."""
    if span is None:
        return 0.0
    step = MOVED_BY * (span.width if end == 0 or span.far else abs(end))
    if step and span.whole and end.is_integer():
        step = max(1.0, float(np.floor(step + 0.5)))
    return step


def _shown(value: Any) -> str:
    if isinstance(value, dt.date):
        return day(value)
    return bound(tidy(value)) if isinstance(value, int | float) else str(value)
