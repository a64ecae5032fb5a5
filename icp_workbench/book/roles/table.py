"""Which table and which column plays which part: by header words, by types, by what the values say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.mapping import ColumnMapping, TableMapping
from icp_workbench.book.roles.outcome_columns import churn_flag, is_stage, is_won_flag
from icp_workbench.book.roles.parts import parts_of
from icp_workbench.book.vocabulary import (
    A_PERSON,
    ACCOUNT,
    ENTITIES,
    KINDS,
    LOCATED,
    NAMES_ONE,
    PEOPLE,
    header_words,
    words,
)
from icp_workbench.conditions.fields import FieldKind, snake_case


@dataclass(frozen=True)
class Table:
    """One table, its columns typed, and the part it plays; `decided` says of columns, by header, what a
    person or a preset decided.
    """

    name: str
    columns: tuple[Column, ...]
    role: str = "unused"
    key: Column | None = None
    file: str = ""
    lines: npt.NDArray[np.int64] | None = None
    decided: Mapping[str, ColumnMapping] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.columns[0].rows

    @cached_property
    def parts(self) -> Mapping[str, Column]:
        """The column of each outcome input the table gives, by the names of `parts.PARTS` for its role."""
        return parts_of(self.role, self.columns, self.decided)

    def part(self, name: str) -> Column | None:
        """The column that gives one outcome input; None where there is none."""
        return self.parts.get(name)


def is_unique(column: Column, share: float = 0.99) -> bool:
    """True when nearly every filled row has a value of its own, and nearly every row is filled."""
    return (
        column.filled > 0 and column.distinct >= share * column.filled and column.filled >= 0.95 * column.rows
    )


def primary_key(columns: Iterable[Column], table: str) -> Column | None:
    """The column that numbers the rows: an identifier with a value of its own in nearly every row, else a
    name.
    """
    entity = _singular(header_words(snake_case(table)))
    held = [column for column in columns if column.type in ("identifier", "text", "category")]
    identifiers = [c for c in held if c.type == "identifier" and is_unique(c, 0.98)]
    named = [c for c in identifiers if _singular(c.words - {"id"}) & entity or c.name in ("id", "record_id")]
    if named or identifiers:
        return (named or identifiers)[0]
    names = [c for c in held if is_unique(c, 1.0)]
    return names[0] if names else None


def decided_key(columns: Iterable[Column], decided: TableMapping) -> Column | None:
    """The key that was decided: by name, else the one column that is an id of nearly every row."""
    by_header = {column.header: column for column in columns}
    if decided.key in by_header:
        return by_header[decided.key]
    ids = [
        by_header[header]
        for header, wish in decided.columns.items()
        if wish.role == "id" and header in by_header
    ]
    whole = [column for column in ids if is_unique(column, 0.98)]
    return whole[0] if len(whole) == 1 else None


def accounts_key(table: str, columns: tuple[Column, ...]) -> Column | None:
    """The column that names each account of an accounts table, even where some ids are there twice."""
    named = [
        c
        for c in columns
        if c.type == "identifier"
        and c.distinct >= 0.5 * c.filled > 0
        and (c.name in ("id", "record_id") or c.words & ACCOUNT)
    ]
    if named:
        own = [column for column in named if column.name in ("id", "record_id")]
        return (own or sorted(named, key=lambda column: (-column.distinct, len(column.words))))[0]
    return primary_key(columns, table)


def table_role(name: str, columns: tuple[Column, ...], key: Column | None) -> str:
    """The part a table plays, by the words of its key, then of its name, then by its columns."""
    wins = any(
        (column.type in ("category", "identifier") and is_stage(column)) or is_won_flag(column)
        for column in columns
    )
    in_name = _entity(header_words(snake_case(name)))
    in_key = _entity(key.words) if key is not None and key.type == "identifier" else None
    if wins:
        return "deals"
    if key is not None and in_key is None and in_name is None and key.words & ACCOUNT:
        in_key = "accounts"
    if in_key == "usage" and in_name == "events":
        return "events"
    if in_key not in (None, "deals"):
        return str(in_key)
    if any(churn_flag(column) for column in columns) and in_name != "subscriptions":
        return "accounts"
    if in_name not in (None, "deals"):
        return str(in_name)
    dates = {word for column in columns if column.type == "date" for word in column.words}
    if dates & {"start", "started"} and dates & {"end", "ended", "cancelled", "canceled"}:
        return "subscriptions"
    return "unused"


def _entity(said: frozenset[str]) -> str | None:
    return next((role for role, known in ENTITIES if said & known), None)


def _singular(said: frozenset[str]) -> frozenset[str]:
    return frozenset(word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s") for word in said)


def kind_of(column: Column) -> FieldKind:
    """The kind of attribute its header speaks of."""
    names_somebody = column.words & A_PERSON and (
        column.words & {"name", "person"} or "primary" in column.words
    )
    if column.words & PEOPLE or (names_somebody and not column.words & LOCATED):
        return "other"
    if column.words & LOCATED:
        return "firmographic"
    return next((kind for kind, said in KINDS if column.words & said), "other")


_ON_THE_WEB = words("domain domains website websites url urls email emails linkedin")
_REACHED_BY = frozenset(["phone", "fax", "mobile", "telephone"])


def ignored_because(column: Column, insisted: bool = False) -> str | None:
    """Why a column is of no use as an attribute: empty, constant, or a way to reach somebody; else None.
    Where somebody `insisted` that it is one, that it is empty or constant in this export is no reason."""
    if column.type == "blank" or (column.filled == 0 and not insisted):
        return "nothing but blanks"
    if column.type != "identifier" and not insisted and _is_constant(column):
        return "the same in every row"
    if column.type in ("number", "date", "boolean") and not column.words & _REACHED_BY:
        return None  # without asking for the texts of figures
    sample = column.dictionary.slice(0, 50).to_pylist()
    if column.type in ("category", "text", "identifier"):
        if sum("@" in level and "." in level for level in sample) > 0.8 * len(sample):
            return "e-mail addresses"
        if sum(level.lower().startswith(("http://", "https://", "www.")) for level in sample) > 0.8 * len(
            sample
        ):
            return "web addresses"
        if column.words & _ON_THE_WEB:
            return "addresses on the web"
    if column.words & _REACHED_BY:
        digits = sum(sum(char.isdigit() for char in level) >= 5 for level in sample)
        if digits > 0.8 * len(sample):
            return "telephone numbers"
    return None


def _is_constant(column: Column) -> bool:
    if column.filled < column.rows:
        return False
    cells = column.codes if column.values is None else column.values
    return bool((cells == cells[0]).all())


def name_column(table: Table, key: Column | None) -> Column | None:
    """The column by which people call an account."""
    types = ("text", "category")
    exact = ("account_name", "company_name", "customer_name", "client_name", "organization_name", "name",
             "organisation_name", "company", "account", "customer", "client", "organization")  # fmt: skip
    by_name: Mapping[str, Column] = {column.name: column for column in table.columns if column.type in types}
    found = next((by_name[name] for name in exact if name in by_name), None)
    if found is None:  # Associated Company (Primary)
        found = next(
            (c for c in by_name.values() if c.words & ACCOUNT and c.words <= ACCOUNT | NAMES_ONE), None
        )
    return found if found is not None else (key if key is not None and key.type != "identifier" else None)
