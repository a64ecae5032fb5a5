"""Files as CRMs give them → the book: accounts, grains, outcomes, leaks, and what is said about each."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import icp_workbench.book
from icp_workbench.book.book import AccountBook
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book
from tests.book.files import ACCOUNTS, DEALS, write


def book_of(folder: Path, mapping: BookMapping | None = None, **files: str) -> AccountBook:
    return open_book(write(folder, {f"{name}.csv": text for name, text in files.items()}), mapping=mapping)


def grains(book: AccountBook) -> dict[str, str]:
    return {field.name: field.grain for field in book.fields.values()}


def test_open_book_is_reached_from_the_package() -> None:
    assert icp_workbench.book.open_book is open_book
    with pytest.raises(AttributeError):
        _ = icp_workbench.book.nothing


def test_accounts_and_deals_join_by_id_and_keep_their_grain(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS)
    assert grains(book) == {"industry": "account", "employees": "account", "source": "deal"}
    deals = book.observations["deal"]
    assert deals.account.tolist() == [row % 12 for row in range(60)]
    assert deals.values["won"].tolist() == [0.0 if row % 3 == 0 else 1.0 for row in range(60)]
    assert deals.values["cycle_days"].iloc[1] == 32
    assert deals.values["amount"].isna().sum() == 20
    assert book.account_names[3] == "Name 3"


def test_accounts_are_made_from_a_flat_table_of_deals(tmp_path: Path) -> None:
    header, *rows = DEALS.splitlines()
    flat = "\n".join(
        [header + ",country", *(f"{row},{'FR' if int(row.split(',')[1][1:]) % 2 else 'DE'}" for row in rows)]
    )
    book = book_of(tmp_path, deals=flat + "\n")
    assert len(book.accounts) == 12 and book.account_ids[:2] == ("A0", "A1")
    assert grains(book) == {"country": "account", "source": "deal"}
    assert book.accounts["country"].tolist()[:2] == ["DE", "FR"]
    assert any("12 accounts made" in note for note in book.notes)


def test_without_an_account_column_each_row_is_its_own_account(tmp_path: Path) -> None:
    lines = [line.split(",") for line in DEALS.splitlines()]
    book = book_of(tmp_path, deals="\n".join(",".join(line[:1] + line[2:]) for line in lines) + "\n")
    assert len(book.accounts) == 60
    assert grains(book) == {"source": "account"}
    assert book.observations["deal"].account.tolist() == list(range(60))


def test_an_account_known_only_from_deals_is_added_with_blank_attributes(tmp_path: Path) -> None:
    more = DEALS + "D60,A99,Closed Won,2026-01-01,2026-01-09,5,Web\n"
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=more)
    assert len(book.accounts) == 13 and book.account_ids[-1] == "A99"
    assert book.accounts.iloc[-1].isna().all()
    assert (book.observations["deal"].values["won"] == 1).sum() == 41
    assert any("known only from deals" in warning for warning in book.warnings)


def test_rows_without_an_account_are_left_out_and_counted(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS + "D60,,Prospecting,2026-01-01,,,Web\n")
    assert len(book.observations["deal"].account) == 60
    assert book.joins[0].blank_keys == 1
    assert any(warning.startswith("1 row of deals left out") for warning in book.warnings)


def test_two_systems_join_each_by_its_own_id(tmp_path: Path) -> None:
    companies = "Record ID,Company name,Industry,Salesforce Account ID\n" + "".join(
        f"{900 + row},Company {row},{('Retail', 'Software')[row % 2]},001{row:03}AA\n" for row in range(12)
    )
    opportunities = DEALS.replace("account_id", "Account ID")
    for row in reversed(range(12)):
        opportunities = opportunities.replace(f",A{row},", f",001{row:03}AA,")
    tickets = "Ticket ID,Associated Company ID,Create date\n" + "".join(
        f"T{row},{900 + row % 4},2026-03-01\n" for row in range(20)
    )
    book = book_of(tmp_path, companies=companies, opportunities=opportunities, tickets=tickets)
    assert {(join.left_key, join.right_key, join.unmatched) for join in book.joins} == {
        ("Account ID", "Salesforce Account ID", 0), ("Associated Company ID", "Record ID", 0),
    }  # fmt: skip
    assert len(book.accounts) == 12
    assert np.bincount(book.observations["ticket"].account).tolist() == [5, 5, 5, 5]


def test_a_book_of_won_deals_only_has_no_win_rate_and_says_why(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS.replace("Closed Lost", "Closed Won"))
    assert "win_rate" not in [metric.name for metric in book.metrics]
    assert "lost are not in it" in book.unavailable["win_rate"]
    assert book.metric("deal_size").value == "amount"


def test_amounts_in_several_currencies_are_never_added_up(tmp_path: Path) -> None:
    header, *rows = DEALS.splitlines()
    mixed = "\n".join(
        [header + ",currency", *(f"{row},{('USD', 'EUR')[at % 2]}" for at, row in enumerate(rows))]
    )
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=mixed + "\n")
    assert "several currencies" in book.unavailable["deal_size"]
    assert book.currency is None


def test_one_currency_is_the_unit_of_deal_size(tmp_path: Path) -> None:
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS.replace("amount", "amount_eur"))
    assert (book.currency, book.metric("deal_size").unit) == ("EUR", "EUR")


def test_a_deal_that_closes_before_it_opens_has_no_cycle(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        accounts=ACCOUNTS,
        deals=DEALS.replace("D1,A1,Closed Won,2026-01-01", "D1,A1,Closed Won,2026-12-01"),
    )
    assert np.isnan(book.observations["deal"].values["cycle_days"].iloc[1])
    assert any("1 deal closed before opening" in warning for warning in book.warnings)


def subscriptions(*rows: str) -> str:
    return "subscription_id,account_id,start_date,end_date,mrr\n" + "\n".join(rows) + "\n"


def test_dated_subscriptions_become_tenure_and_churn(tmp_path: Path) -> None:
    text = subscriptions(
        "S1,A0,2025-01-01,2025-07-02,10",  # ended, but S2 is open: not churned
        "S2,A0,2025-06-01,,10",
        "S3,A1,2025-01-01,2025-03-01,10",  # both ended: churned on the later day
        "S4,A1,2025-02-01,2026-01-01,10",
        "S5,A2,2026-01-01,,10",
    )
    book = book_of(tmp_path, accounts=ACCOUNTS, subscriptions=text)
    customers = book.observations["customer"]
    assert customers.account.tolist() == [0, 1, 2]
    assert customers.values["churned"].tolist() == [0.0, 1.0, 0.0]
    month = 30.4375
    assert customers.values["tenure"].tolist() == pytest.approx([365 / month, 365 / month, 0])
    assert str(book.as_of) == "2026-01-01"
    assert book.metric("retention_12m").horizon == 12


def test_end_dates_of_running_contracts_are_no_churn(tmp_path: Path) -> None:
    rows = [f"S{row},A{row},2025-0{row % 9 + 1}-01,2027-0{row % 9 + 1}-01,10" for row in range(11)]
    text = subscriptions(*rows, "S11,A11,2024-01-01,2025-01-01,10")
    book = book_of(tmp_path, accounts=ACCOUNTS, subscriptions=text)
    assert book.observations["customer"].values["churned"].tolist() == [0.0] * 11 + [1.0]


def flat_customers(rows: int = 400) -> list[dict[str, str]]:
    chance = random.Random(7)
    table = []
    for row in range(rows):
        left, months, price = chance.random() < 0.3, chance.randint(1, 60), chance.choice([20, 35, 50])
        table.append(
            {
                "customer_id": f"C{row}", "plan": chance.choice(["Basic", "Pro", "Team"]),
                "churned": "Yes" if left else "No",
                "tenure_months": str(months), "monthly_fee": str(price), "total_paid": str(months * price),
                "last_call": chance.choice(["price", "service"]) if left else "",
                "risk_band": ("high" if chance.random() < 0.99 else "low") if left else "low",
                "usage_score": str(chance.gauss(0, 1) + (8 if left else 0)),
                "seats": str(chance.randint(1, 40)),
                "churn_reason": chance.choice(["a", "b"]),
            }
        )  # fmt: skip
    return table


def as_csv(table: list[dict[str, str]]) -> str:
    return "\n".join([",".join(table[0]), *(",".join(row.values()) for row in table)]) + "\n"


def test_what_is_known_only_after_the_outcome_is_kept_out_with_the_reason(tmp_path: Path) -> None:
    book = book_of(tmp_path, customers=as_csv(flat_customers()))
    reasons = {leak.field: leak.reason for leak in book.leaks}
    assert set(reasons) == {
        "tenure_months",
        "total_paid",
        "last_call",
        "risk_band",
        "usage_score",
        "churn_reason",
    }
    assert "filled for 100% of customers that left" in reasons["last_call"]
    assert "tenure_months × monthly_fee" in reasons["total_paid"]
    assert [name for name, field in book.fields.items() if field.kept_out is None] == [
        "plan",
        "monthly_fee",
        "seats",
    ]
    assert {column.role for column in book.columns if column.name in reasons} == {"leak"}


def test_a_person_may_let_a_leak_in_or_an_attribute_out(tmp_path: Path) -> None:
    mapping = BookMapping().with_column("customers", "risk_band", role="attribute")
    mapping = mapping.with_column("customers", "plan", role="ignore")
    book = book_of(tmp_path, mapping, customers=as_csv(flat_customers()))
    assert book.fields["risk_band"].kept_out is None
    assert "plan" not in book.fields


def test_addresses_constants_and_ids_are_no_attributes(tmp_path: Path) -> None:
    header, *rows = ACCOUNTS.splitlines()
    more = "\n".join(
        [
            header + ",email,website,phone,entity,blank",
            *(
                f"{row},x{at}@y.example,https://y{at}.example,+1 555 01{at},Inc,"
                for at, row in enumerate(rows)
            ),
        ]
    )
    book = book_of(tmp_path, accounts=more + "\n", deals=DEALS)
    assert grains(book) == {"industry": "account", "employees": "account", "source": "deal"}


def test_hostile_text_is_carried_through_untouched(tmp_path: Path) -> None:
    hostile = ["[/]", "[@click=app.quit]x[/]", "\x1b]0;x\x07", "日本語", "\u202eabc", "=1+1"]
    rows = ACCOUNTS.splitlines()
    for at, text in enumerate(hostile):
        cells = rows[at + 1].split(",")
        rows[at + 1] = ",".join([cells[0], text, text, cells[3]])
    book = book_of(tmp_path, accounts="\n".join(rows) + "\n", deals=DEALS)
    assert set(hostile) <= set(book.account_names)
    assert set(hostile) <= set(book.fields["industry"].levels)


def test_an_older_export_of_the_same_deals_adds_nothing(tmp_path: Path) -> None:
    book = book_of(
        tmp_path, accounts=ACCOUNTS, deals=DEALS, old_deals="\n".join(DEALS.splitlines()[:9]) + "\n"
    )
    assert len(book.observations["deal"].account) == 60
    assert any("8 rows of deals stood in several files alike" in note for note in book.notes)


def test_headers_alike_but_for_case_become_distinct_fields(tmp_path: Path) -> None:
    rows = ACCOUNTS.splitlines()
    text = "\n".join(
        [rows[0] + ",Industry,INDUSTRY", *(row + f",x{at % 2},y{at % 3}" for at, row in enumerate(rows[1:]))]
    )
    book = book_of(tmp_path, accounts=text + "\n", deals=DEALS)
    assert list(book.accounts) == ["industry", "employees", "industry_2", "industry_3"]


def test_an_account_status_tells_who_left(tmp_path: Path) -> None:
    rows = "".join(
        f"C{row},{('Pro', 'Basic')[row % 2]},{('Active', 'Churned', 'Trial active')[row % 3]}\n"
        for row in range(30)
    )
    book = book_of(tmp_path, customers="customer_id,plan,status\n" + rows.replace("Trial active", "Active"))
    assert book.observations["customer"].values["churned"].sum() == 10
    assert book.unavailable["retention_12m"].startswith("needs when each customer started and left")


def test_tenure_in_days_has_its_horizon_in_days(tmp_path: Path) -> None:
    table = flat_customers()
    text = as_csv(table).replace("tenure_months", "tenure_days")
    assert book_of(tmp_path, customers=text).metric("retention_12m").horizon == 365


def test_names_of_fields_are_distinct(tmp_path: Path) -> None:
    deals = DEALS.replace("source", "industry")
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=deals)
    assert grains(book) == {"industry": "account", "employees": "account", "deal_industry": "deal"}
    assert list(book.observations["deal"].attributes) == ["deal_industry"]


def test_an_enrichment_table_keyed_by_account_adds_account_attributes(tmp_path: Path) -> None:
    rows = (f"A{row},{('self-serve', 'assisted')[row % 2]}\n" for row in range(8))
    tags = "account_id,motion\n" + "".join(rows)
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS, company_tags=tags)
    assert grains(book)["motion"] == "account"
    assert book.accounts["motion"].isna().sum() == 4


def test_hubspot_internal_names_are_understood(tmp_path: Path) -> None:
    deals = (
        "dealname,hs_object_id,dealstage,hs_is_closed_won,hs_is_closed,createdate,closedate,amount,company,"
        "tier\n"
    )
    deals += "".join(
        f"Deal {row},{70 + row},{900 + row % 3},{row % 3 == 0},{row % 3 < 2},"
        f"2026-01-01T00:00:00Z,2026-01-{row % 20 + 2:02}T00:00:00Z,{row}00,C{row % 7},{'AB'[row % 2]}\n"
        for row in range(30)
    )
    book = book_of(tmp_path, deals=deals)
    values = book.observations["deal"].values
    assert values["won"].value_counts().to_dict() == {1.0: 10, 0.0: 10}
    assert values["cycle_days"].iloc[0] == 1
    assert len(book.accounts) == 7 and book.account_names[0] == "C0"


def test_a_flat_churn_file_is_a_table_of_accounts_whatever_its_name(tmp_path: Path) -> None:
    text = "RowNumber,CustomerId,Geography,Exited\n" + "".join(
        f"{row},15{row:03},{('France', 'Spain')[row % 2]},{row % 4 // 3}\n" for row in range(1, 80)
    )
    book = book_of(tmp_path, Churn_Modelling=text)
    assert book.account_ids[0] == "15001"
    assert grains(book) == {"geography": "account"}
    assert book.observations["customer"].values["churned"].sum() == 20


def test_events_of_churn_count_those_who_could_leave(tmp_path: Path) -> None:
    events = "churn_event_id,account_id,churn_date\nE1,A1,2026-05-01\nE2,A1,2026-06-01\nE3,A5,2026-05-02\n"
    book = book_of(tmp_path, accounts=ACCOUNTS, deals=DEALS, churn_events=events)
    (source,) = book.outcome_sources
    winners = {row % 12 for row in range(60) if row % 3}
    assert (source.churned, source.customers) == (2, len(winners | {1, 5}))


def test_numbered_accounts_join_as_text(tmp_path: Path) -> None:
    accounts = ACCOUNTS.replace("account_id", "customer").replace("\nA", "\n10")
    deals = DEALS.replace("account_id", "customer number").replace(",A", ",10")
    (join,) = book_of(tmp_path, customers=accounts, deals=deals).joins
    assert (join.left_key, join.right_key, join.unmatched) == ("customer number", "customer", 0)


def test_salesforce_ids_of_15_and_18_characters_match_with_case_kept(tmp_path: Path) -> None:
    short = [f"0015g00000A{'aA'[row % 2]}{row // 2:03}"[:15] for row in range(12)]
    rows = (f"{key},{('Retail', 'Software')[at % 2]}\n" for at, key in enumerate(short))
    deals = DEALS.replace("account_id", "AccountId")
    for row in reversed(range(12)):
        deals = deals.replace(f",A{row},", f",{short[row]}AAQ,")
    book = book_of(tmp_path, accounts="Account ID,Industry\n" + "".join(rows), deals=deals)
    assert (book.joins[0].matched, book.joins[0].unmatched) == (60, 0)
    assert len(book.accounts) == 12
    assert book.observations["deal"].account.tolist() == [row % 12 for row in range(60)]
