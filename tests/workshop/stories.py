"""Workshops that make themselves up: seeded lists of events that may follow each other."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.filter import Filter
from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.agenda.agenda import (
    AgendaChosen,
    AgendaEnded,
    AgendaItem,
    ClockStarted,
    ClockStopped,
    ItemBegun,
    ItemExtended,
    ItemSkipped,
)
from icp_workbench.workshop.deliberation.events import (
    AccountDisputed,
    BallotCast,
    BallotsDiscarded,
    BallotsOpened,
    CandidateDecided,
    CandidateProposed,
    CandidateWithdrawn,
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
    Revealed,
)
from icp_workbench.workshop.deliberation.politeness import refusal
from icp_workbench.workshop.deliberation.records import (
    CHOICES,
    NOTE_KINDS,
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
from icp_workbench.workshop.events import (
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
    SegmentSelected,
    Undone,
)
from icp_workbench.workshop.state import Workshop, apply

BEGAN = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
FUNCTIONS = ("sales", "customer_success", "marketing")
INDUSTRIES = ("SaaS", "Retail", "Energy")
Chance = random.Random


def story(seed: int, length: int) -> list[Event]:
    """`length` events that may follow each other from an empty workshop, the same for the same seed."""
    chance, state, told = random.Random(seed), Workshop(), []
    while len(told) < length:
        event = chance.choice(_KINDS)(chance, BEGAN + dt.timedelta(seconds=30 * len(told)))
        if refusal(state, event) is not None:
            continue
        try:
            state = apply(state, event)
        except ValueError:
            continue
        told.append(event)
    return told


def _when(chance: Chance) -> FieldTest:
    if chance.random() < 0.5:
        return FieldTest("industry", "in", tuple(chance.sample(INDUSTRIES, chance.randint(1, 2))))
    return FieldTest("employees", "between", (chance.randint(1, 50), chance.randint(51, 900)))


def _candidate(chance: Chance) -> str:
    return chance.choice(("one", "two", "three"))


def _criterion(chance: Chance, at: dt.datetime, name: str, verdict: str) -> Criterion:
    return Criterion(name, verdict, _when(chance), "fit", at, f"reason {chance.randint(0, 99)} ü\n\u2028")  # type: ignore[arg-type]


def _decided(chance: Chance, at: dt.datetime) -> Event:
    name, verdict = _candidate(chance), chance.choice(CHOICES)
    criterion = None if verdict == "parked" else _criterion(chance, at, name, verdict)
    return CandidateDecided(Decision(name, verdict, at, "RevOps", "why", "high"), criterion)


def _ballot(chance: Chance, at: dt.datetime) -> Event:
    votes = tuple((choice, chance.randint(0, 3)) for choice in CHOICES)
    return BallotCast(Ballot(_candidate(chance), chance.choice(FUNCTIONS), votes))


def _revealed(chance: Chance, at: dt.datetime) -> Event:
    if chance.random() < 0.9:  # late, so that there is something to reveal
        return RoomEntered("decide")
    found = Finding("h1", "supported", "confirmed", "Supported: 40 % against 20 %.", "win_rate")
    figure = StatedFigure("buys", "win_rate", "worse", "12 % of them.")
    return Revealed(at, "sha256:0", (found,), (figure,), (("abc", 0.04), ("def", None)))


_ITEMS = (AgendaItem("Who is here", 5), AgendaItem("Slice", 25, "what separates", "slice"))
_KINDS: tuple[Callable[[Chance, dt.datetime], Event], ...] = (
    lambda c, at: FilterChanged(c.choice("AB"), Filter().toggle_included("industry", c.choice(INDUSTRIES))),
    lambda c, at: FilterChanged("A", Filter().with_range("employees", c.randint(0, 9), None)),
    lambda c, at: SegmentAdded(c.choice("BCDEF"), None, Filter()),
    lambda c, at: SegmentRemoved(c.choice("BCDEF")),
    lambda c, at: SegmentSelected(c.choice("ABC")),
    lambda c, at: SegmentSelected(c.choice("ABC")),
    lambda c, at: RoomEntered(c.choice(("slice", "decide"))),
    lambda c, at: HeadlineChosen(c.choice(("win_rate", "deal_size"))),
    lambda c, at: LooksTaken({f"k{c.randint(0, 999)}": c.random()}),
    lambda c, at: CriterionMarked(_criterion(c, at, _candidate(c), c.choice(("icp", "ok_if", "anti_icp")))),
    lambda c, at: CriterionUnmarked(_candidate(c)),
    lambda c, at: Undone(),
    lambda c, at: Undone(),
    lambda c, at: Redone(),
    lambda c, at: ParticipantJoined(Participant(f"p{c.randint(1, 4)}", c.choice(FUNCTIONS), "Zoë 日本")),
    lambda c, at: ParticipantLeft(f"p{c.randint(1, 4)}"),
    lambda c, at: ProfileStated(StatedProfile("big logos", _when(c) if c.random() < 0.5 else None)),
    lambda c, at: HypothesisStated(
        Hypothesis(f"h{c.randint(1, 4)}", "we want more", "sales", _when(c), "", "worse", c.randint(0, 9))
    ),
    lambda c, at: HypothesisWithdrawn(f"h{c.randint(1, 4)}"),
    _revealed,
    lambda c, at: CandidateProposed(Candidate(_candidate(c), _when(c), "name", "sales")),
    lambda c, at: CandidateWithdrawn(_candidate(c)),
    _ballot,
    _ballot,
    lambda c, at: BallotsOpened(_candidate(c)),
    lambda c, at: BallotsDiscarded(_candidate(c)),
    _decided,
    lambda c, at: DissentNoted(Dissent(_candidate(c), c.choice(FUNCTIONS), c.choice(("", "too early")))),
    lambda c, at: AccountDisputed(Dispute(f"d{c.randint(1, 2)}", "Acme", "sales", "customer_success")),
    lambda c, at: DisputeSettled(f"d{c.randint(1, 2)}"),
    lambda c, at: NoteTaken(FieldNote(f"n{c.randint(1, 5)}", c.choice(NOTE_KINDS), _candidate(c), "t", "w")),
    lambda c, at: NoteDropped(f"n{c.randint(1, 5)}"),
    lambda c, at: QuestionParked(Question(f"q{c.randint(1, 3)}", "does it hold?", "RevOps", at.date())),
    lambda c, at: QuestionDropped(f"q{c.randint(1, 3)}"),
    lambda c, at: ReadinessAnswered(Readiness(_candidate(c), c.choice(("yes", "not_yet", "no")), "note")),
    lambda c, at: AgendaChosen("ours", _ITEMS),
    lambda c, at: ItemBegun(at, c.randint(0, 1)),
    lambda c, at: ItemExtended(at, c.randint(0, 1), 5),
    lambda c, at: ItemSkipped(at, c.randint(0, 1)),
    lambda c, at: ClockStopped(at),
    lambda c, at: ClockStarted(at),
    lambda c, at: AgendaEnded(at),
)
