"""What a person is asked about a book, and when no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from icp_workbench.book.mapping import BookMapping, ColumnMapping, TableMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.questions import both_ways, questions
from tests.tui.exports import write_exports


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("03/04/2024", ("3 Apr 2024", "4 Mar 2024")),
        ("12.1.24", ("12 Jan 24", "1 Dec 24")),
        ("03/04/2024 10:30", ("3 Apr 2024", "4 Mar 2024")),
        ("13/04/2024", None),
        ("2024-03-04", None),
        ("3 April 2024", None),
        ("", None),
    ],
)
def test_a_date_is_read_both_ways_only_where_it_can_be(text: str, ways: tuple[str, str] | None) -> None:
    assert both_ways(text) == ways


def test_three_things_are_asked_with_their_figures(tmp_path: Path) -> None:
    book = open_book(write_exports(tmp_path / "crm"), book_file=False)
    assert [question.kind for question in questions(book)] == ["churn", "dates", "near_misses"]
    churn, dates, near = questions(book)
    assert "24, 30" in churn.asked
    assert (dates.table, dates.header) == (
        "accounts",
        "signup",
    ) and "12 Jan 2024, or 1 Dec 2024" in dates.asked
    assert "“GTXPro” mean “GTX Pro”? 90 rows" in near.asked


def test_what_was_decided_is_not_asked_and_what_was_only_guessed_is(tmp_path: Path) -> None:
    folder = write_exports(tmp_path / "crm")
    decided = BookMapping(
        churn_source="events",
        tables={
            "accounts": TableMapping(columns={"signup": ColumnMapping(date_order="D/M/Y")}),
            "deals": TableMapping(accepted={"product": {"GTXPro": "GTX Pro"}}),
        },
    )
    assert questions(open_book(folder, mapping=decided)) == ()
    guess = ColumnMapping(date_order="D/M/Y", guessed=frozenset({"date_order"}))
    guessed = BookMapping(
        churn_source="events",
        guessed=frozenset({"churn_source"}),
        tables={"accounts": TableMapping(columns={"signup": guess})},
    )
    kinds = [question.kind for question in questions(open_book(folder, mapping=guessed))]
    assert "churn" in kinds
