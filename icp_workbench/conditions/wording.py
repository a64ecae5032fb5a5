"""Conditions in plain words: for sentences, and in short for the head of a column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from icp_workbench.conditions.condition import (
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    Scalar,
)
from icp_workbench.conditions.condition import simplified as simplify
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.render.dates import day
from icp_workbench.render.figures import bound, bounds
from icp_workbench.render.text import clip, display_width

_CAPITALS = re.compile(r"[A-Z]{2,}(?:s(?![a-z])|(?![a-z]))")  # the TV of StreamingTV, SDRs
_PREPOSITIONS = frozenset({"of", "in", "at", "to", "for", "per", "by", "with", "from", "since", "on"})
_SIGNS = {("at_least", False): "≥", ("at_most", False): "≤", ("at_least", True): "<", ("at_most", True): ">"}


def in_words(condition: Condition, fields: Fields) -> str:
    """A condition as part of a sentence: `industry is B2B SaaS or Fintech, employees 40–120 and region is not
    EMEA`. Values come out as found in the data: front ends clean them.
    """
    return _words(simplify(condition), fields)


def in_sentence(condition: Condition, fields: Fields) -> str:
    """Like `in_words`, each test a clause with its verb: `employees are 40–120`, `monthly charges are at most
    60`, `last funding is on or after 2025-06-01`."""
    return _words(simplify(condition), fields, whole=True)


def short_title(condition: Condition, fields: Fields, width: int) -> str:
    """The condition in at most `width` cells: values first, names only where a value means nothing without.

    The longest of several forms that fits: `B2B SaaS or Fintech · employees 40–120`, `B2B SaaS +1 · 40–120`.
    """
    simple = simplify(condition)
    if simple == EVERYONE:
        return clip("all accounts", width)
    if simple == NOBODY:
        return clip("no account", width)
    parts = simple.parts if isinstance(simple, AllOf) else (simple,)
    titles = [" · ".join(_short(part, fields, form) for part in parts) for form in range(3)]
    return next((title for title in titles if display_width(title) <= width), clip(titles[-1], width))


def field_words(name: str, fields: Fields) -> str:
    """A field's name as words: `last_funding` → `last funding`; abbreviations as in the header, `ARR`."""
    if name not in fields:
        return name.replace("_", " ")
    header = fields[name].header
    capitals = {word.lower(): word for word in _CAPITALS.findall(header)}
    if header.isupper() and len(header.split()) > 1:
        capitals = {}  # a header all in capitals says nothing about its words
    return " ".join(capitals.get(word, word) for word in name.split("_"))


def quotable(name: str) -> str:
    """The words of a field as the subject of a sentence, in quotes where they break off: `“part of”`."""
    return f"“{name}”" if name.rpartition(" ")[2] in _PREPOSITIONS else name


def verb(name: str) -> str:
    """`is` or `are`, for the words of a field: annual charges are, number of employees is."""
    words = name.split(" ")
    before = next((at for at, word in enumerate(words) if at and word in _PREPOSITIONS), len(words))
    head = words[before - 1]
    plural = head.endswith("s") and not head.endswith(("ss", "us", "is")) and head not in ("series", "news")
    return "are" if plural else "is"


def _words(condition: Condition, fields: Fields, whole: bool = False) -> str:
    match condition:
        case AllOf(parts):
            if not parts:
                return "every account"
            return _joined([_within(part, fields, whole) for part in parts], "and")
        case AnyOf(parts):
            if not parts:
                return "no account"
            listed = [_within(part, fields, whole) for part in parts]
            return _known_or_blank(parts, fields, whole) or _either(listed)
        case Not(FieldTest() as test):
            return _test_words(test, fields, negated=True, whole=whole)
        case Not(part):
            return f"not ({_words(part, fields, whole)})"
        case FieldTest():
            return _test_words(condition, fields, negated=False, whole=whole)


def _within(part: Condition, fields: Fields, whole: bool) -> str:
    words = _words(part, fields, whole)
    if isinstance(part, AnyOf) and _known_or_blank(part.parts, fields):
        return words
    return f"({words})" if isinstance(part, AllOf | AnyOf) else words


def _known_or_blank(parts: tuple[Condition, ...], fields: Fields, whole: bool = False) -> str | None:
    """`not_in` or blank is what leaving a value out means; a value or blank reads `is A or blank`."""
    if len(parts) != 2 or not isinstance(parts[1], FieldTest) or parts[1].operator != "is_unknown":
        return None
    known, name = parts[0], parts[1].field
    negative = isinstance(known, Not) or (isinstance(known, FieldTest) and known.operator == "not_in")
    test = known.part if isinstance(known, Not) else known
    if not isinstance(test, FieldTest) or test.field != name:
        return None
    return _words(known, fields, whole) + ("" if negative else " or blank")


def _test_words(test: FieldTest, fields: Fields, *, negated: bool, whole: bool) -> str:
    name, field = field_words(test.field, fields), fields.get(test.field)
    values = [value_words(value, field) for value in _values(test)]
    be = verb(name) if whole else "is"
    many, name = be == "are", quotable(name)
    does = "do" if many else "does"
    match test.operator:
        case "is" if isinstance(test.value, bool):
            return f"{name} is {'yes' if test.value != negated else 'no'}"
        case "is_known" | "is_unknown":
            return f"{name} {be} {'known' if (test.operator == 'is_known') != negated else 'blank'}"
        case "is" | "in" | "not_in":
            if negated == (test.operator == "not_in"):
                return f"{name} {be} {_joined(values, 'or')}"
            return f"{name} {be} {_none_of(values)}"
        case "at_least" | "at_most" | "between" if whole:
            return f"{name} {be} {extent_words(test, negated, field)}"
        case "at_least" | "at_most":
            return f"{name} {_one_sided(test, negated, field)} {values[0]}"
        case "between":
            return f"{name} {'outside ' if negated else ''}{_range(test, field)}"
        case "contains_any":
            listed = _joined(values, "or")
            if negated:
                return f"{name} {does} not include {listed}"
            return f"{name} {'include' if many else 'includes'} {listed}"
        case "contains_all":
            listed = _joined(values, "and")
            if negated:
                return f"{name} {does} not include {'all of ' if len(values) > 1 else ''}{listed}"
            return f"{name} {'include' if many else 'includes'} {listed}"
        case "mentions":
            listed = _joined(values, "or")
            if negated:
                return f"{name} {does} not mention {listed}"
            return f"{name} {'mention' if many else 'mentions'} {listed}"


def extent_words(test: FieldTest, negated: bool, field: Field | None) -> str:
    """A range as it follows a verb: `at least 40`, `2015 or later`, `between 2024-01-01 and 2024-12-31`."""
    values = [value_words(value, field) for value in _values(test)]
    first, last = values[0], values[-1]
    dated = _is_dated(test, field)
    if dated or _is_year(test):
        match test.operator, negated:
            case "between", False:
                return f"between {first} and {last}"
            case "between", True:
                return f"before {first} or after {last}"
            case ("at_least", True) | ("at_most", True):
                return f"{'before' if test.operator == 'at_least' else 'after'} {first}"
            case "at_least", _:
                return f"on or after {first}" if dated else f"{first} or later"
            case _:
                return f"on or before {first}" if dated else f"{first} or earlier"
    if test.operator == "between":
        return f"{'outside ' if negated else ''}{_range(test, field)}"
    return f"{_one_sided(test, negated, field)} {first}"


def _is_year(test: FieldTest) -> bool:
    known = all(isinstance(value, int | float) and 1000 <= value < 3000 for value in _values(test))
    return known and "year" in test.field.split("_")


def _is_dated(test: FieldTest, field: Field | None) -> bool:
    return isinstance(_values(test)[0], dt.date) or (field is not None and field.type == "date")


def _short(part: Condition, fields: Fields, form: int) -> str:
    """Form 0 names ranges and lists every value, 1 drops the names, 2 keeps the first value of a list."""
    negated = isinstance(part, Not)
    test = part.part if isinstance(part, Not) else part
    if isinstance(test, AnyOf) and _known_or_blank(test.parts, fields):
        text = _short(test.parts[0], fields, form)
        return text if text.startswith("not ") else f"{text} or blank"
    if not isinstance(test, FieldTest):
        return _words(part, fields)
    name, field = field_words(test.field, fields), fields.get(test.field)
    before = "" if form else f"{name} "
    values = [value_words(value, field) for value in _values(test)]
    listed = _joined(values, "and" if test.operator == "contains_all" else "or")
    if form == 2 and len(values) > 1:
        listed = f"{values[0]} +{len(values) - 1}"
    match test.operator:
        case "is_known" | "is_unknown":
            return f"{name} {'known' if (test.operator == 'is_known') != negated else 'blank'}"
        case "is" if isinstance(test.value, bool):
            return name if test.value != negated else f"not {name}"
        case "between":
            return before + ("outside " if negated else "") + _range(test, field)
        case "at_least" | "at_most":
            return f"{before}{_SIGNS[test.operator, negated]} {values[0]}"
        case "is" | "in" | "not_in" if field is not None and field.type in ("number", "date"):
            return f"{'not ' if negated != (test.operator == 'not_in') else ''}{name} {listed}"
        case _:
            return f"not {listed}" if negated != (test.operator == "not_in") else listed


def _one_sided(test: FieldTest, negated: bool, field: Field | None) -> str:
    dated = _is_dated(test, field)
    if test.operator == "at_least":
        return ("before" if dated else "under") if negated else ("from" if dated else "at least")
    return ("after" if dated else "over") if negated else ("up to" if dated else "at most")


def _range(test: FieldTest, field: Field | None) -> str:
    low, high = _values(test)
    numbers = [value for value in (low, high) if isinstance(value, int | float)]
    if len(numbers) == 2:
        return bounds(numbers[0], numbers[1]) + _currency(field)
    return f"{value_words(low, field)} to {value_words(high, field)}"


def _values(test: FieldTest) -> Sequence[Scalar]:
    if test.value is None:
        return ()
    return test.value if isinstance(test.value, tuple) else (test.value,)


def value_words(value: Scalar, field: Field | None) -> str:
    """A value as text: a number as a person chose it, with its currency; yes or no; a day in ISO order."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return bound(value) + _currency(field)
    return day(value) if isinstance(value, dt.date) else value


def _currency(field: Field | None) -> str:
    unit = field.unit if field is not None else None
    return f" {unit}" if unit is not None and len(unit) == 3 and unit.isupper() else ""


def _none_of(values: Sequence[str]) -> str:
    if len(values) == 2:
        return f"neither {values[0]} nor {values[1]}"
    return ("not " if len(values) == 1 else "none of ") + _joined(values, "or")


def _either(parts: Sequence[str]) -> str:
    """Alternatives; set apart by `; or` where one of them holds an `or` or a comma itself."""
    crowded = any(" or " in part or "," in part for part in parts)
    return "; or ".join(parts) if crowded else _joined(parts, "or")


def _joined(parts: Sequence[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + f" {word} {parts[-1]}"
