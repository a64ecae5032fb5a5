"""The built wheel works away from the tree it came from, and carries the sample book."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from icp_workbench import __version__

ROOT = Path(__file__).resolve().parents[2]
# What pip says when it cannot get the build backend; anything else is a failure of ours.
UNREACHABLE = re.compile(
    "No matching distribution found for hatchling|NewConnectionError|Could not fetch URL"
    "|Temporary failure in name resolution"
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300, check=False)
    if built.returncode and UNREACHABLE.search(built.stdout + built.stderr):
        pytest.skip("the wheel cannot be built: no package index is reachable to get hatchling from")
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("icp_workbench-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder the wheel was installed into, without the libraries: those are the test environment's."""
    folder = tmp_path_factory.mktemp("installed")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--target",
        str(folder),
        str(wheel),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=300)
    return folder


def run_installed(installed: Path, arguments: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `icp` from the installed wheel, outside the tree, without a terminal."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "icp_workbench", *arguments],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env=environment,
        timeout=300,
        check=False,
    )


def test_the_wheel_carries_the_sample_and_none_of_the_scripts(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    sample = {Path(name).name for name in names if name.startswith("icp_workbench/sample_data/")}
    assert sample == {
        "README.md",
        "hubspot_companies.csv",
        "hubspot_tickets.csv",
        "salesforce_opportunities.csv",
        "subscriptions.csv",
        "truth.yaml",
    }
    assert not [name for name in names if name.startswith(("tests/", "sample_data/", "dev.py"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_carries_every_file_of_the_package(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "icp_workbench"
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import icp_workbench.sample as s; print(s.__file__); print(*s.sample_paths(), sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=True,
    ).stdout.splitlines()
    assert len(printed) == 5
    assert all(Path(line).resolve().is_relative_to(installed.resolve()) for line in printed)


def test_the_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    finished = run_installed(installed, ["--version"], tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert __version__ in finished.stdout


def test_the_installed_demo_saves_a_spec_without_a_terminal(installed: Path, tmp_path: Path) -> None:
    sessions = tmp_path / "sessions"
    finished = run_installed(installed, ["demo", "--sessions", str(sessions)], tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert "Saved" in finished.stdout
    saved = list(sessions.rglob("*-1.0.0.icp.yaml"))
    assert len(saved) == 1
    # The path may be wrapped to the width of the page, the file's name is not.
    assert saved[0].name in finished.stdout
