"""One segment against another, directly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from icp_workbench.book.book import BOOTSTRAPPED, Metric
from icp_workbench.evidence.bootstrapping.weighing import common_horizon, weigh_bootstrapped_masks
from icp_workbench.evidence.comparison import Cell, ComparedSegment, chosen_metrics, judged
from icp_workbench.evidence.differences import horizon_test, mover, mover_ratio
from icp_workbench.evidence.estimates import survival_influence
from icp_workbench.evidence.look_keys import pair_key
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, outcome_of
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import Weighed, plain
from icp_workbench.segments.index import RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class Paired:
    """Two segments side by side. Each cell belongs to the first: `rest` is the second's estimate, and
    difference, test and verdict say how the first stands against the second. `seconds` are the second's own
    figures in the same order. `both` counts the accounts in both."""

    first: ComparedSegment
    second: ComparedSegment
    both: int
    metrics: tuple[Metric, ...]
    cells: tuple[Cell, ...]
    seconds: tuple[Cell, ...]

    @property
    def looks(self) -> Mapping[str, float | None]:
        """The looks it showed: core metrics alone, key → p."""
        return {
            pair_key(self.first.condition, self.second.condition, cell.metric): cell.p_value
            for cell, metric in zip(self.cells, self.metrics, strict=True)
            if metric.core
        }


def compare_pair(
    index: SegmentIndex,
    first: tuple[str, RowSet],
    second: tuple[str, RowSet],
    metrics: Sequence[str] | None = None,
    *,
    resample: bool = True,
    cancelled: Callable[[], bool] = lambda: False,
) -> Paired:
    """The first segment against the second on every metric (or those named), q by Benjamini–Hochberg over
    them.

    Either side's estimate, interval and counts are those of the board (a lifetime value's horizon is that of
    these two). Accounts, and deals, in both count on both sides; the tests know what the sides have in
    common: for shares and ratios from the account scores, for medians by Obuchowski's variance, for survival
    from each observation's influence, else from the resamples. Raises WorkbenchError for a metric the book
    does not have.
    """
    chosen = chosen_metrics(index.book, metrics)
    (name, rows), (other_name, other_rows) = first, second
    weighings = [_weigh(outcome_of(index, m), rows, other_rows, resample, cancelled) for m in chosen]
    cells = judged(chosen, name, weighings, "the two have no outcome to compare")
    mirrored = [replace(one, inside=one.outside, outside=one.inside) for one in weighings]
    seconds = [_figures(metric, other_name, one) for metric, one in zip(chosen, mirrored, strict=True)]
    return Paired(
        _column(name, rows), _column(other_name, other_rows),
        int((rows.accounts & other_rows.accounts).sum()), chosen, tuple(cells), tuple(seconds),
    )  # fmt: skip


def _column(name: str, rows: RowSet) -> ComparedSegment:
    return ComparedSegment(name, rows.condition, int(rows.accounts.sum()), int(rows.unknown.sum()))


def _figures(metric: Metric, name: str, weighed: Weighed) -> Cell:
    own = weighed.inside
    return Cell(
        name, metric.name, metric.unit, own.value, own.low, own.high, own.n, own.accounts, None,
        weighed.outside.value, None, None, None, reason="the other of the two",
    )  # fmt: skip


def _weigh(
    outcome: Outcome, rows: RowSet, other: RowSet, resample: bool, cancelled: Callable[[], bool]
) -> Weighed:
    selected, against = observations_of(rows, outcome), observations_of(other, outcome)
    if outcome.metric.estimator in BOOTSTRAPPED:
        horizon = common_horizon(outcome, (rows, other))
        return weigh_bootstrapped_masks(outcome, selected, against, horizon, resample, cancelled)
    weighed = weigh_masks(outcome, selected, against)
    if np.array_equal(selected, against) and weighed.p_value is None and not weighed.too_few:
        return replace(weighed, p_value=1.0)
    if outcome.metric.estimator == "survival" and _shared(outcome, selected, against):
        return _with_covariance(outcome, selected, against, weighed)
    return weighed


def _shared(outcome: Outcome, selected: BoolArray, against: BoolArray) -> bool:
    return bool(np.isin(outcome.account[selected], outcome.account[against]).any())


def _with_covariance(outcome: Outcome, selected: BoolArray, against: BoolArray, weighed: Weighed) -> Weighed:
    """Survival of two segments with accounts in both: limits and test again, knowing what they share."""
    inside, outside = outcome.survival(selected), outcome.survival(against)
    own, other = (_influence(outcome, side) for side in (selected, against))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.log(inside.value) * np.log(outside.value)
        covariance = np.where(scale != 0, float(own @ other) / scale, 0.0)
        spread = np.sqrt(inside.variance * outside.variance)
        correlation = np.where(spread > 0, np.clip(covariance / spread, -1, 1), 0.0)
    contrast = mover(inside, outside, correlation)
    quotient = mover_ratio(inside, outside, correlation)
    p_value = plain(horizon_test(inside, outside, covariance))[0]
    return replace(
        weighed, low=plain(contrast.low)[0], high=plain(contrast.high)[0], ratio_low=plain(quotient.low)[0],
        ratio_high=plain(quotient.high)[0],
        p_value=None if weighed.too_few else weighed.p_value if p_value is None else p_value,
    )  # fmt: skip


def _influence(outcome: Outcome, selected: BoolArray) -> np.ndarray:
    """Each account's influence on −log S at the horizon, shape (n_accounts,)."""
    leaving, ended = outcome.by_time(selected)
    found = survival_influence(leaving, ended, outcome.time[selected], outcome.ended[selected])
    return np.bincount(outcome.account[selected], found, outcome.n_accounts)
