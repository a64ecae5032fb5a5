"""What accounts brought to shares, ratios and survival, by kind and one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.evidence.estimates import ClusterSums
from icp_workbench.evidence.layout.accounts import kinds_of_share, sums_of_ratio
from icp_workbench.evidence.layout.endings import endings_of
from icp_workbench.segments.rows import EVERYBODY, Fewer

DEALS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted), min_size=1, max_size=40)


def sides(chosen: np.ndarray) -> list[Fewer]:
    return [Fewer(np.flatnonzero(chosen), False), Fewer(np.flatnonzero(~chosen), True), EVERYBODY]


def by_hand(y: np.ndarray, n: np.ndarray, counts: np.ndarray) -> list[float]:
    sums = ClusterSums.of(y, n, counts > 0)
    figures = (sums.accounts, sums.n, sums.y, sums.nn, sums.yn, sums.yy, counts.sum())
    return [float(figure) for figure in figures]


@given(DEALS, st.integers(0, 2**40 - 1))
def test_sums_by_kind_are_the_sums_of_the_accounts(deals: list[list[int]], which: int) -> None:
    won, of = np.array(deals).T
    chosen = np.array([which >> at & 1 == 1 for at in range(len(deals))])
    kinds = kinds_of_share(won, of)
    one_by_one = sums_of_ratio(won.astype(float), of.astype(float), of)
    assert kinds.kinds == len({tuple(pair) for pair in deals})
    for few in sides(chosen):
        there = np.arange(len(deals)) if few.positions is None else few.positions
        wanted = by_hand(won[there], of[there], of[there])
        assert kinds.sums(few).tolist() == wanted
        assert one_by_one.sums(few) == pytest.approx(wanted)
        assert np.sum(one_by_one.added(few), axis=1) == pytest.approx(wanted)


def test_accounts_with_very_many_deals_have_kinds_too() -> None:
    of = np.array([5_000, 5_000, 3])
    won = np.array([10, 10, 3])
    kinds = kinds_of_share(won, of)
    assert kinds.kinds == 2 and kinds.codes[0] == kinds.codes[1] != kinds.codes[2]
    assert kinds.total.tolist() == by_hand(won, of, of)


def test_a_ratio_counts_accounts_by_their_observations_not_by_what_they_divide_by() -> None:
    # A deal that was lost adds its cost and no win: it is there all the same.
    sums = sums_of_ratio(np.array([5.0, 7.0, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([2, 1, 0]))
    assert sums.total.tolist() == [2.0, 1.0, 12.0, 1.0, 5.0, 74.0, 3.0]


def test_endings_by_time_are_counts_last_seen_and_ended() -> None:
    account = np.array([4, 0, 2, 3])
    time, ended = np.array([0, 1, 1, 2]), np.array([True, False, True, True])
    endings = endings_of(account, time, ended, 5, 3)
    leaving, gone = endings.by_time(endings.total)
    assert (leaving.tolist(), gone.tolist()) == ([1, 2, 1], [1, 1, 1])
    few = Fewer(np.array([0, 1, 4]), False)  # account 1 was never a customer
    leaving, gone = endings.by_time(endings.counts(few)[None])
    assert (leaving.tolist(), gone.tolist()) == ([[1, 1, 0]], [[1, 0, 0]])
