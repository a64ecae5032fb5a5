"""Stage labels and flags → won, lost, open, neither."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.roles.stages import OUTCOMES, deal_outcomes, outcome_of_label
from tests.book.files import write


def column(header: str, *cells: str) -> Column:
    return clean_column("deals", header, pa.chunked_array([pa.array(cells, pa.string())]))


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("Won", "won"), ("Closed Won", "won"), ("closedwon", "won"), ("Closed-Won", "won"),
        ("Contract signed", "won"),
        ("Lost", "lost"), ("Closed Lost", "lost"), ("closedlost", "lost"), ("Not won", "lost"),
        ("Disqualified", "neither"), ("Canceled", "neither"), ("Closed - Duplicate", "neither"),
        ("Negotiation/Review", "open"), ("Prospecting", "open"), ("Wonderful", "open"),
    ],
)  # fmt: skip
def test_what_a_label_says(label: str, outcome: str) -> None:
    assert outcome_of_label(label) == outcome


def outcomes(
    *arguments: Column | None, chosen: dict[str, str] | None = None
) -> tuple[list[str], dict[str, str]]:
    found, shown = deal_outcomes(*arguments, chosen or {})
    return [OUTCOMES[at] for at in found], dict(shown)


def test_flags_stand_above_labels() -> None:
    stage = column("stage", "Handshake", "Nope", "Talking", "Disqualified")
    won, closed = column("is won", "true", "false", "false", "false"), column("is closed", "1", "1", "0", "1")
    found, shown = outcomes(stage, won, closed, None)
    assert found == ["won", "lost", "open", "neither"]
    assert shown == {"Handshake": "won", "Nope": "lost", "Talking": "open", "Disqualified": "neither"}


def test_a_person_s_mapping_stands_above_all() -> None:
    found, shown = outcomes(
        column("stage", "Won", "Lost", "Parked"), None, None, None, chosen={"Parked": "lost"}
    )
    assert found == ["won", "lost", "lost"]
    assert shown["Parked"] == "lost"


def test_without_a_flag_for_closing_the_close_date_tells() -> None:
    won, date = column("won", "yes", "no", "no"), column("close date", "2026-01-01", "2026-01-02", "")
    assert outcomes(None, won, None, date)[0] == ["won", "lost", "open"]


def test_a_blank_stage_is_open() -> None:
    assert outcomes(column("stage", "Won", "", "Lost"), None, None, None)[0] == ["won", "open", "lost"]


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("Gewonnen", "won"), ("Abgeschlossen - gewonnen", "won"), ("Verloren", "lost"),
        ("Nicht gewonnen", "lost"), ("Storniert", "neither"), ("Gagné", "won"), ("Gagnée", "won"),
        ("Perdu", "lost"), ("Annulée", "neither"),
        ("Ganado", "won"), ("Cerrado ganado", "won"), ("Perdida", "lost"), ("Cancelado", "neither"),
        ("Ganho", "won"), ("Perdido", "lost"), ("Vinto", "won"), ("Chiuso - perso", "lost"),
        ("Closed - Won", "won"), ("6 - Closed Won", "won"), ("7. Closed Lost", "lost"), ("CLOSED/WON", "won"),
        ("Abgeschlossen", "open"), ("Angebot", "open"), ("Négociation", "open"), ("W", "open"), ("1", "open"),
    ],
)  # fmt: skip
def test_what_a_label_says_in_other_languages_and_spellings(label: str, outcome: str) -> None:
    assert outcome_of_label(label) == outcome


@pytest.mark.parametrize(
    ("label", "outcome"),
    [("W", "won"), ("L", "lost"), ("1", "won"), ("0", "lost"), ("Y", "won"), ("n", "lost"), ("D", "open")],
)
def test_letters_and_digits_tell_in_a_column_called_result(label: str, outcome: str) -> None:
    assert outcome_of_label(label, of_result=True) == outcome


def test_a_result_of_letters_is_a_stage_and_one_of_yes_and_no_a_flag(tmp_path: Path) -> None:
    for cells in ("WL", "10", "YN"):
        rows = [f"A{row % 20},{cells[row % 3 == 0]},{'xy'[row % 2]}" for row in range(60)]
        write(tmp_path, {"deals.csv": "\n".join(["Account,Result,Region", *rows])})
        won = open_book(tmp_path / "deals.csv").observations["deal"].values["won"]
        assert (won.sum(), won.notna().sum()) == (40, 60), cells


def test_labels_chosen_by_a_person_are_found_whatever_their_case() -> None:
    stage = column("stage", "Won", "Lost", "Parked")
    assert outcomes(stage, None, None, None, chosen={"PARKED": "neither"})[0] == ["won", "lost", "neither"]
    assert outcomes(stage, None, None, None, chosen={"Parked": "maybe"})[0] == ["won", "lost", "open"]


def test_a_flag_for_closing_tells_lost_where_the_label_does_not() -> None:
    stage, closed = column("stage", "Won", "Gone quiet", "Talking"), column("is closed", "1", "1", "0")
    assert outcomes(stage, None, closed, None)[0] == ["won", "lost", "open"]


def deals_book(folder: Path, mapping: BookMapping | None = None, **columns: list[str]) -> AccountBook:
    rows = [
        [
            f"A{row % 20}",
            ("Won", "Lost", "Geschlossen")[row % 3],
            f"2026-0{row // 3 % 6 + 1}-15",
            f"{100 + row}",
        ]
        for row in range(90)
    ]
    header = ["Account", "Stage", "Close date", "Amount"]
    for name, cells in columns.items():
        header.append(name)
        rows = [[*row, cells[at % len(cells)]] for at, row in enumerate(rows)]
    text = "\n".join(
        ",".join(row) for row in [[*header, "Region"], *([*r, "xy"[i % 2]] for i, r in enumerate(rows))]
    )
    return open_book(write(folder, {"deals.csv": text}) / "deals.csv", mapping=mapping)


def test_a_label_that_seems_to_end_a_deal_but_does_not_say_how_is_warned_of(tmp_path: Path) -> None:
    book = deals_book(tmp_path)
    assert dict(book.stage_counts) == {"Won": 30, "Lost": 30, "Geschlossen": 30}
    assert any("`Geschlossen` (30 deals) is read as open" in warning for warning in book.warnings)
    settled = deals_book(tmp_path, BookMapping(stages={"Geschlossen": "neither"}))
    assert not any("Geschlossen" in warning for warning in settled.warnings)
    assert settled.stages["Geschlossen"] == "neither"


def test_outcomes_outside_the_period_are_left_out_and_counted(tmp_path: Path) -> None:
    period = (dt.date(2026, 2, 1), dt.date(2026, 3, 31))
    book = deals_book(tmp_path, BookMapping(period=period))
    values = book.observations["deal"].values
    assert values["won"].notna().sum() == 20  # won and lost of two months of six
    assert values["amount"].notna().sum() == (values["won"] == 1).sum()
    assert any("40 deals left out: closed outside the period" in note for note in book.notes)
    open_end = deals_book(tmp_path, BookMapping(period=(dt.date(2026, 6, 1), None)))
    assert open_end.observations["deal"].values["won"].notna().sum() == 10


def test_amounts_in_several_currencies_are_converted_or_chosen_never_added(tmp_path: Path) -> None:
    currency = {"Currency": ["USD", "EUR"]}
    mixed = deals_book(tmp_path, **currency)
    assert "several currencies (" in mixed.unavailable["deal_size"]
    rated = deals_book(tmp_path, BookMapping(currency="USD", rates={"EUR": 2.0}), **currency)
    amounts = rated.observations["deal"].values["amount"]
    won = [(100 + row) * (1 + row % 2) for row in range(0, 90, 3)]
    assert sorted(amounts.dropna()) == sorted(won) and rated.metric("deal_size").unit == "USD"
    assert any("were converted to USD" in note for note in rated.notes)
    one = deals_book(tmp_path, BookMapping(currency="EUR"), **currency)
    assert sorted(one.observations["deal"].values["amount"].dropna()) == [
        100 + row for row in range(0, 90, 3) if row % 2
    ]
    assert any("15 won deals left out: not in EUR" in note for note in one.notes)
