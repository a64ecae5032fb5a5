"""The ends nobody wished for: an error in a handler or a thread, a full disk, a second window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from icp_workbench.conditions.checking import check
from icp_workbench.conditions.condition import FieldTest
from icp_workbench.conditions.fields import Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.crash import Crash
from icp_workbench.tui.crash_log import log_of
from icp_workbench.tui.desk import Desk
from icp_workbench.workshop import journal
from icp_workbench.workshop.journal import Journal
from icp_workbench.workshop.session import Session
from tests.tui.workbench import Open, press, running, screen_text, settle, state, toasts

SECRET = "Mrs. Smith \x1b[2J"


async def test_an_error_in_a_handler_is_written_down_and_surfaces_in_tests(
    opened: Open, tmp_path: Path
) -> None:
    app = opened()

    def broken() -> None:
        raise KeyError(SECRET)

    with pytest.raises(KeyError):
        async with running(app) as pilot:
            await press(pilot, "slash", "'saas", "enter", "space")
            app.call_later(broken)
            await settle(pilot)
    log = (tmp_path / "plain" / "crash.log").read_text("utf-8")
    assert "KeyError" in log and "in broken" in log and "test_crash.py:" in log
    assert "Smith" not in log and "\x1b" not in log
    assert str(tmp_path) not in log and str(Path(__file__).parent) not in log
    assert app.return_code == 1 and app.crash is not None
    said = app.crash.lines()
    assert "KeyError" in said[0] and "crash.log" in said[1] and "Nothing decided was lost" in said[2]
    assert "Smith" not in " ".join(said)
    again = opened()
    async with running(again):  # the last choice waited in memory, and is on disk all the same
        assert state(again).segments[0].filter.choice("industry").included == ("SaaS",)


async def test_an_error_while_counting_is_named_by_its_own_kind(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(SECRET)

    app = opened()
    with pytest.raises(WorkerFailed):
        async with running(app) as pilot:
            monkeypatch.setattr(Desk, "compare", broken)
            await press(pilot, "c")
    assert "ZeroDivisionError" in (tmp_path / "plain" / "crash.log").read_text("utf-8")
    assert app.crash is not None and "ZeroDivisionError" in app.crash.lines()[0]


def test_a_log_holds_the_whole_chain_and_none_of_its_messages() -> None:
    canaries = (
        "Jane Canary",
        "canary@example.com",
        "/home/canary/deals.csv",
        "canary.example",
        "Canary GmbH",
    )

    def inner() -> None:
        raise KeyError(canaries[0], canaries[1])

    def outer() -> None:
        try:
            inner()
        except KeyError as error:
            error.add_note(canaries[4])
            raise ValueError(canaries[2]) from error

    try:
        try:
            outer()
        except ValueError as error:
            raise ExceptionGroup(canaries[3], [error, OSError(2, canaries[4], canaries[2])]) from None
    except ExceptionGroup as error:
        log = log_of(error, "now")
    for canary in canaries:
        assert canary not in log
    for kind in (
        "builtins.KeyError",
        "builtins.ValueError",
        "builtins.FileNotFoundError",
        "builtins.ExceptionGroup",
    ):
        assert kind in log
    assert log.index("KeyError") < log.index("ValueError") < log.index("ExceptionGroup")
    assert "test_crash.py:" in log and " in inner" in log and "/tests/" not in log


def test_places_are_those_of_the_code_not_of_the_machine() -> None:
    try:
        check(FieldTest("nowhere", "is", "x"), Fields())
    except WorkbenchError as error:
        log = log_of(error, "now")
    assert "  icp_workbench/conditions/checking.py:" in log and str(Path.cwd()) not in log


def test_before_there_is_a_session_the_log_is_a_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    crash = Crash(ValueError("x"), None)
    assert crash.log is not None and crash.log.is_relative_to(tmp_path) and crash.log.name == "crash.log"
    assert crash.log.stat().st_mode & 0o077 == 0
    assert "nothing is lost" in crash.lines()[2]


CRASHING = """
import sys
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp

def load(*_):
    secret = "Mrs. Smith"
    raise RuntimeError(secret)

loading.load = load
app = WorkbenchApp(["x.csv"])
app.run()
sys.exit(app.return_code or 0)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_after_a_crash_the_terminal_shows_three_lines_and_no_data(tmp_path: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    finished = subprocess.Popen(
        [sys.executable, "-c", CRASHING],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path), "TERM": "xterm-256color"},
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65_536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    assert finished.wait(30) == 1
    os.close(leader)
    _, _, after = shown.rpartition(b"\x1b[?1049l")  # back from the alternate screen
    text = after.decode()
    assert "ICP Workbench stopped: unexpected RuntimeError." in text and "crash.log" in text
    assert "Smith" not in shown.decode() and "Traceback" not in shown.decode()


async def test_a_full_disk_is_told_and_the_room_stays_open(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise WorkbenchError("Cannot write the session", "No space left on device.", "Make room.")

    app = opened()
    async with running(app) as pilot:
        monkeypatch.setattr(Journal, "_write", full)
        monkeypatch.setattr(journal, "_LONGEST_WAIT", 600.0)  # however slow the machine: it waits in memory
        await press(pilot, "slash", "'saas", "enter", "space")
        app.take_looks()
        await settle(pilot)
        assert "No space left" in toasts(app)
        await press(pilot, "i", "enter", "enter")
        assert not state(app).criteria and app.is_running
        await press(pilot, "escape", "q")
    assert app.failure is not None and "Cannot write" in app.failure.title


async def test_what_is_sliced_is_on_disk_when_the_hand_rests(opened: Open, tmp_path: Path) -> None:
    app = opened()
    journal_file = tmp_path / "plain" / "journal.jsonl"
    async with running(app) as pilot:
        app.take_looks()
        before = journal_file.read_text("ascii").count("\n")
        for _ in range(5):
            await pilot.press("space", "down")
        await settle(pilot)
        app.take_looks()
        assert (
            journal_file.read_text("ascii").count('"FilterChanged"')
            + journal_file.read_text("ascii").count("filter")
            >= 5
        )
        assert journal_file.read_text("ascii").count("\n") > before


async def test_a_second_window_may_look_and_says_why_it_may_not_decide(
    opened: Open, index: SegmentIndex, tmp_path: Path
) -> None:
    with Session.open_or_start(tmp_path, "plain", index.book, index):
        app = opened()
        async with running(app) as pilot:
            assert "read only" in screen_text(app)
            await press(pilot, "slash", "'saas", "enter", "space", "u")
            assert "in this window only" in toasts(app)
            await press(pilot, "ctrl+r")
            assert "in this window only" in toasts(app)
            for key in ("w", "ctrl+s", "i", "a", "o"):
                app.clear_notifications()
                await press(pilot, key)
                assert "open in another window" in toasts(app), key
                assert not app.screen.is_modal
            await press(pilot, "q")
    assert app.return_code == 0
