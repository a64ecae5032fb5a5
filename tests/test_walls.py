"""The walls of the house, seen at run time: a static graph cannot prove that an import is deferred."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "icp_workbench"
FRONT_ENDS = ("cli", "tui", "__main__")
MOST_LINES = 400

# Runs the code given to it, lets it exit if it wants to, and prints what is loaded by then.
WATCHER = """
import sys
try:
    exec(sys.argv.pop(1), {"__name__": "watched"})
except SystemExit as end:
    assert not end.code, end.code
loaded = sorted({name.split(".")[0] for name in sys.modules})
import json
print("\\n" + json.dumps(loaded))
"""


def modules_after(code: str) -> set[str]:
    """Top-level modules loaded once the code has run in a fresh interpreter."""
    finished = subprocess.run(
        [sys.executable, "-c", WATCHER, code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return set(json.loads(finished.stdout.splitlines()[-1]))


def core_modules() -> list[str]:
    """Every module of the package that must not know a terminal."""
    paths = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
    names = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return [name for name in names if name.split(".")[1:2] not in [[part] for part in FRONT_ENDS]]


@pytest.mark.parametrize("floor", sorted({".".join(name.split(".")[:2]) for name in core_modules()}))
def test_the_core_loads_neither_textual_nor_rich(floor: str) -> None:
    modules = [name for name in core_modules() if name == floor or name.startswith(floor + ".")]
    code = "import importlib\n" + "\n".join(f"importlib.import_module({name!r})" for name in modules)
    assert not modules_after(code) & {"textual", "rich"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["compare", "--help"]])
def test_help_costs_no_library(arguments: list[str]) -> None:
    loaded = modules_after(
        f"import sys; sys.argv[1:] = {arguments!r}\nfrom icp_workbench.cli import main; main()"
    )
    heavy = {"textual", "rich", "pandas", "numpy", "scipy", "pydantic", "pyarrow", "duckdb"}
    assert not loaded & heavy


@pytest.mark.parametrize("command", [["validate"], ["show"], ["diff", "{spec}"]])
def test_reading_a_spec_needs_nothing_that_data_needs(command: list[str]) -> None:
    spec = str(ROOT / "sessions" / "northbeam" / "northbeam-2.0.0.icp.yaml")
    arguments = ["spec", *(part.format(spec=spec) for part in command), spec]
    loaded = modules_after(
        f"import sys; sys.argv[1:] = {arguments!r}\nfrom icp_workbench.cli import main; main()"
    )
    assert not loaded & {"textual", "rich", "pandas", "numpy", "scipy", "pyarrow", "duckdb"}


def test_the_first_frame_waits_for_no_library_but_textual(tmp_path: Path) -> None:
    code = f"""
import sys
from icp_workbench.cli import book_commands
from icp_workbench.cli.commands import main
from icp_workbench.tui.app import WorkbenchApp
WorkbenchApp.run = lambda app: None
book_commands.has_terminal = lambda: True
sys.argv[1:] = ["open", {str(tmp_path)!r}, "--churn", "flag", "--market", "prospects.csv"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    assert not modules_after(code) & {"pandas", "numpy", "scipy", "pydantic", "pyarrow", "duckdb", "yaml"}


def test_importing_the_package_costs_nothing() -> None:
    bare = modules_after("")
    assert modules_after("import icp_workbench") - bare <= {"icp_workbench", "__future__"}


def test_no_file_is_over_400_lines() -> None:
    folders = (PACKAGE, ROOT / "tests", ROOT / "sample_data")
    sources = [ROOT / "dev.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in sources}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
