"""What people write into the spec: kept, undoable, saved, read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.plays import PLAYS, label_of, lines_of, plays_of
from icp_workbench.workshop.events import CriterionUnmarked, Event
from icp_workbench.workshop.state import Workshop, apply, what_redo, what_undo
from icp_workbench.workshop.writing.events import PeopleCounted, PlayWritten, SlotFilled, StatementEdited
from tests.workshop.test_session import marked, opened

BY_HAND = "We win best with SaaS companies, whatever the CRM says."


def test_everything_written_is_in_the_file_and_back_in_the_session(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session, required=True)
        session.record(StatementEdited(BY_HAND))
        session.record(SlotFilled("pain", "late deals"))
        session.record(PlayWritten("messages", ("Know by Friday", "Fewer surprises")))
        session.record(PlayWritten("motions.sales", ("call A first",)))
        session.record(PlayWritten("customer_success_priorities", ("A before B",)))
        session.record(PeopleCounted("saas", {"interviews": 11, "objections": 0, "experiments": 1}))
        written = session.state.writing
        saved = session.save()
    found = read_spec(saved.path)
    assert (found.statement.text, found.statement.edited) == (BY_HAND, True)
    assert found.statement.slots.pain == "late deals"
    assert found.plays is not None and found.plays.messages == ["Know by Friday", "Fewer surprises"]
    assert found.plays.motions == {"sales": "call A first"}
    assert found.plays.customer_success_priorities == ["A before B"]
    evidence = found.criteria[0].evidence
    assert evidence is not None and evidence.known_by_people == {"interviews": 11, "experiments": 1}
    with opened(tmp_path) as session:
        assert session.state.writing == written
        with pytest.raises(WorkbenchError, match="Nothing changed"):
            session.save()
        session.record(SlotFilled("pain", ""))
        session.record(PlayWritten("messages", ()))
        session.record(StatementEdited(None))
        again = session.save()
    assert again.version == "1.0.1"
    assert again.profile.statement.text == "We win best with SaaS companies."
    assert again.profile.statement.slots.pain == "" and not again.profile.statement.edited
    assert again.profile.plays is not None and again.profile.plays.messages == []


def test_a_session_begun_anew_beside_its_files_keeps_what_they_say(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        session.record(SlotFilled("stage", "have begun to hire"))
        session.record(PlayWritten("channels", ("podcasts",)))
        session.record(PeopleCounted("saas", {"interviews": 3}))
        session.save()
    (tmp_path / "it" / "journal.jsonl").unlink()
    with opened(tmp_path) as session:
        marked(session, points=50)
        saved = session.save()
    assert saved.profile.statement.slots.stage == "have begun to hire"
    assert saved.profile.plays is not None and saved.profile.plays.channels == ["podcasts"]
    evidence = saved.profile.criteria[0].evidence
    assert evidence is not None and evidence.known_by_people == {"interviews": 3}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (StatementEdited(BY_HAND), "statement edited"),
        (SlotFilled("pain", "late deals"), "pain answered"),
        (PlayWritten("motions.sales", ("call",)), "sales written"),
        (PeopleCounted("saas", {"interviews": 1}), "what people know of saas"),
    ],
)
def test_what_was_written_is_undone_and_comes_back(tmp_path: Path, event: Event, words: str) -> None:
    with opened(tmp_path) as session:
        marked(session)
        before = session.state.writing
        after = session.record(event).writing
        assert after != before and what_undo(session.state) == words
        assert session.undo().writing == before and what_redo(session.state) == words
        assert session.redo().writing == after


def test_an_edited_statement_remembers_the_criteria_it_was_written_for(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        session.record(StatementEdited(BY_HAND))
        marked(session, "energy", "Energy")
        session.record(CriterionUnmarked("saas"))
        edited = session.state.writing.statement
        assert edited is not None and [one.id for one in edited.criteria] == ["saas"]


@pytest.mark.parametrize(
    "event",
    [
        SlotFilled("mood", "good"),
        PlayWritten("pricing", ("free",)),
        PeopleCounted("nobody", {"interviews": 1}),
    ],
)
def test_what_cannot_be_written_is_the_callers_mistake(event: Event) -> None:
    with pytest.raises(ValueError):
        apply(Workshop(), event)


def test_knowledge_is_counted_in_whole_numbers_of_known_kinds(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        for counts in ({"rumours": 1}, {"interviews": -1}):
            with pytest.raises(ValueError):
                session.record(PeopleCounted("saas", counts))


@pytest.mark.parametrize(
    "event",
    [
        StatementEdited("We love Canary 7 GmbH."),
        SlotFilled("pain", "what Canary 7 GmbH told us"),
        PlayWritten("messages", ("Ask me", "As Canary 7 GmbH says")),
    ],
)
def test_a_name_of_an_account_does_not_leave_with_the_spec(tmp_path: Path, event: Event) -> None:
    with opened(tmp_path) as session:
        marked(session)
        session.record(event)
        with pytest.raises(WorkbenchError, match="Canary 7 GmbH"):
            session.save()
        session.undo()
        session.record(StatementEdited("Write to jo@acme.io."))
        with pytest.raises(WorkbenchError, match="e-mail"):
            session.save()


def test_plays_are_read_back_as_they_were_written() -> None:
    lines = {play.name: ("one", "two") if play.is_list else ("one",) for play in PLAYS}
    assert lines_of(plays_of(lines)) == lines
    assert plays_of({}) is plays_of({"messages": ("", " ")}) is None and lines_of(None) == {}
    assert label_of("motions.customer_success") == "Customer success" and label_of("motions.legal") == "Legal"
