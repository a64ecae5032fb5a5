"""Blanks in their spellings, yes and no, sets, and what a person wishes of labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.book.mapping import ColumnMapping
from tests.book.columns import clean, flags, labels, numbers, sets


@pytest.mark.parametrize(
    "blank",
    ["", "   ", "\u00a0", "\ufeff", "N/A", "n/a", "#N/A", "-", "--", "—", "Select", "-- Select --",
     "- None -", "--None--", "null", "NULL", "nan", "<NA>", "(blank)", "(No value)", "[]", "\\N",
     "#REF!", None],
)  # fmt: skip
def test_blanks_among_labels(blank: str | None) -> None:
    column = clean("industry", "Retail", blank, "Software", "Retail")
    assert labels(column) == ["Retail", None, "Software", "Retail"]
    assert column.blanks == ((blank or "").strip().strip("\ufeff"),)


def test_unknown_is_blank_where_it_stands_for_every_empty_cell() -> None:
    column = clean("industry", *["Retail"] * 6, *["Software"] * 3, "Unknown")
    assert labels(column)[-1] is None and column.blanks == ("Unknown",)
    assert column.note == "Unknown read as blank"


def test_unknown_is_a_level_where_somebody_chose_it_and_left_other_cells_empty() -> None:
    column = clean("industry", *["Retail"] * 6, *["Software"] * 3, "Unknown", "")
    assert labels(column)[-2:] == ["Unknown", None]


def test_unknown_is_a_level_where_the_column_is_about_knowing() -> None:
    assert "Unknown" in clean("brand awareness", "High", "Low", "Unknown").levels
    assert "Unknown" in clean("decision maker", "Known", "Unknown", "Known").levels


def test_unknown_among_figures_and_answers_is_blank() -> None:
    assert numbers(clean("employees", "5", "unknown", "", "7")) == [5, None, None, 7]
    assert flags(clean("is partner", "Yes", "No", "Unknown", "")) == [True, False, None, None]


def test_a_person_says_what_is_blank_and_what_is_kept() -> None:
    wish = ColumnMapping(blank=("tbd",), kept=("N/A", "Unknown"))
    column = clean("tier", "A", "TBD", "N/A", "Unknown", "", wish=wish)
    assert labels(column) == ["A", None, "N/A", "Unknown", None]
    assert column.blanks == ("", "TBD")


@pytest.mark.parametrize(
    "cells",
    [("Ja", "Nein"), ("oui", "non"), ("Sí", "No"), ("sim", "não"), ("WAHR", "FALSCH"), ("✓", "✗"), ("✔", "✘"),
     ("Y", "N"), ("T", "F"), ("waar", "onwaar"), ("1.0", "0"), ("yes", "n")],
)  # fmt: skip
def test_yes_and_no_in_several_languages(cells: tuple[str, str]) -> None:
    assert flags(clean("is partner", *cells, "")) == [True, False, None]


def test_many_spellings_of_two_answers_are_one_column_of_yes_and_no() -> None:
    assert flags(clean("partner", "Yes", "yes", "Y", "NO", "No", "n")) == [True] * 3 + [False] * 3


def test_ticks_alone_say_yes_and_an_empty_cell_is_unknown_unless_told() -> None:
    column = clean("newsletter", "x", "", "X", "")
    assert flags(column) == [True, None, True, None]
    assert column.note is not None and "only ticks" in column.note
    told = clean("newsletter", "x", "", None, wish=ColumnMapping(type="boolean", groups={"false": ("",)}))
    assert flags(told) == [True, False, False]


def test_further_words_for_yes_and_no() -> None:
    wish = ColumnMapping(groups={"true": ("Active",), "false": ("Dormant",)})
    assert flags(clean("state of it", "active", "Dormant", "", wish=wish)) == [True, False, None]


def test_a_wished_yes_and_no_counts_what_is_neither() -> None:
    column = clean("partner", "yes", "maybe", "x", "0", wish=ColumnMapping(type="boolean"))
    assert flags(column) == [True, None, True, False] and column.unreadable_examples == ("maybe",)


@pytest.mark.parametrize("between", [";", "; ", "|", " | ", ", ", ","])
def test_multi_selects_by_separator(between: str) -> None:
    cells = [
        ["dbt", "Snowflake"], ["Snowflake", "dbt"], ["dbt"], ["Looker", "dbt", "Fivetran"],
        ["Snowflake", "Looker"], ["Fivetran", "Snowflake"],
    ]  # fmt: skip
    column = clean("tools", *map(between.join, cells))
    assert sets(column) == [frozenset(members) for members in cells]
    assert column.reading.separator == between.strip()


def test_a_multi_select_with_few_combinations_is_a_set_still() -> None:
    column = clean("tools", *["dbt;Snowflake"] * 5, *["Looker;dbt"] * 4)
    assert sets(column)[0] == {"dbt", "Snowflake"}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("owner", ["Smith, John", "Smith, Anna", "Jones, John", "Jones, Anna", "Smith"]),
        ("seat", ["Paris, France", "Lyon, France", "Berlin, Germany", "Bonn, Germany", "France"]),
        ("sold by", ["Smith, John", "Smith, Anna", "Jones, John", "Jones, Anna"]),
        ("industry", ["Media; Publishing", "Retail", "Retail", "Software"]),
        ("legal name", ["Acme, Inc.", "Globex, Inc.", "Initech"]),
    ],
)  # fmt: skip
def test_names_and_places_are_no_sets(header: str, cells: list[str]) -> None:
    assert clean(header, *cells).type == "category"


def test_lists_as_json_and_python_write_them_are_sets() -> None:
    column = clean("tools", '["a, b","c"]', "['c', 'd']", '["c"]', "[]")
    assert sets(column) == [{"a, b", "c"}, {"c", "d"}, {"c"}, None]


def test_a_wished_separator_makes_a_set_and_groups_rename_members() -> None:
    wish = ColumnMapping(separator="/", groups={"CRM": ("salesforce", "HubSpot")})
    column = clean("stack", "HubSpot/dbt", "Salesforce", wish=wish)
    assert sets(column) == [{"CRM", "dbt"}, {"CRM"}]


def test_groups_put_spellings_under_one_value() -> None:
    wish = ColumnMapping(groups={"EMEA": ("Europe", "emea "), "AMER": ("US",)})
    column = clean("region", "Europe", "EMEA", "US", "APAC", wish=wish)
    assert labels(column) == ["EMEA", "EMEA", "AMER", "APAC"] and column.levels[0] == "EMEA"
    assert dict(column.reading.groups)["EMEA"] == ("Europe", "emea ")


@pytest.mark.parametrize("kind", ["category", "text", "identifier"])
def test_figures_wished_to_be_labels_stay_as_they_are_written(kind: str) -> None:
    column = clean("code", "1.50", "002", "1.50", wish=ColumnMapping(type=kind))  # type: ignore[arg-type]
    assert column.type == kind and labels(column) == ["1.50", "002", "1.50"]


@pytest.mark.parametrize(
    "kind", ["number", "boolean", "date", "set", "category", "text", "identifier", "blank"]
)
def test_a_wish_for_any_type_is_obeyed_by_a_column_of_blanks(kind: str) -> None:
    column = clean("x", "", None, "n/a", wish=ColumnMapping(type=kind))  # type: ignore[arg-type]
    assert column.type == kind and column.filled == column.unreadable == 0
    assert column.series().isna().all()


@pytest.mark.parametrize("kind", [None, "number", "boolean", "date", "set"])
def test_hostile_cells_are_typed_and_counted(kind: str | None, real_data: Callable[[str], Path]) -> None:
    cells = json.loads(real_data("naughty_strings/strings.json").read_text("utf-8"))
    wish = ColumnMapping(type=kind)  # type: ignore[arg-type]
    column = clean("date", *cells, wish=wish)
    assert column.rows == len(column.series()) == len(cells)
    assert column.filled + column.unreadable == int((column.codes >= 0).sum())
    for cell in cells:
        clean("date", cell, wish=wish).series()


def test_a_column_wished_away_is_blank() -> None:
    column = clean("x", "a", "b", wish=ColumnMapping(type="blank"))
    assert column.type == "blank" and column.filled == 0


_MEMBERS = st.sampled_from(["dbt", "Snowflake", "Looker", "Fivetran", "Airflow", "São Paulo"])


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.lists(_MEMBERS, min_size=1, max_size=4, unique=True), min_size=2, max_size=20),
    st.sampled_from([";", "; ", "|", " | "]),
)
def test_sets_written_out_are_read_back(cells: list[list[str]], between: str) -> None:
    wish = ColumnMapping(type="set", separator=between.strip())
    assert sets(clean("tools", *map(between.join, cells), wish=wish)) == [frozenset(one) for one in cells]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sampled_from([True, False, None]), min_size=2, max_size=12),
    st.sampled_from([("yes", "no"), ("TRUE", "FALSE"), ("Ja", "Nein"), ("✓", "✗"), ("oui", "non")]),
)
def test_answers_written_out_are_read_back(answers: list[bool | None], words: tuple[str, str]) -> None:
    held = [True, False, *answers]
    cells = ["" if answer is None else words[0] if answer else words[1] for answer in held]
    assert flags(clean("partner", *cells)) == held


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.text("ab NA-;,1.$€x", max_size=6)), min_size=1, max_size=15))
def test_what_was_cleaned_stays_as_it_is_when_cleaned_again(cells: list[str | None]) -> None:
    once = clean("field", *cells)
    wish = ColumnMapping(type=once.type, kept=once.levels, separator=once.reading.separator or None)
    again = clean("field", *labels(once), wish=wish)
    assert labels(again) == labels(once) and again.type == once.type
    assert once.sets == again.sets


def test_numbers_of_places_and_telephones_identify_nobody() -> None:
    codes = [f"{10_000 + 37 * row}" for row in range(50)]
    for header in ("Postal Code", "address.postal_code", "Phone Number"):
        assert clean(header, *codes).type != "identifier", header


def test_an_id_may_stand_first_in_its_header() -> None:
    codes = [str(row) for row in range(50)]
    assert clean("ID do negócio", *codes).type == "identifier"
    assert clean("ID de la cuenta", *["7", "8"] * 25).type == "identifier"
    assert clean("ID verified", *["yes", "no"] * 25).type == "boolean"


def test_what_is_yet_to_be_said_is_blank() -> None:
    assert labels(clean("Industry", "Retail", "tbd", "TBA")) == ["Retail", None, None]


@pytest.mark.parametrize("written", ['="{}"', "'{}", "{}"])
def test_what_keeps_a_spreadsheet_from_reading_a_number_is_not_part_of_the_id(written: str) -> None:
    column = clean("account_id", written.format("007"), written.format("0815"), written.format("12"))
    assert column.type == "identifier" and labels(column) == ["007", "0815", "12"]


def test_an_apostrophe_before_letters_stays() -> None:
    assert labels(clean("place", "'s-Hertogenbosch", "Utrecht", "'s-Hertogenbosch"))[0] == "'s-Hertogenbosch"
