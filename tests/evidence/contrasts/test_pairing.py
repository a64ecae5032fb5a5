"""One segment directly against another: figures of others' libraries, mirrored sides, margins, looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import survival_difference_at_fixed_point_in_time_test
from scipy import stats

from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, NOBODY, Condition, FieldTest, Not
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import Cell, compare
from icp_workbench.evidence.contrasts.pairing import OPPOSITE, Paired, compare_pair
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.evidence.contrasts.hands import (
    METRICS,
    A,
    B,
    deals_in_segments,
    outcomes,
    pair,
    two_segments,
)
from tests.synthetic import CHURN_RATE, DEAL_SIZE, RETENTION, SALES_CYCLE, WIN_RATE, make_book

SPREAD = replace(DEAL_SIZE, name="deal_size_spread", unit="ratio", better="lower", estimator="spread")
EVERY = replace(SALES_CYCLE, where=None)


def halves(accounts: int) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last two fifths: no account in both."""
    at = np.arange(accounts) / accounts
    return at < 0.4, at >= 0.6


def cell(found: Paired, metric: str = "win_rate") -> Cell:
    return next(one for one in found.cells if one.metric == metric)


def second(found: Paired, metric: str = "win_rate") -> Cell:
    return next(one for one in found.seconds if one.metric == metric)


# Apart


def test_apart_a_share_with_one_deal_an_account_is_welchs_t_test() -> None:
    a, b = halves(150)
    deals, _ = outcomes(1, 150, 1)
    found = cell(pair(two_segments(a, b, deals)))
    won = deals["won"].to_numpy()
    assert (found.estimate, found.rest) == (won[a].mean(), won[b].mean())
    assert found.p_value == pytest.approx(stats.ttest_ind(won[a], won[b], equal_var=False).pvalue, rel=1e-9)


def test_apart_a_median_with_one_deal_an_account_is_brunner_and_munzels_test() -> None:
    a, b = halves(150)
    deals, _ = outcomes(2, 150, 1)
    found = cell(pair(two_segments(a, b, deals, metrics=(EVERY,))), "sales_cycle_days")
    days = deals["cycle_days"].to_numpy()
    assert (found.estimate, found.rest) == (np.median(days[a]), np.median(days[b]))
    expected = stats.brunnermunzel(days[a], days[b], distribution="t").pvalue
    assert found.p_value == pytest.approx(expected, rel=1e-9)


def test_apart_retention_is_tested_on_the_log_log_scale_at_the_horizon() -> None:
    a, b = halves(200)
    deals, customers = outcomes(3, 200, 1)
    found = cell(pair(two_segments(a, b, deals, customers=customers)), "retention_12m")
    fitted = [
        KaplanMeierFitter().fit(customers["tenure"][side], customers["churned"][side]) for side in (a, b)
    ]
    expected = survival_difference_at_fixed_point_in_time_test(12, *fitted)
    assert found.estimate == pytest.approx(fitted[0].predict(12))
    assert found.p_value == pytest.approx(expected.p_value, rel=1e-6)


def test_against_its_own_rest_a_segment_is_what_it_is_on_the_board() -> None:
    index = SegmentIndex(typical_book(seed=4, lift=0.15))
    third = FieldTest("third", "in", ("yes",))
    board = compare(index, {"A": index.rows(third)})
    found = compare_pair(index, ("A", index.rows(third)), ("B", index.rows(Not(third))))
    for metric in board.metrics:
        one, other = cell(found, metric.name), board.cell("A", metric.name)
        for name in ("estimate", "low", "high", "n", "accounts", "rest", "difference", "p_value"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9), (metric.name, name)
        assert one.effect == pytest.approx(other.effect)


def test_q_is_corrected_over_the_metrics_of_the_pair_alone() -> None:
    a, b = halves(150)
    deals, customers = outcomes(5, 150, 2)
    found = pair(two_segments(a, b, deals, customers=customers))
    tested = [one for one in found.cells if one.p_value is not None]
    assert len(tested) == len(found.cells) == 5
    expected = benjamini_hochberg([one.p_value for one in tested if one.p_value is not None])
    assert [one.q_value for one in tested] == pytest.approx(expected.tolist())


# Mirrored


PATTERNS = {
    "apart": lambda at: (at < 0.4, at >= 0.6),
    "overlapping": lambda at: (at < 0.6, at >= 0.4),
    "one inside the other": lambda at: (at < 0.3, at < 0.8),
    "the same": lambda at: (at < 0.5, at < 0.5),
}


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("grain", ["account", "deal"])
def test_swapping_the_two_mirrors_everything(pattern: str, grain: str) -> None:
    accounts = 120
    deals, customers = outcomes(6, accounts, 3, 0.2)
    random = np.random.default_rng(7)
    metrics = (*METRICS, SPREAD)
    if grain == "account":
        a, b = PATTERNS[pattern](random.permutation(accounts) / accounts)
        book = two_segments(a, b, deals, customers=customers, metrics=metrics)
    else:
        a, b = PATTERNS[pattern](random.random(len(deals)))
        book = deals_in_segments(a, b, deals, accounts)
        book = replace(book, metrics=metrics[:4] + metrics[5:])
    one, other = pair(book, A, B, "AB"), pair(book, B, A, "BA")
    assert [two.metric for two in one.seconds] == [two.metric for two in other.cells]
    for first, mirror, seen in zip(one.cells, other.cells, one.seconds, strict=True):
        assert first.difference is not None and mirror.difference is not None
        assert mirror.difference == pytest.approx(-first.difference, rel=1e-9, abs=1e-12)
        assert first.difference_low is not None and mirror.difference_high is not None
        assert mirror.difference_high == pytest.approx(-first.difference_low, rel=1e-9, abs=1e-9)
        assert (mirror.p_value, mirror.q_value) == pytest.approx((first.p_value, first.q_value), rel=1e-6)
        assert mirror.verdict == OPPOSITE[first.verdict] == seen.verdict
        for name in (
            "estimate",
            "low",
            "high",
            "n",
            "accounts",
            "rest",
            "difference",
            "difference_low",
            "p_value",
        ):
            assert getattr(seen, name) == pytest.approx(getattr(mirror, name), rel=1e-6, abs=1e-9), name
        assert seen.effect == pytest.approx(mirror.effect, rel=1e-9)


def two_halves(accounts: int) -> tuple[np.ndarray, np.ndarray]:
    a = np.arange(2 * accounts) < accounts
    return a, ~a


def days_of(first: float, other: float, accounts: int, spread: float) -> pd.DataFrame:
    """Won deals that take about so many days, the first half and the other."""
    days = np.where(two_halves(accounts)[0], first, other)
    days = days * (1 + spread * np.random.default_rng(8).uniform(-1, 1, 2 * accounts))
    return pd.DataFrame({"account": np.arange(2 * accounts), "won": 1.0, "amount": 1.0, "cycle_days": days})


def medians(first: float, other: float, accounts: int = 200, spread: float = 0.01) -> Paired:
    """Two segments whose deals take about so many days, hardly varying."""
    deals = days_of(first, other, accounts, spread)
    return pair(two_segments(*two_halves(accounts), deals, metrics=(SALES_CYCLE,)))


@pytest.mark.parametrize(
    ("first", "other", "verdict"),
    [
        (100.0, 107.0, "similar"),
        (100.0, 112.0, "better"),
        (112.0, 100.0, "worse"),  # 12 % more of the smaller, 10.7 % less of the larger
        (100.0, 110.8, "better"),  # beyond 10 % of the smaller alone: 9.7 % of the larger
        (110.8, 100.0, "worse"),
    ],
)
def test_a_relative_margin_is_one_of_the_smaller_side(first: float, other: float, verdict: str) -> None:
    assert cell(medians(first, other), "sales_cycle_days").verdict == verdict


def test_similar_means_within_the_margin_seen_from_either_side() -> None:
    found = medians(92.5, 100.0, accounts=60, spread=0.05)
    index = SegmentIndex(
        two_segments(*two_halves(60), days_of(92.5, 100.0, 60, 0.05), metrics=(SALES_CYCLE,))
    )
    board = compare(index, {"A": index.rows(A), "B": index.rows(B)})
    seen = [board.cell(name, "sales_cycle_days").verdict for name in "AB"]
    assert seen == ["similar", "unclear"]  # up to 9.x % less is more than 10 % more
    assert cell(found, "sales_cycle_days").verdict == second(found, "sales_cycle_days").verdict == "unclear"


# With accounts in both


def test_the_same_segment_twice_is_similar_without_a_doubt() -> None:
    deals, customers = outcomes(9, 200, 2)
    a = np.arange(200) < 120
    found = pair(two_segments(a, a, deals, customers=customers, metrics=(*METRICS, SPREAD)))
    assert found.both == 120
    for one in found.cells:
        assert (one.difference, one.difference_low, one.difference_high) == (0, 0, 0)
        assert (one.p_value, one.q_value, one.verdict) == (1.0, 1.0, "similar")


def test_two_deals_of_each_account_on_either_side_are_a_paired_t_test() -> None:
    random = np.random.default_rng(10)
    accounts = 90
    account = np.repeat(np.arange(accounts), 2)
    chance = random.beta(2, 2, accounts)[account]
    deals = pd.DataFrame({"account": account, "won": (random.random(2 * accounts) < chance).astype(float)})
    deals = deals.assign(amount=1.0, cycle_days=1.0)
    a = np.arange(2 * accounts) % 2 == 0
    found = cell(pair(deals_in_segments(a, ~a, deals, accounts)))
    won = deals["won"].to_numpy()
    assert found.p_value == pytest.approx(stats.ttest_rel(won[a], won[~a]).pvalue, rel=1e-9)


def test_deals_in_both_count_on_both_sides_and_the_accounts_in_both_are_told() -> None:
    deals, _ = outcomes(11, 100, 4)
    random = np.random.default_rng(12).random(len(deals))
    a, b = random < 0.6, random > 0.4
    found = pair(deals_in_segments(a, b, deals, 100))
    one, won, account = cell(found), deals["won"], deals["account"]
    assert (one.estimate, one.rest) == (pytest.approx(won[a].mean()), pytest.approx(won[b].mean()))
    assert (one.n, second(found).n) == (a.sum(), b.sum())
    assert found.both == len(set(account[a]) & set(account[b]))


def test_a_segment_of_accounts_and_one_of_deals_stand_against_each_other() -> None:
    index = SegmentIndex(typical_book(seed=13))
    saas, inbound = FieldTest("industry", "in", ("SaaS",)), FieldTest("source", "in", ("inbound",))
    found = compare_pair(index, ("A", index.rows(saas)), ("B", index.rows(inbound)))
    deals, book = index.book.observations["deal"], index.book
    own = (book.accounts["industry"] == "SaaS").to_numpy()
    with_inbound = np.unique(deals.account[(deals.attributes["source"] == "inbound").to_numpy()])
    won = deals.values["won"].to_numpy()
    assert cell(found).estimate == pytest.approx(won[own[deals.account]].mean())
    assert cell(found).rest == pytest.approx(won[(deals.attributes["source"] == "inbound").to_numpy()].mean())
    customers = book.observations["customer"]
    churned = customers.values["churned"].to_numpy()
    expected = churned[np.isin(customers.account, with_inbound)].mean()
    assert cell(found, "churn_rate").rest == pytest.approx(expected)
    assert found.both == np.isin(np.flatnonzero(own), with_inbound).sum()


def test_where_all_but_a_few_are_in_both_there_is_nothing_to_tell_apart() -> None:
    # One large account makes all the difference between B and A: no ground for a verdict.
    accounts = 60
    deals = pd.DataFrame({"account": np.append(np.arange(50), np.full(500, 50))})
    deals = deals.assign(won=np.append(np.arange(50) % 2, np.zeros(500)), amount=1.0, cycle_days=1.0)
    at = np.arange(accounts)
    found = cell(pair(two_segments(at < 50, at < 51, deals)))
    assert (found.estimate, found.rest) == (0.5, pytest.approx(25 / 550))
    assert (found.verdict, found.p_value, found.q_value) == ("too_few", None, None)
    assert found.reason.startswith("nearly the same: no more than 1 account of either")


# Answers where there is little to compare


@pytest.mark.parametrize("nobody", [A, B])
def test_a_side_without_outcomes_says_which_one_it_is(nobody: Condition) -> None:
    deals, customers = outcomes(14, 60, 2)
    everyone = np.full(60, True)
    book = two_segments(everyone & (nobody is B), everyone & (nobody is A), deals, customers=customers)
    found = pair(replace(book, metrics=(*METRICS, SPREAD)))
    for one, other in zip(found.cells, found.seconds, strict=True):
        assert one.verdict == other.verdict == "none"
        assert one.reason == f"{'A' if nobody is A else 'B'} has no outcome of this kind"
        assert one.p_value is None and one.difference is None
    assert found.both == 0


def test_nobody_and_everybody_have_defined_answers() -> None:
    index = SegmentIndex(typical_book(seed=15, accounts=80))
    nobody, everyone = index.rows(NOBODY), index.rows(EVERYONE)
    for first, other in ((nobody, nobody), (nobody, everyone), (everyone, everyone)):
        found = compare_pair(index, ("A", first), ("B", other))
        same = first is other is everyone
        assert {one.verdict for one in found.cells} == ({"similar"} if same else {"none"})


@pytest.mark.parametrize("who", ["A", "B"])
def test_too_few_names_the_side_that_has_too_few_whichever_stands_first(who: str) -> None:
    deals, _ = outcomes(16, 60, 2)
    small, large = np.arange(60) < 7, np.arange(60) >= 20
    book = two_segments(*((small, large) if who == "A" else (large, small)), deals)
    for found in (pair(book, A, B, "AB"), pair(book, B, A, "BA")):
        assert cell(found).verdict == second(found).verdict == "too_few"
        assert cell(found).reason == f"{who}: 7 accounts with an outcome; 10 are needed"
        assert cell(found).p_value is None


@pytest.mark.parametrize("amount", [0.0, -50.0, 1e300])
def test_alike_amounts_of_any_size_are_not_a_difference(amount: float) -> None:
    deals, _ = outcomes(17, 60, 1)
    a, b = np.arange(60) < 30, np.arange(60) >= 20
    metrics: tuple[Metric, ...] = (replace(DEAL_SIZE, where=None), replace(SPREAD, where=None))
    found = pair(two_segments(a, b, deals.assign(amount=amount), metrics=metrics))
    assert cell(found, "deal_size").p_value == 1.0
    assert cell(found, "deal_size").verdict in ("similar", "unclear")
    spread = cell(found, "deal_size_spread")
    assert (spread.reason == "A: the median is not above zero") == (amount <= 0)
    assert spread.verdict in ("similar", "unclear", "too_few") and spread.p_value in (1.0, None)


def test_all_won_against_all_lost_is_said_to_be_too_few() -> None:
    a = np.arange(60) < 30
    deals = pd.DataFrame({"account": np.arange(60), "won": a.astype(float), "amount": 1.0, "cycle_days": 1.0})
    found = cell(pair(two_segments(a, ~a, deals)))
    assert (found.estimate, found.rest, found.verdict) == (1.0, 0.0, "too_few")


def test_without_resampling_a_spread_is_shown_and_not_judged_yet() -> None:
    deals, _ = outcomes(18, 80, 3)
    a, b = np.arange(80) < 40, np.arange(80) >= 30
    index = SegmentIndex(two_segments(a, b, deals, metrics=(SPREAD,)))
    first, other = ("A", index.rows(A)), ("B", index.rows(B))
    (quick,) = compare_pair(index, first, other, resample=False).cells
    (whole,) = compare_pair(index, first, other).cells
    assert quick.estimate == whole.estimate and quick.low is None and whole.low is not None
    assert quick.verdict == "none" and quick.reason and whole.verdict != "none"


def test_an_unknown_metric_is_told() -> None:
    index = SegmentIndex(typical_book(accounts=30))
    both = ("A", index.rows(EVERYONE)), ("B", index.rows(NOBODY))
    with pytest.raises(WorkbenchError, match="no metric `nothing`"):
        compare_pair(index, *both, ["nothing"])
    found = compare_pair(index, *both, ["churn_rate", "win_rate"])
    assert found.metrics == (CHURN_RATE, WIN_RATE)


# Looks


def test_a_pair_counts_once_for_each_core_metric_whichever_stands_first() -> None:
    deals, customers = outcomes(19, 100, 2)
    at = np.arange(100)
    book = two_segments(at < 60, at >= 40, deals, customers=customers)
    one, other = pair(book, A, B, "AB"), pair(book, B, A, "BA")
    assert len(one.looks) == 3  # win rate, sales cycle, retention; deal size and churn are not core
    assert one.looks == pytest.approx(other.looks)
    assert set(one.looks.values()) == {found.p_value for found in one.cells if found.metric in CORE}


CORE = {metric.name for metric in (WIN_RATE, SALES_CYCLE, RETENTION)}


def test_another_pair_is_another_look() -> None:
    index = SegmentIndex(typical_book(accounts=60))
    saas, retail = (FieldTest("industry", "in", (name,)) for name in ("SaaS", "Retail"))
    looks: set[str] = set()
    for first, other in ((saas, retail), (saas, Not(saas)), (retail, Not(saas))):
        looks |= compare_pair(index, ("A", index.rows(first)), ("B", index.rows(other))).looks.keys()
    assert len(looks) == 9


def test_a_lifetime_values_horizon_is_told() -> None:
    random = np.random.default_rng(20)
    customers = pd.DataFrame(
        {
            "account": np.arange(120),
            "tenure": np.ceil(random.uniform(1, 30, 120)),
            "churned": (random.random(120) < 0.3).astype(float),
            "margin": random.uniform(50, 100, 120),
        }
    )
    lifetime = replace(
        RETENTION, name="lifetime_value", unit="USD", estimator="lifetime", denominator="margin", core=False
    )
    at = np.arange(120)
    accounts = pd.DataFrame(
        {"a": pd.array(at < 70, dtype="boolean"), "b": pd.array(at >= 50, dtype="boolean")}
    )
    found = pair(make_book(accounts, customers=customers, metrics=(lifetime,)))
    (one,), (other,) = found.cells, found.seconds
    assert one.effect["horizon"] == other.effect["horizon"] > 0
