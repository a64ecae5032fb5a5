"""Which column gives which outcome input: as decided, else by its header, else none."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.joining.links import account_key
from icp_workbench.book.mapping import ColumnMapping, TableMapping
from icp_workbench.book.roles.outcome_columns import churn_flag
from icp_workbench.book.roles.parts import PARTS, parts_of
from icp_workbench.book.roles.table import Table, decided_key, kind_of, table_role


def column(header: str, cells: Sequence[str | None]) -> Column:
    return clean_column("t", header, pa.chunked_array([pa.array(cells, pa.string())]))


NUMBERS = [str(100 + row) for row in range(30)]
DAYS = [f"2026-01-{day:02}" for day in range(1, 31)]
STAGES = ["Won", "Lost", "Open"] * 10
DEALS = (
    column("Deal Stage", STAGES), column("Amount", NUMBERS), column("Weighted amount", NUMBERS),
    column("Create Date", DAYS), column("Close Date", DAYS), column("Next activity", DAYS),
    column("Acquisition Cost", NUMBERS), column("Region", ["x", "y"] * 15),
)  # fmt: skip


def headers(parts: dict[str, Column]) -> dict[str, str]:
    return {part: held.header for part, held in parts.items()}


def test_header_words_tell_the_parts() -> None:
    found = Table("deals", DEALS, "deals")
    assert headers(dict(found.parts)) == {
        "stage": "Deal Stage", "opened": "Create Date", "closed": "Close Date", "amount": "Amount",
        "cost": "Acquisition Cost",
    }  # fmt: skip
    assert found.part("amount") is DEALS[1] and found.part("margin") is None


def test_a_decided_part_stands_above_the_words_and_another_role_takes_a_column_out() -> None:
    decided = {
        "Weighted amount": ColumnMapping(part="amount"),
        "Close Date": ColumnMapping(role="attribute"),
        "Next activity": ColumnMapping(part="closed"),
        "Acquisition Cost": ColumnMapping(role="ignore"),
    }
    found = headers(dict(parts_of("deals", DEALS, decided)))
    assert found == {
        "stage": "Deal Stage", "opened": "Create Date", "closed": "Next activity",
        "amount": "Weighted amount",
    }  # fmt: skip


def test_a_decision_that_cannot_be_does_no_harm() -> None:
    decided = {
        "Region": ColumnMapping(part="amount"),  # no figures
        "Amount": ColumnMapping(part="tenure"),  # no part of deals
        "Gone": ColumnMapping(part="cost"),  # not in this export
    }
    found = headers(dict(parts_of("deals", DEALS, decided)))
    assert found["cost"] == "Acquisition Cost"
    assert "amount" not in found  # neither column that was decided otherwise, nor the weighted one
    assert parts_of("unused", DEALS, decided) == {}


def test_every_part_says_what_it_means() -> None:
    for parts in PARTS.values():
        assert all(part.means and part.types for part in parts.values())


@pytest.mark.parametrize(
    ("headers_there", "expected"),
    [
        (["Kundennummer", "Phase", "Betrag", "Erstellt am", "Abgeschlossen am"], "deals"),
        (["Client", "Étape", "Montant", "Date de création", "Date de clôture"], "deals"),
        (["Cliente", "Etapa", "Importe", "Fecha de creación", "Fecha de cierre"], "deals"),
        (["Klant", "Fase", "Bedrag", "Aanmaakdatum", "Sluitingsdatum"], "deals"),
        (["Azienda", "Fase", "Importo", "Data creazione", "Data chiusura"], "deals"),
    ],
)
def test_headers_of_other_languages_are_understood(headers_there: list[str], expected: str) -> None:
    customer, stage, amount, opened, closed = headers_there
    won = {"Phase": "Gewonnen", "Étape": "Gagné", "Etapa": "Ganado", "Fase": "Gewonnen"}[stage]
    columns = (
        column(customer, [f"K{row % 10}" for row in range(30)]), column(stage, [won, "Offen", "x"] * 10),
        column(amount, NUMBERS), column(opened, DAYS), column(closed, DAYS),
    )  # fmt: skip
    assert table_role("liste", columns, None) == expected
    assert headers(dict(parts_of("deals", columns, {}))) == {
        "stage": stage, "opened": opened, "closed": closed, "amount": amount
    }  # fmt: skip


def test_a_currency_without_amounts_is_an_attribute() -> None:
    currency = column("Currency", ["EUR", "USD"] * 15)
    assert parts_of("accounts", [currency], {}) == {}
    assert list(parts_of("accounts", [currency, column("MRR", NUMBERS)], {})) == ["recurring", "currency"]


def test_the_key_is_the_decided_one_or_the_one_id_of_nearly_every_row() -> None:
    ids, other = column("Record ID", NUMBERS), column("Account ID", [str(row % 5) for row in range(30)])
    assert decided_key([ids, other], TableMapping(key="Account ID")) is other
    as_ids = {"Record ID": ColumnMapping(role="id"), "Account ID": ColumnMapping(role="id")}
    assert decided_key([ids, other], TableMapping(columns=as_ids)) is ids
    assert decided_key([ids, other], TableMapping(key="Gone")) is None


def guessed(cells: dict[str, Sequence[str | None]]) -> dict[str, str]:
    return headers(dict(parts_of("deals", [column(header, held) for header, held in cells.items()], {})))


WON_OR_LOST = ["Won", "Lost", None] * 10


def test_the_stage_is_the_column_that_tells_both_won_and_lost() -> None:
    only_won = ["Won", "New", "Qualified"] * 10
    assert guessed({"Stage": only_won, "Won/Lost": WON_OR_LOST})["stage"] == "Won/Lost"
    assert guessed({"Stage": only_won, "Region": WON_OR_LOST})["stage"] == "Stage"
    assert guessed({"Decision": WON_OR_LOST})["stage"] == "Decision"
    maker = column("Decision maker involved", ["Yes", "No", "Partly"] * 10)
    assert table_role("visits", (maker,), None) == "unused"


def test_the_amount_is_what_the_deal_is_worth_not_a_forecast_a_budget_or_a_count() -> None:
    money = [f"${figure}" for figure in NUMBERS]
    for header in (
        "Prorated Revenue", "Budget Amount", "Est. Revenue", "Company revenue", "Total activities",
        "Number of deals", "Chiffre d'affaires",
    ):  # fmt: skip
        assert "amount" not in guessed({"Stage": STAGES, header: money}), header
    assert guessed({"Budget amount": money, "Actual revenue": money})["amount"] == "Actual revenue"
    assert guessed({"Fee (GBP)": NUMBERS})["amount"] == "Fee (GBP)"
    assert guessed({"Deal $": money})["amount"] == "Deal $"
    assert "amount" not in guessed({"Deal age": NUMBERS})  # no currency: a count of something


def test_the_days_of_a_deal_are_those_on_which_it_began_and_ended() -> None:
    for header in ("Expected closing", "Est. Close Date", "Contract End Date", "Forecast close date"):
        assert "closed" not in guessed({"Stage": STAGES, header: DAYS}), header
    for header in ("Closing Date", "Decision date", "Contract signed", "Date de fermeture"):
        assert guessed({"Stage": STAGES, header: DAYS})["closed"] == header
    assert "opened" not in guessed({"Contract Start": DAYS})
    assert guessed({"First call": DAYS})["opened"] == "First call"
    assert guessed({"Aangemaakt op": DAYS})["opened"] == "Aangemaakt op"
    assert guessed({"Won date": DAYS, "Lost date": DAYS}) == {"closed": "Won date", "lost on": "Lost date"}


def test_what_delivering_costs_is_not_what_winning_costs() -> None:
    assert "cost" not in guessed({"Cost (GBP)": NUMBERS})


def test_articles_do_not_hide_what_a_header_says() -> None:
    for header in ("Nombre de la cuenta", "Nom du compte", "Nome da conta"):
        held = Table("x", (column(header, ["A", "B", "C"] * 10),), "deals")
        assert account_key(held) is not None, header


def test_names_of_people_are_of_no_kind_and_places_are_firmographic() -> None:
    people = ["Anna Lopez", "Ben Roux"] * 15
    for header in (
        "Contact name",
        "Primary Contact",
        "Deal - Contact person",
        "Eigenaar",
        "Opportunity-Inhaber",
    ):
        assert kind_of(column(header, people)) == "other", header
    assert kind_of(column("Contact seniority", people)) == "buyer"
    for header in ("Billing Country", "BILLINGCOUNTRY", "Rechnungsland", "Company city"):
        assert kind_of(column(header, people)) == "firmographic", header


def test_a_status_with_customers_that_pause_still_tells_who_left() -> None:
    assert churn_flag(column("Account status", ["Active", "Churned", "Paused", "At risk"] * 10))
    assert not churn_flag(column("Account status", ["Active", "Gold", "Paused"] * 10))
