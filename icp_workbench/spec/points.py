"""What each criterion is worth on the fit axis, from the evidence unless the room said otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from icp_workbench.evidence.comparison import AVERAGE, Comparison, compare
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion

FIT_SIGNALS = frozenset({"fit", "economic", "retention"})
_ALL_POINTS = 100
_PRIOR = 0.5  # how large log odds ratios of real attributes usually are (standard deviation)
_LEAST = 0.05  # so that a criterion the data says nothing about still counts


def carries_points(criterion: Criterion) -> bool:
    """Whether a criterion counts on the fit axis: ICP and non-disqualifying anti-ICP ones; of the ICP ones
    only those of fit, economic and retention."""
    if criterion.verdict == "icp":
        return criterion.signal in FIT_SIGNALS
    return criterion.verdict == "anti_icp" and not criterion.disqualify


def points_of(
    index: SegmentIndex, criteria: Sequence[Criterion], boards: Mapping[str, Comparison] | None = None
) -> dict[str, int]:
    """Points by criterion id, for those that carry any.

    Those the room set stand. The others share what is left of 100 among the ICP criteria in proportion to the
    log odds ratio of the headline share (win rate, else retention or churn) inside against outside, shrunk
    toward 0 as its standard error grows (normal prior, posterior mean); anti-ICP criteria are weighed on the
    same scale. `boards` are comparisons already made, by criterion id.
    """
    carrying = [criterion for criterion in criteria if carries_points(criterion)]
    given = {criterion.id: criterion.points for criterion in carrying if criterion.points is not None}
    open_ones = [criterion for criterion in carrying if criterion.id not in given]
    weights = {criterion.id: _weight(index, criterion, boards) for criterion in open_ones}
    ours = [criterion.id for criterion in open_ones if criterion.verdict == "icp"]
    taken = sum(points for name, points in given.items() if _is_icp(carrying, name))
    left = max(_ALL_POINTS - taken, 0)
    total = sum(weights[name] for name in ours)
    found = given | _apportioned({name: weights[name] for name in ours}, left)
    scale = left / total if total else _ALL_POINTS
    found |= {
        name: round(min(weight * scale, _ALL_POINTS)) for name, weight in weights.items() if name not in found
    }
    return {criterion.id: found[criterion.id] for criterion in carrying}


def _is_icp(criteria: Sequence[Criterion], name: str) -> bool:
    return any(criterion.id == name and criterion.verdict == "icp" for criterion in criteria)


def _weight(index: SegmentIndex, criterion: Criterion, boards: Mapping[str, Comparison] | None) -> float:
    known = {metric.name: metric for metric in index.book.metrics}
    metric = next(
        (known[name] for name in ("win_rate", "retention_12m", "churn_rate") if name in known), None
    )
    if metric is None:
        return _LEAST
    board = (boards or {}).get(criterion.id)
    if board is None:
        board = compare(index, {"criterion": index.rows(criterion.when)}, [metric.name])
    cell = board.cell(board.segments[1].name, metric.name)
    others = board.cell(AVERAGE, metric.name).accounts - cell.accounts
    found = _shrunk_log_odds_ratio(cell.estimate, cell.accounts, cell.rest, max(others, 1))
    good = found if metric.better == "higher" else -found
    return max(good if criterion.verdict == "icp" else -good, _LEAST)


def _shrunk_log_odds_ratio(share: float | None, accounts: int, rest: float | None, others: int) -> float:
    """Accounts, not observations, are counted: they are what was sampled. Half an account is added to each
    cell (Haldane–Anscombe), so that all and none won have an answer."""
    if share is None or rest is None or not accounts:
        return 0.0
    cells = [share * accounts, (1 - share) * accounts, rest * others, (1 - rest) * others]
    a, b, c, d = (max(cell, 0.0) + 0.5 for cell in cells)
    variance = 1 / a + 1 / b + 1 / c + 1 / d
    return math.log(a * d / (b * c)) * _PRIOR**2 / (_PRIOR**2 + variance)


def _apportioned(weights: Mapping[str, float], total: int) -> dict[str, int]:
    """Whole points in proportion to the weights that sum to `total` exactly (largest remainders)."""
    if not weights:
        return {}
    exact = {name: weight / sum(weights.values()) * total for name, weight in weights.items()}
    found = {name: int(points) for name, points in exact.items()}
    by_remainder = sorted(exact, key=lambda name: found[name] - exact[name])
    for name in by_remainder[: total - sum(found.values())]:
        found[name] += 1
    return found
