"""Tables for reading, for Markdown and for spreadsheets."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.render.tables import csv_table, markdown_table, plain_table

HEADERS = ("Segment", "Win rate")


def test_a_plain_table_lines_up_wide_characters_and_figures() -> None:
    shown = plain_table(HEADERS, [("日本語", "41.2%"), ("Fintech", "9.0%")], right=(1,))
    assert shown.splitlines() == [
        "Segment  Win rate",
        "───────  ────────",
        "日本語      41.2%",
        "Fintech      9.0%",
    ]


def test_cells_cannot_break_a_table() -> None:
    shown = plain_table(HEADERS, [("a\nb\x1b[31m", "1"), ("short",)])
    assert len(shown.splitlines()) == 4
    assert "\x1b" not in shown


def test_long_cells_are_clipped_where_asked() -> None:
    assert "Public se…" in plain_table(HEADERS, [("Public sector and more", "1")], widest=10)


def test_markdown_shows_markup_from_data_as_text() -> None:
    shown = markdown_table(HEADERS, [("a|b", "<b>x</b>"), ("[x](http://y)", "`z`")], right=(1,))
    assert shown.splitlines() == [
        "| Segment | Win rate |",
        "| --- | ---: |",
        "| a\\|b | \\<b\\>x\\</b\\> |",
        "| \\[x\\](http://y) | \\`z\\` |",
    ]


@given(
    st.lists(st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["C", "Z"])), min_size=2))
)
def test_csv_reads_back_but_for_the_apostrophe(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_table(HEADERS, rows))))
    assert read[0] == list(HEADERS)
    for written, found in zip(rows, read[1:], strict=True):
        for before, after in zip(written, found, strict=True):
            assert after in (before, "'" + before)


def test_csv_keeps_figures_in_full() -> None:
    assert csv_table(("a", "b", "c", "d"), [(-0.1234567890123, 3, None, True)]) == (
        "a,b,c,d\n-0.1234567890123,3,,True\n"
    )


FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\0=1",
    "＝1+1",
    "-5",
    "|calc",
    "\u00a0=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_spreadsheet_runs_nothing_from_data(text: str) -> None:
    [[cell]] = list(csv.reader(io.StringIO(csv_table((), [[text]]).lstrip("\n"))))
    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["SaaS", "a=b", "1-2", "%0A=1", "'quoted", "5", ""])
def test_harmless_cells_stay_as_they_are(text: str) -> None:
    assert csv_table(("x", "y"), [(text, "z")]).splitlines()[1].startswith(text + ",")


def test_every_formula_of_the_hostile_set_is_disarmed(real_data: Callable[[str], Path]) -> None:
    formulas = json.loads((real_data("hostile") / "formula_cells.json").read_text())
    shown = csv_table(("x",), [(text,) for text in formulas])
    for row in list(csv.reader(io.StringIO(shown)))[1:]:
        assert row[0].lstrip()[:1] not in tuple("=+-@\t\r")
