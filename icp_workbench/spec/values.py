"""The kinds of values a spec file holds: moments, conditions, counts; read from text or as they are."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from icp_workbench.conditions.condition import OPERATORS, Condition, from_plain, to_plain
from icp_workbench.errors import WorkbenchError


def _moment(value: object) -> object:
    if isinstance(value, str) and "T" in value:
        with contextlib.suppress(ValueError):
            value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value
    raise PydanticCustomError("moment", "a moment with its time zone, such as 2026-11-22T10:42:00+00:00")


def _condition(value: object) -> object:
    if isinstance(value, Condition):
        return value
    try:
        return from_plain(value)
    except WorkbenchError as error:
        raise PydanticCustomError("condition", "{problems}", {"problems": error.what_happened}) from None


_CONDITION_HERE = "#condition"
# `format` alone is a remark to most validators: the pattern is what they check.
_MOMENT = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:?\d{2})$"}
Moment = Annotated[dt.datetime, BeforeValidator(_moment), WithJsonSchema(_MOMENT)]
When = Annotated[
    Condition,
    PlainValidator(_condition),
    PlainSerializer(to_plain),
    WithJsonSchema({"title": "Condition", "$comment": _CONDITION_HERE}),
]
Accounts = Annotated[int, Field(ge=0)] | Literal["<5", "all but <5", "withheld"]
Count = Annotated[int, Field(ge=0)]
Line = Annotated[str, Field(min_length=1)]
Digest = Annotated[str, Field(pattern=r"^sha256:")]
Version = Annotated[str, Field(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$", max_length=40)]


def with_conditions(schema: Any) -> Any:
    """A JSON Schema in which every condition refers to `#/$defs/Condition`."""
    if isinstance(schema, dict):
        if schema.get("$comment") == _CONDITION_HERE:
            kept = {key: value for key, value in schema.items() if key == "description"}
            return {"$ref": "#/$defs/Condition", **kept}
        return {key: with_conditions(value) for key, value in schema.items()}
    return [with_conditions(item) for item in schema] if isinstance(schema, list) else schema


def condition_schema() -> dict[str, Any]:
    """The JSON Schema of a condition: recursive, closed."""
    scalar: dict[str, Any] = {"type": ["string", "number", "boolean"]}
    listed: dict[str, Any] = {"type": "array", "items": scalar, "minItems": 1}
    pair = {**listed, "minItems": 2, "maxItems": 2}
    single = {"is": scalar, "at_least": scalar, "at_most": scalar, "between": pair}
    always = {"is_known": {"const": True}, "is_unknown": {"const": True}}
    here = {"$ref": "#/$defs/Condition"}
    shapes: list[dict[str, Any]] = [
        {"all": {"type": "array", "items": here}},
        {"any": {"type": "array", "items": here}},
        {"not": here},
        *(
            {"field": {"type": "string", "minLength": 1}, name: {**single, **always}.get(name, listed)}
            for name in OPERATORS
        ),
    ]
    return {
        "title": "Condition",
        "description": "Exactly one test on one field, or one of all, any, not around more.",
        "oneOf": [
            {
                "type": "object",
                "properties": shape,
                "required": list(shape),
                "additionalProperties": False,
            }
            for shape in shapes
        ],
    }
