"""Keys between tables, several files of one kind, two tables of one role, and rows under one id."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.book.book import AccountBook
from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.joining.links import find_link
from icp_workbench.book.joining.near_misses import squeezed
from icp_workbench.book.mapping import BookMapping, JoinMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.raw import RawTable, ReadingReport
from icp_workbench.book.reading.stacking import stack
from icp_workbench.book.roles.table import Table
from icp_workbench.errors import WorkbenchError
from tests.book.files import ACCOUNTS, DEALS, write


def book_of(folder: Path, mapping: BookMapping | None = None, **files: str) -> AccountBook:
    return open_book(write(folder, {f"{name}.csv": text for name, text in files.items()}), mapping=mapping)


def table_of(name: str, **columns: list[str | None]) -> Table:
    typed = (clean_column(name, h, pa.chunked_array([pa.array(c, pa.string())])) for h, c in columns.items())
    return Table(name, tuple(typed), key=None)


def name_of(book: AccountBook, account: str) -> str:
    return book.account_names[book.account_ids.index(account)]


def split(text: str, *at: int) -> list[str]:
    """A CSV text in parts, each with the header; `at` are row numbers."""
    header, *rows = text.splitlines(keepends=True)
    edges = [0, *at, len(rows)]
    return [header + "".join(rows[a:b]) for a, b in itertools.pairwise(edges)]


# Several files of one kind


def test_files_that_differ_by_number_are_read_as_one_table(tmp_path: Path) -> None:
    first, second = split(DEALS, 25)
    book = book_of(tmp_path, accounts=ACCOUNTS, deals_2024=first, deals_2025=second)
    whole = book_of(tmp_path / "whole", accounts=ACCOUNTS, deals=DEALS)
    assert {table.name: (table.role, table.rows) for table in book.tables} == {
        "accounts": ("accounts", 12), "deals": ("deals", 60),
    }  # fmt: skip
    assert book.observations["deal"].values.equals(whole.observations["deal"].values)
    assert [(report.file, report.loaded) for report in book.reports] == [
        ("accounts.csv", 12), ("deals_2024.csv", 25), ("deals_2025.csv", 35),
    ]  # fmt: skip
    assert any("2 tables of one kind" in note and "`deals`" in note for note in book.notes)
    assert not book.warnings


def test_a_column_that_only_one_of_the_files_has_is_blank_in_the_other(tmp_path: Path) -> None:
    first, second = split(DEALS, 25)
    header, *rows = second.splitlines()
    wider = "\n".join([header + ",region", *(row + f",{'EW'[at % 2]}" for at, row in enumerate(rows))])
    book = book_of(tmp_path, accounts=ACCOUNTS, deals_1=first, deals_2=wider + "\n")
    assert book.observations["deal"].attributes["region"].isna().tolist() == [True] * 25 + [False] * 35


def test_rows_that_two_files_share_count_once(tmp_path: Path) -> None:
    header, *rows = DEALS.splitlines(keepends=True)
    book = book_of(
        tmp_path,
        accounts=ACCOUNTS,
        deals_a1=header + "".join(rows[:40]),
        deals_a2=header + "".join(rows[30:]),
        deals_a3=header + "".join(rows[:3]),
    )
    assert len(book.observations["deal"].account) == 60
    assert any("13 rows of deals_a stood in several files alike" in note for note in book.notes)
    assert sum(report.loaded for report in book.reports) == 12 + 40 + 30 + 3


def test_a_deal_that_a_later_file_gives_another_end_has_that_end(tmp_path: Path) -> None:
    header, *rows = DEALS.splitlines(keepends=True)
    won = [row.replace("Closed Lost", "Closed Won") for row in rows]
    book = book_of(tmp_path, accounts=ACCOUNTS, deals_1=DEALS, deals_2=header + "".join(won[:6]))
    assert len(book.observations["deal"].account) == 60
    assert (book.observations["deal"].values["won"] == 1).sum() == 42
    assert any("2 rows of deals stood in several files and differed" in warning for warning in book.warnings)


def test_the_row_changed_last_stands_whichever_file_it_is_in(tmp_path: Path) -> None:
    header, *rows = DEALS.splitlines()
    newer = "\n".join([header + ",last_modified", *(row + ",2026-05-01" for row in rows)])
    older = newer.replace("2026-05-01", "2026-04-01").replace("Closed Lost", "Negotiation")
    book = book_of(tmp_path, accounts=ACCOUNTS, deals_1=newer, deals_2=older)
    assert (book.observations["deal"].values["won"] == 0).sum() == 20


def test_parts_that_store_a_column_differently_lie_on_each_other() -> None:
    one = pa.table({"deal_id": ["1", "2"], "stage": pa.array(["w", "l"]).dictionary_encode(), "n": [1, 2],
                    "tags": [["a", "b"], None]})  # fmt: skip
    two = pa.table({"deal_id": ["3"], "stage": ["w"], "n": [2.5], "tags": ["c"]})
    reports = [ReadingReport(f"part-{n}", f"part-{n}.parquet", 0, 0, 0, 0, 0, 0, 0) for n in (1, 2)]
    raw = [RawTable(report.table, frame, report) for report, frame in zip(reports, (one, two), strict=True)]
    (table,) = stack(raw, BookMapping()).tables
    assert table.frame.to_pydict() == {
        "deal_id": ["1", "2", "3"], "stage": ["w", "l", "w"], "n": [1.0, 2.0, 2.5],
        "tags": ["a;b", None, "c"],
    }  # fmt: skip


def test_prospects_beside_customers_are_not_laid_on_them(tmp_path: Path) -> None:
    prospects = ACCOUNTS.replace("\nA", "\nP")
    book = book_of(tmp_path, accounts=ACCOUNTS, prospects=prospects, deals=DEALS)
    assert len(book.accounts) == 12


def test_what_was_decided_for_one_of_the_files_holds_for_all(tmp_path: Path) -> None:
    first, second = split(DEALS, 25)
    mapping = BookMapping().with_column("deals_2024", "source", role="ignore")
    book = book_of(tmp_path, mapping, accounts=ACCOUNTS, deals_2024=first, deals_2025=second)
    assert "source" not in book.fields


# Two tables of one role


def second_system(outcome: tuple[str, str] = ("Won", "Lost"), rows: int = 24) -> str:
    return "Deal ID,Company ID,Deal Stage,Opened,Closed,Deal Value,Channel\n" + "".join(
        f"X{row},A{row % 12},{outcome[row % 2]},2025-03-01,2025-04-0{row % 9 + 1},{500 + row},"
        f"{('Phone', 'Fair')[row % 2]}\n"
        for row in range(rows)
    )


def test_deals_of_two_systems_both_count(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS, pipeline_old_crm=second_system())
    values = book.observations["deal"].values
    assert len(values) == 84
    assert (values["won"] == 1).sum() == 40 + 12 and (values["won"] == 0).sum() == 20 + 12
    assert values["amount"].iloc[60] == 500 and values["cycle_days"].iloc[60] == 31
    assert book.observations["deal"].account.tolist()[60:72] == list(range(12))
    attributes = book.observations["deal"].attributes
    assert attributes["channel"].isna().sum() == 60 and attributes["source"].isna().sum() == 24
    assert {table.name: table.role for table in book.tables}["pipeline_old_crm"] == "deals"
    assert {column.name: column.role for column in book.columns if column.table == "pipeline_old_crm"} == {
        "deal_id": "id", "company_id": "key", "deal_stage": "outcome", "opened": "outcome",
        "closed": "outcome", "deal_value": "outcome", "channel": "attribute",
    }  # fmt: skip


def test_the_products_of_each_deal_are_not_taken_for_deals(tmp_path: Path) -> None:
    products = "opportunity_product_id,opportunity_id,product,quantity\n" + "".join(
        f"P{row},D{row % 60},{'XYZ'[row % 3]},{row % 5}\n" for row in range(150)
    )
    mapping = BookMapping().with_table("opportunity_products", role="deals")
    book = book_of(tmp_path, mapping, accounts=ACCOUNTS, deals=DEALS, opportunity_products=products)
    assert len(book.observations["deal"].values) == 60
    assert any("opportunity_products was left out" in warning for warning in book.warnings)


def test_deals_that_tell_their_end_in_another_way_are_left_out_aloud(tmp_path: Path) -> None:
    flagged = second_system(("True", "False")).replace("Deal Stage", "Is Won")
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS, pipeline_old_crm=flagged)
    assert len(book.observations["deal"].values) == 60
    assert any("pipeline_old_crm was left out" in warning for warning in book.warnings)


def test_tickets_of_two_systems_both_count(tmp_path: Path) -> None:
    one = "ticket_id,account_id,created_at,solved_at\n" + "".join(
        f"T{row},A{row % 12},2026-01-01,2026-01-02\n" for row in range(30)
    )
    two = "case number,company id,opened,closed,topic\n" + "".join(
        f"C{row},A{row % 3},2026-02-01,2026-02-04,{'ab'[row % 2]}\n" for row in range(20)
    )
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS, support_tickets=one, cases=two)
    tickets = book.observations["ticket"]
    assert len(tickets.account) == 50
    assert tickets.values["resolution_hours"].tolist() == [24.0] * 30 + [72.0] * 20


# Several rows under one account id

TWICE = ACCOUNTS + "A3,Another,,\nA3,A third,Retail,\n"


def test_of_rows_under_one_id_the_fullest_stands(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=TWICE, deals=DEALS)
    assert len(book.accounts) == 12 and book.account_names[3] == "Name 3"
    (duplicate,) = book.duplicates
    assert (duplicate.account, duplicate.lines, duplicate.kept) == ("A3", (5, 14, 15), 5)
    assert any("1 id in accounts.account_id stands for rows that differ (A3)" in w for w in book.warnings)


@pytest.mark.parametrize(("rule", "name"), [("first", "Name 3"), ("last", "A third")])
def test_a_person_says_which_row_stands(tmp_path: Path, rule: str, name: str) -> None:
    mapping = BookMapping().with_table("accounts", duplicates=rule)
    book = book_of(tmp_path, mapping, accounts=TWICE, deals=DEALS)
    assert (len(book.accounts), name_of(book, "A3")) == (12, name)


def test_the_row_changed_last_stands(tmp_path: Path) -> None:
    header, *rows = TWICE.splitlines()
    days = ["2026-01-01"] * 12 + ["2026-03-01", ""]
    dated = "\n".join([header + ",updated_at", *(f"{r},{d}" for r, d in zip(rows, days, strict=True))])
    book = book_of(tmp_path, accounts=dated + "\n", deals=DEALS)
    assert name_of(book, "A3") == "Another"
    assert any("changed last by updated_at" in warning for warning in book.warnings)


def test_a_list_of_contacts_gives_accounts_what_its_rows_agree_on(tmp_path: Path) -> None:
    contacts = "Company ID,Company Name,Industry,Contact,Title\n" + "".join(
        f"A{row // 3},Name {row // 3},{'RS'[row // 3 % 2]},P{row},{('CEO', 'CFO')[row % 2]}\n"
        for row in range(36)
    )
    book = book_of(tmp_path, companies=contacts, deals=DEALS)
    assert len(book.accounts) == 12 and list(book.accounts) == ["industry"]
    assert any("several rows for many of its 12 accounts" in warning for warning in book.warnings)


def test_rows_that_disagree_on_who_left_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"C{row // 2},{('yes', 'no')[row % 2]},{'AB'[row % 2]}\n" for row in range(40))
    with pytest.raises(WorkbenchError, match="a row is not an account"):
        book_of(tmp_path, customers="customer_id,churned,plan\n" + rows)


# Keys


@given(
    st.lists(st.sampled_from(["a1", "b2", "B2", "c3", "d4", "e5", ""]), min_size=1, max_size=40),
    st.sets(st.sampled_from(["a1", "b2", "B2", "c3", "f6"]), min_size=1),
)
def test_a_link_finds_the_rows_that_a_dictionary_would(named: list[str], known: set[str]) -> None:
    parents = sorted(known)
    child, parent = table_of("child", account_id=[*named]), table_of("parent", account_id=[*parents])
    expected = [parents.index(name) if name in known else -1 for name in named]
    link = find_link(child, parent, {})
    assert (link.rows.tolist() if link is not None else [-1] * len(named)) == expected
    if link is not None:
        summary = link.summary()
        assert summary.left_rows == summary.matched + summary.unmatched + summary.blank_keys
        assert sum(rows for _, rows in summary.unmatched_examples) == summary.unmatched
        assert set(summary.right_unmatched_examples) == known - set(named)


def test_a_key_is_found_among_thousands_of_texts_of_which_few_match() -> None:
    numbers = [f"K{number:05}" for number in range(20_000)]
    child = table_of("child", ref=[*(f"Z{number:05}" for number in range(12_000)), *numbers[:8_000]])
    link = find_link(child, table_of("parent", record=[*numbers]), {})
    assert link is not None and link.overlap == 0.4
    assert (link.rows[12_000:] == np.arange(8_000)).all()


SHORT = [f"0015g00000{'aA'[row % 2]}bC{row // 2:02}" for row in range(24)]


def test_ids_of_15_and_18_characters_meet_case_by_case() -> None:
    mixed = [key if row % 2 else key + "AAQ" for row, key in enumerate(SHORT)]
    link = find_link(table_of("child", account_id=[*mixed]), table_of("parent", account_id=[*SHORT]), {})
    assert link is not None and link.rows.tolist() == list(range(24))
    lowered = table_of("child", account_id=[key.lower() + "aaq" for key in SHORT])
    assert find_link(lowered, table_of("parent", account_id=[*SHORT]), {}) is None


def test_spellings_of_one_company_are_squeezed_to_one_text() -> None:
    names = ["Acme Inc.", "ACME, Inc", "acme", "A.C.M.E. GmbH & Co. KG", "Acme Ltd"]
    assert set(squeezed(pa.array(names)).to_pylist()) == {"acme"}
    assert squeezed(pa.array(["Smith & Sons", "smith and sons LLC"])).to_pylist() == ["smithandsons"] * 2
    assert squeezed(pa.array(["Inc", "GmbH", "日本 株式会社", "—"])).to_pylist() == [
        "inc", "gmbh", "日本株式会社", "—",
    ]  # fmt: skip


def by_name(names: list[str]) -> str:
    return "company,stage\n" + "".join(
        f'"{n}",Closed {("Won", "Lost")[at % 2]}\n' for at, n in enumerate(names)
    )


def test_near_misses_of_names_are_offered_and_taken_when_accepted(tmp_path: Path) -> None:
    accounts = "company,industry\n" + "".join(
        f"Firm {chr(65 + row)} Ltd,{'RS'[row % 2]}\n" for row in range(20)
    )
    deals = by_name([f"Firm {chr(65 + row % 18)} Ltd" for row in range(40)] + ["FIRM S", "FIRM S", "Nobody"])
    book = book_of(tmp_path, accounts=accounts, deals=deals)
    (join,) = book.joins
    assert (join.matched, join.unmatched, join.accepted, join.right_unmatched) == (40, 3, 0, 2)
    assert [(miss.found, miss.meant, miss.rows) for miss in join.near_misses] == [("FIRM S", "Firm S Ltd", 2)]
    assert join.unmatched_examples == (("FIRM S", 2), ("Nobody", 1))
    assert join.right_unmatched_examples == ("Firm S Ltd", "Firm T Ltd")
    mapping = BookMapping().with_table("deals", accepted={"company": {"FIRM S": "Firm S Ltd", "x": "y"}})
    (join,) = open_book(tmp_path, mapping=mapping).joins
    assert (join.matched, join.unmatched, join.accepted) == (42, 1, 2)


def test_a_person_says_by_which_columns_tables_join(tmp_path: Path) -> None:
    deals = DEALS.replace("opportunity_id,account_id", "opportunity_id,account_id,partner_id")
    deals = "".join(
        line if at == 0 else line.replace(f",A{(at - 1) % 12},", f",A{(at - 1) % 12},A{at % 4},")
        for at, line in enumerate(deals.splitlines(keepends=True))
    )
    mapping = BookMapping().with_table("deals", joins=(JoinMapping("partner_id", "accounts", "account_id"),))
    book = book_of(tmp_path, mapping, accounts=ACCOUNTS, deals=deals)
    assert book.joins[0].left_key == "partner_id"
    assert set(book.observations["deal"].account.tolist()) == {0, 1, 2, 3}


def test_a_join_that_was_decided_and_matches_nothing_any_more_is_found_anew(tmp_path: Path) -> None:
    mapping = BookMapping().with_table("deals", joins=(JoinMapping("source", "accounts", "account_id"),))
    book = book_of(tmp_path, mapping, accounts=ACCOUNTS, deals=DEALS)
    assert (book.joins[0].left_key, len(book.accounts)) == ("account_id", 12)


def test_decisions_about_what_is_there_no_more_are_passed_over(tmp_path: Path) -> None:
    mapping = (
        BookMapping()
        .with_table("gone", role="deals")
        .with_table(
            "deals", key="gone", joins=(JoinMapping("gone", "accounts", "account_id"),),
            accepted={"gone": {"a": "b"}},
        )
        .with_column("deals", "gone", role="attribute", part="amount")
    )  # fmt: skip
    book = book_of(tmp_path, mapping, accounts=ACCOUNTS, deals=DEALS)
    assert book.observations["deal"].values.equals(
        book_of(tmp_path / "plain", accounts=ACCOUNTS, deals=DEALS).observations["deal"].values
    )


def test_the_key_a_person_names_is_the_accounts_id(tmp_path: Path) -> None:
    accounts = ACCOUNTS.replace("account_id,account_name", "account_id,crm_no")
    mapping = BookMapping().with_table("accounts", key="crm_no")
    book = book_of(tmp_path, mapping, accounts=accounts, deals=DEALS)
    assert book.account_ids[0] == "Name 0"


# Attributes at their own grain

SUBSCRIPTIONS = "subscription_id,account_id,start_date,end_date,plan,mrr,upgraded,churned\n" + "".join(
    f"S{row},A{row % 12},2025-01-{row % 28 + 1:02},{'2025-09-01' if row % 5 == 0 else ''},"
    f"{('Basic', 'Pro')[row % 3 == 0]},{10 + row},{'NY'[row % 4 == 0]},{'NY'[row % 5 == 0]}\n"
    for row in range(48)
)
TICKETS = "ticket_id,account_id,created,priority\n" + "".join(
    f"T{row},A{row % 12},2025-03-01,{('low', 'high')[row % 2]}\n" for row in range(40)
)


def test_what_was_subscribed_to_can_be_sliced_by_and_what_came_later_cannot(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, subscriptions=SUBSCRIPTIONS)
    grains = {field.name: field.grain for field in book.fields.values() if field.kept_out is None}
    assert grains == {"industry": "account", "employees": "account", "plan": "subscription"}
    assert len(book.observations["subscription"].attributes) == 48
    kept_out = {field.name for field in book.fields.values() if field.kept_out}
    assert kept_out <= {"upgraded"}


def test_columns_of_tickets_are_let_in_when_a_person_says_so(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS, tickets=TICKETS)
    assert "priority" not in book.fields
    column = next(column for column in book.columns if column.header == "priority")
    assert column.note is not None and "only while the customer is served" in column.note
    mapping = BookMapping().with_column("tickets", "priority", role="attribute")
    book = open_book(tmp_path, mapping=mapping)
    assert book.fields["priority"].grain == "ticket"
    assert book.observations["ticket"].attributes["priority"].tolist()[:2] == ["low", "high"]
