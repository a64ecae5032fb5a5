"""A second table of one role under other headers (two CRMs): both as one, where what they tell agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from icp_workbench.book.cleaning.column import Codes, Column, Texts
from icp_workbench.book.mapping import BookMapping, ColumnMapping
from icp_workbench.book.outcomes.deals import deal_outcomes_of
from icp_workbench.book.roles.table import Table

Place = tuple[str, str]  # (table, header)
_ONE_WORD = frozenset(["category", "identifier", "text"])  # types that hold labels and lie on each other
_TELLS_OF_A_DEAL = ("stage", "won flag", "closed flag")
_NEEDED_BY_BOTH: Mapping[str, tuple[str, ...]] = {
    # Without one of these in either table its rows would be read as something that nobody said of them.
    "deals": ("currency", "converted amount", "converted currency"),
    "subscriptions": ("churned", "started", "ended", "currency"),
    "tickets": ("opened", "closed", "duration"),
    "events": ("ended",),
}


@dataclass(frozen=True)
class Appended:
    """The rows of two tables under the headers of the first; `stands_for` says of a column of the second
    which of the first it went into, by place."""

    table: Table
    stands_for: Mapping[Place, Place]


def append(first: Table, second: Table, mapping: BookMapping) -> Appended | None:
    """The two tables as one: columns that play the same part, or have the same name and type, one after the
    other; a column only one has is blank in the other's rows. None where that would change what one of them
    says: an outcome told by columns the other lacks, amounts with a currency beside amounts without.
    """
    parts, others = dict(first.parts), dict(second.parts)
    for name in _NEEDED_BY_BOTH.get(first.role, ()):
        if (name in parts) != (name in others):
            return None
    left_out: set[Place] = set()
    if first.role == "deals":
        only = _only_one_has(parts, others, (*_TELLS_OF_A_DEAL, "duration"))
        if not _outcomes_stay(first, parts, only, mapping) or not _outcomes_stay(
            second, others, only, mapping
        ):
            return None
        for held in (parts, others):
            left_out |= {_place(held.pop(name)) for name in only if name in held}
    own = [column for column in first.columns if _place(column) not in left_out]
    new = [column for column in second.columns if _place(column) not in left_out]
    pairs = _pairs(own, new, parts, others)
    if any(name in others and parts[name].header not in pairs for name in parts):
        return None  # the same part in types that do not lie on each other
    taken = {column.header for column in pairs.values()}
    columns = [
        lie_on(column, pairs[column.header]) if column.header in pairs else _beside(column, 0, second.rows)
        for column in own
    ]
    columns += [_beside(c, first.rows, 0) for c in new if c.header not in taken]
    decided = dict(first.decided)
    for name, column in parts.items():
        decided[column.header] = replace(decided.get(column.header, ColumnMapping()), part=name)
    stands_for = {_place(pair): (first.name, header) for header, pair in pairs.items()}
    key = next((c for c in columns if first.key is not None and c.header == first.key.header), None)
    table = replace(first, columns=tuple(columns), key=key, lines=None, decided=decided)
    return Appended(table, stands_for)


def lie_on(first: Column, second: Column) -> Column:
    """The rows of two columns one after the other, under the name of the first. Their types are the same, or
    both hold labels."""
    joined = pa.concat_arrays([first.dictionary.cast(pa.string()), second.dictionary.cast(pa.string())])
    encoded = joined.dictionary_encode()
    place = np.asarray(encoded.indices).astype(np.int32)
    own, other = np.append(place[: first.distinct], -1), np.append(place[first.distinct :], -1)
    codes = np.concatenate([own[first.codes], other[second.codes]]).astype(np.int32)
    values = None
    if first.values is not None and second.values is not None:
        values = np.concatenate([first.values, second.values])
    units = tuple(dict.fromkeys([*first.units, *second.units]))
    return replace(
        first, texts=Texts.of(codes, encoded.dictionary, _members(first, second, place)), values=values,
        units=units, row_units=_row_units(first, second, units),
        unreadable=first.unreadable + second.unreadable,
        unreadable_examples=(*first.unreadable_examples, *second.unreadable_examples)[:5],
    )  # fmt: skip


def _only_one_has(
    parts: Mapping[str, Column], others: Mapping[str, Column], names: Sequence[str]
) -> frozenset[str]:
    return frozenset(name for name in names if (name in parts) != (name in others))


def _outcomes_stay(
    table: Table, parts: Mapping[str, Column], without: frozenset[str], mapping: BookMapping
) -> bool:
    """Whether every deal ends as it did when the columns of some parts are taken away."""
    whole = deal_outcomes_of(table, mapping)
    gone = {parts[name].header for name in without if name in parts}
    if whole is None or not gone & {parts[name].header for name in _TELLS_OF_A_DEAL if name in parts}:
        return whole is not None
    rest = replace(table, columns=tuple(c for c in table.columns if c.header not in gone))
    reduced = deal_outcomes_of(rest, mapping)
    return reduced is not None and bool((reduced.outcome == whole.outcome).all())


def _pairs(
    own: Sequence[Column],
    new: Sequence[Column],
    parts: Mapping[str, Column],
    others: Mapping[str, Column],
) -> dict[str, Column]:
    """By header of the first table, the column of the second that goes under it."""
    found = {
        column.header: others[name]
        for name, column in parts.items()
        if name in others and _lie_alike(column, others[name])
    }
    playing = {column.header for column in parts.values()} | set(found)
    taken = {column.header for column in others.values()}
    for column in own:
        if column.header not in playing:
            same = next((c for c in new if c.name == column.name and c.header not in taken), None)
            if same is not None and _lie_alike(column, same):
                found[column.header] = same
                taken.add(same.header)
    return found


def _lie_alike(first: Column, second: Column) -> bool:
    return first.type == second.type or {first.type, second.type} <= _ONE_WORD


def _beside(column: Column, before: int, after: int) -> Column:
    """The column between so many blank rows."""
    rows = np.arange(column.rows)
    return column.taken(np.concatenate([np.full(before, -1), rows, np.full(after, -1)]))


def _members(first: Column, second: Column, place: Codes) -> pa.ListArray | None:
    """The members of the set that each distinct text of both means; None where they mean none."""
    held = [column.texts.levels.members for column in (first, second)]
    if any(members is None for members in held):
        return None
    _, at = np.unique(place, return_index=True)
    return pa.concat_arrays(held).take(pa.array(at))


def _row_units(first: Column, second: Column, units: tuple[str, ...]) -> npt.NDArray[np.int8] | None:
    """Which of `units` each row is in; None where all are in the same."""
    if len(units) < 2:
        return None
    parts = []
    for column in (first, second):
        at = np.array([*(units.index(unit) for unit in column.units), -1], np.int8)
        if column.row_units is not None:
            parts.append(at[column.row_units])
        else:
            parts.append(np.where(column.filled_mask, at[0], np.int8(-1)))
    return np.concatenate(parts).astype(np.int8)


def _place(column: Column) -> Place:
    return column.table, column.header
