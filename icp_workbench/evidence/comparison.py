"""Segments × metrics against the rest and the average customer, with correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite

import numpy as np

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.bootstrapping.choosing import Weighing, weighing_of
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.look_keys import look_keys
from icp_workbench.evidence.outcomes import Outcome, outcome_of
from icp_workbench.evidence.verdicts import Verdict as Verdict
from icp_workbench.evidence.verdicts import lacks
from icp_workbench.evidence.weighing import weigh_together
from icp_workbench.evidence.weighings import Figure, Weighed, verdicts_of
from icp_workbench.segments.index import RowSet, SegmentIndex

_NO_REST = "there is no rest to compare with"
_LATER = "its interval follows when the hand rests"
AVERAGE = "all"  # reserved name: the average customer, every account of the book


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the board: an estimate with its interval, and how it stands against the rest.

    Shares are fractions (0.412), durations in the metric's unit, amounts in currency. Missing figures are
    None, never NaN. `average` is the whole book's estimate, `rest` everyone not in the segment. `effect`
    holds the shown effect sizes (risk_ratio, ratio_of_medians, cliffs_delta, mean). `reason` says in words
    why a verdict is too_few or none, and is empty otherwise.
    """

    segment: str
    metric: str
    unit: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    accounts: int
    average: float | None
    rest: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    effect: Mapping[str, float] = field(default_factory=dict)
    p_value: float | None = None
    q_value: float | None = None
    verdict: Verdict = "none"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ComparedSegment:
    """A column of the board: accounts where the condition is true, and where it is unknown."""

    name: str
    condition: Condition
    accounts: int
    unknown: int


@dataclass(frozen=True)
class Comparison:
    """The whole board. `segments[0]` is the average customer (name `all`); cells are in row-major order of
    metrics × segments. `looks` is the number of (condition, core metric) pairs shown on this board."""

    metrics: tuple[Metric, ...]
    segments: tuple[ComparedSegment, ...]
    cells: tuple[Cell, ...]
    looks: int

    def cell(self, segment: str, metric: str) -> Cell:
        """The cell of one segment and metric; KeyError if there is none."""
        for cell in self.cells:
            if cell.segment == segment and cell.metric == metric:
                return cell
        raise KeyError((segment, metric))


def compare(
    index: SegmentIndex,
    segments: Mapping[str, RowSet],
    metrics: Sequence[str] | None = None,
    *,
    resample: bool = True,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    """The average customer, then each segment in the order given, each against its own rest.

    `metrics` are names in the order wanted (default: all the book supports). q-values are
    Benjamini–Hochberg's over all cells of this board that have a p-value. Without `resample` (or when
    `cancelled`) the metrics that need it show their estimates, and are judged on a later board. Raises
    WorkbenchError for a metric the book does not have and for a segment named `all`.
    """
    chosen = chosen_metrics(index.book, metrics)
    if AVERAGE in segments:
        raise WorkbenchError(
            "Reserved name",
            f"A segment cannot be named `{AVERAGE}`: that is the average customer.",
            "Give the segment another name.",
        )
    columns = [ComparedSegment(AVERAGE, EVERYONE, index.n_accounts, 0)]
    columns += [
        ComparedSegment(name, rows.condition, rows.size, int(np.count_nonzero(rows.unknown)))
        for name, rows in segments.items()
    ]
    cells: list[Cell] = []
    weighings: list[Weighed | None] = []
    outcomes = [outcome_of(index, metric) for metric in chosen]
    for rows in segments.values():
        weigh_together(outcomes, rows)
    for metric, outcome in zip(chosen, outcomes, strict=True):
        weighing = weighing_of(outcome, segments.values(), resample, cancelled)
        average = _average_cell(outcome, weighing)
        cells.append(average)
        weighings.append(None)
        for name, rows in segments.items():
            weighed = weighing.weigh(rows)
            cells.append(_cell(name, metric, weighed, average.estimate))
            weighings.append(weighed)
    cells = _judged(cells, weighings, {metric.name: metric for metric in chosen})
    return Comparison(
        chosen,
        tuple(columns),
        tuple(cells),
        len(look_keys(chosen, (column.condition for column in columns[1:]))),
    )


def chosen_metrics(book: AccountBook, names: Sequence[str] | None) -> tuple[Metric, ...]:
    """The metrics of these names, once each, or all the book supports; WorkbenchError for any other."""
    if names is None:
        return book.metrics
    supported = {metric.name: metric for metric in book.metrics}
    for name in names:
        if name not in supported:
            missing = book.unavailable.get(name)
            happened = (
                f"This book does not support the metric `{name}`: {missing}"
                if missing
                else f"There is no metric `{name}`."
            )
            raise WorkbenchError(
                "Metric not available", happened, f"Choose among: {', '.join(supported) or 'none'}."
            )
    return tuple(supported[name] for name in dict.fromkeys(names))


def _average_cell(outcome: Outcome, weighing: Weighing) -> Cell:
    known: Cell | None = outcome.kept.get("average")
    if known is not None:
        return known
    cell = _new_average_cell(outcome, weighing)
    if weighing.by_formula:
        outcome.kept["average"] = cell
    return cell


def _new_average_cell(outcome: Outcome, weighing: Weighing) -> Cell:
    metric, estimate = outcome.metric, weighing.average()
    figure = Figure.each(estimate)[0]
    effect = {}
    if metric.estimator == "median" and figure.n and isfinite(outcome.book_sum):
        effect["mean"] = outcome.book_sum / figure.n
    effect |= weighing.effect
    lack = lacks(metric, estimate, outcome.book_sum)[0]
    if lack:
        lack = f"too few: {lack}"
    elif not weighing.by_formula and not weighing.resample and figure.low is None and figure.n:
        lack = _LATER
    return Cell(
        AVERAGE, metric.name, metric.unit, figure.value, figure.low, figure.high, figure.n, figure.accounts,
        figure.value, None, None, None, None, effect,
        reason="the average customer" + (f"; {lack}" if lack else ""),
    )  # fmt: skip


def _cell(name: str, metric: Metric, weighed: Weighed, average: float | None) -> Cell:
    inside, outside = weighed.inside, weighed.outside
    return Cell(
        name, metric.name, metric.unit, inside.value, inside.low, inside.high, inside.n, inside.accounts,
        average, outside.value, weighed.difference, weighed.low, weighed.high, weighed.effect,
        weighed.p_value,
    )  # fmt: skip


def judged(
    metrics: Sequence[Metric], name: str, weighings: Sequence[Weighed], without: str = _NO_REST
) -> list[Cell]:
    """One segment's cells, a metric each, corrected over them alone; `without` says why where the other side
    has no outcome."""
    cells = [_cell(name, metric, weighed, None) for metric, weighed in zip(metrics, weighings, strict=True)]
    return _judged(cells, list(weighings), {metric.name: metric for metric in metrics}, without)


def _judged(
    cells: list[Cell],
    weighings: list[Weighed | None],
    metrics: Mapping[str, Metric],
    without: str = _NO_REST,
) -> list[Cell]:
    """The cells with q-value, verdict and reason, once the p-values of the whole board are known."""
    tested = [position for position, cell in enumerate(cells) if cell.p_value is not None]
    corrected = benjamini_hochberg([cells[position].p_value or 0.0 for position in tested]).tolist()
    q_values: dict[int, float] = dict(zip(tested, corrected, strict=True))
    judged = {position: one for position, one in enumerate(weighings) if one is not None}
    found = list(cells)
    verdicts = verdicts_of(
        [metrics[cells[position].metric] for position in judged], list(judged.values()),
        [q_values.get(position) for position in judged],
    )  # fmt: skip
    for (position, weighed), verdict in zip(judged.items(), verdicts, strict=True):
        reason = weighed.too_few if verdict == "too_few" else ""
        if verdict == "none":
            reason = without if weighed.outside.n == 0 else _LATER
        found[position] = replace(
            cells[position], q_value=q_values.get(position), verdict=verdict, reason=reason
        )
    return found
