"""icp spec diff, history, accounts and migrate as a person or a program meets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from icp_workbench.cli import cli
from icp_workbench.conditions.condition import FieldTest
from icp_workbench.spec.digest import digest_of, with_digest
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.model import IdealCustomerProfile, Parent
from tests.spec.examples import GOLDEN, profile

OLD = GOLDEN / "acme-core-3.0.0.icp.yaml"
SAMPLE = Path(__file__).parents[3] / "sample_data"
EXAMPLE = Path(__file__).parents[3] / "sessions" / "northbeam"


def icp(*arguments: str | Path) -> Result:
    """Run the command; a traceback fails the test."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def following(before: IdealCustomerProfile, version: str, **changes: object) -> IdealCustomerProfile:
    """The next version, its first criterion changed."""
    first = before.criteria[0].model_copy(update=changes)
    about = before.metadata.model_copy(
        update={
            "version": version,
            "parent": Parent(version=before.metadata.version, digest=digest_of(before)),
            "summary_of_changes": "",
        }
    )
    return with_digest(
        before.model_copy(update={"metadata": about, "criteria": [first, *before.criteria[1:]]})
    )


def saved(folder: Path, *profiles: IdealCustomerProfile) -> list[Path]:
    """Profiles as files of a session called after its folder."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{folder.name}-{one.metadata.version}.icp.yaml" for one in profiles]
    for one, path in zip(profiles, paths, strict=True):
        write_spec(one, path)
    return paths


@pytest.mark.parametrize(
    ("version", "changes", "code"),
    [
        ("1.1.0", {"required": True}, 1),
        ("2.0.0", {"required": True}, 0),
        ("1.0.1", {"points": 51}, 0),
        ("1.1.0", {"points": 51}, 0),
        ("1.0.1", {"reason": "more"}, 0),
    ],
)
def test_the_exit_code_tells_an_unannounced_breaking_change(
    version: str, changes: dict[str, object], code: int, tmp_path: Path
) -> None:
    first = with_digest(profile())
    before, after = saved(tmp_path / "acme", first, following(first, version, **changes))
    for form in ("text", "json", "markdown"):
        result = icp("spec", "diff", before, after, "--format", form)
        assert result.exit_code == code, result.output
    payload = json.loads(icp("spec", "diff", before, after, "--format", "json").stdout)
    assert payload["unannounced"] is bool(code) and len(payload["changes"]) == 1
    assert "accounts" not in payload
    text = icp("spec", "diff", before, after).stdout
    assert ("the major version did not move" in text) is bool(code)
    assert icp("spec", "diff", before, before).stdout.count("Nothing changed") == 1


def test_data_from_a_spec_cannot_write_markdown_or_move_the_terminal(tmp_path: Path) -> None:
    first = with_digest(profile())
    hostile = "a | b\n# <b>*x*</b> \x1b[31m \u202e [x](y)"
    second = following(first, "1.1.0", when=FieldTest("industry", "is", hostile))
    before, after = saved(tmp_path / "acme", first, second)
    shown = icp("spec", "diff", before, after, "--format", "markdown").stdout
    row = next(line for line in shown.splitlines() if "industry is" in line)
    assert "\\|" in row and "\\<b\\>" in row and "\x1b" not in shown and "\u202e" not in shown
    for form in ("text", "json"):
        told = icp("spec", "diff", before, after, "--format", form).stdout
        assert "\x1b" not in told and "\u202e" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "nowhere.icp.yaml", OLD),
        ("diff", OLD, SAMPLE / "hubspot_companies.csv"),
        ("diff", OLD, OLD, "--book", "nowhere.csv"),
        ("accounts", "nowhere.icp.yaml", "--book", SAMPLE),
        ("accounts", OLD, "--book", "nowhere"),
        ("history", "no-such-session", "--sessions", SAMPLE),
        ("history", SAMPLE),
        ("history", OLD),
        ("history", "x" * 300),
        ("diff", OLD, OLD, "--book", SAMPLE / "subscriptions.csv"),
        ("accounts", OLD, "--book", SAMPLE / "subscriptions.csv"),
        ("lint", OLD, "--book", SAMPLE / "subscriptions.csv"),
        ("migrate", "nowhere.icp.yaml"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:1])),
)
def test_bad_input_is_one_message_and_exit_code_2(arguments: tuple[str | Path, ...]) -> None:
    result = icp("spec", *arguments)
    assert result.exit_code == 2 and result.stdout == ""
    assert len(result.stderr.splitlines()) >= 3, result.stderr


def test_options_that_are_not_complete_are_said() -> None:
    assert icp("spec", "accounts", OLD).exit_code == 2
    for arguments in (("--book",), ("--book", "--format", "json")):
        result = icp("spec", "accounts", OLD, *arguments)
        assert result.exit_code == 2 and "--book" in result.stderr


def test_paths_of_the_book_may_stand_anywhere() -> None:
    companies, deals = SAMPLE / "hubspot_companies.csv", SAMPLE / "salesforce_opportunities.csv"
    spec = EXAMPLE / "northbeam-2.0.0.icp.yaml"
    wanted = icp("spec", "accounts", spec, "--book", companies, deals).stdout
    assert len(wanted.splitlines()) == 1301
    for arguments in (
        ("--book", companies, deals, spec),
        ("--book", companies, "--book", deals, spec),
        ("--book", companies, deals, "--format", "csv", spec),
        (f"--book={companies}", "--book", deals, "--", spec),
    ):
        assert icp("spec", "accounts", *arguments).stdout == wanted


def test_history_says_what_is_wrong_with_a_file_and_goes_on(tmp_path: Path) -> None:
    first = with_digest(profile())
    second = following(first, "1.0.1", reason="more")
    third = following(second, "1.1.0", points=60)
    paths = saved(tmp_path / "acme", first, second, third)
    clean = json.loads(icp("spec", "history", tmp_path / "acme", "--format", "json").stdout)
    assert clean["notes"] == [] and [one["effect"] for one in clean["versions"]] == [None, "patch", "minor"]
    assert clean["versions"][2]["what_changed"].endswith("points changed.")
    assert clean["versions"][0]["coverage"] is None

    paths[1].write_text("apiVersion: icp/v1\n", "utf-8")
    told = icp("spec", "history", tmp_path / "acme").stdout
    assert "acme-1.0.1.icp.yaml cannot be read: 7 problems: schema: found nothing" in told
    assert "comes from 1.0.1, not from 1.0.0" in told
    paths[1].unlink()
    write_spec(with_digest(following(second, "1.0.1", reason="else")), paths[1])
    assert "comes from another 1.0.1" in icp("spec", "history", tmp_path / "acme").stdout
    paths[0].write_text(paths[0].read_text("utf-8").replace("points: 50", "points: 49"), "utf-8")
    assert "was changed after it was saved" in icp("spec", "history", tmp_path / "acme").stdout


def test_migrate_says_what_it_did_and_that_nothing_is_left(tmp_path: Path) -> None:
    paths = [tmp_path / "a.icp.yaml", tmp_path / "b.icp.toml"]
    shutil.copy(OLD, paths[0])
    shutil.copy(OLD.with_suffix(".toml"), paths[1])
    first = icp("spec", "migrate", *paths)
    assert first.exit_code == 0 and first.stdout.count("the old content is in") == 2
    assert icp("spec", "migrate", *paths).stdout.count("nothing to do") == 2
    assert read_spec(paths[0]) == read_spec(paths[1])
    assert icp("spec", "validate", paths[0]).stderr == ""


def test_an_older_file_named_last_is_said() -> None:
    old, new = (EXAMPLE / f"northbeam-{version}.icp.yaml" for version in ("1.0.0", "2.0.0"))
    told = icp("spec", "diff", new, old).stdout.splitlines()[1]
    assert (
        told
        == "1.0.0 is older than 2.0.0: name the older file first, or raise it; the changes ask for 3.0.0."
    )


def test_versions_have_a_history_wherever_they_were_copied_to(tmp_path: Path) -> None:
    for path in EXAMPLE.glob("*.icp.yaml"):
        shutil.copy(path, tmp_path)
    wanted = icp("spec", "history", EXAMPLE).stdout
    assert icp("spec", "history", tmp_path).stdout == wanted and wanted.startswith("northbeam: 3 versions")
    shutil.copy(OLD, tmp_path / "acme-core-3.0.0.icp.yaml")
    assert "No version here" in icp("spec", "history", tmp_path).stderr


def test_a_warning_on_two_specs_is_said_once(tmp_path: Path) -> None:
    import csv

    part = tmp_path / "companies.csv"
    with (SAMPLE / "hubspot_companies.csv").open() as whole, part.open("w", newline="") as file:
        rows = list(csv.DictReader(whole))
        left = [name for name in rows[0] if name != "Industry"]
        writer = csv.DictWriter(file, left, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    old, new = (EXAMPLE / f"northbeam-{version}.icp.yaml" for version in ("1.0.0", "1.1.0"))
    told = icp("spec", "diff", old, new, "--book", part).stderr
    assert told.count("`industry` is in none of these files") == 1
