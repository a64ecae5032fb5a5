"""What is no spec is one error with every problem, each with its place; and what it costs to say so."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from icp_workbench.documents.toml_lines import toml_lines
from icp_workbench.documents.tree import toml_tree, yaml_tree
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.writing import toml_text, yaml_text
from tests.conftest import ROOT
from tests.spec.examples import GOLDEN
from tests.spec.mutations import mutants

MOST_SECONDS, MOST_MEGABYTES = 1.0, 100
# Where a problem is: a line, a path, or (where there is no other) the file or its end.
PLACE = re.compile(r"^  (line \d+|[A-Za-z_]|the file|end of document)", re.MULTILINE)

# Reads each file and says what it costs: in a process of its own, so that what others keep is not counted.
READER = """
import json, sys, time
from pathlib import Path
import rapidfuzz.process, rapidfuzz.utils  # imported with the first near miss: no file's fault
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.files import read_spec
slowest, refused, told = 0.0, 0, []
for name in sys.stdin.read().split("\\n"):
    began = time.process_time()
    try:
        read_spec(Path(name))
    except WorkbenchError as error:
        refused += 1
        told.append([name, error.title, error.what_happened, error.what_to_do])
    slowest = max(slowest, time.process_time() - began)
# Not ru_maxrss: on Linux it holds what the process was forked from, too.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)
print(json.dumps({"slowest": slowest, "refused": refused, "megabytes": peak, "told": told}))
"""


def read_apart(files: list[Path]) -> dict[str, object]:
    """What reading each of these files costs at most, and what was said of those refused."""
    finished = subprocess.run(
        [sys.executable, "-c", READER], input="\n".join(map(str, files)), capture_output=True, text=True,
        timeout=600, check=False, cwd=ROOT,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr[-2_000:]
    return dict(json.loads(finished.stdout))


def assert_cheap(found: dict[str, object]) -> None:
    """Under a second and under 100 MB."""
    assert found["slowest"] < MOST_SECONDS, found["slowest"]  # type: ignore[operator]
    assert found["megabytes"] < MOST_MEGABYTES, found["megabytes"]  # type: ignore[operator]


def written(folder: Path, many: int, seed: int = 6) -> list[Path]:
    """Mutants as files."""
    files = []
    for at, (suffix, content) in enumerate(mutants(many, seed)):
        files.append(folder / f"{at}.icp.{suffix}")
        files[-1].write_bytes(content)
    return files


def test_mutated_specs_are_read_or_are_one_error_with_every_place(tmp_path: Path) -> None:
    files = written(tmp_path, 400)
    found = read_apart(files)
    assert 200 < found["refused"] < 400  # type: ignore[operator]
    for name, title, what_happened, what_to_do in found["told"]:  # type: ignore[attr-defined]
        assert title and what_to_do, name
        if title == "Not a spec that can be read":
            problems = what_happened.split(":\n", 1)[1].splitlines()
            assert problems and all(PLACE.match(line) or "more." in line for line in problems), what_happened
    assert_cheap(found)


def test_hostile_files_are_refused_in_no_time(real_data: Callable[[str], Path]) -> None:
    files = sorted(real_data("hostile/bad_specs").iterdir())
    found = read_apart(files)
    assert found["refused"] == len(files) > 15
    assert_cheap(found)


@pytest.mark.parametrize("command", ["show", "validate", "lint"])
def test_hostile_files_are_exit_code_two(real_data: Callable[[str], Path], command: str) -> None:
    from tests.test_cli import refused

    for path in sorted(real_data("hostile/bad_specs").iterdir()):
        refused("spec", command, path)


def test_a_spec_is_read_without_a_library_of_figures() -> None:
    code = (
        "import sys, icp_workbench.spec.files, icp_workbench.spec.show\n"
        "print([name for name in ('numpy', 'pandas', 'scipy', 'pyarrow', 'duckdb') if name in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert finished.stdout.strip() == "[]"


WRONG = {
    "metadata.version": ("version: 3.0.0", 'version = "3.0.0"', "3.0"),
    "criteria[1].signal": ("signal: fit", 'signal = "fit"', "fitt"),
    "criteria[2].verdict": ("verdict: anti_icp", 'verdict = "anti_icp"', "anti"),
    "data.period.from": ("from: 2024-01-01", "from = 2024-01-01", "yesterday"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["yaml", "toml"])
def test_all_problems_come_at_once_each_with_its_path_and_line(suffix: str) -> None:
    text = (GOLDEN / f"acme-core-3.0.0.icp.{suffix}").read_text("utf-8")
    expected = []
    for path, (in_yaml, in_toml, value) in WRONG.items():
        wanted = in_yaml if suffix == "yaml" else in_toml
        key = wanted.split(" ")[0]
        start = text.rindex(wanted) if path == "criteria[1].signal" else text.index(wanted)
        wrong = f"{key} {value}" if suffix == "yaml" else f'{key} = "{value}"'
        text = text[:start] + wrong + text[start + len(wanted) :]
        expected.append(f"line {text.count(chr(10), 0, start) + 1}, {path}: found `{value}`")
    with pytest.raises(WorkbenchError) as refused:
        profile_of(yaml_tree(text) if suffix == "yaml" else toml_tree(text))
    assert refused.value.what_happened.startswith("4 problems:")
    for one in expected:
        assert one in refused.value.what_happened, one


@pytest.mark.parametrize("suffix", ["yaml", "toml"])
def test_what_is_missing_or_wrong_in_a_condition_has_a_line_too(suffix: str) -> None:
    profile = read_spec(GOLDEN / "acme-core-3.0.0.icp.yaml")
    text = yaml_text(profile) if suffix == "yaml" else toml_text(profile)
    text = text.replace("Public sector]", "Public sector], extra: 1").replace(
        '[criteria.when]\nfield = "industry"\nin = [\n    "Public sector",',
        '[criteria.when]\nfield = "industry"\nextra = 1\nin = [\n    "Public sector",',
    )
    text = text.replace("    missing: no_match\n", "").replace('missing = "no_match"\n', "")
    with pytest.raises(WorkbenchError) as refused:
        profile_of(yaml_tree(text) if suffix == "yaml" else toml_tree(text))
    told = refused.value.what_happened
    assert re.search(r"line \d+, criteria\[2\]\.missing: found nothing", told), told
    assert re.search(r"line \d+, criteria\[2\]\.when: found 'in', 'extra'|when: found 'extra', 'in'", told), (
        told
    )


def test_what_is_no_toml_is_said_with_its_line() -> None:
    with pytest.raises(WorkbenchError, match="line 2, column 5"):
        toml_tree("a = 1\nb = \n")


def test_lines_of_toml_are_found_behind_strings_comments_and_brackets() -> None:
    text = 'a = """\nx = 1\n[b]\n"""\n[c] # [d]\n"d.e".f = \'\'\'\n#[\n\'\'\'\n  g = [ # ]\n 1,\n]\n'
    text += "[[c.k]]\n[[c.k]]\nl = 1\n"
    lines = toml_lines(text)
    assert lines["a",] == 1 and lines["c",] == 5 and lines["c", "d.e", "f"] == 6 and lines["c", "g"] == 9
    assert lines["c", "k", 1, "l"] == 14
    assert ("b",) not in lines and ("x",) not in lines


def test_a_megabyte_that_is_wrong_everywhere_is_said_soon(tmp_path: Path) -> None:
    text = (GOLDEN / "acme-core-3.0.0.icp.yaml").read_text("utf-8")
    last = text[text.index("  - id: public-sector") : text.index("\nplays:")]
    many = "".join(
        last.replace("public-sector", f"p{at}").replace("signal: ", "signal: x") for at in range(2_000)
    )
    path = tmp_path / "large.icp.yaml"
    path.write_text(text.replace(last, last + "\n" + many), "utf-8")
    began = time.process_time()
    with pytest.raises(WorkbenchError, match="At least 1000 problems"):
        read_spec(path)
    assert time.process_time() - began < 5  # a second on an idle machine; this one may be busy


def test_which_of_two_files_is_wrong_is_said(tmp_path: Path) -> None:
    from tests.test_cli import refused

    right = GOLDEN / "acme-core-3.1.0.icp.yaml"
    wrong = tmp_path / "other.icp.yaml"
    for content in ("a: [1", "", "\0", "apiVersion: icp/v9"):
        wrong.write_text(content)
        assert refused("spec", "diff", right, wrong)[1].startswith(f"`{wrong}`: ")


@pytest.mark.skipif(os.name == "nt", reason="permissions are another thing there")
def test_a_file_that_may_not_be_read_is_said_with_what_to_do(tmp_path: Path) -> None:
    from tests.test_cli import refused

    closed = tmp_path / "closed.icp.yaml"
    closed.write_bytes((GOLDEN / "acme-core-3.1.0.icp.yaml").read_bytes())
    closed.chmod(0)
    if os.access(closed, os.R_OK):
        pytest.skip("nothing is closed to this user")
    for command in ("show", "validate", "lint", "migrate"):
        assert refused("spec", command, closed)[0] == "Cannot read file"
