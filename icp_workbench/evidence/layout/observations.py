"""A share's or a ratio's observations in runs by account, for conditions on the observations themselves.

A condition on deals may hold for one of an account's deals and not for the next, so that the account is on
both sides: what it brought to either is added up run by run, and so is what the two sides have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray, inner
from icp_workbench.evidence.layout.accounts import SUMS
from icp_workbench.evidence.layout.runs import BoolArray, Runs, runs_of


@dataclass(frozen=True, slots=True)
class Brought:
    """What the chosen observations of each run add up to: their count, Σn and Σy, (runs,) each."""

    counts: FloatArray
    n: FloatArray
    y: FloatArray

    @property
    def sums(self) -> FloatArray:
        """The sums over all runs, (7,), in the order of `ClusterSums` and then the count."""
        there = float(np.count_nonzero(self.counts > 0))
        n, y = self.n, self.y
        return np.array([there, n.sum(), y.sum(), inner(n, n), inner(y, n), inner(y, y), self.counts.sum()])


@dataclass(frozen=True, slots=True)
class Parted:
    """The sums (7,) of two sides, exact zeros where nobody is, and the covariance of their two rates."""

    inside: FloatArray
    outside: FloatArray
    covariance: float


@dataclass(frozen=True, slots=True)
class Parts:
    """Several of them: the sums (7, k) of both sides, and the covariances (k,)."""

    inside: FloatArray
    outside: FloatArray
    covariance: FloatArray

    @classmethod
    def of(cls, parted: Sequence[Parted]) -> Parts:
        """One column each."""
        inside = np.stack([one.inside for one in parted], axis=1)
        outside = np.stack([one.outside for one in parted], axis=1)
        return cls(inside, outside, np.array([one.covariance for one in parted]))

    @classmethod
    def joined(cls, parts: Sequence[Parts]) -> Parts:
        """All of them, in order."""
        inside, outside = (
            np.concatenate([getattr(part, side) for part in parts], axis=1) for side in ("inside", "outside")
        )
        return cls(inside, outside, np.concatenate([part.covariance for part in parts]))


@dataclass(frozen=True, eq=False)
class ObservationRuns:
    """`order` (n,) says which observation lies where in the `runs`, whose accounts are `accounts` (runs,);
    `y` and `n` (n,) are laid out that way (`n` None: one each)."""

    runs: Runs
    accounts: npt.NDArray[np.int32]
    order: npt.NDArray[np.int32]
    y: npt.NDArray[Any]
    n: FloatArray | None

    @classmethod
    def of(
        cls, account: npt.NDArray[np.int32], value: FloatArray, weight: FloatArray | None
    ) -> ObservationRuns:
        """Of observations with these accounts, numerators and denominators (None: a share's ones)."""
        runs, accounts, order = runs_of(account, np.arange(len(account), dtype=np.int32))
        laid = value[order]
        return cls(
            runs, accounts, order, (laid == 1).view(np.int8) if weight is None else laid,
            None if weight is None else weight[order],
        )  # fmt: skip

    def brought(self, chosen: BoolArray | None = None) -> Brought:
        """What each run's chosen observations (a mask (n,) in the order of the runs; default: all) add up
        to."""
        there = np.ones(len(self.order), np.int8) if chosen is None else chosen.view(np.int8)
        counts = self._by_run(there)
        if self.n is None:
            return Brought(counts, counts, self._by_run(self.y if chosen is None else self.y & there))
        n, y = (part if chosen is None else part * there for part in (self.n, self.y))
        return Brought(counts, self._by_run(n), self._by_run(y))

    def parted(self, whole: Brought, inside: BoolArray) -> Parted:
        """Some of the observations that make up `whole` against the others (a mask (n,) in the order of the
        runs).

        The covariance is that of the account scores e₁ᵢ/N₁ and e₀ᵢ/N₀ (statistics.md, Intervals and tests).
        What the others brought is not added up again: their Σn₀² is Σn² − 2Σn·n₁ + Σn₁², and so on.
        """
        part = self.brought(inside)
        one, every = part.sums, whole.sums
        nn, ny, yn, yy = (
            inner(all_of, own) for all_of in (whole.n, whole.y) for own in (part.n, part.y)
        )  # Σ over accounts of all its n (or y) × its n (or y) inside
        others = float(np.count_nonzero(whole.counts > part.counts))
        two = np.array(
            [
                others, every[1] - one[1], every[2] - one[2], every[3] - 2 * nn + one[3],
                every[4] - ny - yn + one[4], every[5] - 2 * yy + one[5], every[6] - one[6],
            ]
        )  # fmt: skip
        one, two = (side if side[0] else np.zeros(SUMS) for side in (one, two))
        accounts = every[0]
        if one[0] + two[0] == accounts or one[1] == 0 or two[1] == 0 or accounts < 2:
            return Parted(one, two, 0.0)
        p, q = one[2] / one[1], two[2] / two[1]
        # Σ e₁e₀ with e₁ = y₁ − p·n₁ and e₀ = y₀ − q·n₀, where y₀ = y − y₁ and n₀ = n − n₁.
        together = (yy - one[5]) - q * (ny - one[4]) - p * (yn - one[4]) + p * q * (nn - one[3])
        return Parted(one, two, together * accounts / (accounts - 1) / (one[1] * two[1]))

    def _by_run(self, values: npt.NDArray[Any]) -> FloatArray:
        kind = np.int8 if values.dtype.kind in "iu" else None  # the short runs' counts fit in a byte
        parts = [sums for _, sums in self.runs.sums(values, kind)]
        return np.concatenate(parts).astype(float, copy=False) if parts else np.empty(0)
