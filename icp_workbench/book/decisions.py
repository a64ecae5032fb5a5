"""Decisions on a mapping, and taking them back: what a person changes about how a book is understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from icp_workbench.book.mapping import BookMapping, ColumnMapping, TableMapping


def only_decided(column: ColumnMapping) -> ColumnMapping:
    """What somebody decided about a column, without what an earlier opening inferred and what it saw."""
    usual = ColumnMapping()
    left = {name: getattr(usual, name) for name in (*column.guessed, "levels", "guessed")}
    return replace(column, **left)


def as_guessed(mapping: BookMapping, table: str, header: str) -> BookMapping:
    """The mapping without what was decided about one column; the values it remembers stay."""
    columns = dict(mapping.table(table).columns)
    levels = columns.pop(header, ColumnMapping()).levels
    if levels:
        columns[header] = ColumnMapping(levels=levels)
    return mapping.with_table(table, columns=columns)


def table_as_guessed(mapping: BookMapping, table: str) -> BookMapping:
    """The mapping without what was decided about a table itself: its role, key, reading and duplicates."""
    decided = mapping.table(table)
    kept = TableMapping(
        file=decided.file,
        joins=decided.joins,
        accepted=decided.accepted,
        columns=decided.columns,
        guessed=decided.guessed & {"joins"},
    )
    return replace(mapping, tables={**mapping.tables, table: kept})


def accepting(mapping: BookMapping, table: str, header: str, meant: Mapping[str, str]) -> BookMapping:
    """The mapping with further spellings accepted ({text found: text meant}) in a joining key."""
    accepted = mapping.table(table).accepted
    return mapping.with_table(table, accepted={**accepted, header: {**accepted.get(header, {}), **meant}})


def accepting_none(mapping: BookMapping, table: str, header: str) -> BookMapping:
    """The mapping without any spelling accepted in a joining key."""
    accepted = {key: meant for key, meant in mapping.table(table).accepted.items() if key != header}
    return mapping.with_table(table, accepted=accepted)


def without_stage(mapping: BookMapping, label: str) -> BookMapping:
    """The mapping with a stage's meaning left to the guess."""
    stages = {key: value for key, value in mapping.stages.items() if key != label}
    return replace(mapping, stages=stages, guessed_stages=mapping.guessed_stages - {label})


def reincluding(mapping: BookMapping, table: str, lines: Iterable[int]) -> BookMapping:
    """The mapping with exactly these lines of rejected records taken in."""
    read = mapping.table(table).read
    return mapping.with_table(table, read=replace(read, reinclude=frozenset(lines)))


def with_margin(mapping: BookMapping, metric: str, margin: float | None) -> BookMapping:
    """The mapping with the smallest difference worth acting on of one metric; None: the usual one."""
    margins = {name: held for name, held in mapping.margins.items() if name != metric}
    return replace(mapping, margins=margins if margin is None else {**margins, metric: margin})


def with_period(mapping: BookMapping, first: dt.date | None, last: dt.date | None) -> BookMapping:
    """The mapping with outcomes counted that closed from `first` to `last`; None is open."""
    return replace(mapping, period=None if first is None and last is None else (first, last))


def without_observed(mapping: BookMapping, name: str) -> BookMapping:
    """The mapping without an attribute that was made in the workbench."""
    return replace(mapping, observed=tuple(made for made in mapping.observed if made.name != name))
