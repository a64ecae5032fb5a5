"""What became of every table and every column, for `icp data` and the Data room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from icp_workbench.book.attributes import Attributes
from icp_workbench.book.book import ColumnSummary, TableSummary
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.joining.assembly import Assembly
from icp_workbench.book.joining.keys import repeats, rows_per_text
from icp_workbench.book.questions import both_ways
from icp_workbench.book.raw import RawTable
from icp_workbench.book.roles.outcome_columns import churn_flag
from icp_workbench.book.roles.table import Table
from icp_workbench.conditions.fields import FieldKind
from icp_workbench.render.figures import counted

_MOST_LEVELS = 200
_EXAMPLES = 5
_LOOKED_AT = 1_000
_DAY = 86_400  # seconds


def table_summaries(
    raw: Sequence[RawTable], tables: Sequence[Table], assembly: Assembly
) -> tuple[TableSummary, ...]:
    """Each table with the role it came to play."""
    roles = {table.name: role.split(" ")[0] for role, table in assembly.tables.items()}
    if assembly.table.name in {table.name for table in tables}:
        roles.setdefault(assembly.table.name, "accounts")
    roles |= assembly.appended
    return tuple(
        TableSummary(
            held.name, held.report.file, roles.get(held.name, "unused"), held.frame.num_rows,
            held.frame.num_columns, held.report, held.digest,
        )
        for held in raw
    )  # fmt: skip


def column_summaries(
    tables: Sequence[Table], attributes: Attributes, assembly: Assembly
) -> tuple[ColumnSummary, ...]:
    """Each column with its role, the part it plays, type, share filled, commonest values, and what could not
    be read."""
    kinds = {field.name: field.kind for field in attributes.fields}
    return tuple(
        _summary(table, column, attributes, assembly, kinds) for table in tables for column in table.columns
    )


def _summary(
    table: Table, column: Column, attributes: Attributes, assembly: Assembly, kinds: Mapping[str, FieldKind]
) -> ColumnSummary:
    own = (column.table, column.header)
    place = assembly.stands_for.get(own, own)
    role = attributes.roles.get(place) or _role_beside(table, column)
    notes = [attributes.notes.get(place), column.note, _repeats(table, column)]
    if role == "ignore" and place not in attributes.roles and place not in attributes.notes:
        notes.append(f"belongs to each row of {table.name}, not to the account")
    name = attributes.names.get(place, column.name)
    return column_summary(
        column, table.name, name, role,
        kind=kinds.get(name) if role in ("attribute", "leak", "text") else None,
        note="; ".join(note for note in notes if note) or None,
        part=next((part for part, held in table.parts.items() if held.header == column.header), None),
    )  # fmt: skip


def column_summary(
    column: Column,
    table: str,
    name: str,
    role: str,
    *,
    kind: FieldKind | None,
    note: str | None,
    part: str | None = None,
) -> ColumnSummary:
    """What a column holds and how it was read, beside what it came to be."""
    levels, counts = commonest(column)
    return ColumnSummary(
        table=table, header=column.header, name=name, role=role, type=column.type, kind=kind,
        filled=column.filled, rows=column.rows, distinct=_distinct(column),
        examples=levels[:_EXAMPLES] or examples_of(column),
        unreadable=column.unreadable, unreadable_examples=column.unreadable_examples,
        ambiguous_dates=column.ambiguous_dates, note=note, part=part,
        unit=column.units[0] if column.units else None,
        blanks=column.blanks, date_order=column.date_order, decimal_mark=column.decimal_mark,
        levels=levels, counts=counts,
    )  # fmt: skip


def unreadable_cells(column: Column) -> list[str]:
    """The sentence about cells that could not be read; none where all could."""
    if not column.unreadable:
        return []
    shown = ", ".join(column.unreadable_examples[:3])
    return [
        f"{column.table}.{column.header}: {counted(column.unreadable, 'value')} unreadable ({shown}): blank."
    ]


def _role_beside(table: Table, column: Column) -> str:
    """The role of a column of a table whose rows are not accounts or deals."""
    if table.key is not None and column.header == table.key.header:
        return "id"
    observed = {held.header for held in table.parts.values()}
    if column.header in observed or churn_flag(column):
        return "outcome"
    if column.type == "date":
        return "outcome" if table.role == "events" else "date"
    return "key" if column.type == "identifier" else "ignore"


def _repeats(table: Table, column: Column) -> str | None:
    if table.key is None or column.header != table.key.header:
        return None
    again = repeats(column)
    return f"{again:,} ids repeat an earlier row's" if again else None


def commonest(column: Column) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The commonest values of a column with levels, at most 200, and the rows that have each."""
    if column.type not in ("category", "boolean", "set") or not column.distinct:
        return (), ()
    counts = rows_per_text(column)
    first = np.argpartition(-counts, _MOST_LEVELS)[:_MOST_LEVELS] if len(counts) > _MOST_LEVELS else None
    shown = np.arange(len(counts)) if first is None else np.sort(first)
    shown = shown[np.argsort(-counts[shown], kind="stable")]
    shown = shown[counts[shown] > 0]
    return tuple(column.dictionary.take(pa.array(shown)).to_pylist()), tuple(counts[shown].tolist())


def _distinct(column: Column) -> int:
    """How many values there are; of figures and dates whose texts nobody asked for, by value."""
    if column.texts.known or column.values is None:
        return column.distinct
    held = column.values[column.filled_mask]
    if column.type == "date":
        held = held.astype(np.int64)
        held = held // _DAY if not (held % _DAY).any() else held
    if len(held) and (held == np.floor(held)).all() and held.max() - held.min() < len(held):
        return int((np.bincount((held - held.min()).astype(np.int64)) > 0).sum())
    return len(np.unique(held))


def examples_of(column: Column) -> tuple[str, ...]:
    """A few of a column's values as text; of dates that can be read two ways those that tell the ways apart,
    as found."""
    if column.ambiguous_dates:
        found = column.dictionary.slice(0, _LOOKED_AT).to_pylist()
        telling = [text for text in found if (ways := both_ways(text)) is not None and ways[0] != ways[1]]
        return tuple((telling or found)[:_EXAMPLES])
    if column.texts.known or column.values is None:
        return tuple(column.dictionary.slice(0, _EXAMPLES).to_pylist())
    held = column.values[np.flatnonzero(column.filled_mask)[:_LOOKED_AT]]
    first = list(dict.fromkeys(held.tolist()))[:_EXAMPLES]
    if column.type == "date":
        return tuple(moment.date().isoformat() for moment in first)
    return tuple(f"{figure:.15g}" for figure in first)
