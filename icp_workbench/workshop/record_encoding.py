"""Frozen records as plain JSON and back, by the types of their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from icp_workbench.conditions.condition import Condition
from icp_workbench.segments.filter import Filter, filter_from_plain, filter_to_plain

Plain = dict[str, Any]
Record = TypeVar("Record")
_CONDITIONS = get_args(Condition)


def record_to_plain(record: Any) -> Plain:
    """A dataclass of texts, numbers, days, moments, conditions and records or tuples of these."""
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def record_from_plain(kind: type[Record], plain: Mapping[str, Any]) -> Record:
    """The record `record_to_plain` wrote. ValueError, KeyError, TypeError or WorkbenchError for anything
    else; a field that has a default may be missing."""
    hints = _hints(kind)  # type: ignore[arg-type]
    unknown = plain.keys() - hints.keys()
    if unknown:
        raise ValueError(f"{kind.__name__} has no {min(unknown)!r:.40}")
    return kind(**{name: _value(hints[name], value) for name, value in plain.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, _CONDITIONS):
        # As a filter with nothing but an expression: there dates are told from texts.
        return filter_to_plain(Filter(expression=value))["expression"]
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return record_to_plain(value) if is_dataclass(value) else value


def _value(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _one_of(get_args(hint), value)
    if origin is Literal:
        if value not in get_args(hint):
            raise ValueError(f"one of {', '.join(get_args(hint))} was expected, not {value!r:.40}")
        return value
    if origin is tuple:
        return _several(get_args(hint), value)
    if hint is dt.datetime:
        moment = dt.datetime.fromisoformat(_exactly(str, value))
        if moment.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r:.40}")
        return moment
    if hint is dt.date:
        return dt.date.fromisoformat(_exactly(str, value))
    if hint is float:
        return float(value) if type(value) is int else _exactly(float, value)
    if is_dataclass(hint):
        return record_from_plain(hint, _exactly(dict, value))  # type: ignore[arg-type]
    return _exactly(hint, value)


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    if value is None and NoneType in hints:
        return None
    if set(_CONDITIONS) <= set(hints):
        condition = filter_from_plain({"choices": [], "expression": _exactly(dict, value)}).expression
        return condition
    (hint,) = [one for one in hints if one is not NoneType]
    return _value(hint, value)


def _several(hints: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    values = _exactly(list, value)
    if hints[-1] is Ellipsis:
        return tuple(_value(hints[0], one) for one in values)
    return tuple(_value(hint, one) for hint, one in zip(hints, values, strict=True))


def _exactly(kind: Any, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} was expected, not {value!r:.40}")
    return value


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
