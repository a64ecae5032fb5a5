"""A day in a file that people keep, with the schema that other programs check it by."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError


def _day(value: object) -> object:
    if type(value) is dt.date:
        return value
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("day", "a day such as 2026-10-31")


# `format` alone is a remark to most validators: the pattern is what they check.
_DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema(_DAY)]
