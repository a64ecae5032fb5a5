"""Support tickets → how long each took, and how many each customer brought."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.vocabulary import words

Floats = npt.NDArray[np.float64]
_HOURS = {"minutes": 1 / 60, "minute": 1 / 60, "mins": 1 / 60, "min": 1 / 60, "days": 24.0, "day": 24.0,
          "seconds": 1 / 3600, "secs": 1 / 3600, "sec": 1 / 3600}  # fmt: skip
_UNITS = words("hours hour hrs hr h")


def resolution_hours(parts: Mapping[str, Column], rows: int) -> Floats:
    """Hours from opening to solving of each ticket (rows,): as stated, else by its two dates; NaN unknown."""
    if "duration" in parts:
        hours = parts["duration"].numbers * hours_of(parts["duration"])
    elif "opened" in parts and "closed" in parts:
        took = parts["closed"].moments - parts["opened"].moments
        hours = took / np.timedelta64(3600, "s")
    else:
        return np.full(rows, np.nan)
    return np.where(hours >= 0, hours, np.nan)


def hours_of(column: Column) -> float:
    """How many hours one unit of a duration is, by its header; 1 where it does not say."""
    if column.words & _UNITS:
        return 1.0
    return next((scale for word, scale in _HOURS.items() if word in column.words), 1.0)


def tickets_of(owner: Codes, n_accounts: int) -> Floats:
    """How many tickets each account brought, 0 where none: (n_accounts,)."""
    return np.bincount(owner[owner >= 0], minlength=n_accounts).astype(float)
