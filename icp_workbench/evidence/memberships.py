"""Attributes of a finer grain than the account: an account may have several of their values.

What is then weighed against "the other values" shares accounts with it, and the sums of both sides, and what
they have in common, are added up by account and level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray, sums_by
from icp_workbench.evidence.outcomes import BoolArray, Outcome
from icp_workbench.segments.counting import LeveledField
from icp_workbench.segments.index import ACCOUNT, SegmentIndex
from icp_workbench.segments.rows import RowSet


@dataclass(frozen=True, slots=True)
class Memberships:
    """Which usable observations (their positions in the outcome) have which level, one pair an element."""

    observation: npt.NDArray[np.intp]
    level: npt.NDArray[np.intp]
    levels: int  # the blank included
    n: int  # usable observations in all

    @classmethod
    def of(
        cls, index: SegmentIndex, rows: RowSet, outcome: Outcome, selected: BoolArray, name: str
    ) -> Memberships:
        field = index.book.fields[name]
        positions = np.flatnonzero(selected)
        if field.type in ("number", "date"):
            return cls._blank(index, rows, outcome, positions, name)
        levels = index.levels(name)
        width = len(levels.levels) + 1
        if field.grain == ACCOUNT:
            holds = _holds(levels, levels.codes[outcome.account[positions]])
        elif field.grain == outcome.metric.grain:
            holds = _holds(levels, levels.codes[outcome.row[positions]])
        else:
            accounts = _accounts_holding(index, rows, field.grain, levels)
            observation, level = np.nonzero(accounts[outcome.account[positions]])
            holds = (observation, level)
        return cls(positions[holds[0]], holds[1], width, len(outcome.value))

    @classmethod
    def _blank(
        cls, index: SegmentIndex, rows: RowSet, outcome: Outcome, positions: npt.NDArray[np.intp], name: str
    ) -> Memberships:
        grain = index.book.fields[name].grain
        blank = index.column(name, grain).blank()
        if grain == ACCOUNT:
            here = blank[outcome.account[positions]]
        elif grain == outcome.metric.grain:
            here = blank[outcome.row[positions]]
        else:
            owners = np.zeros(index.n_accounts, dtype=bool)
            owners[index.account_of(grain)[rows.observations(grain) & blank]] = True
            here = owners[outcome.account[positions]]
        return cls(positions[here], np.zeros(int(here.sum()), dtype=np.intp), 1, len(outcome.value))

    def mask(self, level: int) -> BoolArray:
        """Which of the usable observations have a level: bool (n,)."""
        found = np.zeros(self.n, dtype=bool)
        found[self.observation[self.level == level]] = True
        return found


def _holds(
    levels: LeveledField, codes: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """(row, level) of every level each row has; the blank is one past the last level."""
    if levels.members is None:
        return np.arange(len(codes)), codes.astype(np.intp)
    row, level = np.nonzero(_with_blank(levels)[codes])
    return row, level


def _with_blank(levels: LeveledField) -> FloatArray:
    """Shape (width, len(levels) + 1): which levels each code stands for, the blank among them."""
    if levels.members is None:
        return np.eye(levels.width)
    blank = np.zeros((levels.width, 1))
    blank[-1] = 1.0
    return np.hstack([levels.members, blank])


def _accounts_holding(index: SegmentIndex, rows: RowSet, grain: str, levels: LeveledField) -> BoolArray:
    """Shape (n_accounts, len(levels) + 1): accounts with at least one observation of that level in the
    filter."""
    mask = rows.observations(grain)
    row, level = _holds(levels, levels.codes[mask])
    found = np.zeros((index.n_accounts, len(levels.levels) + 1), dtype=bool)
    found[index.account_of(grain)[mask][row], level] = True
    return found


@dataclass(frozen=True, slots=True)
class LevelSums:
    """Σ over accounts by level: the level's and the others' sums (7, levels), and the covariance of the two
    estimates (levels,), of accounts on both sides."""

    inside: FloatArray
    outside: FloatArray
    covariance: FloatArray

    def taken(self, positions: Sequence[int]) -> LevelSums:
        """Those of some levels, in this order."""
        chosen = list(positions)
        return LevelSums(self.inside[:, chosen], self.outside[:, chosen], self.covariance[chosen])


def moments_within(outcome: Outcome, selected: BoolArray) -> FloatArray:
    """What the observations selected add to each account's sums, shape (7, n_accounts)."""
    account = outcome.account[selected]
    y = sums_by(account, outcome.value[selected], outcome.n_accounts)
    n = sums_by(account, outcome.weight[selected], outcome.n_accounts)
    counts = np.bincount(account, minlength=outcome.n_accounts).astype(float)
    return np.stack([(counts > 0).astype(float), n, y, n * n, y * n, y * y, counts])


def level_sums(outcome: Outcome, members: Memberships, per_account: FloatArray) -> LevelSums:
    """Sums by level, of accounts that may have it on some observations and not on others; `per_account` (7,
    n_accounts) are the sums of all."""
    pair = members.level * outcome.n_accounts + outcome.account[members.observation]
    pairs, inverse = np.unique(pair, return_inverse=True)
    level, account = pairs // outcome.n_accounts, pairs % outcome.n_accounts
    y = sums_by(inverse, outcome.value[members.observation], len(pairs))
    n = sums_by(inverse, outcome.weight[members.observation], len(pairs))
    count = np.bincount(inverse, minlength=len(pairs)).astype(float)
    all_n, all_y, all_count = per_account[1][account], per_account[2][account], per_account[6][account]

    def by_level(values: FloatArray) -> FloatArray:
        return sums_by(level, values, members.levels)

    inside = np.stack([by_level(v) for v in (np.ones(len(pairs)), n, y, n * n, y * n, y * y, count)])
    left = np.stack(
        [
            # What each account on the level loses to it: its sums before less its sums after.
            by_level(before - after)
            for before, after in (
                ((all_count > 0).astype(float), (all_count > count).astype(float)),
                (all_n, all_n - n),
                (all_y, all_y - y),
                (all_n**2, (all_n - n) ** 2),
                (all_y * all_n, (all_y - y) * (all_n - n)),
                (all_y**2, (all_y - y) ** 2),
                (all_count, all_count - count),
            )
        ]
    )
    total = per_account.sum(axis=1)[:, None]
    outside = np.where(total[0] - left[0] > 0.5, total - left, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = inside[2] / inside[1], outside[2] / outside[1]
        own, other = y - p[level] * n, (all_y - y) - q[level] * (all_n - n)
        scale = total[0] / (total[0] - 1) / (inside[1] * outside[1])
        covariance = np.where(outside[0] > 0, by_level(own * other) * scale, 0.0)
    # Without an account on both sides the covariance is exactly nothing, not a rounding error.
    shared = by_level((all_count > count).astype(float))
    return LevelSums(inside, outside, np.where((shared > 0) & np.isfinite(covariance), covariance, 0.0))
