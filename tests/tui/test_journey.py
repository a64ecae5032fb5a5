"""The whole job by keys alone, on real files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from icp_workbench.sample import sample_paths
from icp_workbench.spec.digest import digest_of
from icp_workbench.spec.files import read_spec
from icp_workbench.tui.app import WorkbenchApp
from tests.tui.workbench import press, running, screen_text, state, toasts

JOURNEYS = {
    "sample": ("fintech", "public sector"),
    "maven_crm": ("retail", "medical"),
}


@pytest.mark.parametrize("book", JOURNEYS)
async def test_open_slice_compare_mark_save_reopen_and_save_again(
    book: str, tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    paths = sample_paths() if book == "sample" else (real_data(book),)
    ideal, unwanted = JOURNEYS[book]
    app = WorkbenchApp(paths, sessions=tmp_path, name="journey")
    async with running(app) as pilot:
        await press(pilot, "slash", f"'{ideal}", "enter", "space", "i", "enter", "'they stay", "enter")
        await press(pilot, "c", "slash", f"'{unwanted}", "enter", "space", "a", "enter", "enter", "w")
        assert [criterion.verdict for criterion in state(app).criteria] == ["icp", "anti_icp"]
        assert len(state(app).segments) == 2
        assert "Saved journey-1.0.0.icp.yaml" in toasts(app)
        await press(pilot, "5")
        assert "We win best with" in " ".join(screen_text(app).split())
        await press(pilot, "1")
        assert "Outcome metrics" in screen_text(app)
        await press(pilot, "2", "q")
    again = WorkbenchApp(paths, sessions=tmp_path, name="journey")
    async with running(again) as pilot:
        assert "Continued journey: 2 criteria, version 1.0.0" in toasts(again)
        await press(pilot, "o", "enter", "'only with a sponsor", "enter", "w", "q")
    versions = sorted(path.name for path in (tmp_path / "journey").glob("*.icp.yaml"))
    assert len(versions) == 2 and versions[0] == "journey-1.0.0.icp.yaml"
    third = WorkbenchApp(paths, sessions=tmp_path, name="journey")
    async with running(third) as pilot:
        await press(pilot, "tab", "tab", "e", "enter", "' much longer", "enter", "W", "q")
    first, second = (read_spec(tmp_path / "journey" / version) for version in versions)
    (toml,) = (tmp_path / "journey").glob("*.icp.toml")
    newest = read_spec(toml)
    for parent, child in ((first, second), (second, newest)):
        assert child.metadata.parent is not None
        assert child.metadata.parent.version == parent.metadata.version
        assert child.metadata.parent.digest == digest_of(parent) == parent.metadata.digest
    assert [criterion.verdict for criterion in newest.criteria].count("ok_if") == 1


async def test_nothing_is_confirmed_by_looking_at_a_book_without_signal(
    tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    app = WorkbenchApp((real_data("maven_crm"),), sessions=tmp_path)
    async with running(app, (200, 50)):
        assert "63.2%" in screen_text(app) and "6,711 closed deals" in screen_text(app)
