"""Differences against statsmodels, lifelines, scipy and cases worked by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.statistics import survival_difference_at_fixed_point_in_time_test as at_fixed_time
from scipy.stats import brunnermunzel, mannwhitneyu, norm, rankdata, ttest_ind
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from icp_workbench.evidence.correction import benjamini_hochberg, holm
from icp_workbench.evidence.differences import (
    account_score_test,
    cliffs_delta,
    dealt_rank_test,
    dealt_score_test,
    horizon_test,
    log_rank,
    mover,
    mover_ratio,
    pooled_score_test,
)
from icp_workbench.evidence.estimates import ClusterSums, Estimate, kaplan_meier, ratio, share


def _one_deal_each(won: int, closed: int) -> Estimate:
    return share(ClusterSums.of(np.repeat([1.0, 0.0], [won, closed - won]), np.ones(closed)))


@pytest.mark.parametrize(
    ("a", "m", "b", "n"), [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29), (10, 10, 0, 20)]
)
def test_the_difference_of_two_shares_has_newcombes_interval(a: int, m: int, b: int, n: int) -> None:
    found = mover(_one_deal_each(a, m), _one_deal_each(b, n))
    low, high = confint_proportions_2indep(a, m, b, n, method="newcomb", compare="diff")
    assert float(found.low) == pytest.approx(low, abs=1e-9)
    assert float(found.high) == pytest.approx(high, abs=1e-9)


def test_a_ratio_is_on_the_log_scale_and_only_of_positive_figures() -> None:
    one, other = _one_deal_each(30, 60), _one_deal_each(15, 60)
    found = mover_ratio(one, other)
    up = np.log(float(one.high) / 0.5)
    down = np.log(0.25 / float(other.low))
    assert float(found.difference) == pytest.approx(2.0)
    assert float(found.high) == pytest.approx(2 * np.exp(np.hypot(up, down)))
    assert np.isnan(mover_ratio(_one_deal_each(0, 60), other).difference)


def test_a_positive_correlation_of_the_sides_narrows_the_difference() -> None:
    one, other = _one_deal_each(30, 60), _one_deal_each(15, 60)
    apart, alike = mover(one, other), mover(one, other, 0.5)
    assert float(apart.low) < float(alike.low) < float(alike.high) < float(apart.high)


def test_the_score_test_with_one_deal_an_account_is_welchs() -> None:
    one, other = np.repeat([1.0, 0.0], [20, 40]), np.repeat([1.0, 0.0], [15, 75])
    found = account_score_test(_one_deal_each(20, 60), _one_deal_each(15, 90))
    assert float(found) == pytest.approx(ttest_ind(one, other, equal_var=False).pvalue, abs=1e-9)


def test_the_score_test_does_not_take_copies_for_evidence() -> None:
    def side(won: int, accounts: int, copies: int) -> Estimate:
        y = np.repeat([copies, 0.0], [won, accounts - won])
        return share(ClusterSums.of(y, np.full(accounts, float(copies))))

    once = account_score_test(side(20, 60, 1), side(15, 90, 1))
    ten_times = account_score_test(side(20, 60, 10), side(15, 90, 10))
    assert float(ten_times) == pytest.approx(float(once), abs=1e-9)


def test_sides_without_a_variance_of_their_own_are_compared_by_the_pooled_one() -> None:
    halves, quarters = (
        ClusterSums.of(np.full(20, 1.0), np.full(20, 2.0)),
        ClusterSums.of(np.ones(20), np.full(20, 4.0)),
    )
    assert float(pooled_score_test(halves, quarters)) < 0.01
    assert float(pooled_score_test(halves, halves)) == 1.0


def test_the_dealt_test_has_the_variance_that_dealing_accounts_anew_has() -> None:
    random = np.random.default_rng(8)
    y, n = random.uniform(0, 3, 9), random.uniform(1, 4, 9)
    residuals = y - y.sum() / n.sum() * n
    sums = [residuals[list(chosen)].sum() for chosen in itertools.combinations(range(9), 4)]
    found = dealt_score_test(ClusterSums.of(y[:4], n[:4]), ClusterSums.of(y[4:], n[4:]))
    assert float(found) == pytest.approx(2 * norm.sf(abs(residuals[:4].sum()) / np.std(sums)), abs=1e-9)


def test_ratios_of_a_few_accounts_of_very_different_sizes_are_not_found_where_there_is_nothing() -> None:
    random = np.random.default_rng(2)
    both, studentised = [], []
    for _ in range(3_000):
        revenue = random.lognormal(6, 1.3, 300)
        kept = revenue * np.where(random.random(300) < 0.15, 0.0, 1.0)
        inside, outside = ClusterSums.of(kept[:20], revenue[:20]), ClusterSums.of(kept[20:], revenue[20:])
        p_value = float(account_score_test(ratio(inside, 20), ratio(outside, 280)))
        studentised.append(p_value)
        both.append(np.fmax(p_value, float(dealt_score_test(inside, outside))))
    assert np.mean(np.array(studentised) <= 0.001) > 0.02  # why the second test is there
    assert np.mean(np.array(both) <= 0.001) <= 0.003
    assert np.mean(np.array(both) <= 0.05) <= 0.06


def _sides(random: np.random.Generator, m: int, n: int, step: float) -> tuple[np.ndarray, np.ndarray]:
    one, other = random.normal(0.4, 1, m), random.normal(0, 1, n)
    return np.sort(np.round(one / step) * step), np.sort(np.round(other / step) * step)


@pytest.mark.parametrize("step", [1e-9, 0.5])
def test_cliffs_delta_is_mann_whitneys_u(step: float) -> None:
    one, other = _sides(np.random.default_rng(3), 60, 90, step)
    found = cliffs_delta(one, np.arange(60), other, np.arange(60, 150))
    tested = mannwhitneyu(one, other, use_continuity=False)
    assert found.delta == pytest.approx(2 * tested.statistic / (60 * 90) - 1, abs=1e-12)
    assert found.p_value == pytest.approx(tested.pvalue, rel=0.3)


@pytest.mark.parametrize("step", [1e-9, 0.5])
def test_with_one_value_an_account_the_test_of_ranks_is_brunner_and_munzels(step: float) -> None:
    one, other = _sides(np.random.default_rng(7), 25, 70, step)
    found = cliffs_delta(one, np.arange(25), other, np.arange(25, 95))
    assert found.p_value == pytest.approx(brunnermunzel(one, other).pvalue, abs=1e-9)


@pytest.mark.parametrize("step", [1e-9, 0.5])
def test_ranks_dealt_anew_with_one_value_an_account_are_mann_and_whitneys(step: float) -> None:
    one, other = _sides(np.random.default_rng(7), 25, 70, step)
    ranks = rankdata(np.concatenate([one, other])) / 95 - 48 / 95
    found = dealt_rank_test(float(ranks[:25].sum()), 25, 70, float(ranks @ ranks))
    tested = mannwhitneyu(one, other, use_continuity=False, method="asymptotic")
    assert found == pytest.approx(tested.pvalue, abs=1e-9)


def test_cliffs_delta_of_one_value_an_account_has_delongs_variance() -> None:
    one, other = np.array([1.0, 4.0, 6.0]), np.array([2.0, 3.0, 5.0, 7.0])
    # Placements of the three among the four: 0, 1/2, 3/4; of the four among the three: 2/3, 2/3, 1/3, 0.
    own, others = np.array([0, 0.5, 0.75]), np.array([2 / 3, 2 / 3, 1 / 3, 0])
    variance = own.var(ddof=1) / 3 + others.var(ddof=1) / 4
    found = cliffs_delta(one, np.arange(3), other, np.arange(3, 7))
    assert found.delta == pytest.approx(2 * own.mean() - 1)
    assert found.low == pytest.approx(max(-1, found.delta - 2 * 1.959963984540054 * np.sqrt(variance)))


def test_identical_values_of_one_account_do_not_sharpen_cliffs_delta() -> None:
    one, other = _sides(np.random.default_rng(8), 30, 50, 1e-9)
    once = cliffs_delta(one, np.arange(30), other, np.arange(30, 80))
    five = cliffs_delta(
        np.repeat(one, 5), np.repeat(np.arange(30), 5), np.repeat(other, 5), np.repeat(np.arange(30, 80), 5)
    )
    assert (five.delta, five.p_value) == (pytest.approx(once.delta), pytest.approx(once.p_value))


def test_full_separation_and_all_ties_have_defined_answers() -> None:
    apart = cliffs_delta(np.full(12, 9.0), np.arange(12), np.full(15, 1.0), np.arange(12, 27))
    alike = cliffs_delta(np.full(12, 1.0), np.arange(12), np.full(15, 1.0), np.arange(12, 27))
    assert apart.delta == 1.0 and apart.p_value < 0.001
    assert (alike.delta, alike.p_value) == (0.0, 1.0)


def _months(random: np.random.Generator, n: int, mean: float) -> tuple[np.ndarray, np.ndarray]:
    ends, seen = random.exponential(mean, n), random.uniform(6, 30, n)
    return np.ceil(np.minimum(ends, seen)), (ends <= seen).astype(float)


def _counts(duration: np.ndarray, ended: np.ndarray, width: int) -> tuple[np.ndarray, np.ndarray]:
    time = np.minimum(duration, width).astype(int) - 1
    return np.bincount(time, minlength=width), np.bincount(time, weights=ended, minlength=width)


def test_survival_differences_are_lifelines() -> None:
    random = np.random.default_rng(2)
    (one, ended), (other, other_ended) = _months(random, 120, 40), _months(random, 200, 20)
    found = horizon_test(
        kaplan_meier(*_counts(one, ended, 13), 11), kaplan_meier(*_counts(other, other_ended, 13), 11)
    )
    theirs = at_fixed_time(
        12, KaplanMeierFitter().fit(one, ended), KaplanMeierFitter().fit(other, other_ended)
    )
    assert float(found) == pytest.approx(theirs.p_value, abs=1e-9)


def test_the_log_rank_test_is_lifelines() -> None:
    random = np.random.default_rng(2)
    (one, ended), (other, other_ended) = _months(random, 120, 40), _months(random, 200, 28)
    found = log_rank(*_counts(one, ended, 40), *_counts(other, other_ended, 40))
    assert float(found) == pytest.approx(logrank_test(one, other, ended, other_ended).p_value, abs=1e-9)


p_values = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(p_values)
def test_corrections_are_statsmodels(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-9)
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-9)


def test_nothing_to_correct_is_nothing() -> None:
    assert len(benjamini_hochberg([])) == len(holm([])) == 0
