"""A condition against a schema: scalars typed, and what does not fit is said before anything runs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

from icp_workbench.conditions.condition import (
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    Operator,
    Scalar,
    fields_read,
)
from icp_workbench.conditions.fields import Field, Fields, FieldType, fold, nearest
from icp_workbench.errors import WorkbenchError

_EXACT: frozenset[Operator] = frozenset({"is", "in", "not_in"})
_ORDERED: frozenset[Operator] = frozenset({"at_least", "at_most", "between"})
_ALWAYS: frozenset[Operator] = frozenset({"is_known", "is_unknown"})
_ASKABLE: dict[FieldType, frozenset[Operator]] = {
    "category": _ALWAYS | _EXACT | {"mentions"},
    "text": _ALWAYS | _EXACT | {"mentions"},
    "number": _ALWAYS | _EXACT | _ORDERED,
    "date": _ALWAYS | _EXACT | _ORDERED,
    "boolean": _ALWAYS | _EXACT,
    "set": _ALWAYS | {"contains_any", "contains_all"},
}
TESTS_IN_WORDS: dict[FieldType, str] = {
    "category": "=, !=, IN (…), MENTIONS ('…')",
    "text": "=, !=, IN (…), MENTIONS ('…')",
    "number": "=, !=, <, <=, >, >=, IN (…), BETWEEN … AND …",
    "date": "=, !=, <, <=, >, >=, IN (…), BETWEEN … AND …",
    "boolean": "= TRUE, = FALSE",
    "set": "CONTAINS ANY (…), CONTAINS ALL (…)",
}
_NOTATION: dict[Operator, str] = {
    "is": "=", "in": "IN", "not_in": "NOT IN", "at_least": ">= or <", "at_most": "<= or >",
    "between": "BETWEEN", "contains_any": "CONTAINS ANY", "contains_all": "CONTAINS ALL",
    "mentions": "MENTIONS", "is_known": "IS NOT NULL", "is_unknown": "IS NULL",
}  # fmt: skip
_A_TYPE: dict[FieldType, str] = {
    "category": "a category", "text": "a text", "number": "a number", "date": "a date",
    "boolean": "yes or no", "set": "a set of values",
}  # fmt: skip


class Misfit(Exception):
    """One test does not fit its field: what, what to do, and which of its values (None: the test itself)."""

    def __init__(self, what: str, what_to_do: str, value: int | None = None) -> None:
        super().__init__(what, what_to_do)
        self.what = what
        self.what_to_do = what_to_do
        self.value = value


def check(
    condition: Condition, fields: Fields, *, path: str = "when", levels_must_exist: bool = True
) -> Condition:
    """The condition with names as in the schema and scalars of their field's type (text `40` → 40).

    One WorkbenchError with every problem and its path if it does not fit: an unknown attribute, a test its
    type does not know, a value that cannot be read, an attribute kept out, two finer grains, or a value the
    attribute never has (left alone with `levels_must_exist=False`: an export may have lost one).
    """
    problems: list[str] = []
    checked = collect(condition, fields, path, problems, levels_must_exist=levels_must_exist)
    if problems:
        raise WorkbenchError(
            "The condition does not fit the data", " ".join(problems), "Mend it, or choose other attributes."
        )
    grain_of(checked, fields)
    return checked


def collect(
    condition: Condition, fields: Fields, path: str, problems: list[str], *, levels_must_exist: bool = True
) -> Condition:
    """Like `check`, for a reader of a whole file: sentences on what does not fit go to `problems`."""

    def walk(part: Condition, at: str) -> Condition:
        match part:
            case AllOf(parts):
                return AllOf(tuple(walk(inner, f"{at}.all[{n}]") for n, inner in enumerate(parts)))
            case AnyOf(parts):
                return AnyOf(tuple(walk(inner, f"{at}.any[{n}]") for n, inner in enumerate(parts)))
            case Not(inner):
                return Not(walk(inner, f"{at}.not"))
            case FieldTest(name):
                try:
                    return fitted(part, fields.find(name), levels_must_exist=levels_must_exist)
                except WorkbenchError as error:
                    problems.append(f"{at}.field: {error.what_happened}")
                except Misfit as misfit:
                    problems.append(f"{at}: {misfit.what} {misfit.what_to_do}")
                return part

    return walk(condition, path)


def grain_of(condition: Condition, fields: Fields) -> str:
    """The grain a condition is evaluated at: the one finer grain it reads, else "account".

    WorkbenchError for an attribute the schema does not have, and for two finer grains in one condition.
    """
    finer: dict[str, str] = {}
    for name in fields_read(condition):
        field = fields.find(name)
        if field.grain != "account":
            finer.setdefault(field.grain, field.name)
    if len(finer) > 1:
        shown = ", ".join(f"`{name}` belongs to each {grain}" for grain, name in finer.items())
        raise WorkbenchError(
            "Two grains in one condition",
            f"{shown}: no single row has both.",
            "Ask about them in two segments.",
        )
    return next(iter(finer), "account")


def fitted(test: FieldTest, field: Field, *, levels_must_exist: bool = True) -> FieldTest:
    """One test with its field's name and values of its type. Raises Misfit for what does not fit."""
    refuse_kept_out(field)
    if test.operator not in _ASKABLE[field.type]:
        raise Misfit(
            f"`{field.name}` is {_A_TYPE[field.type]}; {_NOTATION[test.operator]} cannot be asked of it.",
            f"It takes {TESTS_IN_WORDS[field.type]}, IS NULL, IS NOT NULL.",
        )
    if test.operator in _ALWAYS:
        return FieldTest(field.name, test.operator)
    read = _reader(field, test.operator, levels_must_exist)
    if not isinstance(test.value, tuple):
        return FieldTest(field.name, test.operator, read(test.value, 0))
    values = tuple(read(value, at) for at, value in enumerate(test.value))
    if not values:
        raise Misfit(f"`{field.name}` is compared with an empty list.", "Name one value or more.")
    if test.operator == "between" and values[0] > values[1]:  # type: ignore[operator]
        low, high = test.value
        raise Misfit(
            f"`{field.name}` cannot lie between {low} and {high}: the first is the higher.",
            "Write the lower one first.",
            0,
        )
    return FieldTest(field.name, test.operator, values)


def refuse_kept_out(field: Field) -> None:
    """Raises Misfit with the reason if the attribute may not be asked about."""
    if field.kept_out is not None:
        why = field.kept_out.rstrip(".")
        raise Misfit(f"`{field.name}` is kept out of slicing: {why}.", "Ask something else.")


def _reader(
    field: Field, operator: Operator, levels_must_exist: bool
) -> Callable[[Scalar | None, int], Scalar]:
    def read(value: Scalar | None, at: int) -> Scalar:
        if field.type == "number":
            return _number(field, value, at)
        if field.type == "date":
            return _date(field, value, at)
        if field.type == "boolean":
            return _boolean(field, value, at)
        text = _text(field, value, at)
        if operator == "mentions" or field.type == "text" or not field.levels or not levels_must_exist:
            return text
        return _level(field, text, at)

    return read


def _number(field: Field, value: Scalar | None, at: int) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        number: int | float | None = value
    else:
        number = _number_in(value) if isinstance(value, str) else None
    try:
        if number is not None and math.isfinite(number):
            return number
    except OverflowError:
        pass
    raise Misfit(
        f"`{field.name}` is a number; {_quoted(value)} is none.",
        "Write plain digits, such as 40 or 1500.5.",
        at,
    )


def _number_in(text: str) -> int | float | None:
    """A number in a file's text: digits with an optional sign, fraction and exponent, nothing else."""
    if len(text) > 40 or not text.isascii() or not set(text) <= set("0123456789.+-eE_"):
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _date(field: Field, value: Scalar | None, at: int) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise Misfit(f"`{field.name}` is a date; {_quoted(value)} is none.", "Write dates as '2025-06-01'.", at)


def _boolean(field: Field, value: Scalar | None, at: int) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, str) and fold(value) in known:
        return known[fold(value)]
    raise Misfit(f"`{field.name}` is yes or no; {_quoted(value)} is neither.", "Write TRUE or FALSE.", at)


def _text(field: Field, value: Scalar | None, at: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and str(value) in field.levels:
        return str(value)
    shown = value.isoformat() if isinstance(value, dt.date) else value
    raise Misfit(
        f"`{field.name}` is {_A_TYPE[field.type]}; {_quoted(value)} is not a text.",
        f"Texts stand in single quotes: '{shown}'.",
        at,
    )


def _level(field: Field, text: str, at: int) -> str:
    if text in field.levels:
        return text
    for level in field.levels:  # most frequent first
        if fold(level) == fold(text):
            return level
    near = nearest(text, field.levels)
    meant = f"; did you mean {_quoted(near)}?" if near else "."
    shown = ", ".join(_quoted(level) for level in field.levels[:8])
    more = f" and {len(field.levels) - 8} more" if len(field.levels) > 8 else ""
    raise Misfit(f"`{field.name}` is never {_quoted(text)}{meant}", f"Values: {shown}{more}.", at)


def _quoted(value: object) -> str:
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    text = text if len(text) <= 60 else text[:57] + "…"
    return f"'{text}'" if isinstance(value, str) else text
