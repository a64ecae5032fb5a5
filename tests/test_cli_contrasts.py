"""`icp compare --pair`, `--fails` and `--trend`: what they print in four formats, and how they refuse."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from icp_workbench.book.opening import open_book
from icp_workbench.conditions.expression import parse
from icp_workbench.evidence.contrasts.exceptions import where_it_fails
from icp_workbench.evidence.contrasts.pairing import compare_pair
from icp_workbench.evidence.pictures.trend import trend
from icp_workbench.segments.index import SegmentIndex
from tests.test_cli import icp, refused

FORMATS = ("table", "json", "csv", "markdown")
SAAS, RETAIL = "S: industry = 'SaaS'", "R: industry IN ('Retail', 'Media')"
LARGE = "L: employees >= 100"
EVIL = "=[b]e\x1b[31m\n\u202evil"  # a formula, markup, an escape sequence, a line end, a direction


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 accounts with a deal each: SaaS wins half, but not in the public sector's way of buying; the others
    win one of five. No randomness: everything follows from the number."""
    path = tmp_path_factory.mktemp("book") / "deals.csv"
    rows = ["deal_id,account,industry,buying,employees,stage,amount,created_date,close_date"]
    for number in range(600):
        industry = ("SaaS", "Retail", "Media")[number % 3]
        turn = number // 3
        buying = "tender" if turn % 4 == 0 else "direct"
        won = turn % 10 < (1 if buying == "tender" else 7) if industry == "SaaS" else turn % 5 == 1
        month = 1 + number * 7 % 12
        rows.append(
            f"D{number},Acc {number},{industry},{buying},{10 + number * 13 % 190},"
            f"{'Closed Won' if won else 'Closed Lost'},{1000 + number},2025-01-01,2025-{month:02d}-15"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def index(deals: Path) -> SegmentIndex:
    return SegmentIndex(open_book(deals, book_file=False))


def segments(*texts: str) -> list[str]:
    return [part for text in texts for part in ("--segment", text)]


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def as_read(value: Any) -> str:
    return "" if value is None else str(value)


# A pair


def test_a_pair_says_the_same_in_every_format_as_the_core(deals: Path, index: SegmentIndex) -> None:
    arguments = ("compare", deals, *segments(SAAS, LARGE), "--pair", "S", "L")
    rows = {
        name: index.rows(parse(text.partition(": ")[2], index.book.fields))
        for name, text in (("S", SAAS), ("L", LARGE))
    }
    core = compare_pair(index, ("S", rows["S"]), ("L", rows["L"]))
    payload = json.loads(icp(*arguments, "--format", "json").stdout)["pair"]
    assert payload["first"] == {"name": "S", "condition": "industry = 'SaaS'", "accounts": 200, "unknown": 0}
    assert payload["both"] == core.both > 0
    cells = payload["cells"]
    assert [cell["segment"] for cell in cells] == ["S"] * len(core.cells) + ["L"] * len(core.cells)
    for cell, expected in zip(cells, (*core.cells, *core.seconds), strict=True):
        for name in (
            "metric",
            "estimate",
            "low",
            "rest",
            "difference_low",
            "p_value",
            "q_value",
            "verdict",
            "reason",
        ):
            assert cell[name] == getattr(expected, name), name
    table = read_csv(icp(*arguments, "--format", "csv").stdout)
    for row, cell in zip(table, cells, strict=True):
        assert set(cell) - {"effect"} <= set(row)
        assert {name: row[name] for name in cell if name != "effect"} == {
            name: as_read(value) for name, value in cell.items() if name != "effect"
        }
    for form in ("table", "markdown"):
        text = icp(*arguments, "--format", form).stdout
        assert (
            "Win rate" in text and f"share {core.both} accounts" in text and "stands directly against" in text
        )
        shown = core.cells[0].estimate
        assert shown is not None and f"{shown:.1%}" in text


def test_a_difference_of_shares_is_told_in_points_with_its_limits(deals: Path) -> None:
    text = icp("compare", deals, *segments(SAAS, RETAIL), "--pair", "S", "R", "--metric", "win_rate").stdout
    line = next(line for line in text.splitlines() if line.startswith("Win rate"))
    assert " pts (" in line and line.endswith("▲ better")
    assert "%)" not in line.partition("pts")[2]  # points, not percent
    assert "S and R share no account." in text


def test_only_the_metrics_asked_for_are_compared(deals: Path) -> None:
    arguments = ("--pair", "S", "R", "--metric", "deal_size", "--format", "json")
    cells = json.loads(icp("compare", deals, *segments(SAAS, RETAIL), *arguments).stdout)["pair"]["cells"]
    assert [(cell["segment"], cell["metric"]) for cell in cells] == [("S", "deal_size"), ("R", "deal_size")]


def test_too_few_is_said_in_words_below_the_table(deals: Path) -> None:
    few = "F: employees <= 11"
    text = icp("compare", deals, *segments(SAAS, few), "--pair", "S", "F").stdout
    assert "· too few" in text and "Win rate: F: " in text and "are needed." in text


# Where it fails


def test_exceptions_are_the_same_in_every_format_as_in_the_core(deals: Path, index: SegmentIndex) -> None:
    arguments = ("compare", deals, *segments(SAAS), "--fails", "S")
    core = where_it_fails(index, index.rows(parse("industry = 'SaaS'", index.book.fields)), "win_rate")
    assert [group.words for group in core.inside] == ["buying is tender"]
    payload = json.loads(icp(*arguments, "--format", "json").stdout)["exceptions"]
    assert payload["compared"] == dict(core.compared) and payload["verdict"] == "better"
    assert payload["estimate"] == core.itself.inside.value and payload["rest"] == core.itself.outside.value
    (group,) = payload["groups"]
    expected = core.inside[0]
    assert (group["side"], group["words"], group["condition"]) == (
        "inside",
        "buying is tender",
        "buying IN ('tender')",
    )
    assert (group["estimate"], group["n"], group["size"]) == (
        expected.own.value,
        expected.own.n,
        expected.accounts,
    )
    assert (group["others"], group["p_value"], group["q_value"]) == (
        expected.others.value,
        expected.p_value,
        expected.q_value,
    )
    (row,) = read_csv(icp(*arguments, "--format", "csv").stdout)
    assert row.pop("segment") == "S" and row.pop("metric") == "win_rate"
    assert row == {
        name: as_read(value) for name, value in (group | {"alike": "; ".join(group["alike"])}).items()
    }
    for form in ("table", "markdown"):
        text = icp(*arguments, "--format", form).stdout
        assert "buying is tender" in text and f"{expected.own.value:.1%}" in text
        assert "The segment itself does better: win rate" in text
        assert f"none of {core.compared['outside']} that stands out" in text


def test_it_fails_by_the_first_metric_named(deals: Path) -> None:
    arguments = (
        "compare",
        deals,
        *segments(SAAS),
        "--fails",
        "S",
        "--metric",
        "deal_size",
        "--metric",
        "win_rate",
    )
    assert icp(*arguments).stdout.startswith("Where S fails, by deal size\n")


def test_where_nothing_is_found_the_csv_has_its_head_alone(deals: Path) -> None:
    given = segments("T: buying = 'tender'")
    shown = icp("compare", deals, *given, "--fails", "T", "--metric", "deal_size_spread", "--format", "csv")
    assert read_csv(shown.stdout) == [] and shown.stdout.startswith("segment,metric,side,condition,words,")


# By quarter


def test_a_trend_is_the_metric_by_quarter_for_the_average_and_each_segment(
    deals: Path, index: SegmentIndex
) -> None:
    arguments = ("compare", deals, *segments(SAAS), "--trend", "win_rate")
    course = trend(index, index.rows(parse("industry = 'SaaS'", index.book.fields)), "win_rate")
    payload = json.loads(icp(*arguments, "--format", "json").stdout)["trend"]
    assert (payload["metric"], payload["unit"]) == ("win_rate", "share")
    points = [point for point in payload["points"] if point["segment"] == "S"]
    assert [point["quarter"] for point in points] == ["2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4"]
    assert [(point["estimate"], point["n"], point["enough"]) for point in points] == [
        (one.figure.value, one.figure.n, one.enough) for one in course
    ]
    assert {point["segment"] for point in payload["points"]} == {"all", "S"}
    rows = read_csv(icp(*arguments, "--format", "csv").stdout)
    assert rows == [{name: as_read(value) for name, value in point.items()} for point in payload["points"]]
    for form in ("table", "markdown"):
        text = icp(*arguments, "--format", form).stdout
        assert (
            "average customer" in text
            and "2025 Q3" in text
            and "S: industry = 'SaaS'" in text.replace("\\", "")
        )
        assert f"{course[0].figure.value:.1%}" in text


def test_a_quarter_that_carries_no_figure_shows_its_n_alone(deals: Path) -> None:
    text = icp("compare", deals, *segments("F: employees <= 40"), "--trend", "sales_cycle_days").stdout
    first = next(line for line in text.splitlines() if line.startswith("2025 Q1"))
    assert "  –  n " in first and "days" in text.splitlines()[0]


def test_a_trend_needs_dates_a_formula_and_a_metric(deals: Path, tmp_path: Path) -> None:
    assert "takes resampling" in " ".join(refused("compare", deals, "--trend", "deal_size_spread"))
    assert "There is no metric `nothing`" in " ".join(refused("compare", deals, "--trend", "nothing"))
    undated = tmp_path / "undated.csv"
    rows = [
        f"{n},Acc {n},{'SaaS' if n % 2 else 'Retail'},Closed {'Won' if n % 3 else 'Lost'}\n"
        for n in range(60)
    ]
    undated.write_text("deal_id,account,industry,stage\n" + "".join(rows))
    assert "have no dates" in " ".join(refused("compare", undated, "--trend", "win_rate"))


# What is refused


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--pair", "S", "Z"), "There is no segment `Z` among those given."),
        (("--pair", "s", "S"), "There is no segment `s` among those given."),
        (("--pair", "S", "S"), "`S` cannot stand against itself."),
        (("--pair", "S", "all"), "There is no segment `all`"),
        (("--fails", "Z"), "There is no segment `Z` among those given."),
        (("--fails", ""), "There is no segment `` among those given."),
        (("--fails", "E"), "holds every account"),
        (("--fails", "N"), "holds no account"),
        (("--fails", "S", "--metric", "nothing"), "There is no metric `nothing`."),
        (("--fails", "S", "--metric", "churn_rate"), "does not support the metric `churn_rate`"),
        (("--pair", "S", "R", "--metric", "nothing"), "There is no metric `nothing`."),
    ],
)
def test_what_cannot_be_answered_is_one_message_and_exit_code_2(
    deals: Path, form: str, arguments: tuple[str, ...], told: str
) -> None:
    given = segments(SAAS, RETAIL, "E: employees >= 0", "N: employees > 10000")
    assert told in " ".join(refused("compare", deals, *given, *arguments, "--format", form))


def test_two_questions_at_once_are_refused_before_anything_is_read(deals: Path) -> None:
    shown = icp("compare", deals, *segments(SAAS, RETAIL), "--pair", "S", "R", "--fails", "S")
    assert shown.exit_code == 2 and shown.stdout == "" and "one at a time" in shown.stderr


def test_a_name_that_was_not_given_is_told_before_anything_is_read(tmp_path: Path) -> None:
    told = " ".join(refused("compare", tmp_path / "nowhere.csv", *segments(SAAS), "--fails", "Z"))
    assert "There is no segment `Z`" in told and "nowhere" not in told


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("question", ["pair", "fails", "trend"])
def test_a_hostile_name_is_printed_and_never_obeyed(deals: Path, form: str, question: str) -> None:
    asked = {"pair": ("--pair", EVIL, "R"), "fails": ("--fails", EVIL), "trend": ("--trend", "win_rate")}[
        question
    ]
    given = segments(f"{EVIL}: industry = 'SaaS'", RETAIL)
    shown = icp("compare", deals, *given, *asked, "--format", form)
    assert shown.exit_code == 0, shown.stderr
    assert not {"\x1b", "\u202e", "\r"} & set(shown.stdout)
    if form == "json":
        assert EVIL in texts(json.loads(shown.stdout))
    elif form == "csv":
        cells = {cell for row in csv.reader(io.StringIO(shown.stdout)) for cell in row}
        assert any(cell.startswith("'=[b]e") for cell in cells)
        assert not any(cell.startswith("=") for cell in cells)
    elif form == "markdown":
        assert "[b]" not in shown.stdout and "\\[b\\]" in shown.stdout
    else:
        assert "=[b]e␛[31m␊\\u202evil" in shown.stdout


def texts(found: Any) -> set[str]:
    """Every text in a JSON document."""
    if isinstance(found, dict | list):
        parts = found.values() if isinstance(found, dict) else found
        return {text for part in parts for text in texts(part)}
    return {found} if isinstance(found, str) else set()


def test_a_hostile_name_in_an_error_is_printed_and_never_obeyed(deals: Path) -> None:
    for asked in (("--fails", EVIL), ("--pair", EVIL, "S"), ("--trend", EVIL)):
        told = "\n".join(refused("compare", deals, *segments(SAAS), *asked))
        assert "=[b]e␛[31m" in told and "\x1b" not in told and "\u202e" not in told


def test_hostile_values_of_attributes_are_printed_and_never_obeyed(tmp_path: Path) -> None:
    evil = "+cmd|' /C calc'!A0\x1b[2J"
    lines = ["deal_id,account,industry,buying,stage"]
    for number in range(240):
        bad = number % 2 == 0 and number % 3 == 0
        won = number % 10 == 0 if bad else number % 5 != 0 if number % 2 == 0 else number % 4 == 1
        industry, buying = "Retail" if number % 2 else "SaaS", "direct" if number % 3 else evil
        stage = "Closed Won" if won else "Closed Lost"
        lines.append(f'{number},Acc {number},{industry},"{buying}",{stage}')
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for form in FORMATS:
        shown = icp("compare", path, *segments(SAAS), "--fails", "S", "--format", form)
        assert shown.exit_code == 0 and "\x1b" not in shown.stdout
        assert "+cmd" in shown.stdout
        if form == "csv":
            (row,) = [row for row in read_csv(shown.stdout) if row["side"] == "inside"]
            assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
            assert row["words"].startswith("buying is +cmd") and float(row["difference"]) < 0


# The board


def test_what_segments_share_is_said_in_the_table_and_in_json(deals: Path) -> None:
    arguments = ("compare", deals, *segments(SAAS, LARGE, RETAIL))
    (first, second, third) = json.loads(icp(*arguments, "--format", "json").stdout)["overlaps"]
    assert (first["first"], first["second"], second["both"]) == ("S", "L", 0)
    assert 0 < first["both"] < first["first_accounts"] == 200
    text = icp(*arguments).stdout
    assert (
        f"S and L share {first['both']} accounts" in text
        and f"L and R share {third['both']} accounts" in text
    )
    assert "S and R" not in text  # they share nobody


# Public books


def test_nothing_is_found_in_maven_crm_and_the_contract_in_telco(real_data: Any) -> None:
    maven = ("compare", real_data("maven_crm"), *segments("A: sector = 'retail'", "B: product = 'GTX Basic'"))
    for name in "AB":
        found = json.loads(icp(*maven, "--fails", name, "--format", "json").stdout)["exceptions"]
        assert found["groups"] == [] and sum(found["compared"].values()) > 30
    telco = ("compare", real_data("telco_ibm"), *segments("A: payment_method = 'Electronic check'"))
    found = json.loads(icp(*telco, "--fails", "A", "--format", "json").stdout)["exceptions"]
    words = {group["words"] for group in found["groups"]}
    assert any(text.startswith("contract is") for text in words)
    assert not any("gender" in text for text in words)
