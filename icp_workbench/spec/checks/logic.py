"""What follows from a condition without looking at any account: whether it implies another, or never holds.

Only what is certain is said; where it cannot be told the answer is no.
"""

from __future__ import annotations

import datetime as dt
import math
from itertools import combinations, islice

from icp_workbench.conditions.condition import (
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    Scalar,
    simplified,
    tests_of,
)
from icp_workbench.conditions.fields import fold

_MOST_TESTS = 60  # longer conditions are only compared as a whole
_EXACT = ("is", "in")


def implies(condition: Condition, other: Condition) -> bool:
    """Whether the other holds wherever this one does, by what both say."""
    first, second = simplified(condition), simplified(other)
    if first in (second, NOBODY):
        return True
    if _is_long(first) or _is_long(second):
        return False
    return _implies(first, second, {})


def never_holds(condition: Condition) -> bool:
    """Whether a condition contradicts itself: no account could match it."""
    simple = simplified(condition)
    return simple == NOBODY or (not _is_long(simple) and _never(simple))


def _is_long(condition: Condition) -> bool:
    return len(list(islice(tests_of(condition), _MOST_TESTS + 1))) > _MOST_TESTS


def _implies(first: Condition, second: Condition, known: dict[tuple[Condition, Condition], bool]) -> bool:
    key = first, second
    if key not in known:
        known[key] = first == second or _by_parts(first, second, known)
    return known[key]


def _by_parts(first: Condition, second: Condition, known: dict[tuple[Condition, Condition], bool]) -> bool:
    if isinstance(second, AllOf):
        return all(_implies(first, part, known) for part in second.parts)
    if isinstance(first, AnyOf):
        return all(_implies(part, second, known) for part in first.parts)
    if isinstance(second, AnyOf) and any(_implies(first, part, known) for part in second.parts):
        return True
    if isinstance(first, AllOf):
        return any(_implies(part, second, known) for part in first.parts)
    one, two = _positive(first), _positive(second)
    return one is not None and two is not None and _test_implies(one, two)


def _never(condition: Condition) -> bool:
    if isinstance(condition, AnyOf):
        return all(_never(part) for part in condition.parts)
    if not isinstance(condition, AllOf):
        return False
    if any(_never(part) for part in condition.parts):
        return True
    tests = [test for part in condition.parts if (test := _positive(part)) is not None]
    return any(_disjoint(one, two) for one, two in combinations(tests, 2))


def _positive(condition: Condition) -> FieldTest | None:
    """A test, or a denied one that another test says: NOT IN, IN, known, unknown."""
    if isinstance(condition, FieldTest):
        return condition
    if not isinstance(condition, Not) or not isinstance(condition.part, FieldTest):
        return None
    test = condition.part
    match test.operator:
        case "is" | "in":
            return FieldTest(test.field, "not_in", _values(test))
        case "not_in":
            return FieldTest(test.field, "in", _values(test))
        case "is_known":
            return FieldTest(test.field, "is_unknown")
        case "is_unknown":
            return FieldTest(test.field, "is_known")
    return None


def _test_implies(one: FieldTest, two: FieldTest) -> bool:
    if fold(one.field) != fold(two.field):
        return False
    if two.operator == "is_known":
        return one.operator != "is_unknown"
    mine, its = set(_values(one)), set(_values(two))
    match one.operator, two.operator:
        case ("is" | "in", "is" | "in"):
            return mine <= its
        case ("is" | "in", "not_in"):
            return not mine & its
        case ("not_in", "not_in"):
            return mine >= its
        case ("contains_any", "contains_any") | ("mentions", "mentions"):
            return mine <= its
        case ("contains_all", "contains_all"):
            return mine >= its
        case ("contains_all", "contains_any"):
            return bool(mine & its)
    inner, outer = _extent(one), _extent(two)
    if inner is None or outer is None:
        return False
    if two.operator in _EXACT:  # not all that lies between its values
        return inner[0] == inner[1] and inner[0] in map(_place, its)
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _disjoint(one: FieldTest, two: FieldTest) -> bool:
    if fold(one.field) != fold(two.field):
        return False
    blank = [test.operator == "is_unknown" for test in (one, two)]
    if any(blank):
        return not all(blank)
    mine, its = set(_values(one)), set(_values(two))
    if one.operator in _EXACT and two.operator in _EXACT:
        return not mine & its
    if one.operator in _EXACT and two.operator == "not_in":
        return mine <= its
    if two.operator in _EXACT and one.operator == "not_in":
        return its <= mine
    inner, outer = _extent(one), _extent(two)
    return inner is not None and outer is not None and (inner[1] < outer[0] or outer[1] < inner[0])


def _values(test: FieldTest) -> tuple[Scalar, ...]:
    if test.value is None:
        return ()
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _extent(test: FieldTest) -> tuple[float, float] | None:
    """From where to where the values lie that a test holds for; None for what has no order."""
    if test.operator not in (*_EXACT, "at_least", "at_most", "between"):
        return None
    places = [_place(value) for value in _values(test)]
    known = [place for place in places if place is not None]
    if not known or len(known) < len(places):
        return None
    low = -math.inf if test.operator == "at_most" else min(known)
    high = math.inf if test.operator == "at_least" else max(known)
    return low, high


def _place(value: Scalar) -> float | None:
    if isinstance(value, dt.date):
        return float(value.toordinal())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
