"""Killed at every step of a save: the old file is there or the new one, never neither, never half."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.lineage import versions_in
from icp_workbench.spec.migration import migrate_file
from icp_workbench.workshop.events import CriterionMarked
from icp_workbench.workshop.session import Session
from tests.spec.books import small_book
from tests.spec.examples import GOLDEN, profile
from tests.spec.killing import OLD

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be killed")
NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
ROOT = Path(__file__).parents[2]


def killed(what: str, folder: Path, fewest: int) -> list[Path]:
    """The folders that saves left which were killed, one for each step, and of the one that was not."""
    command = [sys.executable, "-m", "tests.spec.killing", what, str(folder)]
    finished = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=300)
    assert finished.returncode == 0, finished.stderr
    steps = json.loads(finished.stdout)["steps"]
    assert steps >= fewest
    return [folder / f"{step:04}" for step in range(1, steps + 2)]


def test_a_new_file_is_whole_or_not_there(tmp_path: Path) -> None:
    there = []
    for folder in killed("save", tmp_path, 8):
        path = folder / "it-1.0.0.icp.yaml"
        there.append(path.exists())
        if path.exists():
            assert read_spec(path) == profile()
        else:
            write_spec(profile(), path)  # nothing that was left behind is in the way
            assert read_spec(path) == profile()
    assert there == sorted(there) and not there[0] and there[-1]


def test_a_file_that_is_replaced_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    old = (GOLDEN / OLD).read_bytes()
    new = (GOLDEN / "migrated" / OLD).read_bytes()
    found = []
    for folder in killed("replace", tmp_path, 15):
        path = folder / OLD
        found.append(path.read_bytes() == new)
        assert path.read_bytes() in (old, new)
        copy = folder / f"{OLD}.1.0.bak"
        if found[-1]:
            assert copy.read_bytes() == old
        migrate_file(path)  # done once more, it is done
        assert (path.read_bytes(), copy.read_bytes()) == (new, old)
        assert len(list(folder.glob("acme*.bak*"))) == 1
    assert found == sorted(found) and not found[0] and found[-1]


def test_a_session_goes_on_from_whatever_a_killed_save_left(tmp_path: Path) -> None:
    book = small_book(6)
    index = SegmentIndex(book)
    made = Criterion("saas", "icp", FieldTest("industry", "in", ("SaaS",)), "fit", NOW)
    with Session.open_or_start(tmp_path / "begun", "it", book, index) as session:
        session.record(CriterionMarked(made))
        session.save()
        session.record(CriterionMarked(replace(made, reason="more")))
        session.save()
        session.record(CriterionMarked(replace(made, required=True)))
    before = {path.name: path.read_bytes() for _, path in versions_in(tmp_path / "begun" / "it")}
    assert list(before) == ["it-1.0.0.icp.yaml", "it-1.0.1.icp.yaml"]
    saved = []
    for folder in killed("session", tmp_path, 25):
        with Session.open_or_start(folder, "it", book, index) as session:
            now = {path.name: path for _, path in versions_in(folder / "it")}
            assert {name: now[name].read_bytes() for name in before} == before
            saved.append("it-2.0.0.icp.yaml" in now)
            assert [version.version for version in session.state.versions] == ["1.0.0", "1.0.1", "2.0.0"][
                : len(now)
            ]
            assert session.state.criterion("saas").required
            assert not list((folder / "it").glob(".*.part"))
    assert saved == sorted(saved) and not saved[0] and saved[-1]
    last = tmp_path / f"{saved.index(True):04}"  # killed in the moment before the version was there
    with Session.open_or_start(last, "it", book, index) as session:
        assert session.save().version == "2.0.0"
