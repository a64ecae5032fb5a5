"""The way in and the way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.screens.opening import OpeningScreen
from tests.tui.workbench import Open, press, running, settle, state, toasts, until, until_open

HEAVY = {"pandas", "numpy", "scipy", "pyarrow", "pydantic", "duckdb", "yaml"}


def test_only_textual_is_imported_before_the_first_frame() -> None:
    code = (
        "import asyncio, json, sys\n"
        "from icp_workbench.tui.app import WorkbenchApp\n"
        "asyncio.run(WorkbenchApp(['x.csv']).run_async(headless=True))\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "ICP_EXIT_AFTER_FIRST_FRAME": "1"},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert finished.returncode == 0, finished.stderr
    assert not set(json.loads(finished.stdout.splitlines()[-1])) & HEAVY


async def test_a_file_that_is_not_there_ends_with_the_error_and_code_2(tmp_path: Path) -> None:
    app = WorkbenchApp([tmp_path / "missing.csv"], sessions=tmp_path)
    async with app.run_test() as pilot:
        await until_open(app, pilot)
    assert isinstance(app.failure, WorkbenchError) and "missing.csv" in str(app.failure)
    assert app.return_code == 2


async def test_escape_cancels_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    begun, goes_on = Event(), Event()

    def load(*arguments: object) -> None:
        progress = arguments[4]
        assert callable(progress)
        progress("the first file", 0.3)
        begun.set()
        goes_on.wait(10)
        progress("the second file", 0.6)
        raise AssertionError("read on after it was cancelled")

    monkeypatch.setattr(loading, "load", load)
    app = WorkbenchApp([tmp_path / "x.csv"], sessions=tmp_path)
    async with app.run_test() as pilot:
        await until(pilot, begun.is_set)
        assert isinstance(app.screen, OpeningScreen)
        await pilot.press("escape")
        goes_on.set()
        await settle(pilot)
    assert app.failure is None and app.return_code == 0


async def test_a_reopened_workshop_is_where_it_was_and_says_so(opened: Open) -> None:
    first = opened()
    async with running(first) as pilot:
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "enter", "w", "c", "q")
    again = opened()
    async with running(again):
        assert "Continued plain: 1 criterion, version 1.0.0" in toasts(again)
        assert [segment.id for segment in state(again).segments] == ["A", "B"]
        assert state(again).segments[0].filter.choice("industry").included == ("SaaS",)
        assert again.desk is not None and not again.desk.unsaved


async def test_an_answer_for_an_older_state_is_dropped(opened: Open) -> None:
    from icp_workbench.tui.messages import FacetsReady

    app = opened()
    async with running(app) as pilot:
        assert app.desk is not None and app.desk.answers.sliced is not None
        old = app.desk.answers.sliced
        await press(pilot, "slash", "'saas", "enter", "space")
        app.post_message(FacetsReady(1, old))
        await settle(pilot)
        assert app.desk.answers.sliced is not None
        assert app.desk.answers.sliced.facets.accounts == 100


async def test_saving_twice_without_a_change_is_told_politely(opened: Open, tmp_path: Path) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, "w")
        assert not state(app).versions  # nothing is decided yet
        await press(pilot, "slash", "'saas", "enter", "space", "i", "enter", "enter", "w")
        assert (tmp_path / "plain" / "plain-1.0.0.icp.yaml").is_file()
        assert "Saved plain-1.0.0.icp.yaml" in toasts(app)
        await press(pilot, "w")
        assert "othing changed" in toasts(app)
        assert [saved.version for saved in state(app).versions] == ["1.0.0"]
