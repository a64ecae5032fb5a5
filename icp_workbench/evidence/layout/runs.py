"""Observations in runs, one an account, so that sums by account are additions of whole arrays.

Most accounts have one, two or three observations. Runs of one length lie side by side: the first observation
of each, then the second of each, and so on. Adding these up is many times faster than looking up the account
of each observation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LONGEST_BESIDE = 8  # longer runs are few, and lie one behind the other

AnyArray = npt.NDArray[Any]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Runs:
    """The lengths of runs: `beside` says how many there are of one observation, of two … of eight; `longer`
    (runs,) has the lengths of the others, which come last."""

    beside: tuple[int, ...]
    longer: npt.NDArray[np.int64]

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return sum(self.beside) + len(self.longer)

    @property
    def observations(self) -> int:
        """How many observations they hold."""
        return sum(length * many for length, many in self._lengths()) + int(self.longer.sum())

    def sums(self, values: AnyArray, kind: npt.DTypeLike | None = None) -> Iterator[tuple[int, AnyArray]]:
        """The sums of each run of `values` (observations,), for runs of one length at a time: the length (0
        for those of more than eight) and one sum a run. `kind` is the type of the sums of short runs."""
        at = 0
        for length, many in self._lengths():
            beside = values[at : at + length * many].reshape(length, many)
            yield length, np.add.reduce(beside, axis=0, dtype=kind)
            at += length * many
        if len(self.longer):
            starts = np.cumsum(self.longer) - self.longer
            wide = np.float64 if values.dtype.kind == "f" else np.int64
            yield 0, np.add.reduceat(values[at:], starts, dtype=wide)

    def each(self, values: AnyArray) -> AnyArray:
        """What is known of a run (`values` (runs,)) for each of its observations: (observations,)."""
        found = np.empty(self.observations, values.dtype)
        run = at = 0
        for length, many in self._lengths():
            found[at : at + length * many].reshape(length, many)[:] = values[run : run + many]
            run, at = run + many, at + length * many
        found[at:] = np.repeat(values[run:], self.longer)
        return found

    def within(self, kept: BoolArray) -> Runs:
        """Some of the runs (a mask (runs,)), in the same order: what is in the order of these runs, and kept
        by the mask for each, is in the order of the new ones."""
        run, beside = 0, []
        for many in self.beside:
            beside.append(int(np.count_nonzero(kept[run : run + many])))
            run += many
        return Runs(tuple(beside), np.compress(kept[run:], self.longer))

    def _lengths(self) -> Iterator[tuple[int, int]]:
        return ((length, many) for length, many in enumerate(self.beside, 1) if many)


def runs_of(account: npt.NDArray[np.integer], codes: AnyArray) -> tuple[Runs, AnyArray, AnyArray]:
    """The runs of observations whose accounts are `account` (n,); the account of each run, (runs,); and the
    `codes` (n,) in the order of the runs.

    Runs of one length are sorted by their first code: what is then looked up by code lies beside each other.
    """
    if (account[1:] < account[:-1]).any():
        order = np.argsort(account, kind="stable")
        account, codes = account[order], codes[order]
    starts = np.flatnonzero(np.append(True, account[1:] != account[:-1]))[: len(account)]
    lengths = np.diff(np.append(starts, len(account)))
    whose, placed, beside = [], [], []
    for length in range(1, LONGEST_BESIDE + 1):
        first = starts[lengths == length]
        first = first[np.argsort(codes[first])]
        whose.append(account[first])
        placed.append(codes[(first + np.arange(length)[:, None]).ravel()])
        beside.append(len(first))
    longer = lengths > LONGEST_BESIDE
    whose.append(account[starts[longer]])
    placed.append(codes[np.repeat(longer, lengths)])
    runs = Runs(tuple(beside), lengths[longer].astype(np.int64))
    return runs, np.concatenate(whose).astype(np.int32), np.concatenate(placed)
