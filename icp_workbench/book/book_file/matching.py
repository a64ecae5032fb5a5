"""Tables of a new export and those a book file remembers: by name, else by their headers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from icp_workbench.book.book_file.remembered import Remembered
from icp_workbench.book.mapping import BookMapping, TableMapping
from icp_workbench.book.raw import RawTable, ReadAs

LEAST_SHARED = 0.8  # of the headers of the longer table


def matched(remembered: Remembered, tables: Sequence[RawTable], raw: Sequence[RawTable]) -> Remembered:
    """The same memory, by the names the tables have now: `tables` as they will be understood (rows are not
    looked at), `raw` as they stand in the files.

    A table of a new name (deals_2026Q4) is read as the one remembered whose headers it shares: at least four
    fifths of them, more than any other, and sooner one that is gone than one that is still there. Lines that
    were taken in after all are dropped where the file is another: they were lines of the old one.
    """
    there = {table.name for table in (*tables, *raw)}
    headers = {name: _headers(remembered, name) for name in remembered.mapping.tables}
    renamed: dict[str, str] = {}
    for table in tables:
        if table.name not in remembered.mapping.tables:
            was = _likest(set(table.frame.column_names), headers, there)
            if was is not None:
                renamed[table.name] = was
    mapping = _dropped_lines(_renamed(remembered.mapping, renamed, there), remembered, raw)
    seen = remembered.seen.tables
    gone = set(renamed.values()) - there
    held = {name: table for name, table in seen.items() if name not in gone}
    held |= {now: seen[was] for now, was in renamed.items() if was in seen}
    return replace(remembered, mapping=mapping, seen=replace(remembered.seen, tables=held), renamed=renamed)


def read_as(mapping: BookMapping, names: Collection[str]) -> dict[str, ReadAs]:
    """How tables are to be read, by name, before their headers are known: a table that is gone lends it to
    one whose name differs from its own in digits alone (deals_2026Q3, deals_2026Q4)."""
    wanted = {name: table.read for name, table in mapping.tables.items() if table.read != ReadAs()}
    found = {name: read for name, read in wanted.items() if name in names}
    for name, read in wanted.items():
        alike = [other for other in names if _undated(other) == _undated(name) and other not in found]
        if name not in names and len(alike) == 1:
            found[alike[0]] = replace(read, reinclude=frozenset())
    return {**wanted, **found}


def _undated(name: str) -> str:
    return "".join("#" if char.isdigit() else char for char in name)


def _headers(remembered: Remembered, name: str) -> set[str]:
    seen = remembered.seen.tables.get(name)
    return set(seen.columns) if seen is not None else set(remembered.mapping.table(name).columns)


def _likest(found: set[str], headers: Mapping[str, set[str]], there: Collection[str]) -> str | None:
    shares = {
        name: len(found & known) / max(len(found), len(known)) for name, known in headers.items() if known
    }
    for names in ([name for name in shares if name not in there], list(shares)):
        likest = sorted(names, key=lambda name: -shares[name])[:2]
        if likest and shares[likest[0]] >= LEAST_SHARED:
            alone = len(likest) == 1 or shares[likest[0]] > shares[likest[1]]
            return likest[0] if alone else None
    return None


def _renamed(mapping: BookMapping, renamed: Mapping[str, str], there: Collection[str]) -> BookMapping:
    now = {was: name for name, was in renamed.items() if was not in there}
    tables = {name: table for name, table in mapping.tables.items() if name not in now}
    tables |= {name: mapping.tables[was] for name, was in renamed.items()}
    return replace(
        mapping,
        tables={name: _joined_to(table, now) for name, table in tables.items()},
        metrics=tuple(replace(one, table=now.get(one.table, one.table)) for one in mapping.metrics),
    )


def _joined_to(table: TableMapping, now: Mapping[str, str]) -> TableMapping:
    joins = tuple(replace(join, to_table=now.get(join.to_table, join.to_table)) for join in table.joins)
    return table if joins == table.joins else replace(table, joins=joins)


def _dropped_lines(mapping: BookMapping, remembered: Remembered, raw: Sequence[RawTable]) -> BookMapping:
    for table in raw:
        read = mapping.table(table.name).read
        was = remembered.seen.files.get(table.report.file)
        if read.reinclude and (was is None or (was.digest and was.digest != table.digest)):
            mapping = mapping.with_table(table.name, read=replace(read, reinclude=frozenset()))
    return mapping
