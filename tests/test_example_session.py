"""The example in sessions/: made again it is the same, it names nobody, and RevOps needs no more than it."""

from __future__ import annotations

import csv
import importlib.util
import itertools
import json
import math
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from icp_workbench.book.opening import open_book
from icp_workbench.cli import cli
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.coverage import profile_accounts
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.digest import digest_of, verify_digest
from icp_workbench.spec.files import read_spec
from icp_workbench.spec.lineage import versions_in
from icp_workbench.spec.model import content_of
from icp_workbench.spec.schema import schema_text

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "sessions" / "northbeam"
FIRST, SECOND, THIRD = (FOLDER / f"northbeam-{version}.icp.yaml" for version in ("1.0.0", "1.1.0", "2.0.0"))
SAMPLE = tuple(map(str, sample_paths()))


def icp(*arguments: str | Path) -> Result:
    """Run the command; a traceback fails the test."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def maker() -> ModuleType:
    """The script that made the example."""
    found = importlib.util.spec_from_file_location("make_example", ROOT / "sessions" / "make_example.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@cache
def companies() -> list[dict[str, str]]:
    """The accounts of the export, as text."""
    with (ROOT / "sample_data" / "hubspot_companies.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def alike(one: Any, other: Any, where: str = "") -> None:
    """The same content; figures to six digits, since machines differ in the last; no digests."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other), where
        for key in one:
            if key not in ("digest", "parent"):
                alike(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        assert len(one) == len(other), where
        for at, (inner, its) in enumerate(zip(one, other, strict=True)):
            alike(inner, its, f"{where}[{at}]")
    elif isinstance(one, float) or isinstance(other, float):
        assert math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-12), (where, one, other)
    else:
        assert one == other, where


def test_made_again_it_is_the_same(tmp_path: Path) -> None:
    made = maker().main(tmp_path)
    assert [path.name for path in made] == [path.name for _, path in versions_in(FOLDER)]
    for path in made:
        alike(content_of(read_spec(path)), content_of(read_spec(FOLDER / path.name)), path.name)
    assert (FOLDER / "icp.schema.json").read_text("utf-8") == schema_text()
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        path.name for path in (tmp_path / "northbeam").iterdir()
    )


def test_each_version_names_the_one_before() -> None:
    profiles = [read_spec(path) for path in (FIRST, SECOND, THIRD)]
    assert all(verify_digest(one) for one in profiles)
    assert profiles[0].metadata.parent is None
    for before, after in itertools.pairwise(profiles):
        assert after.metadata.parent is not None
        assert after.metadata.parent.version == before.metadata.version
        assert after.metadata.parent.digest == digest_of(before)


def test_it_names_nobody() -> None:
    text = "\n".join(path.read_text("utf-8") for path in FOLDER.iterdir())
    for company in companies():
        assert company["Company name"] not in text
        for header in ("Record ID", "Salesforce Account ID", "Company Domain Name"):
            assert not company.get(header) or company[header] not in text
    assert not re.search(r"@|/home/|/tmp/|/Users/|https?://(?!json-schema\.org)", text)


def test_its_changes_are_what_the_meetings_decided() -> None:
    first = json.loads(icp("spec", "diff", FIRST, SECOND, "--format", "json").stdout)
    assert (first["effect"], first["proposed_version"]) == ("minor", "1.1.0")
    result = icp("spec", "diff", SECOND, THIRD, "--book", *SAMPLE, "--format", "json")
    second = json.loads(result.stdout)
    assert result.exit_code == 0 and second["breaking"] and not second["unannounced"]
    assert (second["proposed_version"], second["version_is_enough"]) == ("2.0.0", True)
    told = {(change["id"], change["aspect"]): change["effect"] for change in second["changes"]}
    assert told["industry-fintech", "required"] == "major"
    assert told["industry-fintech", "when"] == told["thousand-employees", "added"] == "minor"
    covered = [read_spec(path).data.coverage for path in (SECOND, THIRD)]
    profile, anti = second["accounts"]["profile"], second["accounts"]["anti_icp"]
    assert [profile["before"], profile["after"]] == [one.accounts for one in covered if one is not None]
    assert [anti["before"], anti["after"]] == [one.anti_accounts for one in covered if one is not None]
    assert profile["before"] - profile["left"] + profile["entered"] == profile["after"]


def test_its_history_is_read_from_the_files_alone() -> None:
    told = json.loads(icp("spec", "history", FOLDER, "--format", "json").stdout)
    assert [one["version"] for one in told["versions"]] == ["1.0.0", "1.1.0", "2.0.0"]
    assert [one["effect"] for one in told["versions"]] == [None, "minor", "major"]
    assert told["versions"][2]["criteria"] == {"icp": 3, "anti_icp": 2} and told["notes"] == []
    text = icp("spec", "history", "northbeam", "--sessions", FOLDER.parent).stdout
    assert "2026-11-30" in text and "159" in text and "12.2%" in text and "thousand-employees" in text


@pytest.mark.parametrize("book", [(), ("--book", *SAMPLE)], ids=["alone", "on the book"])
@pytest.mark.parametrize(
    ("version", "fires", "exit_code"),
    [
        (FIRST, {"ICP007", "ICP008", "ICP010"}, 1),
        (SECOND, {"ICP001", "ICP008", "ICP010"}, 1),
        (THIRD, {"ICP001", "ICP008"}, 0),
    ],
    ids=["1.0.0", "1.1.0", "2.0.0"],
)
def test_its_checks_fire_until_they_are_accepted(
    version: Path, fires: set[str], exit_code: int, book: tuple[str, ...]
) -> None:
    result = icp("spec", "lint", version, *book, "--format", "json")
    told = json.loads(result.stdout)
    assert result.exit_code == exit_code and told["with_book"] == bool(book)
    if book and exit_code:  # which accounts match two criteria can only be counted there
        fires = fires | {"ICP012"}
    assert {one["code"] for one in told["findings"]} == fires
    assert all(one["accepted"] == (exit_code == 0) == bool(one["note"]) for one in told["findings"])
    assert all(one["sentence"] and one["what_to_do"] for one in told["findings"])
    text = icp("spec", "lint", version, *book)
    assert text.exit_code == exit_code and all(code in text.stdout for code in fires)
    assert ("Accepted: A new revenue leader" in text.stdout) == (exit_code == 0)


def test_the_file_and_the_export_select_the_accounts_of_the_workshop() -> None:
    """By hand over the raw rows, by the command, and as the file itself counted them in the workshop."""
    by_hand = {}
    for company in companies():
        employees = float(company["Number of Employees"] or "nan")
        anti = company["Industry"] == "Public Sector" or employees >= 1000
        inside = company["Industry"] in ("B2B SaaS", "Fintech") and 40 <= employees <= 120
        by_hand[company["Record ID"]] = "profile" if inside else "anti_icp" if anti else "outside"
    rows = list(csv.DictReader(icp("spec", "accounts", THIRD, "--book", *SAMPLE).stdout.splitlines()))
    assert len(rows) == len(by_hand) == 1300
    differing = {row["account"]: row for row in rows if by_hand[row["account"]] != row["standing"]}
    assert {row["standing"] for row in differing.values()} <= {"unknown"}
    assert all(row["unknown"] for row in differing.values())
    coverage = read_spec(THIRD).data.coverage
    assert coverage is not None
    assert sum(row["standing"] == "profile" for row in rows) == coverage.accounts == 159
    assert sum(row["standing"] == "anti_icp" for row in rows) == coverage.anti_accounts
    workshop = SegmentIndex(open_book(*SAMPLE, book_file=False))
    criteria = criteria_in(read_spec(THIRD))
    chosen = {workshop.book.account_ids[row] for row in np.flatnonzero(profile_accounts(workshop, criteria))}
    assert {row["account"] for row in rows if row["standing"] == "profile"} == chosen
    as_json = json.loads(icp("spec", "accounts", THIRD, "--book", *SAMPLE, "--format", "json").stdout)
    assert [one["account"] for one in as_json] == [row["account"] for row in rows]
    assert [" ".join(one["missed"]) for one in as_json] == [row["missed"] for row in rows]


def test_the_companies_alone_are_enough() -> None:
    """Without deals, subscriptions and tickets: no condition reads them."""
    whole = icp("spec", "accounts", THIRD, "--book", *SAMPLE).stdout
    alone = icp("spec", "accounts", THIRD, "--book", ROOT / "sample_data" / "hubspot_companies.csv")
    assert alone.exit_code == 0, alone.output
    assert sorted(alone.stdout.splitlines()) == sorted(whole.splitlines())


@pytest.mark.parametrize(
    "command", [("accounts", THIRD), ("lint", THIRD), ("diff", SECOND, THIRD)], ids=lambda one: str(one[0])
)
def test_data_of_something_else_are_one_error(command: tuple[str | Path, ...], tmp_path: Path) -> None:
    rows = [f"A{at},{'North' if at % 3 else 'South'},{'Yes' if at % 2 else 'No'}" for at in range(40)]
    path = tmp_path / "subscribers.csv"
    path.write_text("\n".join(["customer_id,Area,Churn", *rows]), "utf-8")
    result = icp("spec", *command, "--book", path)
    assert result.exit_code == 2 and result.stdout == ""
    assert "Another" in result.stderr and "Traceback" not in result.stderr
    assert "dustry" in result.stderr or "employees" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_names_are_shown_on_a_terminal_alone() -> None:
    import pty

    command = [sys.executable, "-m", "icp_workbench", "spec", "diff", FIRST, THIRD, "--book", *SAMPLE]
    names = {company["Company name"] for company in companies()}
    piped = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert piped.returncode == 0 and not [name for name in names if name in piped.stdout]
    main_end, other_end = pty.openpty()
    with subprocess.Popen(command, stdout=other_end, stderr=subprocess.DEVNULL, cwd=ROOT) as shown:
        os.close(other_end)
        text = b""
        while chunk := _read(main_end):
            text += chunk
    os.close(main_end)
    assert shown.returncode == 0
    assert len([name for name in names if name in text.decode()]) >= 10
    assert "Entered the profile" in text.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""
