"""What a book file holds: how a book is to be read, and what it held when that was saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary
from icp_workbench.book.mapping import (
    BookMapping,
    ColumnMapping,
    ColumnType,
    JoinMapping,
    TableMapping,
)

# A guess of one of these is obeyed by the next opening. Others are shown and made anew: to obey "attribute"
# would let leaks in, to obey "ignore" would hide a column that is filled at last.
OBEYED_COLUMN_ROLES = frozenset({"id", "name", "outcome", "date", "currency", "text"})
OBEYED_TABLE_ROLES = frozenset({"accounts", "deals", "subscriptions", "tickets", "events", "usage"})
MOST_LEVELS = 50  # of a column, or none are kept: a part of them could not tell what is new
_LONGEST_LEVEL = 120
_MOST_LEVELS_IN_ALL = 20_000


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column as it was found; `filled` is the share of its rows that were, `unreadable` counts cells."""

    role: str = ""
    type: str = ""
    unit: str = ""
    filled: float | None = None
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class SeenTable:
    """A table as it was found."""

    file: str = ""
    role: str = ""
    rows: int | None = None
    columns: Mapping[str, SeenColumn] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was found: rows loaded from it, and the digest of its content."""

    rows: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class SeenSource:
    """A source of churn as it was found."""

    churned: int
    of: int


@dataclass(frozen=True)
class Seen:
    """What a book held when its file was saved. It decides nothing: differences are told by it.

    `stages` says what each label was taken for, `deals` how many there were of it.
    """

    accounts: int | None = None
    as_of: dt.date | None = None
    period: tuple[dt.date, dt.date] | None = None
    currency: str = ""
    files: Mapping[str, SeenFile] = field(default_factory=dict)
    tables: Mapping[str, SeenTable] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    deals: Mapping[str, int] = field(default_factory=dict)
    churn_sources: Mapping[str, SeenSource] = field(default_factory=dict)


@dataclass(frozen=True)
class Remembered:
    """A book file as it was read. `digest` is the SHA-256 of the file, `name` what a person knows it by.

    `further` holds the keys that begin with `x-`, by their path: they are kept when the file is written.
    `renamed` gives the names tables had when it was saved, where a file was called otherwise: now → then.
    """

    mapping: BookMapping
    seen: Seen = field(default_factory=Seen)
    digest: str = ""
    name: str = ""
    further: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)


def mapping_of(book: AccountBook) -> BookMapping:
    """How `book` was read, in full: what was decided, and as guesses what was inferred.

    What may not be obeyed unseen stays out: an attribute that might be a leak tomorrow, dates that can be
    read both ways, stages that flags decide row by row, the currency and the bounds of the outcomes.
    """
    mapping = book.mapping
    by_table: dict[str, list[ColumnSummary]] = {}
    for column in book.columns:
        by_table.setdefault(column.table, []).append(column)
    levels = _Levels()
    tables: dict[str, TableMapping] = {
        name: _decisions(table)
        for name, table in mapping.tables.items()
        if name not in by_table and _decisions(table) != TableMapping()
    }
    for held in book.tables:
        columns = by_table.get(held.name, [])
        joins = [join for join in book.joins if join.left == held.name]
        known = {one.name for one in book.tables}
        decided = mapping.table(held.name)
        tables[held.name] = _table(decided, held.role, held.file, columns, joins, known, book, levels)
    stages, guessed_stages = _stages(book)
    changed = replace(mapping, tables=tables, stages=stages, guessed_stages=guessed_stages)
    chosen = next((source.name for source in book.outcome_sources if source.chosen), None)
    guessed = not mapping.churn_source or "churn_source" in mapping.guessed
    if len(book.outcome_sources) > 1 and chosen and guessed:
        return replace(changed, churn_source=chosen, guessed=mapping.guessed | {"churn_source"})
    if "churn_source" in mapping.guessed:
        return replace(changed, churn_source=None, guessed=mapping.guessed - {"churn_source"})
    return changed


def seen_of(book: AccountBook) -> Seen:
    """What `book` holds now."""
    columns: dict[str, dict[str, SeenColumn]] = {}
    for column in book.columns:
        columns.setdefault(column.table, {})[column.header] = SeenColumn(
            column.role,
            column.type,
            column.unit or "",
            round(column.filled / column.rows, 3) if column.rows else None,
            column.unreadable,
        )
    digests = {table.file: table.digest for table in book.tables}
    files: dict[str, SeenFile] = {}
    for report in book.reports:
        earlier = files.get(report.file, SeenFile(0)).rows or 0
        files[report.file] = SeenFile(earlier + report.loaded, digests.get(report.file, ""))
    return Seen(
        accounts=len(book.account_ids),
        as_of=book.as_of,
        period=book.period,
        currency=book.currency or "",
        files=files,
        tables={
            table.name: SeenTable(table.file, table.role, table.rows, columns.get(table.name, {}))
            for table in book.tables
        },
        stages=dict(book.stages),
        deals=dict(book.stage_counts),
        churn_sources={
            source.name: SeenSource(source.churned, source.customers) for source in book.outcome_sources
        },
    )


@dataclass
class _Levels:
    """How many levels are kept already: a file of 20,000 columns stays one that can be read."""

    kept: int = 0

    def of(self, column: ColumnSummary) -> tuple[str, ...]:
        if column.role not in ("attribute", "leak", "outcome") or column.type != "category":
            return ()
        whole = column.distinct == len(column.levels) <= MOST_LEVELS
        if not whole or self.kept + len(column.levels) > _MOST_LEVELS_IN_ALL:
            return ()
        if any(len(level) > _LONGEST_LEVEL for level in column.levels):
            return ()
        self.kept += len(column.levels)
        return tuple(sorted(column.levels))


def _table(
    decided: TableMapping,
    role: str,
    file: str,
    columns: list[ColumnSummary],
    joins: list[JoinSummary],
    known: set[str],
    book: AccountBook,
    levels: _Levels,
) -> TableMapping:
    inferred: dict[str, Any] = {"role": role if role in OBEYED_TABLE_ROLES else None}
    ids = [column.header for column in columns if column.role == "id"]
    inferred["key"] = ids[0] if len(ids) == 1 else None
    inferred["joins"] = tuple(
        JoinMapping(join.left_key, join.right, join.right_key) for join in joins if join.right in known
    )
    merged = replace(_merged(decided, inferred), file=file)
    by_header = {
        header: _decisions_about(column)
        for header, column in decided.columns.items()
        if _decisions_about(column) != ColumnMapping()
    }
    for column in columns:
        by_header[column.header] = _column(decided.columns.get(column.header), column, book, levels)
    there = {column.header: None for column in columns}
    return replace(merged, columns={header: by_header[header] for header in {**there, **by_header}})


def _column(
    decided: ColumnMapping | None, column: ColumnSummary, book: AccountBook, levels: _Levels
) -> ColumnMapping:
    field = book.fields.get(column.name)
    reading = field.reading if field is not None and field.header == column.header else None
    inferred: dict[str, Any] = {
        "role": column.role if column.role in OBEYED_COLUMN_ROLES else None,
        "part": column.part,
        "type": column.type if column.type in get_args(ColumnType) and column.type != "blank" else None,
        "kind": column.kind,
        "date_order": None if column.ambiguous_dates else column.date_order or None,
        "decimal_mark": column.decimal_mark or None,
        "separator": (reading.separator or None) if reading else None,
        "blank": tuple(column.blanks),
    }
    merged = _merged(decided or ColumnMapping(), inferred)
    return replace(merged, levels=levels.of(column))


def _stages(book: AccountBook) -> tuple[Mapping[str, str], frozenset[str]]:
    decided = {
        label: what for label, what in book.mapping.stages.items() if label not in book.mapping.guessed_stages
    }
    if any(column.part in ("won flag", "closed flag") for column in book.columns):
        return decided, frozenset()
    stages = {**book.stages, **decided}
    return stages, frozenset(stages.keys() - decided.keys())


def _merged(decided: Any, inferred: Mapping[str, Any]) -> Any:
    """A table's or column's mapping with guesses where nothing was decided."""
    kept = {name: getattr(decided, name) for name in inferred if name not in decided.guessed}
    changes = {name: value for name, value in inferred.items() if not kept.get(name)}
    guessed = {name for name, value in changes.items() if value} | (decided.guessed - inferred.keys())
    return replace(decided, **changes, guessed=frozenset(guessed))


def _decisions(table: TableMapping) -> TableMapping:
    """What was decided about a table that is not there now, without what was only guessed."""
    columns = {header: _decisions_about(column) for header, column in table.columns.items()}
    return replace(
        _without_guesses(table), columns={h: c for h, c in columns.items() if c != ColumnMapping()}
    )


def _decisions_about(column: ColumnMapping) -> ColumnMapping:
    return replace(_without_guesses(column), levels=())


def _without_guesses(mapping: Any) -> Any:
    nothing = type(mapping)()
    return replace(mapping, guessed=frozenset(), **{name: getattr(nothing, name) for name in mapping.guessed})
