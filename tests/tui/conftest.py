"""Fixtures of the terminal's tests."""

import pytest
from textual.notifications import Notification

from tests.tui.workbench import index, opened

__all__ = ["index", "opened"]


@pytest.fixture(autouse=True)
def toasts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told can be read by a test however long a busy machine takes to get there."""
    monkeypatch.setattr(Notification, "time_left", property(lambda self: self.timeout))
