"""When each account was last seen and whether it ended, so that a survival curve is one count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray
from icp_workbench.segments.packing import narrowest
from icp_workbench.segments.rows import EVERYBODY, Fewer


@dataclass(frozen=True, eq=False)
class AccountEndings:
    """`codes` (n_accounts,): 0 without an observation, else 1 + 2 × the column of time, and one more where
    the end was seen; `columns` of time in all."""

    codes: npt.NDArray[np.unsignedinteger[Any]]
    columns: int

    @property
    def kinds(self) -> int:
        """How many codes there are."""
        return 2 * self.columns + 1

    @cached_property
    def total(self) -> npt.NDArray[np.int64]:
        """Everybody by code, (kinds,)."""
        return self.counts(EVERYBODY)

    def counts(self, few: Fewer) -> npt.NDArray[np.int64]:
        """The accounts of one side by code, (kinds,)."""
        return np.bincount(few.of(self.codes), minlength=self.kinds)

    def by_time(self, counts: npt.NDArray[Any]) -> tuple[FloatArray, FloatArray]:
        """Counts by code (…, kinds) → last seen, and ended, by column of time: (…, columns) each."""
        pairs = counts[..., 1:].astype(float).reshape(*counts.shape[:-1], self.columns, 2)
        return pairs.sum(axis=-1), pairs[..., 1]


def endings_of(
    account: npt.NDArray[np.int32],
    time: npt.NDArray[np.integer[Any]],
    ended: npt.NDArray[np.bool_],
    n_accounts: int,
    columns: int,
) -> AccountEndings:
    """Of one observation an account at most: its account, column of time and end, (n,) each."""
    codes = np.zeros(n_accounts, dtype=narrowest(2 * columns + 1))
    codes[account] = 1 + 2 * time.astype(np.intp) + ended
    return AccountEndings(codes, columns)
