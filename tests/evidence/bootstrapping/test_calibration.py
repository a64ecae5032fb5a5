"""Whether the intervals hold what they promise, on simulated books; bounds are loose, for few books.

Measured on 2,000 books at 40, 80 and 200 accounts with one deal an account and ten, correlation 0.1 to 0.3:
see docs/decisions.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from icp_workbench.evidence.bootstrapping import resampling_accounts
from icp_workbench.evidence.bootstrapping.weighing import (
    book_figure,
    common_horizon,
    weigh_bootstrapped_masks,
)
from icp_workbench.evidence.estimates import Estimate
from icp_workbench.evidence.quantiles import t_975
from tests.evidence.bootstrapping.books import (
    lognormal_book,
    never,
    outcome,
    staying_book,
    true_lifetime_value,
    true_spread,
)

BOOKS = 150


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of them for a standard deviation, in a third of the time."""
    monkeypatch.setattr(resampling_accounts, "RESAMPLES", 299)


@dataclass
class Checked:
    """Estimates and limits of many books, on the scale of logarithms, against the truth."""

    estimates: list[float] = field(default_factory=list)
    halves: list[float] = field(default_factory=list)
    held: int = 0

    def add(self, found: Estimate, truth: float) -> None:
        value, low, high = (float(np.log(of[0])) for of in (found.value, found.low, found.high))
        self.estimates.append(value - np.log(truth))
        self.halves.append((high - low) / 2)
        self.held += low <= np.log(truth) <= high

    def assert_sane(self, accounts: int) -> None:
        assert self.held / BOOKS >= 0.90
        # Nor are the intervals wide for nothing: about as wide as the estimates of other books are apart.
        expected = t_975(accounts - 1) * np.std(self.estimates)
        assert 0.85 * expected <= np.mean(self.halves) <= 1.3 * expected


@pytest.mark.parametrize(("accounts", "deals", "correlation"), [(40, 1, 0.0), (40, 10, 0.3), (90, 2, 0.1)])
def test_the_interval_of_a_spread_holds_the_truth(accounts: int, deals: int, correlation: float) -> None:
    checked = Checked()
    for seed in range(BOOKS):
        book = lognormal_book(np.random.default_rng(seed), accounts, deals, correlation)
        checked.add(book_figure(outcome(book), None, True, never), true_spread())
    checked.assert_sane(accounts)


@pytest.mark.parametrize("accounts", [40, 80])
def test_the_interval_of_a_lifetime_value_holds_the_truth(accounts: int) -> None:
    checked = Checked()
    for seed in range(BOOKS):
        of = outcome(staying_book(np.random.default_rng(seed), accounts))
        horizon = common_horizon(of, ())
        assert horizon is not None
        checked.add(book_figure(of, horizon, True, never), true_lifetime_value(horizon))
    checked.assert_sane(accounts)


def false_positives(seeds: range, metric: str) -> float:
    found = 0
    for seed in seeds:
        random = np.random.default_rng(seed)
        if metric == "spread":
            of = outcome(lognormal_book(random, 80, 2, 0.2))
        else:
            of = outcome(staying_book(random, 80, sigma=1.0))
        inside = (random.permutation(80) < 30)[of.account]
        horizon = None
        if metric == "lifetime":
            horizon = float(min(of.value[side][-10] for side in (inside, ~inside)))
        p_value = weigh_bootstrapped_masks(of, inside, ~inside, horizon, True, never).p_value
        assert p_value is not None
        found += p_value <= 0.05
    return found / len(seeds)


@pytest.mark.parametrize("metric", ["spread", "lifetime"])
def test_segments_picked_at_random_differ_no_more_often_than_promised(metric: str) -> None:
    assert 0.0 < false_positives(range(BOOKS), metric) <= 0.09
