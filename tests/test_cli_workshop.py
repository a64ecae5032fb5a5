"""`icp prework`, `icp minutes`, `icp rescue`: a workshop prepared and told without a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from icp_workbench.cli.commands import cli
from icp_workbench.sample import sample_paths
from icp_workbench.workshop.folders import session_folder

PREWORK = """
apiVersion: icp-prework/v1
participants: [{name: Maria Lopez, function: sales}]
hypotheses:
  - {claim: Enterprise wins, by: sales, when: number_of_employees >= 1000}
"""


def icp(*arguments: object) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def prepared(tmp_path: Path, text: str = PREWORK) -> Result:
    """A pre-work file taken into the workshop `w` on the sample."""
    (tmp_path / "pre.yaml").write_text(text)
    return icp(
        "prework", tmp_path / "pre.yaml", *sample_paths(), "--no-book", "--name", "w",
        "--sessions", tmp_path / "s", "--agenda", "60",
    )  # fmt: skip


def test_a_workshop_is_prepared_and_its_minutes_are_written(tmp_path: Path) -> None:
    done = prepared(tmp_path)
    assert done.exit_code == 0, done.output
    assert "Taken in: 1 participant, 1 hypothesis, agenda 60 minutes." in done.output
    assert "Enterprise wins: number of employees at least 1000 (better)" in done.output
    assert "win rate" not in done.output.lower()  # figures wait for the reveal
    assert "Nothing new" in prepared(tmp_path).output
    told = icp("minutes", "w", "--sessions", tmp_path / "s")
    assert told.exit_code == 0 and "**Confidential.**" in told.output and "Maria Lopez" in told.output
    written = icp("minutes", tmp_path / "s" / "w", "--out", tmp_path / "w.md")
    assert written.exit_code == 0 and (tmp_path / "w.md").read_text() == told.output
    again = icp("minutes", "w", "--sessions", tmp_path / "s", "--out", tmp_path / "w.md")
    assert again.exit_code == 2 and "exists already" in again.output


def test_every_problem_of_a_pre_work_file_is_one_error_and_nothing_is_begun(tmp_path: Path) -> None:
    refused = prepared(tmp_path, PREWORK.replace("sales", "juggling").replace("number_of", "numbr_of"))
    assert refused.exit_code == 2 and "3 problems" in refused.output
    assert "did you mean `number_of_employees`" in refused.output and "Traceback" not in refused.output
    told = icp("minutes", "w", "--sessions", tmp_path / "s")
    assert "Enterprise wins" not in told.output


def test_a_session_that_is_not_there_is_said(tmp_path: Path) -> None:
    for command in (("minutes", "nobody"), ("rescue", "nobody", "x")):
        told = icp(*command, "--sessions", tmp_path)
        assert told.exit_code == 2 and "No such session" in told.output
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_session_is_rescued(tmp_path: Path) -> None:
    prepared(tmp_path)
    journal = tmp_path / "s" / "w" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:3], b"x" + lines[3], *lines[4:]]))
    assert "lines at its end could not be read" in icp("minutes", "w", "--sessions", tmp_path / "s").output
    kept = icp("rescue", "w", "w2", "--sessions", tmp_path / "s")
    assert kept.exit_code == 0 and "Kept 2 events" in kept.output
    assert "Maria Lopez" in icp("minutes", "w2", "--sessions", tmp_path / "s").output


def test_no_session_name_leads_out_of_the_sessions_folder(
    tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    prepared(tmp_path)
    root = tmp_path / "s"
    journal = root / "w" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40] + b"x\n" + journal.read_bytes()[-40:])
    for name in json.loads(real_data("hostile/bad_session_names.json").read_text("utf-8")):
        for command in (
            ("minutes", "--sessions", root, "--", name),
            ("rescue", "--sessions", root, "--", "w", name),
        ):
            told = icp(*command)
            assert told.exit_code in (0, 2) and "Traceback" not in told.output, (command, told.output)
        assert session_folder(root, name).resolve().parent == root.resolve()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pre.yaml", "s"]
    assert all(path.is_dir() for path in root.iterdir())
