"""A validator of the part of JSON Schema that the published schema uses; an unknown keyword is an error, so
that nothing is passed by not being understood."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool,
    "null": type(None),
}  # fmt: skip
_WORDS = frozenset({"title", "description", "default", "$comment", "format", "$schema", "$defs"})


def as_json(value: Any) -> Any:
    """Plain data as JSON holds it."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def misfits(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Every place where a value is not as the schema wants it."""
    for keyword, wanted in schema.items():
        if keyword in _WORDS or keyword in ("additionalProperties", "patternProperties", "items"):
            continue
        match keyword:
            case "$ref":
                name = wanted.removeprefix("#/$defs/")
                yield from misfits(value, whole["$defs"][name], whole, at)
            case "type":
                kinds = [wanted] if isinstance(wanted, str) else wanted
                if not any(_is(value, kind) for kind in kinds):
                    yield f"{at}: {value!r} is no {wanted}"
            case "const":
                if value != wanted:
                    yield f"{at}: {value!r} is not {wanted!r}"
            case "enum":
                if value not in wanted:
                    yield f"{at}: {value!r} is none of {wanted}"
            case "anyOf" | "oneOf":
                fitting = sum(not any(misfits(value, one, whole, at)) for one in wanted)
                if not fitting or (keyword == "oneOf" and fitting > 1):
                    yield f"{at}: {fitting} of {keyword} fit {value!r}"
            case "required":
                if isinstance(value, dict):
                    yield from (f"{at}: no {key}" for key in wanted if key not in value)
            case "properties":
                if isinstance(value, dict):
                    yield from _properties(value, schema, whole, at)
            case "pattern":
                if isinstance(value, str) and not re.search(wanted, value):
                    yield f"{at}: {value!r} is not like {wanted}"
            case "minimum":
                if _is(value, "number") and value < wanted:
                    yield f"{at}: {value} < {wanted}"
            case "maximum":
                if _is(value, "number") and value > wanted:
                    yield f"{at}: {value} > {wanted}"
            case "minLength" | "minItems":
                if isinstance(value, str | list) and len(value) < wanted:
                    yield f"{at}: shorter than {wanted}"
            case "maxLength" | "maxItems":
                if isinstance(value, str | list) and len(value) > wanted:
                    yield f"{at}: longer than {wanted}"
            case _:
                raise NotImplementedError(keyword)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from misfits(item, schema["items"], whole, f"{at}[{number}]")
    if isinstance(value, dict) and "properties" not in schema and "additionalProperties" in schema:
        yield from _properties(value, schema, whole, at)


def _properties(
    value: dict[str, Any], schema: Mapping[str, Any], whole: Mapping[str, Any], at: str
) -> Iterator[str]:
    others = schema.get("additionalProperties", True)
    for key, inner in value.items():
        here = f"{at}.{key}"
        if key in schema.get("properties", {}):
            yield from misfits(inner, schema["properties"][key], whole, here)
        elif any(re.search(pattern, key) for pattern in schema.get("patternProperties", {})):
            continue
        elif others is False:
            yield f"{here}: an unknown key"
        elif isinstance(others, Mapping):
            yield from misfits(inner, others, whole, here)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool) and kind in ("number", "integer"):
        return False
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])
