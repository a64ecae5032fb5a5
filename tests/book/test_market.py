"""A file of prospects beside the book: read as the book was, counted by the same conditions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from icp_workbench.book.book import AccountBook
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.market import read_market
from icp_workbench.book.observed import Bins, Expression, ObservedAttribute, Tag, Words
from icp_workbench.book.opening import open_book
from icp_workbench.cli import cli
from icp_workbench.conditions.condition import AnyOf, FieldTest
from icp_workbench.conditions.expression import parse
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.market import MarketCount, count_in_market, lacking_in_market
from icp_workbench.spec.coverage import coverage
from icp_workbench.spec.criterion import Criterion
from tests.spec.test_definitions import NOW

OBSERVED = (
    ObservedAttribute("band", Bins("employees", (50,))),
    ObservedAttribute("resells", Words("description", ("reseller",))),
    ObservedAttribute("pilot", Tag(("C001",))),
    ObservedAttribute(
        "wanted",
        Expression(AnyOf((FieldTest("band", "is", "50 or more"), FieldTest("resells", "is", True)))),
    ),
)
PROSPECTS = """Firm;industry;EMPLOYEES;Signed;Descriptio;partner;Tools
P1;SaaS;1.200,5;03/04/2025;a reseller;Ja;dbt
P2;Retail;10;12/04/2025;;nein;Excel
P3;;50;;x;;Excel
P4;Mining;many;01/05/2025;x;ja;
P5;SaaS;;28/02/2025;x;vielleicht;k.A.
"""


def export(folder: Path) -> Path:
    """120 customers of a German system: decimal commas, days first."""
    about = ("a reseller of steel", "maker of software", "tea house")
    industries, churn = ("SaaS", "Retail", "Banking"), ("ja", "nein", "nein")
    lines = []
    for at in range(120):
        signed = f"{at % 28 + 1:02}/{at % 3 + 1:02}/2025"
        cells = (f"C{at:03}", industries[at % 3], f"{at}{',5' if at % 4 else ''}", signed)
        cells += (
            ("ja", "nein", "")[at // 5 % 3],
            ("dbt|Excel", "Excel", "dbt|Looker", "Looker")[at // 7 % 4],
        )
        lines.append(";".join([*cells, f"{about[at % 3]} number {at}", churn[at // 3 % 3]]))
    path = folder / "data" / "customers.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "\n".join(["customer_id;Industry;Employees;Signed;Partner;Tools;Description;Churn", *lines]), "utf-8"
    )
    return path


def opened(folder: Path, prospects: str = PROSPECTS, mapping: BookMapping | None = None) -> AccountBook:
    """The customers with the prospects beside them."""
    (folder / "prospects.csv").write_text(prospects, "utf-8")
    made = replace(mapping or BookMapping(), observed=OBSERVED, market="../prospects.csv")
    return open_book(export(folder), mapping=made)


def count(book: AccountBook, text: str) -> MarketCount:
    found = count_in_market(book, parse(text, book.fields))
    assert found is not None
    return found


def test_columns_are_typed_as_the_book_typed_them(tmp_path: Path) -> None:
    market = opened(tmp_path).market
    assert market is not None and market.name == "prospects"
    assert market.accounts["employees"].fillna(-1).tolist() == [1200.5, 10, 50, -1, -1]
    assert [str(day)[:10] for day in market.accounts["signed"]] == [
        "2025-04-03", "2025-04-12", "NaT", "2025-05-01", "2025-02-28",
    ]  # fmt: skip
    assert market.accounts["industry"].isna().tolist() == [False, False, True, False, False]


def test_yes_and_no_and_sets_are_read_with_the_books_words(tmp_path: Path) -> None:
    market = opened(tmp_path).market
    assert market is not None
    partner = ["?" if value is None else str(value) for value in market.accounts["partner"].astype(object)]
    assert partner == ["True", "False", "<NA>", "True", "<NA>"]
    assert market.accounts["tools"].tolist()[:3] == [
        frozenset({"dbt"}),
        frozenset({"Excel"}),
        frozenset({"Excel"}),
    ]
    assert "partner: 1 value unreadable (vielleicht)" in " ".join(market.warnings)


def test_what_cannot_be_read_and_what_may_be_meant_is_said_and_not_taken(tmp_path: Path) -> None:
    market = opened(tmp_path).market
    assert market is not None
    assert "description" in market.missing and "description" not in market.accounts
    said = " ".join(market.warnings)
    assert "EMPLOYEES: 1 value unreadable (many)" in said
    assert "`description`; its column `Descriptio` may be meant" in said


def test_a_column_that_a_person_gave_a_name_is_taken(tmp_path: Path) -> None:
    mapping = BookMapping().with_column("prospects", "Descriptio", name="description")
    book = opened(tmp_path, mapping=mapping)
    assert count(book, "resells = TRUE") == (1, 1, 5)


def test_conditions_count_with_blanks_unknown(tmp_path: Path) -> None:
    book = opened(tmp_path)
    assert count(book, "industry = 'SaaS'") == MarketCount(match=2, unknown=1, of=5)
    assert count(book, "employees >= 50") == (2, 2, 5)
    assert count(book, "band = '50 or more'") == (2, 2, 5)
    assert count(book, "NOT (band = '50 or more')") == (1, 2, 5)


def test_what_the_market_lacks_is_unknown_even_whether_it_is_blank(tmp_path: Path) -> None:
    book = opened(tmp_path)
    for text in ("resells = TRUE", "NOT (resells = TRUE)", "description IS NULL", "pilot = TRUE"):
        assert count(book, text) == (0, 5, 5), text
    # Where the rest decides, it decides.
    assert count(book, "industry = 'SaaS' OR resells = TRUE") == (2, 3, 5)
    assert count(book, "industry = 'SaaS' AND resells = TRUE") == (0, 3, 5)
    assert count(book, "wanted = TRUE") == (2, 3, 5)
    assert lacking_in_market(book, [parse("pilot = TRUE AND employees > 3", book.fields)]) == ("pilot",)


def test_a_condition_on_the_books_own_accounts_counts_the_same_in_a_market_of_them(tmp_path: Path) -> None:
    path = export(tmp_path)
    book = open_book(path, mapping=BookMapping(observed=OBSERVED, market=path.name))
    index = SegmentIndex(book)
    for text in (
        "industry IN ('SaaS', 'Banking') AND employees BETWEEN 10 AND 60.5",
        "signed >= '2025-02-10' AND NOT (description MENTIONS ('reseller'))",
        "wanted = TRUE OR band IS NULL",
    ):
        rows = index.rows(parse(text, book.fields))
        assert count(book, text) == (rows.accounts.sum(), rows.unknown.sum(), 120), text


def test_without_a_market_there_is_no_count(tmp_path: Path) -> None:
    book = open_book(export(tmp_path))
    assert book.market is None and count_in_market(book, FieldTest("employees", "is_known")) is None


def test_a_market_that_cannot_be_read_is_a_warning(tmp_path: Path) -> None:
    book = open_book(export(tmp_path), mapping=BookMapping(market="gone.csv"))
    assert book.market is None
    assert any("market was left out" in warning and "gone.csv" in warning for warning in book.warnings)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(WorkbenchError, match="none of the book's attributes"):
        read_market(Path("other.csv"), book, tmp_path)


def test_the_profile_covers_part_of_the_market(tmp_path: Path) -> None:
    book = opened(tmp_path)
    index = SegmentIndex(book)

    def criterion(name: str, verdict: str, text: str, **kept: object) -> Criterion:
        return Criterion(name, verdict, parse(text, book.fields), "fit", NOW, **kept)  # type: ignore[arg-type]

    saas = criterion("saas", "icp", "industry = 'SaaS'", required=True)
    large = criterion("large", "anti_icp", "employees >= 1000", disqualify=True)
    # P1 is SaaS but large, P5 SaaS of unknown size, P3 of unknown industry.
    assert coverage(index, [saas]).market == (2, 1, 5)
    assert coverage(index, [saas, large]).market == (1, 1, 5)
    assert coverage(index, [replace(saas, missing="match")]).market == (3, 0, 5)
    assert coverage(index, [replace(saas, missing="no_match")]).market == (2, 0, 5)
    assert coverage(index, [replace(saas, required=False)]).market == (2, 1, 5)
    assert coverage(index, []).market == (0, 0, 5)


@pytest.mark.parametrize("form", ["table", "markdown", "json", "csv"])
def test_compare_counts_each_segment_in_the_market(tmp_path: Path, form: str) -> None:
    path, prospects = export(tmp_path), tmp_path / "prospects.csv"
    prospects.write_text(PROSPECTS, "utf-8")
    asked = ["--segment", "A: industry = 'SaaS'", "--format", form, "--market", str(prospects)]
    shown = CliRunner().invoke(cli, ["compare", str(path), *asked])
    assert shown.exit_code == 0, shown.output
    if form == "json":
        segments = {one["name"]: one for one in json.loads(shown.stdout)["segments"]}
        assert segments["A"]["market"] == {"match": 2, "unknown": 1, "of": 5}
        assert "market" not in segments["all"]
    elif form != "csv":
        assert "A in the market: 2 of 5; 1 unknown" in shown.stdout


def test_compare_says_what_the_market_lacks(tmp_path: Path) -> None:
    path, prospects = export(tmp_path), tmp_path / "prospects.csv"
    prospects.write_text(PROSPECTS, "utf-8")
    asked = ["--segment", "A: description MENTIONS ('tea')", "--market", str(prospects)]
    shown = CliRunner().invoke(cli, ["compare", str(path), *asked])
    assert "A in the market: 0 of 5; 5 unknown" in shown.stdout
    assert "The market has no `description`: unknown of every prospect." in shown.stderr


def test_values_are_the_books_in_any_case_and_new_ones_are_named(tmp_path: Path) -> None:
    stack = "".join(f"T{at};Excel;{tools}\n" for at, tools in enumerate(["dbt, Looker", "DBT", "looker"] * 9))
    book = opened(tmp_path, "Firm;Industry;Tools\nA;saas;dbt\nB;RETAIL ;\nC;Re-tail;\nD;Mining;\n" + stack)
    assert book.market is not None
    assert list(book.market.accounts["industry"])[:4] == ["SaaS", "Retail", "Re-tail", "Mining"]
    assert count(book, "industry IN ('SaaS', 'Retail')") == (2, 0, 31)
    said = next(text for text in book.warnings if "prospects.Industry" in text)
    assert "'Excel'" in said and "'Re-tail' (perhaps 'Retail')" in said and "'Mining'" in said


def test_members_of_a_set_are_parted_as_the_prospects_file_parts_them(tmp_path: Path) -> None:
    tools = ["dbt, Looker", "DBT", "looker", "Excel, dbt"] * 9
    book = opened(tmp_path, "Firm,Tools\n" + "".join(f'P,"{held}"\n' for held in tools))
    field = next(field for field in book.fields.values() if field.type == "set")
    assert count(book, f"{field.name} CONTAINS ANY ('dbt')") == (27, 0, 36)


@pytest.mark.parametrize(
    ("own", "theirs", "said", "known"),
    [
        ("$", "€", "is in EUR, `annual_revenue` is in USD: not taken", False),
        ("", "€", "is in EUR, `annual_revenue` says no unit: taken as they stand", True),
        ("$", "", "", True),
        ("$", "$", "", True),
    ],
)
def test_figures_in_another_currency_are_not_compared(
    tmp_path: Path, own: str, theirs: str, said: str, known: bool
) -> None:
    path = export(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    rows = [f"{line};{own}{1000 + at}" for at, line in enumerate(lines[1:])]
    path.write_text("\n".join([lines[0] + ";Annual Revenue", *rows]), "utf-8")
    prospects = tmp_path / "prospects.csv"
    prospects.write_text(f"Firm;Industry;Annual Revenue\nA;SaaS;{theirs}2000\nB;SaaS;{theirs}900\n", "utf-8")
    book = open_book(path, mapping=BookMapping(market="../prospects.csv"))
    about = [text for text in book.warnings if "Annual Revenue" in text]
    assert len(about) == bool(said) and all(said in text for text in about)
    assert count(book, "annual_revenue >= 1000") == ((1, 0, 2) if known else (0, 2, 2))


def test_customers_among_prospects_are_said(tmp_path: Path) -> None:
    prospects = "Customer ID;Industry;Signed\nc001;SaaS;01/02/2025\nX1;Retail;03/04/2025\nC002 ;SaaS;\n"
    book = opened(tmp_path, prospects)
    said = [text for text in book.warnings if "prospects" in text]
    assert (
        "2 prospects of prospects are in the book already (by Customer ID), and counted all the same." in said
    )


def test_a_market_is_found_from_a_folder_that_is_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("deep", "here"):
        (tmp_path / name).mkdir()
    export(tmp_path / "deep")
    (tmp_path / "here" / "data").symlink_to(tmp_path / "deep" / "data")
    (tmp_path / "here" / "prospects.csv").write_text("Firm;Industry\nA;SaaS\nB;SaaS\n", "utf-8")
    (tmp_path / "deep" / "prospects.csv").write_text("Firm;Industry\nwrong;Retail\n", "utf-8")
    monkeypatch.chdir(tmp_path / "here")
    arguments = ["compare", "data", "--market", "prospects.csv", "--segment", "A: industry IN ('SaaS')"]
    ran = CliRunner().invoke(cli, [*arguments, "--format", "json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["segments"][-1]["market"] == {"match": 2, "unknown": 0, "of": 2}


def test_a_market_that_was_asked_for_and_cannot_be_read_ends_the_command(tmp_path: Path) -> None:
    path = export(tmp_path)
    for arguments in (["data", str(path), "--save"], ["compare", str(path)]):
        ran = CliRunner().invoke(cli, [*arguments, "--market", str(tmp_path / "gone.csv")])
        assert ran.exit_code == 2 and "gone.csv" in ran.stderr and ran.stdout == ""
    assert not list(path.parent.glob("*.book.yaml"))
