"""dev.py answers in sentences, and does not install twice."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """dev.py as a module whose environment is in a temporary folder."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(module, "VENV", venv)
    monkeypatch.setattr(module, "STAMP", venv / "stamp")
    monkeypatch.setattr(module, "PYTHON", venv / "bin" / "python")
    return module


def run_dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "dev.py", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_without_a_command_it_says_what_there_is() -> None:
    finished = run_dev()
    assert finished.returncode == 0
    assert "dev.py demo" in finished.stdout and "dev.py test" in finished.stdout


def test_an_unknown_command_is_a_sentence_and_exit_code_2() -> None:
    finished = run_dev("lunch")
    assert finished.returncode == 2
    assert "no command `lunch`" in finished.stderr and "Traceback" not in finished.stderr


def test_a_half_made_environment_is_not_ready(dev: ModuleType) -> None:
    assert not dev.is_ready(for_tests=False)
    dev.PYTHON.parent.mkdir(parents=True)
    dev.PYTHON.write_text("not a program")
    dev.STAMP.write_text("an older stamp")
    assert not dev.is_ready(for_tests=False)
    assert not dev.same_python()


def test_the_stamp_changes_with_what_was_installed(dev: ModuleType, tmp_path: Path) -> None:
    assert dev.wanted_stamp(True) != dev.wanted_stamp(False)
    before = dev.wanted_stamp(True)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    dev.ROOT = tmp_path
    with (tmp_path / "constraints.txt").open("a") as constraints:
        constraints.write("another==1\n")
    assert dev.wanted_stamp(True) != before


def test_every_check_runs_and_one_failure_fails_all(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(Path(command[0]).stem)
        return subprocess.CompletedProcess(command, returncode=1 if ran[-1] == "mypy" else 0)

    monkeypatch.setattr(dev.subprocess, "run", run)
    assert dev.check(["-k", "something"]) == 1
    assert ran == ["ruff", "ruff", "mypy", "lint-imports", "python"]
    assert "failed: types" in capfd.readouterr().out


def test_a_python_without_venv_is_told_what_to_install(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="venv"):
        dev.make_venv()
