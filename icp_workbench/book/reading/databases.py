"""An SQLite file → one raw table per table or view with rows, read-only and as text."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.raw import Issue, Progress, RawTable, SourceFile
from icp_workbench.book.reading.chosen import choose
from icp_workbench.book.reading.heading import unique_headers
from icp_workbench.book.reading.parquet import typed_table
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

SECONDS = 120.0
MOST_CELLS = 400_000_000
_LONGEST_TEXT = 64 * 2**20  # bytes of one value
_ROWS = 20_000
_STEPS = 50_000  # of SQLite's machine between two looks at the clock
_BUSY_SECONDS = 3.0


def quoted(identifier: str) -> str:
    """A table's or column's name as SQL takes it, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def read_sqlite(source: SourceFile, *, chosen: str = "", progress: Progress | None = None) -> list[RawTable]:
    """The tables with rows of a database, its views where no table has rows, or the `chosen` one. Nothing is
    written beside the file.

    Raises WorkbenchError for a database that is damaged, locked, too large or without a table.
    """
    notes: list[Issue] = []
    watch = _Watch(source, progress)
    with watch.errors_told(), closing(_connected(source, notes)) as connection:
        connection.set_progress_handler(watch.look, _STEPS)
        listed = connection.execute(
            "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"
            " AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid"
        ).fetchall()
        kinds = {str(name): str(kind) for name, kind in listed}
        if not kinds:
            raise WorkbenchError(
                "No table",
                f"The database `{source.name}` holds no table.",
                "Check that it is the right file.",
            )
        wanted = [choose(chosen, list(kinds), source.name, "table")] if chosen else list(kinds)
        wanted.sort(key=lambda name: kinds[name] == "view")
        tables: dict[str, tuple[pa.Table, list[Issue]]] = {}
        empty: list[str] = []
        for number, name in enumerate(wanted):
            if kinds[name] == "view" and tables:
                notes.append(views_left_out(wanted[number:]))
                break
            watch.at(f"Reading {source.name}: {name}", number / len(wanted))
            issues: list[Issue] = []
            try:
                frame = _frame(connection, name, issues, watch)
            except sqlite3.OperationalError as error:
                if kinds[name] == "table" or watch.ended or chosen:
                    raise
                what = f"The view `{name}` could not be read: {_said(error)}."
                notes.append(Issue(None, "warning", "view", what))
                continue
            if frame is None:
                empty.append(name)
            else:
                tables[name] = frame, issues
    return named_tables(source, tables, empty, notes, alone=len(kinds) == 1, dialect="SQLite")


def views_left_out(names: Sequence[str]) -> Issue:
    """Views show again what stands in tables, and would count it twice."""
    listed = ", ".join(f"`{name}`" for name in names)
    what = f"Views beside the tables they are made of were not read: {listed}. `FILE::VIEW` reads one."
    return Issue(None, "note", "views", what)


def named_tables(
    source: SourceFile,
    tables: dict[str, tuple[pa.Table, list[Issue]]],
    empty: Sequence[str],
    notes: Sequence[Issue],
    *,
    alone: bool,
    dialect: str,
) -> list[RawTable]:
    """Raw tables from the tables of a database: `stem`, or `stem table` where it holds several."""
    if not tables:
        raise WorkbenchError(
            "No rows", f"No table of `{source.name}` has rows.", "Check that it is the right file."
        )
    result: list[RawTable] = []
    told = [*notes, *(Issue(None, "note", "empty table", f"Table `{name}` has no rows.") for name in empty)]
    for name, (frame, issues) in tables.items():
        known = source.stem if alone else f"{source.stem} {name}"
        result.append(typed_table(known, source, frame, f"{dialect}, table {name}", [*told, *issues]))
        told = []
    return result


@dataclass
class _Watch:
    """Ends the reading when its time is up or `progress` raises, from inside SQLite too."""

    source: SourceFile
    progress: Progress | None
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    ended: BaseException | None = None
    _what: str = ""
    _share: float = 0.0

    def at(self, what: str, share: float) -> None:
        """Tells where the reading is."""
        self._what, self._share = what, share
        if self.look() and self.ended:
            raise self.ended

    def look(self) -> int:
        """For SQLite: 1 ends the statement that runs."""
        try:
            if self.progress:
                self.progress(self._what, self._share)
        except BaseException as stopped:
            self.ended = stopped
        if time.monotonic() > self.until:
            self.ended = WorkbenchError(
                "Database takes too long",
                f"`{self.source.name}` was not read within {SECONDS:,.0f} seconds.",
                "Export the tables you need as CSV; a view may be slow.",
            )
        return int(self.ended is not None)

    @contextmanager
    def errors_told(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        try:
            yield
        except (sqlite3.Error, MemoryError) as error:
            if self.ended:
                raise self.ended from None
            said = _said(error)
            if "locked" in said or "busy" in said:
                raise WorkbenchError(
                    "Database in use",
                    f"Another program is writing to `{self.source.name}`.",
                    "Close that program, or open a copy of the file.",
                ) from None
            raise WorkbenchError(
                "Damaged database",
                f"`{self.source.name}` cannot be read: {said}.",
                "Copy it again while no program writes to it, or export its tables as CSV.",
            ) from None


def _connected(source: SourceFile, notes: list[Issue]) -> sqlite3.Connection:
    log = Path(f"{source.path}-wal")
    if _holds_something(log):
        try:
            return _connection(source.path, "mode=ro")
        except sqlite3.OperationalError:
            what = "Its newest changes are in a log beside it that cannot be read here, and are missing."
            notes.append(Issue(None, "warning", "log", what))
    elif _holds_something(Path(f"{source.path}-journal")):
        return _connection(source.path, "mode=ro")
    # Nobody is in the midst of writing: as immutable it takes no lock and leaves no file beside it.
    return _connection(source.path, "mode=ro&immutable=1")


def _connection(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute().as_posix()))}?{how}", uri=True, timeout=_BUSY_SECONDS,
        check_same_thread=False,
    )  # fmt: skip
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_TEXT)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _frame(connection: sqlite3.Connection, name: str, issues: list[Issue], watch: _Watch) -> pa.Table | None:
    """All rows of a table as text columns; None when it has none."""
    try:
        return _read(connection, name, issues, watch)
    except sqlite3.OperationalError as error:
        if "decode" not in str(error).lower():
            raise
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        issues.append(Issue(None, "warning", "encoding", "Some text is not UTF-8 and shows as \ufffd."))
        return _read(connection, name, issues, watch)
    finally:
        connection.text_factory = str


def _read(connection: sqlite3.Connection, name: str, issues: list[Issue], watch: _Watch) -> pa.Table | None:
    cursor = connection.execute(f"SELECT * FROM {quoted(name)}")
    found: list[Issue] = []
    headers = unique_headers([str(column[0]).strip() for column in cursor.description], None, found)
    chunks: list[list[pa.Array]] = [[] for _ in headers]
    blobs = [0] * len(headers)
    rows = 0
    while fetched := cursor.fetchmany(_ROWS):
        rows += len(fetched)
        if rows * len(headers) > MOST_CELLS:
            raise WorkbenchError(
                "Table too large",
                f"`{name}` in `{watch.source.name}` has more than {MOST_CELLS // 10**6} million cells.",
                "Export the columns and rows you need as CSV or Parquet.",
            )
        for at, values in enumerate(zip(*fetched, strict=True)):
            texts, held = _texts(values)
            chunks[at].append(texts)
            blobs[at] += held
        watch.at(watch._what, watch._share)
    if not rows:
        return None
    for header, held in zip(headers, blobs, strict=True):
        if held:
            what = f"`{header}`: binary data is blank in {counted(held, 'cell')}."
            found.append(Issue(None, "note", "binary data", what))
    issues += found
    return pa.table([pa.chunked_array(column, pa.string()) for column in chunks], names=headers)


def _texts(values: Sequence[Any]) -> tuple[pa.Array, int]:
    """Values of one column as text, and how many are binary; SQLite lets each have a type of its own."""
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        array = None
    if array is not None:
        if pa.types.is_string(array.type) or pa.types.is_null(array.type) or pa.types.is_integer(array.type):
            return pc.cast(array, pa.string()), 0
        if pa.types.is_floating(array.type) and int not in set(map(type, values)):
            return pc.cast(array, pa.string()), 0
    blobs = sum(isinstance(value, bytes) for value in values)
    texts = [None if value is None or isinstance(value, bytes) else str(value) for value in values]
    return pa.array(texts, pa.string()), blobs


def _said(error: BaseException) -> str:
    return str(error).strip().rstrip(".")[:200] or "unknown"
