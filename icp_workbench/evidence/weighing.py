"""One metric in a segment against its rest: both figures, the difference, the test, and the verdict they
allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import copysign, inf, isfinite
from typing import Literal

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import BOOTSTRAPPED, Metric
from icp_workbench.evidence.differences import (
    account_score_test,
    cliffs_delta,
    dealt_score_test,
    horizon_test,
    log_rank,
    mover,
    mover_ratio,
    pooled_score_test,
)
from icp_workbench.evidence.estimates import ClusterSums, Estimate, FloatArray
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, rest_of
from icp_workbench.render.figures import counted
from icp_workbench.segments.index import RowSet

Verdict = Literal["better", "worse", "similar", "unclear", "too_few", "none"]

FEWEST_ACCOUNTS = 10
FEWEST_OF_EITHER_OUTCOME = 5
FEWEST_VALUES = 8
FEWEST_AT_RISK = 10
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its 95 % limits (None where there is none), its observations and their accounts."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    accounts: int

    @classmethod
    def each(cls, estimate: Estimate) -> list[Figure]:
        """One for each element of the estimate."""
        columns = (estimate.value, estimate.low, estimate.high)
        sizes = np.rint(np.atleast_1d(estimate.n)).astype(int).tolist()
        accounts = np.rint(np.atleast_1d(estimate.accounts)).astype(int).tolist()
        return list(map(cls, *map(plain, columns), sizes, accounts))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A segment against its rest on one metric; None for every figure that cannot be had.

    `difference` is segment − rest in the metric's unit with limits by MOVER; `ratio` segment ÷ rest with
    limits by MOVER on the log scale. `direction` is the sign of what was tested (−1, 0, 1). `too_few` says
    in words what is missing, "" if nothing is; then there is no p-value either.
    """

    inside: Figure
    outside: Figure
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    direction: int = 0
    effect: Mapping[str, float] = field(default_factory=dict)
    p_value: float | None = None
    too_few: str = ""


def weigh(outcome: Outcome, rows: RowSet) -> Weighed:
    """The row set against its rest.

    The test is on what is shown: shares and ratios by account scores, medians by the clustered Cliff's delta,
    survival by the difference at the horizon (by the log-rank test up to there where one side kept or lost
    everybody). Known again while the row set lives: one key changes one segment of a board.
    """
    known = outcome.weighed.get(rows)
    if known is None:
        known = outcome.weighed[rows] = _weighed(outcome, rows)
    return known


def _weighed(outcome: Outcome, rows: RowSet) -> Weighed:
    if rows.grain == "account" and outcome.metric.estimator in ("share", "ratio"):
        sums = (outcome.moments @ rows.accounts.astype(float))[:, None]
        inside, count = ClusterSums.from_rows(sums[:6]), sums[6]
        total = ClusterSums.from_rows(outcome.moments[:6].sum(axis=1)[:, None])
        return weigh_sums(outcome, inside, count, total.without(inside), len(outcome.row) - count)[0]
    return weigh_masks(outcome, observations_of(rows, outcome), rest_of(rows, outcome))


def weigh_masks(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighed:
    """Some of the metric's usable observations against others; both masks of shape (n,)."""
    if outcome.metric.estimator == "median":
        return _weigh_medians(outcome, selected, rest)
    if outcome.metric.estimator == "survival":
        return _weigh_survival(outcome, selected, rest)
    if outcome.metric.estimator in BOOTSTRAPPED:
        inside, outside = outcome.estimate(selected), outcome.estimate(rest)
        return weighed_each(outcome.metric, inside, outside, np.array([np.nan]), "ratio")[0]
    sums, count, y, n = outcome.sums(selected)
    others, other_count, other_y, other_n = outcome.sums(rest)
    covariance = _covariance(sums, y, n, others, other_y, other_n)
    return weigh_sums(outcome, sums, count, others, other_count, covariance)[0]


def weigh_sums(
    outcome: Outcome, sums: ClusterSums, count: npt.ArrayLike, others: ClusterSums, other_count:
    npt.ArrayLike, covariance: npt.ArrayLike = 0.0,
) -> list[Weighed]:  # fmt: skip
    """Shares or ratios against their rest, one for each element of the sums (arrays of shape (k,)).

    `count` observations on either side; `covariance` of the two estimates, of shape (k,) or 0.
    """
    inside, outside = outcome.of_sums(sums, count), outcome.of_sums(others, other_count)
    p_values = account_score_test(inside, outside, covariance)
    unknown = np.isnan(p_values) & (np.asarray(covariance) == 0)
    if unknown.any():
        p_values = np.where(unknown, pooled_score_test(sums, others), p_values)
    if outcome.metric.estimator == "ratio":
        dealt = dealt_score_test(sums, others)
        p_values = np.where(np.asarray(covariance) == 0, np.fmax(p_values, dealt), p_values)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(inside.variance * outside.variance)
        correlation = np.where(scale > 0, np.clip(covariance / scale, -1, 1), 0.0)
    name = "risk_ratio" if outcome.metric.estimator == "share" else "ratio"
    return weighed_each(outcome.metric, inside, outside, p_values, name, correlation, sums.y, others.y)


def _weigh_medians(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighed:
    values, account = outcome.value[selected], outcome.account[selected]
    other_values, other_account = outcome.value[rest], outcome.account[rest]
    inside, outside = outcome.estimate(selected), outcome.estimate(rest)
    effect: dict[str, float] = {}
    p_value, direction = np.nan, 0
    if len(values):
        effect["mean"] = float(values.mean())
    if len(values) and len(other_values):
        dominance = cliffs_delta(values, account, other_values, other_account)
        effect["cliffs_delta"] = dominance.delta
        direction, p_value = int(np.sign(dominance.delta)), dominance.p_value
    found = weighed_each(outcome.metric, inside, outside, np.array([p_value]), "ratio_of_medians")[0]
    return replace(found, direction=direction, effect={**found.effect, **effect})


def _weigh_survival(outcome: Outcome, selected: BoolArray, rest: BoolArray) -> Weighed:
    inside, outside = outcome.survival(selected), outcome.survival(rest)
    counts = (*outcome.by_time(selected), *outcome.by_time(rest))
    return weighed_each(
        outcome.metric, inside, outside, survival_test(inside, outside, *counts), "risk_ratio"
    )[0]


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


def weighed_each(
    metric: Metric, inside: Estimate, outside: Estimate, p_values: FloatArray, ratio_name: str,
    correlation: npt.ArrayLike = 0.0, y: FloatArray | None = None, other_y: FloatArray | None = None,
) -> list[Weighed]:  # fmt: skip
    """Plain figures for each pair of estimates. `y` and `other_y`, a share's numerators, decide on too
    few."""
    contrast, quotient = mover(inside, outside, correlation), mover_ratio(inside, outside, correlation)
    figures, other_figures = Figure.each(inside), Figure.each(outside)
    lacks, other_lacks = too_few(metric, figures, inside, y), too_few(metric, other_figures, outside, other_y)
    columns = (
        contrast.difference,
        contrast.low,
        contrast.high,
        quotient.difference,
        quotient.low,
        quotient.high,
    )
    weighed = []
    for position, (difference, low, high, ratio, ratio_low, ratio_high, p_value) in enumerate(
        zip(*map(plain, columns), plain(p_values), strict=True)
    ):
        figure, other = figures[position], other_figures[position]
        missing = lacks[position] or (other_lacks[position] and f"the rest: {other_lacks[position]}")
        if ratio is None and figure.value == 0 and other.value:
            ratio = 0.0
        effect = {} if ratio is None else {ratio_name: ratio}
        direction = 0 if not difference else (1 if difference > 0 else -1)
        weighed.append(
            Weighed(
                figure, other, difference, low, high, ratio_low, ratio_high, direction, effect,
                None if missing else p_value, missing,
            )
        )  # fmt: skip
    return weighed


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


def too_few(metric: Metric, figures: list[Figure], estimate: Estimate, y: FloatArray | None) -> list[str]:
    """What each estimate lacks to carry a verdict, in words; "" if nothing. `y`: the numerators of shares."""
    positives = [0.0] * len(figures) if y is None else np.atleast_1d(y).tolist()
    at_risk = None if estimate.at_risk is None else np.atleast_1d(estimate.at_risk).tolist()
    lacks = []
    for position, figure in enumerate(figures):
        lack = ""
        least = round(min(positives[position], figure.n - positives[position]))
        if figure.accounts < FEWEST_ACCOUNTS:
            lack = f"{counted(figure.accounts, 'account')} with an outcome; {FEWEST_ACCOUNTS} are needed"
        elif metric.estimator == "share" and least < FEWEST_OF_EITHER_OUTCOME:
            lack = f"only {least} of {figure.n} had the rarer outcome; {FEWEST_OF_EITHER_OUTCOME} are needed"
        elif metric.estimator in ("median", "spread") and figure.n < FEWEST_VALUES:
            lack = f"{counted(figure.n, 'value')}; {FEWEST_VALUES} are needed"
        elif at_risk is not None and at_risk[position] < FEWEST_AT_RISK:
            horizon = metric.horizon_label or "the horizon"
            lack = f"{round(at_risk[position])} followed to {horizon}; {FEWEST_AT_RISK} are needed"
        lacks.append(lack)
    return lacks


def gain(metric: Metric, difference: float | None, rest: float | None) -> float | None:
    """A difference from the rest on the scale of the metric's margin, positive where the segment is better.

    In the metric's unit, or as a fraction of the rest's value; from a rest of zero every difference is
    infinite.
    """
    if difference is None or rest is None:
        return None
    found = difference if metric.better == "higher" else -difference
    if not metric.margin_is_relative or found == 0:
        return found
    return found / abs(rest) if rest else copysign(inf, found)


def verdict_of(metric: Metric, weighed: Weighed, q_value: float | None) -> Verdict:
    """The verdict of statistics.md: better or worse only if q ≤ 0.05, the difference exceeds the margin, and
    what was tested points the same way as what is shown; similar if the whole interval lies within the
    margin."""
    if weighed.outside.n == 0:
        return "none"
    if weighed.too_few:
        return "too_few"
    if metric.estimator in BOOTSTRAPPED and weighed.low is None:
        return "none"
    found = gain(metric, weighed.difference, weighed.outside.value)
    if found is None:
        return "unclear"
    agrees = weighed.direction == np.sign(weighed.difference or 0.0)
    if q_value is not None and q_value <= SIGNIFICANT and abs(found) > metric.margin and agrees:
        return "better" if found > 0 else "worse"
    return "similar" if _within_margin(metric, weighed) else "unclear"


def _within_margin(metric: Metric, weighed: Weighed) -> bool:
    if metric.margin_is_relative and weighed.ratio_low is not None and weighed.ratio_high is not None:
        return weighed.ratio_low >= 1 - metric.margin and weighed.ratio_high <= 1 + metric.margin
    if weighed.low is None or weighed.high is None:
        return False
    scale = abs(weighed.outside.value or 0.0) if metric.margin_is_relative else 1.0
    return weighed.low >= -metric.margin * scale and weighed.high <= metric.margin * scale


def plain(values: npt.ArrayLike) -> list[float | None]:
    """Plain numbers, None for NaN and infinity; a single number gives a list of one."""
    return [value if isfinite(value) else None for value in np.atleast_1d(np.asarray(values, float)).tolist()]
