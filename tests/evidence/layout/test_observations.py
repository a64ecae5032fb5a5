"""Observations parted run by run: the sums and the covariance that centred scores give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.evidence.estimates import ClusterSums
from icp_workbench.evidence.layout.observations import ObservationRuns

# account, numerator, inside, among those looked at
OBSERVED = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=50
)


def by_account(values: np.ndarray, account: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.bincount(account[chosen], values[chosen], 6)


def covariance_by_hand(
    y: np.ndarray, n: np.ndarray, account: np.ndarray, inside: np.ndarray, outside: np.ndarray
) -> float:
    """Of the centred account scores e₁/N₁ and e₀/N₀, with A/(A − 1)."""
    scores = []
    for side in (inside, outside):
        total = n[side].sum()
        if total == 0:
            return 0.0
        own, size = by_account(y, account, side), by_account(n, account, side)
        scores.append((own - y[side].sum() / total * size) / total)
    accounts = len(set(account[inside | outside].tolist()))
    return float(scores[0] @ scores[1]) * accounts / (accounts - 1) if accounts > 1 else 0.0


@pytest.mark.parametrize("is_share", [True, False])
@given(OBSERVED, st.integers(0, 9))
def test_both_sides_and_what_they_share_are_those_of_the_observations(
    is_share: bool, observed: list[tuple[int, int, bool, bool]], seed: int
) -> None:
    account, won, within, looked_at = (np.array(part) for part in zip(*observed, strict=True))
    random = np.random.default_rng(seed)
    y = won.astype(float) if is_share else random.normal(2, 1, len(won))
    n = np.ones(len(won)) if is_share else random.uniform(0.5, 3, len(won))
    laid = ObservationRuns.of(account.astype(np.int32), y, None if is_share else n)
    inside, outside = within & looked_at, ~within & looked_at
    found = laid.parted(laid.brought(looked_at[laid.order]), inside[laid.order])
    for sums, side in ((found.inside, inside), (found.outside, outside)):
        there = by_account(np.ones(len(y)), account, side)
        wanted = ClusterSums.of(by_account(y, account, side), by_account(n, account, side), there > 0)
        assert sums[:6] == pytest.approx(
            [wanted.accounts, wanted.n, wanted.y, wanted.nn, wanted.yn, wanted.yy], abs=1e-9
        )
        assert sums[6] == side.sum()
    wanted = covariance_by_hand(y, n, account, inside, outside)
    assert found.covariance == pytest.approx(wanted, abs=1e-9)


def test_accounts_on_one_side_alone_share_exactly_nothing() -> None:
    account = np.repeat(np.arange(40, dtype=np.int32), 3)
    y = np.random.default_rng(1).normal(size=120)
    laid = ObservationRuns.of(account, y, np.full(120, 0.1))
    assert laid.parted(laid.brought(), (account < 15)[laid.order]).covariance == 0.0


def test_an_account_with_very_many_observations_is_one_account() -> None:
    account = np.repeat(np.arange(3, dtype=np.int32), [1_000, 2, 1])
    won = np.append(np.ones(1_000), [1.0, 0.0, 0.0])
    laid = ObservationRuns.of(account, won, None)
    assert laid.brought().sums.tolist() == [
        3.0,
        1003.0,
        1001.0,
        1_000_005.0,
        1_000_002.0,
        1_000_001.0,
        1003.0,
    ]
