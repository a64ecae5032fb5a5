"""What was written, and how an event changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.plays import PLAYS
from icp_workbench.spec.statement.slots import QUESTIONS, SLOTS
from icp_workbench.workshop.writing.events import (
    PeopleCounted,
    PlayWritten,
    SlotFilled,
    StatementEdited,
    WritingEvent,
)

KNOWN_BY_PEOPLE = ("interviews", "objections", "experiments")
Value = TypeVar("Value")


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Edited:
    """A statement edited by hand, and the criteria as they were then: what it drifts from."""

    text: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """Everything written. `statement` None: as the criteria say. An empty slot or play was taken back: it is
    not what an older version said."""

    statement: Edited | None = None
    slots: Mapping[str, str] = field(default_factory=_nothing)
    plays: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    known_by_people: Mapping[str, Mapping[str, int]] = field(default_factory=_nothing)


NOTHING_WRITTEN = Writing()


def written(writing: Writing, event: WritingEvent, criteria: Sequence[Criterion]) -> Writing:
    """What is written after an event, the criteria being these. ValueError for a slot, a play, a criterion or
    a count that cannot be."""
    match event:
        case StatementEdited(text):
            return replace(writing, statement=Edited(text, tuple(criteria)) if text else None)
        case SlotFilled(slot, text):
            _one_of(slot, SLOTS, "slot")
            return replace(writing, slots=_with(writing.slots, slot, text))
        case PlayWritten(play, lines):
            _one_of(play, [one.name for one in PLAYS], "play")
            return replace(writing, plays=_with(writing.plays, play, lines))
        case PeopleCounted(criterion_id, counts):
            _one_of(criterion_id, [one.id for one in criteria], "criterion")
            for kind, number in counts.items():
                _one_of(kind, KNOWN_BY_PEOPLE, "kind of knowledge")
                if number < 0:
                    raise ValueError(f"{number} {kind} cannot be")
            kept = MappingProxyType(dict(counts))
            return replace(writing, known_by_people=_with(writing.known_by_people, criterion_id, kept))


def in_words(event: WritingEvent) -> str:
    """An event as a few words."""
    match event:
        case StatementEdited(text):
            return "statement edited" if text else "statement written from the criteria"
        case SlotFilled(slot, text):
            label = next((one.label for one in QUESTIONS if one.slot == slot), slot).lower()
            return f"{label} {'answered' if text else 'left open'}"
        case PlayWritten(play, lines):
            label = next((one.label for one in PLAYS if one.name == play), play).lower()
            return f"{label} {'written' if lines else 'emptied'}"
        case PeopleCounted(criterion_id):
            return f"what people know of {criterion_id}"


def _with(held: Mapping[str, Value], key: str, value: Value) -> Mapping[str, Value]:
    return MappingProxyType({**held, key: value})


def _one_of(found: str, known: Sequence[str], what: str) -> None:
    if found not in known:
        raise ValueError(f"there is no {what} {found}")
