"""`icp data` with decisions, a book file, records set aside: what is said, kept and refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from icp_workbench.book.book_file.files import read_book_file
from icp_workbench.cli import progress
from icp_workbench.cli.progress import ProgressLine, line
from tests.test_cli import ESC, icp, refused


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """Deals that name products, one of them misspelt; dates that can be read both ways; a record too long."""
    folder = tmp_path / "crm"
    folder.mkdir()
    products = ["product,series", *(f"GTX Model {letter},{letter}" for letter in "ABCDEF")]
    (folder / "products.csv").write_text("\n".join(products) + "\n", encoding="utf-8")
    rows = ["deal_id,account,product,stage,industry,created_date,close_date"]
    for number in range(90):
        product = "GTXModel A" if number % 9 == 0 else f"GTX Model {'ABCDEF'[number % 6]}"
        stage = ("Closed Won", "Closed Lost", "Parked")[number // 6 % 3]
        industry = ("SaaS", "Retail", "Health")[number // 2 % 3]
        opened = f"0{1 + number % 9}/0{1 + number % 7}/2025"
        rows.append(
            f"D{number},Acc {number % 30},{product},{stage},{industry},{opened},2026-02-{1 + number % 28:02d}"
        )
    rows.insert(40, "D900,Acc 1,GTX Model A,Closed Won,SaaS,01/02/2025,2026-02-03,one,too,many")
    (folder / "deals.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def data(*arguments: str | Path) -> dict[str, object]:
    """The JSON of `icp data`."""
    result = icp("data", *arguments, "--json")
    assert result.exit_code == 0, result.output
    payload = json.loads(result.stdout)
    assert isinstance(payload, dict)
    return payload


def test_json_is_all_there_is_on_standard_output(crm: Path, tmp_path: Path) -> None:
    result = icp("data", crm, "--json", "--save", "--set-aside", tmp_path / "aside.csv")
    payload = json.loads(result.stdout)
    assert {"stages", "stage_counts", "differences", "duplicates", "set_aside", "market"} <= payload.keys()
    assert "crm.book.yaml" in result.stderr and "aside.csv" in result.stderr
    assert payload["stage_counts"]["Parked"] == 30
    assert sum(payload["set_aside"]["deals"].values()) == 1


def test_the_text_says_what_to_settle_with_the_option_that_settles_it(crm: Path) -> None:
    text = icp("data", crm).stdout
    assert "--date-order 'deals.created_date = D/M/Y'" in text
    assert "--accept 'deals.product: GTXModel A = GTX Model A'  10 rows" in text
    assert (
        text.index("Outcome metrics") < text.index("To settle") < text.index("Tables") < text.index("Columns")
    )


def test_decisions_take_effect_and_are_remembered_with_save(crm: Path) -> None:
    saved = icp(
        "data", crm, "--save",
        "--accept", "deals.product: GTXModel A = GTX Model A",
        "--stage", "Parked = neither", "--role", "industry = ignore",
        "--date-order", "DEALS.created_date = d/m/y",
    )  # fmt: skip
    assert saved.exit_code == 0, saved.output
    assert saved.stdout.splitlines()[-1].endswith("crm.book.yaml")
    again = data(crm)
    assert again["stages"]["Parked"] == "neither"  # type: ignore[index]
    columns = {(c["table"], c["header"]): c for c in again["columns"]}  # type: ignore[attr-defined]
    assert columns["deals", "industry"]["role"] == "ignore"
    assert columns["deals", "created_date"]["date_order"] == "D/M/Y"
    join = next(j for j in again["joins"] if j["right"] == "products")  # type: ignore[attr-defined]
    assert (join["unmatched"], join["accepted"], join["near_misses"]) == (0, 10, [])
    assert "To settle" not in icp("data", crm).stdout
    assert "GTXModel A" not in str(data(crm, "--no-book")["stages"])
    assert data(crm, "--no-book")["stages"]["Parked"] == "open"  # type: ignore[index]


def test_decisions_without_save_are_for_once(crm: Path) -> None:
    assert data(crm, "--stage", "Parked = lost")["stages"]["Parked"] == "lost"  # type: ignore[index]
    assert list(crm.glob("*.yaml")) == []
    assert data(crm)["stages"]["Parked"] == "open"  # type: ignore[index]


def test_all_near_misses_of_a_key_are_accepted_at_once(crm: Path) -> None:
    joins = data(crm, "--accept-all-near-misses", "deals.product")["joins"]
    assert next(j for j in joins if j["right"] == "products")["unmatched"] == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("option", "typed", "meant"),
    [
        ("--role", "deals.industri = ignore", "deals.industry"),
        ("--role", "deals.industry = ignored", "ignore"),
        ("--role", "deals.industry", "TABLE.HEADER = ignore"),
        ("--stage", "Parkd = lost", "Parked"),
        ("--stage", "Parked = lots", "lost"),
        ("--stage", "Parked", "LABEL = won"),
        ("--date-order", "deals.created_date = Y/M/D", "D/M/Y"),
        ("--accept", "deals.product: GTXModel B = GTX Model A", "GTXModel A"),
        ("--accept", "deals.product: GTXModel A = GTX Model Z", "GTX Model"),
        ("--accept", "deals.produkt: GTXModel A = GTX Model A", "deals.product"),
        ("--accept", "deals.product GTXModel A", "TABLE.HEADER: FOUND = MEANT"),
        ("--accept-all-near-misses", "deals.stage", "deals.product"),
        ("--churn", "flags", "no source of churn"),
    ],
)
def test_a_decision_about_what_is_not_there_names_the_nearest(
    crm: Path, option: str, typed: str, meant: str
) -> None:
    assert meant in " ".join(refused("data", crm, option, typed))


def test_headers_with_points_colons_and_equals_signs_can_be_decided_about(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    rows = ["deal_id,stage,a.b: c = d,size"]
    rows += [
        f"{n},{'Closed Won' if n % 3 else 'Closed Lost'},{'xy'[n // 3 % 2]},{n * 7 % 40}" for n in range(90)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    columns = data(path, "--role", "deals.a.b: c = d = ignore")["columns"]
    column = next(c for c in columns if c["header"] == "a.b: c = d")  # type: ignore[attr-defined]
    assert column["role"] == "ignore"


def test_keys_that_match_nothing_are_listed(crm: Path) -> None:
    text = icp("data", crm, "--unmatched").stdout
    assert "Keys of deals.product that products does not have" in text
    assert "  GTXModel A: 10 rows" in text


def test_records_set_aside_are_named_by_line_and_written(crm: Path, tmp_path: Path) -> None:
    file = tmp_path / "aside.csv"
    result = icp("data", crm, "--set-aside", file)
    assert "line 41" in result.stdout and "D900" in file.read_text()
    assert "aside.csv" in " ".join(refused_after_showing("data", crm, "--set-aside", file))


def refused_after_showing(*arguments: str | Path) -> list[str]:
    """A command that shows the book, and is then refused a file."""
    result = icp(*arguments)
    assert result.exit_code == 2
    return result.stderr.splitlines()


def test_saving_again_keeps_decisions_and_says_what_changed(crm: Path) -> None:
    icp("data", crm, "--save", "--role", "industry = ignore")
    deals = crm / "deals.csv"
    deals.write_text(deals.read_text().replace("Parked", "On ice"), encoding="utf-8")
    text = icp("data", crm, "--save").stdout
    assert "Changed since the book file was saved" in text and "New stage “On ice” (30 deals)" in text
    again = read_book_file(crm / "crm.book.yaml")
    assert again.mapping.column("deals", "industry").role == "ignore"
    assert icp("data", crm).stdout.count("Changed since") == 0


def test_a_book_file_elsewhere_is_written_and_read(crm: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine.book.yaml"
    icp("data", crm, "--book", other, "--save", "--stage", "Parked = lost")
    assert data(crm, "--book", other)["stages"]["Parked"] == "lost"  # type: ignore[index]
    assert data(crm)["stages"]["Parked"] == "open"  # type: ignore[index]
    icp("compare", crm, "--book", other)
    refused("data", crm, "--book", tmp_path / "nowhere.yaml")
    assert icp("data", crm, "--book", other, "--no-book").exit_code == 2
    assert icp("data", crm, "--no-book", "--save").exit_code == 2


def test_a_market_file_is_counted_in_and_remembered(crm: Path, tmp_path: Path) -> None:
    market = tmp_path / "prospects.csv"
    market.write_text("name,industry\nA,SaaS\nB,Retail\nC,\n", encoding="utf-8")
    told = data(crm, "--market", market, "--save")["market"]
    assert (told["name"], told["accounts"]) == ("prospects", 3)  # type: ignore[index]
    assert "market: ../prospects.csv" in (crm / "crm.book.yaml").read_text().replace('"', "")
    board = json.loads(icp("compare", crm, "--segment", "S: industry = 'SaaS'", "--format", "json").stdout)
    segment = next(one for one in board["segments"] if one["name"] == "S")
    assert segment["market"] == {"match": 1, "unknown": 1, "of": 3}


def test_a_preset_file_says_how_headers_are_read_and_is_remembered(crm: Path, tmp_path: Path) -> None:
    preset = tmp_path / "ours.yaml"
    preset.write_text(
        "preset: icp-preset/v1\nname: ours\ntables:\n  - recognised_by: [[deal_id, product]]\n"
        "    columns:\n      - {headers: [created_date], date_order: M/D/Y}\nstages: {Parked: neither}\n"
    )
    assert data(crm, "--preset", preset, "--save")["stages"]["Parked"] == "neither"  # type: ignore[index]
    assert "presets: [../ours.yaml]" in (crm / "crm.book.yaml").read_text().replace('"', "")
    assert data(crm)["stages"]["Parked"] == "neither"  # type: ignore[index]
    preset.write_text("preset: icp-preset/v1\nname: OURS!\n")
    assert "preset" in " ".join(refused("data", crm))


def test_a_broken_book_file_is_told_with_all_its_problems(crm: Path) -> None:
    (crm / "crm.book.yaml").write_text("apiVersion: icp-book/v1\nstages: {Won: {is: maybe}}\nrats: 1\n")
    told = " ".join(refused("data", crm))
    assert "line 2, stages.Won.is" in told and "`rates`, perhaps" in told and "--no-book" in told
    assert icp("data", crm, "--no-book").exit_code == 0


def test_hostile_names_in_a_book_file_never_reach_the_terminal_raw(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    hostile = f"{ESC}]0;x\x07 \u202e[red]"
    rows = [f"deal_id,{hostile},stage"]
    rows += [
        f"{n},{hostile if n // 3 % 2 else 'b'},{'Closed Won' if n % 3 else 'Closed Lost'}" for n in range(90)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    saved = icp("data", path, "--save")
    path.write_text(path.read_text("utf-8").replace(",b,", ",c,"), encoding="utf-8")
    again = icp("data", path)
    for text in (saved.output, again.output, (tmp_path / "deals.book.yaml").read_text("utf-8")):
        assert ESC not in text and "\x07" not in text and "\u202e" not in text
    assert again.exit_code == 0 and "values not seen when saved" in again.stdout


def test_cancelling_is_one_line_and_exit_code_130(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("icp_workbench.book.opening.read_files", interrupted)
    result = icp("data", crm, "--save")
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Cancelled.\n")
    assert list(crm.glob("*.yaml")) == []


class Terminal(io.StringIO):
    """A standard error somebody watches."""

    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *moments: float) -> str:
    """What a progress line draws when it is told of each half of the work at these moments, in seconds."""
    times = iter([0.0, *moments])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    monkeypatch.setattr(progress.sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressLine() as tell:
        for _ in moments:
            tell("Reading deals.csv", 0.5)
    return stream.getvalue()


def test_progress_is_drawn_after_half_a_second_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, Terminal(), 0.1, 0.4) == ""
    drawn = watched(monkeypatch, Terminal(), 0.1, 2.0)
    assert drawn.count("Reading deals.csv") == 1 and "50%" in drawn and "2 s left" in drawn
    assert drawn.endswith("\r\x1b[K")
    assert watched(monkeypatch, Terminal(), 1.0, 1.01, 1.2).count("Reading") == 2


def test_no_progress_is_drawn_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, io.StringIO(), 0.1, 9.0) == ""


@pytest.mark.parametrize("width", [1, 10, 40, 80, 200])
def test_a_progress_line_fits_its_terminal(width: int) -> None:
    for share in (-1.0, 0.0, 0.01, 0.5, 1.0, 7.0):
        shown = line(f"Reading {ESC}[31m日本語" * 9, share, 300.0, width)
        assert len(shown) <= max(width - 1, 0) and ESC not in shown


def test_the_remaining_time_is_told_once_it_can_be() -> None:
    assert "left" not in line("x", 0.01, 10.0, 80)
    assert "30 s left" in line("x", 0.25, 10.0, 80)
    assert "5 min left" in line("x", 0.5, 300.0, 80)


def test_a_damaged_file_says_what_was_set_aside(crm: Path, real_data: Callable[[str], Path]) -> None:
    shown = icp("data", crm).stdout
    assert "Set aside while reading" in shown and "line 41" in shown
    assert "Set aside" not in icp("data", real_data("telco_ibm")).stdout
