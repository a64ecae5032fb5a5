"""Decisions about a book as they are typed on the command line, fitted to what the files hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from icp_workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from icp_workbench.book.book import AccountBook
    from icp_workbench.book.mapping import BookMapping
    from icp_workbench.book.opening import ReadFiles

_OUTCOMES = ("won", "lost", "open", "neither")


@dataclass(frozen=True)
class Decisions:
    """What was typed: `accept` as 'TABLE.HEADER: FOUND = MEANT', `accept_all` as TABLE.HEADER, `stages` as
    'LABEL = won', `roles` and `date_orders` as 'TABLE.HEADER = …'."""

    accept: tuple[str, ...] = ()
    accept_all: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    date_orders: tuple[str, ...] = ()


def decided(mapping: BookMapping, typed: Decisions, files: ReadFiles) -> BookMapping:
    """The mapping with the decisions that can be taken before the book is understood.

    WorkbenchError, with the nearest match, for a column that is not there or a value that is none.
    """
    from icp_workbench.book.mapping import ColumnRole

    places = _places(files)
    for text in typed.roles:
        table, header, role = _assigned("--role", text, places, "ignore")
        chosen = _choice("--role", role, get_args(ColumnRole))
        mapping = mapping.with_column(table, header, role=chosen)
    for text in typed.date_orders:
        table, header, order = _assigned("--date-order", text, places, "D/M/Y")
        spelt = "/".join(char for char in order.upper() if char.isalpha())
        mapping = mapping.with_column(
            table, header, date_order=_choice("--date-order", spelt, ("D/M/Y", "M/D/Y"))
        )
    if typed.stages:
        mapping = mapping.with_stages(dict(map(_stage, typed.stages)))
    for text in typed.accept:
        table, header, found, meant = _accepted(text, places)
        mapping = _accepting(mapping, table, header, {found: meant})
    return mapping


def accepting_all(mapping: BookMapping, typed: Decisions, files: ReadFiles, book: AccountBook) -> BookMapping:
    """The mapping with every near miss of the columns in `accept_all` accepted."""
    for text in typed.accept_all:
        table, header = _place("--accept-all-near-misses", text, _places(files))
        join = next((join for join in book.joins if (join.left, join.left_key) == (table, header)), None)
        if join is None:
            keys = ", ".join(f"`{one.left}.{one.left_key}`" for one in book.joins) or "none"
            raise WorkbenchError(
                "Not a joining key",
                f"`{table}.{header}` joins no other table; the keys that do are {keys}.",
                "Name one of these.",
            )
        mapping = _accepting(mapping, table, header, {near.found: near.meant for near in join.near_misses})
    return mapping


def refuse_without_effect(typed: Decisions, files: ReadFiles, book: AccountBook) -> None:
    """WorkbenchError, with the nearest match, for a stage no deal has, or a key that is in neither table."""
    for text in typed.stages:
        label, _ = _stage(text)
        if label not in book.stages:
            raise _unknown("--stage", "stage", label, book.stages)
    for text in typed.accept:
        table, header, found, meant = _accepted(text, _places(files))
        if found not in (held := _values(files, table, header)):
            raise _unknown("--accept", f"value of {table}.{header}", found, held)
        for join in book.joins:
            if (join.left, join.left_key) == (table, header):
                known = _values(files, join.right, join.right_key)
                if known and meant not in known:
                    raise _unknown("--accept", f"value of {join.right}.{join.right_key}", meant, known)


def _accepting(mapping: BookMapping, table: str, header: str, more: dict[str, str]) -> BookMapping:
    held = mapping.table(table).accepted
    return mapping.with_table(table, accepted={**held, header: {**held.get(header, {}), **more}})


def _places(files: ReadFiles) -> dict[str, tuple[str, str]]:
    """(table, header) of every column by `table.header`, tables as they are laid together and as they are in
    the files; and by the header alone where it is there once."""
    from icp_workbench.book.opening import table_shapes

    tables = {table.name: table for table in (*files.tables, *table_shapes(files))}
    pairs = [(name, header) for name, table in tables.items() for header in table.frame.column_names]
    alone: dict[str, list[tuple[str, str]]] = {}
    for name, header in pairs:
        alone.setdefault(header, []).append((name, header))
    return {
        **{header: held[0] for header, held in alone.items() if len(held) == 1},
        **{f"{name}.{header}": (name, header) for name, header in pairs},
    }


def _place(option: str, text: str, places: dict[str, tuple[str, str]]) -> tuple[str, str]:
    folded = {name.casefold(): place for name, place in places.items()}
    place = places.get(text.strip()) or folded.get(text.strip().casefold())
    if place is None:
        raise _unknown(option, "column", text.strip(), places)
    return place


def _assigned(
    option: str, text: str, places: dict[str, tuple[str, str]], example: str
) -> tuple[str, str, str]:
    left, equals, right = text.rpartition("=")
    if not equals or not left.strip() or not right.strip():
        raise _not_so(option, text, f"'TABLE.HEADER = {example}'")
    return (*_place(option, left, places), right.strip())


def _stage(text: str) -> tuple[str, str]:
    label, equals, outcome = text.rpartition("=")
    if not equals or not label.strip() or not outcome.strip():
        raise _not_so("--stage", text, "'LABEL = won'")
    return label.strip(), _choice("--stage", outcome.strip(), _OUTCOMES)


def _accepted(text: str, places: dict[str, tuple[str, str]]) -> tuple[str, str, str, str]:
    """The place is the longest that stands before a colon: headers may hold colons themselves."""
    begun = [name for name in places if text.strip().casefold().startswith(f"{name}:".casefold())]
    column, colon, rest = text.strip().partition(":")
    if begun:
        column = max(begun, key=len)
        rest = text.strip()[len(column) + 1 :]
    found, equals, meant = rest.partition(" = ")
    if not equals:
        found, equals, meant = rest.partition("=")
    if not colon or not equals or not found.strip() or not meant.strip():
        raise _not_so("--accept", text, "'TABLE.HEADER: FOUND = MEANT'")
    return (*_place("--accept", column, places), found.strip(), meant.strip())


def _choice(option: str, text: str, choices: Sequence[str]) -> str:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    raise _unknown(option, "value", text, choices)


def _values(files: ReadFiles, table: str, header: str) -> set[str]:
    """The distinct texts of a column, over all files a table was laid together from."""
    import pyarrow.compute as pc

    own = [held for held in files.tables if held.name == table] or list(files.tables)
    found: set[str] = set()
    for held in own:
        if header in held.frame.column_names:
            found |= {str(value).strip() for value in pc.unique(held.frame[header]).to_pylist() if value}
    return found


def _unknown(option: str, what: str, text: str, known: Iterable[str]) -> WorkbenchError:
    from icp_workbench.conditions.fields import nearest

    names = sorted(known)
    near = nearest(text, names)
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8:,} more" if len(names) > 8 else "")
    return WorkbenchError(
        f"Unknown {what.split(' of ')[0]}",
        f"{option}: there is no {what} `{text}`" + (f"; did you mean `{near}`?" if near else "."),
        f"There are: {shown}." if names else "There is none.",
    )


def _not_so(option: str, text: str, form: str) -> WorkbenchError:
    return WorkbenchError(
        "Not understood", f"{option} `{text}` is not written as it must be.", f"Write {option} {form}."
    )
