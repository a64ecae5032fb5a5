"""Exports as the systems write them: who the accounts are, what counts as an outcome, what is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.book.reading.intake import table_of_rows
from icp_workbench.book.reading.totals import without_totals
from icp_workbench.book.roles.stages import outcome_of_label
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import compare
from icp_workbench.segments.index import SegmentIndex
from tests.book.files import write

ROWS = 90
WON = ["Closed Won" if row % 3 else "Closed Lost" for row in range(ROWS)]


def opened(folder: Path, **tables: tuple[str, Sequence[str]]) -> AccountBook:
    held = {f"{name}.csv": "\n".join([header, *rows]) for name, (header, rows) in tables.items()}
    return open_book(*(write(folder, held) / name for name in held))


def account_of_deals(book: AccountBook) -> tuple[int, int]:
    return len(book.account_ids), len(book.observations["deal"].values)


@pytest.mark.parametrize(
    "header",
    [
        "associatedcompanyid",
        "hs_primary_associated_company",
        "Associated Company IDs",
        "cust_no",
        "Account ID",
    ],
)
def test_deals_of_one_company_are_one_account_however_its_id_is_called(tmp_path: Path, header: str) -> None:
    rows = [f"{row},{WON[row]},{5000 + row % 30},{'AB'[row % 2]}" for row in range(ROWS)]
    book = opened(tmp_path, deals=(f"deal_id,dealstage,{header},industry", rows))
    assert account_of_deals(book) == (30, 90)
    assert list(book.fields) == ["industry"]


def test_accounts_are_called_by_the_name_beside_their_id(tmp_path: Path) -> None:
    rows = [f"{r},{WON[r]},{5000 + r % 30},Acme {r % 30},{'AB'[r % 2]}" for r in range(ROWS)]
    book = opened(
        tmp_path,
        deals=("Record ID,Deal Stage,Associated Company IDs,Associated Company (Primary),Region", rows),
    )
    assert book.account_ids[:2] == ("5000", "5001") and book.account_names[:2] == ("Acme 0", "Acme 1")


def test_deals_without_an_account_are_warned_about(tmp_path: Path) -> None:
    rows = [f"{row},{WON[row]},{'AB'[row % 2]}" for row in range(ROWS)]
    book = opened(tmp_path, deals=("deal_id,stage,region", rows))
    assert any("names no account" in warning for warning in book.warnings)


@pytest.mark.parametrize("header", ["Account ID", "Account ID (18)"])
def test_ids_of_15_and_18_characters_meet(tmp_path: Path, header: str) -> None:
    ids = [f"0015g00000X{row:04}" for row in range(30)]
    accounts = [f"{one}AAA,Acme {row},{'AB'[row % 2]}" for row, one in enumerate(ids)]
    deals = [f"{row},{ids[row % 30]},{WON[row]}" for row in range(ROWS)]
    book = opened(
        tmp_path,
        accounts=(f"{header},Account Name,Industry", accounts),
        deals=("Opportunity ID,Account ID,Stage", deals),
    )
    assert account_of_deals(book) == (30, 90) and book.joins[0].unmatched == 0


def test_a_subscription_ends_when_it_was_canceled_not_with_its_billing_period(tmp_path: Path) -> None:
    rows = []
    for row in range(40):
        left = row % 4 == 0
        end = "2025-03-01 10:00" if left else ""
        rows.append(
            f"sub_{row},cus_{row},{'AB'[row % 2]},{'canceled' if left else 'active'},2024-01-01 10:00,"
            f"2025-10-01 10:00,2025-10-31 10:00,{end},{end}"
        )
    header = (
        "id,Customer ID,Plan,Status,Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),"
        "Canceled At (UTC),Ended At (UTC)"
    )
    book = opened(tmp_path, stripe_subscriptions=(header, rows))
    assert str(book.as_of) == "2025-03-01"
    assert {(source.churned, source.customers) for source in book.outcome_sources} == {(10, 40)}
    board = compare(SegmentIndex(book), {})
    assert board.cell("all", "retention_12m").estimate == 1.0  # all who left stayed fourteen months


def test_the_age_of_a_deal_is_its_sales_cycle_and_kept_out(tmp_path: Path) -> None:
    rows = [
        f"{r},A{r % 30},{WON[r]},2025-01-01,2025-02-{r % 28 + 1:02},{r % 28 + 31},{r % 7}"
        for r in range(ROWS)
    ]
    book = opened(tmp_path, deals=("Opportunity ID,Account ID,Stage,Created Date,Close Date,Age,Seats", rows))
    assert [leak.field for leak in book.leaks] == ["age"]
    assert book.fields["seats"].kept_out is None


def test_a_figure_beyond_all_reason_is_unreadable_and_overflows_nothing(tmp_path: Path) -> None:
    rows = [f"A{r},{WON[r]},{'1e308' if r % 20 == 1 else 100 + r},{'AB'[r % 2]}" for r in range(ROWS)]
    book = opened(tmp_path, deals=("Account,Stage,Amount,Region", rows))
    assert any("values unreadable (1e308)" in warning for warning in book.warnings)
    assert compare(SegmentIndex(book), {}).cell("all", "deal_size").effect["mean"] < 200


def test_a_pivoted_workbook_gives_its_rows_without_its_totals(tmp_path: Path) -> None:
    sheet = openpyxl.Workbook()
    page = sheet.active
    page.append(["Won and lost by account"])
    page.append([])
    page.append(["Account", "Industry", "Stage", "Amount"])
    for account in range(30):
        for deal in range(3):
            page.append([None if deal else f"Acme {account}", "AB"[account % 2], WON[deal], 100 + account])
        page.append([f"Acme {account} Total", None, None, 300])
    page.append(["Grand Total", None, None, 9000])
    sheet.save(tmp_path / "pivot.xlsx")
    book = open_book(tmp_path / "pivot.xlsx")
    assert account_of_deals(book) == (30, 90)
    assert book.account_names[:2] == ("Acme 0", "Acme 1")
    report = book.reports[0]
    assert report.records == sum(
        (report.loaded, report.header, report.preamble, report.footer, report.blank, report.rejected)
    )
    assert {issue.kind for issue in report.issues} == {"preamble", "groups", "totals"}


def test_an_account_called_total_is_no_total() -> None:
    rows = [["Total", "Energy", "1"], ["Acme", "", "2"], ["Sun Total", "", "3"], ["", "Energy", "4"]]
    table, left_out, filled = without_totals(table_of_rows(rows, 3))
    assert table.num_rows == 4 and not len(left_out) and filled == 0
    whole = [["Acme", "Energy", "1"], ["Total", "Energy", "2"]]
    assert not len(without_totals(table_of_rows(whole, 3))[1])


def test_to_win_back_is_not_to_have_won() -> None:
    assert [outcome_of_label(label) for label in ("Win back", "Likely to win", "6 - Closed Won")] == [
        "open", "open", "won",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000])
def test_a_name_no_file_can_have_is_told(name: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        open_book(name)
    assert caught.value.title == "File not found" and len(caught.value.what_happened) < 200


def test_names_that_begin_with_a_tilde_and_links_in_a_circle_are_files_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop.csv").symlink_to("loop.csv")
    for name, title in (("~$Deals.csv", "File not found"), ("loop.csv", "Cannot read file")):
        with pytest.raises(WorkbenchError) as caught:
            open_book(name)
        assert caught.value.title == title
