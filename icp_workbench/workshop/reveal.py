"""The reveal: what the data says of what the room believed before it saw anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from icp_workbench.book.metric import Metric
from icp_workbench.book.raw import Progress, silent
from icp_workbench.conditions.condition import EVERYONE, Condition
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.looks import Looks, looks_of
from icp_workbench.evidence.sentences import sentence
from icp_workbench.evidence.stated import Stated, strength_of_stated
from icp_workbench.evidence.strength import strength_of
from icp_workbench.render.figures import counted
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.workshop.deliberation.events import Revealed
from icp_workbench.workshop.deliberation.records import Finding, Hypothesis, StatedFigure
from icp_workbench.workshop.state import Workshop

Asked = Literal["buys", "expands", "stays", "pays"]
# What is asked of those we say we want, by the first metric the book supports.
QUESTIONS: Mapping[Asked, tuple[str, ...]] = {
    "buys": ("win_rate", "sales_cycle_days"),
    "stays": ("retention_12m", "churn_rate"),
    "expands": ("net_revenue_retention", "revenue_kept_since_start", "expansion_rate"),
    "pays": ("gross_margin", "lifetime_value", "deal_size"),
}


def reveal(index: SegmentIndex, state: Workshop, at: dt.datetime, progress: Progress = silent) -> Revealed:
    """What is shown of the stated profile and of every hypothesis that became a condition, as one event.

    Hypotheses typed before any look are one family of tests. One typed after looks is judged among all of
    them, as anything found while looking is. `progress` hears how far it is; what it raises stops it.
    WorkbenchError where a condition reads what the book does not have (any more); nothing is revealed then.
    """
    testable = [one for one in state.beliefs.hypotheses if one.when is not None]
    _require(index, testable)
    first = [one for one in testable if one.looks == 0]
    late = [one for one in testable if one.looks]
    looks: dict[str, float | None] = {}
    findings: dict[str, Finding] = {}
    share = len(first) / len(testable) if testable else 0.0
    for group, start, end in ((first, 0.0, share), (late, share, 1.0)):
        for name, judged in _judged(index, group, _part(progress, start, end)).items():
            looks |= judged.looks
            named = state.beliefs.hypothesis(name).metric
            findings[name] = Finding(
                name,
                judged.verdict,
                judged.strength.name,
                judged.sentence,
                named or judged.strength.metric or _first_core(index),
            )
    if late:
        seen = {**state.looks, **looks}
        for one in late:
            findings[one.id] = _among_looks(index, one, findings[one.id], seen)
    figures: tuple[StatedFigure, ...] = ()
    if state.beliefs.stated.when is not None:
        figures, shown = stated_figures(index, state.beliefs.stated.when)
        looks |= shown
    return Revealed(
        at,
        index.book.fingerprint,
        tuple(findings[one.id] for one in testable),
        figures,
        tuple(sorted(looks.items())),
    )


def stated_figures(index: SegmentIndex, when: Condition) -> tuple[tuple[StatedFigure, ...], Looks]:
    """Who we said against everyone else: do they buy, stay, expand, pay; and the looks this took.

    One figure for each question the book can answer. WorkbenchError as `SegmentIndex.rows`.
    """
    known = {metric.name: metric for metric in index.book.metrics}
    asked: dict[Asked, Metric] = {}
    for question, names in QUESTIONS.items():
        found = next((known[name] for name in names if name in known), None)
        if found is not None:
            asked[question] = found
    if not asked or when == EVERYONE:
        return (), {}
    board = compare(index, {"stated": index.rows(when)}, [metric.name for metric in asked.values()])
    cells = {question: board.cell("stated", metric.name) for question, metric in asked.items()}
    figures = tuple(
        StatedFigure(question, asked[question].name, cell.verdict, sentence(cell, asked[question]))
        for question, cell in cells.items()
    )
    return figures, looks_of(board)


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda what, share: progress(what, start + (end - start) * share)


def _judged(index: SegmentIndex, hypotheses: Sequence[Hypothesis], progress: Progress) -> dict[str, Stated]:
    claims = {one.id: one.when for one in hypotheses if one.when is not None}
    known = {metric.name for metric in index.book.metrics}
    return strength_of_stated(
        index,
        claims,
        anti=[one.id for one in hypotheses if one.direction == "worse"],
        about={one.id: one.metric for one in hypotheses if one.metric in known},
        resample=True,
        progress=progress,
    )


def _among_looks(index: SegmentIndex, hypothesis: Hypothesis, finding: Finding, looks: Looks) -> Finding:
    """A claim made after figures were seen is no test of its own: it stands among all that was looked at."""
    assert hypothesis.when is not None
    rows = index.rows(hypothesis.when)
    strength = strength_of(index, rows, looks, anti=hypothesis.direction == "worse", resample=True)
    verdict = finding.verdict[0].upper() + finding.verdict[1:]
    told = (
        f"{verdict}. {strength.sentence} Typed after {counted(hypothesis.looks, 'look')}: judged among them."
    )
    return replace(finding, strength=strength.name, sentence=told)


def _first_core(index: SegmentIndex) -> str:
    return next((metric.name for metric in index.book.metrics if metric.core), "")


def _require(index: SegmentIndex, hypotheses: Sequence[Hypothesis]) -> None:
    for one in hypotheses:
        try:
            if one.when is not None:
                index.rows(one.when)
        except WorkbenchError as error:
            raise WorkbenchError(
                "A hypothesis cannot be tested",
                f"“{one.claim}”: {error.what_happened}",
                "Turn it into a condition of this book, or withdraw it.",
            ) from None
