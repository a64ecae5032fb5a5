"""What the profile covers: the accounts it selects, and what they brought."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import Metric
from icp_workbench.segments.index import ACCOUNT, SegmentIndex
from icp_workbench.segments.market import MarketCount, truth_in_market
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.points import FIT_SIGNALS, points_of

Mask = npt.NDArray[np.bool_]
Matching = Callable[[Criterion], Mask]
FIT_CUT_OFFS = {"A": 70, "B": 45, "C": 20}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the criteria select. Shares are fractions; None where the book cannot say (no amounts, nobody
    churned).

    `accounts` match the profile; `anti_accounts` match an anti-ICP criterion; `by_criterion` counts each
    criterion alone, blanks counted as its `missing` says. `market` counts prospects whom the profile selects,
    and those of whom it cannot be said; None without a market.
    """

    accounts: int
    share_of_accounts: float | None
    share_of_won_revenue: float | None
    share_of_churned: float | None
    anti_accounts: int
    anti_share_of_accounts: float | None
    by_criterion: Mapping[str, int] = field(default_factory=dict)
    market: MarketCount | None = None


def coverage(index: SegmentIndex, criteria: Sequence[Criterion]) -> Coverage:
    """The profile's accounts, their share of all accounts, of won revenue and of churned customers; the same
    count for the anti-ICP and for each criterion. Nothing is covered before the first ICP criterion.

    WorkbenchError for a criterion that reads what the book does not have.
    """
    profile = profile_accounts(index, criteria)
    anti = ruled_out(index, criteria)
    return Coverage(
        accounts=int(profile.sum()),
        share_of_accounts=_share(profile.sum(), index.n_accounts),
        share_of_won_revenue=_share_of_won_revenue(index, criteria, profile),
        share_of_churned=_share_of_churned(index, profile),
        anti_accounts=int(anti.sum()),
        anti_share_of_accounts=_share(anti.sum(), index.n_accounts),
        by_criterion={criterion.id: int(matching(index, criterion).sum()) for criterion in criteria},
        market=market_coverage(index, criteria),
    )


def ruled_out(index: SegmentIndex, criteria: Sequence[Criterion]) -> Mask:
    """Which accounts match an anti-ICP criterion, bool (n_accounts,)."""
    anti = np.zeros(index.n_accounts, bool)
    for criterion in criteria:
        if criterion.verdict == "anti_icp":
            anti |= matching(index, criterion)
    return anti


def market_coverage(index: SegmentIndex, criteria: Sequence[Criterion]) -> MarketCount | None:
    """Prospects whom the profile selects by the rule for accounts, and those it would, were the unknown in
    their favour; None without a market. Points are those of the book."""
    market = index.book.market
    if market is None:
        return None
    size = len(market.accounts)
    truths = {one.id: truth_in_market(market, index.book.fields, one.when) for one in criteria}

    def sure(criterion: Criterion) -> Mask:
        truth = truths[criterion.id]
        return truth.true | truth.unknown if criterion.missing == "match" else truth.true

    def hoped(criterion: Criterion) -> Mask:
        return sure(criterion) | truths[criterion.id].unknown if _may_help(criterion) else sure(criterion)

    points = cache(partial(points_of, index, criteria))
    selected = _selected(criteria, sure, points, size)
    possible = _selected(criteria, hoped, points, size)
    return MarketCount(int(selected.sum()), int((possible & ~selected).sum()), size)


def matching(index: SegmentIndex, criterion: Criterion) -> Mask:
    """Which accounts a criterion matches, bool (n_accounts,): a blank that decides counts as `missing`
    says."""
    rows = index.rows(criterion.when)
    return rows.accounts | rows.unknown if criterion.missing == "match" else rows.accounts


def least_fit_of(profile: IdealCustomerProfile) -> float:
    """From which fit on a spec without a required criterion selects: its own cut-off of B, else the usual."""
    cut_offs = profile.grades.fit if profile.grades is not None else {}
    return cut_offs.get("B", FIT_CUT_OFFS["B"])


def profile_accounts(
    index: SegmentIndex, criteria: Sequence[Criterion], least_fit: float = FIT_CUT_OFFS["B"]
) -> Mask:
    """Which accounts the profile selects, bool (n_accounts,): those that match every required ICP criterion
    and no disqualifying anti-ICP one; where none is required, those of fit A or B (`least_fit` and more)."""
    points = partial(points_of, index, criteria)
    return _selected(criteria, partial(matching, index), points, index.n_accounts, least_fit)


def possible_accounts(
    index: SegmentIndex, criteria: Sequence[Criterion], least_fit: float = FIT_CUT_OFFS["B"]
) -> Mask:
    """Which accounts the profile would select, were what is unknown in their favour: bool (n_accounts,)."""

    def hoped(criterion: Criterion) -> Mask:
        unknown = index.rows(criterion.when).unknown
        return matching(index, criterion) | unknown if _may_help(criterion) else matching(index, criterion)

    return _selected(criteria, hoped, partial(points_of, index, criteria), index.n_accounts, least_fit)


def _may_help(criterion: Criterion) -> bool:
    """Whether what is unknown may yet bring an account in."""
    return criterion.verdict == "icp" and criterion.missing == "unknown"


def _selected(
    criteria: Sequence[Criterion],
    matching: Matching,
    points: Callable[[], Mapping[str, int]],
    size: int,
    least_fit: float = FIT_CUT_OFFS["B"],
) -> Mask:
    icp = [criterion for criterion in criteria if criterion.verdict == "icp"]
    required = [criterion for criterion in icp if criterion.required]
    if not icp:
        return np.zeros(size, bool)
    if required:
        selected = np.logical_and.reduce([matching(criterion) for criterion in required])
    else:
        selected = _fit(criteria, matching, points(), size) >= least_fit
    for criterion in criteria:
        if criterion.verdict == "anti_icp" and criterion.disqualify:
            selected = selected & ~matching(criterion)
    return np.asarray(selected, bool)


def _fit(
    criteria: Sequence[Criterion], matching: Matching, points: Mapping[str, int], size: int
) -> npt.NDArray[np.float64]:
    """100 × (points matched − points of matched anti-ICP) ÷ all ICP points, float (size,). Where no ICP
    criterion is one of fit, each that matches counts in full."""
    score = np.zeros(size)
    total = 0
    for criterion in criteria:
        worth = points.get(criterion.id, 0)
        if criterion.verdict == "icp":
            score += worth * matching(criterion)
            total += worth
        elif criterion.verdict == "anti_icp":
            score -= worth * matching(criterion)
    if total:
        return 100 * score / total
    icp = [criterion for criterion in criteria if criterion.verdict == "icp"]
    if all(criterion.signal not in FIT_SIGNALS for criterion in icp):
        score += 100 * np.logical_or.reduce([matching(criterion) for criterion in icp])
    return score


def _share_of_won_revenue(index: SegmentIndex, criteria: Sequence[Criterion], profile: Mask) -> float | None:
    metric = _metric(index, "deal_size")
    if metric is None or metric.grain not in index.book.observations:
        return None
    seen = index.book.observations[metric.grain]
    amounts = seen.values[metric.value].to_numpy(float)
    counted = np.isfinite(amounts)
    if metric.where is not None:
        counted &= seen.values[metric.where].to_numpy(float) == 1
    inside = profile[seen.account]
    for criterion in criteria:  # a condition on deals selects deals, not all that their accounts brought
        if criterion.verdict == "icp" and criterion.required:
            rows = index.rows(criterion.when)
            if rows.grain == metric.grain != ACCOUNT:
                inside = inside & rows.observations(metric.grain)
    return _share(amounts[counted & inside].sum(), amounts[counted].sum())


def _share_of_churned(index: SegmentIndex, profile: Mask) -> float | None:
    metric = _metric(index, "churn_rate")
    if metric is None or metric.grain not in index.book.observations:
        return None
    seen = index.book.observations[metric.grain]
    churned = seen.values[metric.value].to_numpy(float) == 1
    return _share((churned & profile[seen.account]).sum(), churned.sum())


def _metric(index: SegmentIndex, name: str) -> Metric | None:
    return next((metric for metric in index.book.metrics if metric.name == name), None)


def _share(part: float, whole: float) -> float | None:
    return float(part) / float(whole) if whole > 0 else None
