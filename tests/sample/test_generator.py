"""The script in the tree makes the committed files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from icp_workbench.sample import sample_paths

from .frames import SAMPLE


def test_the_script_reproduces_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [sys.executable, SAMPLE / "make_sample.py", "--out", tmp_path],
        check=True,
        env=environment,
        timeout=120,
    )
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(made) == {*(path.name for path in sample_paths()), "truth.yaml"}
    for name, content in made.items():
        assert content == (SAMPLE / name).read_bytes(), name


def test_another_seed_gives_another_book(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, SAMPLE / "make_sample.py", "--out", tmp_path, "--seed", "2"], check=True, timeout=120
    )
    name = "salesforce_opportunities.csv"
    assert (tmp_path / name).read_bytes() != (SAMPLE / name).read_bytes()


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in sample_paths()) < 1_500_000


@pytest.mark.parametrize("path", sample_paths(), ids=lambda path: path.name)
def test_exports_are_clean_utf8(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\r" not in text and not text.startswith("\ufeff")
