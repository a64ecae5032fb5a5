"""Two sides of a comparison that have accounts in common: limits and test that know what they share.

Where an account brings observations to both sides, or the same observation counts on both, the two estimates
go along with each other, and their difference varies less than that of strangers. How much is measured from
the accounts' influences on either estimate; the variances are those the two estimates have on the board.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from icp_workbench.evidence.differences import mover, mover_ratio
from icp_workbench.evidence.estimates import Estimate, FloatArray, sums_by, survival_influence
from icp_workbench.evidence.outcomes import BoolArray, Outcome
from icp_workbench.evidence.quantiles import two_sided_normal, two_sided_t
from icp_workbench.evidence.verdicts import FEWEST_ACCOUNTS
from icp_workbench.evidence.weighings import Weighed, plain
from icp_workbench.render.figures import counted


@dataclass(frozen=True, slots=True)
class Shared:
    """Who stands where, bool (n_accounts,) each: accounts that bring observations to one side alone, and to
    both sides alike (an account may do several of these)."""

    only_first: BoolArray
    only_second: BoolArray
    both: BoolArray

    @classmethod
    def of(cls, outcome: Outcome, selected: BoolArray, against: BoolArray) -> Shared:
        """Of two masks over the metric's usable observations, shape (n,) each."""
        return cls(
            *(
                np.bincount(outcome.account[mask], minlength=outcome.n_accounts) > 0
                for mask in (selected & ~against, against & ~selected, selected & against)
            )
        )

    @property
    def first(self) -> BoolArray:
        """Accounts with observations on the first side."""
        return self.only_first | self.both

    @property
    def second(self) -> BoolArray:
        """Accounts with observations on the second side."""
        return self.only_second | self.both

    @property
    def any(self) -> bool:
        """Whether some account is on both sides."""
        return bool((self.first & self.second).any())

    @property
    def whole_accounts(self) -> bool:
        """Whether each account is on a side with all it brings to either."""
        return not (self.first & self.second & (self.only_first | self.only_second)).any()

    @property
    def too_few(self) -> str:
        """Whatever is on both sides says nothing of their difference: why the rest of it is too little; ""
        where it is enough."""
        most = max(int(self.only_first.sum()), int(self.only_second.sum()))
        if most >= FEWEST_ACCOUNTS or not self.both.any():
            return ""
        return (
            f"nearly the same: no more than {counted(most, 'account')} of either are not in both; "
            f"{FEWEST_ACCOUNTS} are needed"
        )


def weigh_in_common(
    outcome: Outcome, selected: BoolArray, against: BoolArray, shared: Shared, weighed: Weighed
) -> Weighed:
    """`weighed` (two masks as if they were strangers) with limits and p that know what the two share.

    Limits: MOVER with a correlation (Zou 2008), that of the accounts' influences on the two estimates. p:
    the difference over its standard deviation √(v₁ + v₀ − 2ρ√(v₁v₀)), Student's t with Satterthwaite's
    degrees of freedom over the accounts of the first side alone, of the second alone, and of both; for
    survival on the log(−log) scale, for medians by the clustered Cliff's delta (Obuchowski 1997). A ratio of
    accounts must also stand the test of dealing the accounts anew, as on the board.
    """
    own, other = (_influence(outcome, side) for side in (selected, against))
    correlation = _correlation(own, other)
    inside, outside = outcome.estimate(selected), outcome.estimate(against)
    contrast = mover(inside, outside, correlation)
    quotient = mover_ratio(inside, outside, correlation)
    found = replace(
        weighed,
        low=plain(contrast.low)[0],
        high=plain(contrast.high)[0],
        ratio_low=plain(quotient.low)[0],
        ratio_high=plain(quotient.high)[0],
    )
    if weighed.too_few:
        return found
    if outcome.metric.estimator == "median":
        p_value = _rank_p(outcome, selected, against, shared)
    else:
        p_value = _p(outcome, inside, outside, own, other, correlation, shared)
    if outcome.metric.estimator == "ratio" and shared.whole_accounts:
        p_value = np.fmax(p_value, dealt_test(outcome, selected, against))
    known = plain(p_value)[0]
    return found if known is None else replace(found, p_value=known)


def _influence(outcome: Outcome, selected: BoolArray) -> FloatArray:
    """Each account's influence on a side's estimate but for a factor, shape (n_accounts,): residuals of a
    share or a ratio, of being below the median, on −log S at the horizon."""
    account = outcome.account[selected]
    if outcome.metric.estimator == "survival":
        leaving, ended = outcome.by_time(selected)
        each = survival_influence(leaving, ended, outcome.time[selected], outcome.ended[selected])
    elif outcome.metric.estimator == "median":
        values = outcome.value[selected]
        middle = np.median(values) if len(values) else 0.0
        each = (values < middle) + 0.5 * (values == middle)
        each = each - each.mean() if len(values) else each
    else:
        weight = outcome.weight[selected]
        total = weight.sum()
        rate = outcome.value[selected].sum() / total if total else 0.0
        each = outcome.value[selected] - rate * weight
    return sums_by(account, each, outcome.n_accounts)


def _correlation(own: FloatArray, other: FloatArray) -> float:
    spread = float(np.sqrt((own @ own) * (other @ other)))
    return float(np.clip(own @ other / spread, -1.0, 1.0)) if spread > 0 else 0.0


def _p(
    outcome: Outcome, inside: Estimate, outside: Estimate, own: FloatArray, other: FloatArray,
    correlation: float, shared: Shared,
) -> FloatArray:  # fmt: skip
    values = np.array([float(inside.value), float(outside.value)])
    one, two = float(inside.variance), float(outside.variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        if outcome.metric.estimator == "survival":
            values = np.log(-np.log(values))
        variance = one + two - 2 * correlation * np.sqrt(one * two)
        statistic = (values[0] - values[1]) / np.sqrt(np.where(variance > 0, variance, np.nan))
        scores = own * np.sqrt(one / (own @ own)) - other * np.sqrt(two / (other @ other))
    return two_sided_t(statistic, _freedom(scores, shared))


def _freedom(scores: FloatArray, shared: Shared) -> float:
    """Satterthwaite's degrees of freedom of Σ scores² over three groups of accounts."""
    first, second = shared.first, shared.second
    total = below = 0.0
    for group in (first & ~second, second & ~first, first & second):
        variance = float(scores[group] @ scores[group])
        total += variance
        below += variance**2 / max(int(group.sum()) - 1, 1)
    return total**2 / below if below > 0 else np.nan


def _rank_p(outcome: Outcome, selected: BoolArray, against: BoolArray, shared: Shared) -> FloatArray:
    """Cliff's delta with the clustered variance (Obuchowski 1997, Biometrics 53:567), as `cliffs_delta` has
    it."""
    values, others = outcome.value[selected], outcome.value[against]  # ascending
    placements = _mid_counts(others, values) / len(others)
    theta = float(placements.mean())
    other_placements = 1 - _mid_counts(values, others) / len(values)
    own, other = (
        np.bincount(outcome.account[side], each - theta, outcome.n_accounts) / len(each)
        for side, each in ((selected, placements), (against, other_placements))
    )
    i, j, both = (int(part.sum()) for part in (shared.first, shared.second, shared.first | shared.second))
    variance = i / (i - 1) * (own @ own) + j / (j - 1) * (other @ other)
    variance += 2 * both / (both - 1) * (own @ other)
    with np.errstate(invalid="ignore"):
        statistic = (theta - 0.5) / np.sqrt(variance if variance > 0 else np.nan)
    return two_sided_t(statistic, _freedom(own + other, shared))


def _mid_counts(reference: FloatArray, values: FloatArray) -> FloatArray:
    """For each value: how many of `reference` (ascending) lie below it, ties counting half."""
    below, up_to = np.searchsorted(reference, values, "left"), np.searchsorted(reference, values, "right")
    return (below + up_to) / 2.0


def dealt_test(outcome: Outcome, selected: BoolArray, against: BoolArray) -> FloatArray:
    """`dealt_score_test` for accounts that may be on both sides: T = Σcᵢeᵢ with cᵢ = 1/Σx₁ for accounts of
    the first less 1/Σx₀ for those of the second, e against the ratio of all; dealing the accounts anew its
    variance is Σ(c − c̄)²·Σe²/(A − 1) (Hájek, Šidák & Sen 1999, §3.3.1)."""
    everyone = selected | against
    account = outcome.account[everyone]
    y = np.bincount(account, outcome.value[everyone], outcome.n_accounts)
    x = np.bincount(account, outcome.weight[everyone], outcome.n_accounts)
    there = np.bincount(account, minlength=outcome.n_accounts) > 0
    contrast = np.zeros(outcome.n_accounts)
    for side, sign in ((selected, 1.0), (against, -1.0)):
        members = np.bincount(outcome.account[side], minlength=outcome.n_accounts) > 0
        contrast += sign * members / outcome.weight[side].sum()
    residual = (y - y.sum() / x.sum() * x)[there]
    spread = contrast[there] - contrast[there].mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (spread @ spread) * (residual @ residual) / (len(residual) - 1)
        return two_sided_normal(contrast[there] @ residual / np.sqrt(variance))
