"""Exports as systems and people write them open without configuration and give what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book

ROWS = np.arange(120)
FIRMS = [f"Firm {row}" for row in range(40)]
NAMED = [FIRMS[row % 40] for row in ROWS]
ENDS = np.array(["won", "lost", "open"])[ROWS % 3]
OPENED = pd.Timestamp("2025-01-03") + pd.to_timedelta(ROWS * 2, "D")
CLOSED = OPENED + pd.to_timedelta(10 + ROWS % 30, "D")
AMOUNT = 1000 + ROWS


def said(**meant: str) -> list[str]:
    return [meant[end] for end in ENDS]


def only(end: str, days: pd.DatetimeIndex) -> list[str | None]:
    return [str(day.date()) if held == end else None for day, held in zip(days, ENDS, strict=True)]


def opened(folder: Path, **tables: dict[str, Sequence[object]]) -> AccountBook:
    for name, held in tables.items():
        pd.DataFrame({header: list(cells) for header, cells in held.items()}).to_csv(
            folder / f"{name}.csv", index=False
        )
    return open_book(folder)


def check(book: AccountBook, accounts: int = 40) -> None:
    """40 deals were won, 40 lost, for what and after how long."""
    values = book.observations["deal"].values
    won = ENDS == "won"
    assert ((values["won"] == 1).sum(), (values["won"] == 0).sum()) == (40, 40)
    assert values["amount"].sum() == AMOUNT[won].sum()
    assert values.loc[values["won"] == 1, "cycle_days"].median() == np.median((10 + ROWS % 30)[won])
    assert len(book.accounts) == accounts


def test_odoo(tmp_path: Path) -> None:
    book = opened(tmp_path, leads={
        "Opportunity": [f"O{row}" for row in ROWS], "Customer": NAMED, "Salesperson": ["Eva", "Ben"] * 60,
        "Stage": said(won="Won", lost="Proposition", open="New"), "Expected Revenue": AMOUNT,
        "Prorated Revenue": AMOUNT * (ENDS == "won"), "Created on": OPENED, "Closed Date": CLOSED,
        "Active": said(won="True", lost="False", open="True"), "Source": ["Web", "Fair", "Call", "Web"] * 30,
        "Won/Lost": said(won="Won", lost="Lost", open="Pending"),
    })  # fmt: skip
    check(book)
    assert {name for name, held in book.fields.items() if held.kept_out is None} == {"source"}


def test_copper(tmp_path: Path) -> None:
    book = opened(tmp_path, opportunities={
        "Copper ID": 900 + ROWS, "Opportunity Name": [f"O{row}" for row in ROWS], "Company": NAMED,
        "Owned By": ["Eva Roux", "Ben Lee"] * 60, "Stage": ["Qualified", "Proposal", "Demo"] * 40,
        "Status": said(won="Won", lost="Lost", open="Open"), "Value": AMOUNT, "Created At": OPENED,
        "Close Date": CLOSED + pd.to_timedelta(5, "D"), "Completed Date": CLOSED,
        "Source": ["Web", "Fair", "Call", "Web"] * 30,
    })  # fmt: skip
    check(book)
    assert "stage" not in book.fields and book.fields["close_date"].kept_out


def test_close_calls_companies_leads_and_dates_what_was_won_and_lost_apart(tmp_path: Path) -> None:
    ids = [f"lead_{row:04}x" for row in range(40)]
    book = opened(
        tmp_path,
        leads={
            "id": ids, "display_name": FIRMS, "status_label": ["A", "B"] * 20,
            "custom.Industry": ["X", "Y"] * 20,
        },
        opportunities={
            "id": [f"oppo_{row:04}" for row in ROWS], "lead_id": [ids[row % 40] for row in ROWS],
            "lead_name": NAMED, "status_label": said(won="Gained", lost="Gone", open="Now"),
            "status_type": said(won="won", lost="lost", open="active"), "value": AMOUNT,
            "date_created": OPENED, "date_won": only("won", CLOSED), "date_lost": only("lost", CLOSED),
            "date_updated": CLOSED, "contact_name": ["Eva Roux", "Ben Lee"] * 60,
        },
    )  # fmt: skip
    check(book)
    lost = book.observations["deal"].values
    assert lost.loc[lost["won"] == 0, "cycle_days"].notna().all()
    assert {name for name, held in book.fields.items() if not held.kept_out} == {
        "status_label",
        "custom_industry",
    }


def test_dynamics(tmp_path: Path) -> None:
    book = opened(tmp_path, opportunities={
        "Topic": [f"O{row}" for row in ROWS], "Potential Customer": NAMED,
        "Est. Close Date": CLOSED + pd.to_timedelta(9, "D"), "Est. Revenue": [f"${x * 3}" for x in AMOUNT],
        "Budget Amount": [f"${x * 2}" for x in AMOUNT], "Actual Close Date": CLOSED,
        "Actual Revenue": [f"${x}" if end == "won" else "$0" for x, end in zip(AMOUNT, ENDS, strict=True)],
        "Status": said(won="Won", lost="Lost", open="Open"), "Created On": OPENED, "Modified On": CLOSED,
        "Rating": ["Hot", "Cold", "Warm", "Hot"] * 30,
    })  # fmt: skip
    values = book.observations["deal"].values
    assert values["amount"].sum() == AMOUNT[ENDS == "won"].sum()
    assert values.loc[values["won"] == 1, "cycle_days"].median() == np.median((10 + ROWS % 30)[ENDS == "won"])
    assert book.fields["modified_on"].kept_out and not book.fields["rating"].kept_out


def test_spanish_headers_with_articles_name_the_account(tmp_path: Path) -> None:
    book = opened(tmp_path, oportunidades={
        "ID de oportunidad": ROWS, "Nombre de la cuenta": NAMED, "Importe": AMOUNT,
        "Etapa": said(won="Cerrada ganada", lost="Cerrada perdida", open="Propuesta"),
        "Fecha de creación": OPENED.strftime("%d/%m/%Y"), "Fecha de cierre": CLOSED.strftime("%d/%m/%Y"),
        "Propietario": ["Eva Roux", "Ben Lee"] * 60, "Sector": ["X", "Y", "Z", "X"] * 30,
        "Motivo de pérdida": said(won="", lost="Precio", open=""),
    })  # fmt: skip
    check(book)
    assert book.fields["propietario"].kind == "other"


def test_a_postal_code_or_telephone_number_is_not_the_key_of_the_accounts(tmp_path: Path) -> None:
    firms = {
        "Postal Code": [10_000 + 37 * row for row in range(40)],
        "Phone Number": [4_930_100_000 + row for row in range(40)],
        "Company": FIRMS,
        "Industry": ["X", "Y"] * 20,
    }  # fmt: skip
    sales = {
        "Company": NAMED, "Status": said(won="Won", lost="Lost", open="Open"), "Amount": AMOUNT,
        "Created": OPENED, "Closed": CLOSED,
    }  # fmt: skip
    book = opened(tmp_path, firms=firms, sales=sales)
    check(book)
    assert set(book.account_ids) == set(FIRMS)


def test_dates_that_settle_nothing_are_read_as_the_others_of_their_table(tmp_path: Path) -> None:
    early = [f"{1 + row % 12:02}/{1 + row % 5:02}/2025" for row in ROWS]
    late = [f"{13 + row % 15}/0{7 + row % 3}/2025" for row in ROWS]
    book = opened(tmp_path, deals={
        "Company": NAMED, "Status": said(won="Won", lost="Lost", open="Open"), "Amount": AMOUNT,
        "Created": early, "Closed": late, "Source": ["Web", "Fair", "Call", "Web"] * 30,
    })  # fmt: skip
    created = next(column for column in book.columns if column.header == "Created")
    assert created.date_order == "D/M/Y" and not created.ambiguous_dates
    assert created.note == "dates read as D/M/Y, as Closed is"
    assert book.observations["deal"].values["opened"].iloc[6] == pd.Timestamp("2025-02-07")


def test_a_churn_date_tells_who_left_where_every_account_is_a_customer(tmp_path: Path) -> None:
    accounts = {
        "workspace_id": np.arange(40), "industry": ["X", "Y"] * 20,
        "churned_at": [f"2025-03-{row + 1:02}" if row < 9 else None for row in range(40)],
    }  # fmt: skip
    book = opened(tmp_path, workspaces=accounts)
    assert book.observations["customer"].values["churned"].sum() == 9
    assert "retention_12m" in book.unavailable


def test_a_column_is_shown_with_the_kind_that_a_preset_knows(tmp_path: Path) -> None:
    book = opened(tmp_path, companies={
        "Record ID": 100 + np.arange(40), "Company name": FIRMS, "Churned": ["yes", "no"] * 20,
        "Web Technologies": ["AWS;dbt", "AWS", "dbt", "Kafka;AWS"] * 10,
    })  # fmt: skip
    shown = next(column for column in book.columns if column.header == "Web Technologies")
    assert (shown.kind, shown.type) == ("technographic", "set") == (book.fields[shown.name].kind, "set")
