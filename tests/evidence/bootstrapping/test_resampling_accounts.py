"""A resample draws whole accounts, the same ones every time, and stops when told to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from icp_workbench.evidence.bootstrapping import resampling_accounts
from icp_workbench.evidence.bootstrapping.resampling_accounts import accounts_in_bag, bags, resamples_for
from icp_workbench.evidence.bootstrapping.weighing import book_figure
from tests.evidence.bootstrapping.books import (
    deals_book,
    lognormal_book,
    never,
    outcome,
    staying_book,
)


def after(calls: int) -> Callable[[], bool]:
    """Cancels from the call after so many on."""
    left = iter([False] * calls)
    return lambda: next(left, True)


def test_a_resample_draws_whole_accounts_and_as_many_as_there_are() -> None:
    account = np.array([7, 3, 3, 9, 7, 7, 20])  # in any order, with gaps
    (bag,) = bags(account, never)
    counts = np.concatenate(list(bag.batches))
    assert counts.shape == (999, 7) and (bag.accounts, bag.share) == (4, 1.0)
    for members in ([0, 4, 5], [1, 2]):
        assert (counts[:, members] == counts[:, members[:1]]).all()
    assert (counts[:, [0, 1, 3, 6]].sum(axis=1) == 4).all()
    assert counts[:, 0].mean() == pytest.approx(1, abs=0.1)  # each is drawn once on average


def width(amount: np.ndarray, account: np.ndarray) -> float:
    found = book_figure(outcome(deals_book(account, amount)), None, True, never)
    return float(np.log(found.high / found.low)[0])


def test_ten_like_deals_of_an_account_tell_no_more_than_one() -> None:
    random = np.random.default_rng(5)
    amount = np.exp(random.normal(9, 1, 400))
    forty = width(amount[:40], np.arange(40))
    repeated = width(np.repeat(amount[:40], 10), np.repeat(np.arange(40), 10))
    assert repeated == pytest.approx(forty, rel=0.1)
    # Four hundred accounts with one deal each: about √10 times narrower.
    assert width(amount, np.arange(400)) == pytest.approx(forty / 10**0.5, rel=0.35)


def test_a_book_too_large_to_be_drawn_whole_is_drawn_in_bags() -> None:
    account = np.repeat(np.arange(20_000), 2)
    found = list(bags(account, never))
    assert len(found) == 9
    for bag in found:
        assert (bag.accounts, bag.share) == (5_000, 0.25)
        assert len(bag.members) == 10_000 and (np.diff(bag.members) > 0).all()
        assert len(np.unique(account[bag.members])) == 5_000
    assert len({tuple(bag.members[:20]) for bag in found}) == 9
    batch = next(found[0].batches)
    assert (batch[:, ::2] == batch[:, 1::2]).all() and (batch.sum(axis=1) == 10_000).all()


@pytest.mark.parametrize(
    ("accounts", "observations", "drawn"),
    [(40, 40, 40), (5_000, 10_000, 5_000), (85, 40_000, 85), (20_000, 40_000, 5_000), (2_000, 400_000, 500)],
)
def test_a_bag_holds_so_many_accounts_that_a_resample_stays_small(
    accounts: int, observations: int, drawn: int
) -> None:
    assert accounts_in_bag(accounts, observations) == drawn


def test_few_accounts_with_very_many_deals_are_drawn_less_often() -> None:
    assert [resamples_for(n) for n in (0, 100_000, 250_000, 10_000_000)] == [999, 999, 400, 199]


@pytest.mark.parametrize(("accounts", "deals", "correlation"), [(3_000, 1, 0.0), (900, 4, 0.3)])
def test_bags_give_the_interval_that_all_accounts_give(
    accounts: int, deals: int, correlation: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(8)
    for book, horizon in (
        (lognormal_book(random, accounts, deals, correlation), None),
        (staying_book(random, accounts), 20.0),
    ):
        monkeypatch.setattr(resampling_accounts, "MOST_AT_ONCE", 10_000)
        whole = book_figure(outcome(book), horizon, True, never)
        monkeypatch.setattr(resampling_accounts, "MOST_AT_ONCE", 800)
        bagged = book_figure(outcome(book), horizon, True, never)
        assert bagged.value == whole.value
        assert (bagged.high - bagged.low) == pytest.approx(whole.high - whole.low, rel=0.12)


def test_the_same_accounts_give_the_same_draws() -> None:
    one, other = (
        [counts for bag in bags(np.array([1, 1, 4, 5]), never) for counts in bag.batches] for _ in range(2)
    )
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    # Only who is there counts, not the rows they have in the book.
    moved = [counts for bag in bags(np.array([10, 10, 40, 50]), never) for counts in bag.batches]
    assert all((a == b).all() for a, b in zip(one, moved, strict=True))


@pytest.mark.parametrize("observations", [300, 40_000])
def test_drawing_stops_at_the_batch_after_it_was_cancelled(observations: int) -> None:
    account = np.arange(observations)
    for calls in (0, 1, 2):
        assert sum(1 for bag in bags(account, after(calls)) for _ in bag.batches) <= calls
    assert sum(len(counts) for bag in bags(account, never) for counts in bag.batches) == 999


def test_nobody_is_drawn_from_nobody() -> None:
    (bag,) = bags(np.array([], dtype=np.intp), never)
    assert bag.accounts == 0 and sum(counts.size for counts in bag.batches) == 0
