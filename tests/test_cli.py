"""The `icp` command as a person or a program meets it: what it prints, and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from icp_workbench.cli import cli
from icp_workbench.sample import sample_paths
from icp_workbench.segments.naming import named_segments

ESC = "\x1b"


def icp(*arguments: str | Path) -> Result:
    """Run the command; a traceback fails the test, whatever the exit code."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refused(*arguments: str | Path) -> list[str]:
    """Run a command that must be refused: exit code 2, three lines on standard error, nothing else."""
    result = icp(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) >= 3, lines
    assert all(line.strip() for line in (lines[0], lines[1], lines[-1])), lines
    return lines


@pytest.fixture
def deals(tmp_path: Path) -> Path:
    """A small flat table of deals: SaaS wins 3 of 4 accounts' deals, Retail 1 of 4."""
    path = tmp_path / "deals.csv"
    rows = ["deal_id,account,industry,stage,amount,created_date,close_date"]
    for number in range(80):
        industry = "SaaS" if number % 2 else "Retail"
        won = (number // 2) % 4 != 0 if industry == "SaaS" else (number // 2) % 4 == 0
        stage = "Closed Won" if won else "Closed Lost"
        rows.append(
            f"D{number},Acc {number},{industry},{stage},{1000 + number},2026-01-01,"
            f"2026-02-{1 + number % 28:02d}"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_nobody_has_room_for_is_one_error(deals: Path) -> None:
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "icp_workbench", "data", deals], stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert finished.returncode == 2, finished.stderr
    assert finished.stderr.splitlines()[0] == "Cannot write the answer" and len(finished.stderr) < 400


def test_compare_prints_the_same_figures_in_every_format(deals: Path) -> None:
    arguments = ("compare", deals, "--segment", "S: industry = 'SaaS'")
    payload = json.loads(icp(*arguments, "--format", "json").stdout)
    cell = next(c for c in payload["cells"] if c["segment"] == "S" and c["metric"] == "win_rate")
    assert cell["estimate"] == pytest.approx(30 / 40)
    assert cell["rest"] == pytest.approx(10 / 40)
    assert cell["average"] == pytest.approx(40 / 80)
    assert (cell["n"], cell["accounts"], cell["verdict"]) == (40, 40, "better")
    assert payload["segments"][0]["name"] == "all"
    rows = list(csv.DictReader(io.StringIO(icp(*arguments, "--format", "csv").stdout)))
    row = next(row for row in rows if row["segment"] == "S" and row["metric"] == "win_rate")
    assert float(row["estimate"]) == pytest.approx(cell["estimate"])
    assert (row["verdict"], int(row["n"])) == ("better", 40)
    for form in ("table", "markdown"):
        text = icp(*arguments, "--format", form).stdout
        assert "75.0%" in text and "better" in text and "50.0%" in text


def test_data_says_the_same_to_people_and_programs(deals: Path) -> None:
    payload = json.loads(icp("data", deals, "--json").stdout)
    assert {"tables", "columns", "joins", "metrics", "leaks"} <= payload.keys()
    by_name = {metric["name"]: metric for metric in payload["metrics"]}
    assert by_name["win_rate"]["available"] is True
    assert 0 < by_name["win_rate"]["smallest_difference"] < 1
    assert by_name["churn_rate"]["available"] is False and by_name["churn_rate"]["missing"]
    text = icp("data", deals).stdout
    assert "deals" in text and "Win rate" in text and "industry" in text


def test_a_wrong_condition_is_told_with_the_nearest_match(deals: Path) -> None:
    assert "industry" in " ".join(refused("compare", deals, "--segment", "A: industy = 'SaaS'"))
    assert "SaaS" in " ".join(refused("compare", deals, "--segment", "A: industry = 'Saas2'"))
    refused("compare", deals, "--segment", "A: industry = ")
    refused("compare", deals, "--segment", "all: industry = 'SaaS'")
    assert "win_rate" in " ".join(refused("compare", deals, "--metric", "winrate"))


def test_seven_segments_are_refused(deals: Path) -> None:
    refused("compare", deals, *(part for _ in range(7) for part in ("--segment", "industry = 'SaaS'")))


def test_segments_without_a_name_take_the_free_letters() -> None:
    named = named_segments(["x = 'a:b'", "A: y = 1", "z = 2"])
    assert named == {"B": "x = 'a:b'", "A": "y = 1", "C": "z = 2"}


BAD_FILES = {
    "empty.csv": b"",
    "blank.csv": b"\n\n\n",
    "header_only.csv": b"account,industry,stage\n",
    "binary.csv": bytes(range(256)) * 8,
    "report.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "book.xlsx": b"this is no workbook",
    "zipped.csv": b"PK\x03\x04" + b"\x00" * 64,
    "rows.parquet": b"PAR1 but no more",
    "no_outcome.csv": b"account,industry\nA,SaaS\nB,Retail\n",
    "no_attribute.csv": b"deal_id,stage\n1,Closed Won\n2,Closed Lost\n",
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", ["data", "compare"])
def test_a_bad_file_is_one_message_and_exit_code_2(command: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BAD_FILES[name])
    told = " ".join(refused(command, path))
    assert "Traceback" not in told


def test_missing_files_and_folders_without_tables_are_told(tmp_path: Path) -> None:
    assert "nowhere.csv" in " ".join(refused("data", tmp_path / "nowhere.csv"))
    refused("data", tmp_path)


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert "pipe.csv" in " ".join(refused("data", pipe))


def test_duplicate_account_ids_are_told_by_name(tmp_path: Path) -> None:
    accounts = [f"A{number},{('SaaS', 'Retail')[number % 2]}\n" for number in range(20)]
    (tmp_path / "accounts.csv").write_text("account_id,industry\nA1,SaaS\n" + "".join(accounts))
    deals = [f"{n},A{n % 20},Closed {'Won' if n % 3 else 'Lost'}\n" for n in range(60)]
    (tmp_path / "deals.csv").write_text("deal_id,account_id,stage\n" + "".join(deals))
    shown = icp("data", tmp_path)
    assert shown.exit_code == 0 and "A1: lines 2, 4; line 2 was kept" in shown.stdout


def test_a_join_that_matches_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account_id,industry\nA1,SaaS\nA2,Retail\n")
    (tmp_path / "deals.csv").write_text("deal_id,account_id,stage\n1,B7,Closed Won\n2,B8,Closed Lost\n")
    assert "account_id" in " ".join(refused("data", tmp_path))


def test_hostile_cells_never_reach_the_terminal_raw(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    hostile = ["[/]", "[@click=app.quit]x[/]", f"{ESC}[31mred", "日本語", "\u202eevil", "=cmd()"]
    rows = ["deal_id,account,industry,stage"]
    for number in range(120):
        stage = "Closed Won" if number // len(hostile) % 3 else "Closed Lost"
        rows.append(f'{number},Acc {number},"{hostile[number % len(hostile)]}",{stage}')
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    shown = icp("data", path).stdout + icp("compare", path, "--segment", "A: industry = '日本語'").stdout
    assert ESC not in shown and "\u202e" not in shown
    assert "日本語" in shown and "[/]" in shown
    table = icp("compare", path, "--segment", "A: industry = '=cmd()'", "--format", "csv").stdout
    assert all(not cell.startswith("=") for row in csv.reader(io.StringIO(table)) for cell in row)


def test_open_without_a_terminal_is_told(deals: Path) -> None:
    refused("open", deals)


def test_the_demo_without_a_terminal_saves_a_spec_that_validates(tmp_path: Path) -> None:
    first = icp("demo", "--sessions", tmp_path)
    assert first.exit_code == 0, first.output
    saved = first.stdout.splitlines()[-1].removeprefix("Saved ").strip()
    assert saved.endswith("-1.0.0.icp.yaml") and Path(saved).is_file()
    assert icp("spec", "validate", saved).exit_code == 0
    shown = icp("spec", "show", saved).stdout
    assert "We win best with" in shown
    again = icp("demo", "--sessions", tmp_path)
    assert again.exit_code == 0 and again.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]


def test_an_unwritable_sessions_folder_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    result = icp("demo", "--sessions", blocked / "sessions")
    assert result.exit_code == 2 and "Traceback" not in result.output
    assert len(result.stderr.splitlines()) >= 3


def test_a_changed_spec_is_reported_and_a_broken_one_refused(tmp_path: Path) -> None:
    saved = Path(icp("demo", "--sessions", tmp_path).stdout.splitlines()[-1].removeprefix("Saved ").strip())
    changed = tmp_path / "changed.icp.yaml"
    changed.write_text(
        saved.read_text("utf-8").replace("verdict: icp", "verdict: ok_if", 1), encoding="utf-8"
    )
    result = icp("spec", "validate", changed)
    assert result.exit_code == 0 and "digest" in result.stderr.lower()
    changed.write_text(
        saved.read_text("utf-8").replace("verdict: icp", "verdict: maybe", 1), encoding="utf-8"
    )
    assert "maybe" in " ".join(refused("spec", "validate", changed))


def test_the_schema_is_json() -> None:
    schema = json.loads(icp("schema").stdout)
    assert schema["title"] and "criteria" in schema["properties"]


def test_the_sample_opens_and_compares() -> None:
    result = icp(
        "compare", *sample_paths(), "--segment", "A: industry IN ('B2B SaaS', 'Fintech')", "--format", "json"
    )
    payload = json.loads(result.stdout)
    cell = next(c for c in payload["cells"] if c["segment"] == "A" and c["metric"] == "win_rate")
    assert cell["verdict"] == "better"


def test_the_real_books_open_with_their_known_figures(real_data: Callable[[str], Path]) -> None:
    known = {"maven_crm": ("win_rate", 4238 / 6711), "telco_ibm": ("churn_rate", 1869 / 7043)}
    for name, (metric, figure) in known.items():
        payload = json.loads(icp("compare", real_data(name), "--format", "json").stdout)
        cell = next(c for c in payload["cells"] if c["segment"] == "all" and c["metric"] == metric)
        assert cell["estimate"] == pytest.approx(figure, abs=1e-12), name


def test_an_argument_too_many_is_quoted_without_its_control_characters() -> None:
    result = icp("spec", "show", "a", f"{ESC}]0;x\x07")
    assert result.exit_code == 2 and "unexpected extra argument" in result.stderr
    assert ESC not in result.stderr and "\x07" not in result.stderr
