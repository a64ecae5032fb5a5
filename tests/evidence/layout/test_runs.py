"""Sums by account from runs that lie side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.evidence.layout.runs import LONGEST_BESIDE, Runs, runs_of

ACCOUNTS = st.lists(st.integers(0, 7), max_size=60)


def sums_of(runs: Runs, values: np.ndarray) -> np.ndarray:
    parts = [sums for _, sums in runs.sums(values)]
    return np.concatenate(parts) if parts else np.empty(0)


@given(ACCOUNTS, st.integers(0, 5))
def test_sums_by_run_are_sums_by_account(held: list[int], seed: int) -> None:
    account = np.array(held, np.int32)
    values = np.random.default_rng(seed).normal(size=len(held))
    # Codes that tell each observation apart carry its value along.
    runs, accounts, laid = runs_of(account, np.arange(len(held)))
    assert (runs.runs, runs.observations) == (len(set(held)), len(held))
    assert sorted(accounts.tolist()) == sorted(set(held))
    by_hand = np.bincount(account, values, 8)
    assert sums_of(runs, values[laid]) == pytest.approx(by_hand[accounts])
    assert runs.each(accounts).tolist() == account[laid].tolist()


@given(ACCOUNTS, st.integers(0, 255))
def test_some_of_the_runs_are_laid_out_in_the_same_order(held: list[int], which: int) -> None:
    account = np.array(held, np.int32)
    runs, accounts, laid = runs_of(account, np.arange(len(held)))
    kept = (which >> accounts & 1).astype(bool)
    some = runs.within(kept)
    assert some.runs == kept.sum()
    inside = laid[runs.each(kept)]
    assert some.each(accounts[kept]).tolist() == account[inside].tolist()
    values = np.arange(len(held), dtype=float)
    assert sums_of(some, values[inside]).tolist() == np.bincount(account, values, 8)[accounts[kept]].tolist()


def test_long_runs_lie_behind_the_others() -> None:
    account = np.repeat([3, 1, 2], [LONGEST_BESIDE + 4, 1, LONGEST_BESIDE]).astype(np.int32)
    runs, accounts, _ = runs_of(account, np.zeros(len(account), int))
    assert accounts.tolist() == [1, 2, 3]
    assert runs.beside == (1, 0, 0, 0, 0, 0, 0, 1) and runs.longer.tolist() == [LONGEST_BESIDE + 4]
    assert [length for length, _ in runs.sums(np.ones(len(account)))] == [1, LONGEST_BESIDE, 0]


def test_runs_of_one_length_are_sorted_by_their_first_code() -> None:
    _, accounts, laid = runs_of(np.array([0, 1, 2], np.int32), np.array([7, 5, 6]))
    assert (accounts.tolist(), laid.tolist()) == ([1, 2, 0], [5, 6, 7])
