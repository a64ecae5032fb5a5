"""What each target can run of a condition: the table "What a CRM can run" of the format, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not, fields_read, tests_of
from icp_workbench.conditions.evaluation import words_of
from icp_workbench.conditions.fields import fold
from icp_workbench.spec.checks.subject import made_from
from icp_workbench.spec.model import FieldDescription

Described = Mapping[str, FieldDescription]

SALESFORCE_FILTERS = 10  # of a list view
HUBSPOT_FILTERS = 18
_ENOUGH = 10**9  # more alternatives than anybody counts


def why_not_sql(condition: Condition, fields: Described) -> str | None:
    """Why SQL cannot run a condition: it rests on what has neither a column nor a definition. None where it
    can."""
    lost = [name for name in _columns(condition, fields) if _is_lost(fields.get(name))]
    return f"{_named(lost)} neither a column nor a definition" if lost else None


def why_not_salesforce(condition: Condition, fields: Described) -> str | None:
    """Why a Salesforce list view cannot run a condition: a derived attribute, more than ten filters (a range
    takes two, looked-for words one each). None where it can."""
    if lost := _derived(condition, fields):
        return lost
    taken = sum(_salesforce_filters(test) for test in tests_of(condition))
    if taken > SALESFORCE_FILTERS:
        return f"it takes {taken:,} filters, and a list view has at most {SALESFORCE_FILTERS}"
    return None


def why_not_hubspot(condition: Condition, fields: Described) -> str | None:
    """Why a HubSpot list cannot run a condition: a derived attribute, or more than 18 filters once it is
    written as alternatives (OR) of filters that all hold (AND). None where it can."""
    if lost := _derived(condition, fields):
        return lost
    _, filters = _alternatives(condition, False)
    if filters > HUBSPOT_FILTERS:
        much = f"{filters:,}" if filters < _ENOUGH else "very many"
        return f"as OR of ANDs it takes {much} filters, and a list has at most {HUBSPOT_FILTERS}"
    return None


TARGETS: Mapping[str, tuple[str, Callable[[Condition, Described], str | None]]] = {
    "sql": ("SQL", why_not_sql),
    "salesforce": ("Salesforce", why_not_salesforce),
    "hubspot": ("HubSpot", why_not_hubspot),
}


def _columns(condition: Condition, fields: Described) -> list[str]:
    names = {fold(name): name for name in fields}
    ahead, seen = list(fields_read(condition)), list[str]()
    while ahead:
        name = ahead.pop(0)
        name = names.get(fold(name), name)
        if name not in seen:
            seen.append(name)
            field = fields.get(name)
            ahead += made_from(field) if field is not None else ()
    return seen


def _is_lost(field: FieldDescription | None) -> bool:
    """A tag, or an attribute the file does not describe: nobody else can compute it."""
    return field is None or (field.source is None and not made_from(field))


def _derived(condition: Condition, fields: Described) -> str | None:
    if lost := why_not_sql(condition, fields):
        return lost
    made = [f"`{name}`" for name in _columns(condition, fields) if made_from(fields[name])]
    return f"{', '.join(made)} {'are' if len(made) > 1 else 'is'} derived" if made else None


def _named(names: list[str]) -> str:
    return f"{', '.join(f'`{name}`' for name in names)} {'have' if len(names) > 1 else 'has'}"


def _salesforce_filters(test: FieldTest) -> int:
    if test.operator == "between":
        return 2
    return sum(map(len, _words(test))) if test.operator == "mentions" else 1


Size = tuple[int, int]  # alternatives, and the filters in all of them together


def _alternatives(condition: Condition, denied: bool) -> Size:
    """How large a condition is as OR of ANDs, without writing it out."""
    match condition:
        case Not(part):
            return _alternatives(part, not denied)
        case AllOf(parts) | AnyOf(parts):
            sizes = [_alternatives(part, denied) for part in parts]
            return _all(sizes) if isinstance(condition, AllOf) != denied else _any(sizes)
        case FieldTest():
            return _of_test(condition, denied)


def _of_test(test: FieldTest, denied: bool) -> Size:
    one = (1, 1)
    match test.operator:
        case "between":
            return _any([one, one]) if denied else one
        case "contains_all":
            each = [one] * _number_of_values(test)
            return _any(each) if denied else _all(each)
        case "mentions":
            words = [[one] * len(value) for value in _words(test)]
            return _all([_any(each) for each in words]) if denied else _any([_all(each) for each in words])
    return one


def _all(sizes: Iterable[Size]) -> Size:
    return reduce(_both, sizes, (1, 0))


def _any(sizes: Iterable[Size]) -> Size:
    found = list(sizes)
    return min(sum(size[0] for size in found), _ENOUGH), min(sum(size[1] for size in found), _ENOUGH)


def _both(one: Size, two: Size) -> Size:
    return min(one[0] * two[0], _ENOUGH), min(one[1] * two[0] + two[1] * one[0], _ENOUGH)


def _words(test: FieldTest) -> list[list[str]]:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return [list(words_of(str(value))) or [""] for value in values]


def _number_of_values(test: FieldTest) -> int:
    return len(test.value) if isinstance(test.value, tuple) else 1
