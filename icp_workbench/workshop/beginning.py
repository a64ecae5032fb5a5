"""A workshop's beginning: pre-work and agenda taken into a session."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from icp_workbench.render.figures import counted
from icp_workbench.workshop.agenda.agenda import AgendaChosen
from icp_workbench.workshop.agenda.files import agenda_named
from icp_workbench.workshop.deliberation.events import (
    HypothesisStated,
    ParticipantJoined,
    ProfileStated,
    QuestionParked,
)
from icp_workbench.workshop.events import Event
from icp_workbench.workshop.prework import Prework, numbered, read_prework
from icp_workbench.workshop.session import Session
from icp_workbench.workshop.state import Workshop


def begin(session: Session, prework: Path | None, agenda: str | None) -> str:
    """Take a pre-work file and an agenda (ready-made, or a file) into a session; what was taken in, in words.

    The agenda asked for stands above the one the pre-work names (relative to its file). What is there already
    is not taken in twice; an agenda that has begun stays. WorkbenchError with every problem of the files,
    with nothing taken in, and after the reveal where there are new claims.
    """
    found, chosen = Prework(), None
    if prework is not None:
        metrics = [metric.name for metric in session.book.metrics]
        found = read_prework(prework, session.book.fields, metrics)
    if agenda is not None:
        chosen = agenda_named(agenda)
    elif found.agenda:
        chosen = agenda_named(found.agenda, prework.parent if prework is not None else None)
    events = events_of(session.state, found, chosen)
    for event in events:
        session.record(event)
    return _told(events)


def events_of(state: Workshop, prework: Prework, agenda: AgendaChosen | None = None) -> list[Event]:
    """What happens when a pre-work is taken in, without what is there already."""
    deliberation, beliefs = state.deliberation, state.beliefs
    taken = {one.id for one in deliberation.participants}
    taken |= {one.id for one in beliefs.hypotheses} | {one.id for one in deliberation.questions}
    new = numbered(prework, taken, len(state.looks))
    people = Counter((one.function, one.name.casefold()) for one in deliberation.participants)
    claims = {one.claim.casefold() for one in beliefs.hypotheses}
    asked = {one.question.casefold() for one in deliberation.questions}
    events: list[Event] = []
    for one in new.participants:
        person = one.function, one.name.casefold()
        if people[person]:
            people[person] -= 1
        else:
            events.append(ParticipantJoined(one))
    if new.stated is not None and new.stated != beliefs.stated:
        events.append(ProfileStated(new.stated))
    events += [HypothesisStated(one) for one in new.hypotheses if one.claim.casefold() not in claims]
    events += [QuestionParked(one) for one in new.questions if one.question.casefold() not in asked]
    begun = state.agenda is not None and (any(state.agenda.spent) or state.agenda.current is not None)
    there = state.agenda is not None and agenda is not None and state.agenda.items == agenda.items
    if agenda is not None and not begun and not there:
        events.append(agenda)
    return events


def _told(events: list[Event]) -> str:
    kinds = (
        (ParticipantJoined, "participant", None),
        (HypothesisStated, "hypothesis", "hypotheses"),
        (QuestionParked, "question", None),
    )
    parts = []
    for kind, noun, plural in kinds:
        if many := sum(isinstance(event, kind) for event in events):
            parts.append(counted(many, noun, plural))
    untested = sum(isinstance(one, HypothesisStated) and one.hypothesis.when is None for one in events)
    if untested:
        parts.append(f"{untested} still without a condition")
    parts += [f"agenda {event.name}" for event in events if isinstance(event, AgendaChosen)]
    return f"Taken in: {', '.join(parts)}." if parts else ""
