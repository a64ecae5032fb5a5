"""The figures a check reads: those of the book where it is there, else those the file carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from icp_workbench.book.outcomes.metrics import CATALOGUE
from icp_workbench.evidence.comparison import Cell
from icp_workbench.render.figures import figure
from icp_workbench.render.verdicts import word
from icp_workbench.spec.checks.ground import PROFILE
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import Figure, SpecCriterion


def cells_of(subject: Subject, criterion: SpecCriterion) -> dict[str, Cell] | None:
    """Each metric where a criterion holds against its rest, by metric name: from the book where the criterion
    can be counted in it, else from the file's evidence. None where neither has any."""
    if subject.ground is not None and criterion.id in subject.ground.counted:
        return subject.ground.cells(criterion.id)
    return cells_in_file(criterion)


def cells_in_file(criterion: SpecCriterion) -> dict[str, Cell] | None:
    """Each metric where a criterion holds against its rest as the file has it; None where it has none."""
    if criterion.evidence is None or not criterion.evidence.metrics:
        return None
    return _cells(criterion.id, criterion.evidence.metrics)


def profile_in_file(subject: Subject) -> dict[str, Cell]:
    """Each metric over the profile against its rest as the file has it; empty where it has none."""
    return _cells(PROFILE, subject.spec.data.ideal_customer)


def core_of(subject: Subject, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Those cells that decide whether something is better: of the book's core metrics, or of those that are
    core in every book; churn where there is no retention."""
    if subject.ground is not None:
        names = {metric.name for metric in subject.ground.core}
    else:
        names = {name for name, metric in CATALOGUE.items() if metric.core}
        if "retention_12m" not in cells:
            names.add("churn_rate")
    return {name: cell for name, cell in cells.items() if name in names}


def labels(subject: Subject, names: Iterable[str]) -> dict[str, str]:
    """What each metric is called within a sentence."""
    known = dict(CATALOGUE)
    if subject.ground is not None:
        known |= {metric.name: metric for metric in subject.ground.index.book.metrics}
    return {name: known[name].label.lower() if name in known else name.replace("_", " ") for name in names}


def told(cell: Cell, label: str) -> str:
    """`win rate 12.4% against 23.8% (worse)`, or why there is no such figure."""
    if cell.estimate is None or cell.verdict in ("too_few", "none"):
        return f"{label}: {cell.reason or word(cell.verdict)}"
    own, rest = figure(cell.estimate, cell.unit), figure(cell.rest, cell.unit)
    return f"{label} {own} against {rest} ({word(cell.verdict)})"


def plain_cells(cells: Mapping[str, Cell], names: Iterable[str]) -> dict[str, Any]:
    """Some cells for programs, by metric name."""
    return {
        name: {
            key: getattr(cells[name], key)
            for key in ("estimate", "rest", "difference", "unit", "accounts", "p_value", "verdict")
        }
        for name in names
        if name in cells
    }


def _cells(whose: str, figures: Mapping[str, Figure]) -> dict[str, Cell]:
    return {name: _cell(whose, name, one) for name, one in figures.items()}


def _cell(criterion_id: str, name: str, one: Figure) -> Cell:
    unit = one.unit or (CATALOGUE[name].unit if name in CATALOGUE else "")
    return Cell(
        criterion_id, name, unit, one.estimate, one.low, one.high, one.n or 0, one.accounts or 0, one.average,
        one.rest, one.difference, one.difference_low, one.difference_high, dict(one.effect), one.p_value,
        one.q_value, one.verdict, one.reason,
    )  # fmt: skip
