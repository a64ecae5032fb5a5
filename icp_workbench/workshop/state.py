"""The state of a workshop, and how an event changes it: `apply(state, event)`, pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType

from icp_workbench.segments.filter import Filter
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import AcceptedCheck
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
    SegmentAdded,
    SegmentRemoved,
    SegmentRenamed,
    SegmentSelected,
    SessionStarted,
    SpecSaved,
    Undone,
)

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
    accepted: tuple[CheckAccepted, ...]


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
    evidence.looks). `done` and `undone` are the stacks of undo and redo; they share their tails with earlier
    states, so that a thousand steps cost a thousand small objects.
    """

    name: str = ""
    book: str = ""
    fingerprint: str = ""
    segments: tuple[Segment, ...] = (Segment("A"),)
    current: str = "A"
    headline: str | None = None
    criteria: tuple[Criterion, ...] = ()
    accepted: tuple[CheckAccepted, ...] = ()
    looks: MappingProxyType[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    versions: tuple[SpecSaved, ...] = ()
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
            return replace(board, criteria=_criteria_with(state.criteria, criterion))
        case CriterionUnmarked(criterion_id):
            kept = tuple(criterion for criterion in state.criteria if criterion.id != criterion_id)
            if len(kept) == len(state.criteria):
                raise ValueError(f"there is no criterion {criterion_id}")
            return replace(board, criteria=kept)
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
        case _:
            raise ValueError(f"{type(event).__name__} is no event of a workshop")


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
    return Board(state.segments, state.current, state.headline, state.criteria, state.accepted)


def _with(state: Workshop, board: Board) -> Workshop:
    return replace(
        state,
        segments=board.segments,
        current=board.current,
        headline=board.headline,
        criteria=board.criteria,
        accepted=board.accepted,
    )


def _above(step: Step, below: Step | None) -> Step:
    return Step(step.before, step.after, step.words, below)
