"""A bootstrapped figure with its interval and its test, on sides of every kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from icp_workbench.evidence.bootstrapping.weighing import (
    book_figure,
    common_horizon,
    weigh_bootstrapped_masks,
)
from icp_workbench.evidence.outcomes import Outcome
from icp_workbench.evidence.weighings import Weighed, verdict_of
from tests.evidence.bootstrapping.books import (
    Floats,
    customers_book,
    deals_book,
    lognormal_book,
    never,
    outcome,
    staying_book,
)


def weighed(
    of: Outcome, selected: np.ndarray, rest: np.ndarray | None = None, horizon: float | None = None
) -> Weighed:
    """Of the observations, those whose account is selected (n_accounts,) against the others."""
    one = selected[of.account]
    other = ~one if rest is None else rest[of.account]
    return weigh_bootstrapped_masks(of, one, other, horizon, True, never)


def first(accounts: int, of: int) -> np.ndarray:
    return np.arange(of) < accounts


def both_sides(inside: Floats, outside: Floats) -> Weighed:
    """Deal sizes of one account each, inside and outside a segment."""
    amount = np.concatenate([inside, outside])
    book = deals_book(np.arange(len(amount)), amount)
    return weighed(outcome(book), first(len(inside), len(amount)))


def lives(inside: Floats, outside: Floats, tenure: float = 20.0, horizon: float = 10.0) -> Weighed:
    """Margins of customers who all stay, inside and outside a segment."""
    margin = np.concatenate([inside, outside])
    book = customers_book(np.full(len(margin), tenure), np.zeros(len(margin)), margin)
    return weighed(outcome(book), first(len(inside), len(margin)), horizon=horizon)


SIZES = np.exp(np.random.default_rng(3).normal(9, 0.8, 200))


def test_the_figure_is_numpys_and_its_limits_are_those_of_scipys_bootstrap() -> None:
    found = book_figure(outcome(deals_book(np.arange(80), SIZES[:80])), None, True, never)

    def logarithm(values: Floats, axis: int) -> Floats:
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=axis)
        return np.log((high - low) / middle)

    scipys = stats.bootstrap(
        (SIZES[:80],), logarithm, n_resamples=4_000, method="basic", rng=np.random.default_rng(1)
    )
    assert np.log(found.value[0]) == pytest.approx(logarithm(SIZES[:80], 0))
    half = float(stats.t.ppf(0.975, 79)) * scipys.standard_error
    assert np.log(found.high[0] / found.value[0]) == pytest.approx(half, rel=0.06)
    assert np.log(found.value[0] / found.low[0]) == pytest.approx(half, rel=0.06)


def test_the_limits_of_a_lifetime_value_without_leaving_are_those_of_a_mean() -> None:
    # Nobody leaves: the value is the mean margin × the horizon, and its sd that of a mean.
    margin = np.random.default_rng(2).normal(100, 20, 60)
    found = book_figure(
        outcome(customers_book(np.full(60, 30.0), np.zeros(60), margin)), 12.0, True, never
    )  # fmt: skip
    assert found.value[0] == pytest.approx(12 * margin.mean())
    half = float(stats.t.ppf(0.975, 59)) * stats.sem(margin) / margin.mean()
    assert np.log(found.high[0] / found.value[0]) == pytest.approx(half, rel=0.06)
    assert found.at_risk is not None and found.at_risk[0] == 60


def test_a_real_difference_is_found_and_points_the_right_way() -> None:
    random = np.random.default_rng(4)
    tight, wide = np.exp(random.normal(9, 0.3, 150)), np.exp(random.normal(9, 1.0, 150))
    found = both_sides(tight, wide)
    assert found.p_value is not None and found.p_value < 0.001
    assert found.direction == -1 and found.low is not None and found.low < found.high < 0  # type: ignore[operator]
    worse = both_sides(wide, tight)
    assert worse.p_value == pytest.approx(found.p_value)
    assert worse.difference == pytest.approx(-found.difference)  # type: ignore[operator]
    assert worse.effect["ratio"] == pytest.approx(1 / found.effect["ratio"])


def test_amounts_all_alike_have_no_spread_and_a_defined_answer() -> None:
    alike = np.full(40, 500.0)
    same = both_sides(alike, alike * 3)
    assert (same.inside.value, same.inside.low, same.inside.high) == (0.0, 0.0, 0.0)
    assert (same.difference, same.p_value) == (0.0, None)
    assert verdict_of(outcome(deals_book(np.arange(2), alike[:2])).metric, same, None) == "similar"
    against = both_sides(alike, SIZES)
    assert against.p_value is not None and against.p_value < 0.001
    assert against.direction == -1 and against.low is not None


def test_amounts_mostly_alike_keep_an_interval_that_does_not_go_below_nothing() -> None:
    # A list price with a few exceptions: many resamples have no spread at all, so that no logarithm serves.
    amount = np.concatenate(
        [np.full(31, 100.0), [80.0, 90.0, 120.0, 130.0, 150.0, 200.0, 300.0, 300.0, 300.0]]
    )
    found = both_sides(amount, SIZES)
    assert found.inside.value is not None and found.inside.low == 0.0
    assert found.inside.high is not None and found.inside.value <= found.inside.high < 1.0
    assert found.p_value is not None and not found.too_few


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        (np.linspace(-900, -100, 30), "the median is not above zero"),
        (np.zeros(30), "the median is not above zero"),
        (np.concatenate([np.linspace(-300, -1, 20), np.linspace(1, 300, 22)]),
         "the median is too close to zero for an interval"),
    ],
)  # fmt: skip
def test_a_spread_around_nothing_is_refused_with_the_reason(amounts: Floats, said: str) -> None:
    found = both_sides(amounts, SIZES)
    assert (found.too_few, found.p_value, found.inside.low) == (said, None, None)
    other = both_sides(SIZES, amounts)
    assert other.too_few == f"the rest: {said}" and other.inside.low is not None
    metric = outcome(deals_book(np.arange(2), SIZES[:2])).metric
    assert verdict_of(metric, found, None) == verdict_of(metric, other, None) == "too_few"


def test_negative_margins_have_a_negative_value_with_an_interval_around_it() -> None:
    random = np.random.default_rng(6)
    found = lives(random.normal(-50, 30, 40), random.normal(100, 30, 60))
    assert found.inside.value is not None and found.inside.low is not None and found.inside.high is not None
    assert found.inside.low < found.inside.value < found.inside.high < 0
    assert found.p_value is not None and found.p_value < 1e-6 and found.direction == -1
    assert "ratio" not in found.effect
    about_nothing = lives(random.normal(0, 30, 40), random.normal(0, 30, 60))
    assert about_nothing.inside.low is not None and about_nothing.inside.high is not None
    assert about_nothing.inside.low < 0 < about_nothing.inside.high


def test_few_accounts_are_not_judged() -> None:
    assert both_sides(SIZES[:9], SIZES[9:]).too_few == "9 accounts with an outcome; 10 are needed"
    one = both_sides(SIZES[:1], SIZES[1:])
    assert (one.inside.value, one.inside.low, one.inside.high) == (0.0, None, None)
    assert both_sides(SIZES[:0], SIZES).inside.value is None


def test_without_a_rest_there_is_a_figure_and_no_test() -> None:
    found = both_sides(SIZES, SIZES[:0])
    assert found.inside.low is not None and found.outside.value is None
    assert (found.difference, found.p_value) == (None, None)


def test_two_sides_of_the_same_accounts_do_not_differ() -> None:
    of = outcome(lognormal_book(np.random.default_rng(1), 60, 3, 0.3))
    everyone = np.ones(60, dtype=bool)
    found = weighed(of, everyone, everyone)
    assert (found.p_value, found.difference) == (1.0, 0.0)
    assert found.low is not None and found.high is not None and found.low <= 0 <= found.high


def test_what_sides_have_in_common_does_not_count_as_a_difference() -> None:
    # Each account has one deal on either side, and the two are all but the same: the sides move together.
    random = np.random.default_rng(9)
    size = np.exp(random.normal(9, 1, 60))
    account = np.tile(np.arange(60), 2)
    of = outcome(deals_book(account, np.concatenate([size, size * np.exp(random.normal(0, 0.05, 60))])))
    inside = np.isin(of.value, size)
    together = weigh_bootstrapped_masks(of, inside, ~inside, None, True, never)
    apart = both_sides(of.value[inside], of.value[~inside])
    assert together.low is not None and together.high is not None
    assert apart.low is not None and apart.high is not None
    assert together.difference == pytest.approx(apart.difference)
    assert (together.high - together.low) < 0.5 * (apart.high - apart.low)


def test_a_few_accounts_in_common_with_very_many_are_weighed_as_if_apart() -> None:
    random = np.random.default_rng(12)
    account = np.concatenate([np.arange(30), np.arange(12_000)])
    of = outcome(deals_book(account, np.exp(random.normal(9, 1, len(account)))))
    inside = np.zeros(len(account), dtype=bool)
    inside[np.flatnonzero(of.account < 30)[:30]] = True
    found = weigh_bootstrapped_masks(of, inside, ~inside, None, True, never)
    assert found.p_value is not None and found.low is not None


def test_the_largest_and_smallest_amounts_give_figures_or_none_but_never_nan() -> None:
    for scale in (1e-300, 1e-9, 1e9, 1e250):
        found = both_sides(SIZES[:90] * scale, SIZES[90:] * scale)
        assert found.inside.value == pytest.approx(both_sides(SIZES[:90], SIZES[90:]).inside.value)
        value = lives(SIZES[:90] * scale, SIZES[90:] * scale)
        for one in (found, value):
            held = [one.inside.value, one.inside.low, one.inside.high, one.difference, one.low, one.high]
            assert all(figure is None or math.isfinite(figure) for figure in held)
            assert all(math.isfinite(figure) for figure in one.effect.values())


def test_the_horizon_is_where_ten_are_still_followed_in_the_shortest_side() -> None:
    of = outcome(staying_book(np.random.default_rng(2), 100))
    assert common_horizon(of, ()) == float(np.sort(of.value)[-10])
    nine = customers_book(np.arange(1.0, 10.0), np.zeros(9), np.ones(9))
    assert common_horizon(outcome(nine), ()) is None
    started_today = customers_book(np.zeros(30), np.zeros(30), np.ones(30))
    assert common_horizon(outcome(started_today), ()) is None


def test_a_lifetime_value_without_a_horizon_says_that_nobody_was_followed() -> None:
    of = outcome(customers_book(np.zeros(40), np.zeros(40), np.ones(40)))
    found = weighed(of, first(20, 40))
    assert (found.inside.value, found.too_few) == (None, "0 followed to the horizon; 10 are needed")
