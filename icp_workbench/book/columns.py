"""What became of every table and every column, for `icp data` and the Data room."""

from __future__ import annotations

from collections.abc import Sequence

from icp_workbench.book.accounts import Assembly
from icp_workbench.book.attributes import Attributes
from icp_workbench.book.book import ColumnSummary, TableSummary
from icp_workbench.book.cleaning import Column
from icp_workbench.book.joining import repeated_levels
from icp_workbench.book.observing import observed_columns
from icp_workbench.book.raw import RawTable
from icp_workbench.book.roles import Table, churn_flag, kind_of


def table_summaries(
    raw: Sequence[RawTable], tables: Sequence[Table], assembly: Assembly
) -> tuple[TableSummary, ...]:
    """Each table with the role it came to play."""
    roles = {table.name: role.split(" ")[0] for role, table in assembly.tables.items()}
    if assembly.table.name in {table.name for table in tables}:
        roles.setdefault(assembly.table.name, "accounts")
    return tuple(
        TableSummary(
            held.name, held.report.file, roles.get(held.name, "unused"), held.frame.num_rows,
            held.frame.num_columns, held.report, held.digest,
        )
        for held in raw
    )  # fmt: skip


def column_summaries(tables: Sequence[Table], attributes: Attributes) -> tuple[ColumnSummary, ...]:
    """Each column with its role, type, share filled, examples and what could not be read."""
    return tuple(_summary(table, column, attributes) for table in tables for column in table.columns)


def _summary(table: Table, column: Column, attributes: Attributes) -> ColumnSummary:
    place = (column.table, column.header)
    role = attributes.roles.get(place) or _role_beside(table, column)
    notes = [attributes.notes.get(place), column.note, _repeats(table, column)]
    if role == "ignore" and place not in attributes.roles:
        notes.append(f"belongs to each row of {table.name}, not to the account")
    is_attribute = role in ("attribute", "leak", "text")
    return ColumnSummary(
        table=table.name, header=column.header, name=attributes.names.get(place, column.name), role=role,
        type="text" if column.type == "identifier" else column.type,
        kind=kind_of(column) if is_attribute else None,
        filled=column.filled, rows=column.rows, distinct=column.distinct, examples=column.levels[:5],
        unreadable=column.unreadable, unreadable_examples=column.unreadable_examples,
        note="; ".join(note for note in notes if note) or None,
    )  # fmt: skip


def _role_beside(table: Table, column: Column) -> str:
    """The role of a column of a table whose rows are not accounts or deals."""
    if table.key is not None and column.header == table.key.header:
        return "id"
    observed = {held.header for held in observed_columns(table.role, table).values()}
    if column.header in observed or churn_flag(column):
        return "outcome"
    if column.type == "date":
        return "outcome" if table.role == "events" else "date"
    return "key" if column.type == "identifier" else "ignore"


def _repeats(table: Table, column: Column) -> str | None:
    if table.key is None or column.header != table.key.header:
        return None
    _, again = repeated_levels(column)
    return f"{again:,} ids repeat an earlier row's" if again else None
