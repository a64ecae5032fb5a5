"""What of a workshop a spec may hold: functions, counts, claims and questions; names stay in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from icp_workbench.render.figures import counted
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import Decided, HypothesisRecord, OpenQuestion, TestedAs
from icp_workbench.spec.model import Dissent as SpecDissent
from icp_workbench.spec.room import RoomRecord
from icp_workbench.workshop.deliberation.records import Decision, Finding, Hypothesis, function_named
from icp_workbench.workshop.deliberation.state import Deliberation
from icp_workbench.workshop.deliberation.wording import CHOICE_WORDS
from icp_workbench.workshop.state import Workshop

_VERDICTS: Mapping[str, Literal["supported", "contradicted", "no_difference", "unclear", "too_few"]] = {
    "supported": "supported",
    "contradicted": "contradicted",
    "no difference": "no_difference",
    "unclear": "unclear",
    "too few accounts": "too_few",
}
_KNOWN = {
    "interview": "interviews",
    "objection": "objections",
    "experiment": "experiments",
    "feedback": "feedback",
}


def room_record(state: Workshop) -> RoomRecord:
    """What the room said, as a spec may hold it. Claims that were not tested are left to the minutes."""
    said = state.deliberation
    findings = {one.hypothesis: one for one in state.reveal.findings} if state.reveal is not None else {}
    decided = {}
    for criterion in state.criteria:
        decision = said.decision_on(criterion.id)
        if decision is not None or said.ballots_on(criterion.id):
            decided[criterion.id] = _decided(said, criterion, decision)
    known = {criterion.id: known_by_people(said, criterion.id) for criterion in state.criteria}
    return RoomRecord(
        mode=state.mode,
        participants=said.functions,
        decided=decided,
        known_by_people={name: counts for name, counts in known.items() if counts},
        hypotheses=[
            _hypothesis(one, findings[one.id]) for one in state.beliefs.hypotheses if one.id in findings
        ],
        open_questions=[
            OpenQuestion(question=one.question, owner=function_of(said, one.owner), by=one.by)
            for one in said.questions
            if not one.answer
        ],
        names=[one.name for one in said.participants if one.name],
    )


def known_by_people(said: Deliberation, about: str) -> dict[str, int]:
    """How many interviews, objections, experiments and remarks are known of a candidate."""
    counts: dict[str, int] = {}
    for note in said.notes_on(about):
        counts[_KNOWN[note.kind]] = counts.get(_KNOWN[note.kind], 0) + 1
    return counts


def dissent_on(said: Deliberation, candidate: str, verdict: str) -> list[tuple[str, str]]:
    """The functions that saw it differently, with what they said: those whose votes are split or for
    something else (once the votes are shown), and those that noted it."""
    noted = {one.function: one.note for one in said.dissent if one.candidate == candidate}
    found: dict[str, str] = {}
    if candidate in said.opened:
        for ballot in said.ballots_on(candidate):
            others = [(choice, many) for choice, many in ballot.votes if choice != verdict and many]
            if others:
                split = ", ".join(f"{many} of {ballot.count} for {CHOICE_WORDS[one]}" for one, many in others)
                note = noted.pop(ballot.function, "") or ballot.note
                found[ballot.function] = f"{split}: {note}" if note else split
    return [*found.items(), *noted.items()]


def function_of(said: Deliberation, owner: str) -> str:
    """A function for an owner written as one, or by the name of somebody who was there; else nothing."""
    named = function_named(owner)
    if named is not None:
        return named
    plain = owner.strip().casefold()
    return next((one.function for one in said.participants if one.name and one.name.casefold() == plain), "")


def votes_in_words(said: Deliberation, candidate: str) -> str:
    """How many have voted, by how many functions: all that is told of votes that are not shown."""
    ballots = said.ballots_on(candidate)
    if not ballots:
        return ""
    votes, functions = sum(one.count for one in ballots), len(ballots)
    return f"{counted(votes, 'vote')} of {counted(functions, 'function')}"


def _decided(said: Deliberation, criterion: Criterion, decision: Decision | None) -> Decided:
    votes = {}
    if criterion.id in said.opened:
        votes = {one.function: one.of(criterion.verdict) for one in said.ballots_on(criterion.id)}
    return Decided(
        at=decision.at if decision is not None else criterion.decided_at,
        votes={function: many for function, many in sorted(votes.items()) if many},
        dissent=[
            SpecDissent(function=function, note=note)
            for function, note in dissent_on(said, criterion.id, criterion.verdict)
        ],
        owner=function_of(said, decision.owner) if decision is not None else "",
        confidence=decision.confidence if decision is not None else "",
    )


def _hypothesis(hypothesis: Hypothesis, finding: Finding) -> HypothesisRecord:
    tested = None
    if hypothesis.when is not None and finding.metric:
        tested = TestedAs(when=hypothesis.when, metric=finding.metric, direction=hypothesis.direction)
    return HypothesisRecord(
        claim=hypothesis.claim, by=hypothesis.by, tested_as=tested, verdict=_VERDICTS[finding.verdict]
    )
