"""One row per account, from a table of accounts or the rows that name them; and which rows are whose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import DuplicateAccount
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.appending import append
from icp_workbench.book.joining.assembly import Assembly, texts_or
from icp_workbench.book.joining.belonging import (
    extend,
    join_to_accounts,
    join_usage,
    link_between,
    look_up,
    nothing_matches,
)
from icp_workbench.book.joining.duplicates import OneRowEach, one_row_each, without_repeats
from icp_workbench.book.joining.keys import first_rows
from icp_workbench.book.joining.links import account_key
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.roles.table import Table, name_column
from icp_workbench.book.vocabulary import ACCOUNT
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

OWNED = ("deals", "subscriptions", "events", "tickets")  # tables whose rows belong to an account


def assemble(tables: Sequence[Table], mapping: BookMapping) -> Assembly:
    """Accounts with everything that belongs to them. Raises WorkbenchError for duplicate ids that are to be
    refused, a join that matches nothing, and tables among which none can be read as accounts, deals or
    subscriptions."""
    by_role: dict[str, list[Table]] = {}
    bare = [without_repeats(table) if table.role in OWNED else OneRowEach(table) for table in tables]
    tables = [found.table for found in bare]
    for table in sorted(tables, key=lambda table: (_tells_no_outcome(table), -table.rows)):
        by_role.setdefault(table.role, []).append(table)
    chosen = {role: held[0] for role, held in by_role.items() if role in OWNED}
    lookups: list[Table] = []
    if "accounts" in by_role:
        main = _main_accounts(by_role["accounts"], list(chosen.values()), mapping)
        assembly = _from_accounts(main, mapping)
        lookups = [table for table in by_role["accounts"] if table.name != main.name]
    else:
        assembly = _from_rows(chosen)
    assembly.warnings += [said for found in bare for said in found.warnings]
    assembly.tables.update(chosen)
    for role in OWNED:
        if role in chosen and role not in assembly.owners:
            _join(assembly, role, chosen[role], mapping)
        for second in by_role.get(role, [])[1:]:
            _append(assembly, role, second, mapping)
    extend(assembly)
    if "accounts" in by_role and "deals" in assembly.tables:
        assembly.deal_columns = list(assembly.tables["deals"].columns)
    join_usage(assembly, by_role.get("usage", []), mapping)
    for table in [*lookups, *by_role.get("unused", []), *by_role.get("lookup", [])]:
        decided = mapping.table(table.name)
        if decided.role != "unused" or "role" in decided.guessed:  # else a person left it out
            look_up(assembly, table, mapping)
    return assembly


def _tells_no_outcome(table: Table) -> bool:
    """True for a table of deals without a stage or a flag: the products of each deal, say."""
    return table.role == "deals" and not table.parts.keys() & {"stage", "won flag"}


def _main_accounts(candidates: list[Table], others: list[Table], mapping: BookMapping) -> Table:
    def linked(table: Table) -> int:
        return sum(link_between(other, table, mapping) is not None for other in others)

    return (
        max(candidates, key=lambda table: (linked(table), table.rows))
        if len(candidates) > 1
        else candidates[0]
    )


def _from_accounts(table: Table, mapping: BookMapping) -> Assembly:
    duplicates: tuple[DuplicateAccount, ...] = ()
    warnings: list[str] = []
    table = replace(table, key=_names_the_account(table))
    if table.key is not None:
        found = one_row_each(table, table.key, mapping.table(table.name).duplicates)
        table, duplicates, warnings = found.table, found.duplicates, list(found.warnings)
    key, named = table.key, name_column(table, table.key)
    ids = texts_or(key, table.rows)
    names = texts_or(named, table.rows, ids)
    assembly = Assembly(table, ids, names, list(table.columns), duplicates=duplicates, warnings=warnings)
    assembly.tables["accounts"] = table
    return assembly


def _names_the_account(table: Table) -> Column | None:
    """The key of an accounts table: where it numbers something else (contacts), the column that names the
    account beside it."""
    key = table.key
    if key is None or key.words & ACCOUNT or key.name in ("id", "record_id"):
        return key
    beside = account_key(table) if key.type != "identifier" or "contact" in key.words else None
    return beside if beside is not None and beside.distinct < key.distinct else key


def _from_rows(chosen: dict[str, Table]) -> Assembly:
    role = next((role for role in ("deals", "subscriptions") if role in chosen), None)
    if role is None:
        raise WorkbenchError(
            "No outcome found",
            "No table says how deals ended (a stage with won and lost, or a won flag) or which customers "
            "left (a churn flag, or subscriptions with start and end).",
            "Add the export that holds the outcome: opportunities, subscriptions or customers with a churn "
            "column.",
        )
    base = chosen[role]
    key = account_key(base)
    if key is None:
        ids = texts_or(base.key, base.rows)
        assembly = Assembly(base, ids, list(ids), list(base.columns))
        assembly.owners[role] = np.arange(base.rows, dtype=np.int32)
        assembly.warnings.append(
            f"{base.name} names no account: each row is an account of its own, and rows of one customer "
            "count as if they had nothing to do with each other."
        )
        return assembly
    first = np.sort(first_rows(key)[:-1])
    first = first[first >= 0]
    place = np.full(key.distinct + 1, -1, np.int32)
    place[key.codes[first]] = np.arange(len(first), dtype=np.int32)
    owner = place[key.codes]
    inputs = {column.header for column in base.parts.values()} if role == "deals" else set()
    constant = [c for c in base.columns if c.header not in inputs and _constant_within(c, owner, first)]
    columns = [column.taken(first) for column in constant]
    pseudo = Table(f"accounts of {base.name}", tuple(columns), "accounts", key.taken(first), base.file)
    ids = texts_or(pseudo.key, len(first))
    named = name_column(pseudo, pseudo.key)
    assembly = Assembly(pseudo, ids, texts_or(named, len(ids), ids), columns)
    assembly.owners[role] = owner
    assembly.keys.add((base.name, key.header))
    if role == "deals":
        held = {column.header for column in constant}
        assembly.deal_columns = [column for column in base.columns if column.header not in held]
    assembly.notes.append(
        f"No table of accounts: {counted(len(ids), 'account')} made from {base.name}.{key.header}."
    )
    assembly.count_blank(base, key)
    return assembly


def _constant_within(column: Column, owner: Codes, first: npt.NDArray[np.int32]) -> bool:
    known = np.flatnonzero(owner >= 0)
    if column.type in ("number", "date") and column.values is not None:
        cells = column.values
        own, same = cells[known], cells[first[owner[known]]]
        return bool(((own == same) | ((own != own) & (same != same))).all())
    return bool((column.codes[known] == column.codes[first[owner[known]]]).all())


def _join(assembly: Assembly, role: str, table: Table, mapping: BookMapping) -> None:
    owner = join_to_accounts(assembly, table, mapping)
    if owner is not None:
        assembly.owners[role] = owner
    elif not assembly.table.key or assembly.table is assembly.tables.get("deals"):
        assembly.warnings.append(f"{table.name} names no account and was left out.")
        del assembly.tables[role]
    else:
        raise nothing_matches(table, assembly.table)


def _append(assembly: Assembly, role: str, second: Table, mapping: BookMapping) -> None:
    """The rows of a second table of a role beside those of the first, or a warning that it was left out."""
    first = assembly.tables.get(role)
    both = append(first, second, mapping) if first is not None else None
    owner = join_to_accounts(assembly, second, mapping) if both is not None else None
    if first is None or both is None or owner is None:
        why = "names no account" if both is not None else "tells it in columns the other lacks"
        read = first.name if first is not None else "none"
        assembly.warnings.append(
            f"{second.name} was left out: {read} is read as {role}, and {second.name} {why}. Join the two "
            "files into one to use both."
        )
        return
    alone = {column.header for column in assembly.columns if column.table == first.name}
    assembly.owners[role] = np.concatenate([assembly.owners[role], owner])
    assembly.tables[role] = both.table
    assembly.appended[second.name] = role
    assembly.stands_for |= both.stands_for
    if role == "deals" and assembly.deal_columns:
        assembly.deal_columns = [c for c in both.table.columns if c.header not in alone]
    assembly.notes.append(f"{second.name} is read beside {first.name} as {role}: rows of both count.")
