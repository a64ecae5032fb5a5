"""A DuckDB file → one raw table per table or view with rows, typed as stored, read-only."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from typing import Any

import pyarrow as pa

from icp_workbench.book.raw import Issue, Progress, RawTable, SourceFile
from icp_workbench.book.reading.chosen import choose
from icp_workbench.book.reading.databases import MOST_CELLS, SECONDS, named_tables, quoted, views_left_out
from icp_workbench.book.reading.heading import unique_headers
from icp_workbench.errors import WorkbenchError

_POLL = 0.1  # seconds
# A database file may hold views: none of them may reach another file, the network or an extension.
_LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "2GB",
    "lock_configuration": "true",
}


def read_duckdb(source: SourceFile, *, chosen: str = "", progress: Progress | None = None) -> list[RawTable]:
    """The tables with rows of a database, its views where no table has rows, or the `chosen` one.

    Raises WorkbenchError for a database that is damaged, in use, of a newer version, or without a table.
    """
    import duckdb

    try:
        connection = duckdb.connect(str(source.path), read_only=True, config=dict(_LOCKED))
    except duckdb.Error as error:
        raise _failure(source, error) from None
    notes: list[Issue] = []
    with closing(connection):
        try:
            return _tables(connection, source, chosen, progress, notes)
        except (duckdb.Error, pa.ArrowException) as error:
            raise _failure(source, error) from None


def _tables(
    connection: Any, source: SourceFile, chosen: str, progress: Progress | None, notes: list[Issue]
) -> list[RawTable]:
    import duckdb

    listed = connection.execute(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables"
        " WHERE table_catalog = current_database() ORDER BY table_schema <> 'main', table_schema, table_name"
    ).fetchall()
    found = {
        name if schema == "main" else f"{schema}.{name}": (f"{quoted(schema)}.{quoted(name)}", kind)
        for schema, name, kind in listed
    }
    if not found:
        raise WorkbenchError(
            "No table", f"The database `{source.name}` holds no table.", "Check that it is the right file."
        )
    wanted = [choose(chosen, list(found), source.name, "table")] if chosen else list(found)
    wanted.sort(key=lambda name: found[name][1] == "VIEW")
    tables: dict[str, tuple[pa.Table, list[Issue]]] = {}
    empty: list[str] = []
    for number, name in enumerate(wanted):
        where, kind = found[name]
        if kind == "VIEW" and tables:
            notes.append(views_left_out(wanted[number:]))
            break

        def told(before: int = number, table: str = name) -> None:
            if progress:
                progress(f"Reading {source.name}: {table}", before / len(wanted))

        try:
            frame = _frame(connection, where, source, told)
        except duckdb.Error as error:
            if kind != "VIEW" or chosen:
                raise
            what = f"The view `{name}` could not be read: {_first_line(error)}."
            notes.append(Issue(None, "warning", "view", what))
            continue
        if not frame.num_rows:
            empty.append(name)
            continue
        issues: list[Issue] = []
        headers = unique_headers([header.strip() for header in frame.column_names], None, issues)
        tables[name] = frame.rename_columns(headers), issues
    return named_tables(source, tables, empty, notes, alone=len(found) == 1, dialect="DuckDB")


def _frame(connection: Any, where: str, source: SourceFile, told: Callable[[], None]) -> pa.Table:
    """All rows of a table or view, read in a thread that is interrupted when `told` raises or time is up."""
    until = time.monotonic() + SECONDS
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_rows, connection, where, source)
        try:
            while not wait([reading], _POLL).done:
                told()
                if time.monotonic() > until:
                    raise WorkbenchError(
                        "Database takes too long",
                        f"`{source.name}` was not read within {SECONDS:,.0f} seconds.",
                        "Export the tables you need as Parquet; a view may be slow.",
                    )
        except BaseException:
            while not wait([reading], _POLL).done:
                connection.interrupt()
            raise
        return reading.result()


def _rows(connection: Any, where: str, source: SourceFile) -> pa.Table:
    reader = pa.RecordBatchReader.from_stream(connection.sql(f"SELECT * FROM {where}"))
    batches: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        batches.append(batch)
        rows += batch.num_rows
        if rows * len(reader.schema) > MOST_CELLS:
            raise WorkbenchError(
                "Table too large",
                f"{where} in `{source.name}` has more than {MOST_CELLS // 10**6} million cells.",
                "Export the columns and rows you need as Parquet.",
            )
    return pa.Table.from_batches(batches, schema=reader.schema)


def _failure(source: SourceFile, error: Exception) -> WorkbenchError:
    said = _first_line(error)
    if "lock" in said.lower():
        return WorkbenchError(
            "Database in use",
            f"Another program has `{source.name}` open.",
            "Close that program, or open a copy of the file.",
        )
    return WorkbenchError(
        "Damaged database",
        f"`{source.name}` cannot be read: {said}.",
        "Copy it again while no program writes to it, or export its tables as Parquet.",
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".")[:200] if lines else "unknown"
