"""What the Spec room asks of the core: the statement in its versions, its slots, how far it drifted."""

from __future__ import annotations

from icp_workbench.spec.statement.because import Grounds
from icp_workbench.spec.statement.drift import Drift, drift_of
from icp_workbench.spec.statement.slots import Slot, slots_of
from icp_workbench.spec.statement.versions import Versions, versions_of
from icp_workbench.tui.desk import Desk


def versions(desk: Desk) -> Versions:
    """The statement as it stands, from the figures there are by now."""
    state, writing = desk.state, desk.state.writing
    edited = writing.statement.text if writing.statement is not None else None
    return versions_of(state.criteria, desk.fields, writing.slots, grounds(desk), edited)


def grounds(desk: Desk) -> dict[str, Grounds]:
    """What each criterion that was weighed rests on, by id."""
    known = desk.state.writing.known_by_people
    found = {}
    for name, weighed in desk.answers.weighed.items():
        board = weighed.comparison
        cells = {metric.name: board.cell(board.segments[1].name, metric.name) for metric in board.metrics}
        found[name] = Grounds(weighed.strength.name, cells, known.get(name, {}))
    return found


def slots(desk: Desk) -> tuple[Slot, ...]:
    """The slots as they stand."""
    return slots_of(desk.state.criteria, desk.fields, desk.state.writing.slots)


def drift(desk: Desk) -> Drift | None:
    """How far the statement has drifted; None where nobody edited it."""
    edited = desk.state.writing.statement
    if edited is None:
        return None
    return drift_of(edited.text, desk.state.criteria, desk.fields, edited.criteria)
