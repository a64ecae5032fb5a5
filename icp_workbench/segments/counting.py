"""Counts and sums per value of an attribute, under any mask: one `bincount` per attribute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.evaluation import Column, Mask
from icp_workbench.segments.packing import narrowest

_MOST_MARKS = 64_000_000  # a byte for each pair of level and account


@dataclass(frozen=True, slots=True, eq=False)
class LeveledField:
    """One attribute as values to count: categories and texts by level, booleans by False and True, sets by
    member.

    `codes` (n_rows,) are unsigned and as narrow as can be, the blank being the last code. For a set the codes
    stand for combinations, and `members` (n_combinations + 1, len(levels)) says with 1.0 which members each
    holds.
    """

    name: str
    grain: str
    levels: tuple[str | bool, ...]
    codes: npt.NDArray[np.unsignedinteger[Any]]
    width: int
    members: npt.NDArray[np.float64] | None = None

    def counts(self, mask: Mask | None = None) -> npt.NDArray[np.int64]:
        """Rows per level under `mask` (n_rows,): int64 (len(levels) + 1,), the blank last."""
        codes = self.codes if mask is None else np.compress(mask, self.codes)
        return np.rint(self._by_level(np.bincount(codes, minlength=self.width))).astype(np.int64)

    def sums(self, values: npt.NDArray[Any], mask: Mask | None = None) -> npt.NDArray[np.float64]:
        """Sum of `values` (n_rows,) per level under `mask`: float64 (len(levels) + 1,), the blank last.

        Several quantities at once as (k, n_rows) give (k, len(levels) + 1). Values must not be NaN.
        """
        if values.ndim == 2:
            return np.stack([self.sums(row, mask) for row in values])
        codes = self.codes if mask is None else np.compress(mask, self.codes)
        weights = values if mask is None else np.compress(mask, values)
        return self._by_level(np.bincount(codes, weights, self.width))

    def accounts(
        self, account: npt.NDArray[np.int32], n_accounts: int, mask: Mask | None = None
    ) -> npt.NDArray[np.int64]:
        """Distinct accounts per level of a finer grain's field: int64 (len(levels) + 1,), the blank last.

        `account` (n_rows,) is the account row of each observation.
        """
        codes = self.codes if mask is None else np.compress(mask, self.codes)
        owners = account if mask is None else np.compress(mask, account)
        if self.members is None:
            return self._distinct(codes, owners, self.width, n_accounts)
        found = np.zeros(len(self.levels) + 1, np.int64)
        for level in range(len(self.levels)):
            holds = self.members[:, level] > 0
            found[level] = different(owners[holds[codes]], n_accounts)
        found[-1] = different(owners[codes == self.width - 1], n_accounts)
        return found

    def taken(self, rows: npt.NDArray[np.integer[Any]]) -> LeveledField:
        """The same attribute at other rows."""
        return replace(self, codes=np.take(self.codes, rows))

    def holds(self, level: int) -> Mask:
        """Which rows have the level at this position (len(levels) is the blank): bool (n_rows,)."""
        if self.members is None or level == len(self.levels):
            return self.codes == (self.width - 1 if level == len(self.levels) else level)
        return np.take(self.members[:, level] > 0, self.codes)

    def _by_level(self, totals: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        if self.members is None:
            return totals.astype(np.float64)
        return np.append(totals @ self.members, totals[-1]).astype(np.float64)

    @staticmethod
    def _distinct(
        codes: npt.NDArray[np.unsignedinteger[Any]],
        owners: npt.NDArray[np.int32],
        width: int,
        n_accounts: int,
    ) -> npt.NDArray[np.int64]:
        if width * n_accounts <= _MOST_MARKS:
            seen = np.zeros(width * n_accounts, bool)
            at = codes.astype(np.int64)
            at *= n_accounts
            at += owners
            seen[at] = True
            return np.count_nonzero(seen.reshape(width, n_accounts), axis=1).astype(np.int64)
        # Sorted by hand: np.unique hashes whole numbers, which takes ten times as long for millions of them.
        pairs = np.sort(codes.astype(np.int64) * n_accounts + owners)
        first = np.ones(len(pairs), bool)
        np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
        return np.bincount(pairs[first] // max(n_accounts, 1), minlength=width).astype(np.int64)


def different(owners: npt.NDArray[np.int32], n_accounts: int) -> int:
    """How many different accounts there are among the owners of some observations."""
    seen = np.zeros(n_accounts, bool)
    seen[owners] = True
    return int(seen.sum())


def leveled(name: str, grain: str, column: Column, order: Sequence[str] = ()) -> LeveledField:
    """Prepare a category, text, boolean or set for counting; `order` arranges a set's members.

    Raises TypeError for numbers and dates, which have ranges rather than values.
    """
    if column.type == "boolean":
        return LeveledField(name, grain, (False, True), codes_from_zero(column, 3), 3)
    if not column.is_coded:
        raise TypeError(f"{name} is a {column.type}: it has a range, not values")
    width = len(column.levels) + 1
    codes = codes_from_zero(column, width)
    if column.type != "set":
        return LeveledField(name, grain, tuple(map(str, column.levels)), codes, width)
    found = {member for combination in column.levels for member in combination}
    levels = [member for member in order if member in found]
    levels += sorted(found.difference(levels))
    members = np.zeros((width, len(levels)))
    for row, combination in enumerate(column.levels):
        members[row] = [member in combination for member in levels]
    return LeveledField(name, grain, tuple(levels), codes, width, members)


def codes_from_zero(column: Column, width: int) -> npt.NDArray[np.unsignedinteger[Any]]:
    """A coded column's codes with the blank as the last of `width`, read-only."""
    codes = column.values.astype(narrowest(width))
    codes[column.values < 0] = width - 1
    codes.flags.writeable = False
    return codes
