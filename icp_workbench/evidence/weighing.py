"""One metric in a segment against its rest: estimates by the metric's estimator, and the test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import BOOTSTRAPPED
from icp_workbench.evidence.differences import (
    account_score_test,
    cliffs_delta,
    dealt_rank_test,
    dealt_score_test,
    horizon_test,
    log_rank,
    pooled_score_test,
)
from icp_workbench.evidence.estimates import (
    ClusterSums,
    Estimate,
    FloatArray,
    inner,
    kaplan_meier,
    median,
    sums_by,
)
from icp_workbench.evidence.layout.observations import Parted, Parts
from icp_workbench.evidence.layout.ranks import RankContrast
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, rest_of
from icp_workbench.evidence.weighings import Weighed, Weighings, weighings_of
from icp_workbench.segments.rows import RowSet


def weigh(outcome: Outcome, rows: RowSet) -> Weighed:
    """The row set against its rest.

    The test is on what is shown: shares and ratios by account scores, medians by the clustered Cliff's delta,
    survival by the difference at the horizon (by the log-rank test up to there where one side kept or lost
    everybody). Known again while the row set lives: one key changes one segment of a board.
    """
    known = outcome.weighed.get(rows)
    if known is None:
        known = outcome.weighed[rows] = _weighed(outcome, rows).each()[0]
    return known


def _weighed(outcome: Outcome, rows: RowSet) -> Weighings:
    estimator, by_accounts = outcome.metric.estimator, outcome.by_accounts(rows)
    if estimator in ("share", "ratio"):
        if by_accounts:
            return weigh_parts(outcome, Parts.of([Parted(*outcome.sides(rows), 0.0)]))
        laid = outcome.laid_out
        inside = np.take(observations_of(rows, outcome), laid.order)
        return weigh_parts(outcome, Parts.of([laid.parted(laid.brought(), inside)]))
    if by_accounts and estimator == "median":
        return weigh_ranks(outcome, outcome.ranks.contrast(rows.accounts))
    if by_accounts and estimator == "survival" and not outcome.repeats:
        endings = outcome.endings
        sides = rows.fewer.sides(endings.counts(rows.fewer), endings.total)
        return weigh_endings(outcome, *(endings.by_time(side[None]) for side in sides))
    return weighings_of_masks(outcome, observations_of(rows, outcome), rest_of(rows, outcome))


def weigh_masks(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighed:
    """Some of the metric's usable observations against others; both masks of shape (n,)."""
    return weighings_of_masks(outcome, selected, rest).each()[0]


def weighings_of_masks(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighings:
    """`weigh_masks` as the only one of an array."""
    if outcome.metric.estimator == "median":
        return _weigh_medians(outcome, selected, rest)
    if outcome.metric.estimator == "survival":
        return _weigh_survival(outcome, selected, rest)
    if outcome.metric.estimator in BOOTSTRAPPED:
        inside, outside = outcome.estimate(selected), outcome.estimate(rest)
        return weighings_of(outcome.metric, inside, outside, np.nan, "ratio")
    sums, count, y, n = outcome.sums(selected)
    others, other_count, other_y, other_n = outcome.sums(rest)
    covariance = _covariance(sums, y, n, others, other_y, other_n)
    return weigh_sums(outcome, sums, count, others, other_count, covariance)


def weigh_together(outcomes: Sequence[Outcome], rows: RowSet) -> None:
    """Weigh rows that are taken by accounts on all shares at once, and on all ratios at once, for `weigh` to
    know.

    On one segment most of the time goes into calling numpy, which costs the same for several metrics.
    """
    for estimator in ("share", "ratio"):
        group = [
            one
            for one in outcomes
            if one.metric.estimator == estimator and one.by_accounts(rows) and rows not in one.weighed
        ]
        if len(group) < 2:
            continue
        effects = np.array([one.book_effect for one in group])
        found = weigh_parts(group[0], Parts.of([Parted(*one.sides(rows), 0.0) for one in group]), effects)
        for outcome, weighed in zip(group, found.each(), strict=True):
            outcome.weighed[rows] = weighed


def weigh_parts(outcome: Outcome, parts: Parts, book_effect: FloatArray | None = None) -> Weighings:
    """Shares or ratios against their rests, from the sums of both sides. `book_effect` (k,) has the book's
    design effects where the shares are of several metrics."""
    inside, outside = parts.inside, parts.outside
    return weigh_sums(
        outcome, ClusterSums.from_rows(inside[:6]), inside[6], ClusterSums.from_rows(outside[:6]),
        outside[6], parts.covariance, book_effect,
    )  # fmt: skip


def weigh_sums(
    outcome: Outcome, sums: ClusterSums, count: npt.ArrayLike, others: ClusterSums, other_count:
    npt.ArrayLike, covariance: npt.ArrayLike = 0.0, book_effect: FloatArray | None = None,
) -> Weighings:  # fmt: skip
    """Shares or ratios against their rest, one for each element of the sums (arrays of shape (k,)).

    `count` observations on either side; `covariance` of the two estimates, of shape (k,) or 0; `book_effect`
    the book's design effects, (k,), where the shares are of several metrics.
    """
    is_share = outcome.metric.estimator == "share"
    inside = outcome.of_sums(sums, count, book_effect)
    outside = outcome.of_sums(others, other_count, book_effect)
    p_values = account_score_test(inside, outside, covariance)
    unknown = np.isnan(p_values) & (np.asarray(covariance) == 0)
    if unknown.any():
        p_values = np.where(unknown, pooled_score_test(sums, others), p_values)
    correlation: npt.ArrayLike = 0.0
    if not is_share:
        dealt = dealt_score_test(sums, others)
        p_values = np.where(np.asarray(covariance) == 0, np.fmax(p_values, dealt), p_values)
    if np.any(covariance):
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.sqrt(inside.variance * outside.variance)
            correlation = np.where(scale > 0, np.clip(covariance / scale, -1, 1), 0.0)
    name = "risk_ratio" if is_share else "ratio"
    return weighings_of(outcome.metric, inside, outside, p_values, name, correlation, sums.y, others.y)


def _weigh_medians(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighings:
    values, account = outcome.value[selected], outcome.account[selected]
    others, other_account = outcome.value[rest], outcome.account[rest]
    found = RankContrast(
        median(values, account), median(others, other_account),
        float(values.mean()) if len(values) else np.nan,
        cliffs_delta(values, account, others, other_account),
        _dealt_p(outcome, selected, rest),
    )  # fmt: skip
    return weigh_ranks(outcome, found)


def _dealt_p(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> float:
    """p of the ranks of two sides when accounts are dealt anew; NaN where an account is on both."""
    own, other = (
        np.bincount(outcome.account[side], minlength=outcome.n_accounts) > 0 for side in (selected, rest)
    )
    everyone = selected | rest
    if (own & other).any() or not own.any() or not other.any():
        return np.nan
    values = outcome.value[everyone]  # ascending
    below, upto = (np.searchsorted(values, values, end) for end in ("left", "right"))
    ranks = (below + upto) / (2 * len(values)) - 0.5
    by_account = sums_by(outcome.account[everyone], ranks, outcome.n_accounts)
    return dealt_rank_test(
        float(by_account[own].sum()), int(np.count_nonzero(own)), int(np.count_nonzero(other)),
        inner(by_account, by_account),
    )  # fmt: skip


def weigh_ranks(outcome: Outcome, found: RankContrast) -> Weighings:
    """The medians of two sides, tested by rank: of the tests by placements and by dealing accounts anew the
    more careful one."""
    dominance = found.dominance
    return weighings_of(
        outcome.metric, found.inside, found.outside, np.fmax(dominance.p_value, found.dealt_p),
        "ratio_of_medians", direction=dominance.delta,
        effects={"mean": np.array([found.mean]), "cliffs_delta": np.array([dominance.delta])},
    )  # fmt: skip


def _weigh_survival(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighings:
    inside, outside = outcome.survival(selected), outcome.survival(rest)
    counts = (*outcome.by_time(selected), *outcome.by_time(rest))
    p_value = survival_test(inside, outside, *counts)
    return weighings_of(outcome.metric, inside, outside, p_value, "risk_ratio")


def weigh_endings(
    outcome: Outcome, own: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray]
) -> Weighings:
    """Survival of several segments against their rests, one observation an account: counts last seen and
    ended by time, of shape (k, times) each."""
    at_horizon = len(outcome.times) - 1
    inside, outside = kaplan_meier(*own, at_horizon), kaplan_meier(*other, at_horizon)
    p_values = survival_test(inside, outside, *own, *other)
    return weighings_of(outcome.metric, inside, outside, p_values, "risk_ratio")


def survival_test(
    inside: Estimate, outside: Estimate,
    leaving: FloatArray, ended: FloatArray, other_leaving: FloatArray, other_ended: FloatArray,
) -> FloatArray:  # fmt: skip
    """p of the difference at the horizon; where one side kept or lost everybody, of the log-rank test up to
    there.

    Counts by time as for `kaplan_meier`, the last column being after the horizon.
    """
    p_values = horizon_test(inside, outside)
    if not np.isnan(p_values).any():
        return p_values
    by_horizon, other_by_horizon = ended.copy(), other_ended.copy()
    by_horizon[..., -1] = other_by_horizon[..., -1] = 0.0
    p_ranks = log_rank(leaving, by_horizon, other_leaving, other_by_horizon)
    return np.where(np.isnan(p_values), p_ranks, p_values)


def _covariance(
    sums: ClusterSums, y: FloatArray, n: FloatArray,
    others: ClusterSums, other_y: FloatArray, other_n: FloatArray,
) -> float:  # fmt: skip
    if float(sums.n) == 0 or float(others.n) == 0:
        return 0.0
    own = (y - float(sums.y / sums.n) * n) / float(sums.n)
    other = (other_y - float(others.y / others.n) * other_n) / float(others.n)
    accounts = np.count_nonzero((n != 0) | (other_n != 0))
    return float(own @ other) * accounts / (accounts - 1) if accounts > 1 else 0.0
