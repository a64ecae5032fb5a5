"""What can happen in a deliberation, one frozen type each: a record kept (the same id replaces) or taken
away."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.deliberation.records import (
    Ballot,
    Candidate,
    Decision,
    Dispute,
    Dissent,
    FieldNote,
    Finding,
    Hypothesis,
    Participant,
    Question,
    Readiness,
    StatedFigure,
    StatedProfile,
)


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """Somebody is in the room (or is written down otherwise)."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """Somebody was not in the room after all."""

    participant: str


@dataclass(frozen=True, slots=True)
class ProfileStated:
    """Whom we say we want."""

    profile: StatedProfile


@dataclass(frozen=True, slots=True)
class HypothesisStated:
    """A claim was written down."""

    hypothesis: Hypothesis


@dataclass(frozen=True, slots=True)
class HypothesisWithdrawn:
    """A claim was taken back before the reveal."""

    hypothesis: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """The room was shown what the data says of its claims. Not undone: what was seen was seen."""

    at: dt.datetime
    fingerprint: str
    findings: tuple[Finding, ...]
    stated: tuple[StatedFigure, ...]
    looks: tuple[tuple[str, float | None], ...]  # look key → p-value


@dataclass(frozen=True, slots=True)
class CandidateProposed:
    """A condition was put to the room."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class CandidateWithdrawn:
    """A candidate, with its votes, is no longer before the room."""

    candidate: str


@dataclass(frozen=True, slots=True)
class BallotCast:
    """One function has voted."""

    ballot: Ballot


@dataclass(frozen=True, slots=True)
class BallotsOpened:
    """The votes on a candidate are shown."""

    candidate: str


@dataclass(frozen=True, slots=True)
class BallotsDiscarded:
    """The votes on a candidate are thrown away, to vote again."""

    candidate: str


@dataclass(frozen=True, slots=True)
class CandidateDecided:
    """The room decided. `criterion` is what the spec will hold; None where it was parked."""

    decision: Decision
    criterion: Criterion | None


@dataclass(frozen=True, slots=True)
class DissentNoted:
    """A function's reason to see it differently; an empty note takes it back."""

    dissent: Dissent


@dataclass(frozen=True, slots=True)
class AccountDisputed:
    """An account is wanted by some and regretted by others."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class DisputeSettled:
    """An account is no longer disputed."""

    dispute: str


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """What somebody knows was written down."""

    note: FieldNote


@dataclass(frozen=True, slots=True)
class NoteDropped:
    """A note was taken back."""

    note: str


@dataclass(frozen=True, slots=True)
class QuestionParked:
    """A question went to the parking lot, or was answered there."""

    question: Question


@dataclass(frozen=True, slots=True)
class QuestionDropped:
    """A question was taken off the parking lot."""

    question: str


@dataclass(frozen=True, slots=True)
class ReadinessAnswered:
    """The room said whether it is built to serve a candidate."""

    readiness: Readiness


DeliberationEvent = (
    ParticipantJoined
    | ParticipantLeft
    | ProfileStated
    | HypothesisStated
    | HypothesisWithdrawn
    | CandidateProposed
    | CandidateWithdrawn
    | BallotCast
    | BallotsOpened
    | BallotsDiscarded
    | CandidateDecided
    | DissentNoted
    | AccountDisputed
    | DisputeSettled
    | NoteTaken
    | NoteDropped
    | QuestionParked
    | QuestionDropped
    | ReadinessAnswered
)
