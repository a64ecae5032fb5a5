"""The decision log: what was said and decided, when, in words; looking around is not in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from icp_workbench.render.figures import counted
from icp_workbench.workshop.agenda.agenda import (
    AgendaChosen,
    AgendaEnded,
    ClockStarted,
    ClockStopped,
    ItemBegun,
    ItemExtended,
    ItemSkipped,
    reading_at,
)
from icp_workbench.workshop.deliberation.events import DeliberationEvent, Revealed
from icp_workbench.workshop.events import (
    CriterionMarked,
    CriterionUnmarked,
    Event,
    Redone,
    SessionStarted,
    SpecSaved,
    Undone,
)
from icp_workbench.workshop.state import Step, Workshop, in_words


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that happened. `is_time` where it is about the clock alone."""

    at: dt.datetime
    words: str
    is_time: bool = False


def log_line(before: Workshop, event: Event, at: dt.datetime) -> LogLine | None:
    """The line of an event that happened in this state at that moment; None for one that decides nothing."""
    match event:
        case SessionStarted():
            return LogLine(at, f"session on {event.book}")
        case SpecSaved():
            return LogLine(at, f"version {event.version} saved")
        case Undone():
            return _step(before.done, "undone", at)
        case Redone():
            return _step(before.undone, "redone", at)
        case Revealed():
            return LogLine(at, f"revealed: {counted(len(event.findings), 'hypothesis', 'hypotheses')}")
        case CriterionMarked() | CriterionUnmarked():
            return LogLine(at, in_words(before, event))
        case _ if isinstance(event, DeliberationEvent):
            return LogLine(at, in_words(before, event))
    words = _clock_words(before, event)
    return LogLine(at, words, is_time=True) if words else None


def _step(step: Step | None, verb: str, at: dt.datetime) -> LogLine | None:
    if step is None or step.before.said == step.after.said:
        return None
    return LogLine(at, f"{verb}: {step.words}")


def _clock_words(before: Workshop, event: Event) -> str:
    agenda = before.agenda
    if isinstance(event, AgendaChosen):
        minutes = sum(item.minutes for item in event.items)
        return f"agenda {event.name}: {counted(len(event.items), 'item')}, {minutes} minutes"
    if agenda is None:
        return ""
    match event:
        case ItemBegun(at, item):
            begun = f"began {agenda.items[item].title} ({agenda.items[item].minutes} min)"
            ended = _ended(before, at)
            return f"{ended}; {begun}" if ended else begun
        case ItemExtended(_, item, minutes):
            return f"{agenda.items[item].title}: {minutes:+d} min"
        case ItemSkipped(_, item):
            return f"skipped {agenda.items[item].title}"
        case ClockStopped():
            return "clock stopped"
        case ClockStarted():
            return "clock goes on"
        case AgendaEnded(at):
            return _ended(before, at) or "agenda ended"
    return ""


def _ended(before: Workshop, at: dt.datetime) -> str:
    """How long the item before the room took, against what it was given."""
    clock = reading_at(before.agenda, at) if before.agenda is not None else None
    if clock is None or (before.agenda is not None and before.agenda.skipped[clock.place]):
        return ""
    took, given = round(clock.spent / 60), round(clock.allowed / 60)
    return f"ended {clock.item.title} after {took} of {given} min"
