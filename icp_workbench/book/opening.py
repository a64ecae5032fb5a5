"""Paths → AccountBook: read, type, understand, join, observe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from icp_workbench.book.book import AccountBook
from icp_workbench.book.cleaning import clean_column
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.paths import find_files
from icp_workbench.book.raw import Progress, RawTable, ReadAs, SetAside
from icp_workbench.book.roles import Table, accounts_key, primary_key, table_role
from icp_workbench.book.sources import fingerprint, read_tables
from icp_workbench.book.understanding import understand
from icp_workbench.conditions.fields import snake_case


@dataclass(frozen=True)
class ReadFiles:
    """What the files hold, before anything is understood: read once, understood as often as a guess changes.

    `digest` is that of all contents together; `name` the book's.
    """

    name: str
    tables: tuple[RawTable, ...]
    notes: tuple[str, ...]
    digest: str


def open_book(
    *paths: Path | str, mapping: BookMapping | None = None, progress: Progress | None = None
) -> AccountBook:
    """The book in files, folders or patterns; what the columns mean is inferred unless `mapping` says
    otherwise.

    `progress` is called with what is being done and the share done, 0 to 1; an exception it raises ends the
    opening. Raises WorkbenchError for whatever a person can mend: files that are missing, broken or no
    tables, duplicate account ids, joins that match nothing, no outcome, no attribute.
    """
    tell = progress or _silent
    mapping = mapping or BookMapping()
    files = read_files(*paths, mapping=mapping, progress=lambda what, share: tell(what, 0.7 * share))
    return book_of(files, mapping, progress=lambda what, share: tell(what, 0.7 + 0.3 * share))


def read_files(
    *paths: Path | str, mapping: BookMapping | None = None, progress: Progress | None = None
) -> ReadFiles:
    """The tables in files, folders or patterns, read as `mapping` says. Errors as `open_book`."""
    tell = progress or _silent
    mapping = mapping or BookMapping()
    read_as = {name: table.read for name, table in mapping.tables.items() if table.read != ReadAs()}
    files, notes, name = find_files(paths)
    raw: list[RawTable] = []
    digests: dict[str, str] = {}
    for number, file in enumerate(files):

        def told(what: str, share: float, before: int = number) -> None:
            tell(what, (before + share) / len(files))

        told(f"Reading {file.name}", 0.0)
        tables = read_tables(file, read_as=read_as, progress=told)
        same = digests.setdefault(tables[0].digest, file.name)
        if same != file.name or any(table.digest == tables[0].digest for table in raw):
            notes.append(f"{file.name} holds the same as {same} and was read once.")
            continue
        raw += tables
    return ReadFiles(name, tuple(_named_apart(raw)), tuple(notes), fingerprint(digests))


def book_of(files: ReadFiles, mapping: BookMapping, progress: Progress | None = None) -> AccountBook:
    """The book that files which were read mean. Errors as `open_book`."""
    tell = progress or _silent
    typed: list[Table] = []
    for number, table in enumerate(files.tables):
        tell(f"Understanding {table.name}", 0.6 * number / len(files.tables))
        typed.append(typed_table(table, mapping))
    tell("Joining", 0.6)
    book = understand(files.name, files.tables, typed, mapping, files.notes)
    tell("Done", 1.0)
    return replace(book, fingerprint=files.digest, mapping=mapping, set_aside=_set_aside(files.tables))


def typed_table(raw: RawTable, mapping: BookMapping) -> Table:
    """A raw table with its columns typed, its key and its role."""
    decided = mapping.table(raw.name)
    columns = tuple(clean_column(raw.name, header, raw.frame[header]) for header in raw.frame.column_names)
    key = primary_key(columns, raw.name)
    role = decided.role or table_role(raw.name, columns, key)
    if role == "accounts":
        key = accounts_key(raw.name, columns)
    return Table(raw.name, columns, role, key, raw.report.file, raw.lines)


def _set_aside(tables: Sequence[RawTable]) -> Mapping[str, tuple[SetAside, ...]]:
    return {table.name: table.set_aside for table in tables if table.set_aside}


def _silent(_what: str, _share: float) -> None:
    pass


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
