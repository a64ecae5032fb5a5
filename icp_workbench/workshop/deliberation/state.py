"""The state of a deliberation, and how an event changes it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, TypeVar

from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.deliberation.events import (
    AccountDisputed,
    BallotCast,
    BallotsDiscarded,
    BallotsOpened,
    CandidateDecided,
    CandidateProposed,
    CandidateWithdrawn,
    DeliberationEvent,
    DisputeSettled,
    DissentNoted,
    HypothesisStated,
    HypothesisWithdrawn,
    NoteDropped,
    NoteTaken,
    ParticipantJoined,
    ParticipantLeft,
    ProfileStated,
    QuestionDropped,
    QuestionParked,
    ReadinessAnswered,
)
from icp_workbench.workshop.deliberation.records import (
    Ballot,
    Candidate,
    Decision,
    Dispute,
    Dissent,
    FieldNote,
    Hypothesis,
    Participant,
    Question,
    Readiness,
    StatedProfile,
)


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What was said before the data: nothing of it changes after the reveal."""

    stated: StatedProfile = field(default_factory=lambda: StatedProfile(""))
    hypotheses: tuple[Hypothesis, ...] = ()

    def hypothesis(self, hypothesis_id: str) -> Hypothesis:
        """The claim with that id; KeyError if there is none."""
        found = next((one for one in self.hypotheses if one.id == hypothesis_id), None)
        if found is None:
            raise KeyError(hypothesis_id)
        return found


@dataclass(frozen=True, slots=True)
class Deliberation:
    """What the room holds beside the criteria. Votes, decisions, dissent, readiness and notes name a
    candidate by its id, which is its criterion's; a criterion marked while slicing needs no candidate."""

    participants: tuple[Participant, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    opened: tuple[str, ...] = ()  # candidates whose votes are shown
    decisions: tuple[Decision, ...] = ()
    dissent: tuple[Dissent, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    notes: tuple[FieldNote, ...] = ()
    questions: tuple[Question, ...] = ()
    readiness: tuple[Readiness, ...] = ()

    def candidate(self, candidate_id: str) -> Candidate | None:
        """The candidate with that id, if it was put to the room."""
        return next((one for one in self.candidates if one.id == candidate_id), None)

    def ballots_on(self, candidate: str) -> tuple[Ballot, ...]:
        """The votes on a candidate, whether they may be shown or not."""
        return tuple(one for one in self.ballots if one.candidate == candidate)

    def decision_on(self, candidate: str) -> Decision | None:
        """What was decided on a candidate, if it was."""
        return next((one for one in self.decisions if one.candidate == candidate), None)

    def notes_on(self, about: str) -> tuple[FieldNote, ...]:
        """What people know of a candidate."""
        return tuple(one for one in self.notes if one.about == about)

    def readiness_for(self, candidate: str) -> Readiness | None:
        """Whether the room is built to serve a candidate, if it said so."""
        return next((one for one in self.readiness if one.candidate == candidate), None)

    @property
    def functions(self) -> dict[str, int]:
        """How many of each function are in the room."""
        counts: dict[str, int] = {}
        for participant in self.participants:
            counts[participant.function] = counts.get(participant.function, 0) + 1
        return counts


def beliefs_after(beliefs: Beliefs, event: DeliberationEvent) -> Beliefs:
    """The beliefs after an event; the same for one that is about something else. ValueError for a claim that
    is not there."""
    match event:
        case ProfileStated(profile):
            return replace(beliefs, stated=profile)
        case HypothesisStated(hypothesis):
            return replace(beliefs, hypotheses=_put(beliefs.hypotheses, hypothesis))
        case HypothesisWithdrawn(hypothesis_id):
            return replace(beliefs, hypotheses=_dropped(beliefs.hypotheses, hypothesis_id))
        case _:
            return beliefs


def deliberated(now: Deliberation, event: DeliberationEvent) -> Deliberation:
    """The deliberation after an event; the same for one about beliefs. ValueError for one that cannot happen:
    a record that is not there, a vote on votes that are shown, nothing to show."""
    match event:
        case ParticipantJoined(participant):
            return replace(now, participants=_put(now.participants, participant))
        case ParticipantLeft(participant_id):
            return replace(now, participants=_dropped(now.participants, participant_id))
        case CandidateProposed(candidate):
            return replace(now, candidates=_put(now.candidates, candidate))
        case CandidateWithdrawn(candidate_id):
            return _cleared(replace(now, candidates=_dropped(now.candidates, candidate_id)), candidate_id)
        case BallotCast(ballot):
            return _with_ballot(now, ballot)
        case BallotsOpened(candidate_id):
            if candidate_id in now.opened or not now.ballots_on(candidate_id):
                raise ValueError(f"there are no sealed votes on {candidate_id}")
            return replace(now, opened=(*now.opened, candidate_id))
        case BallotsDiscarded(candidate_id):
            if not now.ballots_on(candidate_id):
                raise ValueError(f"there are no votes on {candidate_id}")
            return _without_votes(now, candidate_id)
        case CandidateDecided(decision, _):
            return _with_decision(now, decision)
        case DissentNoted(dissent):
            return _with_dissent(now, dissent)
        case AccountDisputed(dispute):
            return replace(now, disputes=_put(now.disputes, dispute))
        case DisputeSettled(dispute_id):
            return replace(now, disputes=_dropped(now.disputes, dispute_id))
        case NoteTaken(note):
            return replace(now, notes=_put(now.notes, note))
        case NoteDropped(note_id):
            return replace(now, notes=_dropped(now.notes, note_id))
        case QuestionParked(question):
            return replace(now, questions=_put(now.questions, question))
        case QuestionDropped(question_id):
            return replace(now, questions=_dropped(now.questions, question_id))
        case ReadinessAnswered(readiness):
            return replace(now, readiness=_put(now.readiness, readiness, _CANDIDATE))
        case _:
            return now


def remarked(now: Deliberation, criterion: Criterion) -> Deliberation:
    """After a criterion was marked outside of a decision: one that says something else no longer stands."""
    decided = now.decision_on(criterion.id)
    if decided is None or decided.verdict == criterion.verdict:
        return now
    return unmarked(now, criterion.id)


def unmarked(now: Deliberation, criterion_id: str) -> Deliberation:
    """After a criterion was unmarked: what was decided on it no longer stands, its votes do."""
    return replace(now, decisions=_without(now.decisions, criterion_id))


def _with_ballot(now: Deliberation, ballot: Ballot) -> Deliberation:
    if ballot.candidate in now.opened:
        raise ValueError(f"the votes on {ballot.candidate} are shown already")
    if ballot.count:
        return replace(now, ballots=_put(now.ballots, ballot, _VOICE))
    return replace(now, ballots=_without(now.ballots, _VOICE(ballot), _VOICE))


def _with_decision(now: Deliberation, decision: Decision) -> Deliberation:
    # A decision ends the vote: nothing is kept from the room after it.
    sealed = decision.candidate not in now.opened and now.ballots_on(decision.candidate)
    opened = (*now.opened, decision.candidate) if sealed else now.opened
    return replace(now, decisions=_put(now.decisions, decision, _CANDIDATE), opened=opened)


def _with_dissent(now: Deliberation, dissent: Dissent) -> Deliberation:
    if dissent.note:
        return replace(now, dissent=_put(now.dissent, dissent, _VOICE))
    return replace(now, dissent=_without(now.dissent, _VOICE(dissent), _VOICE))


def _without_votes(now: Deliberation, candidate: str) -> Deliberation:
    return replace(
        now,
        ballots=_without(now.ballots, candidate),
        opened=tuple(one for one in now.opened if one != candidate),
        dissent=_without(now.dissent, candidate),
    )


def _cleared(now: Deliberation, candidate: str) -> Deliberation:
    cleared = unmarked(_without_votes(now, candidate), candidate)
    return replace(cleared, readiness=_without(cleared.readiness, candidate))


_ID, _CANDIDATE, _VOICE = attrgetter("id"), attrgetter("candidate"), attrgetter("candidate", "function")
Record = TypeVar("Record")
Key = Callable[[Any], Any]


def _put(records: tuple[Record, ...], record: Record, key: Key = _ID) -> tuple[Record, ...]:
    """The record in place of the one with its key, else at the end."""
    if any(key(other) == key(record) for other in records):
        return tuple(record if key(other) == key(record) else other for other in records)
    return (*records, record)


def _without(records: tuple[Record, ...], of: object, key: Key = _CANDIDATE) -> tuple[Record, ...]:
    """The records whose key is another."""
    return tuple(other for other in records if key(other) != of)


def _dropped(records: tuple[Record, ...], record_id: str) -> tuple[Record, ...]:
    """Without the record of that id; ValueError where there is none."""
    kept = _without(records, record_id, _ID)
    if len(kept) == len(records):
        raise ValueError(f"there is no {record_id}")
    return kept
