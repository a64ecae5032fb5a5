"""The state of a workshop: what events do, and what undo brings back."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.filter import Filter
from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.events import (
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
from icp_workbench.workshop.session import replay
from icp_workbench.workshop.state import Board, Workshop, apply, what_redo, what_undo
from tests.workshop.events_strategy import changes

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
SAAS = Filter().toggle_included("industry", "SaaS")


def after(*events: Event) -> Workshop:
    """The state after these events."""
    state = Workshop()
    for event in events:
        state = apply(state, event)
    return state


def criterion(name: str = "saas", reason: str = "") -> Criterion:
    """A criterion on the industry."""
    return Criterion(name, "icp", FieldTest("industry", "in", ("SaaS",)), "fit", NOW, reason)


def test_the_first_state_has_one_segment_with_nothing_chosen() -> None:
    state = Workshop()
    assert [(segment.id, segment.filter) for segment in state.segments] == [("A", Filter())]
    assert state.current == "A" and state.headline is None
    assert what_undo(state) is what_redo(state) is None


def test_a_new_segment_becomes_the_current_one_and_a_removed_one_hands_on() -> None:
    state = after(SegmentAdded("B", "Banks", SAAS), SegmentAdded("C", None, Filter()))
    assert state.current == "C" and state.free_letter == "D"
    state = apply(state, SegmentRemoved("C"))
    assert state.current == "B"
    assert [segment.id for segment in apply(state, SegmentRemoved("A")).segments] == ["B"]
    assert apply(state, SegmentRemoved("A")).free_letter == "A"


def test_undo_brings_back_the_board_and_redo_the_change() -> None:
    state = after(FilterChanged("A", SAAS), SegmentAdded("B", None, Filter()), CriterionMarked(criterion()))
    assert what_undo(state) == "saas marked ICP"
    state = apply(state, Undone())
    assert state.criteria == () and what_redo(state) == "saas marked ICP"
    state = apply(apply(state, Undone()), Undone())
    assert state == Workshop() and what_undo(state) is None
    state = apply(apply(apply(state, Redone()), Redone()), Redone())
    assert state.criteria == (criterion(),) and len(state.segments) == 2 and what_redo(state) is None


def test_a_new_change_forgets_what_was_undone() -> None:
    state = after(FilterChanged("A", SAAS), Undone(), HeadlineChosen("win_rate"))
    assert what_redo(state) is None
    assert apply(state, Undone()) == Workshop()


def test_looking_around_and_saving_are_no_steps() -> None:
    saved = SpecSaved(NOW, "1.0.0", "sha256:0", "it-1.0.0.icp.yaml")
    state = after(
        CriterionMarked(criterion()),
        LooksTaken({"a": 0.1}),
        saved,
        SegmentAdded("B", None, Filter()),
        Undone(),
        SegmentSelected("A"),
        LooksTaken({"b": None}),
        Undone(),
    )
    assert state.criteria == () and state.versions == (saved,) and dict(state.looks) == {"a": 0.1, "b": None}
    assert what_redo(state) == "saas marked ICP"


def test_marking_the_same_id_replaces_in_place() -> None:
    state = after(CriterionMarked(criterion("a")), CriterionMarked(criterion("b")))
    state = apply(state, CriterionMarked(criterion("a", "a better reason")))
    assert [(one.id, one.reason) for one in state.criteria] == [("a", "a better reason"), ("b", "")]
    assert what_undo(state) == "a changed"


def test_what_changes_nothing_is_no_step() -> None:
    state = after(FilterChanged("A", SAAS))
    assert apply(state, FilterChanged("A", SAAS)) is state
    assert apply(apply(state, SegmentRenamed("A", None)), Undone()) == Workshop()


def test_other_data_begins_with_nothing_to_undo() -> None:
    state = after(FilterChanged("A", SAAS), SessionStarted(NOW, "it", "book", "sha256:1"))
    assert what_undo(state) is None and state.segment("A").filter == SAAS


@pytest.mark.parametrize(
    "event",
    [
        FilterChanged("B", SAAS),
        SegmentAdded("A", None, SAAS),
        SegmentAdded("G", None, SAAS),
        SegmentRemoved("A"),
        SegmentRemoved("B"),
        SegmentSelected("C"),
        CriterionUnmarked("nobody"),
        Undone(),
        Redone(),
        SegmentRenamed("F", "x"),
        SegmentAdded("", None, SAAS),
        SegmentAdded("AB", None, SAAS),
    ],
)
def test_what_cannot_happen_is_the_callers_mistake(event: Event) -> None:
    with pytest.raises(ValueError):
        apply(Workshop(), event)


def test_a_version_is_saved_once() -> None:
    saved = SpecSaved(NOW, "1.0.0", "sha256:0", "it-1.0.0.icp.yaml")
    with pytest.raises(ValueError):
        after(saved, saved)


def test_looks_of_five_thousand_events_are_all_kept() -> None:
    events: list[Event] = []
    for number in range(1250):
        chosen = Filter().toggle_included("industry", str(number))
        looks = {f"{number}-{at}": 0.5 for at in range(40)}
        events += [
            FilterChanged("A", chosen),
            LooksTaken(looks),
            CriterionMarked(criterion(str(number % 7), str(number))),
        ]
        events.append(Undone() if number % 3 else HeadlineChosen(str(number)))
    state = replay(events)
    assert len(state.looks) == 50_000


class Undoing(RuleBasedStateMachine):
    """Undo and redo against a plain list of boards."""

    def __init__(self) -> None:
        super().__init__()
        self.state = Workshop()
        self.boards: list[Board] = [self.board()]
        self.at = 0

    def board(self) -> Board:
        """What undo brings back."""
        state = self.state
        return Board(
            state.segments, state.current, state.headline, state.criteria, state.accepted, state.writing,
            state.beliefs, state.deliberation,
        )  # fmt: skip

    @rule(event=changes)
    def change(self, event: Event) -> None:
        """Any change that can happen."""
        try:
            after = apply(self.state, event)
        except ValueError:
            return
        moved = isinstance(event, SegmentSelected)
        self.state, before = after, self.state
        if after is not before and not moved:
            self.boards[self.at + 1 :] = [self.board()]
            self.at += 1

    @precondition(lambda self: self.at > 0)
    @rule(times=st.integers(1, 3))
    def undo(self, times: int) -> None:
        """Back."""
        for _ in range(min(times, self.at)):
            self.state = apply(self.state, Undone())
            self.at -= 1
        self.agree()

    @precondition(lambda self: self.at < len(self.boards) - 1)
    @rule()
    def redo(self) -> None:
        """Forth."""
        self.state = apply(self.state, Redone())
        self.at += 1
        self.agree()

    def agree(self) -> None:
        """All but the segment being looked at, which moves without a step."""
        known, mine = self.boards[self.at], self.board()
        assert (known.segments, known.headline, known.criteria, known.writing) == (
            mine.segments,
            mine.headline,
            mine.criteria,
            mine.writing,
        )

    @invariant()
    def the_current_segment_is_on_the_board(self) -> None:
        """Always something is sliced."""
        assert self.state.current_segment in self.state.segments
        assert 1 <= len(self.state.segments) <= 6


Undoing.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
test_undo_agrees_with_a_list_of_boards = Undoing.TestCase
