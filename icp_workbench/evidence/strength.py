"""How much a criterion may be believed: confirmed, suggestive, assumption, contradicted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.comparison import Cell, Comparison, compare
from icp_workbench.evidence.looks import Looks, holm_adjusted, look_key
from icp_workbench.evidence.resampling import SHUFFLES, affordable, permutation_p
from icp_workbench.evidence.second_look import second_look
from icp_workbench.evidence.verdicts import SIGNIFICANT, gain
from icp_workbench.evidence.words import StrengthName as StrengthName
from icp_workbench.render.figures import counted, figure, probability
from icp_workbench.segments.index import RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class Strength:
    """A criterion's strength. `looks` counts the (condition, core metric) pairs it was corrected for, its own
    included; `reason` is the short why, `sentence` the whole of it with the figures; `metric` the core metric
    that decided, with its p-value and that p after Holm's correction over the looks."""

    name: StrengthName
    looks: int
    reason: str
    sentence: str
    metric: str | None = None
    p_value: float | None = None
    adjusted_p: float | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """The tests among which a criterion must stand: look key → p (None where too few allowed no test), with
    its own among them; `noun` is what one of them is called."""

    p_values: Looks
    noun: str = "look"

    def __str__(self) -> str:
        return counted(len(self.p_values), self.noun)

    def adjusted(self, key: str, p_value: float | None = None) -> float:
        """The p under a key (or another in its place) after Holm's correction; 1 without one."""
        found = self.p_values.get(key) if p_value is None else p_value
        return 1.0 if found is None else holm_adjusted(key, found, self.p_values)


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
    progress: Callable[[float], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Strength:
    """The strength of a criterion marked while slicing, by "Strength of a criterion" in statistics.md.

    `looks` is everything shown so far (key → p). `anti`: the right side is "worse". `board` gives the
    q-values if the condition is on it; otherwise q is over the criterion's own core metrics. `resample` adds
    the shuffling test to whatever would be confirmed: the larger of the two p-values counts, except where no
    shuffle was as extreme; `progress` hears the fraction done, and an answer that was `cancelled` is not to
    be kept. What was claimed before anything was shown has a family of its own: `stated.strength_of_stated`.
    """
    cells = _cells(index, rows, board)
    own = {look_key(rows.condition, metric.name): cell.p_value for metric, cell in cells}
    return judged_strength(
        index, rows, cells, Family({**looks, **own}), anti=anti, shuffles=shuffles if resample else 0,
        progress=progress, cancelled=cancelled,
    )  # fmt: skip


def judged_strength(
    index: SegmentIndex,
    rows: RowSet,
    cells: Sequence[tuple[Metric, Cell]],
    family: Family,
    *,
    anti: bool = False,
    shuffles: int = 0,
    again: bool = True,
    progress: Callable[[float], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Strength:
    """The strength of a condition from its cells of the core metrics, among a family of tests.

    The family's p-values decide on confirmed, the cells' q-values on contradicted and suggestive. `again`
    asks for the second look; what was found by a search on one half of the accounts and measured on the other
    has had it, and brings the p-values of that half.
    """
    sides = [side for side in (_side(metric, cell, anti) for metric, cell in cells) if side is not None]
    against = [side for side in sides if side.claimed < 0 and side.shown]
    if against:
        return _contradicted(min(against, key=_p_value), family)
    candidates = sorted((side for side in sides if side.claimed > 0), key=_p_value)
    doubts: dict[str, str] = {}
    for side in candidates:
        if side.claimed <= side.metric.margin or not side.agrees:
            continue
        found = _confirmed(index, rows, side, family, anti, shuffles, again, progress, cancelled)
        if isinstance(found, Strength):
            return found
        doubts[side.metric.name] = found
    shown = [side for side in candidates if side.shown]
    if shown:
        # A difference worth acting on says more than a surer one that is not.
        best = next((side for side in shown if side.metric.name in doubts), shown[0])
        doubt = doubts.get(best.metric.name, "that is too small a difference to act on")
        return _suggestive(rows, best, family, doubt)
    return _assumption(cells, sides, family)


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
    index: SegmentIndex, rows: RowSet, side: _Side, family: Family, anti: bool, shuffles: int, again: bool,
    progress: Callable[[float], None], cancelled: Callable[[], bool],
) -> Strength | str:  # fmt: skip
    """Confirmed on this metric, or why not."""
    key = look_key(rows.condition, side.metric.name)
    p_value = family.p_values.get(key)
    adjusted = family.adjusted(key)
    if p_value is None or adjusted > SIGNIFICANT:
        return f"it does not survive correction for {family} (p {probability(adjusted)} after Holm)"
    held = ""
    if again:
        seen = second_look(index, rows, side.metric.name)
        held = f"; it {seen.told(side.metric, anti=anti)}"
        if not seen.holds(side.metric.margin, anti=anti):
            return held.removeprefix("; ")
    if shuffles:
        shuffles = affordable(index, rows, side.metric.name, shuffles)
        shuffled = permutation_p(
            index, rows, side.metric.name, shuffles, cancelled=cancelled, progress=progress
        )
        # Below the resolution of the shuffles the first p-value says more.
        if shuffled is not None and shuffled > 1 / (1 + shuffles):
            p_value = max(p_value, shuffled)
            adjusted = family.adjusted(key, p_value)
        if adjusted > SIGNIFICANT:
            return f"it does not survive shuffling the accounts (p {probability(adjusted)} after Holm)"
    corrected = f" after correction for {family}" if len(family.p_values) > 1 else ""
    reason = f"{_figures(side)}; p {probability(adjusted)}{corrected}"
    sentence = f"Confirmed: {reason}{held}."
    return Strength("confirmed", len(family.p_values), reason, sentence, side.metric.name, p_value, adjusted)


def _contradicted(side: _Side, family: Family) -> Strength:
    reason = f"{_figures(side)}: the other way round (q {probability(side.cell.q_value)})"
    sentence = f"Contradicted: {reason}."
    return Strength(
        "contradicted", len(family.p_values), reason, sentence, side.metric.name, side.cell.p_value
    )


def _suggestive(rows: RowSet, side: _Side, family: Family, doubt: str) -> Strength:
    adjusted = family.adjusted(look_key(rows.condition, side.metric.name))
    reason = f"{_figures(side)}, but {doubt}"
    sentence, metric = f"Suggestive: {reason}.", side.metric.name
    return Strength("suggestive", len(family.p_values), reason, sentence, metric, side.cell.p_value, adjusted)


def _assumption(cells: Sequence[tuple[Metric, Cell]], sides: Sequence[_Side], family: Family) -> Strength:
    if not cells:
        reason = "the book has no core metric to judge it by"
    elif not sides:
        metric, cell = cells[0]
        reason = f"{metric.label.lower()}: {cell.reason or 'no test was possible'}"
    else:
        reason = "no core metric tells it from the rest"
    return Strength("assumption", len(family.p_values), reason, f"Assumption: {reason}.")


def _figures(side: _Side) -> str:
    unit = side.metric.unit
    own, rest = figure(side.cell.estimate, unit), figure(side.cell.rest, unit)
    return f"{side.metric.label.lower()} {own} against {rest} in the rest"
