"""The shape of a book file: what pydantic checks when one is read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from icp_workbench.book.mapping import Duplicates, TableRole
from icp_workbench.conditions.fields import FieldKind
from icp_workbench.documents.day import Day

API_VERSION = "icp-book/v1"

ShownColumnRole = Literal[
    "id", "key", "name", "attribute", "leak", "outcome", "date", "currency", "text", "ignore"
]
ShownType = Literal["category", "number", "boolean", "set", "date", "text", "identifier", "blank"]
StageMeaning = Literal["won", "lost", "open", "neither"]


Count = Annotated[int, Field(ge=0)]
Line = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Texts = tuple[str, ...]


class Part(BaseModel):
    """Part of a book file. Unknown keys are refused on reading unless they begin with x-."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class FileEntry(Part):
    """A file that was read: rows loaded, SHA-256 of its content."""

    rows: Count | None = None
    digest: str = ""


class Span(Part):
    """First and last day; either may be open."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None


class SourceEntry(Part):
    """A source of churn."""

    churned: Count
    of: Count


class FoundEntry(Part):
    """What the book held when it was saved."""

    accounts: Count | None = None
    as_of: Day | None = None
    outcomes: Span | None = None
    currency: str = ""
    churn: dict[str, SourceEntry] = {}


class StageEntry(Part):
    """What a stage label means, and how many deals bore it."""

    is_: StageMeaning = Field(alias="is")
    deals: Count | None = None
    decided: bool = False


ColumnDecision = Literal[
    "role", "part", "type", "kind", "name", "unit", "scale", "date_order", "decimal_mark", "separator",
    "blank", "kept", "groups",
]  # fmt: skip
TableDecision = Literal["role", "key", "joins"]


class ColumnEntry(Part):
    """How one column is read. `decided` names what a person decided; the rest was inferred."""

    role: ShownColumnRole | None = None
    part: Name | None = None
    type: ShownType | None = None
    kind: FieldKind | None = None
    name: Name | None = None
    unit: str | None = None
    scale: Finite | None = None
    date_order: Literal["D/M/Y", "M/D/Y"] | None = None
    decimal_mark: Literal[".", ","] | None = None
    separator: str | None = None
    blank: Texts = ()
    kept: Texts = ()
    groups: dict[str, Texts] = {}
    decided: tuple[ColumnDecision, ...] = ()


class ReadEntry(Part):
    """How a person wants the file read."""

    delimiter: str = ""
    encoding: str = ""
    header_line: Line | None = None
    reinclude: tuple[Line, ...] = ()


class JoinEntry(Part):
    """The column that names rows of another table."""

    by: str
    table: str
    key: str


class SeenEntry(Part):
    """What a column held: the share filled where there were blanks, cells that could not be read, its values
    where they are few."""

    filled: Annotated[float, Field(ge=0, le=1)] | None = None
    unreadable: Count = 0
    values: Texts = ()


class TableEntry(Part):
    """How one table is read, and what was in it."""

    role: TableRole | None = None
    file: str | None = None
    rows: Count | None = None
    key: str | None = None
    duplicates: Duplicates | None = None
    read: ReadEntry = ReadEntry()
    joins: tuple[JoinEntry, ...] = ()
    accepted: dict[str, dict[str, str]] = {}
    decided: tuple[TableDecision, ...] = ()
    columns: dict[str, ColumnEntry] = {}
    gone: dict[str, ColumnEntry] = Field({}, description="Decisions on columns that were not there.")
    held: dict[str, SeenEntry] = {}


class MetricEntry(Part):
    """A metric a person declared."""

    table: str
    value: str
    estimator: Literal["share", "median", "ratio", "survival"]
    better: Literal["higher", "lower"]
    label: str = ""
    unit: str = ""
    denominator: str | None = None
    event: str | None = None
    where: str | None = None
    horizon: Finite | None = None
    margin: Finite = 0.0
    margin_is_relative: bool = False
    light: Literal["sells", "succeeds", "pays"] | None = None


class ObservedEntry(Part):
    """An attribute people made: exactly one of bins, groups, words, when, accounts, column says how."""

    bins: str | None = Field(None, description="The number that is cut.")
    cuts: tuple[Finite, ...] = ()
    labels: Texts = ()
    groups: str | None = Field(None, description="The category whose values are taken together.")
    values: dict[str, Texts] = {}
    other: str | None = None
    words: Texts | None = None
    in_: str | None = Field(None, alias="in", description="The text the words are looked for in.")
    when: Any = None
    accounts: Texts | None = None
    column: str | None = Field(None, description="A column of another file.")
    file: str | None = None
    key: str | None = None
    accepted: dict[str, str] = {}
    label: str = ""
    note: str = ""
    known_before_sale: bool = True


class BookFile(Part):
    """How the files of a book are read: everything inferred or decided."""

    api_version: Literal["icp-book/v1"] = Field(alias="apiVersion")
    book: str = ""
    found: FoundEntry = FoundEntry()
    churn_source: str | None = None
    as_of: Day | None = None
    period: Span | None = None
    currency: str | None = None
    rates: dict[str, Finite] = {}
    margins: dict[str, Finite] = {}
    market: str | None = None
    presets: Texts = ()
    decided: tuple[Literal["churn_source"], ...] = ()
    files: dict[str, FileEntry] = {}
    stages: dict[str, StageEntry] = {}
    metrics: dict[str, MetricEntry] = {}
    observed: dict[str, ObservedEntry] = {}
    tables: dict[str, TableEntry] = {}
