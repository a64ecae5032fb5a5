"""How much a criterion may be believed: confirmed, suggestive, assumption, contradicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icp_workbench.book.book import Metric
from icp_workbench.evidence.comparison import Cell, Comparison, compare
from icp_workbench.evidence.looks import Looks, holm_adjusted, look_key
from icp_workbench.evidence.resampling import SHUFFLES, permutation_p
from icp_workbench.evidence.second_look import second_look
from icp_workbench.evidence.verdicts import SIGNIFICANT, gain
from icp_workbench.render.figures import count, difference, figure, probability
from icp_workbench.segments.index import RowSet, SegmentIndex

StrengthName = Literal["confirmed", "suggestive", "assumption", "contradicted"]


@dataclass(frozen=True, slots=True)
class Strength:
    """A criterion's strength. `looks` counts the (condition, core metric) pairs seen, its own included;
    `reason` is the short why, `sentence` the whole of it with the figures; `metric` the core metric that
    decided, with its p-value and that p after Holm's correction over the looks."""

    name: StrengthName
    looks: int
    reason: str
    sentence: str
    metric: str | None = None
    p_value: float | None = None
    adjusted_p: float | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    """One core metric's cell, and how far it lies on the side the criterion claims."""

    metric: Metric
    cell: Cell
    claimed: float

    @property
    def agrees(self) -> bool:
        """Whether the test (of medians: on ranks) points the way the figures do."""
        delta = self.cell.effect.get("cliffs_delta")
        return delta is None or delta * (self.cell.difference or 0.0) > 0

    @property
    def shown(self) -> bool:
        """Whether the board tells a difference: q ≤ 0.05, and not shown to be too small to matter."""
        q_value = self.cell.q_value
        return (
            q_value is not None and q_value <= SIGNIFICANT and self.cell.verdict != "similar" and self.agrees
        )


def strength_of(
    index: SegmentIndex,
    rows: RowSet,
    looks: Looks,
    *,
    anti: bool = False,
    board: Comparison | None = None,
    resample: bool = False,
    shuffles: int = SHUFFLES,
) -> Strength:
    """The strength of a criterion marked while slicing, by "Strength of a criterion" in statistics.md.

    `looks` is everything shown so far (key → p); a hypothesis stated before the reveal passes only the stated
    ones. `anti`: the right side is "worse". `board` gives the q-values if the condition is on it; otherwise q
    is over the criterion's own core metrics. `resample` adds the shuffling test to whatever would be
    confirmed: the larger of the two p-values counts, except where no shuffle was as extreme.
    """
    cells = _cells(index, rows, board)
    everything = {
        **looks,
        **{look_key(rows.condition, metric.name): cell.p_value for metric, cell in cells},
    }
    sides = [side for side in (_side(metric, cell, anti) for metric, cell in cells) if side is not None]
    against = [side for side in sides if side.claimed < 0 and side.shown]
    if against:
        return _contradicted(min(against, key=_p_value), len(everything))
    candidates = sorted((side for side in sides if side.claimed > 0), key=_p_value)
    doubts: list[str] = []
    for side in candidates:
        if side.claimed <= side.metric.margin or not side.agrees:
            continue
        found = _confirmed(index, rows, side, everything, anti, shuffles if resample else 0)
        if isinstance(found, Strength):
            return found
        doubts.append(found)
    suggestive = [side for side in candidates if side.shown]
    if suggestive:
        return _suggestive(suggestive[0], everything, doubts, rows)
    return _assumption(cells, sides, len(everything))


def _cells(index: SegmentIndex, rows: RowSet, board: Comparison | None) -> list[tuple[Metric, Cell]]:
    core = [metric for metric in index.book.metrics if metric.core]
    if not core:
        return []
    if board is not None:
        key = look_key(rows.condition, "")
        names = [one.name for one in board.segments[1:] if look_key(one.condition, "") == key]
        if names and {metric.name for metric in core} <= {metric.name for metric in board.metrics}:
            return [(metric, board.cell(names[0], metric.name)) for metric in core]
    own = compare(index, {"criterion": rows}, [metric.name for metric in core])
    return [(metric, own.cell("criterion", metric.name)) for metric in core]


def _side(metric: Metric, cell: Cell, anti: bool) -> _Side | None:
    found = gain(metric, cell.difference, cell.rest)
    if found is None or cell.p_value is None:
        return None
    return _Side(metric, cell, -found if anti else found)


def _p_value(side: _Side) -> float:
    return 1.0 if side.cell.p_value is None else side.cell.p_value


def _confirmed(
    index: SegmentIndex, rows: RowSet, side: _Side, looks: Looks, anti: bool, shuffles: int
) -> Strength | str:
    """Confirmed on this metric, or why not."""
    key, p_value = look_key(rows.condition, side.metric.name), _p_value(side)
    adjusted = holm_adjusted(key, p_value, looks)
    if adjusted > SIGNIFICANT:
        tried = count(len(looks))
        return f"does not survive correction for {tried} looks (p {probability(adjusted)} after Holm)"
    again = second_look(index, rows, side.metric.name)
    changes = " and ".join(difference(found, side.metric.unit) for found in again.differences)
    if not again.holds(side.metric.margin, anti=anti):
        return f"does not hold {again.among} ({changes})"
    if shuffles:
        shuffled = permutation_p(index, rows, side.metric.name, shuffles)
        # Below the resolution of the shuffles the first p-value says more.
        if shuffled is not None and shuffled > 1 / (1 + shuffles):
            p_value = max(p_value, shuffled)
            adjusted = holm_adjusted(key, p_value, looks)
        if adjusted > SIGNIFICANT:
            return f"does not survive shuffling the accounts (p {probability(adjusted)} after Holm)"
    reason = f"{_figures(side)}; p {probability(adjusted)} after correction for {count(len(looks))} looks"
    sentence = f"Confirmed: {reason}; it holds {again.among} ({changes})."
    return Strength("confirmed", len(looks), reason, sentence, side.metric.name, p_value, adjusted)


def _contradicted(side: _Side, looks: int) -> Strength:
    reason = f"{_figures(side)}: the other way round (q {probability(side.cell.q_value)})"
    return Strength(
        "contradicted", looks, reason, f"Contradicted: {reason}.", side.metric.name, side.cell.p_value
    )


def _suggestive(side: _Side, looks: Looks, doubts: list[str], rows: RowSet) -> Strength:
    adjusted = holm_adjusted(look_key(rows.condition, side.metric.name), _p_value(side), looks)
    doubt = doubts[0] if doubts else "is too small a difference to act on"
    reason = f"{_figures(side)}, but it {doubt}"
    sentence, metric = f"Suggestive: {reason}.", side.metric.name
    return Strength("suggestive", len(looks), reason, sentence, metric, side.cell.p_value, adjusted)


def _assumption(cells: list[tuple[Metric, Cell]], sides: list[_Side], looks: int) -> Strength:
    if not cells:
        reason = "the book has no core metric to judge it by"
    elif not sides:
        metric, cell = cells[0]
        reason = f"{metric.label.lower()}: {cell.reason or 'no test was possible'}"
    else:
        reason = "no core metric tells it from the rest"
    return Strength("assumption", looks, reason, f"Assumption: {reason}.")


def _figures(side: _Side) -> str:
    unit = side.metric.unit
    own, rest = figure(side.cell.estimate, unit), figure(side.cell.rest, unit)
    return f"{side.metric.label.lower()} {own} against {rest} in the rest"
