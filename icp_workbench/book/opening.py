"""Paths → AccountBook: read, type, understand, join, observe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow as pa

from icp_workbench.book.book import AccountBook
from icp_workbench.book.book_file.matching import matched, read_as
from icp_workbench.book.book_file.remembered import Remembered
from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.derived.making import with_observed
from icp_workbench.book.mapping import BookMapping, ColumnMapping, TableMapping
from icp_workbench.book.market import with_market
from icp_workbench.book.raw import Progress, RawTable, ReadAs, SetAside, silent
from icp_workbench.book.reading.chosen import split_chosen
from icp_workbench.book.reading.paths import find_files
from icp_workbench.book.reading.stacking import stack
from icp_workbench.book.roles.recognising import with_presets
from icp_workbench.book.roles.table import Table, accounts_key, decided_key, primary_key, table_role
from icp_workbench.book.sources import fingerprint, read_tables
from icp_workbench.book.understanding import understand
from icp_workbench.conditions.fields import snake_case


@dataclass(frozen=True)
class ReadFiles:
    """What the files hold, before anything is understood: read once, understood as often as a guess changes.

    `digest` is that of all contents together; `name` the book's; `folder` that of the first file, where the
    paths in a mapping begin; `remembered` what the book file says, by the names the tables have now.
    """

    name: str
    tables: tuple[RawTable, ...]
    notes: tuple[str, ...]
    digest: str
    folder: Path = Path()
    remembered: Remembered | None = None

    @property
    def mapping(self) -> BookMapping:
        """What the book file decides; nothing without one."""
        return self.remembered.mapping if self.remembered is not None else BookMapping()

    def of(self, remembered: Remembered | None) -> ReadFiles:
        """The same files, with what a book file says."""
        return replace(self, remembered=remembered)


def open_book(
    *paths: Path | str,
    mapping: BookMapping | None = None,
    progress: Progress | None = None,
    book_file: Path | Literal[False] | None = None,
) -> AccountBook:
    """The book in files, folders or patterns. What the columns mean is as `mapping` says; without one, as the
    book file beside the data remembers (`book_file` names another, False: none); else it is inferred.

    `progress` is called with what is being done and the share done, 0 to 1; an exception it raises ends the
    opening. Raises WorkbenchError for whatever a person can mend: files that are missing, broken or no
    tables, a book file that cannot be read, duplicate account ids, joins that match nothing, no outcome, no
    attribute.
    """
    tell = progress or silent
    if mapping is not None and book_file is None:
        book_file = False
    files = read_files(
        *paths, mapping=mapping, progress=lambda what, share: tell(what, 0.7 * share), book_file=book_file
    )
    wanted = files.mapping if mapping is None else mapping
    return book_of(files, wanted, progress=lambda what, share: tell(what, 0.7 + 0.3 * share))


def read_files(
    *paths: Path | str,
    mapping: BookMapping | None = None,
    progress: Progress | None = None,
    book_file: Path | Literal[False] | None = False,
) -> ReadFiles:
    """The tables in files, folders or patterns, read as `mapping` says, else as the book file remembers
    (`book_file` as in `open_book`). Errors as `open_book`."""
    tell = progress or silent
    remembered = None if book_file is False else _remembered(paths, book_file)
    decided = mapping or (remembered.mapping if remembered is not None else BookMapping())
    files, notes, name = find_files(paths)
    wanted = read_as(decided, {file.stem for file in files})
    raw: list[RawTable] = []
    digests: dict[str, str] = {}
    for number, file in enumerate(files):

        def told(what: str, share: float, before: int = number) -> None:
            tell(what, (before + share) / len(files))

        told(f"Reading {file.name}", 0.0)
        tables = read_tables(file, read_as=wanted, progress=told)
        again = [table for table in tables if table.digest in digests]
        for table in again:
            notes.append(f"{table.report.file} holds the same as {digests[table.digest]} and was read once.")
        raw += (table for table in tables if table.digest not in digests)
        digests.update({table.digest: table.report.file for table in tables if table not in again})
    named, folder = tuple(_named_apart(raw)), split_chosen(files[0])[0].parent
    if remembered is None and book_file is None:
        notes += _book_files_not_read(folder)
    if remembered is not None:
        shapes = stack([_without_rows(table) for table in named], decided).tables
        remembered = matched(remembered, shapes, named)
        if mapping is None and _took_lines_of_another_file(wanted, remembered.mapping):
            files_again = read_files(*paths, mapping=remembered.mapping, progress=progress)
            return replace(files_again, remembered=remembered)
    return ReadFiles(name, named, tuple(notes), fingerprint(digests), folder, remembered)


def book_of(
    files: ReadFiles,
    mapping: BookMapping,
    progress: Progress | None = None,
    *,
    outcome_needed: bool = True,
) -> AccountBook:
    """The book that files which were read mean. Errors as `open_book`; where no outcome is needed, such as to
    ask who meets a condition, files without one are a book without metrics."""
    tell = progress or silent
    typed: list[Table] = []
    stacked = stack(files.tables, mapping)
    understood = with_presets(stacked.mapping, stacked.tables, files.folder)
    for number, table in enumerate(stacked.tables):
        tell(f"Understanding {table.name}", 0.6 * number / len(stacked.tables))
        typed.append(typed_table(table, understood))
    tell("Joining", 0.6)
    notes = (*files.notes, *stacked.notes)
    book = understand(
        files.name, stacked.tables, typed, understood, notes, stacked.warnings, outcome_needed=outcome_needed
    )
    book = replace(
        book,
        reports=tuple(table.report for table in files.tables),
        fingerprint=files.digest,
        mapping=mapping,
        set_aside=_set_aside(files.tables),
    )

    def told(what: str, share: float) -> None:
        tell(what, 0.8 + 0.2 * share)

    book = with_observed(book, mapping.observed, files.folder, told)
    book = with_market(book, files.folder, told)
    # What was needed on the way and is not any more: a hundred megabytes and more beside a million accounts.
    pa.default_memory_pool().release_unused()
    tell("Done", 1.0)
    return book if files.remembered is None else _compared(book, files.remembered)


def table_shapes(files: ReadFiles) -> tuple[RawTable, ...]:
    """The tables as they are understood, files of one kind laid together, but without their rows."""
    return stack([_without_rows(table) for table in files.tables], files.mapping).tables


def typed_table(raw: RawTable, mapping: BookMapping) -> Table:
    """A raw table with its columns typed, its key and its role."""
    decided = mapping.table(raw.name)
    columns = _days_alike(
        raw,
        tuple(
            clean_column(raw.name, header, raw.frame[header], decided.columns.get(header, ColumnMapping()))
            for header in raw.frame.column_names
        ),
        decided,
    )
    key = primary_key(columns, raw.name)
    role = decided.role or table_role(raw.name, columns, key)
    if role == "accounts":
        key = accounts_key(raw.name, columns)
    key = decided_key(columns, decided) or key
    return Table(raw.name, columns, role, key, raw.report.file, raw.lines, decided.columns)


def _days_alike(raw: RawTable, columns: tuple[Column, ...], decided: TableMapping) -> tuple[Column, ...]:
    """The columns, those whose dates do not tell day from month read as the others of their table do."""
    telling = [column for column in columns if column.date_order and not column.ambiguous_dates]
    if len({column.date_order for column in telling}) != 1:
        return columns
    order, as_in = telling[0].date_order, telling[0].header

    def alike(column: Column) -> Column:
        wish = decided.columns.get(column.header, ColumnMapping())
        if not column.ambiguous_dates or wish.date_order is not None:
            return column
        wish = replace(wish, date_order=order)  # type: ignore[arg-type]
        read = clean_column(raw.name, column.header, raw.frame[column.header], wish)
        notes = (f"dates read as {order}, as {as_in} is", read.note)
        return replace(read, note="; ".join(filter(None, notes)))

    return tuple(map(alike, columns))


def _remembered(paths: Sequence[Path | str], book_file: Path | None) -> Remembered | None:
    from icp_workbench.book.book_file.files import book_file_for, read_book_file

    path = book_file or book_file_for(paths)
    return read_book_file(path) if book_file is not None or path.exists() else None


def _book_files_not_read(folder: Path) -> list[str]:
    from icp_workbench.book.book_file.files import book_files_in

    return [
        f"{path.name} lies beside the data under another name, and was not read: --book reads it."
        for path in book_files_in(folder)
    ]


def _took_lines_of_another_file(wanted: Mapping[str, ReadAs], mapping: BookMapping) -> bool:
    """True where rejected lines were taken in that were remembered of a file with another content."""
    return any(read.reinclude and not mapping.table(name).read.reinclude for name, read in wanted.items())


def _compared(book: AccountBook, remembered: Remembered) -> AccountBook:
    """The book with what changed since its file was saved; what every export changes is no warning."""
    from icp_workbench.book.book_file.differences import found_differences

    found = found_differences(remembered, book)
    warnings = (difference.what for difference in found if not difference.expected)
    return replace(
        book,
        differences=tuple(difference.what for difference in found),
        warnings=(*book.warnings, *warnings),
    )


def _without_rows(table: RawTable) -> RawTable:
    return replace(table, frame=table.frame.slice(0, 0), lines=None, set_aside=())


def _set_aside(tables: Sequence[RawTable]) -> Mapping[str, tuple[SetAside, ...]]:
    return {table.name: table.set_aside for table in tables if table.set_aside}


def _named_apart(tables: Sequence[RawTable]) -> list[RawTable]:
    taken: set[str] = set()
    result: list[RawTable] = []
    for table in tables:
        name, number = table.name, 1
        while snake_case(name) in taken:
            number += 1
            name = f"{table.name} ({number})"
        taken.add(snake_case(name))
        result.append(replace(table, name=name, report=replace(table.report, table=name)))
    return result
