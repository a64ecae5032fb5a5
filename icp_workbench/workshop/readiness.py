"""Up- or down-market: where a condition leaves what the book has seen, somebody must ask whether we are built
to serve it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from icp_workbench.conditions.condition import Condition, FieldTest, Not, tests_of
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.conditions.wording import field_words
from icp_workbench.render.dates import day
from icp_workbench.render.figures import bound

Bound = float | dt.date
_AS_VALUES = ("is", "in", "contains_any", "contains_all")


def beyond_the_book(condition: Condition, fields: Fields) -> tuple[str, ...]:
    """Where a condition asks for what no account of the book is, in sentences: a bound outside the range of a
    number or date, a value that no account has. Empty where it stays within; what it excludes is not asked
    for."""
    if isinstance(condition, Not):
        return ()
    said = [sentence for test in _asked(condition) for sentence in _beyond(test, fields)]
    return tuple(dict.fromkeys(said))


def _asked(condition: Condition) -> Iterator[FieldTest]:
    """The tests that take accounts in: not those under a `not`."""
    parts = getattr(condition, "parts", None)
    if parts is not None:
        for part in parts:
            yield from _asked(part)
    elif not isinstance(condition, Not):
        yield from tests_of(condition)


def _beyond(test: FieldTest, fields: Fields) -> Iterator[str]:
    field = fields.get(test.field)
    if field is None:
        return
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    words = field_words(field.name, fields)
    if field.type in ("number", "date"):
        yield from _beyond_range(test, field, words)
    elif field.type in ("category", "set") and test.operator in _AS_VALUES and field.levels:
        known = set(field.levels)
        yield from (f"no account has {words} {value}" for value in values if value not in known)


def _beyond_range(test: FieldTest, field: Field, words: str) -> Iterator[str]:
    low, high = field.low, field.high
    if low is None or high is None:
        return
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    for value in values:
        if (
            isinstance(value, bool | str)
            or value is None
            or isinstance(value, dt.date) != isinstance(low, dt.date)
        ):
            continue
        # What is open at an end asks for nothing there: `at least 40` is not about the giants.
        if value > high:  # type: ignore[operator]
            yield f"{words} {_shown(value)}: the largest in the book is {_shown(high)}"
        elif value < low:  # type: ignore[operator]
            yield f"{words} {_shown(value)}: the smallest in the book is {_shown(low)}"


def _shown(value: Bound) -> str:
    return day(value) if isinstance(value, dt.date) else bound(float(value))
