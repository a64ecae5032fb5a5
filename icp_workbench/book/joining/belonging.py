"""Which account each row of a table belongs to; accounts that only other tables know are added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.assembly import Assembly
from icp_workbench.book.joining.keys import first_rows, positions, text_of
from icp_workbench.book.joining.links import Link, account_key, find_link
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.roles.table import Table, name_column
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted


def link_between(child: Table, parent: Table, mapping: BookMapping, least: float = 0.3) -> Link | None:
    """How `child` names rows of `parent`, as decided or as found."""
    decided = mapping.table(child.name).joins
    return find_link(child, parent, mapping.accepted_near_misses, least=least, decided=decided)


def join_to_accounts(assembly: Assembly, table: Table, mapping: BookMapping) -> Codes | None:
    """The account row of each row of `table` (-1: blank), unknown accounts added; None where nothing names
    one.

    The join, its keys and what is to be said are noted in the assembly.
    """
    link = link_between(table, assembly.table, mapping)
    if link is None:
        return None
    assembly.joins.append(link.summary())
    assembly.keys |= {(table.name, link.key.header), (assembly.table.name, link.parent_key.header)}
    owner = _with_unknown(assembly, link)
    if link.overlap < 0.5:
        assembly.warnings.append(
            f"Only {int((link.rows >= 0).sum()):,} of {table.rows:,} rows of {table.name} name an account of "
            f"{assembly.table.name} (by {link.key.header} = {link.parent_key.header})."
        )
    assembly.count_blank(table, link.key)
    return owner


def _with_unknown(assembly: Assembly, link: Link) -> Codes:
    """The owner of each row, accounts that the accounts table lacks added to the assembly."""
    unknown = np.unique(link.key.codes[(link.rows < 0) & (link.key.codes >= 0)])
    if not len(unknown):
        return link.rows
    wanted = link.key.dictionary.take(pa.array(unknown)).cast(pa.string())
    base = assembly.table.rows
    known = positions(wanted, pa.array(assembly.ids[base:], pa.string()))
    new = known < 0
    known[known >= 0] += base
    known[new] = assembly.size + np.arange(int(new.sum()), dtype=np.int32)
    ids = wanted.filter(pa.array(new)).to_pylist()
    assembly.ids += ids
    named = name_column(link.child, None)
    first = first_rows(link.key)[unknown[new]]
    labels = None if named is None else named.taken(first)
    names = ids if labels is None else _labels(labels.dictionary, labels.codes, ids)
    assembly.names += names
    if ids:
        shown = ", ".join(text_of(link.key, code) for code in unknown[:3])
        assembly.warnings.append(
            f"{counted(len(ids), 'account')} known only from {link.child.name} (such as {shown}): their "
            "attributes are blank."
        )
    place = np.full(link.key.distinct + 1, -1, np.int32)
    place[unknown] = known
    return np.where(link.rows < 0, place[link.key.codes], link.rows).astype(np.int32)


def _labels(held: pa.Array, codes: Codes, otherwise: list[str]) -> list[str]:
    found = held.take(pa.array(codes, pa.int32(), mask=codes < 0)).cast(pa.string())
    return list(pc.coalesce(found, pa.array(otherwise, pa.string())).to_pylist())


def extend(assembly: Assembly) -> None:
    """Blank attributes for accounts that were added."""
    extra = assembly.size - assembly.table.rows
    if extra:
        rows = np.concatenate([np.arange(assembly.table.rows), np.full(extra, -1)])
        assembly.columns = [column.taken(rows) for column in assembly.columns]


def join_usage(assembly: Assembly, tables: Sequence[Table], mapping: BookMapping) -> None:
    """Tables of usage, by the account they name or the subscription; the one with most rows is observed."""
    for table in tables:
        through = assembly.tables.get("subscriptions")
        link = link_between(table, assembly.table, mapping)
        owner = link.rows if link is not None else None
        if link is None and through is not None and "subscriptions" in assembly.owners:
            link = link_between(table, through, mapping)
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


def look_up(assembly: Assembly, table: Table, mapping: BookMapping) -> None:
    """Attributes of something a deal or an account names (product, sales agent, industry)."""
    deals = assembly.tables.get("deals")
    grown = replace(assembly.table, columns=tuple(assembly.columns))
    for child in (grown, deals):  # what belongs to an account is not an attribute of its deals
        link = None if child is None else link_between(child, table, mapping, least=0.5)
        if link is not None and link.parent_key.distinct == int((link.parent_key.codes >= 0).sum()):
            break
    else:
        assembly.warnings.append(f"{table.name} joins to nothing and was left out.")
        return
    assert link is not None
    assembly.joins.append(link.summary())
    assembly.keys.add((table.name, link.parent_key.header))
    taken = [column.taken(link.rows) for column in table.columns if column.header != link.parent_key.header]
    if link.child is deals and assembly.table is not deals:
        assembly.deal_columns += taken
    else:
        assembly.columns += taken
    assembly.tables[f"lookup {table.name}"] = replace(table, role="lookup")


def nothing_matches(child: Table, parent: Table) -> WorkbenchError:
    """The error that shows the keys of both sides."""
    key = account_key(child) or next((c for c in child.columns if c.type == "identifier"), None)
    own = parent.key
    found = f"`{key.header}` ({_some(key)})" if key is not None else "any of its columns"
    known = f"`{own.header}` ({_some(own)})" if own is not None else "any of its columns"
    return WorkbenchError(
        "A join that matches nothing",
        f"No row of `{child.name}` names an account of `{parent.name}`: {found} has no value in common with "
        f"{known}.",
        "Export both from the same system with the same account id, or leave one of the files out.",
    )


def _some(key: Column) -> str:
    return ", ".join(key.dictionary[:3].to_pylist())
