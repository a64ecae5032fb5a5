"""Votes, decisions and what goes with them: what may happen, and what a spec may hold of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import FieldTest, Not
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.looks import look_key
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.naming_accounts import AccountNames
from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.account_record import account_named, account_record
from icp_workbench.workshop.agenda.agenda import AgendaChosen, AgendaItem, ItemBegun
from icp_workbench.workshop.deliberation.events import (
    BallotCast,
    BallotsOpened,
    CandidateDecided,
    CandidateProposed,
    DissentNoted,
    HypothesisStated,
    NoteTaken,
    ParticipantJoined,
    ProfileStated,
    QuestionParked,
    Revealed,
)
from icp_workbench.workshop.deliberation.records import (
    Ballot,
    Candidate,
    Decision,
    Dissent,
    FieldNote,
    Hypothesis,
    Participant,
    Question,
    StatedProfile,
)
from icp_workbench.workshop.events import CriterionMarked, Event, LooksTaken, SegmentSelected, Undone
from icp_workbench.workshop.journal import FILE
from icp_workbench.workshop.minutes import minutes, told_by
from icp_workbench.workshop.readiness import beyond_the_book
from icp_workbench.workshop.rescue import rescue
from icp_workbench.workshop.reveal import reveal
from icp_workbench.workshop.room_record import room_record, votes_in_words
from icp_workbench.workshop.session import Session
from icp_workbench.workshop.state import Workshop, apply, what_undo
from tests.spec.books import small_book

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
BOOK = small_book()
INDEX = SegmentIndex(BOOK)
SAAS = FieldTest("industry", "in", ("SaaS",))
PUBLIC = FieldTest("industry", "in", ("Public sector",))


def after(*events: Event) -> Workshop:
    """The state after these events."""
    state = Workshop()
    for event in events:
        state = apply(state, event)
    return state


def decided(verdict: str = "icp", owner: str = "RevOps") -> CandidateDecided:
    """SaaS decided on."""
    criterion = None if verdict == "parked" else Criterion("saas", verdict, SAAS, "fit", NOW, "they stay")  # type: ignore[arg-type]
    return CandidateDecided(Decision("saas", verdict, NOW, owner, "they stay", "high"), criterion)  # type: ignore[arg-type]


VOTED = (
    ParticipantJoined(Participant("p1", "sales", "Maria Lopez")),
    ParticipantJoined(Participant("p2", "sales")),
    ParticipantJoined(Participant("p3", "product", "Tom Berg")),
    CandidateProposed(Candidate("saas", SAAS)),
    BallotCast(Ballot("saas", "sales", (("icp", 1), ("anti_icp", 1)))),
    BallotCast(Ballot("saas", "product", (("ok_if", 1),), "wants a sponsor")),
)


def test_of_sealed_votes_only_the_count_is_told() -> None:
    state = after(*VOTED)
    assert votes_in_words(state.deliberation, "saas") == "3 votes of 2 functions"
    assert what_undo(state) == "product on saas: 1 vote"
    marked = apply(state, CriterionMarked(Criterion("saas", "icp", SAAS, "fit", NOW)))
    record = room_record(marked)
    assert record.decided["saas"].votes == {} and record.decided["saas"].dissent == []


def test_the_same_votes_cast_again_change_nothing() -> None:
    before = after(*VOTED)
    again = apply(before, next(one for one in VOTED if isinstance(one, BallotCast)))
    assert again.deliberation == before.deliberation and again.done == before.done


def test_a_decision_opens_the_votes_and_keeps_the_dissent() -> None:
    state = after(*VOTED, decided())
    assert state.deliberation.opened == ("saas",) and [one.id for one in state.criteria] == ["saas"]
    found = room_record(state).decided["saas"]
    assert found.votes == {"sales": 1} and (found.owner, found.confidence) == ("revops", "high")
    assert [(one.function, one.note) for one in found.dissent] == [
        ("sales", "1 of 2 for anti-ICP"),
        ("product", "1 of 1 for OK-if: wants a sponsor"),
    ]
    noted = apply(state, DissentNoted(Dissent("saas", "sales", "too small")))
    assert ("sales", "1 of 2 for anti-ICP: too small") in [
        (one.function, one.note) for one in room_record(noted).decided["saas"].dissent
    ]


def test_parking_takes_the_criterion_back_and_one_undo_brings_all_of_it() -> None:
    state = after(*VOTED, decided(), decided("parked"))
    assert state.criteria == () and state.deliberation.decision_on("saas").verdict == "parked"  # type: ignore[union-attr]
    back = apply(state, Undone())
    assert [one.verdict for one in back.criteria] == ["icp"]
    assert back.deliberation.decision_on("saas").verdict == "icp"  # type: ignore[union-attr]


def test_a_criterion_marked_otherwise_while_slicing_ends_the_decision() -> None:
    state = after(*VOTED, decided(), CriterionMarked(Criterion("saas", "anti_icp", SAAS, "fit", NOW)))
    assert state.deliberation.decision_on("saas") is None
    same = after(
        *VOTED, decided(), CriterionMarked(Criterion("saas", "icp", SAAS, "fit", NOW, "better words"))
    )
    assert same.deliberation.decision_on("saas") is not None


def test_an_owner_in_a_spec_is_a_function_and_never_a_name() -> None:
    for owner, function in (("RevOps", "revops"), ("maria lopez", "sales"), ("Somebody Else", ""), ("", "")):
        state = after(*VOTED, decided(owner=owner), QuestionParked(Question("q1", "why?", owner)))
        record = room_record(state)
        assert record.decided["saas"].owner == function == record.open_questions[0].owner


def test_a_name_in_the_rooms_own_words_is_refused_on_saving(tmp_path: Path) -> None:
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        for event in (*VOTED, decided()):
            session.record(event)
        for words, name in (
            ("Maria said so", "Maria"),
            ("as Tom Berg's team knows", "Tom Berg"),
            ("look at Canary 7 GmbH.", "Canary 7 GmbH"),
        ):
            session.record(CriterionMarked(Criterion("saas", "icp", SAAS, "fit", NOW, words)))
            with pytest.raises(WorkbenchError, match=name):
                session.save()
        session.record(CriterionMarked(Criterion("saas", "icp", SAAS, "fit", NOW, "SaaS stays for Retail")))
        profile = session.save().profile
    assert profile.metadata.mode == "workshop" and profile.metadata.participants == {"product": 1, "sales": 2}


def test_what_people_know_is_counted_beside_the_figures() -> None:
    notes = [NoteTaken(FieldNote(f"n{at}", "interview", "saas", "t")) for at in range(3)]
    notes.append(NoteTaken(FieldNote("n9", "feedback", "saas", "t")))
    notes.append(NoteTaken(FieldNote("n8", "objection", "other", "t")))
    record = room_record(after(*VOTED, decided(), *notes))
    assert record.known_by_people == {"saas": {"interviews": 3, "feedback": 1}}


def test_the_reveal_judges_what_was_said_first_in_a_family_of_its_own() -> None:
    state = after(
        ProfileStated(StatedProfile("public bodies", PUBLIC)),
        HypothesisStated(Hypothesis("h1", "SaaS wins", "sales", SAAS)),
        HypothesisStated(Hypothesis("h2", "public wins", "sales", PUBLIC)),
        HypothesisStated(Hypothesis("h3", "public loses", "", PUBLIC, "win_rate", "worse")),
        HypothesisStated(Hypothesis("h4", "vague")),
        LooksTaken({f"k{at}": 0.5 for at in range(400)}),
        HypothesisStated(Hypothesis("h5", "SaaS wins, I see", "", SAAS, looks=400)),
    )
    found = reveal(INDEX, state, NOW)
    by_id = {one.hypothesis: one for one in found.findings}
    assert [by_id[name].verdict for name in ("h1", "h2", "h3", "h5")] == [
        "supported", "contradicted", "supported", "supported",
    ]  # fmt: skip
    assert "h4" not in by_id and by_id["h1"].strength == "confirmed"
    assert "Typed after 400 looks: judged among them" in by_id["h5"].sentence
    (buys,) = [one for one in found.stated if one.question == "buys"]
    assert buys.verdict == "worse" and "10" in buys.sentence
    assert look_key(SAAS, "win_rate") in dict(found.looks)
    shown = apply(state, found)
    assert shown.looks.keys() >= dict(found.looks).keys() and what_undo(shown) is None
    with pytest.raises(ValueError):
        apply(shown, HypothesisStated(Hypothesis("h6", "late")))


def test_the_reveal_says_how_far_it_is_and_can_be_stopped() -> None:
    state = after(
        HypothesisStated(Hypothesis("h1", "SaaS wins", "sales", SAAS)),
        HypothesisStated(Hypothesis("h2", "public bodies win", "sales", PUBLIC, looks=3)),
    )
    heard: list[tuple[str, float]] = []
    reveal(INDEX, state, NOW, lambda what, share: heard.append((what, share)))
    shares = [share for _, share in heard]
    assert shares == sorted(shares) and shares[0] == 0.0 and 0.5 in shares and shares[-1] <= 1.0
    assert heard[0][0] == "Hypothesis 1 of 1"

    def stop(what: str, share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        reveal(INDEX, state, NOW, stop)


def test_a_hypothesis_on_what_the_book_lacks_stops_the_reveal_and_is_named() -> None:
    state = after(HypothesisStated(Hypothesis("h1", "moons win", "", FieldTest("moons", "at_least", 3))))
    with pytest.raises(WorkbenchError, match="moons win"):
        reveal(INDEX, state, NOW)


def test_a_claim_on_a_persons_name_is_saved_without_its_test(tmp_path: Path) -> None:
    agent = FieldTest("sales_agent", "in", ("Agent 1",))
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        session.record(HypothesisStated(Hypothesis("h1", "one of us sells better", "sales", agent)))
        session.record(HypothesisStated(Hypothesis("h2", "SaaS wins", "sales", SAAS)))
        session.record(reveal(INDEX, session.state, NOW))
        session.record(decided())
        profile = session.save().profile
    assert [(one.claim, one.tested_as is not None) for one in profile.hypotheses] == [
        ("one of us sells better", False), ("SaaS wins", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "beyond"),
    [
        (FieldTest("employees", "at_least", 40), 0),
        (FieldTest("employees", "at_least", 5_000), 1),
        (FieldTest("employees", "between", (1, 9_000)), 2),
        (FieldTest("employees", "at_most", 5), 1),
        (FieldTest("industry", "in", ("SaaS", "Space")), 1),
        (Not(FieldTest("industry", "in", ("Space",))), 0),
        (FieldTest("industry", "not_in", ("Space",)), 0),
        (FieldTest("moons", "at_least", 4), 0),
    ],
)
def test_what_leaves_the_books_range_is_asked_about(when: FieldTest, beyond: int) -> None:
    assert len(beyond_the_book(when, BOOK.fields)) == beyond


def test_an_account_is_found_by_name_with_its_records() -> None:
    record = account_record(BOOK, account_named(BOOK, AccountNames(BOOK), "canary 3 gmbh"))
    assert record.name == "Canary 3 GmbH" and "industry SaaS" in record.known
    assert [kind for kind, _ in record.records] == ["1 deal"]
    assert record.records[0][1][0].startswith(("won", "lost"))
    with pytest.raises(WorkbenchError, match="did you mean"):
        account_named(BOOK, AccountNames(BOOK), "Canary 3 Gmb")


def test_minutes_say_what_was_believed_found_decided_and_left_open(tmp_path: Path) -> None:
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        told: list[Event] = [
            *VOTED,
            AgendaChosen("ours", (AgendaItem("Talk", 10), AgendaItem("Decide", 5))),
            ItemBegun(NOW, 0),
            ItemBegun(NOW + dt.timedelta(minutes=12), 1),
            HypothesisStated(Hypothesis("h1", "SaaS *wins*", "sales", SAAS)),
            HypothesisStated(Hypothesis("h2", "<b>vague</b>")),
        ]
        for event in told:
            session.record(event)
        session.record(reveal(INDEX, session.state, NOW))
        session.record(decided())
        session.record(QuestionParked(Question("q1", "Outside EMEA?", "Tom Berg", dt.date(2026, 12, 15))))
        session.record(CandidateProposed(Candidate("public", PUBLIC)))
        session.undo()
        session.redo()
    text = minutes(told_by(tmp_path / "it"))
    for part in (
        "**Confidential.**",
        "| Maria Lopez | sales |",
        "| Talk | 10 | 12 |",
        "SaaS \\*wins\\*",
        "\\<b\\>vague\\</b\\>",
        "never turned into a condition",
        "supported (confirmed)",
        "owner: RevOps, confidence high",
        "votes of sales: 1 ICP, 1 anti-ICP",
        "dissent, product: 1 of 1 for OK-if: wants a sponsor",
        "Outside EMEA? – Tom Berg, by 2026-12-15",
        "not decided: **public**",
        "undone: public before the room",
        "ended Talk after 12 of 10 min; began Decide (5 min)",
    ):
        assert part in text, part
    with pytest.raises(WorkbenchError, match="no session"):
        told_by(tmp_path / "nobody")


def test_the_log_of_a_reopened_session_is_the_one_it_was_closed_with(tmp_path: Path) -> None:
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        for event in (*VOTED, SegmentSelected("A"), decided()):
            session.record(event)
        session.undo()
        log = list(session.log)
    assert [line.words for line in log][-2:] == ["saas decided: ICP", "undone: saas decided: ICP"]
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as again:
        assert again.log == log


def test_a_clock_that_ran_when_the_process_was_killed_ran_until_the_last_line(tmp_path: Path) -> None:
    session = Session.open_or_start(tmp_path, "it", BOOK, INDEX)
    now = [NOW]
    session.clock = lambda: now[0]
    session.record(AgendaChosen("ours", (AgendaItem("Talk", 10),)))
    session.record(ItemBegun(NOW, 0))
    now[0] += dt.timedelta(minutes=7)
    session.record(QuestionParked(Question("q1", "why?")))
    assert session.journal.lock is not None
    session.journal.lock.release()  # killed
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as again:
        agenda = again.state.agenda
        assert agenda is not None and agenda.since is None and agenda.spent == (420.0,)
        assert any("clock was stopped" in note for note in again.notes)


def test_the_good_part_of_a_damaged_session_becomes_one_of_its_own(tmp_path: Path) -> None:
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        session.record(CriterionMarked(Criterion("saas", "icp", SAAS, "fit", NOW, "they stay")))
        session.save()
        left = session.state
        session.record(CriterionMarked(Criterion("public", "anti_icp", PUBLIC, "fit", NOW)))
        session.record(QuestionParked(Question("q1", "why?")))
    path = tmp_path / "it" / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    bad = b"".join([*lines[:4], lines[4].replace(b"public", b"publik"), *lines[5:]])
    path.write_bytes(bad)
    with pytest.raises(WorkbenchError, match="icp rescue it"):
        Session.open_or_start(tmp_path, "it", BOOK, INDEX)
    kept = rescue(tmp_path, "it", "../saved")
    assert kept.folder == tmp_path / "saved" and (kept.events, kept.lost) == (3, 2)
    assert path.read_bytes() == bad
    with Session.open_or_start(tmp_path, "saved", BOOK, INDEX) as again:
        assert again.state.criteria == left.criteria and again.state.versions == left.versions
        assert not any("gone" in note for note in again.notes)
        again.record(CriterionMarked(Criterion("saas", "icp", SAAS, "fit", NOW, "they stay on")))
        saved = again.save()
        assert saved.version == "1.0.1" and saved.profile.metadata.parent is not None
    for name, new, why in (("it", "saved", "exists"), ("nobody", "x", "no session"), ("saved", "y", "whole")):
        with pytest.raises(WorkbenchError, match=why):
            rescue(tmp_path, name, new)


def test_settled_things_are_refused_with_a_way_out(tmp_path: Path) -> None:
    with Session.open_or_start(tmp_path, "it", BOOK, INDEX) as session:
        for event in VOTED:
            session.record(event)
        session.record(BallotsOpened("saas"))
        session.record(Revealed(NOW, "", (), (), ()))
        before = session.state
        for event, why in (
            (VOTED[4], "votes are shown"),
            (BallotsOpened("saas"), "votes are shown"),
            (BallotsOpened("nobody"), "Nobody has voted"),
            (HypothesisStated(Hypothesis("h1", "late")), "reveal was before"),
            (Revealed(NOW, "", (), (), ()), "reveal was before"),
            (ItemBegun(NOW, 0), "No agenda"),
        ):
            with pytest.raises(WorkbenchError, match=why):
                session.record(event)
        assert session.state == before
