"""What each account brought to a share or a ratio: a segment's sums are then one pass over its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray, inner
from icp_workbench.segments.packing import narrowest
from icp_workbench.segments.rows import EVERYBODY, Fewer

SUMS = 7  # accounts, Σn, Σy, Σn², Σyn, Σy² (what `ClusterSums` holds), and the count of observations
_MOST_PAIRS = 1_000_000


@dataclass(frozen=True, eq=False)
class AccountKinds:
    """Accounts by the few kinds of them there are, such as "three deals, one of them won".

    `codes` (n_accounts,) says of which kind each is, `moments` (7, kinds) what one account of each kind adds
    to the sums. Counting accounts by kind is then all a segment needs, and is exact.
    """

    codes: npt.NDArray[np.unsignedinteger[Any]]
    moments: FloatArray

    @property
    def kinds(self) -> int:
        """How many kinds there are."""
        return self.moments.shape[1]

    @cached_property
    def total(self) -> FloatArray:
        """The sums over everybody, (7,)."""
        return self.sums(EVERYBODY)

    def added(self, few: Fewer) -> list[FloatArray]:
        """What each account of one side adds to the sums: seven arrays."""
        return list(self.moments[:, few.of(self.codes)])

    def sums(self, few: Fewer) -> FloatArray:
        """The sums over the accounts of one side, (7,)."""
        return np.asarray(self.moments @ np.bincount(few.of(self.codes), minlength=self.kinds))


@dataclass(frozen=True, eq=False)
class AccountSums:
    """Each account's own numerator, denominator, and count of observations, (n_accounts,) each."""

    y: FloatArray
    n: FloatArray
    counts: npt.NDArray[np.unsignedinteger[Any]]

    @cached_property
    def total(self) -> FloatArray:
        """The sums over everybody, (7,)."""
        return self.sums(EVERYBODY)

    def sums(self, few: Fewer) -> FloatArray:
        """The sums over the accounts of one side, (7,)."""
        y, n, counts = few.of(self.y), few.of(self.n), few.of(self.counts)
        return np.array(
            [
                np.count_nonzero(counts), n.sum(), y.sum(), inner(n, n), inner(y, n), inner(y, y),
                counts.sum(dtype=np.int64),
            ],
            dtype=float,
        )  # fmt: skip

    def added(self, few: Fewer) -> list[FloatArray]:
        """What each account of one side adds to the sums: seven arrays."""
        y, n, counts = few.of(self.y), few.of(self.n), few.of(self.counts)
        return [(counts > 0).astype(float), n, y, n * n, y * n, y * y, counts.astype(float)]


PerAccount = AccountKinds | AccountSums


def kinds_of_share(won: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> AccountKinds:
    """Accounts by how many observations each has (`of`), and how many of them count (`won`)."""
    base = int(of.max(initial=0)) + 1
    pairs = of * base + won
    if base * base <= _MOST_PAIRS:
        there = np.flatnonzero(np.bincount(pairs, minlength=base * base))
        code_of = np.zeros(base * base, dtype=narrowest(len(there)))
        code_of[there] = np.arange(len(there))
        codes = np.take(code_of, pairs)
    else:
        there, inverse = np.unique(pairs, return_inverse=True)
        codes = inverse.astype(narrowest(len(there)))
    n, y = (part.astype(float) for part in np.divmod(there, base))
    return AccountKinds(codes, np.stack([(n > 0).astype(float), n, y, n * n, y * n, y * y, n]))


def sums_of_ratio(y: FloatArray, n: FloatArray, counts: npt.NDArray[np.int64]) -> AccountSums:
    """Accounts by their own sums."""
    return AccountSums(y, n, counts.astype(narrowest(int(counts.max(initial=0)) + 1)))
