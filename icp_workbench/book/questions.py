"""What a person should be asked about a book: few things that move figures and have no safe guess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary
from icp_workbench.render.dates import MONTHS
from icp_workbench.render.figures import count, counted

QuestionKind = Literal["churn", "dates", "near_misses"]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: `asked` in one sentence with its figures; `table` and `header` where it is about a
    column."""

    kind: QuestionKind
    asked: str
    table: str = ""
    header: str = ""


def questions(book: AccountBook) -> tuple[Question, ...]:
    """What has not been decided yet: which source of churn, in which order dates are, which keys are meant.

    One that was answered (in `book.mapping`, by a person or in a book file) is not asked again.
    """
    return (*_churn(book), *_dates(book), *_near_misses(book))


def _churn(book: AccountBook) -> list[Question]:
    decided = book.mapping.churn_source is not None and "churn_source" not in book.mapping.guessed
    if decided or len({s.churned for s in book.outcome_sources}) < 2:
        return []
    counts = ", ".join(count(source.churned) for source in book.outcome_sources)
    asked = f"Who churned? {counted(len(book.outcome_sources), 'source')} disagree: {counts}"
    return [Question("churn", asked)]


def _dates(book: AccountBook) -> list[Question]:
    return [
        Question("dates", _date_asked(column), column.table, column.header)
        for column in book.columns
        if is_asked(book, column)
    ]


def is_asked(book: AccountBook, column: ColumnSummary) -> bool:
    """True while nobody said in which order the dates of a column are, and they do not say it themselves."""
    if not column.ambiguous_dates:
        return False
    decided = book.mapping.column(column.table, column.header)
    return decided.date_order is None or "date_order" in decided.guessed


def _date_asked(column: ColumnSummary) -> str:
    for text in column.examples:
        if (ways := both_ways(text)) is not None and ways[0] != ways[1]:
            return f"{column.header} {text}: {ways[0]}, or {ways[1]}?"
    return f"{column.header}: day first, or month first?"


def _near_misses(book: AccountBook) -> list[Question]:
    return [
        Question("near_misses", _near_asked(join), join.left, join.left_key)
        for join in book.joins
        if join.near_misses
    ]


def _near_asked(join: JoinSummary) -> str:
    first = join.near_misses[0]
    rows = counted(sum(near.rows for near in join.near_misses), "row")
    if len(join.near_misses) == 1:
        return f"Does {join.left_key} “{first.found}” mean “{first.meant}”? {rows}"
    return f"{join.left_key}: {len(join.near_misses):,} keys may be misspelt (“{first.found}”): {rows}"


def both_ways(text: str) -> tuple[str, str] | None:
    """A date as found, read day first and month first, in words that cannot be mistaken; None where it cannot
    be read either way."""
    parts = "".join(char if char.isdecimal() else " " for char in text).split()[:3]
    if len(parts) < 3 or any(len(part) > 4 for part in parts):
        return None
    first, second, year = (int(part) for part in parts)
    if not 1 <= min(first, second) <= max(first, second) <= 12:
        return None
    return f"{first} {MONTHS[second - 1]} {year}", f"{second} {MONTHS[first - 1]} {year}"
