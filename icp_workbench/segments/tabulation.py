"""Counts and sums per value of every attribute of the accounts at once, under any filter.

The answers are those `LeveledField` gives for one attribute; here all attributes share the passes over the
accounts (`packing.py`), and a filter that holds more than half the book is counted by what it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.evaluation import Column
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.segments.binning import Bins
from icp_workbench.segments.counting import LeveledField, codes_from_zero, leveled
from icp_workbench.segments.packing import Packed, packed
from icp_workbench.segments.rows import EVERYBODY, Fewer

Cells = list[npt.NDArray[Any]]  # of each group, (cells, k)
_MOST_CELLS = 524_288  # of attributes × kinds in one count


@dataclass(frozen=True, eq=False)
class Tabulation:
    """The attributes of the accounts prepared for counting: categories and booleans by level, sets by member,
    numbers and dates by bin; texts are not counted. `n_accounts` rows."""

    n_accounts: int
    groups: tuple[Packed, ...]
    members: Mapping[str, npt.NDArray[np.float64]]  # of sets: (combinations + 1, levels)

    @classmethod
    def of(
        cls, fields: Fields, column: Callable[[str], Column], bins: Callable[[str], Bins], n_accounts: int
    ) -> Tabulation:
        """Of the attributes at the grain of accounts."""
        columns: dict[str, tuple[npt.NDArray[Any], int]] = {}
        members: dict[str, npt.NDArray[np.float64]] = {}
        for field in fields.values():
            if field.grain != "account" or field.type == "text" or field.kept_out is not None:
                continue
            if field.type in ("number", "date"):
                binned = bins(field.name)
                columns[field.name] = binned.codes, binned.bins + 1
                continue
            codes, width, members_of = _coded(field, column(field.name))
            columns[field.name] = codes, width
            if members_of is not None:
                members[field.name] = members_of
        return cls(n_accounts, packed(columns), members)

    @cached_property
    def everybody(self) -> Cells:
        """All accounts by cell."""
        return self.counted(EVERYBODY)

    def counts_kinds(self, kinds: int) -> bool:
        """Whether accounts of so many kinds can be counted by kind in one pass."""
        return all(group.cells * kinds <= _MOST_CELLS for group in self.groups)

    def counted(self, few: Fewer, kinds: npt.NDArray[Any] | None = None, size: int = 1) -> Cells:
        """Accounts of the smaller side by cell and, where `kinds` (n_accounts,) of `size` kinds are given, by
        kind; a column a kind."""
        own = None if kinds is None else few.of(kinds)
        found = []
        for group in self.groups:
            codes = few.of(group.codes)
            if own is not None:
                codes = codes.astype(np.intp)
                codes *= size
                codes += own
            found.append(np.bincount(codes, minlength=group.cells * size).reshape(group.cells, size))
        return found

    def summed(self, few: Fewer, values: Sequence[npt.NDArray[np.float64]]) -> Cells:
        """Sums by cell over the smaller side; each of `values` has a figure for each of its accounts."""
        found = []
        for group in self.groups:
            codes = few.of(group.codes).astype(np.intp)
            sums = [np.bincount(codes, each, group.cells) for each in values]
            found.append(np.stack(sums, axis=1))
        return found

    def by_level(self, cells: Cells) -> dict[str, npt.NDArray[Any]]:
        """Cells of every group → for each attribute (levels + 1, k), the blank last."""
        found: dict[str, npt.NDArray[Any]] = {}
        for group, held in zip(self.groups, cells, strict=True):
            found |= group.by_attribute(held)
        for name, members_of in self.members.items():
            table = found[name]
            found[name] = np.concatenate([members_of.T @ table, table[-1:]])
        return found


def _coded(field: Field, column: Column) -> tuple[npt.NDArray[Any], int, npt.NDArray[np.float64] | None]:
    if field.type == "set":
        held: LeveledField = leveled(field.name, "account", column, field.levels)
        return held.codes, held.width, held.members
    width = 3 if column.type == "boolean" else len(column.levels) + 1
    return codes_from_zero(column, width), width, None
