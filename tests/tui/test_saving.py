"""Saving where it takes long: shown, heard to the end, and stopped by escape with nothing written."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from icp_workbench.tui import saving
from icp_workbench.tui.dialogs.working import WorkingDialog
from icp_workbench.workshop.session import Session
from tests.tui.workbench import Open, press, running, screen_text, settle, toasts, until

MARKED = ("slash", "'saas", "enter", "space", "i", "enter", "'wins", "enter")


class Slow:
    """A save that says how far it is until it is let go, and then does what it should."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on, self.begun = threading.Event(), threading.Event()
        really = Session.save

        def save(session: Session, *arguments: Any, progress: Any, **options: Any) -> Any:
            while not self.go_on.is_set():
                progress("Weighing criterion 1 of 1: shuffling accounts", 0.5)
                self.begun.set()
                self.go_on.wait(0.1)
            return really(session, *arguments, progress=progress, **options)

        monkeypatch.setattr(Session, "save", save)
        monkeypatch.setattr(saving, "PATIENCE", 0.02)


async def test_a_long_save_shows_how_far_it_is_and_ends_with_the_file(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *MARKED)
        slow = Slow(monkeypatch)
        await pilot.press("w")
        await until(pilot, lambda: "shuffling accounts" in screen_text(app))
        assert isinstance(app.screen, WorkingDialog)
        assert "Saving the profile" in screen_text(app) and "esc cancel" in screen_text(app)
        slow.go_on.set()
        await settle(pilot)
        assert not isinstance(app.screen, WorkingDialog)
        assert "Saved plain-1.0.0.icp.yaml" in toasts(app)
    assert len(list((tmp_path / "plain").glob("*.icp.yaml"))) == 1


async def test_escape_stops_a_save_with_nothing_written_and_the_next_one_works(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    async with running(app) as pilot:
        await press(pilot, *MARKED)
        slow = Slow(monkeypatch)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WorkingDialog))
        await pilot.press("escape")
        await settle(pilot)
        assert "Cancelled: nothing was saved." in toasts(app)
        assert not list((tmp_path / "plain").glob("*.icp.*"))
        slow.go_on.set()
        await press(pilot, "w")
        assert "Saved plain-1.0.0.icp.yaml" in toasts(app)
