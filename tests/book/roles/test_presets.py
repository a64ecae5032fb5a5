"""Presets: exports of known systems are recognised by their headers and read as those systems mean them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.mapping import BookMapping, ColumnMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.raw import RawTable, ReadingReport
from icp_workbench.book.roles.parts import PARTS
from icp_workbench.book.roles.preset_files import preset_of
from icp_workbench.book.roles.recognising import load_presets, merged, recognised, wishes, with_presets
from icp_workbench.errors import WorkbenchError
from tests.book.files import write

WON = ("Closed Won", "Closed Lost")
PRESETS = load_presets(folder=Path("nowhere"))

HEADERS = {
    ("hubspot", "accounts"): ["Record ID", "Company name", "Industry", "Number of Employees"],
    ("hubspot", "deals"): ["hs_object_id", "dealname", "dealstage", "closedate", "hs_is_closed_won"],
    ("hubspot", "tickets"): ["Ticket ID", "Ticket name", "Create date", "Close date", "Priority"],
    ("hubspot", "unused"): ["First Name", "Last Name", "Email", "Associated Company"],
    ("salesforce", "accounts"): ["Id", "Name", "Industry", "NumberOfEmployees", "BillingCountry"],
    ("salesforce", "deals"): ["Opportunity Name", "Account Name", "Stage", "Amount", "Close Date", "Age"],
    ("salesforce", "tickets"): ["CaseNumber", "AccountId", "CreatedDate", "ClosedDate", "Status"],
    ("stripe", "subscriptions"): ["id", "Customer ID", "Status", "Start Date (UTC)", "Ended At (UTC)"],
    ("stripe", "accounts"): ["id", "Description", "Email", "Name", "Created (UTC)", "Total Spend"],
    ("stripe", "unused"): ["id", "Amount Due", "Amount Paid", "Customer"],
    ("chartmogul", "accounts"): ["UUID", "NAME", "STATUS", "SUBSCRIBER_SINCE", "MRR"],
    ("zendesk", "tickets"): ["Id", "Requester", "Subject", "Created at", "Solved at", "Organization"],
    ("copper", "deals"): ["Copper ID", "Opportunity Name", "Owned By", "Stage", "Status", "Value"],
    ("copper", "accounts"): ["Copper ID", "Company", "Owned By", "Industry"],
    ("odoo", "deals"): ["Opportunity", "Customer", "Stage", "Expected Revenue", "Salesperson", "Lost Reason"],
    ("close", "accounts"): ["id", "display_name", "status_label", "custom.Industry"],
    ("close", "deals"): ["id", "lead_id", "status_label", "status_type", "value", "date_won", "date_lost"],
    ("pipedrive", "deals"): ["Deal - Title", "Deal - Status", "Deal - Value", "Deal - Organization"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "role"), HEADERS)
def test_an_export_is_recognised_by_its_headers(name: str, role: str) -> None:
    headers = HEADERS[name, role]
    found = recognised(headers, PRESETS)
    assert found is not None and (found[0].name, found[1].role) == (name, role)
    assert recognised([header.upper() for header in reversed(headers)], PRESETS) == found


def test_what_no_system_exports_is_not_recognised() -> None:
    assert recognised(["account", "sector", "revenue", "employees"], PRESETS) is None
    assert recognised([], PRESETS) is None


def test_labels_internal_names_and_the_api_mean_the_same() -> None:
    by_label = dict(
        wishes(["Deal Name", "Deal Stage", "Is Closed Won", "Close Date", "Create Date"], PRESETS)
    )
    internal = dict(wishes(["dealname", "dealstage", "hs_is_closed_won", "closedate", "createdate"], PRESETS))
    nested = dict(wishes([f"properties.{name}" for name in internal], PRESETS))
    assert by_label.pop("Deal Stage", None) is None  # many systems have a Deal Stage: its labels tell more
    assert internal["dealstage"].part == nested["properties.dealstage"].part == "stage"
    del internal["dealstage"], nested["properties.dealstage"]
    assert list(by_label.values()) == list(internal.values()) == list(nested.values())
    assert [wish.part for wish in internal.values()] == [None, "won flag", "closed", "opened"]


def test_a_stage_that_tells_no_outcome_gives_way_to_a_column_that_does(tmp_path: Path) -> None:
    rows = [
        f"Opp {row},K{row % 20},{('Qualified', 'Proposal')[row % 2]},{('Won', 'Lost', 'Open')[row % 3]},{row}"
        for row in range(60)
    ]
    firms = [f"K{row},{'AB'[row % 2]}" for row in range(20)]
    header = "Opportunity Name,Account,Stage,Opportunity State,Amount"
    write(tmp_path, {"o.csv": "\n".join([header, *rows]), "a.csv": "\n".join(["Account,Industry", *firms])})
    book = open_book(tmp_path)
    assert dict(book.stages) == {"Won": "won", "Lost": "lost", "Open": "open"}
    assert "stage" not in book.fields


def test_every_part_a_preset_names_is_one_of_its_table_s_role() -> None:
    named = [
        (table.role, wish.part)
        for preset in PRESETS
        for table in preset.tables
        for wish in table.columns.values()
        if wish.part is not None
    ]
    assert len(named) > 40
    assert all(part in PARTS[str(role)] for role, part in named)


def test_a_decision_stands_above_a_preset() -> None:
    preset = ColumnMapping(part="amount", type="number", scale=0.01)
    assert merged(ColumnMapping(scale=1.0), preset) == ColumnMapping(part="amount", type="number", scale=1.0)
    assert merged(ColumnMapping(role="attribute"), preset).part is None
    assert merged(ColumnMapping(), preset) == preset


def test_only_the_presets_a_book_names_count() -> None:
    table = _raw("deals", ["dealname", "dealstage", "closedate"])
    assert with_presets(BookMapping(), [table], Path(), PRESETS).table("deals").role == "deals"
    assert with_presets(BookMapping(presets=("stripe",)), [table], Path(), PRESETS).tables == {}
    with pytest.raises(WorkbenchError, match="did you mean `hubspot`"):
        with_presets(BookMapping(presets=("hubspott",)), [table], Path(), PRESETS)


OWN = """
preset: icp-preset/v1
name: ourcrm
tables:
  - role: deals
    recognised_by: [[Vorgang, Ausgang]]
    columns:
      - {headers: [Ausgang], part: stage}
      - {headers: [Volumen], part: amount}
stages: {"J": won, "N": lost}
"""


def test_a_preset_of_one_s_own_lies_in_the_user_s_folder_or_is_named(tmp_path: Path) -> None:
    write(tmp_path / "presets", {"ours.yaml": OWN})
    assert "ourcrm" in [preset.name for preset in load_presets(folder=tmp_path / "presets")]
    rows = [f"{row},K{row % 20},{'JN'[row % 2]},{100 + row},{'AB'[row % 3 % 2]}" for row in range(60)]
    write(tmp_path, {"liste.csv": "\n".join(["Vorgang,Account,Ausgang,Volumen,Region", *rows])})
    mapping = BookMapping(presets=("presets/ours.yaml",))
    book = open_book(tmp_path / "liste.csv", mapping=mapping)
    assert dict(book.stages) == {"J": "won", "N": "lost"}
    assert book.metric("deal_size") and book.mapping == mapping


def test_all_that_is_wrong_in_a_preset_is_said_at_once() -> None:
    wrong = OWN.replace("icp-preset/v1", "v9").replace("part: stage", "part: stages")
    wrong = wrong.replace("name: ourcrm", "name: Our CRM").replace("N: lost", "N: gone")
    wrong = wrong.replace('"N": lost', '"N": gone').replace("[Volumen]", "[ausgang]")
    with pytest.raises(WorkbenchError) as caught:
        preset_of(wrong)
    said = caught.value.what_happened
    for expected in (
        "`v9`",
        "`stages`",
        "`stage`, perhaps",
        "`Our CRM`",
        "`gone`",
        "a second time",
        "line 9",
    ):
        assert expected in said
    assert "5 problems" in said


@pytest.mark.parametrize(
    "text", ["", "- 1", "name: [", "tables: *x", "preset: icp-preset/v1\nname: a\ntables: []", "tables: 3"]
)
def test_what_is_no_preset_is_told(text: str) -> None:
    with pytest.raises(WorkbenchError, match="preset"):
        preset_of(text)


def test_a_broken_preset_of_one_s_own_is_named(tmp_path: Path) -> None:
    write(tmp_path / "presets", {"ours.yaml": OWN.replace("deals", "sales")})
    with pytest.raises(WorkbenchError, match=r"ours\.yaml") as caught:
        load_presets(folder=tmp_path / "presets")
    assert "`sales`" in caught.value.what_happened


def test_a_salesforce_report_in_two_currencies_uses_the_converted_amounts(tmp_path: Path) -> None:
    head = (
        "Opportunity ID,Opportunity Name,Account ID,Industry,Stage,Amount Currency,Amount,"
        "Amount (converted) Currency,Amount (converted),Created Date,Close Date"
    )
    rows = [
        f"006{row:03},Deal {row},001{row % 30:03},{'AB'[row % 2]},{WON[row % 3 == 0]},"
        f"{('USD', 'EUR')[row % 2]},{1000 * (1 + row % 2)},USD,1000,1/5/2026,{row % 12 + 1}/20/2026"
        for row in range(90)
    ]
    book = opened(tmp_path, "report", head, rows)
    won = book.observations["deal"].values
    assert set(won.loc[won["won"] == 1, "amount"]) == {1000.0}
    assert book.metric("deal_size").unit == "USD" and book.currency == "USD"


def test_stripe_prices_become_what_is_paid_a_month(tmp_path: Path) -> None:
    head = "id,Customer ID,Plan,Quantity,Currency,Interval,Amount,Status,Start Date (UTC),Ended At (UTC)"
    rows = []
    for row in range(40):
        gone = row % 4 == 0
        interval, amount = (("month", "10.00"), ("year", "120.00"))[row % 2]
        rows.append(
            f"sub_{row},cus_{row},{'AB'[row % 2]},3,usd,{interval},{amount},"
            f"{'canceled' if gone else 'active'},2024-01-01 10:00,{'2025-06-01 10:00' if gone else ''}"
        )
    book = opened(tmp_path, "subscriptions", head, rows)
    customers = book.observations["customer"].values
    assert set(customers["recurring"]) == {30.0, 0.0}
    assert (customers["recurring"] == 0).sum() == customers["churned"].sum() == 10


def test_contacts_are_not_taken_for_accounts(tmp_path: Path) -> None:
    write(tmp_path, {
        "companies.csv": "Record ID,Company name,Industry\n"
        + "".join(f"{row},Firm {row},{'AB'[row % 2]}\n" for row in range(30)),
        "contacts.csv": "Record ID,First Name,Last Name,Email,Associated Company ID\n"
        + "".join(f"{900 + row},A,B{row},a{row}@x.example,{row % 30}\n" for row in range(50)),
        "deals.csv": "Record ID,Deal Name,Deal Stage,Associated Company ID\n"
        + "".join(f"{500 + row},D,{WON[row % 2]},{row % 30}\n" for row in range(60)),
    })  # fmt: skip
    book = open_book(tmp_path)
    assert len(book.account_ids) == 30 and list(book.fields) == ["industry"]


def opened(folder: Path, name: str, header: str, rows: Sequence[str]) -> AccountBook:
    return open_book(write(folder, {f"{name}.csv": "\n".join([header, *rows])}) / f"{name}.csv")


def _raw(name: str, headers: Sequence[str]) -> RawTable:
    frame = pa.table({header: pa.array([], pa.string()) for header in headers})
    return RawTable(name, frame, ReadingReport(name, name, 1, 0, 1, 0, 0, 0, 0), lines=np.array([], np.int64))
