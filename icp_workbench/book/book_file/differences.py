"""What changed since a book file was saved, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from icp_workbench.book.book import AccountBook, ColumnSummary
from icp_workbench.book.book_file.remembered import Remembered, SeenColumn, SeenFile
from icp_workbench.render.figures import count, counted, percent_of

MUCH_EMPTIER = 0.2  # of a column's rows
_MOST_NAMED = 5
_SHORT = 40
_SAID = {
    "leak": "kept out as a leak",
    "ignore": "left out",
    "key": "a key",
    "id": "the id",
    "name": "a name",
    "text": "a text",
    "attribute": "an attribute",
    "outcome": "an outcome",
    "date": "a date",
    "currency": "a currency",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed; `expected` where every export changes in it (its rows)."""

    what: str
    expected: bool = False


def found_differences(remembered: Remembered, book: AccountBook) -> tuple[Difference, ...]:
    """What is not as the book file remembers it: tables, columns, values, types, stages, rows."""
    return (
        *_of_tables(remembered, book),
        *_of_columns(remembered, book),
        *_of_stages(remembered, book),
        *_of_churn(remembered, book),
    )


def _of_tables(remembered: Remembered, book: AccountBook) -> Iterator[Difference]:
    seen = remembered.seen.tables
    if not seen:
        return
    there = {table.name: table for table in book.tables}
    brought = {column.table for column in book.columns if column.kind == "observed"}
    for name, table in there.items():
        was = remembered.renamed.get(name)
        if was is not None:
            yield Difference(f"{name} is read as {was} was: their columns are the same.", expected=True)
        if name not in seen:
            yield Difference(f"New table {name}: {counted(table.rows, 'row')}, read as {table.role}.")
            continue
        rows = seen[name].rows
        if rows is not None and rows != table.rows:
            more = f"{count(abs(table.rows - rows))} {'more' if table.rows > rows else 'fewer'}"
            yield Difference(
                f"{name} has {counted(table.rows, 'row')}, {more} than when saved.", expected=True
            )
        if name in brought and remembered.seen.files.get(table.file, SeenFile()).digest not in (
            "",
            table.digest,
        ):
            yield Difference(f"{table.file} is not as it was when saved: what {name} brings may be other.")
        if seen[name].role and seen[name].role != table.role:
            yield Difference(f"{name} was read as {seen[name].role} and is now read as {table.role}.")
    for name, gone in seen.items():
        if name not in there:
            yield Difference(
                f"Table {name} is gone: {counted(gone.rows or 0, 'row')} of {gone.role} when saved."
            )


def _of_columns(remembered: Remembered, book: AccountBook) -> Iterator[Difference]:
    seen = remembered.seen.tables
    there = {(column.table, column.header) for column in book.columns}
    for column in book.columns:
        if column.table not in seen:
            continue
        was = seen[column.table].columns.get(column.header)
        place = f"{column.table}.{column.header}"
        if was is None:
            said = _SAID.get(column.role, column.role)
            yield Difference(f"New column {place}: read as {column.type}, {said}.")
            continue
        yield from _of_column(place, was, column)
        saved = remembered.mapping.column(column.table, column.header).levels
        if saved and column.type == "category":
            yield from _of_levels(place, saved, column)
    tables = {table.name for table in book.tables}
    for name, table in seen.items():
        for header in table.columns:
            if name in tables and (name, header) not in there:
                yield Difference(f"Column {name}.{header} is gone.")


def _of_column(place: str, was: SeenColumn, column: ColumnSummary) -> Iterator[Difference]:
    if was.type and was.type != column.type:
        yield Difference(f"{place} was read as {was.type} and is now read as {column.type}.")
    elif column.unreadable and column.unreadable > 2 * was.unreadable:
        examples = _named(column.unreadable_examples[:3])
        yield Difference(
            f"{place} is read as {column.type}, as saved, but {counted(column.unreadable, 'value')} "
            f"cannot be ({examples}): blank."
        )
    if was.unit and column.unit and was.unit != column.unit:
        yield Difference(f"{place} was in {was.unit} and is now in {column.unit}.")
    if was.role and was.role != column.role:
        why = f" ({column.note})" if column.note and column.role in ("leak", "ignore") else ""
        now = _SAID.get(column.role, column.role)
        yield Difference(f"{place} was {_SAID.get(was.role, was.role)} and is now {now}{why}.")
    if was.filled is not None and column.rows:
        dropped = was.filled - column.filled / column.rows
        if dropped >= MUCH_EMPTIER or (was.filled >= 0.05 and column.filled / column.rows < was.filled / 2):
            yield Difference(
                f"{place} is filled in {percent_of(column.filled, column.rows)} of the rows, "
                f"{was.filled:.0%} when saved."
            )


def _of_levels(place: str, saved: tuple[str, ...], column: ColumnSummary) -> Iterator[Difference]:
    new = [level for level in column.levels if level not in set(saved)]
    if new:
        more = column.distinct - len(column.levels)
        yield Difference(f"{place} has values not seen when saved: {_named(new, more)}.")
    if column.distinct == len(column.levels):  # else the rest may hold them
        gone = sorted(set(saved) - set(column.levels))
        if gone:
            yield Difference(f"{place} has lost values: {_named(gone)}.")


def _of_stages(remembered: Remembered, book: AccountBook) -> Iterator[Difference]:
    seen = remembered.seen.stages
    if not seen:
        return
    for label, meaning in book.stages.items():
        if label not in seen:
            deals = f" ({counted(book.stage_counts[label], 'deal')})" if label in book.stage_counts else ""
            yield Difference(f"New stage {_named([label])}{deals}, taken as {meaning}.")
        elif seen[label] != meaning:
            yield Difference(f"Stage {_named([label])} was {seen[label]} and is now taken as {meaning}.")
    gone = [label for label in seen if label not in book.stages]
    if gone:
        yield Difference(f"Stages no deal has any more: {_named(gone)}.", expected=True)


def _of_churn(remembered: Remembered, book: AccountBook) -> Iterator[Difference]:
    sources = {source.name: source for source in book.outcome_sources}
    for name in remembered.seen.churn_sources:
        if name not in sources:
            yield Difference(f"The source of churn `{name}` is gone.")
    if remembered.seen.churn_sources:
        for name, source in sources.items():
            if name not in remembered.seen.churn_sources:
                of = f"{count(source.churned)} of {count(source.customers)}"
                yield Difference(f"New source of churn `{name}`: {of}.")


def _named(texts: Iterable[str], more: int = 0) -> str:
    held = list(texts)
    shown = [text if len(text) <= _SHORT else text[: _SHORT - 1] + "…" for text in held[:_MOST_NAMED]]
    left = len(held) - len(shown) + more
    return ", ".join(f"“{text}”" for text in shown) + (f" and {count(left)} more" if left else "")
