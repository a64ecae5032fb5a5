"""`icp spec lint` as a person or a program meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.spec.digest import with_digest
from icp_workbench.spec.files import write_spec
from icp_workbench.spec.model import AcceptedCheck, Data, IdealCustomerProfile, Slots, Statement
from tests.spec.checks.subjects import SAAS, anti, evidence, icp, spec
from tests.spec.checks.test_making import FULL
from tests.test_cli import icp as run
from tests.test_cli import refused

DAY = ("--today", "2026-11-29")


def sound(*accepted: str) -> IdealCustomerProfile:
    """A profile of which only ICP007 fires, and that once for each of two accounts of SaaS."""
    from tests.spec.checks.test_targets import SOURCED

    return with_digest(
        spec(
            icp(
                "saas",
                SAAS,
                required=True,
                evidence=evidence(accounts=30, win_rate="better", retention_12m="better"),
            ),
            anti("retail", FieldTest("industry", "is", "Retail"), evidence=evidence(accounts=10)),
            fields=SOURCED,
            statement=Statement(text="We win.", slots=Slots(**FULL)),
            data=Data(book="b", average_customer={"accounts": 100, "retention_12m": 0.8}),
            accepted_checks=[AcceptedCheck(check=code, note="Known, and on its way.") for code in accepted],
        )
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "it.icp.yaml"
    write_spec(sound(), path)
    return path


def test_one_finding_that_nobody_accepted_is_exit_code_one(file: Path) -> None:
    result = run("spec", "lint", file, *DAY)
    assert result.exit_code == 1
    assert "ICP007 similarity only" in result.stdout and "→ Add a signal" in result.stdout
    assert "1 check fires" in result.stdout.splitlines()[0]


def test_accepted_ones_are_shown_and_do_not_fail(tmp_path: Path) -> None:
    path = tmp_path / "it.icp.toml"
    write_spec(sound("ICP007"), path)
    result = run("spec", "lint", path, *DAY)
    assert result.exit_code == 0
    assert "Accepted: Known, and on its way." in result.stdout and "no check fires" in result.stdout


def test_programs_read_the_same(file: Path) -> None:
    result = run("spec", "lint", file, "--format", "json", *DAY)
    assert result.exit_code == 1
    payload = json.loads(result.stdout)
    assert payload["open"] == ["ICP007"] and payload["today"] == "2026-11-29"
    (found,) = payload["findings"]
    assert found.keys() == {
        "code", "name", "accepted", "note", "criteria", "sentence", "what_to_do", "figures",
    }  # fmt: skip
    assert (found["code"], found["accepted"], found["note"]) == ("ICP007", False, None)
    assert {one["code"] for one in payload["not_run"]} == {
        "ICP004", "ICP006", "ICP011", "ICP012", "ICP016",
    }  # fmt: skip
    assert payload["with_book"] is False


def test_the_day_decides_what_is_stale(file: Path) -> None:
    assert "ICP006" not in json.loads(run("spec", "lint", file, "--format", "json", *DAY).stdout)["open"]
    late = run("spec", "lint", file, "--format", "json", "--today", "2027-03-01")
    assert "ICP006" in json.loads(late.stdout)["open"]


def export(path: Path) -> Path:
    """Half of 120 accounts are SaaS and win two of three deals; a third of all has no industry."""
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["Deal ID", "Account", "Industry", "Stage", "Amount"])
        for at in range(240):
            industry = ("SaaS", "Retail", "")[at % 3]
            won = at % 4 if industry == "SaaS" else at % 4 == 0
            rows.writerow([f"D{at}", f"A{at}", industry, "Closed Won" if won else "Closed Lost", 1000 + at])
    return path


def test_the_book_is_opened_and_the_checks_it_allows_are_run(file: Path, tmp_path: Path) -> None:
    data = export(tmp_path / "deals.csv")
    result = run("spec", "lint", file, "--book", data, "--format", "json", *DAY)
    payload = json.loads(result.stdout)
    assert result.exit_code == 1 and payload["with_book"] is True
    blanks = next(one for one in payload["findings"] if one["code"] == "ICP016")
    assert blanks["figures"]["blank"] == 80 and blanks["criteria"] == ["saas"]
    assert "ICP014" in payload["open"]  # this book knows no economics, whatever the file's did
    assert not {one["code"] for one in payload["not_run"]} & {"ICP011", "ICP012", "ICP016"}


def test_several_files_follow_book(file: Path, tmp_path: Path) -> None:
    deals = export(tmp_path / "deals.csv")
    more = tmp_path / "accounts.csv"
    more.write_text("Account,Employees\n" + "".join(f"A{at},{at}\n" for at in range(240)), "utf-8")
    together = run("spec", "lint", file, "--book", deals, more, *DAY)
    apart = run("spec", "lint", file, "--book", deals, "--book", more, *DAY)
    assert together.stdout == apart.stdout and "ICP016" in together.stdout


def test_bad_input_is_exit_code_two(file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.icp.yaml"
    broken.write_text(file.read_text("utf-8").replace("signal: fit", "signal: fitt"), "utf-8")
    assert "criteria[0].signal" in " ".join(refused("spec", "lint", broken))
    refused("spec", "lint", tmp_path / "nowhere.icp.yaml")
    refused("spec", "lint", file, "--book", tmp_path / "nowhere.csv")
    assert run("spec", "lint", file, "--today", "yesterday").exit_code == 2
    assert run("spec", "lint", file, "more.csv").exit_code == 2
    assert run("spec", "lint").exit_code == 2
