"""One segment against another, directly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.evidence.bootstrapping.weighing import common_horizon, weigh_bootstrapped_masks
from icp_workbench.evidence.comparison import Cell, ComparedSegment, chosen_metrics, judged
from icp_workbench.evidence.contrasts.in_common import Shared, weigh_in_common
from icp_workbench.evidence.look_keys import pair_key
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.evidence.weighing import weigh_masks
from icp_workbench.evidence.weighings import Weighed
from icp_workbench.segments.index import RowSet, SegmentIndex

NOTHING_THERE = "there is nothing to compare"
OPPOSITE: dict[Verdict, Verdict] = {
    "better": "worse", "worse": "better", "similar": "similar", "unclear": "unclear", "too_few": "too_few",
    "none": "none",
}  # fmt: skip
_REST = "the rest: "
_RATIOS = frozenset({"risk_ratio", "ratio_of_medians", "ratio"})


@dataclass(frozen=True, slots=True)
class Paired:
    """Two segments side by side. `cells` are the first's, in the order of the metrics: `rest` is the second's
    estimate, and difference, test and verdict say how the first stands against the second. `seconds` are the
    second's, the same comparison seen from there. `both` counts the accounts in both."""

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
    these two). Accounts, and deals, in both count on both sides, and the tests know it (`weigh_in_common`);
    where all but a few are in both there is nothing to tell apart, and the verdict is too few.

    Neither side is the rest of the other, so no verdict depends on which stands first. A relative margin of
    10 % is one of the smaller side's value: better means at least 1.1 times the other, worse that the other
    is at least 1.1 times this one; similar, that the whole interval of the ratio lies from 1 ÷ 1.1 to 1.1.

    Raises WorkbenchError for a metric the book does not have.
    """
    chosen = chosen_metrics(index.book, metrics)
    (name, rows), (other_name, other_rows) = first, second
    weighings = [_weigh(outcome_of(index, m), first, second, resample, cancelled) for m in chosen]
    cells = judged(chosen, name, [one for one, _ in weighings], NOTHING_THERE)
    seconds = judged(chosen, other_name, [other for _, other in weighings], NOTHING_THERE)
    agreed = [_agreed(*pair) for pair in zip(cells, seconds, strict=True)]
    return Paired(
        _column(name, rows), _column(other_name, other_rows),
        int((rows.accounts & other_rows.accounts).sum()), chosen,
        tuple(cell for cell, _ in agreed), tuple(cell for _, cell in agreed),
    )  # fmt: skip


def _column(name: str, rows: RowSet) -> ComparedSegment:
    return ComparedSegment(name, rows.condition, int(rows.accounts.sum()), int(rows.unknown.sum()))


def _weigh(
    outcome: Outcome,
    first: tuple[str, RowSet],
    second: tuple[str, RowSet],
    resample: bool,
    cancelled: Callable[[], bool],
) -> tuple[Weighed, Weighed]:
    """The first against the second, and the same seen from the second."""
    (name, rows), (other_name, other_rows) = first, second
    selected, against = observations_of(rows, outcome), observations_of(other_rows, outcome)
    shared = Shared.of(outcome, selected, against)
    if outcome.metric.estimator in BOOTSTRAPPED:
        horizon = common_horizon(outcome, (rows, other_rows))
        found = weigh_bootstrapped_masks(outcome, selected, against, horizon, resample, cancelled)
        if horizon is not None:
            found = replace(found, effect={**found.effect, "horizon": horizon})
    else:
        found = weigh_masks(outcome, selected, against)
    lack = found.too_few
    if lack:
        lack = f"{other_name}: {lack.removeprefix(_REST)}" if lack.startswith(_REST) else f"{name}: {lack}"
    if np.array_equal(selected, against):
        found = _the_same(found)
    elif shared.any:
        lack = lack or shared.too_few
        if outcome.metric.estimator not in BOOTSTRAPPED and selected.any() and against.any():
            found = weigh_in_common(outcome, selected, against, shared, found)
    effect = {name: value for name, value in found.effect.items() if isfinite(value)}
    found = replace(found, effect=effect, too_few=lack, p_value=None if lack else found.p_value)
    mean = None
    if outcome.metric.estimator == "median" and against.any():
        mean = float(outcome.value[against].mean())
    return found, mirrored(found, mean if mean is not None and isfinite(mean) else None)


def _the_same(weighed: Weighed) -> Weighed:
    """Two segments of the very same observations: no difference, and no doubt about it."""
    if weighed.difference is None:
        return weighed
    return replace(weighed, low=0.0, high=0.0, ratio_low=1.0, ratio_high=1.0, direction=0, p_value=1.0)


def mirrored(weighed: Weighed, mean: float | None = None) -> Weighed:
    """The same comparison seen from the other side; `mean` is that side's, where there are means."""
    effect = {name: value for name, value in weighed.effect.items() if name == "horizon"}
    if "cliffs_delta" in weighed.effect:
        effect["cliffs_delta"] = 0.0 - weighed.effect["cliffs_delta"]
    if mean is not None:
        effect["mean"] = mean
    for name in _RATIOS & weighed.effect.keys():
        if weighed.effect[name]:
            effect[name] = 1 / weighed.effect[name]
    return Weighed(
        weighed.outside, weighed.inside, _negative(weighed.difference), _negative(weighed.high),
        _negative(weighed.low), _inverse(weighed.ratio_high), _inverse(weighed.ratio_low),
        -weighed.direction, effect, weighed.p_value, weighed.too_few,
    )  # fmt: skip


def _negative(number: float | None) -> float | None:
    return None if number is None else 0.0 - number


def _inverse(number: float | None) -> float | None:
    return 1 / number if number else None


def _agreed(cell: Cell, other: Cell) -> tuple[Cell, Cell]:
    """One verdict of both sides' cells: a difference beyond the margin of either, alike within both."""
    if not cell.n or not other.n:
        empty = cell if not cell.n else other
        reason = f"{empty.segment} has no outcome of this kind"
        return replace(cell, verdict="none", reason=reason), replace(other, verdict="none", reason=reason)
    verdict = cell.verdict
    if OPPOSITE[other.verdict] in ("better", "worse"):
        verdict = OPPOSITE[other.verdict]
    elif verdict == "similar" and other.verdict != "similar":
        verdict = "unclear"
    return replace(cell, verdict=verdict), replace(other, verdict=OPPOSITE[verdict])
