"""A test within strata: the accounts dealt anew between the two sides of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import FloatArray, sums_by
from icp_workbench.evidence.outcomes import BoolArray
from icp_workbench.evidence.quantiles import two_sided_normal

SHUFFLES = 1_999
_MOST_WORK = 20_000_000  # accounts × shuffles
_FEW = 200  # accounts on a side; with fewer the normal approximation is not to be trusted in any book
_FEWEST_SHUFFLES = 499
_BATCH = 500_000
_MANY, _RARE = 10_000, 50  # accounts of a stratum, and how many of them for each one dealt

Positions = npt.NDArray[np.intp]
_Deal = Callable[[np.random.Generator, int], FloatArray]


@dataclass(frozen=True, slots=True)
class Residuals:
    """What is left of each observation's outcome once its stratum's is taken away; arrays of shape (n,).

    `inside` says which side it is on, `fraction` (strata,) what part of each stratum's denominator is inside;
    `account` is numbered 0…accounts − 1.
    """

    residual: FloatArray
    inside: BoolArray
    stratum: Positions
    fraction: FloatArray
    account: Positions
    accounts: int


def score_test(found: Residuals, shuffles: int, cancelled: Callable[[], bool]) -> float | None:
    """Two-sided p of no difference within the strata, from the studentised sum of each account's score
    (inside − fraction) × residual; None when cancelled.

    Where every account lies in one stratum on one side, the accounts' sides are dealt anew within the strata;
    else the signs of the accounts' scores are. (1 + as extreme) ÷ (1 + shuffles); with 0 shuffles, and in
    books where dealing would take too long and both sides are large, by the normal distribution.
    """
    score = sums_by(
        found.account, (found.inside - found.fraction[found.stratum]) * found.residual, found.accounts
    )
    squares = float(score @ score)
    if squares <= 1e-24 * max(float(found.residual @ found.residual), 1e-276):
        return 1.0
    observed = abs(float(score.sum())) / squares**0.5
    deal, work = _dealt(found) if _one_sided(found) else _flipped(score)
    shuffles = _affordable(shuffles, work, found)
    if not shuffles:
        return float(two_sided_normal(observed))
    random, extreme, done = np.random.default_rng(0), 0, 0
    while done < shuffles:
        if cancelled():
            return None
        size = min(shuffles - done, max(1, _BATCH // work))
        # A hand just as extreme counts, whatever rounding makes of it.
        extreme += int((deal(random, size) >= observed - 1e-9 * max(observed, 1.0)).sum())
        done += size
    return (1 + extreme) / (1 + shuffles)


def _affordable(shuffles: int, work: int, found: Residuals) -> int:
    if shuffles * work <= _MOST_WORK:
        return shuffles
    sides = (np.bincount(found.account[found.inside == side], minlength=1) for side in (True, False))
    if min(np.count_nonzero(side) for side in sides) >= _FEW:
        return 0
    return max(min(shuffles, _FEWEST_SHUFFLES), _MOST_WORK // work)


def _one_sided(found: Residuals) -> bool:
    """Whether every account lies in one stratum, on one side of it."""
    cell = found.stratum * 2 + found.inside
    first = np.zeros(found.accounts, dtype=cell.dtype)
    first[found.account] = cell
    return bool((first[found.account] == cell).all())


def _flipped(score: FloatArray) -> tuple[_Deal, int]:
    length = float(score @ score) ** 0.5

    def deal(random: np.random.Generator, size: int) -> FloatArray:
        signs = random.integers(0, 2, (size, len(score)), dtype=np.int8)
        return np.abs(2.0 * (signs @ score) - score.sum()) / length

    return deal, len(score)


def _dealt(found: Residuals) -> tuple[_Deal, int]:
    total = sums_by(found.account, found.residual, found.accounts)
    stratum, inside = np.zeros(len(total), np.intp), np.zeros(len(total), dtype=bool)
    stratum[found.account], inside[found.account] = found.stratum, found.inside
    order = np.argsort(stratum, kind="stable")
    bounds = np.searchsorted(stratum[order], np.arange(len(found.fraction) + 1))
    total, inside = total[order], inside[order]
    part = found.fraction[stratum[order]]
    # A score is (1 − part)·total in the hand and −part·total outside it.
    gained, spread = total**2 * (1 - 2 * part), float(total**2 @ part**2)
    rest = float(total @ part)
    strata = [
        _Stratum(total[start:end], gained[start:end], inside[start:end])
        for start, end in pairwise(bounds.tolist())
    ]

    def deal(random: np.random.Generator, size: int) -> FloatArray:
        sums, squares = np.zeros(size), np.zeros(size)
        for one in strata:
            own, own_squares = one.deal(random, size)
            sums += own
            squares += own_squares
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.abs(sums - rest) / np.sqrt(squares + spread)

    return deal, sum(one.work for one in strata)


class _Stratum:
    """The accounts of one stratum: what each brings to the sum, and to its square, when it is in the hand."""

    def __init__(self, total: FloatArray, gained: FloatArray, inside: BoolArray) -> None:
        self.total, self.gained, self.inside = total, gained, inside
        self.chosen = int(inside.sum())
        self.few = min(self.chosen, len(total) - self.chosen)
        # numpy draws a few of many without looking at the others, one hand at a time.
        self.rare = len(total) > _MANY and self.few * _RARE < len(total)
        self.work = max(self.few * _RARE, _RARE) if self.rare else len(total)

    def deal(self, random: np.random.Generator, size: int) -> tuple[FloatArray, FloatArray]:
        """The sums over `size` hands."""
        if not self.rare:
            same = np.broadcast_to(self.inside, (size, len(self.total)))
            hand = random.permuted(same, axis=1)
            return hand @ self.total, hand @ self.gained
        drawn = np.stack(
            [random.choice(len(self.total), self.few, replace=False, shuffle=False) for _ in range(size)]
        )
        sums, squares = self.total[drawn].sum(axis=1), self.gained[drawn].sum(axis=1)
        if self.few < self.chosen:
            return self.total.sum() - sums, self.gained.sum() - squares
        return sums, squares
