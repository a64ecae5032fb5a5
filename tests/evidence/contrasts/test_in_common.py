"""Tests and limits of two sides with accounts in common: against other libraries, and by simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm
from scipy import stats

from icp_workbench.evidence.comparison import Cell
from icp_workbench.evidence.contrasts.in_common import Shared, dealt_test
from icp_workbench.evidence.contrasts.pairing import compare_pair
from icp_workbench.evidence.outcomes import outcome_of
from icp_workbench.segments.index import RowSet, SegmentIndex
from tests.evidence.contrasts.hands import MARGIN, deals_in_segments, outcomes, pair, row_set, two_segments
from tests.synthetic import DEAL_SIZE, RETENTION, WIN_RATE

Mask = npt.NDArray[np.bool_]
EVERY_SIZE = replace(DEAL_SIZE, where=None)


def one(index: SegmentIndex, first: RowSet, other: RowSet, metric: str) -> Cell:
    (found,) = compare_pair(index, ("A", first), ("B", other), [metric]).cells
    return found


def stacked_error(value: npt.NDArray[np.float64], account: npt.NDArray[np.int64], a: Mask, b: Mask) -> float:
    """Standard error of mean(a) − mean(b) by statsmodels: both sides stacked, errors clustered by account."""
    y = np.concatenate([value[a], value[b]])
    side = np.repeat([1.0, 0.0], [a.sum(), b.sum()])
    groups = np.concatenate([account[a], account[b]])
    fitted = sm.OLS(y, sm.add_constant(side)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    return float(fitted.bse[1])


@pytest.mark.parametrize("pattern", [(0.6, 0.4), (0.8, 0.0), (0.95, 0.3)])
def test_a_shares_difference_varies_as_a_stacked_regression_clustered_by_account_says(
    pattern: tuple[float, float],
) -> None:
    accounts = 2_000
    deals, _ = outcomes(31, accounts, 3, 0.3)
    at = np.random.default_rng(32).permutation(accounts) / accounts
    a, b = at < pattern[0], at >= pattern[1]
    found = pair(two_segments(a, b, deals, metrics=(WIN_RATE,))).cells[0]
    account = deals["account"].to_numpy()
    error = stacked_error(deals["won"].to_numpy(), account, a[account], b[account])
    assert found.difference is not None
    expected = 2 * stats.norm.sf(abs(found.difference) / error)
    assert found.p_value == pytest.approx(expected, rel=0.02)
    assert found.difference_high is not None and found.difference_low is not None
    half = (found.difference_high - found.difference_low) / 2
    assert half == pytest.approx(1.96 * error, rel=0.02)


def test_where_one_is_inside_the_other_it_stands_against_those_the_other_has_more() -> None:
    # A and its supersets: p(A) − p(B) is but a fraction of p(A) − p(B without A), and so is its error.
    accounts = 1_500
    deals, _ = outcomes(33, accounts, 1)
    at = np.arange(accounts) / accounts
    chance = np.random.default_rng(34).random(accounts)
    deals["won"] = (chance < np.where(at < 0.5, 0.36, 0.30)).astype(float)
    index = SegmentIndex(two_segments(at < 0.5, at < 0.8, deals, metrics=(WIN_RATE,)))
    inside, whole, more = (row_set(index, mask) for mask in (at < 0.5, at < 0.8, (at >= 0.5) & (at < 0.8)))
    nested, apart = one(index, inside, whole, "win_rate"), one(index, inside, more, "win_rate")
    assert nested.difference == pytest.approx((apart.difference or 0) * 0.3 / 0.8)
    assert nested.p_value == pytest.approx(apart.p_value, rel=0.1)


def brute_force(
    values: npt.NDArray[np.float64], account: npt.NDArray[np.int64], a: Mask, b: Mask
) -> tuple[float, float]:
    """Obuchowski (1997), written out over all pairs: θ = P(A > B) + ½P(A = B), and its variance."""
    x, y = values[a][:, None], values[b][None, :]
    kernel = (x > y) + 0.5 * (x == y)
    theta = kernel.mean()
    rows = account.max() + 1
    own = np.bincount(account[a], kernel.mean(axis=1) - theta, rows) / a.sum()
    other = np.bincount(account[b], kernel.mean(axis=0) - theta, rows) / b.sum()
    i, j = len(set(account[a])), len(set(account[b]))
    both = len(set(account[a]) | set(account[b]))
    variance = i / (i - 1) * own @ own + j / (j - 1) * other @ other + 2 * both / (both - 1) * own @ other
    return float(theta), float(variance)


def test_a_median_is_tested_by_obuchowskis_variance_over_all_pairs() -> None:
    accounts = 60
    deals, _ = outcomes(35, accounts, 4, 0.3)
    random = np.random.default_rng(36).random(len(deals))
    a, b = random < 0.7, random > 0.3
    book = deals_in_segments(a, b, deals, accounts)
    found = pair(replace(book, metrics=(EVERY_SIZE,))).cells[0]
    theta, variance = brute_force(deals["amount"].to_numpy(), deals["account"].to_numpy(), a, b)
    assert found.effect["cliffs_delta"] == pytest.approx(2 * theta - 1)
    # Every account is on both sides: one group, and so accounts − 1 degrees of freedom.
    assert len(set(deals["account"][a])) == len(set(deals["account"][b])) == accounts
    expected = 2 * stats.t.sf(abs(theta - 0.5) / variance**0.5, accounts - 1)
    assert found.p_value == pytest.approx(expected, rel=1e-6)


def test_few_accounts_beside_the_shared_ones_give_few_degrees_of_freedom() -> None:
    # Ten accounts are all that B has and A has not: their spread decides, and t with about nine degrees.
    accounts = 310
    deals, _ = outcomes(37, accounts, 1)
    at = np.arange(accounts)
    found = pair(two_segments(at < 300, at < 310, deals, metrics=(WIN_RATE,))).cells[0]
    assert found.difference is not None and found.p_value is not None
    won = deals["won"].to_numpy()
    error = stacked_error(won, at, at < 300, at < 310)
    freedom = [stats.t.sf(abs(found.difference) / error, df) * 2 - found.p_value for df in (5, 30)]
    assert freedom[0] > 0 > freedom[1]


def masks(at: npt.NDArray[np.float64]) -> dict[str, tuple[Mask, Mask]]:
    return {
        "overlapping": (at < 0.6, at >= 0.35),
        "one inside the other": (at < 0.3, at < 0.75),
        "mostly the same": (at < 0.7, at >= 0.12),
    }


@pytest.mark.parametrize("pattern", ["overlapping", "one inside the other", "mostly the same"])
def test_pairs_drawn_by_lot_differ_in_about_five_percent(pattern: str) -> None:
    """250 pairs of segments that have nothing to do with the outcome, in a book of 200 accounts with three
    deals each. Expected 5 % at p ≤ 0.05; 1 and 9.5 % are three standard errors away. A ratio must stand two
    tests, and is found less often."""
    accounts, rounds = 200, 250
    deals, customers = outcomes(38, accounts, 3, 0.2)
    metrics = (WIN_RATE, EVERY_SIZE, MARGIN, RETENTION)
    nobody = np.zeros(accounts, dtype=bool)
    index = SegmentIndex(two_segments(nobody, nobody, deals, customers=customers, metrics=metrics))
    random = np.random.default_rng(39)
    found, outside = dict.fromkeys((m.name for m in metrics), 0), dict.fromkeys((m.name for m in metrics), 0)
    for _ in range(rounds):
        a, b = masks(random.permutation(accounts) / accounts)[pattern]
        for cell in compare_pair(index, ("A", row_set(index, a)), ("B", row_set(index, b))).cells:
            assert cell.p_value is not None
            assert cell.difference_low is not None and cell.difference_high is not None
            found[cell.metric] += cell.p_value <= 0.05
            outside[cell.metric] += not cell.difference_low <= 0 <= cell.difference_high
    for metric, times in found.items():
        assert (0.0 if metric == "gross_margin" else 0.01) <= times / rounds <= 0.095, (metric, times)
    for metric, times in outside.items():
        # Woodruff's limits of a median are careful; those of the others fit.
        assert (0.0 if metric == "deal_size" else 0.01) <= times / rounds <= 0.095, (metric, times)


def test_a_difference_between_overlapping_segments_is_seen_better_knowing_what_they_share() -> None:
    accounts = 400
    deals, _ = outcomes(40, accounts, 1)
    at = np.arange(accounts) / accounts
    a, b = at < 0.6, at >= 0.2  # half of either is in both
    chance = np.random.default_rng(41).random(accounts)
    deals["won"] = (chance < np.select([at < 0.2, at >= 0.6], [0.55, 0.25], 0.4)).astype(float)
    found = pair(two_segments(a, b, deals, metrics=(WIN_RATE,))).cells[0]
    won = deals["won"].to_numpy()
    as_strangers = stats.ttest_ind(won[a], won[b], equal_var=False).pvalue
    assert found.p_value is not None and found.p_value < as_strangers / 10
    assert found.verdict == "better"


def test_who_is_where_is_told_apart_by_observation_not_by_account() -> None:
    deals, _ = outcomes(42, 4, 2)
    index = SegmentIndex(deals_in_segments(np.full(8, True), np.full(8, True), deals, 4))
    outcome = outcome_of(index, WIN_RATE)
    # Account 0: one deal on either side. 1: both deals in both. 2: one in both, one in A. 3: none.
    a = np.array([1, 0, 1, 1, 1, 1, 0, 0], dtype=bool)
    b = np.array([0, 1, 1, 1, 1, 0, 0, 0], dtype=bool)
    shared = Shared.of(outcome, a, b)
    assert shared.only_first.tolist() == [True, False, True, False]
    assert shared.only_second.tolist() == [True, False, False, False]
    assert shared.both.tolist() == [False, True, True, False]
    assert shared.any and not shared.whole_accounts
    assert Shared.of(outcome, a & ~b, b & ~a).too_few == ""  # nothing in both: not this kind of too few


def test_a_ratio_must_stand_dealing_the_accounts_anew() -> None:
    # A lacks the few accounts with very large amounts, so that its own spread says too little.
    accounts = 90
    random = np.random.default_rng(43)
    deals, _ = outcomes(43, accounts, 1)
    amount = np.exp(random.normal(8, 2.0, accounts))
    order = np.argsort(amount)
    a, b = np.zeros(accounts, dtype=bool), np.zeros(accounts, dtype=bool)
    a[order[:40]] = b[order[25:]] = True
    margin = amount * (np.where(a, 0.5, 0.55) + random.normal(0, 0.02, accounts))
    book = two_segments(a, b, deals.assign(amount=amount, margin=margin), metrics=(MARGIN,))
    index = SegmentIndex(book)
    outcome = outcome_of(index, MARGIN)
    dealt = float(dealt_test(outcome, a[outcome.row], b[outcome.row]))
    found = one(index, row_set(index, a), row_set(index, b), "gross_margin")
    assert found.p_value == pytest.approx(dealt)
    assert found.difference_high is not None and found.difference_high < 0  # the other test alone is sure

    # What dealing anew does: residuals against the common ratio, drawn by lot to the places of the accounts.
    everyone = a | b
    residual = (margin - margin[everyone].sum() / amount[everyone].sum() * amount)[everyone]
    place = (a / amount[a].sum() - b / amount[b].sum())[everyone]
    sums = np.array([random.permutation(residual) @ place for _ in range(20_000)])
    assert dealt == pytest.approx(2 * stats.norm.sf(abs(residual @ place) / sums.std()), rel=0.05)
