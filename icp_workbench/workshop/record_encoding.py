"""Frozen records as plain JSON and back, by the types of their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache, partial
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
    readers = _readers(kind)  # type: ignore[arg-type]
    unknown = plain.keys() - readers.keys()
    if unknown:
        raise ValueError(f"{kind.__name__} has no {min(unknown)!r:.40}")
    return kind(**{name: readers[name](value) for name, value in plain.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, _CONDITIONS):
        # As a filter with nothing but an expression: there dates are told from texts.
        return filter_to_plain(Filter(expression=value))["expression"]
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return record_to_plain(value) if is_dataclass(value) else value


Reader = Callable[[Any], Any]


@lru_cache
def _readers(kind: type) -> dict[str, Reader]:
    """What reads each field of a record: made once for each kind, for a journal has thousands."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Reader:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _optional(get_args(hint))
    if origin is Literal:
        return partial(_among, get_args(hint))
    if origin is tuple:
        return _tuple(get_args(hint))
    if hint is dt.datetime:
        return _moment
    if hint is dt.date:
        return lambda value: dt.date.fromisoformat(_exactly(str, value))
    if hint is float:
        return lambda value: float(value) if type(value) is int else _exactly(float, value)
    if is_dataclass(hint):
        return lambda value: record_from_plain(hint, _exactly(dict, value))  # type: ignore[arg-type]
    return partial(_exactly, hint)


def _optional(hints: tuple[Any, ...]) -> Reader:
    """Of a condition, or of one kind; None where the hints allow it."""
    if set(_CONDITIONS) <= set(hints):
        read: Reader = _condition
    else:
        (hint,) = [one for one in hints if one is not NoneType]
        read = _reader(hint)
    if NoneType not in hints:
        return read
    return lambda value: None if value is None else read(value)


def _tuple(hints: tuple[Any, ...]) -> Reader:
    readers = [_reader(hint) for hint in hints if hint is not Ellipsis]
    if hints[-1] is Ellipsis:
        return lambda value: tuple(readers[0](one) for one in _exactly(list, value))
    return lambda value: tuple(read(one) for read, one in zip(readers, _exactly(list, value), strict=True))


def _condition(value: Any) -> Any:
    return filter_from_plain({"choices": [], "expression": _exactly(dict, value)}).expression


def _moment(value: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(_exactly(str, value))
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {value!r:.40}")
    return moment


def _among(known: tuple[Any, ...], value: Any) -> Any:
    if value not in known:
        raise ValueError(f"one of {', '.join(known)} was expected, not {value!r:.40}")
    return value


def _exactly(kind: Any, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} was expected, not {value!r:.40}")
    return value
