"""The right of the Data room: each column of the table in focus: its role, type, share filled, values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from icp_workbench.book.book import AccountBook, ColumnSummary
from icp_workbench.book.decisions import only_decided
from icp_workbench.book.mapping import ColumnMapping
from icp_workbench.book.questions import is_asked
from icp_workbench.render import figures
from icp_workbench.tui.lines import Line, Piece, bar, fit
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.data_subjects import ColumnItem
from icp_workbench.tui.widgets.rows_view import Row, TextRow

ROLE_INK = {
    "attribute": "accent",
    "outcome": "good",
    "leak": "bad",
    "id": "warn",
    "key": "warn",
    "name": "warn",
}
_ROLE, _TYPE, _KIND, _BAR, _SHARE = 11, 11, 15, 6, 7
_FEWEST_VALUES = 8  # cells under which a value says nothing


@dataclass(frozen=True)
class Widths:
    """Cells of the parts of a row; 0: no room for it."""

    name: int
    kind: int
    bar: int
    values: int


def column_rows(book: AccountBook, table: str | None, width: int) -> list[Row]:
    """The columns of one table (None: of all, under the tables' names) in `width` cells."""
    shown = _columns(book, table)
    widths = _widths(shown, width)
    rows: list[Row] = []
    above: str | None = None
    for column in shown:
        if table is None and column.table != above:
            if rows:
                rows.append(TextRow(("gap", column.table)))
            rows.append(TextRow(("table", column.table), ((clean(column.table, width), "text!"),)))
        above = column.table
        wish = book.mapping.table(column.table).columns.get(column.header)
        decided = wish is not None and is_decided(wish)
        rows.append(ColumnRow(column, decided, is_asked(book, column), widths))
    return rows


def heads(book: AccountBook, table: str | None, width: int) -> str:
    """What stands over the columns."""
    widths = _widths(_columns(book, table), width)
    left = fit("  column", widths.name) + fit("role", _ROLE) + fit("type", _TYPE) + fit("kind", widths.kind)
    filled = fit("filled" if widths.bar else " filled", widths.bar + _SHARE)
    return left + filled + ("  values" if widths.values else "")


def is_decided(wish: ColumnMapping) -> bool:
    """True where somebody said how the column is to be read."""
    return only_decided(wish) != ColumnMapping()


def _columns(book: AccountBook, table: str | None) -> list[ColumnSummary]:
    return [column for column in book.columns if table is None or column.table == table]


def _widths(columns: Sequence[ColumnSummary], width: int) -> Widths:
    longest = max((cell_len(clean(column.header, 60)) for column in columns), default=8)
    kind = _KIND if width >= 92 else 0
    bar_ = _BAR if width >= 84 else 0
    fixed = _ROLE + _TYPE + kind + bar_ + _SHARE + 2
    # Names come before values: those are in the detail too.
    wish = min(longest + 5, 32)
    name = max(min(wish, width - fixed - 10), min(wish, 20), 12)
    if width - name - fixed < _FEWEST_VALUES:
        return Widths(max(min(wish, width - fixed), 12), kind, bar_, 0)
    return Widths(name, kind, bar_, width - name - fixed)


@dataclass(frozen=True)
class ColumnRow:
    """A column as a row, made into pieces only where it is in sight: a table may have 20,000."""

    column: ColumnSummary
    decided: bool
    asked: bool
    widths: Widths

    selectable = True

    @property
    def key(self) -> ColumnItem:
        return ColumnItem(self.column.table, self.column.header)

    def line(self, width: int, here: bool) -> Line:
        column, widths = self.column, self.widths
        mark = ("? ", "warn!") if self.asked else ("! ", "warn") if column.unreadable else ("  ", "text")
        dim = column.role in ("ignore", "leak")
        pieces: list[Piece] = [
            mark,
            (fit(clean(column.header, 60), widths.name - 4) + " ", "muted" if dim else "text"),
            ("•" if self.decided else " ", "accent"),
            (fit(column.role, _ROLE - 1) + " ", ROLE_INK.get(column.role, "muted")),
            (fit(column.type, _TYPE - 1) + " ", "muted"),
        ]
        if widths.kind:
            pieces.append((fit(column.kind or "", widths.kind), "muted"))
        share = column.filled / column.rows if column.rows else 0.0
        full = column.filled == column.rows
        if widths.bar:
            pieces.append((bar(share, widths.bar), "rule" if full else "warn"))
        pieces += [
            (figures.percent_of(column.filled, column.rows).rjust(_SHARE), "muted" if full else "warn"),
            ("  ", "text"),
            (fit(", ".join(_examples(column)), max(widths.values - 1, 0)), "muted"),
        ]
        return pieces


def _examples(column: ColumnSummary) -> Iterator[str]:
    for text in column.examples[:5]:
        yield clean(text, 24)
