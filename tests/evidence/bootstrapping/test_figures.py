"""The two bootstrapped statistics against numpy, lifelines and cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from icp_workbench.evidence.bootstrapping.figures import lifetime_value, spread

WEIGHTED = st.lists(st.tuples(st.integers(-3, 40), st.lists(st.integers(0, 4), min_size=3, max_size=3)),
                    min_size=1, max_size=40)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(WEIGHTED)
def test_the_spread_of_each_weighting_is_that_of_the_repeated_values(
    weighted: list[tuple[int, list[int]]],
) -> None:
    weighted = sorted(weighted)
    values = np.array([float(value) for value, _ in weighted])
    counts = np.array([times for _, times in weighted]).T
    found = spread(values, counts)
    for times, one in zip(counts, found, strict=True):
        held = np.repeat(values, times)
        if not len(held) or np.median(held) <= 0:
            assert np.isnan(one)
        else:
            low, middle, high = np.quantile(held, [0.25, 0.5, 0.75])
            assert one == pytest.approx((high - low) / middle)


def test_the_spread_worked_by_hand() -> None:
    # Quartiles of 1 … 5 are 2 and 4, the median is 3. With 5 counted twice: 2.25, 3.5 and 4.75.
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    counts = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 1, 2], [0, 0, 7, 0, 0]])
    assert spread(values, counts) == pytest.approx([2 / 3, 2.5 / 3.5, 0.0])


def test_there_is_no_spread_of_nothing_nor_around_a_median_of_zero() -> None:
    assert np.isnan(spread(np.empty(0), np.ones((2, 0), dtype=int))).all()
    assert np.isnan(spread(np.array([-5.0, 0.0, 9.0]), np.ones((1, 3), dtype=int))).all()


def test_the_lifetime_value_worked_by_hand() -> None:
    # Of four customers one leaves at 1, one at 3, two stay. S: 1 to 1, 3/4 to 3, 3/8 to 4: an area of 2.875.
    duration, ended = np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, True, False])
    amount = np.array([8.0, 12.0, 10.0, 10.0])
    once = np.ones((1, 4), dtype=int)
    assert lifetime_value(duration, ended, amount, once, 4.0, 1.0) == pytest.approx([28.75])
    # Up to 2: 1 + 3/4. What happens at the horizon, or after it, no longer counts.
    assert lifetime_value(duration, ended, amount, once, 2.0, 1.0) == pytest.approx([17.5])
    assert lifetime_value(duration, ended, amount, once, 1.0, 1.0) == pytest.approx([10.0])
    # The same in days of a 365-day year: as many months.
    days = lifetime_value(duration * 365 / 12, ended, amount, once, 4.0 * 365 / 12, 12 / 365)
    assert days == pytest.approx([28.75])


LIVES = st.lists(
    st.tuples(st.integers(0, 15), st.booleans(), st.integers(-5, 20), st.integers(0, 3)),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(LIVES, st.integers(1, 12))
def test_the_lifetime_value_is_the_mean_amount_times_the_restricted_mean_survival_time(
    lives: list[tuple[int, bool, int, int]], horizon: int
) -> None:
    lives.sort()
    duration, ended, amount, times = (np.array(column) for column in zip(*lives, strict=True))
    both = np.stack([np.ones(len(lives), dtype=int), times])
    found = lifetime_value(duration.astype(float), ended, amount.astype(float), both, float(horizon), 1.0)
    for counts, one in zip(both, found, strict=True):
        if not counts.any():
            assert np.isnan(one)
            continue
        here = counts > 0
        fitted = KaplanMeierFitter().fit(duration[here], ended[here], weights=counts[here])
        expected = restricted_mean_survival_time(fitted, t=horizon)
        assert one == pytest.approx(expected * np.average(amount[here], weights=counts[here]), abs=1e-9)


def test_there_is_no_lifetime_value_of_nobody() -> None:
    nothing = np.empty(0)
    found = lifetime_value(nothing, nothing.astype(bool), nothing, np.ones((2, 0), dtype=int), 12.0, 1.0)
    assert np.isnan(found).all() and found.shape == (2,)
