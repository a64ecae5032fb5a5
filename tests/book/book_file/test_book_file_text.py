"""A book file is read as what it was written from; what is wrong in one is told all at once, by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from icp_workbench.book.book_file.reading import remembered_of
from icp_workbench.book.book_file.remembered import Seen, SeenColumn, SeenFile, SeenTable
from icp_workbench.book.book_file.text import text_of
from icp_workbench.book.mapping import BookMapping, ColumnMapping, TableMapping
from icp_workbench.book.observed import Expression, ObservedAttribute
from icp_workbench.conditions.condition import AllOf, FieldTest
from icp_workbench.errors import WorkbenchError
from tests.book.mappings import mappings


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mappings())
def test_whatever_is_decided_comes_back_from_the_file(mapping: BookMapping) -> None:
    text = text_of(mapping, Seen(), "book")
    assert remembered_of(text).mapping == mapping
    assert all(char >= " " and char not in "\x7f\x85\u2028\ufeff" for char in text if char != "\n")


def test_a_column_takes_one_line_and_says_what_was_decided() -> None:
    column = ColumnMapping(role="ignore", type="date", date_order="D/M/Y", guessed=frozenset({"type"}))
    table = TableMapping(role="deals", columns={"Closed": column}, guessed=frozenset({"role"}))
    text = text_of(BookMapping(tables={"deals": table}), Seen())
    line = "      Closed: {role: ignore, type: date, date_order: D/M/Y, decided: [role, date_order]}"
    assert line in text.splitlines()
    assert remembered_of(text).mapping.tables["deals"] == table


def test_what_was_seen_comes_back() -> None:
    seen = Seen(
        accounts=3,
        files={"deals.csv": SeenFile(8, "sha256:aa")},
        tables={
            "deals": SeenTable(
                "deals.csv", "deals", 8, {"Stage": SeenColumn("outcome", "category", "", 0.875, 1)}
            )
        },
        stages={"Won": "won"},
        deals={"Won": 5},
    )
    assert remembered_of(text_of(BookMapping(), seen)).seen == seen


def test_a_guess_that_would_let_a_leak_in_is_shown_and_not_obeyed() -> None:
    seen = Seen(
        tables={"a": SeenTable("a.csv", "accounts", 2, {"Reason": SeenColumn("attribute", "category")})}
    )
    read = remembered_of(text_of(BookMapping(), seen))
    assert read.seen.tables["a"].columns["Reason"].role == "attribute"
    assert read.mapping.column("a", "Reason").role is None
    written = text_of(BookMapping(), seen).replace(
        "Reason: {role: attribute", "Reason: {decided: [role], role: attribute"
    )
    assert remembered_of(written).mapping.column("a", "Reason").role == "attribute"


def test_conditions_are_typed_by_the_columns_of_the_file() -> None:
    when = AllOf((FieldTest("employees", "at_least", 40), FieldTest("postcode", "is", "040")))
    mapping = BookMapping(
        tables={
            "a": TableMapping(
                columns={
                    "Employees": ColumnMapping(type="number"),
                    "Postcode": ColumnMapping(type="identifier"),
                }
            )
        },
        observed=(ObservedAttribute("big", Expression(when)),),
    )
    assert remembered_of(text_of(mapping, Seen())).mapping.observed == mapping.observed


def test_keys_of_anyone_are_kept_at_their_place() -> None:
    text = """\
apiVersion: icp-book/v1
x-owner: {team: RevOps, since: "2026"}
tables:
  deals:
    x-ticket: CRM-12
    columns:
      Stage: {type: category, x-note: asked Kim}
"""
    read = remembered_of(text)
    again = remembered_of(text_of(read.mapping, read.seen, "", read.further))
    assert again.further == read.further
    assert again.further[("tables", "deals", "columns", "Stage", "x-note")] == "asked Kim"


def refused(text: str) -> str:
    """The one error for a text that is no book file."""
    with pytest.raises(WorkbenchError) as error:
        remembered_of(text)
    return f"{error.value.title}\n{error.value.what_happened}\n{error.value.what_to_do}"


def test_every_problem_is_told_at_once_with_its_line() -> None:
    told = refused("""\
apiVersion: icp-book/v1
rates: {EUR: plenty}
tables:
  deals:
    rolle: deals
    columns:
      Closed: {date_order: Y/M/D, type: moment}
stages:
  Won: {is: maybe}
observed:
  big: {when: {field: employees, above: 40}}
  odd: {bins: employees, words: [x]}
""")
    for expected in (
        "line 2, rates.EUR", "`plenty`", "line 5, tables.deals.rolle", "`role`, perhaps",
        "line 7, tables.deals.columns.Closed.date_order", "`Y/M/D`", "`moment`", "line 9, stages.Won.is",
        "observed.big.when", "'above'", "observed.odd", "exactly one of",
    ):  # fmt: skip
        assert expected in told, (expected, told)


@pytest.mark.parametrize(
    "text",
    [
        "just words\n",
        "- a list\n",
        "apiVersion: icp-book/v1\nbook: &a x\ncurrency: *a\n",
        "apiVersion: icp-book/v1\ncurrency: !!python/object:os.system x\n",
        "apiVersion: icp-book/v1\nbook: a\nbook: b\n",
        "apiVersion: icp-book/v1\ntables: [" + "[" * 60 + "]" * 60 + "]\n",
        "apiVersion: icp-book/v1\ntables: {a: {columns: [1]}}\n",
        "apiVersion: icp-book/v1\nobserved: {a: 7}\n",
        "apiVersion: icp-book/v1\ntables: {? {a: b} : c}\n",
        "apiVersion: icp-book/v1\nas_of: yesterday\n",
        "apiVersion: icp-book/v1\nperiod: {from: 12345}\n",
        "apiVersion: icp/v1\n",
        "book: x\n",
        "apiVersion: icp-book/v1\nrates: {EUR: .nan}\n",
        "apiVersion: icp-book/v1\ntables: {a: {columns: {b: {scale: inf}}}}\n",
        "apiVersion: icp-book/v1\n\tbook: x\n",
    ],
)
def test_what_is_no_book_file_is_one_error(text: str) -> None:
    assert "Not a book file that can be read" in refused(text)


def test_a_newer_version_is_named() -> None:
    told = refused("apiVersion: icp-book/v2\nnew: {things: 1}\n")
    assert "icp-book/v2" in told and "Nothing was changed" in told


def test_the_example_in_the_documentation_is_one() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "book-file.md").read_text("utf-8")
    read = remembered_of(page.split("```yaml\n")[1].split("```")[0])
    assert read.mapping.stages == {"Won": "won", "Parked": "neither"}
    assert read.mapping.guessed_stages == {"Won"}
    assert read.mapping.accepted_near_misses == {("deals", "product"): {"GTXPro": "GTX Pro"}}
    assert read.mapping.column("deals", "close_date").guessed == {"role", "part", "type"}
    assert read.mapping.column("deals", "sector").levels == ("medical", "retail", "software")


@pytest.mark.parametrize("wrong", ["key {}: value", "book: value"])
def test_a_file_that_is_wrong_on_every_line_is_not_counted_to_its_end(wrong: str) -> None:
    lines = "\n".join(wrong.format(at) for at in range(3_000))
    with pytest.raises(WorkbenchError) as refused:
        remembered_of(f"apiVersion: icp-book/v1\n{lines}\n")
    told = refused.value.what_happened
    assert told.startswith("At least 1000 problems") and told.endswith("and at least 950 more.")
    assert len(told.splitlines()) == 52
