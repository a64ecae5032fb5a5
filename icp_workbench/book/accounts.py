"""One row per account, from a table of accounts or the rows that name them; and which rows are whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import JoinSummary
from icp_workbench.book.cleaning import Codes, Column
from icp_workbench.book.deals import deal_inputs
from icp_workbench.book.joining import Link, account_key, find_link, first_rows, repeated_levels
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.roles import Table, name_column
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

OWNED = ("deals", "subscriptions", "events", "tickets")  # tables whose rows belong to an account


@dataclass
class Assembly:
    """Being put together: the accounts' columns, and the account row of each row of the owned tables."""

    table: Table
    ids: list[str]
    names: list[str]
    columns: list[Column]
    owners: dict[str, Codes] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)  # by role
    deal_columns: list[Column] = field(default_factory=list)
    joins: list[JoinSummary] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)  # (table, header) of columns that join

    @property
    def size(self) -> int:
        """Number of accounts."""
        return len(self.ids)


def assemble(tables: Sequence[Table], mapping: BookMapping) -> Assembly:
    """Accounts with everything that belongs to them. Raises WorkbenchError for duplicate ids, a join that
    matches nothing, and tables among which none can be read as accounts, deals or subscriptions."""
    by_role: dict[str, list[Table]] = {}
    for table in sorted(tables, key=lambda table: -table.rows):
        by_role.setdefault(table.role, []).append(table)
    chosen = {role: held[0] for role, held in by_role.items() if role in OWNED}
    surplus = [table for role in OWNED for table in by_role.get(role, [])[1:]]
    if "accounts" in by_role:
        main = _main_accounts(by_role["accounts"], list(chosen.values()), mapping)
        assembly = _from_accounts(main)
        lookups = [table for table in by_role["accounts"] if table.name != main.name]
    else:
        assembly = _from_rows(chosen)
        lookups = []
    assembly.tables.update(chosen)
    for role in OWNED:
        if role in chosen and role not in assembly.owners:
            _join(assembly, role, chosen[role], mapping)
    _extend(assembly)
    deals = chosen.get("deals")
    if deals is not None and not assembly.deal_columns:
        assembly.deal_columns = list(deals.columns) if "accounts" in by_role else []
    _join_usage(assembly, by_role.get("usage", []), mapping)
    for table in [*lookups, *by_role.get("unused", [])]:
        _look_up(assembly, table, mapping)
    for table in surplus:
        read = chosen[table.role]
        assembly.warnings.append(
            f"{table.name} was left out: one table of {table.role} is read, and {read.name} has more rows. "
            "Join the two files into one to use both."
        )
    return assembly


def _main_accounts(candidates: list[Table], others: list[Table], mapping: BookMapping) -> Table:
    def linked(table: Table) -> int:
        return sum(find_link(other, table, mapping.accepted_near_misses) is not None for other in others)

    return (
        max(candidates, key=lambda table: (linked(table), table.rows))
        if len(candidates) > 1
        else candidates[0]
    )


def _from_accounts(table: Table) -> Assembly:
    notes: list[str] = []
    if table.key is not None:
        table = _without_repeats(table, table.key, notes)
    key, named = table.key, name_column(table, table.key)
    ids = _texts(key, table.rows)
    names = _texts(named, table.rows, ids)
    assembly = Assembly(table, ids, names, list(table.columns), warnings=notes)
    assembly.tables["accounts"] = table
    return assembly


def _without_repeats(table: Table, key: Column, notes: list[str]) -> Table:
    repeated, _ = repeated_levels(key)
    if not repeated:
        return table
    seen: dict[tuple[int, ...], int] = {}
    first_of: dict[int, int] = {}
    clashing: dict[str, list[int]] = {}
    keep = np.ones(table.rows, dtype=bool)
    twice = set(repeated)
    again = np.isin(key.codes, [at for at, level in enumerate(key.levels) if level in twice])
    for row in np.flatnonzero(again):
        content = tuple(int(column.codes[row]) for column in table.columns)
        code = int(key.codes[row])
        if content in seen:
            keep[row] = False
        elif code in first_of:
            clashing.setdefault(key.levels[code], [first_of[code]]).append(int(row))
        else:
            seen[content] = first_of[code] = int(row)
    if clashing:
        shown = "; ".join(
            f"{account} on lines {', '.join(str(_line(table, row)) for row in rows[:5])}"
            for account, rows in list(clashing.items())[:5]
        )
        more = f" and {len(clashing) - 5:,} more" if len(clashing) > 5 else ""
        raise WorkbenchError(
            "Duplicate account ids",
            f"In `{table.file or table.name}`, {len(clashing):,} ids in `{key.header}` stand for rows that "
            f"differ: {shown}{more}.",
            "Keep one row for each account and open the file again.",
        )
    dropped = int((~keep).sum())
    notes.append(f"{counted(dropped, 'row')} of {table.name} left out: exact repeats of another row.")
    rows = np.flatnonzero(keep)
    columns = tuple(column.taken(rows) for column in table.columns)
    at = [column.header for column in table.columns].index(key.header)
    return replace(
        table, columns=columns, key=columns[at], lines=None if table.lines is None else table.lines[rows]
    )


def _from_rows(chosen: dict[str, Table]) -> Assembly:
    role = next((role for role in ("deals", "subscriptions") if role in chosen), None)
    if role is None:
        raise WorkbenchError(
            "No outcome found",
            "No table says how deals ended (a stage with won and lost, or a won flag) or which customers "
            "left "
            "(a churn flag, or subscriptions with start and end).",
            "Add the export that holds the outcome: opportunities, subscriptions or customers with a churn "
            "column.",
        )
    base = chosen[role]
    key = account_key(base)
    if key is None:
        ids = _texts(base.key, base.rows)
        assembly = Assembly(base, ids, list(ids), list(base.columns))
        assembly.owners[role] = np.arange(base.rows, dtype=np.int32)
        assembly.warnings.append(
            f"{base.name} names no account: each row is an account of its own, and rows of one customer "
            "count as if they had nothing to do with each other."
        )
        return assembly
    first = np.full(key.distinct, -1, np.int64)
    known = np.flatnonzero(key.codes >= 0)
    first[key.codes[known][::-1]] = known[::-1]
    order = np.argsort(first, kind="stable")
    place = np.full(key.distinct + 1, -1, np.int32)
    place[order] = np.arange(key.distinct)
    owner = place[key.codes]
    first = first[order]
    inputs = {column.header for column in deal_inputs(base).values()} if role == "deals" else set()
    constant = [c for c in base.columns if c.header not in inputs and _constant_within(c, owner, first)]
    columns = [column.taken(first) for column in constant]
    pseudo = Table(f"accounts of {base.name}", tuple(columns), "accounts", key.taken(first), base.file)
    ids = [key.levels[at] for at in order]
    named = name_column(pseudo, pseudo.key)
    assembly = Assembly(pseudo, ids, _texts(named, len(ids), ids), columns)
    assembly.owners[role] = owner
    assembly.keys.add((base.name, key.header))
    if role == "deals":
        held = {column.header for column in constant}
        assembly.deal_columns = [column for column in base.columns if column.header not in held]
    assembly.notes.append(
        f"No table of accounts: {counted(len(ids), 'account')} made from {base.name}.{key.header}."
    )
    _count_blank(assembly, base, key)
    return assembly


def _constant_within(column: Column, owner: Codes, first: npt.NDArray[np.int64]) -> bool:
    known = owner >= 0
    return bool((column.codes[known] == column.codes[first][owner[known]]).all())


def _join(assembly: Assembly, role: str, table: Table, mapping: BookMapping) -> None:
    link = find_link(table, assembly.table, mapping.accepted_near_misses)
    if link is None:
        if not assembly.table.key or assembly.table is assembly.tables.get("deals"):
            assembly.warnings.append(f"{table.name} names no account and was left out.")
            del assembly.tables[role]
            return
        raise _nothing_matches(table, assembly.table)
    summary = link.summary()
    assembly.joins.append(summary)
    assembly.keys |= {(table.name, link.key.header), (assembly.table.name, link.parent_key.header)}
    owner = link.rows.copy()
    unknown = np.unique(link.key.codes[(owner < 0) & (link.key.codes >= 0)])
    if len(unknown):
        _add_unknown(assembly, link, owner, unknown)
    assembly.owners[role] = owner
    if link.overlap < 0.5:
        assembly.warnings.append(
            f"Only {summary.matched:,} of {summary.left_rows:,} rows of {table.name} name an account of "
            f"{assembly.table.name} (by {link.key.header} = {link.parent_key.header})."
        )
    _count_blank(assembly, table, link.key)


def _add_unknown(assembly: Assembly, link: Link, owner: Codes, unknown: Codes) -> None:
    named = name_column(link.child, None)
    first = first_rows(link.key)
    known = {name: row for row, name in enumerate(assembly.ids[assembly.table.rows :], assembly.table.rows)}
    place = np.full(link.key.distinct + 1, -1, np.int32)
    added = 0
    for code in unknown:
        key = link.key.levels[code]
        if key not in known:
            known[key] = assembly.size
            added += 1
            assembly.ids.append(key)
            label = named.codes[first[code]] if named is not None else -1
            assembly.names.append(named.levels[label] if named is not None and label >= 0 else key)
        place[code] = known[key]
    owner[:] = np.where(owner < 0, place[link.key.codes], owner)
    if added:
        shown = ", ".join(link.key.levels[code] for code in unknown[:3])
        assembly.warnings.append(
            f"{counted(added, 'account')} known only from {link.child.name} (such as {shown}): their "
            "attributes are blank."
        )


def _extend(assembly: Assembly) -> None:
    extra = assembly.size - assembly.table.rows
    if extra:
        rows = np.concatenate([np.arange(assembly.table.rows), np.full(extra, -1)])
        assembly.columns = [column.taken(rows) for column in assembly.columns]


def _join_usage(assembly: Assembly, tables: Sequence[Table], mapping: BookMapping) -> None:
    for table in tables:
        through = assembly.tables.get("subscriptions")
        link = find_link(table, assembly.table, mapping.accepted_near_misses)
        owner = link.rows if link is not None else None
        if link is None and through is not None and "subscriptions" in assembly.owners:
            link = find_link(table, through, mapping.accepted_near_misses)
            if link is not None:
                reached = assembly.owners["subscriptions"][np.maximum(link.rows, 0)]
                owner = np.where(link.rows >= 0, reached, -1).astype(np.int32)
        if link is None or owner is None:
            assembly.warnings.append(f"{table.name} names no account and no subscription: it was left out.")
            continue
        assembly.joins.append(link.summary())
        assembly.keys |= {(table.name, link.key.header), (link.parent.name, link.parent_key.header)}
        if "usage" not in assembly.owners:
            assembly.owners["usage"], assembly.tables["usage"] = owner, table


def _look_up(assembly: Assembly, table: Table, mapping: BookMapping) -> None:
    """Attributes of something a deal or an account names (product, sales agent, industry)."""
    links: list[Link] = []
    deals = assembly.tables.get("deals")
    grown = replace(assembly.table, columns=tuple(assembly.columns))
    for child in (grown, deals):  # what belongs to an account is not an attribute of its deals
        if child is not None and not links:
            link = find_link(child, table, mapping.accepted_near_misses, least=0.5)
            if link is not None and link.parent_key.distinct == link.parent_key.filled:
                links.append(link)
    if not links:
        assembly.warnings.append(f"{table.name} joins to nothing and was left out.")
        return
    link = links[0]
    assembly.joins.append(link.summary())
    assembly.keys.add((table.name, link.parent_key.header))
    taken = [column.taken(link.rows) for column in table.columns if column.header != link.parent_key.header]
    if link.child is deals and assembly.table is not deals:
        assembly.deal_columns += taken
    else:
        assembly.columns += taken
    assembly.tables[f"lookup {table.name}"] = replace(table, role="lookup")


def _count_blank(assembly: Assembly, table: Table, key: Column) -> None:
    blank = int((key.codes < 0).sum())
    if blank:
        assembly.warnings.append(
            f"{counted(blank, 'row')} of {table.name} left out: {key.header} is blank, naming no account."
        )


def _nothing_matches(child: Table, parent: Table) -> WorkbenchError:
    key = account_key(child) or next((c for c in child.columns if c.type == "identifier"), None)
    own = parent.key
    found = f"`{key.header}` ({', '.join(key.levels[:3])})" if key is not None else "any of its columns"
    known = f"`{own.header}` ({', '.join(own.levels[:3])})" if own is not None else "any of its columns"
    return WorkbenchError(
        "A join that matches nothing",
        f"No row of `{child.name}` names an account of `{parent.name}`: {found} has no value in common with "
        f"{known}.",
        "Export both from the same system with the same account id, or leave one of the files out.",
    )


def _texts(column: Column | None, rows: int, otherwise: Sequence[str] | None = None) -> list[str]:
    instead = otherwise or [str(row + 1) for row in range(rows)]
    if column is None:
        return list(instead)
    return [column.levels[code] if code >= 0 else instead[row] for row, code in enumerate(column.codes)]


def _line(table: Table, row: int) -> int:
    return int(table.lines[row]) if table.lines is not None else row + 2
