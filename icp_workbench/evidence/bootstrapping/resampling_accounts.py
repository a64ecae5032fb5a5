"""Accounts drawn anew, with everything they brought."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.bootstrapping.figures import Counts

RESAMPLES = 999
FEWEST_RESAMPLES = 199
BAGS = 9
FEWEST_IN_BAG = 500
MOST_AT_ONCE = 10_000  # observations in a resample
_BATCH = 125_000  # figures in memory at once: more does not fit the cache, and is slower
_MOST_WORK = 100_000_000  # observations × resamples

Positions = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Bag:
    """Resamples of the same accounts: all there are, or so many of them picked at random.

    `accounts` is their number, `share` how much of all accounts that is: a variance over these accounts ×
    `share` is that over all. `members` (m,) ascending are the positions of their observations. `batches` tell
    of each resample how often each member counts: (k, m) each.
    """

    accounts: int
    share: float
    members: Positions
    batches: Iterator[Counts]


def bags(account: Positions, cancelled: Callable[[], bool]) -> Iterator[Bag]:
    """Resamples of the accounts of some observations (`account` (n,) gives each one's), whole accounts each
    time. The same accounts give the same draws, whatever they are compared with. Ends early when cancelled.

    Of a side too large to be drawn again and again, several bags of its accounts are, each in itself (the bag
    of little bootstraps: Kleiner, Talwalkar, Sarkar & Jordan 2014, J. R. Stat. Soc. B 76:795).
    """
    random = np.random.default_rng(0)
    there = np.flatnonzero(np.bincount(account))
    size = accounts_in_bag(len(there), len(account))
    number = np.full(int(there[-1]) + 1 if len(there) else 0, -1, dtype=np.intp)
    if size == len(there):
        number[there] = np.arange(size)
        resamples = resamples_for(len(account))
        everything = np.arange(len(account))
        yield Bag(size, 1.0, everything, _batches(random, number[account], size, resamples, cancelled))
        return
    for _ in range(BAGS):
        if cancelled():
            return
        number[:] = -1
        number[random.choice(there, size, replace=False)] = np.arange(size)
        members = np.flatnonzero(number[account] >= 0)
        drawn = _batches(random, number[account[members]], size, RESAMPLES // BAGS, cancelled)
        yield Bag(size, size / len(there), members, drawn)


def accounts_in_bag(accounts: int, observations: int) -> int:
    """How many accounts a resample draws: all, unless they bring very many observations."""
    if observations <= MOST_AT_ONCE:
        return accounts
    return min(accounts, max(FEWEST_IN_BAG, MOST_AT_ONCE * accounts // observations))


def resamples_for(observations: int) -> int:
    """How many resamples a number of observations allows: fewer where few accounts bring very many."""
    return int(min(RESAMPLES, max(FEWEST_RESAMPLES, _MOST_WORK // max(observations, 1))))


def _batches(
    random: np.random.Generator, account: Positions, accounts: int, resamples: int,
    cancelled: Callable[[], bool],
) -> Iterator[Counts]:  # fmt: skip
    size = max(1, _BATCH // max(len(account), 1))
    for start in range(0, resamples, size):
        if cancelled():
            return
        times = min(size, resamples - start)
        hand = random.integers(0, accounts, (times, accounts))
        hand += np.arange(times)[:, None] * accounts
        drawn = np.bincount(hand.ravel(), minlength=times * accounts).reshape(times, accounts)
        yield np.take(drawn, account, axis=1)
