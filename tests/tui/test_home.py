"""Home: what one may begin with, and the way back to it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.screens.home import HomeScreen
from icp_workbench.tui.starting import beginnings, completions, data_files
from icp_workbench.workshop.opened import remember_paths, remembered_paths
from tests.tui.workbench import press, screen_text, settle, state, toasts, until_open

BOOK = "account,industry,won\n" + "".join(
    f"Company {at},{('SaaS', 'Retail', 'Media')[at % 3]},{'yes' if at % 4 == 0 else 'no'}\n"
    for at in range(90)
)


@asynccontextmanager
async def at_home(sessions: Path) -> AsyncIterator[tuple[WorkbenchApp, Pilot[None]]]:
    app = WorkbenchApp((), sessions=sessions)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        yield app, pilot


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a book and one that is none, as the current one."""
    here = tmp_path / "exports"
    here.mkdir()
    (here / "accounts.csv").write_text(BOOK)
    (here / "broken.csv").write_text("nothing\n")
    (here / "notes.txt").write_text("no data")
    monkeypatch.chdir(here)
    return here


async def test_a_file_nearby_is_opened_and_its_session_gone_on_with(folder: Path, tmp_path: Path) -> None:
    sessions = tmp_path / "sessions"
    async with at_home(sessions) as (app, pilot):
        text = screen_text(app)
        assert "accounts.csv" in text and "broken.csv" in text and "notes.txt" not in text
        assert "Go on with" not in text and "the sample" in text
        await press(pilot, "down", "enter")
        await until_open(app, pilot)
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "enter")
        await press(pilot, "0")
    assert app.wants_home and app.return_code == 0
    async with at_home(sessions) as (again, pilot):
        assert "Go on with" in screen_text(again) and "accounts.csv" in screen_text(again)
        await press(pilot, "enter")
        await until_open(again, pilot)
        assert len(state(again).criteria) == 1
        assert "Continued" in toasts(again)


async def test_what_cannot_be_opened_is_told_at_home(folder: Path, tmp_path: Path) -> None:
    async with at_home(tmp_path / "sessions") as (app, pilot):
        await press(pilot, "down", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, HomeScreen) and app.is_running
        assert toasts(app)
        await press(pilot, "up", "enter")
        await until_open(app, pilot)
        assert app.desk is not None and app.desk.index.n_accounts == 90


async def test_a_path_is_typed_with_completion(folder: Path, tmp_path: Path) -> None:
    async with at_home(tmp_path / "sessions") as (app, pilot):
        await press(pilot, "o", "'acc", "tab")
        assert "accounts.csv" in screen_text(app)
        await press(pilot, "enter")
        await until_open(app, pilot)
        assert app.desk is not None and app.desk.index.n_accounts == 90


async def test_a_path_that_is_not_there_is_said_and_escape_closes(folder: Path, tmp_path: Path) -> None:
    async with at_home(tmp_path / "sessions") as (app, pilot):
        await press(pilot, "o", "'missing.csv", "enter")
        assert "There is no `missing.csv`" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)


async def test_the_sample_is_one_key_away(tmp_path: Path) -> None:
    async with at_home(tmp_path / "sessions") as (app, pilot):
        await press(pilot, "s")
        await until_open(app, pilot)
        assert app.desk is not None and app.desk.index.n_accounts > 1_000


async def test_help_and_palette_know_home(folder: Path, tmp_path: Path) -> None:
    async with at_home(tmp_path / "sessions") as (app, pilot):
        await press(pilot, "question_mark")
        assert "Open the sample book" in screen_text(app)
        await press(pilot, "escape", "ctrl+p", "'theme", "enter")
        await settle(pilot)
        assert app.theme == "workbench-day"


def test_files_of_data_are_found_and_others_left_out(folder: Path) -> None:
    (folder / ".hidden.csv").write_text("x")
    (folder / "sub.csv").mkdir()
    assert [path.name for path in data_files(folder)] == ["accounts.csv", "broken.csv"]
    assert [Path(path).name for path in completions(str(folder) + "/")] == [
        "accounts.csv",
        "broken.csv",
        "sub.csv",
    ]
    assert completions("/no/such/folder/x") == [] and completions("\0") == []


def test_paths_are_remembered_whole_or_not_at_all(tmp_path: Path) -> None:
    odd = tmp_path / "a \udce4 b.csv" if sys.platform != "win32" else tmp_path / "a b.csv"
    remember_paths(tmp_path, [odd, tmp_path / "日本.csv"])
    assert remembered_paths(tmp_path) == (odd.resolve(), (tmp_path / "日本.csv").resolve())
    remember_paths(tmp_path / "missing", [odd])  # no error
    for broken in (b"", b"{", b"[]", b'{"paths": 3}', b'{"paths": [1]}', b"\xff", b"[" * 50_000):
        (tmp_path / "opened.json").write_bytes(broken)
        assert remembered_paths(tmp_path) == ()


def test_sessions_without_known_files_are_offered_too(tmp_path: Path) -> None:
    session = tmp_path / "old"
    session.mkdir()
    (session / "journal.jsonl").write_text("")
    known = beginnings(tmp_path, tmp_path).sessions
    assert [(one.name, one.paths, one.missing) for one in known] == [("old", (), False)]
