"""What a row of the Data room is about: the handle by which keys, details and dialogs find it again."""

from __future__ import annotations

from dataclasses import dataclass

from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary
from icp_workbench.book.questions import Question
from icp_workbench.tui.lines import Line, Piece


@dataclass(frozen=True)
class TableItem:
    """A table; None: all of them."""

    table: str | None


@dataclass(frozen=True)
class JoinItem:
    """A join by its two ends."""

    left: str
    left_key: str
    right: str

    def of(self, book: AccountBook) -> JoinSummary | None:
        """The join, if the book still has it."""
        ends = (self.left, self.left_key, self.right)
        return next((join for join in book.joins if (join.left, join.left_key, join.right) == ends), None)


@dataclass(frozen=True)
class MetricItem:
    """An outcome metric, available or not."""

    metric: str


@dataclass(frozen=True)
class SourceItem:
    """A source of churn."""

    source: str


@dataclass(frozen=True)
class StageItem:
    """A stage's label."""

    label: str


@dataclass(frozen=True)
class LeakItem:
    """An attribute kept out."""

    field: str

    def column(self, book: AccountBook) -> ColumnSummary | None:
        """The column it came from."""
        return next((column for column in book.columns if column.name == self.field), None)


@dataclass(frozen=True)
class SetAsideItem:
    """The records of a table that were set aside."""

    table: str


@dataclass(frozen=True)
class ObservedItem:
    """An attribute made in the workbench."""

    name: str


@dataclass(frozen=True)
class PeriodItem:
    """The period whose outcomes count."""


@dataclass(frozen=True)
class SaidItem:
    """A difference, a warning or a note."""

    what: str
    at: int
    text: str


@dataclass(frozen=True)
class QuestionItem:
    """Something to ask."""

    question: Question


@dataclass(frozen=True)
class ColumnItem:
    """A column."""

    table: str
    header: str

    def of(self, book: AccountBook) -> ColumnSummary | None:
        """The column, if the book still has it."""
        place = (self.table, self.header)
        return next((column for column in book.columns if (column.table, column.header) == place), None)


Subject = (
    TableItem
    | JoinItem
    | MetricItem
    | SourceItem
    | StageItem
    | LeakItem
    | SetAsideItem
    | ObservedItem
    | PeriodItem
    | SaidItem
    | QuestionItem
    | ColumnItem
)


def table_of(subject: Subject | None) -> str | None:
    """The table a subject belongs to; None: all."""
    match subject:
        case TableItem(table) | SetAsideItem(table) | ColumnItem(table):
            return table
        case JoinItem(left):
            return left
        case QuestionItem(question):
            return question.table or None
        case _:
            return None


@dataclass(frozen=True)
class ItemRow:
    """A row the cursor stops at."""

    key: Subject
    pieces: tuple[Piece, ...]

    selectable = True

    def line(self, width: int, here: bool) -> Line:
        return self.pieces
