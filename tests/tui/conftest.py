"""Fixtures of the terminal's tests."""

from tests.tui.workbench import index, opened

__all__ = ["index", "opened"]
