"""How a book is read where somebody decided: a person, or an earlier opening that was saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from icp_workbench.book.observed import ObservedAttribute
from icp_workbench.book.raw import ReadAs
from icp_workbench.conditions.fields import FieldKind

TableRole = Literal["accounts", "deals", "subscriptions", "tickets", "events", "usage", "lookup", "unused"]
ColumnRole = Literal["id", "name", "attribute", "outcome", "date", "currency", "text", "ignore"]
ColumnType = Literal["category", "number", "boolean", "set", "date", "text", "identifier", "blank"]
Duplicates = Literal["refuse", "first", "last"]


@dataclass(frozen=True)
class ColumnMapping:
    """One column; None or empty: as inferred.

    `part` is the outcome input it gives (see `roles.PARTS`): "amount", "closed", "won flag" … `name` is the
    field it becomes. `separator` stands between the members of a set; numbers are multiplied by `scale` (0.01
    for cents). `blank` are further spellings of nothing, `kept` usual ones that mean something here
    ("Unknown" as a real answer). `groups` gives each value the spellings that stand for it. A column kept out
    as a leak is let in by the role "attribute". `levels` are the values the column held when this was saved,
    and decide nothing: they tell what is new. `guessed` names what nobody decided: it was inferred by an
    earlier opening, and is obeyed so that the next one reads alike.
    """

    role: ColumnRole | None = None
    part: str | None = None
    type: ColumnType | None = None
    kind: FieldKind | None = None
    name: str | None = None
    unit: str | None = None
    scale: float | None = None
    date_order: Literal["D/M/Y", "M/D/Y"] | None = None
    decimal_mark: Literal[".", ","] | None = None
    separator: str | None = None
    blank: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class JoinMapping:
    """The column of a table that names rows of another, and the column of that one it names them by."""

    header: str
    to_table: str
    to_header: str


@dataclass(frozen=True)
class TableMapping:
    """One table; None or empty: as inferred.

    `key` is the header of the column that numbers its rows; `duplicates` what becomes of rows that differ
    under one account id. `accepted` maps the header of a joining key to {text found: text meant}. `joins`
    says by which columns it names other tables. `columns` by header. `guessed`: as in ColumnMapping, of role,
    key and joins.
    """

    role: TableRole | None = None
    file: str | None = None
    key: str | None = None
    read: ReadAs = field(default_factory=ReadAs)
    duplicates: Duplicates | None = None
    joins: tuple[JoinMapping, ...] = ()
    accepted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, ColumnMapping] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CustomMetric:
    """An outcome metric a person declares: computed by one of the four estimators from columns of a table.

    `value` is the header of the column that holds it (0/1 or yes/no for a share, the duration for survival,
    the numerator for a ratio); `denominator`, `event` and `where` are headers too, as in `book.Metric`.
    `margin` is the smallest difference worth acting on, a fraction of the rest's value where
    `margin_is_relative`.
    """

    name: str
    table: str
    value: str
    estimator: Literal["share", "median", "ratio", "survival"]
    better: Literal["higher", "lower"]
    label: str = ""
    unit: str = ""
    denominator: str | None = None
    event: str | None = None
    where: str | None = None
    horizon: float | None = None
    margin: float = 0.0
    margin_is_relative: bool = False
    light: Literal["sells", "succeeds", "pays"] | None = None


@dataclass(frozen=True)
class BookMapping:
    """Decisions that stand above what is inferred. Tables by name (see `RawTable.name`).

    `churn_source` names the outcome source to use where several disagree. `stages` maps a stage label to won,
    lost, open or neither. `period` bounds the close dates of outcomes that count (None: open). `rates` gives
    what one unit of a currency is worth in `currency`; without rates, `currency` chooses the deals in it.
    `margins` are by metric name. `presets` are the names of those to recognise headers by (empty: all).
    `market` is the path of a file of prospects, as a person wrote it. `guessed` and `guessed_stages` name
    what nobody decided: `churn_source`, and labels of `stages`.
    """

    churn_source: str | None = None
    tables: Mapping[str, TableMapping] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    as_of: dt.date | None = None
    period: tuple[dt.date | None, dt.date | None] | None = None
    currency: str | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    margins: Mapping[str, float] = field(default_factory=dict)
    metrics: tuple[CustomMetric, ...] = ()
    observed: tuple[ObservedAttribute, ...] = ()
    market: str | None = None
    presets: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()
    guessed_stages: frozenset[str] = frozenset()

    def table(self, name: str) -> TableMapping:
        """What was decided about a table; an empty mapping where nothing was."""
        return self.tables.get(name) or TableMapping()

    def column(self, table: str, header: str) -> ColumnMapping:
        """What was decided about a column; an empty mapping where nothing was."""
        return self.table(table).columns.get(header) or ColumnMapping()

    def with_table(self, name: str, **changes: Any) -> BookMapping:
        """The mapping with some decisions about one table changed."""
        table = self.table(name)
        changes.setdefault("guessed", table.guessed - changes.keys())
        return replace(self, tables={**self.tables, name: replace(table, **changes)})

    def with_column(self, table: str, header: str, **changes: Any) -> BookMapping:
        """The mapping with some decisions about one column changed."""
        column = self.column(table, header)
        changes.setdefault("guessed", column.guessed - changes.keys())
        changed = replace(column, **changes)
        return self.with_table(table, columns={**self.table(table).columns, header: changed})

    def with_stages(self, stages: Mapping[str, str]) -> BookMapping:
        """The mapping with what some stage labels mean decided."""
        left = self.guessed_stages - stages.keys()
        return replace(self, stages={**self.stages, **stages}, guessed_stages=left)

    def with_churn_source(self, source: str | None) -> BookMapping:
        """The mapping with the source of churn decided; None: as inferred."""
        return replace(self, churn_source=source, guessed=self.guessed - {"churn_source"})

    @property
    def column_roles(self) -> dict[tuple[str, str], ColumnRole]:
        """Roles that were decided, by (table, header)."""
        return {
            (name, header): column.role
            for name, table in self.tables.items()
            for header, column in table.columns.items()
            if column.role is not None
        }

    @property
    def accepted_near_misses(self) -> dict[tuple[str, str], Mapping[str, str]]:
        """{text found: text meant} of each joining key, by (table, header)."""
        return {
            (name, header): meant
            for name, table in self.tables.items()
            for header, meant in table.accepted.items()
        }
