"""A column of another file, brought to the accounts by their ids or names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary, TableSummary
from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column, reading_of
from icp_workbench.book.columns import column_summary, unreadable_cells
from icp_workbench.book.joining.links import Link, find_link
from icp_workbench.book.leaks import leak_of
from icp_workbench.book.observed import SecondFile
from icp_workbench.book.raw import Progress, RawTable
from icp_workbench.book.roles.table import Table
from icp_workbench.book.sources import read_tables
from icp_workbench.conditions.fields import Field, fold, nearest, snake_case
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

Rows = npt.NDArray[np.int64]
_ACCOUNTS = "accounts"


@dataclass(frozen=True)
class Brought:
    """A column at the accounts: its values as `AccountBook.accounts` holds them, and where they come from.

    `field` says type, source, unit and how it was read; `kept_out` where it gives the outcome away.
    """

    values: pd.Series[Any]
    field: Field
    table: TableSummary
    column: ColumnSummary
    join: JoinSummary
    warnings: tuple[str, ...]


def bring(
    definition: SecondFile, book: AccountBook, folder: Path, progress: Progress | None = None
) -> Brought:
    """The column of a second file at the accounts of a book; blank for accounts the file does not name.

    WorkbenchError for a file that cannot be read, a header it does not have (naming the nearest), a key that
    names no account, and a column that is blank or an identifier.
    """
    raw, header = _table_with(definition, folder, progress)
    wish = book.mapping.column(raw.name, header)
    column = clean_column(raw.name, header, raw.frame[header], wish)
    if column.type in ("blank", "identifier"):
        why = "is blank" if column.type == "blank" else "numbers its rows: there is nothing to ask about"
        raise WorkbenchError(
            "Not an attribute", f"`{header}` in `{raw.report.file}` {why}.", "Choose another column."
        )
    link = _link(definition, raw, header, book)
    rows, differing = _first_filled(link.rows, column, len(book.accounts))
    at_accounts = column.taken(rows)
    let_in = wish.role == "attribute" and "role" not in wish.guessed
    leak = None if let_in else leak_of(at_accounts, _outcomes(book))
    field = Field(
        column.name, header, at_accounts.type, "observed", source=f"{raw.name}.{header}",  # type: ignore[arg-type]
        unit=column.units[0] if column.units else None, known_before_sale=leak is None, kept_out=leak,
        reading=reading_of(column),
    )  # fmt: skip
    join = link.summary()
    return Brought(
        at_accounts.series(), field, _summary_of(raw), _column_summary(column, leak), join,
        _warnings(raw, join, column, differing),
    )  # fmt: skip


def in_folder(path: str, folder: Path) -> Path:
    """A path as a person wrote it, relative to a folder."""
    given = Path(path)
    return given.expanduser() if path.startswith("~") else folder / given


def _table_with(definition: SecondFile, folder: Path, progress: Progress | None) -> tuple[RawTable, str]:
    tables = read_tables(in_folder(definition.path, folder), progress=progress)
    headers: list[str] = []
    for raw in tables:
        header = header_like(definition.column, raw.frame.column_names)
        if header is not None:
            return raw, header
        headers += raw.frame.column_names
    raise _no_column(definition.path, definition.column, headers)


def header_like(name: str, headers: Sequence[str]) -> str | None:
    """The header a name means: itself, case-blind, or in snake_case; None if there is none."""
    by_name = {fold(snake_case(header)): header for header in reversed(headers)}
    by_name |= {fold(header): header for header in reversed(headers)}
    return name if name in headers else by_name.get(fold(name)) or by_name.get(fold(snake_case(name)))


def _no_column(path: str, name: str, headers: Sequence[str]) -> WorkbenchError:
    near = nearest(name, headers)
    shown = ", ".join(headers[:12]) + (f" and {len(headers) - 12} more" if len(headers) > 12 else "")
    return WorkbenchError(
        "Unknown column",
        f"`{path}` has no column `{name}`" + (f"; did you mean `{near}`?" if near else "."),
        f"Its columns: {shown}.",
    )


def _link(definition: SecondFile, raw: RawTable, header: str, book: AccountBook) -> Link:
    names = [other for other in raw.frame.column_names if other != header]
    if definition.key is not None:
        key = header_like(definition.key, raw.frame.column_names)
        if key is None:
            raise _no_column(definition.path, definition.key, raw.frame.column_names)
        names = [key]
    child = Table(raw.name, tuple(_as_key(raw, name) for name in names))
    parents = _accounts_of(book)
    known = book.mapping.table(raw.name).accepted
    accepted = {(raw.name, name): {**known.get(name, {}), **definition.accepted} for name in names}
    least = 0.0 if definition.key is not None else 0.3
    link = find_link(child, parents, accepted, least=least) if names else None
    if link is None or not (link.rows >= 0).any():
        such = ", ".join(book.account_names[:3])
        raise WorkbenchError(
            "A join that matches nothing",
            f"No column of `{definition.path}` names accounts of this book (such as {such})."
            if definition.key is None
            else f"`{names[0]}` of `{definition.path}` names no account of this book (such as {such}).",
            "Give the file a column with the account's id or name as they are in the book.",
        )
    return link


def _as_key(raw: RawTable, header: str) -> Column:
    """A column as text that may name accounts, whatever its values look like."""
    column = clean_column(raw.name, header, raw.frame[header])
    return replace(column, type="identifier") if column.type in ("number", "boolean", "date") else column


def _accounts_of(book: AccountBook) -> Table:
    """The accounts by id and name, under the headers they had."""
    main = next((table.name for table in book.tables if table.role == "accounts"), _ACCOUNTS)
    headers = {c.role: c.header for c in reversed(book.columns) if c.table == main}
    ids = _of_texts(main, headers.get("id", headers.get("key", "Account ID")), book.account_ids)
    columns = [replace(ids, type="identifier" if book.account_ids != book.account_names else "text")]
    if book.account_ids != book.account_names:
        header = headers.get("name", "Account name")
        header = header if header != ids.header else "Account name"
        columns.append(replace(_of_texts(main, header, book.account_names), type="text"))
    return Table(main, tuple(columns), "accounts", columns[0])


def _of_texts(table: str, header: str, texts: Sequence[str]) -> Column:
    return clean_column(table, header, pa.chunked_array([pa.array(texts, pa.string())]))


def _first_filled(owner: npt.NDArray[np.integer[Any]], column: Column, size: int) -> tuple[Rows, int]:
    """The row of each account (-1: none), the first that is filled where several name it; and of how many
    accounts the rows differ."""
    known = np.flatnonzero((owner >= 0) & column.filled_mask)
    rows = np.full(size, -1, np.int64)
    rows[owner[known[::-1]]] = known[::-1]
    differs = column.codes[known] != column.codes[rows[owner[known]]]
    return rows, len(np.unique(owner[known][differs]))


def _outcomes(book: AccountBook) -> list[tuple[npt.NDArray[np.float64], tuple[str, str]]]:
    """For each account 1 or 0 (NaN unknown): whether it bought, whether it left."""
    found = []
    for grain, value, what in (
        ("deal", "won", ("accounts that bought", "accounts that did not")),
        ("customer", "churned", ("customers that left", "those that stayed")),
    ):
        seen = book.observations.get(grain)
        if seen is not None and value in seen.values:
            outcome = np.full(len(book.accounts), np.nan)
            values = seen.values[value].to_numpy(float)
            outcome[seen.account[values == 0]] = 0.0
            outcome[seen.account[values == 1]] = 1.0
            found.append((outcome, what))
    return found


def _summary_of(raw: RawTable) -> TableSummary:
    frame = raw.frame
    return TableSummary(
        raw.name, raw.report.file, "lookup", frame.num_rows, frame.num_columns, raw.report, raw.digest
    )


def _column_summary(column: Column, leak: str | None) -> ColumnSummary:
    role = "leak" if leak else "attribute"
    return column_summary(column, column.table, column.name, role, kind="observed", note=leak or column.note)


def _warnings(raw: RawTable, join: JoinSummary, column: Column, differing: int) -> tuple[str, ...]:
    said = []
    if join.unmatched:
        said.append(f"{counted(join.unmatched, 'row')} of {raw.name} name no account (by {join.left_key}).")
    if differing:
        accounts = counted(differing, "account")
        said.append(f"{raw.name} has several {column.header} for {accounts}: the first is taken.")
    return (*said, *unreadable_cells(column))
