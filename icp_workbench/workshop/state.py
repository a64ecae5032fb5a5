"""The state of a workshop, and how an event changes it: `apply(state, event)`, pure."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Literal

from icp_workbench.segments.filter import Filter
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import AcceptedCheck
from icp_workbench.workshop.agenda.agenda import Agenda, AgendaEvent, agenda_after
from icp_workbench.workshop.deliberation.events import (
    CandidateDecided,
    DeliberationEvent,
    Revealed,
)
from icp_workbench.workshop.deliberation.state import (
    Beliefs,
    Deliberation,
    beliefs_after,
    deliberated,
    remarked,
    unmarked,
)
from icp_workbench.workshop.deliberation.wording import in_words as deliberation_in_words
from icp_workbench.workshop.events import (
    CheckAccepted,
    CheckReopened,
    CriterionMarked,
    CriterionUnmarked,
    Event,
    FilterChanged,
    HeadlineChosen,
    LooksTaken,
    Redone,
    RoomEntered,
    SegmentAdded,
    SegmentRemoved,
    SegmentRenamed,
    SegmentSelected,
    SessionStarted,
    SpecSaved,
    Undone,
)
from icp_workbench.workshop.writing.events import WritingEvent
from icp_workbench.workshop.writing.state import NOTHING_WRITTEN, Writing, written
from icp_workbench.workshop.writing.state import in_words as writing_in_words

LETTERS = "ABCDEF"
_VERDICTS = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "anti-ICP"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A column of the board: its letter, the name a person gave it (None: named after its condition), and
    what was chosen."""

    id: str
    name: str | None = None
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that undo brings back."""

    segments: tuple[Segment, ...]
    current: str
    headline: str | None
    criteria: tuple[Criterion, ...]
    accepted: tuple[CheckAccepted, ...] = ()
    writing: Writing = NOTHING_WRITTEN
    beliefs: Beliefs = field(default_factory=Beliefs)
    deliberation: Deliberation = field(default_factory=Deliberation)

    @property
    def said(self) -> tuple[object, ...]:
        """What was decided and said, without what is only being looked at."""
        return self.criteria, self.accepted, self.writing, self.beliefs, self.deliberation


_ON_BOARD = tuple(one.name for one in fields(Board))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One undoable change: the board before and after it, what it was in words, and the step below it."""

    before: Board
    after: Board
    words: str
    below: Step | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop at one moment. The first state has one segment, A, with nothing chosen.

    `headline` None means the book's first metric. `looks` maps look keys to uncorrected p-values (see
    evidence.looks). `reveal` is what the room was shown of its beliefs, None before; `agenda` None without
    one; `room` the last one on the screen. `done` and `undone` are the stacks of undo and redo; they share
    their tails with earlier states, so that a thousand steps cost a thousand small objects.
    """

    name: str = ""
    book: str = ""
    fingerprint: str = ""
    segments: tuple[Segment, ...] = (Segment("A"),)
    current: str = "A"
    headline: str | None = None
    criteria: tuple[Criterion, ...] = ()
    accepted: tuple[CheckAccepted, ...] = ()
    writing: Writing = NOTHING_WRITTEN
    looks: MappingProxyType[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    versions: tuple[SpecSaved, ...] = ()
    beliefs: Beliefs = field(default_factory=Beliefs)
    deliberation: Deliberation = field(default_factory=Deliberation)
    reveal: Revealed | None = None
    agenda: Agenda | None = None
    room: str = ""
    done: Step | None = field(default=None, compare=False, repr=False)
    undone: Step | None = field(default=None, compare=False, repr=False)

    def segment(self, segment_id: str) -> Segment:
        """The segment with that letter; KeyError if it is not on the board."""
        for segment in self.segments:
            if segment.id == segment_id:
                return segment
        raise KeyError(segment_id)

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion with that id; KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    @property
    def accepted_checks(self) -> list[AcceptedCheck]:
        """The accepted checks as a spec holds them."""
        return [AcceptedCheck(check=one.code, note=one.note) for one in self.accepted]

    @property
    def current_segment(self) -> Segment:
        """The segment being sliced."""
        return self.segment(self.current)

    @property
    def free_letter(self) -> str | None:
        """The letter the next segment would get; None on a full board."""
        taken = {segment.id for segment in self.segments}
        return next((letter for letter in LETTERS if letter not in taken), None)

    @property
    def mode(self) -> Literal["workshop", "solo"]:
        """A workshop has people or an agenda; who is alone needs neither, and no votes."""
        return "workshop" if self.deliberation.participants or self.agenda is not None else "solo"

    @property
    def is_curtained(self) -> bool:
        """True while a workshop must not see figures yet: it has not shown what it believes first."""
        return self.mode == "workshop" and self.reveal is None and not self.criteria

    @property
    def version(self) -> str | None:
        """The newest version of the spec that was saved."""
        return self.versions[-1].version if self.versions else None


def apply(state: Workshop, event: Event) -> Workshop:
    """The state after an event.

    ValueError for an event that cannot happen in this state (an unknown segment or criterion, a seventh
    segment, the removal of the last, nothing to undo): the caller's mistake, not a person's.
    """
    match event:
        case SessionStarted():
            # What was done on other data is not undone on this.
            return replace(
                state, name=event.name, book=event.book, fingerprint=event.fingerprint, done=None, undone=None
            )
        case LooksTaken(looks):
            return replace(state, looks=MappingProxyType(state.looks | dict(looks)))
        case SpecSaved():
            if any(saved.version == event.version for saved in state.versions):
                raise ValueError(f"version {event.version} was saved before")
            return replace(state, versions=(*state.versions, event))
        case Undone():
            if state.done is None:
                raise ValueError("nothing to undo")
            step = state.done
            return replace(_with(state, step.before), done=step.below, undone=_above(step, state.undone))
        case Redone():
            if state.undone is None:
                raise ValueError("nothing to redo")
            step = state.undone
            return replace(_with(state, step.after), done=_above(step, state.done), undone=step.below)
        case SegmentSelected(segment):
            _require(state, segment)
            return replace(state, current=segment)
        case RoomEntered(room):
            return replace(state, room=room)
        case Revealed():
            return _revealed(state, event)
        case _ if isinstance(event, AgendaEvent):
            return replace(state, agenda=agenda_after(state.agenda, event))
        case _:
            before, after = _board(state), _changed(state, event)
            if after == before:
                return state
            return replace(
                _with(state, after), done=Step(before, after, in_words(state, event), state.done), undone=None
            )


def what_undo(state: Workshop) -> str | None:
    """What undo would take back, in words (`filter of A`); None if there is nothing."""
    return state.done.words if state.done else None


def what_redo(state: Workshop) -> str | None:
    """What redo would bring back, in words; None if there is nothing."""
    return state.undone.words if state.undone else None


Decided = tuple[object, ...]


def decided(state: Workshop) -> Decided:
    """What a saved version holds of a workshop: where two states are alike here, there is nothing to save."""
    return _board(state).said


def in_words(state: Workshop, event: Event) -> str:
    """An undoable event as a few words, in the state before it."""
    match event:
        case FilterChanged(segment):
            return f"filter of {segment}"
        case SegmentAdded(segment):
            return f"segment {segment} added"
        case SegmentRenamed(segment, name):
            return f"segment {segment} named {name}" if name else f"name of segment {segment} dropped"
        case SegmentRemoved(segment):
            return f"segment {segment} removed"
        case HeadlineChosen(metric):
            return f"headline {metric.replace('_', ' ')}"
        case CriterionMarked(criterion):
            known = any(criterion.id == other.id for other in state.criteria)
            return f"{criterion.id} {'changed' if known else 'marked ' + _VERDICTS[criterion.verdict]}"
        case CriterionUnmarked(criterion_id):
            return f"{criterion_id} unmarked"
        case CheckAccepted(code):
            return f"{code} accepted"
        case CheckReopened(code):
            return f"{code} open again"
        case _ if isinstance(event, WritingEvent):
            return writing_in_words(event)
        case _ if isinstance(event, DeliberationEvent):
            return deliberation_in_words(event)
        case _:
            return type(event).__name__


def _changed(state: Workshop, event: Event) -> Board:
    board = _board(state)
    match event:
        case FilterChanged(segment, chosen):
            return replace(board, segments=_segments_with(state, segment, filter=chosen))
        case SegmentAdded(segment, name, chosen):
            if segment not in LETTERS or len(segment) != 1:
                raise ValueError(f"{segment!r} is no letter of a segment")
            if any(segment == other.id for other in state.segments):
                raise ValueError(f"segment {segment} is on the board already")
            added = sorted((*state.segments, Segment(segment, name, chosen)), key=lambda other: other.id)
            return replace(board, segments=tuple(added), current=segment)
        case SegmentRenamed(segment, name):
            return replace(board, segments=_segments_with(state, segment, name=name))
        case SegmentRemoved(segment):
            return _without_segment(state, segment)
        case HeadlineChosen(metric):
            return replace(board, headline=metric)
        case CriterionMarked(criterion):
            return replace(
                board,
                criteria=_criteria_with(state.criteria, criterion),
                deliberation=remarked(state.deliberation, criterion),
            )
        case CriterionUnmarked(criterion_id):
            kept = tuple(criterion for criterion in state.criteria if criterion.id != criterion_id)
            if len(kept) == len(state.criteria):
                raise ValueError(f"there is no criterion {criterion_id}")
            return replace(board, criteria=kept, deliberation=unmarked(state.deliberation, criterion_id))
        case CheckAccepted(code, note):
            if not note.strip():
                raise ValueError(f"{code} was accepted without a reason")
            others = (one for one in state.accepted if one.code != code)
            return replace(board, accepted=tuple(sorted((*others, event), key=lambda one: one.code)))
        case CheckReopened(code):
            still = tuple(one for one in state.accepted if one.code != code)
            if len(still) == len(state.accepted):
                raise ValueError(f"{code} was not accepted")
            return replace(board, accepted=still)
        case _ if isinstance(event, WritingEvent):
            return replace(board, writing=written(state.writing, event, state.criteria))
        case _ if isinstance(event, DeliberationEvent):
            return _deliberated(state, event)
        case _:
            raise ValueError(f"{type(event).__name__} is no event of a workshop")


def _deliberated(state: Workshop, event: DeliberationEvent) -> Board:
    beliefs = beliefs_after(state.beliefs, event)
    if beliefs != state.beliefs and state.reveal is not None:
        raise ValueError("what was believed is settled by the reveal")
    after = replace(_board(state), beliefs=beliefs, deliberation=deliberated(state.deliberation, event))
    if not isinstance(event, CandidateDecided):
        return after
    criterion = event.criterion
    if criterion is not None and criterion.id != event.decision.candidate:
        raise ValueError(f"the criterion {criterion.id} is not {event.decision.candidate}")
    others = tuple(one for one in state.criteria if one.id != event.decision.candidate)
    return replace(after, criteria=others if criterion is None else _criteria_with(state.criteria, criterion))


def _revealed(state: Workshop, event: Revealed) -> Workshop:
    """What was believed is settled: its steps are no longer there to undo."""
    if state.reveal is not None:
        raise ValueError("the reveal was before")
    return replace(
        state,
        reveal=event,
        looks=MappingProxyType(state.looks | dict(event.looks)),
        done=_without_beliefs(state.done),
        undone=_without_beliefs(state.undone),
    )


def _without_beliefs(top: Step | None) -> Step | None:
    steps: list[Step] = []
    while top is not None:
        if top.before.beliefs == top.after.beliefs:
            steps.append(top)
        top = top.below
    kept: Step | None = None
    for step in reversed(steps):
        kept = _above(step, kept)
    return kept


def _without_segment(state: Workshop, segment: str) -> Board:
    at = _require(state, segment)
    kept = tuple(other for other in state.segments if other.id != segment)
    if not kept:
        raise ValueError("the last segment stays")
    current = kept[min(at, len(kept) - 1)].id if state.current == segment else state.current
    return replace(_board(state), segments=kept, current=current)


def _segments_with(state: Workshop, segment: str, **changes: object) -> tuple[Segment, ...]:
    _require(state, segment)
    return tuple(
        replace(other, **changes) if other.id == segment else other  # type: ignore[arg-type]
        for other in state.segments
    )


def _criteria_with(criteria: tuple[Criterion, ...], criterion: Criterion) -> tuple[Criterion, ...]:
    if any(criterion.id == other.id for other in criteria):
        return tuple(criterion if criterion.id == other.id else other for other in criteria)
    return (*criteria, criterion)


def _require(state: Workshop, segment: str) -> int:
    for at, other in enumerate(state.segments):
        if other.id == segment:
            return at
    raise ValueError(f"there is no segment {segment}")


def _board(state: Workshop) -> Board:
    return Board(**{name: getattr(state, name) for name in _ON_BOARD})


def _with(state: Workshop, board: Board) -> Workshop:
    now: dict[str, Any] = {name: getattr(board, name) for name in _ON_BOARD}
    if state.reveal is not None:  # what was believed is settled
        now["beliefs"] = state.beliefs
    return replace(state, **now)


def _above(step: Step, below: Step | None) -> Step:
    return Step(step.before, step.after, step.words, below)
