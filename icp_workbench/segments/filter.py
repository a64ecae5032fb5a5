"""What a hand has chosen on the attributes, and the condition it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from icp_workbench.conditions.condition import (
    EVERYONE,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    from_plain,
    to_plain,
)
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.errors import WorkbenchError

Level = str | bool | None  # None is the blank level
Bound = float | dt.date
_LEVELS = ("included", "excluded")
_ENDS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen on one attribute: levels in, levels out, and a range (inclusive; None is open)."""

    included: tuple[Level, ...] = ()
    excluded: tuple[Level, ...] = ()
    low: Bound | None = None
    high: Bound | None = None

    @property
    def is_empty(self) -> bool:
        """True when nothing is chosen."""
        return self == Choice()


@dataclass(frozen=True, slots=True)
class Filter:
    """Choices per attribute, all of which must hold, and an expression typed by a person beside them."""

    choices: Mapping[str, Choice] = field(default_factory=lambda: MappingProxyType({}))
    expression: Condition | None = None

    def choice(self, name: str) -> Choice:
        """The choice on one attribute (empty if none)."""
        return self.choices.get(name, Choice())

    def toggle_included(self, name: str, level: Level) -> Filter:
        """Take the level in, or no longer; a level taken in is not excluded."""
        choice = self.choice(name)
        included, excluded = _toggled(choice.included, level), _without(choice.excluded, level)
        return self._with(name, replace(choice, included=included, excluded=excluded))

    def toggle_excluded(self, name: str, level: Level) -> Filter:
        """Leave the level out, or no longer; a level left out is not included."""
        choice = self.choice(name)
        included, excluded = _without(choice.included, level), _toggled(choice.excluded, level)
        return self._with(name, replace(choice, included=included, excluded=excluded))

    def with_range(self, name: str, low: Bound | None, high: Bound | None) -> Filter:
        """Keep values from `low` to `high`, both inclusive; None leaves that end open."""
        return self._with(name, replace(self.choice(name), low=low, high=high))

    def with_expression(self, expression: Condition | None) -> Filter:
        """The same choices with another typed expression."""
        return replace(self, expression=expression)

    def without(self, name: str) -> Filter:
        """The filter as if nothing were chosen on this attribute."""
        return self._with(name, Choice())

    def condition(self, fields: Fields) -> Condition:
        """The condition this filter means; `EVERYONE` if nothing is chosen. KeyError for an unknown field."""
        parts = [part for name, choice in self.choices.items() for part in _parts(fields[name], choice)]
        if self.expression is not None:
            parts.append(self.expression)
        if not parts:
            return EVERYONE
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _with(self, name: str, choice: Choice) -> Filter:
        choices = {key: value for key, value in self.choices.items() if key != name or not choice.is_empty}
        if not choice.is_empty:
            choices[name] = choice
        return replace(self, choices=MappingProxyType(choices))


def filter_to_plain(chosen: Filter) -> dict[str, Any]:
    """The filter in JSON's types: choices as a list in their order, dates as `{"date": "2025-06-01"}`."""
    choices = []
    for name, choice in chosen.choices.items():
        plain: dict[str, Any] = {"field": name}
        plain |= {key: list(levels) for key in _LEVELS if (levels := getattr(choice, key))}
        plain |= {key: _tagged(bound) for key in _ENDS if (bound := getattr(choice, key)) is not None}
        choices.append(plain)
    expression = None if chosen.expression is None else _tagged(to_plain(chosen.expression))
    return {"choices": choices, "expression": expression}


def filter_from_plain(plain: Mapping[str, Any]) -> Filter:
    """The filter `filter_to_plain` wrote. WorkbenchError for anything else."""
    try:
        choices = {one["field"]: _choice(one) for one in plain["choices"]}
        expression = plain["expression"]
    except (KeyError, TypeError, ValueError) as error:
        raise WorkbenchError(
            "Not a filter",
            f"A saved filter cannot be read: {error!r}.",
            "Go on without it, or from an older copy.",
        ) from None
    condition = None if expression is None else from_plain(_untagged(expression), "expression")
    return Filter(MappingProxyType(choices), condition)


def _choice(plain: Mapping[str, Any]) -> Choice:
    unknown = set(plain) - {"field", *_LEVELS, *_ENDS}
    if unknown or not isinstance(plain["field"], str):
        raise ValueError(f"unexpected {sorted(unknown) or plain['field']!r}")
    included, excluded = (tuple(plain.get(key, ())) for key in _LEVELS)
    low, high = (_untagged(plain.get(key)) for key in _ENDS)
    return Choice(included, excluded, low, high)


def _tagged(value: Any) -> Any:
    """JSON has no dates: each becomes a mapping that no condition looks like."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return {key: _tagged(inside) for key, inside in value.items()}
    return [_tagged(inside) for inside in value] if isinstance(value, list | tuple) else value


def _untagged(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"date"}:
            return dt.date.fromisoformat(value["date"])
        return {key: _untagged(inside) for key, inside in value.items()}
    return [_untagged(inside) for inside in value] if isinstance(value, list) else value


def _toggled(levels: tuple[Level, ...], level: Level) -> tuple[Level, ...]:
    return _without(levels, level) if level in levels else (*levels, level)


def _without(levels: tuple[Level, ...], level: Level) -> tuple[Level, ...]:
    return tuple(other for other in levels if other != level)


def _parts(field: Field, choice: Choice) -> list[Condition]:
    parts: list[Condition] = []
    within = _range(field, choice)
    if within is not None and choice.included == (None,):
        return [_or_unknown(field, within)]  # the blanks are taken in beside the range
    if choice.included:
        known = _any_level(field, choice.included)
        parts.append(_or_unknown(field, known) if None in choice.included else known)
    if choice.excluded:
        # Excluding a value keeps blanks, unless the blank level is excluded too.
        left_out = tuple(level for level in choice.excluded if level is not None)
        if left_out:
            kept: Condition = (
                FieldTest(field.name, "not_in", left_out)
                if field.type == "category"
                else Not(_any_level(field, left_out))
            )
            parts.append(kept if None in choice.excluded else _or_unknown(field, kept))
        else:
            parts.append(FieldTest(field.name, "is_known"))
    if within is not None:
        parts.append(within)
    return parts


def _range(field: Field, choice: Choice) -> FieldTest | None:
    if choice.low is not None and choice.high is not None:
        return FieldTest(field.name, "between", (choice.low, choice.high))
    if choice.low is not None:
        return FieldTest(field.name, "at_least", choice.low)
    return None if choice.high is None else FieldTest(field.name, "at_most", choice.high)


def _any_level(field: Field, levels: tuple[Level, ...]) -> Condition:
    known = tuple(level for level in levels if level is not None)
    if not known:
        return AnyOf(())
    if field.type == "set":
        return FieldTest(field.name, "contains_any", known)
    if field.type == "boolean":
        if len(set(known)) > 1:
            return FieldTest(field.name, "is_known")
        return FieldTest(field.name, "is", known[0])
    return FieldTest(field.name, "in", known)


def _or_unknown(field: Field, known: Condition) -> Condition:
    unknown = FieldTest(field.name, "is_unknown")
    return unknown if known == AnyOf(()) else AnyOf((known, unknown))
