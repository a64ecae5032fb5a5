"""A session against a plain model: done in any order, undone, redone, killed and reopened."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.deliberation.events import (
    BallotCast,
    BallotsOpened,
    CandidateDecided,
    CandidateProposed,
    HypothesisStated,
    HypothesisWithdrawn,
    NoteTaken,
    ParticipantJoined,
    QuestionParked,
    Revealed,
)
from icp_workbench.workshop.deliberation.records import (
    Ballot,
    Candidate,
    Decision,
    FieldNote,
    Hypothesis,
    Participant,
    Question,
)
from icp_workbench.workshop.events import CriterionMarked, CriterionUnmarked, FilterChanged, RoomEntered
from icp_workbench.workshop.session import Session
from tests.spec.books import small_book

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
BOOK = small_book(2)
INDEX = SegmentIndex(BOOK)
names = st.sampled_from(["one", "two", "three"])
functions = st.sampled_from(["sales", "product"])
verdicts = st.sampled_from(["icp", "ok_if", "anti_icp"])
FRESH: dict[str, Any] = {
    "filter": None, "people": {}, "claims": {}, "candidates": [], "votes": {}, "opened": [], "decided": {},
    "criteria": {}, "notes": [], "questions": {},
}  # fmt: skip


def when(name: str) -> FieldTest:
    """A condition for a name."""
    return FieldTest("industry", "in", (name,))


class Room(RuleBasedStateMachine):
    """The model is a dictionary, and lists of what it was before each change."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.model: dict[str, Any] = copy.deepcopy(FRESH)
        self.past: list[dict[str, Any]] = []
        self.future: list[dict[str, Any]] = []
        self.revealed, self.room = False, ""
        self.session = self.opened()
        self.kept = self.memory()

    def opened(self) -> Session:
        return Session.open_or_start(self.root, "it", BOOK, INDEX)

    def memory(self) -> tuple[Any, ...]:
        return copy.deepcopy((self.model, self.past, self.future, self.revealed, self.room))

    def teardown(self) -> None:
        self.session.close()
        shutil.rmtree(self.root)

    def change(self, event: Any, **after: Any) -> None:
        """The event happens, and the model becomes this; nothing changed is no step."""
        self.session.record(event)
        changed = copy.deepcopy(self.model)
        for key, value in after.items():
            changed[key] = value
        if changed != self.model:
            self.past.append(self.model)
            self.future = []
            self.model = changed

    def written(self) -> None:
        """What is in the file now is what a kill would leave."""
        if not self.session.journal._waiting:
            self.kept = self.memory()

    @rule(value=st.sampled_from(["SaaS", "Retail"]))
    def slices(self, value: str) -> None:
        chosen = Filter().toggle_included("industry", value)
        self.change(FilterChanged("A", chosen), filter=value)
        self.written()

    @rule(room=st.sampled_from(["slice", "decide"]))
    def goes(self, room: str) -> None:
        self.session.record(RoomEntered(room))
        self.room = room
        self.written()

    @rule(name=names, function=functions)
    def joins(self, name: str, function: str) -> None:
        self.change(
            ParticipantJoined(Participant(name, function)), people={**self.model["people"], name: function}
        )
        self.written()

    @rule(name=names, claim=st.text(max_size=5))
    def states(self, name: str, claim: str) -> None:
        event = HypothesisStated(Hypothesis(name, claim))
        if self.revealed:
            with pytest.raises(WorkbenchError, match="reveal was before"):
                self.session.record(event)
        else:
            self.change(event, claims={**self.model["claims"], name: claim})
        self.written()

    @precondition(lambda self: self.model["claims"] and not self.revealed)
    @rule(data=st.data())
    def withdraws(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model["claims"])))
        left = {key: claim for key, claim in self.model["claims"].items() if key != name}
        self.change(HypothesisWithdrawn(name), claims=left)
        self.written()

    @precondition(lambda self: not self.revealed)
    @rule()
    def reveals(self) -> None:
        self.session.record(Revealed(NOW, "sha256:0", (), (), ()))
        self.revealed = True
        # What was believed is settled: steps of believing are gone, all others stay, with the beliefs of now.
        for steps, reverse in ((self.past, False), (self.future, True)):
            line = [*steps, self.model] if not reverse else [self.model, *reversed(steps)]
            kept = [
                (one if not reverse else other)
                for one, other in itertools.pairwise(line)
                if {**one, "claims": 0} != {**other, "claims": 0}
            ]
            steps[:] = kept if not reverse else list(reversed(kept))
            for step in steps:
                step["claims"] = self.model["claims"]
        self.written()

    @rule(name=names)
    def proposes(self, name: str) -> None:
        there = self.model["candidates"]
        after = there if name in there else [*there, name]
        self.change(CandidateProposed(Candidate(name, when(name))), candidates=after)
        self.written()

    @rule(name=names, function=functions, votes=st.lists(st.integers(0, 2), min_size=2, max_size=2))
    def votes(self, name: str, function: str, votes: list[int]) -> None:
        event = BallotCast(Ballot(name, function, (("icp", votes[0]), ("anti_icp", votes[1]))))
        if name in self.model["opened"]:
            with pytest.raises(WorkbenchError, match="votes are shown"):
                self.session.record(event)
        else:
            cast = {key: value for key, value in self.model["votes"].items() if key != (name, function)}
            self.change(event, votes={**cast, (name, function): votes} if sum(votes) else cast)
        self.written()

    @rule(name=names)
    def opens(self, name: str) -> None:
        may = name not in self.model["opened"] and any(key[0] == name for key in self.model["votes"])
        if may:
            self.change(BallotsOpened(name), opened=[*self.model["opened"], name])
        else:
            with pytest.raises(WorkbenchError):
                self.session.record(BallotsOpened(name))
        self.written()

    @rule(name=names, verdict=st.sampled_from(["icp", "anti_icp", "parked"]), reason=st.text(max_size=4))
    def decides(self, name: str, verdict: Any, reason: str) -> None:
        criterion = None if verdict == "parked" else Criterion(name, verdict, when(name), "fit", NOW, reason)
        criteria = {key: value for key, value in self.model["criteria"].items() if key != name}
        if criterion is not None:
            criteria = {**self.model["criteria"], name: (verdict, reason)}
        sealed = name not in self.model["opened"] and any(key[0] == name for key in self.model["votes"])
        self.change(
            CandidateDecided(Decision(name, verdict, NOW, "", reason), criterion),
            criteria=criteria,
            decided={**self.model["decided"], name: (verdict, reason)},
            opened=[*self.model["opened"], name] if sealed else self.model["opened"],
        )
        self.written()

    @rule(name=names, verdict=verdicts)
    def marks(self, name: str, verdict: Any) -> None:
        decided = dict(self.model["decided"])
        if name in decided and decided[name][0] != verdict:
            del decided[name]
        self.change(
            CriterionMarked(Criterion(name, verdict, when(name), "fit", NOW)),
            criteria={**self.model["criteria"], name: (verdict, "")},
            decided=decided,
        )
        self.written()

    @precondition(lambda self: self.model["criteria"])
    @rule(data=st.data())
    def unmarks(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model["criteria"])))
        self.change(
            CriterionUnmarked(name),
            criteria={key: value for key, value in self.model["criteria"].items() if key != name},
            decided={key: value for key, value in self.model["decided"].items() if key != name},
        )
        self.written()

    @rule(kind=st.sampled_from(["interview", "objection"]), about=names)
    def notes(self, kind: Any, about: str) -> None:
        name = f"n{len(self.model['notes'])}"
        self.change(
            NoteTaken(FieldNote(name, kind, about, "t")), notes=[*self.model["notes"], (name, kind, about)]
        )
        self.written()

    @rule(name=names, question=st.text(max_size=4))
    def parks(self, name: str, question: str) -> None:
        self.change(
            QuestionParked(Question(name, question)), questions={**self.model["questions"], name: question}
        )
        self.written()

    @rule()
    def undoes(self) -> None:
        self.session.undo()
        if self.past:
            self.future.append(self.model)
            self.model = self.past.pop()
        self.written()

    @rule()
    def redoes(self) -> None:
        self.session.redo()
        if self.future:
            self.past.append(self.model)
            self.model = self.future.pop()
        self.written()

    @rule()
    def rests(self) -> None:
        self.session.flush()
        self.written()

    @rule()
    def is_closed_and_reopened(self) -> None:
        self.session.close()
        self.session = self.opened()
        self.written()

    @rule()
    def is_killed_and_reopened(self) -> None:
        assert self.session.journal.lock is not None
        self.session.journal.lock.release()  # as the system does; what waited is gone
        self.session = self.opened()
        assert self.session.notes == ()
        self.model, self.past, self.future, self.revealed, self.room = self.kept
        self.kept = self.memory()

    @invariant()
    def they_agree(self) -> None:
        state = self.session.state
        said = state.deliberation
        chosen = state.segment("A").filter.choices
        assert {
            "filter": chosen["industry"].included[0] if chosen else None,
            "people": {one.id: one.function for one in said.participants},
            "claims": {one.id: one.claim for one in state.beliefs.hypotheses},
            "candidates": [one.id for one in said.candidates],
            "votes": {
                (one.candidate, one.function): [one.of("icp"), one.of("anti_icp")] for one in said.ballots
            },
            "opened": list(said.opened),
            "decided": {one.candidate: (one.verdict, one.reason) for one in said.decisions},
            "criteria": {one.id: (one.verdict, one.reason) for one in state.criteria},
            "notes": [(one.id, one.kind, one.about) for one in said.notes],
            "questions": {one.id: one.question for one in said.questions},
        } == self.model
        assert (state.reveal is not None) is self.revealed
        assert state.room == self.room

    @invariant()
    def undo_and_redo_go_as_far(self) -> None:
        for top, steps in ((self.session.state.done, self.past), (self.session.state.undone, self.future)):
            depth = 0
            while top is not None:
                top, depth = top.below, depth + 1
            assert depth == len(steps)


Room.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestRoom = Room.TestCase
