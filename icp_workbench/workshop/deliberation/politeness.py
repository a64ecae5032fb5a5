"""What cannot be done now, said before it is tried: what happened, and what to do instead."""

from __future__ import annotations

from icp_workbench.errors import WorkbenchError
from icp_workbench.workshop.agenda.agenda import (
    AgendaChosen,
    AgendaEnded,
    AgendaEvent,
    ClockStarted,
    ClockStopped,
    ItemExtended,
)
from icp_workbench.workshop.deliberation.events import (
    BallotCast,
    BallotsDiscarded,
    BallotsOpened,
    HypothesisStated,
    HypothesisWithdrawn,
    ProfileStated,
    Revealed,
)
from icp_workbench.workshop.events import Event
from icp_workbench.workshop.state import Workshop


def refusal(state: Workshop, event: Event) -> WorkbenchError | None:
    """Why an event of the workshop is refused in this state; None where it is not."""
    settled = state.reveal is not None
    match event:
        case HypothesisStated() | HypothesisWithdrawn() | ProfileStated() if settled:
            return WorkbenchError(
                "The reveal was before",
                "What is believed is written down before the figures are seen: after them it would be no "
                "test.",
                "Slice and mark what you want to know now, or put it on the parking lot.",
            )
        case Revealed() if settled:
            return WorkbenchError(
                "The reveal was before", "The room has seen what the data says.", "Begin another session."
            )
        case BallotCast(ballot) if ballot.candidate in state.deliberation.opened:
            return WorkbenchError(
                "The votes are shown",
                f"The votes on {ballot.candidate} are no longer private, so nobody may add to them.",
                "Decide, or throw the votes away and vote again.",
            )
        case BallotsOpened(candidate) if candidate in state.deliberation.opened:
            return WorkbenchError("The votes are shown", f"The votes on {candidate} are shown.", "Decide.")
        case BallotsOpened(candidate) | BallotsDiscarded(candidate):
            if state.deliberation.ballots_on(candidate):
                return None
            return WorkbenchError(
                "Nobody has voted", f"There are no votes on {candidate} yet.", "Vote first."
            )
    if isinstance(event, AgendaEvent) and not isinstance(event, AgendaChosen):
        return _no_clock(state, event)
    return None


def _no_clock(state: Workshop, event: AgendaEvent) -> WorkbenchError | None:
    agenda = state.agenda
    if agenda is None:
        return WorkbenchError("No agenda", "There is no agenda with a clock.", "Choose one first.")
    needs_item = isinstance(event, ItemExtended | ClockStarted | ClockStopped | AgendaEnded)
    if needs_item and agenda.current is None:
        return WorkbenchError("No item has begun", "The clock stands before an item.", "Begin one first.")
    return None
