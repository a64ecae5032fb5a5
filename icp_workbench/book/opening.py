"""Paths → AccountBook: read, type, understand, join, observe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from icp_workbench.book.book import AccountBook
from icp_workbench.book.cleaning import clean_column
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.paths import find_files
from icp_workbench.book.raw import RawTable
from icp_workbench.book.roles import Table, accounts_key, primary_key, table_role
from icp_workbench.book.sources import fingerprint, read_tables
from icp_workbench.book.understanding import understand
from icp_workbench.conditions.fields import snake_case

Progress = Callable[[str, float], None]


def open_book(
    *paths: Path | str, mapping: BookMapping | None = None, progress: Progress | None = None
) -> AccountBook:
    """The book in files, folders or patterns; what the columns mean is inferred unless `mapping` says
    otherwise.

    `progress` is called with what is being done and the share done, 0 to 1; an exception it raises ends the
    opening. Raises WorkbenchError for whatever a person can mend: files that are missing, broken or no
    tables, duplicate account ids, joins that match nothing, no outcome, no attribute.
    """
    tell = progress or (lambda _what, _share: None)
    mapping = mapping or BookMapping()
    files, notes, name = find_files(paths)
    raw: list[RawTable] = []
    digests: dict[str, str] = {}
    for number, file in enumerate(files):
        tell(f"Reading {file.name}", 0.7 * number / len(files))
        tables = read_tables(file)
        same = digests.setdefault(tables[0].digest, file.name)
        if same != file.name or any(table.digest == tables[0].digest for table in raw):
            notes.append(f"{file.name} holds the same as {same} and was read once.")
            continue
        raw += tables
    raw = _named_apart(raw)
    typed: list[Table] = []
    for number, table in enumerate(raw):
        tell(f"Understanding {table.name}", 0.7 + 0.2 * number / len(raw))
        typed.append(typed_table(table, mapping))
    tell("Joining", 0.9)
    book = understand(name, raw, typed, mapping, notes)
    tell("Done", 1.0)
    return replace(book, fingerprint=fingerprint(digests))


def typed_table(raw: RawTable, mapping: BookMapping) -> Table:
    """A raw table with its columns typed, its key and its role."""
    columns = tuple(clean_column(raw.name, header, raw.frame[header]) for header in raw.frame.column_names)
    key = primary_key(columns, raw.name)
    role = mapping.table_roles.get(raw.name) or table_role(raw.name, columns, key)
    if role == "accounts":
        key = accounts_key(raw.name, columns)
    return Table(raw.name, columns, role, key, raw.report.file, raw.lines)


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
