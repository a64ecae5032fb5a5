"""How much a bootstrapped figure varies when accounts are drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.bootstrapping.figures import Counts, lifetime_value, spread
from icp_workbench.evidence.bootstrapping.resampling_accounts import Positions, accounts_in_bag, bags
from icp_workbench.evidence.estimates import FloatArray
from icp_workbench.evidence.outcomes import BoolArray, Outcome

MONTHS_A_YEAR = 12.0
FEWEST_TOGETHER = 200
_MOST_LOST = 0.1  # resamples without a figure


@dataclass(frozen=True)
class Variances:
    """Covariances between the figures of some sides over resamples, shape (sides, sides): of the figures
    themselves, and of their logarithms (NaN where a resample is not above zero)."""

    plain: FloatArray
    log: FloatArray


def figure_of(outcome: Outcome, at: Positions, horizon: float | None, counts: Counts) -> FloatArray:
    """The metric's figure over the usable observations at `at` (n,), for each weighting of them, (k,)."""
    if outcome.metric.estimator == "spread":
        return spread(outcome.value[at], counts)
    if horizon is None:
        return np.full(len(counts), np.nan)
    months = MONTHS_A_YEAR / (outcome.metric.horizon or MONTHS_A_YEAR)
    return lifetime_value(
        outcome.value[at], outcome.ended[at], outcome.weight[at], counts, horizon, months
    )  # fmt: skip


def variances(
    outcome: Outcome, sides: Sequence[BoolArray], horizon: float | None, cancelled: Callable[[], bool]
) -> Variances | None:
    """Of one side (mask (n,)), or of several whose accounts are drawn together, so that what they have in
    common stays.

    None when cancelled, without observations, where more than a tenth of the resamples have no figure, and
    for sides so unequal that a resample would hold hardly anyone of one of them.
    """
    at = [np.flatnonzero(side) for side in sides]
    account = outcome.account[np.concatenate(at)]
    if not len(account) or (len(sides) > 1 and _lopsided(outcome, sides, account)):
        return None
    ends = np.cumsum([len(own) for own in at])
    squares = np.zeros((2, len(sides), len(sides)))
    freedom = drawn = lost = 0
    for bag in bags(account, cancelled):
        own = np.split(bag.members, np.searchsorted(bag.members, ends[:-1]))
        places = [at[side][members - (ends[side] - len(at[side]))] for side, members in enumerate(own)]
        cuts = np.cumsum([len(members) for members in own])[:-1]
        found = [
            np.stack(
                [
                    figure_of(outcome, place, horizon, part)
                    for place, part in zip(places, np.split(counts, cuts, axis=1), strict=True)
                ]
            )
            for counts in bag.batches
        ]
        if cancelled():
            return None
        figures = np.concatenate(found, axis=1)
        known = figures[:, np.isfinite(figures).all(axis=0)]
        drawn, lost = drawn + figures.shape[1], lost + figures.shape[1] - known.shape[1]
        freedom += known.shape[1] - 1
        if known.shape[1]:
            scale = bag.share * _correction(outcome, bag.accounts)
            squares += scale * np.stack([_products(known), _products(_logarithm(known))])
    if cancelled() or freedom < 1 or lost > _MOST_LOST * drawn:
        return None
    return Variances(*(squares / freedom))


def accounts_of(outcome: Outcome, side: BoolArray) -> npt.NDArray[np.bool_]:
    """Which accounts have observations on a side (mask (n,)), shape (n_accounts,)."""
    return np.bincount(outcome.account[side], minlength=outcome.n_accounts) > 0


def count_accounts(outcome: Outcome, side: BoolArray) -> int:
    """How many accounts have observations on a side (mask (n,))."""
    return int(np.count_nonzero(accounts_of(outcome, side) if outcome.repeats else side))


def count_at(outcome: Outcome, at: Positions) -> int:
    """How many accounts have the observations at some positions."""
    if not outcome.repeats:
        return len(at)
    return int(np.count_nonzero(np.diff(np.sort(outcome.account[at]), prepend=-1)))


def _lopsided(outcome: Outcome, sides: Sequence[BoolArray], account: Positions) -> bool:
    """Whether a bag could not hold enough accounts of each side: what a hundred accounts have in common with
    a million moves neither."""
    together = int(np.count_nonzero(np.bincount(account)))
    drawn = accounts_in_bag(together, len(account)) / together
    fewest = min(count_accounts(outcome, side) for side in sides)
    return drawn < 1 and drawn * fewest < FEWEST_TOGETHER


def _correction(outcome: Outcome, accounts: int) -> float:
    """A mean varies (A − 1)/A too little over accounts drawn anew; quantiles vary rather too much."""
    return accounts / max(accounts - 1, 1) if outcome.metric.estimator == "lifetime" else 1.0


def _logarithm(figures: FloatArray) -> FloatArray:
    if not (figures > 0).all():
        return np.full(figures.shape, np.nan)
    return np.log(figures)


def _products(figures: FloatArray) -> FloatArray:
    """Sums of products of deviations from the mean, shape (sides, sides)."""
    with np.errstate(over="ignore", invalid="ignore"):
        deviations = figures - figures.mean(axis=1, keepdims=True)
        return deviations @ deviations.T
