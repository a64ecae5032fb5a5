"""Differences within strata against statsmodels and lifelines, and how often they are believed by chance."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from scipy.stats import binomtest, norm, t
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.weightstats import DescrStatsW

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.estimates import kaplan_meier, median
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.scrutiny import dealing
from icp_workbench.evidence.scrutiny.dealing import Residuals, score_test
from icp_workbench.evidence.scrutiny.standardised import weighted_median, weighted_survival
from icp_workbench.evidence.scrutiny.stratified import Side, Stratified, odds_ratio, stratified
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.scrutiny.books import NAMES, SEGMENT, SOURCE, others_of, simulated, yes_no
from tests.synthetic import WIN_RATE, make_book

Strata = npt.NDArray[np.intp]


def sides(index: SegmentIndex, metric: str, condition: FieldTest = SEGMENT) -> tuple[Outcome, Side, Strata]:
    """The outcome, the side of each observation, and a stratum for each of the four ways in which the two
    others hold."""
    outcome = outcome_of(index, index.book.metric(metric))
    rows = index.rows(condition)
    side = np.where(observations_of(rows, outcome), 1, np.where(rest_of(rows, outcome), 0, -1))
    one, two = (observations_of(other, outcome) for other in others_of(index).values())
    return outcome, side.astype(np.int8), (2 * one + two).astype(np.intp)


def within(index: SegmentIndex, metric: str, condition: FieldTest = SEGMENT, shuffles: int = 0) -> Stratified:
    outcome, side, stratum = sides(index, metric, condition)
    found = stratified(outcome, side, stratum, shuffles=shuffles)
    assert found is not None
    return found


def one_deal_each(seed: int) -> SegmentIndex:
    book = simulated(np.random.default_rng(seed), accounts=400)
    deals = book.observations["deal"]
    frame = deals.values.assign(account=deals.account).groupby("account", as_index=False).first()
    return SegmentIndex(make_book(book.accounts, deals=frame, metrics=(WIN_RATE,)))


def dummies(stratum: Strata, side: Side) -> npt.NDArray[np.float64]:
    """The regressors of a model with a constant for each stratum: `inside` first."""
    return np.column_stack([side == 1, stratum[:, None] == np.unique(stratum)[None]]).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_mantel_and_haenszels(seed: int) -> None:
    index = one_deal_each(seed)
    outcome, side, stratum = sides(index, "win_rate")
    tables = [
        [[np.sum(cell & (outcome.value == won) & (side == inside)) for won in (1, 0)] for inside in (1, 0)]
        for cell in (stratum == level for level in range(4))
    ]
    theirs = StratifiedTable([np.array(table, dtype=float) for table in tables])
    found = within(index, "win_rate")
    assert found.odds_ratio == pytest.approx(theirs.oddsratio_pooled, abs=1e-9)
    # Statsmodels has no pooled risk difference; Greenland and Robins' is Σ (a·n₀ − b·n₁)/n ÷ Σ n₁·n₀/n.
    numbers = np.array([[a, a + b, c, c + d] for (a, b), (c, d) in tables], dtype=float)
    won1, n1, won0, n0 = numbers.T
    n = n1 + n0
    by_hand = ((won1 * n0 - won0 * n1) / n).sum() / (n1 * n0 / n).sum()
    assert found.difference == pytest.approx(by_hand, abs=1e-9)
    # Theirs has the variance of a hypergeometric, ours of the residuals found: nearly the same.
    assert found.p_value is not None
    assert norm.isf(found.p_value / 2) == pytest.approx(theirs.test_null_odds().statistic ** 0.5, rel=0.1)
    assert (found.strata, found.accounts) == (4, 400)


@pytest.mark.parametrize("metric", ["win_rate", "gross_margin"])
@pytest.mark.parametrize("condition", [SEGMENT, SOURCE], ids=["accounts", "deals"])
def test_shares_and_ratios_are_a_regression_clustered_by_account(metric: str, condition: FieldTest) -> None:
    index = SegmentIndex(simulated(np.random.default_rng(3), deals=10, own=0.1))
    outcome, side, stratum = sides(index, metric, condition)
    model = sm.WLS(outcome.value / outcome.weight, dummies(stratum, side), weights=outcome.weight)
    theirs = model.fit(
        cov_type="cluster", cov_kwds={"groups": outcome.account, "use_correction": False}, use_t=True
    )
    found = within(index, metric, condition)
    assert found.difference == pytest.approx(theirs.params[0], abs=1e-9)
    accounts = len(np.unique(outcome.account))
    half = t.ppf(0.975, accounts - 5) * theirs.bse[0] * (accounts / (accounts - 5)) ** 0.5
    assert found.low == pytest.approx(theirs.params[0] - half, abs=1e-9)
    assert found.high == pytest.approx(theirs.params[0] + half, abs=1e-9)


@pytest.mark.parametrize("metric", NAMES)
def test_one_stratum_is_the_difference_of_the_board(metric: str) -> None:
    index = SegmentIndex(simulated(np.random.default_rng(4), accounts=300, deals=1, own=0.1))
    outcome, side, stratum = sides(index, metric)
    found = stratified(outcome, side, np.zeros_like(stratum), shuffles=0)
    cell = compare(index, {"A": index.rows(SEGMENT)}, [metric]).cell("A", metric)
    assert found is not None and found.lost_p == 1.0
    assert found.difference == pytest.approx(cell.difference, abs=1e-12)
    exact = metric in ("sales_cycle_days", "retention_12m")
    assert found.low == pytest.approx(cell.difference_low, abs=1e-9 if exact else 0.01)
    assert found.high == pytest.approx(cell.difference_high, abs=1e-9 if exact else 0.01)


def test_equal_weights_give_the_median_and_its_interval() -> None:
    random = np.random.default_rng(5)
    account = random.integers(0, 40, 150)
    for digits in (0, 6):
        values = np.sort(np.round(random.normal(50, 10, 150), digits))
        ours = weighted_median(values, np.full(150, 0.3), account, 40)
        theirs = median(values, account)
        assert (ours.value, ours.low, ours.high) == pytest.approx(
            (float(theirs.value), float(theirs.low), float(theirs.high)), abs=1e-9
        )


def test_whole_weights_are_repeated_values() -> None:
    random = np.random.default_rng(6)
    values, weight = np.sort(random.normal(50, 10, 41)), random.integers(1, 5, 41).astype(float)
    found = weighted_median(values, weight, np.arange(41), 41)
    assert found.value == pytest.approx(np.median(np.repeat(values, weight.astype(int))))
    theirs = DescrStatsW(values, weight).quantile(0.5, return_pandas=False)
    assert found.value == pytest.approx(float(theirs[0]))
    assert found.low < found.value < found.high


def _durations(seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    return np.ceil(random.exponential(15, 200)), random.random(200) < 0.7, random.uniform(0.2, 2, 200)


def test_weighted_survival_is_lifelines() -> None:
    duration, ended, weight = _durations(7)
    times = np.unique(np.append(duration[duration <= 12], 12.0))
    time = np.searchsorted(times, duration, "left")
    found = weighted_survival(time, ended, weight, np.arange(200), 200, len(times))
    with pytest.warns(Warning, match="not integers"):
        theirs = KaplanMeierFitter().fit(duration, ended, weights=weight)
    assert found.value == pytest.approx(float(theirs.predict(12)), abs=1e-9)


def test_equal_weights_give_kaplan_and_meiers_interval() -> None:
    duration, ended, _ = _durations(8)
    times = np.unique(np.append(duration[duration <= 12], 12.0))
    time = np.searchsorted(times, duration, "left")
    leaving = np.bincount(time, minlength=len(times) + 1)
    theirs = kaplan_meier(leaving, np.bincount(time[ended], minlength=len(times) + 1), len(times) - 1)
    found = weighted_survival(time, ended, np.full(200, 0.5), np.arange(200), 200, len(times))
    assert (found.value, found.low, found.high) == pytest.approx(
        (float(theirs.value), float(theirs.low), float(theirs.high)), abs=1e-9
    )


def test_survival_is_tested_by_the_log_rank_test_of_each_stratum() -> None:
    index = SegmentIndex(simulated(np.random.default_rng(9), accounts=200))
    outcome, side, stratum = sides(index, "retention_12m")
    found = within(index, "retention_12m")
    # The numerator of the stratified log-rank test is the score of a Cox model at nought; what comes after
    # the horizon is censored there.
    late = outcome.value > 12
    model = PHReg(
        np.where(late, 12.5, outcome.value), (side == 1).astype(float)[:, None],
        status=(outcome.ended & ~late).astype(int), strata=stratum, ties="breslow",
    )  # fmt: skip
    kept = _kept_residuals(outcome, side, stratum)
    assert float(kept.residual[kept.inside].sum()) == pytest.approx(float(model.score(np.zeros(1))[0]))
    assert np.bincount(kept.stratum, kept.residual) == pytest.approx(np.zeros(4), abs=1e-9)
    assert found.p_value == score_test(kept, 0, lambda: False)


def _kept_residuals(outcome: Outcome, side: Side, stratum: Strata) -> Residuals:
    from icp_workbench.evidence.scrutiny import stratified as room

    kept: list[Residuals] = []

    def keep(found: Residuals, shuffles: int, cancelled: object) -> float:
        kept.append(found)
        return score_test(found, shuffles, lambda: False) or 0.0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "score_test", keep)
        stratified(outcome, side, stratum, shuffles=0)
    return kept[0]


def test_dealing_is_exact_where_all_hands_can_be_counted() -> None:
    # Two strata of four accounts, two of them inside; inside the residuals are the highest of each: of the
    # 6 × 6 hands only this one and its mirror are as extreme.
    residual = np.tile([1.0, 3.0, -1.0, -3.0], 2)
    inside = np.tile([True, True, False, False], 2)
    found = Residuals(
        residual, inside, np.repeat([0, 1], 4).astype(np.intp), np.array([0.5, 0.5]), np.arange(8), 8
    )
    p_value = score_test(found, 9_999, lambda: False)
    assert p_value == pytest.approx(2 / 36, abs=0.01)


def test_accounts_on_both_sides_have_their_signs_flipped() -> None:
    # Five accounts with a deal on either side of one stratum, the one inside always ahead: 2 of 2⁵ signs.
    inside = np.tile([True, False], 5)
    found = Residuals(
        np.where(inside, 1.0, -1.0),
        inside,
        np.zeros(10, np.intp),
        np.array([0.5]),
        np.repeat(np.arange(5), 2),
        5,
    )
    assert score_test(found, 9_999, lambda: False) == pytest.approx(2 / 32, abs=0.01)


def test_where_nothing_differs_p_is_one() -> None:
    nothing = Residuals(
        np.zeros(6), np.tile([True, False], 3), np.zeros(6, np.intp), np.array([0.5]), np.arange(6), 6
    )
    assert score_test(nothing, 99, lambda: False) == 1.0


def _large(chosen: int, seed: int = 10) -> Residuals:
    """11,000 accounts of one stratum, skewed, the first of them inside."""
    accounts = 11_000
    residual = np.random.default_rng(seed).exponential(1, accounts)
    share = np.array([chosen / accounts])
    inside = np.arange(accounts) < chosen
    zeros = np.zeros(accounts, dtype=np.intp)
    return Residuals(residual - residual.mean(), inside, zeros, share, np.arange(accounts), accounts)


def test_large_books_take_the_normal_distribution_unless_a_side_is_small() -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        return bool(asked.append(1))

    assert score_test(_large(4_000), 1_999, cancelled) == score_test(_large(4_000), 0, cancelled)
    assert asked == []
    few = score_test(_large(20), 1_999, cancelled)
    assert few is not None and asked  # dealt
    assert few * 2_000 == pytest.approx(round(few * 2_000), abs=1e-6)


@pytest.mark.parametrize("chosen", [20, 10_980])
def test_a_few_of_many_are_dealt_as_all_are(chosen: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _large(chosen, seed=13)
    drawn = score_test(found, 799, lambda: False)
    monkeypatch.setattr(dealing, "_MANY", 10**9)
    shuffled = score_test(found, 799, lambda: False)
    assert drawn is not None and shuffled is not None and drawn != shuffled
    assert drawn == pytest.approx(shuffled, abs=0.07)
    assert 0.1 < shuffled < 0.9


def test_strata_with_one_side_only_do_not_count() -> None:
    index = one_deal_each(11)
    outcome, side, stratum = sides(index, "win_rate")
    alone = np.where(stratum == 3, np.where(side == 1, 4, 5), stratum)  # nobody to compare with any more
    found, rest = stratified(outcome, side, alone, shuffles=0), stratum != 3
    without = stratified(outcome, np.where(rest, side, -1).astype(np.int8), stratum, shuffles=0)
    assert found is not None and without is not None
    assert found.strata == 3 and found.accounts == int(rest.sum())
    assert (found.difference, found.p_value) == pytest.approx((without.difference, without.p_value))


@pytest.mark.parametrize("metric", NAMES)
def test_a_stratum_for_every_account_leaves_nothing_to_compare(metric: str) -> None:
    index = SegmentIndex(simulated(np.random.default_rng(12)))
    outcome, side, _ = sides(index, metric)
    found = stratified(outcome, side, outcome.account.astype(np.intp))
    assert found == Stratified(None, None, None, None, None, 0, 0)


def test_the_odds_ratio_is_of_shares_alone() -> None:
    index = SegmentIndex(simulated(np.random.default_rng(13)))
    outcome, side, _ = sides(index, "win_rate")
    won, lost = ([int(((side == s) & (outcome.value == w)).sum()) for s in (1, 0)] for w in (1, 0))
    assert odds_ratio(outcome, side) == pytest.approx(won[0] * lost[1] / (lost[0] * won[1]))
    outcome, side, _ = sides(index, "gross_margin")
    assert odds_ratio(outcome, side) is None
    assert odds_ratio(outcome, np.full_like(side, -1)) is None


RUNS = 80


@pytest.mark.parametrize("condition", [SEGMENT, SOURCE], ids=["accounts", "deals"])
def test_without_an_effect_of_its_own_one_in_twenty_is_told(condition: FieldTest) -> None:
    """The others matter and go together with the segment, which does nothing. Over 1,000 runs of such books
    (3 and 10 deals an account, correlation 0.1–0.3) the size is 4–6 %; 80 runs tell that from 15 %."""
    random = np.random.default_rng(14)
    told, covered = dict.fromkeys(NAMES, 0), dict.fromkeys(NAMES, 0)
    for run in range(RUNS):
        book = simulated(random, deals=(3, 10)[run % 2], correlation=(0.1, 0.3)[run % 2])
        index = SegmentIndex(book)
        for name in NAMES:
            found = within(index, name, condition, shuffles=199)
            assert found.p_value is not None and found.low is not None and found.high is not None
            told[name] += found.p_value <= 0.05
            covered[name] += found.low <= 0 <= found.high
    for name in NAMES:
        assert binomtest(told[name], RUNS, 0.05, "greater").pvalue > 0.002, (name, told)
        assert binomtest(covered[name], RUNS, 0.95, "less").pvalue > 0.002, (name, covered)


def test_many_small_strata_do_not_narrow_the_interval() -> None:
    """Six others make up to 64 strata of 150 accounts. Many have a single account on a side, which cannot
    show how much it varies: intervals from each stratum's own spread covered 81 % of these."""
    random = np.random.default_rng(15)
    names = [f"other{at}" for at in range(6)]
    covered = 0
    for _ in range(RUNS):
        index = SegmentIndex(simulated(random, accounts=150, others=0.0, overlap=0.0, others_named=names))
        outcome = outcome_of(index, WIN_RATE)
        held = [observations_of(rows, outcome) for rows in others_of(index, names).values()]
        stratum = np.unique(sum(one * 2**at for at, one in enumerate(held)), return_inverse=True)[1]
        side = observations_of(index.rows(SEGMENT), outcome).astype(np.int8)
        found = stratified(outcome, side, stratum.astype(np.intp), shuffles=0)
        assert found is not None and found.low is not None and found.high is not None and found.strata > 10
        covered += found.low <= 0 <= found.high
    assert binomtest(covered, RUNS, 0.95, "less").pvalue > 0.002


def test_other_follow_up_on_the_two_sides_is_no_difference() -> None:
    """In the stratum where customers leave fast the segment is followed briefly. The ends to expect are those
    of the stratum: with the whole book's, the short follow-up told a difference in 79 of these 80 books."""
    random = np.random.default_rng(16)
    told = 0
    for _ in range(RUNS):
        fast, segment = random.random(400) < 0.3, random.random(400) < 0.5
        ends = random.exponential(np.where(fast, 5.0, 200.0))
        seen = np.where(fast & segment, random.uniform(1, 4, 400), random.uniform(12, 24, 400))
        tenure, gone = np.ceil(np.minimum(ends, seen)), (ends <= seen).astype(float)
        customers = pd.DataFrame({"account": range(400), "churned": gone, "tenure": tenure})
        index = SegmentIndex(make_book(pd.DataFrame({"segment": yes_no(segment)}), customers=customers))
        outcome = outcome_of(index, index.book.metric("retention_12m"))
        side = segment[outcome.account].astype(np.int8)
        found = stratified(outcome, side, fast[outcome.account].astype(np.intp), shuffles=0)
        assert found is not None and found.p_value is not None
        told += found.p_value <= 0.05
    assert binomtest(told, RUNS, 0.05, "greater").pvalue > 0.002


def test_p_values_of_shuffles_and_of_the_normal_distribution_agree() -> None:
    index = SegmentIndex(simulated(np.random.default_rng(17), accounts=400, own=0.03))
    for name in NAMES:
        dealt, normal = within(index, name, shuffles=1_999), within(index, name)
        assert dealt.p_value == pytest.approx(normal.p_value, abs=0.03), name
    again = [within(index, "win_rate", shuffles=199).p_value for _ in range(2)]
    assert all(one == other for one, other in pairwise(again))
