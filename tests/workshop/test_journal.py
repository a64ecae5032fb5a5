"""The journal: what was written comes back, whatever happened to the file."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.filter import Filter
from icp_workbench.spec.criterion import Criterion
from icp_workbench.workshop.encoding import event_from_plain, event_to_plain
from icp_workbench.workshop.events import (
    CriterionMarked,
    Event,
    FilterChanged,
    LooksTaken,
    SegmentAdded,
    SessionStarted,
    Undone,
)
from icp_workbench.workshop.journal import FILE, Journal
from tests.workshop.events_strategy import events

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
STORY: list[Event] = [
    SessionStarted(NOW, "it", "book", "sha256:0"),
    FilterChanged("A", Filter().with_range("founded", dt.date(2020, 1, 1), None)),
    SegmentAdded("B", "日本語 \ud800", Filter().toggle_included("industry", None)),
    CriterionMarked(Criterion("a", "icp", FieldTest("founded", "at_least", dt.date(2020, 1, 1)), "fit", NOW)),
    LooksTaken({"abc": None, "def": 0.25}),
    Undone(),
]


def written(folder: Path, *story: Event) -> Path:
    """A journal of these events, closed."""
    journal = Journal.open(folder)
    for event in story:
        journal.append(event)
    journal.close()
    return folder / FILE


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(events)
def test_an_event_is_the_same_after_json(event: Event) -> None:
    plain = json.loads(json.dumps(event_to_plain(event)))
    back = event_from_plain(plain)
    assert back == event
    assert event_to_plain(back) == plain  # repr apart, 40 is 40.0 and True is 1: the JSON tells them apart


@given(st.dates())
def test_a_date_a_text_and_a_number_stay_apart(day: dt.date) -> None:
    for value in (day, day.isoformat(), 40, 40.5, "40", True, "true"):
        criterion = Criterion("a", "icp", FieldTest("x", "is", value), "fit", NOW)
        back = event_from_plain(json.loads(json.dumps(event_to_plain(CriterionMarked(criterion)))))
        assert isinstance(back, CriterionMarked) and isinstance(back.criterion.when, FieldTest)
        assert (type(back.criterion.when.value), back.criterion.when.value) == (type(value), value)


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    written(tmp_path, *STORY)
    journal = Journal.open(tmp_path)
    assert list(journal.events) == STORY and journal.notes == ()
    journal.append(STORY[1])
    journal.close()
    assert list(Journal.open(tmp_path).events) == [*STORY, STORY[1]]


def test_truncated_at_any_byte_it_replays_a_beginning_and_goes_on(tmp_path: Path) -> None:
    content = written(tmp_path / "whole", *STORY).read_bytes()
    folder = tmp_path / "cut"
    folder.mkdir()
    for length in range(len(content) + 1):
        (folder / FILE).write_bytes(content[:length])
        journal = Journal.open(folder)
        found = list(journal.events)
        assert found == STORY[: len(found)]
        assert len(found) >= content[:length].count(b"\n") - 1
        lines_are_whole = length in (0, len(content)) or b"\n" in content[length - 1 : length + 1]
        assert bool(journal.notes) is not lines_are_whole, length
        journal.append(STORY[0])
        journal.close()
        again = Journal.open(folder)
        assert list(again.events) == [*found, STORY[0]] and again.notes == ()
        again.close()


def test_a_damaged_line_in_the_middle_stops_and_nothing_is_touched(tmp_path: Path) -> None:
    path = written(tmp_path, *STORY)
    lines = path.read_bytes().splitlines(keepends=True)
    for at in range(1, len(lines) - 1):
        for damage in (
            lines[at].replace(b'"n":', b'"m":'),
            lines[at][:-9] + b"\n",
            b"",
            lines[at] * 2,
            b"\0" * (len(lines[at]) - 1) + b"\n",
        ):
            bad = b"".join([*lines[:at], damage, *lines[at + 1 :]])
            path.write_bytes(bad)
            with pytest.raises(WorkbenchError, match="Line") as refused:
                Journal.open(tmp_path)
            assert "can be saved" in refused.value.what_happened
            assert path.read_bytes() == bad


def test_a_changed_figure_is_no_longer_whole(tmp_path: Path) -> None:
    path = written(tmp_path, *STORY)
    path.write_bytes(path.read_bytes().replace(b"0.25", b"0.26"))
    with pytest.raises(WorkbenchError, match=f"Line {STORY.index(STORY[4]) + 2}"):
        Journal.open(tmp_path)


def test_a_torn_end_is_kept_beside(tmp_path: Path) -> None:
    path = written(tmp_path, *STORY)
    path.write_bytes(path.read_bytes()[:-5])
    journal = Journal.open(tmp_path)
    assert "torn" in journal.notes[0] and list(journal.events) == STORY[:-1]
    assert b"Undone" in (tmp_path / "journal.torn").read_bytes()


def test_decisions_are_on_disk_and_moves_come_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 0.0)
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(descriptor), real(descriptor)))
    journal = Journal.open(tmp_path)
    lines = lambda: journal.path.read_bytes().count(b"\n")  # noqa: E731
    journal.append(STORY[0])
    assert (lines(), len(synced)) == (2, 2)
    journal.append(STORY[1])
    journal.append(STORY[2])
    assert (lines(), len(synced)) == (2, 2)
    journal.append(STORY[3])
    assert (lines(), len(synced)) == (5, 3)
    journal.append(STORY[4])
    journal.flush()
    assert (lines(), len(synced)) == (6, 3)


def test_the_hand_at_rest_writes_without_being_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    journal = Journal.open(tmp_path)
    journal.append(STORY[0])
    journal.append(STORY[1])
    now[0] = 5.0
    journal.append(STORY[2])
    assert journal.path.read_bytes().count(b"\n") == 4


@pytest.mark.parametrize("step", ["write", "fsync"])
def test_a_disk_that_fails_is_said_and_the_next_line_is_whole(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.open(tmp_path)
    journal.append(STORY[0])
    real = getattr(os, step)

    def half(descriptor: int, content: memoryview | None = None) -> None:
        if content is not None:
            real(descriptor, content[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, half)
    with pytest.raises(WorkbenchError, match="No space left"):
        journal.append(STORY[3])
    monkeypatch.undo()
    journal.append(STORY[5])
    journal.close()
    assert list(Journal.open(tmp_path).events) == [STORY[0], STORY[5]]


def test_the_second_to_open_it_may_only_read(tmp_path: Path) -> None:
    first = Journal.open(tmp_path)
    first.append(STORY[0])
    second = Journal.open(tmp_path)
    assert second.read_only and list(second.events) == STORY[:1]
    with pytest.raises(WorkbenchError, match="another window"):
        second.append(STORY[1])
    first.close()
    assert not Journal.open(tmp_path).read_only


def test_a_killed_process_leaves_its_decisions_and_no_lock(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from icp_workbench.workshop.journal import Journal\n"
        "from tests.workshop.test_journal import STORY\n"
        "journal = Journal.open(Path(sys.argv[1]))\n"
        "for event in STORY[:4]: journal.append(event)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, cwd=Path(__file__).parents[2])
    journal = Journal.open(tmp_path)
    assert not journal.read_only and list(journal.events) == STORY[:4]


def test_an_event_nobody_knows_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "icp_workbench.workshop.journal.event_to_plain", lambda event: {"is": "TeaServed", "at": "4 pm"}
    )
    written(tmp_path, STORY[0])
    with pytest.raises(WorkbenchError, match="TeaServed"):
        Journal.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkbenchError, match="--sessions"):
        Journal.open(tmp_path / "file" / "it")
