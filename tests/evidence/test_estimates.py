"""Estimators against statsmodels, lifelines and cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from statsmodels.stats.proportion import proportion_confint

from icp_workbench.evidence.estimates import (
    ClusterSums,
    design_effect,
    kaplan_meier,
    median,
    ratio,
    share,
    survival_influence,
    wilson,
)


@pytest.mark.parametrize(("won", "closed"), [(0, 7), (1, 1), (7, 7), (3, 10), (41, 100), (4_238, 6_711)])
def test_with_one_deal_an_account_a_share_has_wilsons_interval(won: int, closed: int) -> None:
    found = share(
        ClusterSums.of(np.repeat([1.0, 0.0], [won, closed - won]), np.ones(closed)), book_effect=3.0
    )
    low, high = proportion_confint(won, closed, method="wilson")
    assert float(found.low) == pytest.approx(low, abs=1e-9)
    assert float(found.high) == pytest.approx(high, abs=1e-9)
    assert float(found.value) == won / closed


def test_forty_accounts_with_ten_identical_deals_count_as_about_forty_deals() -> None:
    won = np.repeat([1.0, 0.0], [12, 28])
    clustered = share(ClusterSums.of(won * 10, np.full(40, 10.0)))
    low, high = proportion_confint(12, 40, method="wilson")
    assert float(clustered.low) == pytest.approx(low, abs=0.01)
    assert float(clustered.high) == pytest.approx(high, abs=0.01)
    assert float(design_effect(ClusterSums.of(won * 10, np.full(40, 10.0)))) == pytest.approx(10 * 399 / 390)


def test_the_clustered_interval_by_hand() -> None:
    # Four accounts, two deals each, won 2, 1, 0, 1: p = 1/2, e = 1, 0, −1, 0; v = 4/3·2/64 = 1/24;
    # deff = (1/24) ÷ (0.25/7) = 7/6; n_eff = 8/(7/6)·(t₇/t₃)² = 8·6/7·(2.364624/3.182446)² = 3.785714…
    found = share(ClusterSums.of([2, 1, 0, 1], [2, 2, 2, 2]))
    low, high = proportion_confint(0.5 * 48 / 7 * (2.364624252 / 3.182446305) ** 2,
                                   48 / 7 * (2.364624252 / 3.182446305) ** 2, method="wilson")  # fmt: skip
    assert float(found.low) == pytest.approx(low, abs=1e-8)
    assert float(found.high) == pytest.approx(high, abs=1e-8)


def test_all_won_takes_the_books_design_effect() -> None:
    sums = ClusterSums.of(np.full(20, 4.0), np.full(20, 4.0))
    narrow, wide = share(sums, book_effect=1.0), share(sums, book_effect=4.0)
    assert float(wide.low) < float(narrow.low) < float(narrow.high) == float(wide.high) == 1.0


def test_a_book_in_which_everything_was_won_counts_accounts() -> None:
    assert float(design_effect(ClusterSums.of(np.full(40, 10.0), np.full(40, 10.0)))) == 10.0


def test_one_account_says_nothing_about_the_others() -> None:
    found = share(ClusterSums.of([3.0], [9.0]))
    assert (float(found.low), float(found.high)) == (0.0, 1.0)


def test_no_deals_give_no_share() -> None:
    found = share(ClusterSums.of(np.zeros(3), np.zeros(3)))
    assert np.isnan(found.value) and np.isnan(found.low) and np.isnan(found.high)


def test_wilson_stays_within_the_unit_interval_and_exact_at_its_ends() -> None:
    low, high = wilson([0.0, 1.0, 0.5], [10, 10, 0])
    assert low[0] == 0.0 and high[1] == 1.0
    assert (low[2], high[2]) == (0.0, 1.0)


def test_a_ratio_by_hand() -> None:
    # Σy/Σx = 60/120; e = y − x/2 = 0, 5, −5; v = 3/2·50/120² ; t₂ = 4.302653
    found = ratio(ClusterSums.of([10, 25, 25], [20, 40, 60]), 3)
    half = 4.30265273 * np.sqrt(1.5 * 50 / 14_400)
    assert float(found.value) == 0.5
    assert float(found.high - found.value) == pytest.approx(half, abs=1e-8)


def test_a_ratio_needs_a_denominator_and_two_accounts_for_an_interval() -> None:
    assert np.isnan(ratio(ClusterSums.of([1.0, -1.0], [1.0, -1.0]), 2).value)
    single = ratio(ClusterSums.of([5.0], [10.0]), 1)
    assert float(single.value) == 0.5 and np.isnan(single.low)


def test_a_median_is_numpys_and_its_interval_that_of_the_order_statistics() -> None:
    values = np.arange(1.0, 41.0)
    found = median(values, np.arange(40))
    assert float(found.value) == np.median(values)
    # The sign test's interval for n = 40 runs from the 14th to the 27th value (Conover, table A3).
    assert 14 <= float(found.low) <= 15 and 26 <= float(found.high) <= 27


def test_identical_values_of_one_account_do_not_narrow_a_median() -> None:
    values = np.arange(1.0, 41.0)
    once = median(values, np.arange(40))
    ten_times = median(np.repeat(values, 10), np.repeat(np.arange(40), 10))
    assert float(ten_times.low) == pytest.approx(float(once.low), abs=1.0)
    assert float(ten_times.high) == pytest.approx(float(once.high), abs=1.0)


def test_a_median_of_ties_is_a_point() -> None:
    found = median(np.full(30, 7.0), np.arange(30))
    assert (float(found.low), float(found.value), float(found.high)) == (7.0, 7.0, 7.0)


def test_a_median_of_nothing_is_nothing() -> None:
    found = median(np.empty(0), np.empty(0, dtype=np.int32))
    assert np.isnan(found.value) and float(found.n) == 0


def _by_month(duration: np.ndarray, ended: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    time = np.minimum(duration, 13).astype(int) - 1
    return np.bincount(time, minlength=13), np.bincount(time, weights=ended, minlength=13)


def test_survival_is_lifelines_kaplan_meier_with_loglog_limits() -> None:
    random = np.random.default_rng(4)
    ends, seen = random.exponential(30, 200), random.uniform(1, 30, 200)
    duration, ended = np.ceil(np.minimum(ends, seen)), (ends <= seen).astype(float)
    found = kaplan_meier(*_by_month(duration, ended), 11)
    fitter = KaplanMeierFitter().fit(duration, ended)
    low, high = fitter.confidence_interval_survival_function_.loc[12.0]
    assert float(found.value) == pytest.approx(float(fitter.predict(12)), abs=1e-9)
    assert float(found.low) == pytest.approx(low, abs=1e-9)
    assert float(found.high) == pytest.approx(high, abs=1e-9)
    assert found.at_risk is not None and float(found.at_risk) == np.sum(duration >= 12)


def test_an_end_in_the_twelfth_month_counts_at_twelve_months() -> None:
    leaving, ended = np.zeros(13), np.zeros(13)
    leaving[11], ended[11], leaving[12] = 5, 5, 5
    assert float(kaplan_meier(leaving, ended, 11).value) == 0.5


def test_nobody_lost_still_has_an_interval() -> None:
    leaving = np.zeros(13)
    leaving[12] = 25
    found = kaplan_meier(leaving, np.zeros(13), 11)
    low, _ = proportion_confint(25, 25, method="wilson")
    assert (float(found.value), float(found.high)) == (1.0, 1.0)
    assert float(found.low) == pytest.approx(low)


def test_survival_influences_sum_to_nothing_and_square_to_nearly_greenwood() -> None:
    random = np.random.default_rng(6)
    duration = random.integers(1, 20, 400).astype(float)
    ended = random.random(400) < 0.5
    time = np.minimum(duration, 13).astype(int) - 1
    leaving, ends = _by_month(duration, ended.astype(float))
    influence = survival_influence(leaving.astype(float), ends, time, ended)
    found = kaplan_meier(leaving, ends, 11)
    greenwood = float(found.variance) * np.log(float(found.value)) ** 2
    assert influence.sum() == pytest.approx(0, abs=1e-12)
    assert float(influence @ influence) == pytest.approx(greenwood, rel=0.1)
