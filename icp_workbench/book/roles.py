"""Which table and which column plays which part: by header words, by types, by what the values say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.book.cleaning import Column
from icp_workbench.book.stages import speaks_of_winning
from icp_workbench.book.vocabulary import ACCOUNT, ACTIVE, CHURN, ENTITIES, KINDS, LEFT, NAMES_ONE, PEOPLE
from icp_workbench.conditions.fields import FieldKind, snake_case


@dataclass(frozen=True)
class Table:
    """One table, its columns typed, and the part it plays."""

    name: str
    columns: tuple[Column, ...]
    role: str = "unused"
    key: Column | None = None
    file: str = ""
    lines: npt.NDArray[np.int64] | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.columns[0].rows

    def find(
        self, choices: Iterable[str], types: Iterable[str], accept: Callable[[Column], bool] = lambda _: True
    ) -> Column | None:
        """The first column, in the order of `choices` (words that must all be in its header), of one of
        `types`.

        Among several the one whose header says least else.
        """
        wanted = frozenset(types)
        for choice in choices:
            words = frozenset(choice.split())
            fitting = [c for c in self.columns if words <= c.words and c.type in wanted and accept(c)]
            if fitting:
                return min(fitting, key=lambda column: len(column.words))
        return None


def is_unique(column: Column, share: float = 0.99) -> bool:
    """True when nearly every filled row has a value of its own, and nearly every row is filled."""
    return (
        column.filled > 0 and column.distinct >= share * column.filled and column.filled >= 0.95 * column.rows
    )


def primary_key(columns: Iterable[Column], table: str) -> Column | None:
    """The column that numbers the rows: an identifier with a value of its own in nearly every row, else a
    name.
    """
    entity = _singular(frozenset(snake_case(table).split("_")))
    held = [column for column in columns if column.type in ("identifier", "text", "category")]
    identifiers = [c for c in held if c.type == "identifier" and is_unique(c, 0.98)]
    named = [c for c in identifiers if _singular(c.words - {"id"}) & entity or c.name in ("id", "record_id")]
    if named or identifiers:
        return (named or identifiers)[0]
    names = [c for c in held if is_unique(c, 1.0)]
    return names[0] if names else None


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
        (column.type in ("category", "identifier") and _is_stage(column)) or _is_won_flag(column)
        for column in columns
    )
    in_name = _entity(frozenset(snake_case(name).split("_")))
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


def _entity(words: frozenset[str]) -> str | None:
    return next((role for role, known in ENTITIES if words & known), None)


def _singular(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s") for word in words)


def _is_stage(column: Column) -> bool:
    return bool(
        column.words & {"stage", "dealstage", "status", "outcome", "result", "state"}
    ) and speaks_of_winning(column.levels)


def _is_won_flag(column: Column) -> bool:
    return (
        column.type == "boolean"
        and column.words <= {"is", "won", "hs", "closed", "win", "flag"}
        and bool(column.words & {"won", "win"})
    )


def stage_column(table: Table) -> Column | None:
    """The column of a deals table that names the stage."""
    choices = ("deal stage", "stage name", "stage", "dealstage", "status", "outcome", "result", "state")
    words = ("category", "identifier", "text")
    return table.find(choices, words, lambda c: speaks_of_winning(c.levels)) or table.find(choices[:4], words)


def won_flag(table: Table) -> Column | None:
    """The yes/no column of a deals table that says won (IsWon, Won, hs_is_closed_won)."""
    return next((column for column in table.columns if _is_won_flag(column)), None)


def closed_flag(table: Table) -> Column | None:
    """The yes/no column of a deals table that says closed."""
    return next(
        (
            c
            for c in table.columns
            if c.type == "boolean" and "closed" in c.words and c.words <= {"is", "closed", "hs"}
        ),
        None,
    )


def churn_flag(column: Column) -> bool:
    """True for a column that says whether the customer left: yes or no, or active against churned."""
    if column.type == "boolean":
        extra = (
            column.words - CHURN - {"flag", "is", "has", "customer", "account", "label", "value", "status"}
        )
        return bool(column.words & CHURN) and not extra
    if column.type == "category" and column.words & (CHURN | {"status"}):
        levels = [snake_case(level).split("_")[0] for level in column.levels]
        return len(levels) <= 6 and bool(set(levels) & CHURN) and set(levels) <= ACTIVE | LEFT
    return False


def left_levels(column: Column) -> frozenset[str]:
    """The labels of a status column that mean the customer left."""
    return frozenset(level for level in column.levels if snake_case(level).split("_")[0] in LEFT)


def kind_of(column: Column) -> FieldKind:
    """The kind of attribute its header speaks of."""
    if column.words & PEOPLE:
        return "other"
    return next((kind for kind, words in KINDS if column.words & words), "other")


def ignored_because(column: Column) -> str | None:
    """Why a column is of no use as an attribute: empty, constant, or a way to reach somebody; else None."""
    if column.type == "blank" or column.filled == 0:
        return "nothing but blanks"
    constant = column.distinct == 1 and column.filled == column.rows
    if constant and column.type != "identifier":
        return "the same in every row"
    sample = column.levels[:50]
    if column.type in ("category", "text", "identifier"):
        if sum("@" in level and "." in level for level in sample) > 0.8 * len(sample):
            return "e-mail addresses"
        if sum(level.lower().startswith(("http://", "https://", "www.")) for level in sample) > 0.8 * len(
            sample
        ):
            return "web addresses"
        if column.words & {"domain", "website", "url", "email", "linkedin"}:
            return "addresses on the web"
    if column.words & {"phone", "fax", "mobile", "telephone"}:
        digits = sum(sum(char.isdigit() for char in level) >= 5 for level in sample)
        if digits > 0.8 * len(sample):
            return "telephone numbers"
    return None


def name_column(table: Table, key: Column | None) -> Column | None:
    """The column by which people call an account."""
    words = ("text", "category")
    exact = ("account_name", "company_name", "customer_name", "client_name", "organization_name", "name",
             "organisation_name", "company", "account", "customer", "client", "organization")  # fmt: skip
    by_name: Mapping[str, Column] = {column.name: column for column in table.columns if column.type in words}
    found = next((by_name[name] for name in exact if name in by_name), None)
    if found is None:  # Associated Company (Primary)
        found = next(
            (c for c in by_name.values() if c.words & ACCOUNT and c.words <= ACCOUNT | NAMES_ONE), None
        )
    return found if found is not None else (key if key is not None and key.type != "identifier" else None)
