"""What can happen in a workshop, one frozen type each. Times are timezone-aware UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from icp_workbench.segments.filter import Filter
from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.agenda.agenda import AgendaEvent
from icp_workbench.workshop.deliberation.events import DeliberationEvent, Revealed
from icp_workbench.workshop.writing.events import WritingEvent


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A session was begun (or reopened on changed data) for this book."""

    at: dt.datetime
    name: str
    book: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FilterChanged:
    """The filter of one segment became this."""

    segment: str
    filter: Filter


@dataclass(frozen=True, slots=True)
class SegmentAdded:
    """A segment was put on the board, and became the current one."""

    segment: str  # A … F
    name: str | None
    filter: Filter


@dataclass(frozen=True, slots=True)
class SegmentRenamed:
    """A segment has another name; None: named after its condition."""

    segment: str
    name: str | None


@dataclass(frozen=True, slots=True)
class SegmentRemoved:
    """A segment left the board."""

    segment: str


@dataclass(frozen=True, slots=True)
class SegmentSelected:
    """Another segment is being sliced."""

    segment: str


@dataclass(frozen=True, slots=True)
class HeadlineChosen:
    """Another metric is shown beside every value."""

    metric: str


@dataclass(frozen=True, slots=True)
class CriterionMarked:
    """The room decided on a condition (or on a changed one: same id replaces)."""

    criterion: Criterion


@dataclass(frozen=True, slots=True)
class CriterionUnmarked:
    """A decision was taken back."""

    criterion_id: str


@dataclass(frozen=True, slots=True)
class CheckAccepted:
    """The room saw what a check says and keeps it, for a reason; another reason replaces the first."""

    code: str
    note: str


@dataclass(frozen=True, slots=True)
class CheckReopened:
    """A check that was accepted is no longer."""

    code: str


@dataclass(frozen=True, slots=True)
class RoomEntered:
    """Another room is on the screen."""

    room: str


@dataclass(frozen=True, slots=True)
class LooksTaken:
    """What was shown to the room, newly: look key → uncorrected p-value (None: no test was possible)."""

    looks: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class SpecSaved:
    """A version of the spec was written. Not undone: the file is immutable."""

    at: dt.datetime
    version: str
    digest: str
    file: str  # name within the session's folder


@dataclass(frozen=True, slots=True)
class Undone:
    """The newest undoable event not yet undone was taken back."""


@dataclass(frozen=True, slots=True)
class Redone:
    """The newest undone event came back."""


Event = (
    SessionStarted
    | FilterChanged
    | SegmentAdded
    | SegmentRenamed
    | SegmentRemoved
    | SegmentSelected
    | HeadlineChosen
    | CriterionMarked
    | CriterionUnmarked
    | CheckAccepted
    | CheckReopened
    | WritingEvent
    | LooksTaken
    | SpecSaved
    | Undone
    | Redone
    | RoomEntered
    | Revealed
    | DeliberationEvent
    | AgendaEvent
)

# What a room decided or said: on the disk before it is shown.
SAID = (
    CriterionMarked,
    CriterionUnmarked,
    CheckAccepted,
    CheckReopened,
    *get_args(WritingEvent),
    SpecSaved,
    Revealed,
    *get_args(DeliberationEvent),
    *get_args(AgendaEvent),
)
DECISIONS = (SessionStarted, *SAID, Undone, Redone)
# Where somebody looks: the last of several is all there is to know.
MOVES = (SegmentSelected, RoomEntered)
