"""A session: kept where it was left, saved version by version, never outside its folder."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.conditions.fields import Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.files import read_spec
from icp_workbench.workshop.events import (
    CheckAccepted,
    CheckReopened,
    CriterionMarked,
    CriterionUnmarked,
    FilterChanged,
    LooksTaken,
    SegmentAdded,
    SegmentRemoved,
    SegmentSelected,
    SpecSaved,
)
from icp_workbench.workshop.folders import list_sessions, session_folder, sessions_folder
from icp_workbench.workshop.names import criterion_id, safe_name
from icp_workbench.workshop.session import Session
from tests.spec.books import small_book

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
BOOK = small_book()
INDEX = SegmentIndex(BOOK)
SAAS = Filter().toggle_included("industry", "SaaS")


TINY = small_book(6)
TINY_INDEX = SegmentIndex(TINY)


def opened(root: Path, name: str = "it") -> Session:
    """The session of that name on the small book."""
    return Session.open_or_start(root, name, BOOK, INDEX)


def marked(session: Session, name: str = "saas", value: str = "SaaS", **changes: object) -> None:
    """Mark a criterion on the industry."""
    when: Condition = FieldTest("industry", "in", (value,))
    session.record(CriterionMarked(Criterion(name, "icp", when, "fit", NOW, **changes)))  # type: ignore[arg-type]


def test_a_session_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        assert not session.continued
        session.record(FilterChanged("A", SAAS))
        session.record(LooksTaken({"abc": 0.5}))
        marked(session)
        session.record(SegmentAdded("B", None, Filter()))
        session.undo()
        left = session.state
    with opened(tmp_path) as session:
        assert session.continued and session.notes == () and session.state == left
        assert session.redo().segments[-1].id == "B"
        session.undo()
        session.undo()
        assert session.state.criteria == ()


def test_undo_of_nothing_does_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        before = session.state
        assert session.undo() is before and session.redo() is before


def test_a_seventh_segment_and_no_segment_are_refused_politely(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        with pytest.raises(WorkbenchError, match="last segment"):
            session.record(SegmentRemoved("A"))
        for letter in "BCDEF":
            session.record(SegmentAdded(letter, None, Filter()))
        with pytest.raises(WorkbenchError, match="Six segments"):
            session.record(SegmentAdded("G", None, Filter()))
        assert len(session.state.segments) == 6


def test_what_cannot_be_written_did_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as session:
        before = session.state

        def fails(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fails)
        with pytest.raises(WorkbenchError, match="No space left"):
            marked(session)
        assert session.state is before
        monkeypatch.undo()
        marked(session)
    assert len(opened(tmp_path).state.criteria) == 1


def test_versions_follow_each_other(tmp_path: Path) -> None:
    with opened(tmp_path, "acme") as session:
        with pytest.raises(WorkbenchError, match="Nothing to save"):
            session.save()
        marked(session, required=True)
        first = session.save(slots={"pain": "chaos"})
        assert first.path == tmp_path / "acme" / "acme-1.0.0.icp.yaml"
        assert read_spec(first.path) == first.profile
        with pytest.raises(WorkbenchError, match="Nothing changed"):
            session.save()
        session.record(LooksTaken({"abc": 0.9}))  # looking is no change
        with pytest.raises(WorkbenchError, match="Nothing changed"):
            session.save()
        marked(session, "energy", "Energy")
        second = session.save("toml")
    with opened(tmp_path, "acme") as session:
        assert session.notes == ()
        session.record(CriterionUnmarked("energy"))
        third = session.save()
        assert [saved.version for saved in session.state.versions] == ["1.0.0", "1.1.0", "2.0.0"]
    assert (second.path.name, third.path.name) == ("acme-1.1.0.icp.toml", "acme-2.0.0.icp.yaml")
    parent = third.profile.metadata.parent
    assert parent is not None
    assert (parent.version, parent.digest) == ("1.1.0", second.profile.metadata.digest)
    assert third.profile.statement.slots.pain == "chaos"  # what was said once is kept
    assert third.profile.metadata.summary_of_changes == "Removed energy; saas: points changed."
    assert first.path.exists() and second.path.exists()


def test_a_version_written_in_the_moment_of_a_crash_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(tmp_path)
    marked(session, required=True)
    real = session.record
    monkeypatch.setattr(
        session,
        "record",
        lambda event: (
            (_ for _ in ()).throw(KeyboardInterrupt) if isinstance(event, SpecSaved) else real(event)
        ),
    )
    with pytest.raises(KeyboardInterrupt):
        session.save()
    session.close()
    with opened(tmp_path) as session:
        assert session.state.version == "1.0.0" and "taken into the session" in session.notes[0]
        with pytest.raises(WorkbenchError, match="Nothing changed"):
            session.save()
    assert opened(tmp_path).notes == ()


def test_versions_changed_by_hand_or_gone_are_said(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session, required=True)
        first = session.save()
        marked(session, "energy", "Energy")
        second = session.save()
    second.path.write_text(second.path.read_text().replace("required: true", "required: false"))
    (first.path.parent / "it-7.0.0.icp.yaml").write_text(first.path.read_text())
    (first.path.parent / "it-8.0.0.icp.yaml").write_text("a: &a [*a]")
    first.path.unlink()
    with opened(tmp_path) as session:
        told = "\n".join(session.notes)
        assert session.state.version == "1.1.0"
        for part in (
            "it-1.1.0.icp.yaml was changed",
            "it-7.0.0.icp.yaml is no version",
            "it-8.0.0.icp.yaml cannot be read",
            "it-1.0.0.icp.yaml is gone",
        ):
            assert part in told, part


def test_a_person_may_raise_a_version_and_not_lower_it(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        session.save()
        marked(session, reason="words")
        assert session.save(at_least="minor").version == "1.1.0"
        marked(session, reason="words", required=True)
        assert session.save(at_least="minor").version == "2.0.0"
        with pytest.raises(WorkbenchError, match="Nothing changed"):
            session.save(at_least="major")


def test_what_a_write_cut_short_left_behind_is_removed_by_the_one_who_writes(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        left = session.folder / ".it-1.0.0.icp.yaml.0a1b2c3d.part"
        left.write_text("half")
        assert opened(tmp_path).read_only and left.exists()
    with opened(tmp_path):
        assert not left.exists()


def test_after_a_version_changed_by_hand_the_next_one_is_breaking_and_keeps_the_slots(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session, reason="first")
        first = session.save(slots={"pain": "slow deals"})
        marked(session, reason="second")
        first.path.write_text(first.path.read_text().replace("reason: first", "reason: second"))
        second = session.save()
        marked(session, reason="third")
        second.path.unlink()
        third = session.save("toml")
    assert second.profile.metadata.parent is not None
    assert second.profile.metadata.parent.digest == first.profile.metadata.digest
    assert (second.version, third.version) == ("2.0.0", "3.0.0")
    for saved, before in ((second, "1.0.0"), (third, "2.0.0")):
        assert f"version {before} is gone or was changed" in saved.profile.metadata.summary_of_changes
        assert saved.profile.statement.slots.pain == "slow deals"


def test_a_strange_file_in_the_way_takes_a_number_and_blocks_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        marked(session)
        session.save()
        strange = session.folder / "it-1.1.0.icp.toml"
        strange.write_text("not one of ours")
        marked(session, "energy", "Energy")
        assert session.save().version == "1.1.1"
        assert strange.read_text() == "not one of ours"
        assert any("it-1.1.0.icp.toml cannot be read: One problem: " in note for note in session.notes)


def test_other_data_is_noted_and_what_it_lacks_is_emptied(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        session.record(FilterChanged("A", SAAS))
        session.record(SegmentAdded("B", None, Filter().with_range("employees", 40, None)))
        marked(session)
    fields = Fields(tuple(field for field in BOOK.fields.values() if field.name != "industry"))
    other = replace(BOOK, fingerprint="sha256:other", fields=fields)
    with Session.open_or_start(tmp_path, "it", other, SegmentIndex(other)) as session:
        told = "\n".join(session.notes)
        assert "not the same" in told and "Segment A was emptied" in told and "saas cannot be counted" in told
        assert session.state.segment("A").filter == Filter()
        assert session.state.segment("B").filter != Filter()
        assert session.state.fingerprint == "sha256:other" and session.undo() == session.state
    with Session.open_or_start(tmp_path, "it", other, SegmentIndex(other)) as session:
        assert session.notes == ()


def test_the_second_to_open_may_look_around_but_not_decide(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        marked(first)
        second = opened(tmp_path)
        assert second.read_only and "another window" in second.notes[0]
        second.record(FilterChanged("A", SAAS))
        second.record(SegmentSelected("A"))
        assert second.undo().segment("A").filter == Filter()
        for decide in (lambda: marked(second, "b"), second.save):
            with pytest.raises(WorkbenchError, match="another window"):
                decide()
        assert second.state.criteria == first.state.criteria


def test_starting_a_session_that_exists_is_refused(tmp_path: Path) -> None:
    Session.start(tmp_path, "it", BOOK, INDEX).close()
    with pytest.raises(WorkbenchError, match="exists"):
        Session.start(tmp_path, "it", BOOK, INDEX)
    assert [session.name for session in list_sessions(tmp_path)] == ["it"]
    assert list_sessions(tmp_path / "nowhere") == []


def test_a_link_out_of_the_sessions_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "sessions"
    root.mkdir()
    (root / "it").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkbenchError, match="leads"):
        opened(root)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_hostile_names_stay_inside_the_sessions_folder(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    names = json.loads(real_data("hostile/bad_session_names.json").read_text("utf-8"))
    root = tmp_path / "in" / "sessions"
    for name in names:
        with Session.open_or_start(root, name, TINY, TINY_INDEX) as session:
            marked(session, required=True)
            try:
                path = session.save().path
            except WorkbenchError as error:  # two names that are one session
                assert error.title == "Nothing changed"
                continue
            assert path.resolve().parent.parent == root.resolve()
            assert len(path.name) < 120 and path.name.isprintable()
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["sessions"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("acme core", "acme-core"),
        ("../x", "x"),
        ("/etc/passwd", "etc-passwd"),
        ("..", "workshop"),
        ("", "workshop"),
        ("CON", "CON-workshop"),
        ("nul.txt", "nul-txt"),
        ("LPT1", "LPT1-workshop"),
        ("COM¹", "COM1-workshop"),
        ("e\u0301", "é"),
        ("\uff41", "a"),
        ("name. ", "name"),
        ("\u202egpj.exe", "gpj-exe"),
        ("日本", "日本"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("a\0b\nc", "a-b-c"),
        ("\ud800", "workshop"),
        ("_", "workshop"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe


def test_long_names_are_cut_and_stay_apart() -> None:
    names = {safe_name("x" * 200 + end) for end in "ab"} | {safe_name("日" * 200)}
    assert len(names) == 3 and all(len(name) <= 60 and len(name.encode()) <= 120 for name in names)


def test_names_that_differ_in_case_are_one_session(tmp_path: Path) -> None:
    opened(tmp_path, "Acme").close()
    assert session_folder(tmp_path, "ACME").name == "Acme"


def test_the_sessions_folder_is_the_option_or_the_one_here_or_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert sessions_folder(tmp_path / "mine") == tmp_path / "mine"
    assert sessions_folder(None).name == "sessions" and sessions_folder(None).is_absolute()
    (tmp_path / "sessions").mkdir()
    assert sessions_folder(None) == Path("sessions")
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkbenchError, match="folder"):
        sessions_folder(tmp_path / "file")


@pytest.mark.parametrize(
    ("when", "slug"),
    [
        (FieldTest("industry", "in", ("B2B SaaS", "Fintech")), "industry-b2b-saas-fintech"),
        (FieldTest("employees", "between", (40.0, 120)), "employees-40-120"),
        (FieldTest("funded", "at_least", dt.date(2025, 6, 1)), "funded-from-2025-06-01"),
        (FieldTest("hiring", "is", True), "hiring-yes"),
        (FieldTest("land", "in", ("Österreich",)), "land-osterreich"),
        (FieldTest("国", "in", ("日本",)), "criterion"),
        (
            FieldTest("industry", "in", tuple("abcdefghijklmnopqrstuvwxyz")),
            "industry-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p",
        ),
    ],
)
def test_a_criterion_gets_an_id_a_person_can_read(when: Condition, slug: str) -> None:
    assert criterion_id(when) == slug
    assert criterion_id(when, [slug]) == (slug[:38].rstrip("-") if len(slug) > 38 else slug) + "-2"
    assert len(criterion_id(when, [slug])) <= 40


def test_a_sessions_folder_that_may_not_be_entered_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, **_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(WorkbenchError, match="Permission denied"):
        sessions_folder(tmp_path / "private")


def test_a_check_is_accepted_for_a_reason_and_undone(tmp_path: Path) -> None:
    with Session.start(tmp_path, "s", BOOK, INDEX) as session:
        with pytest.raises(WorkbenchError, match="reason"):
            session.record(CheckAccepted("ICP007", "  "))
        session.record(CheckAccepted("ICP007", "in Q1"))
        session.record(CheckAccepted("ICP001", "a bet"))
        session.record(CheckAccepted("ICP007", "in Q2"))
        assert session.state.accepted == (CheckAccepted("ICP001", "a bet"), CheckAccepted("ICP007", "in Q2"))
        session.record(CheckReopened("ICP001"))
        session.undo()
        session.undo()
        assert [one.note for one in session.state.accepted] == ["a bet", "in Q1"]
    with Session.open_or_start(tmp_path, "s", BOOK, INDEX) as again:
        assert [one.note for one in again.state.accepted] == ["a bet", "in Q1"]
