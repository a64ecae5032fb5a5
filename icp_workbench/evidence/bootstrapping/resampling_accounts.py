"""Accounts drawn anew, with everything they brought."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from icp_workbench.evidence.bootstrapping.figures import Counts
from icp_workbench.evidence.outcomes import BoolArray, Outcome

RESAMPLES = 999
FEWEST_RESAMPLES = 199
_MOST_WORK = 100_000_000  # observations × resamples
_BATCH = 1_000_000


def resamples_for(observations: int) -> int:
    """How many resamples a number of observations allows: fewer for a book so large that its intervals are
    narrow anyway."""
    return int(min(RESAMPLES, max(FEWEST_RESAMPLES, _MOST_WORK // max(observations, 1))))


def drawn_alone(
    outcome: Outcome, selected: BoolArray, resamples: int, cancelled: Callable[[], bool]
) -> Iterator[Counts]:
    """Batches of resamples of one side: how often each observation of `selected` counts, (k, n). The same
    accounts give the same draws, whatever they are compared with. Ends early when cancelled."""
    account = np.unique(outcome.account[selected], return_inverse=True)[1]
    accounts = int(account.max(initial=-1)) + 1
    random = np.random.default_rng(0)
    for times in _batches(resamples, len(account), cancelled):
        yield _times_drawn(random, times, accounts)[:, account]


def drawn_together(
    outcome: Outcome, selected: BoolArray, rest: BoolArray, resamples: int, cancelled: Callable[[], bool]
) -> Iterator[tuple[Counts, Counts]]:
    """Batches of resamples of both sides at once, where accounts have observations on both: what these have
    in common stays. (k, n₁) and (k, n₀). Ends early when cancelled."""
    both = np.concatenate([outcome.account[selected], outcome.account[rest]])
    account = np.unique(both, return_inverse=True)[1]
    random, own = np.random.default_rng(0), int(selected.sum())
    for times in _batches(resamples, len(account), cancelled):
        counts = _times_drawn(random, times, int(account.max(initial=-1)) + 1)
        yield counts[:, account[:own]], counts[:, account[own:]]


def _batches(resamples: int, observations: int, cancelled: Callable[[], bool]) -> Iterator[int]:
    size = max(1, _BATCH // max(observations, 1))
    for start in range(0, resamples, size):
        if cancelled():
            return
        yield min(size, resamples - start)


def _times_drawn(random: np.random.Generator, times: int, accounts: int) -> Counts:
    hand = random.integers(0, accounts, (times, accounts))
    hand += np.arange(times)[:, None] * accounts
    return np.bincount(hand.ravel(), minlength=times * accounts).reshape(times, accounts)
