"""A book's typed columns in the form that conditions are asked of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from icp_workbench.conditions.evaluation import Column
from icp_workbench.conditions.fields import Field, FieldType


def encoded(values: pd.Series[Any], described: Field) -> Column:
    """A typed column of a book as `Column`. Category and text codes follow the column's own categories."""
    if described.type == "number":
        return Column("number", frozen(values.to_numpy(np.float64, na_value=np.nan)))
    if described.type == "date":
        return Column("date", frozen(values.to_numpy()))
    if described.type == "boolean":
        return Column("boolean", frozen(values.astype("boolean").to_numpy(np.int8, na_value=-1)))
    coded = values.astype("category").cat
    return Column(described.type, frozen(coded.codes.to_numpy()), tuple(coded.categories.tolist()))


def blank_column(kind: FieldType, rows: int) -> Column:
    """A column of `rows` blanks."""
    if kind == "number":
        return Column(kind, np.full(rows, np.nan))
    if kind == "date":
        return Column(kind, np.full(rows, np.datetime64("NaT"), dtype="datetime64[s]"))
    return Column(kind, np.full(rows, -1, np.int8 if kind == "boolean" else np.int32))


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same array, read-only."""
    shared = array.view()
    shared.flags.writeable = False
    return shared
