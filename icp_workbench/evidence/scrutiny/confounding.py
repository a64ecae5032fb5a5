"""A criterion's effect with other conditions held fixed: does it stand on its own?

Accounts (for conditions on deals: deals) are put into strata by which of the other conditions hold; within a
stratum these cannot explain a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.scrutiny.dealing import Positions
from icp_workbench.evidence.scrutiny.judged import judged_metric
from icp_workbench.evidence.scrutiny.stratified import (
    Side,
    Stratified,
    difference_within,
    odds_ratio,
    stratified,
)
from icp_workbench.evidence.verdicts import SIGNIFICANT, gain
from icp_workbench.evidence.weighing import weigh
from icp_workbench.render.figures import difference, probability
from icp_workbench.segments.index import RowSet, SegmentIndex

Standing = Literal["stands", "explained", "unclear", "inseparable", "nothing"]
TOGETHER = "the others together"
_MUCH = 0.5  # an effect of which less than this part is left has vanished


@dataclass(frozen=True, slots=True)
class HeldFixed:
    """A difference (segment − rest, in the metric's unit) as it is, and with the others held fixed.

    `odds_ratio` is Mantel and Haenszel's, of shares alone. `strata` and `accounts` are those with both sides.
    `standing`: the effect stands; it is explained by the others; the data cannot tell; it cannot be separated
    from them (no stratum has both sides); or there was no effect to explain. `by` names the one other
    condition that explains it, else `the others together`; None unless it is explained or inseparable.
    `sentence` says it in words.
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

    It is explained only if less than half of it is left and the loss itself is more than chance (p ≤ 0.05):
    strata that hold little of the book make any effect unclear, which explains nothing. It stands if what is
    left is told from nothing; beside a significant loss, only if it is still beyond the metric's margin.

    None without another condition (those that select the very same, or just the rest, are no others), or when
    cancelled. KeyError for a metric the book does not have, WorkbenchError for one that only resampling can
    test.
    """
    outcome = outcome_of(index, judged_metric(index, metric))
    others = {name: other for name, other in others.items() if not _same(rows, other)}
    if not others or cancelled():
        return None
    weighed = weigh(outcome, rows)
    if cancelled():
        return None
    side, strata = _side(rows, outcome), _strata(outcome, others.values())
    if cancelled():
        return None
    found = stratified(outcome, side, strata, cancelled)
    if found is None:
        return None
    before = _Before(outcome.metric, weighed.difference, weighed.p_value, weighed.outside.value)
    standing = _standing(before, found)
    by = None
    if standing in ("explained", "inseparable"):
        by = _explaining(outcome, side, others, before, standing, cancelled)
        if cancelled():
            return None
    return HeldFixed(
        metric, before.difference, before.p_value, found.difference, found.low, found.high, found.p_value,
        odds_ratio(outcome, side), found.odds_ratio, found.strata, found.accounts, standing, by,
        _sentence(before, found, standing, by, others),
    )  # fmt: skip


def _same(rows: RowSet, other: RowSet) -> bool:
    """Whether the other says nothing new: it selects the very same, or exactly what this one leaves."""
    if rows.grain != other.grain:
        return False
    return bool((rows.own == other.own).all() or (rows.own != other.own).all())


def _side(rows: RowSet, outcome: Outcome) -> Side:
    """1 in the segment, 0 in its rest, of each usable observation."""
    side = np.full(len(outcome.value), -1, dtype=np.int8)
    side[rest_of(rows, outcome)] = 0
    side[observations_of(rows, outcome)] = 1
    return side


def _strata(outcome: Outcome, others: Iterable[RowSet]) -> Positions:
    """The stratum of each usable observation: which of the others hold, are false, or are unknown."""
    code, levels = np.zeros(len(outcome.value), dtype=np.int64), 1
    for other in others:
        holds = observations_of(other, outcome)
        unknown = other.unknown[outcome.account] & ~holds
        code, levels = code * 3 + holds + 2 * unknown, levels * 3
        there = np.bincount(code, minlength=levels) > 0
        code, levels = (np.cumsum(there) - 1)[code], int(there.sum())
    return code.astype(np.intp)


@dataclass(frozen=True, slots=True)
class _Before:
    """The difference as it is, with its p and the rest's figure."""

    metric: Metric
    difference: float | None
    p_value: float | None
    rest: float | None

    @property
    def told(self) -> bool:
        """Whether there is an effect at all: beyond the margin and more than chance."""
        found = gain(self.metric, self.difference, self.rest)
        if found is None or self.p_value is None:
            return False
        return self.p_value <= SIGNIFICANT and abs(found) > self.metric.margin

    def vanished(self, left: float | None) -> bool:
        """Whether less than half is left of it, or the other way round."""
        if left is None or self.difference is None:
            return False
        return left * self.difference <= 0 or abs(left) < _MUCH * abs(self.difference)

    def small(self, left: float | None) -> bool:
        """Whether what is left is nothing to act on."""
        found = gain(self.metric, left, self.rest)
        return found is None or abs(found) <= self.metric.margin


def _standing(before: _Before, found: Stratified) -> Standing:
    if not before.told or before.difference is None:
        return "nothing"
    if not found.strata:
        return "inseparable"
    if found.difference is None or found.p_value is None:
        return "unclear"
    lost = found.lost_p is not None and found.lost_p <= SIGNIFICANT and before.vanished(found.difference)
    same_way = found.difference * before.difference > 0 and (found.tested or 0.0) * before.difference > 0
    if found.p_value <= SIGNIFICANT and same_way and not (lost and before.small(found.difference)):
        return "stands"
    return "explained" if lost else "unclear"


def _explaining(
    outcome: Outcome, side: Side, others: Mapping[str, RowSet], before: _Before, standing: Standing,
    cancelled: Callable[[], bool],
) -> str:  # fmt: skip
    """The other condition that does it alone: under which least of the effect is left, and less than half of
    it; for what cannot be separated, the one in whose strata there is only one side."""
    if len(others) == 1:
        return next(iter(others))
    left: dict[str, float] = {}
    for name, other in others.items():
        if cancelled():
            break
        strata, difference_left = difference_within(outcome, side, _strata(outcome, [other]))
        if standing == "inseparable":
            if not strata:
                return name
        elif difference_left is not None and before.vanished(difference_left):
            left[name] = abs(difference_left)
    return min(left, key=lambda name: left[name], default=TOGETHER)


def _sentence(
    before: _Before, found: Stratified, standing: Standing, by: str | None, others: Collection[str]
) -> str:
    metric = before.metric
    label = metric.label.lower()
    if standing == "nothing":
        return f"There is no difference in {label} that the others could explain."
    if standing == "inseparable":
        if by == TOGETHER:
            return "It cannot be told from the others together: where all of them are the same, so is this."
        return f"It cannot be told from {by}: wherever that is the same, so is this."
    crude, left = difference(before.difference, metric.unit), difference(found.difference, metric.unit)
    odds = "" if found.odds_ratio is None else f", odds ratio {found.odds_ratio:.2f}"
    sure = f"(p {probability(found.p_value)}{odds})"
    fixed = "with the other criterion held fixed"
    if len(others) > 1:
        fixed = f"with the {len(others)} other criteria held fixed"
    if standing == "explained":
        if crude == left:
            left = f"no more than {left}"
        return f"Explained by {by}: {fixed}, its difference in {label} is {left}, not {crude} {sure}."
    changed = f"stays {crude}" if crude == left else f"is {left} instead of {crude}"
    if standing == "stands":
        return f"It stands on its own: {fixed}, its difference in {label} {changed} {sure}."
    return (
        f"Whether it stands on its own cannot be told: {fixed}, its difference in {label} {changed} {sure}."
    )
