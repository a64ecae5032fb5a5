"""What happened in a deliberation, in a few words: for undo, and for the decision log. Votes are counted,
never told."""

from __future__ import annotations

from icp_workbench.render.figures import counted
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
from icp_workbench.workshop.deliberation.records import function_words

CHOICE_WORDS = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "anti-ICP", "parked": "parked"}
BUILT_WORDS = {"yes": "built to serve it", "not_yet": "not yet built to serve it", "no": "not built for it"}
_LONGEST = 60


def in_words(event: DeliberationEvent) -> str:
    """The event as a few words."""
    match event:
        case ParticipantJoined(participant):
            return f"{function_words(participant.function)} in the room"
        case ParticipantLeft(participant_id):
            return f"participant {participant_id} left"
        case ProfileStated(profile):
            return f"stated ICP: {_short(profile.words)}" if profile.words else "stated ICP dropped"
        case HypothesisStated(hypothesis):
            return f"hypothesis: {_short(hypothesis.claim)}"
        case HypothesisWithdrawn(hypothesis_id):
            return f"hypothesis {hypothesis_id} withdrawn"
        case CandidateProposed(candidate):
            return f"{candidate.id} before the room"
        case CandidateWithdrawn(candidate_id):
            return f"{candidate_id} withdrawn"
        case BallotCast(ballot):
            votes = counted(ballot.count, "vote") if ballot.count else "votes taken back"
            return f"{function_words(ballot.function)} on {ballot.candidate}: {votes}"
        case BallotsOpened(candidate_id):
            return f"votes on {candidate_id} shown"
        case BallotsDiscarded(candidate_id):
            return f"votes on {candidate_id} thrown away"
        case CandidateDecided(decision, _):
            return f"{decision.candidate} decided: {CHOICE_WORDS[decision.verdict]}"
        case DissentNoted(dissent):
            return f"dissent of {function_words(dissent.function)} on {dissent.candidate}"
        case AccountDisputed(dispute):
            return f"{_short(dispute.account)} disputed"
        case DisputeSettled(dispute_id):
            return f"dispute {dispute_id} settled"
        case NoteTaken(note):
            return f"{note.kind} noted{f' on {note.about}' if note.about else ''}"
        case NoteDropped(note_id):
            return f"note {note_id} dropped"
        case QuestionParked(question):
            return f"{'answered' if question.answer else 'parked'}: {_short(question.question)}"
        case QuestionDropped(question_id):
            return f"question {question_id} dropped"
        case ReadinessAnswered(readiness):
            return f"{readiness.candidate}: {BUILT_WORDS[readiness.answer]}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
