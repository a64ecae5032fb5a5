"""A criterion's effect with other conditions held fixed: does it stand on its own?

Accounts (for conditions on deals: deals) are put into strata by which of the other conditions hold; within a
stratum these cannot explain a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import Metric
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.scrutiny.stratified import Stratified, stratified
from icp_workbench.evidence.verdicts import SIGNIFICANT, gain
from icp_workbench.evidence.weighing import weigh
from icp_workbench.render.figures import difference, probability
from icp_workbench.segments.index import RowSet, SegmentIndex

Standing = Literal["stands", "explained", "unclear", "inseparable", "nothing"]
_MUCH = 0.5  # an effect that loses more than this part of itself has vanished, unless the test still tells it


@dataclass(frozen=True, slots=True)
class HeldFixed:
    """A difference (segment − rest, in the metric's unit) as it is, and with the others held fixed.

    `odds_ratio` is Mantel and Haenszel's, of shares alone. `strata` and `accounts` are those with both sides.
    `standing`: the effect stands; it is explained by the others; the data cannot tell; it cannot be separated
    from them (no stratum has both sides); or there was no effect to explain. `by` names the one other
    condition that explains most of it. `sentence` says it in words.
    """

    metric: str
    crude: float | None
    crude_p: float | None
    adjusted: float | None
    low: float | None
    high: float | None
    p_value: float | None
    crude_odds_ratio: float | None
    odds_ratio: float | None
    strata: int
    accounts: int
    standing: Standing
    by: str | None
    sentence: str


def held_fixed(
    index: SegmentIndex,
    rows: RowSet,
    others: Mapping[str, RowSet],
    metric: str,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> HeldFixed | None:
    """The row set against its rest on one metric with the conditions of `others` (name → row set) held fixed.

    None without another condition (those that select the very same are no others), or when cancelled.
    KeyError for a metric the book does not have.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    others = {name: other for name, other in others.items() if not _same(rows, other)}
    if not others:
        return None
    weighed = weigh(outcome, rows)
    side = _side(rows, outcome)
    whole = stratified(outcome, side, np.zeros(len(side), dtype=np.intp))
    found = stratified(outcome, side, _strata(outcome, others.values()), cancelled)
    if found is None or whole is None:
        return None
    standing = _standing(outcome.metric, weighed.difference, weighed.p_value, weighed.outside.value, found)
    by = None
    if standing in ("explained", "inseparable"):
        by = _explaining(outcome, side, others)
    sentence = _sentence(outcome.metric, weighed.difference, found, standing, by)
    return HeldFixed(
        metric, weighed.difference, weighed.p_value, found.difference, found.low, found.high, found.p_value,
        whole.odds_ratio, found.odds_ratio, found.strata, found.accounts, standing, by, sentence,
    )  # fmt: skip


def _same(rows: RowSet, other: RowSet) -> bool:
    return rows.grain == other.grain and bool(np.array_equal(rows.own, other.own))


def _side(rows: RowSet, outcome: Outcome) -> npt.NDArray[np.int8]:
    """1 in the segment, 0 in its rest, of each usable observation."""
    side = np.full(len(outcome.row), -1, dtype=np.int8)
    side[rest_of(rows, outcome)] = 0
    side[observations_of(rows, outcome)] = 1
    return side


def _strata(outcome: Outcome, others: Iterable[RowSet]) -> npt.NDArray[np.intp]:
    """The stratum of each usable observation: which of the others hold, are false, or are unknown."""
    code = np.zeros(len(outcome.row), dtype=np.int64)
    for other in others:
        holds = observations_of(other, outcome)
        unknown = other.unknown[outcome.account] & ~holds
        code = code * 3 + holds + 2 * unknown
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    return code.astype(np.intp)


def _standing(
    metric: Metric, crude: float | None, crude_p: float | None, rest: float | None, found: Stratified
) -> Standing:
    before = gain(metric, crude, rest)
    if before is None or crude_p is None or crude_p > SIGNIFICANT or abs(before) <= metric.margin:
        return "nothing"
    if not found.strata:
        return "inseparable"
    after = gain(metric, found.difference, rest)
    if after is None or found.p_value is None:
        return "unclear"
    same_way = after * before > 0
    if found.p_value <= SIGNIFICANT and same_way:
        return "stands"
    shrunk = not same_way or abs(after) < _MUCH * abs(before) or abs(after) <= metric.margin
    return "explained" if shrunk else "unclear"


def _explaining(outcome: Outcome, side: npt.NDArray[np.int8], others: Mapping[str, RowSet]) -> str | None:
    """The other condition under which least of the effect is left."""
    if len(others) == 1:
        return next(iter(others))
    left: dict[str, float] = {}
    for name, other in others.items():
        found = stratified(outcome, side, _strata(outcome, [other]), shuffles=0)
        if found is not None:
            left[name] = 0.0 if found.difference is None else abs(found.difference)
    return min(left, key=lambda name: left[name], default=None)


def _sentence(
    metric: Metric, crude: float | None, found: Stratified, standing: Standing, by: str | None
) -> str:
    label = metric.label.lower()
    if standing == "nothing":
        return f"{metric.label} shows no difference that others could explain."
    if standing == "inseparable":
        return f"It cannot be separated from {by}: wherever that is the same, so is this."
    odds = "" if found.odds_ratio is None else f", odds ratio {found.odds_ratio:.2f}"
    told = (
        f"with the others held fixed its difference in {label} is "
        f"{difference(found.difference, metric.unit)} instead of {difference(crude, metric.unit)} "
        f"(p {probability(found.p_value)}{odds})"
    )
    if standing == "stands":
        return f"It stands on its own: {told}."
    if standing == "explained":
        return f"Explained by {by}: {told}."
    return f"Unclear on its own: {told}; the data cannot tell."
