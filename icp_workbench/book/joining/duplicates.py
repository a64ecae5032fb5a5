"""Several rows under one account id → one row for each account, by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from icp_workbench.book.book import DuplicateAccount
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.keys import rows_per_text, text_of
from icp_workbench.book.mapping import Duplicates
from icp_workbench.book.roles.table import Table
from icp_workbench.book.vocabulary import ACCOUNT, words
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

Rows = npt.NDArray[np.int64]
MOST_LISTED = 1_000
_NOT_ONE_ROW_EACH = 0.2  # share of ids with rows that differ beyond which rows are something else's
_NUMBERS_ROWS = 0.98  # share of the rows that an id of its own tells apart
_FEWEST_REPEATED = 5  # ids: in a table of a dozen rows one double is a slip
_UPDATED = words("modified updated changed edited")
_RULES = {
    "first": "the first row was kept",
    "last": "the last row was kept",
    "updated": "the row changed last by {header} was kept",
    "filled": "the row with the most filled cells was kept, the first among equals",
}


@dataclass(frozen=True)
class OneRowEach:
    """An accounts table with one row for each id; the ids that stood for rows that differ (at most 1,000 are
    listed) and what is to be said about it."""

    table: Table
    duplicates: tuple[DuplicateAccount, ...] = ()
    warnings: tuple[str, ...] = ()


def one_row_each(table: Table, key: Column, rule: Duplicates | None) -> OneRowEach:
    """The table with one row for each id in `key`; rows without an id stay.

    Rows that repeat to the letter count once. Of rows that differ one stands: by `rule`, else the one changed
    last if a column dates changes, else the one with the most filled cells, else the first. Where more than a
    fifth of the ids have rows that differ, a row is not an account: what is the same in all rows of an id is
    the account's and the rest is left out. Raises WorkbenchError where the rule is to refuse, and where such
    a table says different things about whether one customer left.
    """
    counts = rows_per_text(key)
    again = np.flatnonzero((counts > 1)[key.codes] & (key.codes >= 0))
    if not len(again):
        return OneRowEach(table)
    again = again[np.argsort(key.codes[again], kind="stable")]  # by id, in the order of the file
    first = _first_of_each(key.codes, again, key.distinct)
    repeated = ~_unlike(table, again, first[key.codes[again]])
    repeated[again == first[key.codes[again]]] = False
    repeated |= _repeats_another(table, again, repeated)
    differing = again[~repeated]
    held = np.bincount(key.codes[differing], minlength=key.distinct)
    differing = differing[held[key.codes[differing]] > 1]
    dropped = again[repeated]
    said = []
    if len(dropped):
        said.append(f"{counted(len(dropped), 'row')} of {table.name} left out: exact repeats of another row.")
    if not len(differing):
        return OneRowEach(_without(table, key, dropped), (), tuple(said))
    ids = int((held > 1).sum())
    if rule == "refuse":
        raise _refused(table, key, differing, ids)
    if rule is None and ids > _NOT_ONE_ROW_EACH * key.distinct and ids >= _FEWEST_REPEATED:
        return _by_what_is_common(table, key, tuple(said))
    name, order = _ranked(table, differing, rule)
    kept = _first_of_each(key.codes, differing[order], key.distinct)
    lost = np.setdiff1d(differing, kept[kept >= 0])
    found = _listed(table, key, differing, kept)
    shown = ", ".join(duplicate.account for duplicate in found[:3]) + (", …" if ids > 3 else "")
    stand = "stands" if ids == 1 else "stand"
    said.append(
        f"{counted(ids, 'id')} in {table.name}.{key.header} {stand} for rows that differ ({shown}): {name}."
    )
    return OneRowEach(_without(table, key, np.union1d(dropped, lost)), found, tuple(said))


def without_repeats(table: Table) -> OneRowEach:
    """The table without rows that repeat another to the letter under an id of their own; rows without such an
    id may well be alike, and rows that differ under one id stay."""
    for key in table.columns:
        if key.type != "identifier" or key.words & ACCOUNT:
            continue
        again = np.flatnonzero((rows_per_text(key) > 1)[key.codes] & (key.codes >= 0))
        first = _first_of_each(key.codes, again, key.distinct)[key.codes[again]]
        repeats = again[~_unlike(table, again, first) & (again != first)]
        if len(repeats) and key.distinct >= _NUMBERS_ROWS * (key.filled - len(repeats)):
            said = f"{counted(len(repeats), 'row')} of {table.name} left out: exact repeats of another row."
            return OneRowEach(_without(table, key, repeats), (), (said,))
    return OneRowEach(table)


def same_within(column: Column, owner: Codes, size: int) -> tuple[bool, Rows]:
    """Whether all filled cells of a column are the same for each owner (-1: nobody's), and a row of each
    owner (int64 (size,), -1: none filled) that has it."""
    cells = _cells(column)
    filled = np.flatnonzero((owner >= 0) & _filled(column))
    rows = np.full(size, -1, np.int64)
    rows[owner[filled[::-1]]] = filled[::-1]
    return bool((cells[filled] == cells[rows[owner[filled]]]).all()), rows


def _cells(column: Column) -> npt.NDArray[np.generic]:
    return column.codes if column.values is None else column.values


def _filled(column: Column) -> npt.NDArray[np.bool_]:
    if column.type == "number":
        return ~np.isnan(column.numbers)
    if column.type == "date":
        return ~np.isnat(column.moments)
    return column.codes >= 0


def _first_of_each(codes: Codes, rows: Rows, distinct: int) -> Rows:
    """Of each code the row that comes first in `rows`; -1 where there is none."""
    first = np.full(distinct, -1, np.int64)
    first[codes[rows[::-1]]] = rows[::-1]
    return first


def _unlike(table: Table, rows: Rows, others: Rows) -> npt.NDArray[np.bool_]:
    """Whether any cell, as found in the file, differs between each row and the other beside it."""
    differs = np.zeros(len(rows), dtype=bool)
    for column in table.columns:
        differs |= column.codes[rows] != column.codes[others]
    return differs


def _repeats_another(table: Table, rows: Rows, repeated: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Rows, not yet known to repeat their id's first, that repeat an earlier one of it."""
    left = np.flatnonzero(~repeated)
    cells = np.stack([column.codes[rows[left]] for column in table.columns])
    _, first, inverse = np.unique(cells, axis=1, return_index=True, return_inverse=True)
    result = np.zeros(len(rows), dtype=bool)
    result[left] = first[inverse.ravel()] != np.arange(len(left))
    return result


def _ranked(table: Table, rows: Rows, rule: Duplicates | None) -> tuple[str, Rows]:
    """The rule in words, and the order in which rows of one id are preferred."""
    if rule is not None:
        return _RULES[rule], np.argsort(rows if rule == "first" else -rows, kind="stable")
    dated = next((c for c in table.columns if c.type == "date" and c.words & _UPDATED), None)
    full = np.zeros(len(rows), np.int64)
    for column in table.columns:
        full += _filled(column)[rows]
    order = np.lexsort((rows, -full))
    if dated is None:
        return _RULES["filled"], order
    moments = dated.moments[rows].astype(np.int64)  # a blank is the least of all
    return _RULES["updated"].format(header=dated.header), np.lexsort((rows, -full, -(moments // 2)))


def _listed(table: Table, key: Column, rows: Rows, kept: Rows) -> tuple[DuplicateAccount, ...]:
    """The ids in the order of the file; `rows` are by id."""
    codes, first, sizes = np.unique(key.codes[rows], return_index=True, return_counts=True)
    listed = np.argsort(rows[first], kind="stable")[:MOST_LISTED]
    return tuple(
        DuplicateAccount(
            text_of(key, codes[at]),
            tuple(line_of(table, row) for row in rows[first[at] : first[at] + sizes[at]]),
            line_of(table, kept[codes[at]]),
        )
        for at in listed
    )


def line_of(table: Table, row: int) -> int:
    """The line of the file on which a row begins; counted from a header on line 1 where it is not known."""
    return int(table.lines[row]) if table.lines is not None else int(row) + 2


def _without(table: Table, key: Column, rows: Rows) -> Table:
    keep = np.ones(table.rows, dtype=bool)
    keep[rows] = False
    return _taken(table, key, np.flatnonzero(keep))


def _taken(table: Table, key: Column, rows: Rows) -> Table:
    columns = tuple(column.taken(rows) for column in table.columns)
    own = next(column for column in columns if column.header == key.header)
    return replace(table, columns=columns, key=own, lines=None if table.lines is None else table.lines[rows])


def _by_what_is_common(table: Table, key: Column, said: tuple[str, ...]) -> OneRowEach:
    outcomes = {column.header for column in table.parts.values()}
    first = _first_of_each(key.codes, np.flatnonzero(key.codes >= 0), key.distinct)
    owners = np.sort(first)
    place = np.full(key.distinct + 1, -1, np.int32)
    place[key.codes[owners]] = np.arange(len(owners), dtype=np.int32)
    owner = place[key.codes]
    columns: list[Column] = []
    own: list[str] = []
    for column in table.columns:
        same, rows = same_within(column, owner, len(owners))
        if same:
            columns.append(column.taken(rows))
        elif column.header in outcomes:
            raise _no_account(table, key, column)
        else:
            own.append(column.header)
    kept = next(column for column in columns if column.header == key.header)
    lines = None if table.lines is None else table.lines[owners]
    shown = ", ".join(own[:6]) + (", …" if len(own) > 6 else "")
    warning = (
        f"{table.name} has several rows for many of its {key.distinct:,} accounts ({table.rows:,} rows by "
        f"{key.header}): what differs between rows of one account is left out ({shown})."
    )
    return OneRowEach(replace(table, columns=tuple(columns), key=kept, lines=lines), (), (*said, warning))


def _no_account(table: Table, key: Column, column: Column) -> WorkbenchError:
    return WorkbenchError(
        "Several rows for one account",
        f"In `{table.file or table.name}` a row is not an account: many ids in `{key.header}` have several "
        f"rows, and they say different things in `{column.header}`.",
        "If its rows are subscriptions, say so (role subscriptions); else keep one row for each account, or "
        "choose which one stands (duplicates: first or last).",
    )


def _refused(table: Table, key: Column, rows: Rows, ids: int) -> WorkbenchError:
    codes, starts = np.unique(key.codes[rows], return_index=True)
    parts = list(zip(codes, np.split(rows, starts[1:]), strict=True))[:5]
    shown = "; ".join(
        f"{text_of(key, code)} on lines {', '.join(str(line_of(table, row)) for row in held[:5])}"
        for code, held in parts
    )
    more = f" and {ids - 5:,} more" if ids > 5 else ""
    return WorkbenchError(
        "Duplicate account ids",
        f"In `{table.file or table.name}`, {ids:,} ids in `{key.header}` stand for rows that differ: "
        f"{shown}{more}.",
        "Keep one row for each account and open the file again, or choose which row stands "
        "(duplicates: first or last).",
    )
