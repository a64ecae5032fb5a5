"""The Condition tree: the one definition of what a criterion means.

A condition is a test on one field, or `AllOf`, `AnyOf`, `Not` around more. It says nothing about how it
is run: each target (rows, words, later SQL and CRM filters) interprets the same tree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from icp_workbench.errors import WorkbenchError

Operator = Literal[
    "is",
    "in",
    "not_in",
    "at_least",
    "at_most",
    "between",
    "contains_any",
    "contains_all",
    "mentions",
    "is_known",
    "is_unknown",
]
OPERATORS: tuple[Operator, ...] = get_args(Operator)
LIST_OPERATORS = frozenset({"in", "not_in", "contains_any", "contains_all", "mentions"})
DEEPEST = 50  # levels of all, any, not

Scalar = str | int | float | bool | dt.date


@dataclass(frozen=True, slots=True)
class FieldTest:
    """One test on one field.

    `value` is a scalar for `is`, `at_least`, `at_most`; a pair for `between` (inclusive both ends); a tuple
    for `in`, `not_in`, `contains_any`, `contains_all`, `mentions`; None for `is_known` and `is_unknown`.
    """

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """True where every part is true. Without parts: true everywhere."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where any part is true. Without parts: false everywhere."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is false; unknown stays unknown."""

    part: Condition


Condition = FieldTest | AllOf | AnyOf | Not

EVERYONE: Condition = AllOf(())

NOBODY: Condition = AnyOf(())


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a condition found in a file: where, what was found, what was expected."""

    path: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}, expected {self.expected}"


def to_plain(condition: Condition) -> dict[str, Any]:
    """The mapping a spec holds: `{"field": "industry", "in": ["SaaS"]}`, `{"all": […]}`; scalars kept."""
    match condition:
        case AllOf(parts):
            return {"all": [to_plain(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_plain(part) for part in parts]}
        case Not(part):
            return {"not": to_plain(part)}
        case FieldTest(field, operator, value):
            plain = True if value is None else list(value) if isinstance(value, tuple) else value
            return {"field": field, operator: plain}


def from_plain(mapping: object, path: str = "when") -> Condition:
    """The condition a mapping means; scalars stay as given (`checking.check` types them by the schema).

    Raises one WorkbenchError with every problem, each with its path (`when.all[2].between`).
    """
    problems: list[Problem] = []
    condition = collect_plain(mapping, path, problems)
    if problems:
        raise WorkbenchError(
            "Not a condition",
            "; ".join(str(problem) for problem in problems) + ".",
            "Write one test such as {field: employees, between: [40, 120]}, or all, any, not around more.",
        )
    return condition


def collect_plain(mapping: object, path: str, problems: list[Problem]) -> Condition:
    """Like `from_plain`, for a reader of a whole file: what is wrong is appended to `problems`."""
    return _read(mapping, path, problems, 1)


def fields_read(condition: Condition) -> tuple[str, ...]:
    """The names of the fields a condition reads, each once, in the order in which they appear."""
    return tuple(dict.fromkeys(test.field for test in tests_of(condition)))


def tests_of(condition: Condition) -> Iterator[FieldTest]:
    """Every test on a field, from left to right."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_of(part)
        case Not(part):
            yield from tests_of(part)
        case FieldTest():
            yield condition


def simplified(condition: Condition) -> Condition:
    """The same condition with nothing to spare: nested `all` and `any` flattened, single parts and double
    negations unwrapped, repeated parts and constants dropped. Each step also holds for unknown values.
    """
    match condition:
        case AllOf(parts):
            return _flat(parts, AllOf, neutral=EVERYONE, absorbing=NOBODY)
        case AnyOf(parts):
            return _flat(parts, AnyOf, neutral=NOBODY, absorbing=EVERYONE)
        case Not(part):
            inner = simplified(part)
            if inner == EVERYONE:
                return NOBODY
            if inner == NOBODY:
                return EVERYONE
            return inner.part if isinstance(inner, Not) else Not(inner)
        case FieldTest():
            return condition


def _flat(
    parts: tuple[Condition, ...], kind: type[AllOf] | type[AnyOf], neutral: Condition, absorbing: Condition
) -> Condition:
    flat: list[Condition] = []
    for part in map(simplified, parts):
        if part == absorbing:
            return absorbing
        if isinstance(part, kind):  # the neutral element is the empty one of this kind
            flat += part.parts
        else:
            flat.append(part)
    distinct = tuple(dict.fromkeys(flat))
    if not distinct:
        return neutral
    return distinct[0] if len(distinct) == 1 else kind(distinct)


def _read(found: object, path: str, problems: list[Problem], depth: int) -> Condition:
    if depth > DEEPEST:
        problems.append(Problem(path, "more levels", f"at most {DEEPEST}"))
        return EVERYONE
    if not isinstance(found, Mapping):
        problems.append(Problem(path, _kind(found), "one test, or one of all, any, not"))
        return EVERYONE
    if "field" in found:
        return _read_test(found, path, problems)
    keys = list(found)
    if len(keys) != 1 or keys[0] not in ("all", "any", "not"):
        shown = ", ".join(repr(key) for key in keys[:5]) or "nothing"
        problems.append(Problem(path, shown, "exactly one of all, any, not, or a test with field"))
        return EVERYONE
    (key, inside) = next(iter(found.items()))
    inner = f"{path}.{key}"
    if key == "not":
        return Not(_read(inside, inner, problems, depth + 1))
    if not isinstance(inside, list | tuple):
        problems.append(Problem(inner, _kind(inside), "a list of conditions"))
        return EVERYONE
    parts = tuple(_read(part, f"{inner}[{at}]", problems, depth + 1) for at, part in enumerate(inside))
    return AllOf(parts) if key == "all" else AnyOf(parts)


def _read_test(found: Mapping[Any, Any], path: str, problems: list[Problem]) -> Condition:
    field = found["field"]
    if not isinstance(field, str) or not field:
        problems.append(Problem(f"{path}.field", _kind(field), "the name of an attribute"))
        field = ""
    keys = [key for key in found if key != "field"]
    if len(keys) != 1 or keys[0] not in OPERATORS:
        shown = ", ".join(repr(key) for key in keys[:5]) or "no test"
        problems.append(Problem(path, shown, "exactly one of " + ", ".join(OPERATORS)))
        return EVERYONE
    operator: Operator = keys[0]
    return FieldTest(field, operator, _read_value(operator, found[operator], f"{path}.{operator}", problems))


def _read_value(
    operator: Operator, value: object, path: str, problems: list[Problem]
) -> Scalar | tuple[Scalar, ...] | None:
    if operator in ("is_known", "is_unknown"):
        if value is not True and str(value).casefold() != "true":
            problems.append(Problem(path, _kind(value), "true"))
        return None
    if operator in LIST_OPERATORS or operator == "between":
        if not isinstance(value, list | tuple) or not value or not all(map(_is_scalar, value)):
            problems.append(Problem(path, _kind(value), "a list of one or more values"))
            return None
        if operator == "between" and len(value) != 2:
            problems.append(Problem(path, f"{len(value)} values", "two: the lowest and the highest"))
        return tuple(value)
    if not _is_scalar(value):
        problems.append(Problem(path, _kind(value), "one value"))
        return None
    return value  # type: ignore[return-value]


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | bool | dt.date)


def _kind(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
