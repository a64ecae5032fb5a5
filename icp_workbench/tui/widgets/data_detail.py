"""What is under the cursor of the Data room, at length: how it was read, what it holds, what can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from icp_workbench.book.book import AccountBook, ColumnSummary, JoinSummary, TableSummary
from icp_workbench.book.description import join_facts
from icp_workbench.book.questions import both_ways, is_asked
from icp_workbench.conditions.fields import Field
from icp_workbench.render import figures
from icp_workbench.render.dates import day
from icp_workbench.segments.histograms import Histogram
from icp_workbench.tui.lines import Line, Piece, bar, fit, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.data_columns import ROLE_INK, is_decided

_HEIGHTS = " ▁▂▃▄▅▆▇█"
_FEWEST_BARS, _CHART = 4, 4
_LABEL = 26
_FEW = 20  # numbers or dates that are counted one by one


def column_lines(
    book: AccountBook, column: ColumnSummary, histogram: Histogram | None, width: int, height: int
) -> list[Line]:
    """A column: what it plays and how it was read, then what it holds, in about `height` lines."""
    lines = list(_column_facts(book, column, width))
    left = max(height - len(lines) - 1, _FEWEST_BARS)
    held = list(distribution(column, histogram, width, left))
    return [*lines, [], *held] if held else lines


def field_of(book: AccountBook, column: ColumnSummary) -> Field | None:
    """The attribute a column became."""
    found = book.fields.get(column.name)
    return found if found is not None and found.header == column.header else None


def _column_facts(book: AccountBook, column: ColumnSummary, width: int) -> Iterator[Line]:
    wish = book.mapping.column(column.table, column.header)
    first: list[Piece] = [(clean(column.header, 80), "text!"), ("  ", "text")]
    first += [(column.role, ROLE_INK.get(column.role, "muted"))]
    if column.part:
        first.append((f": {clean(column.part, 40)}", "muted"))
    first.append((f"  {column.type}", "text"))
    if column.unit:
        first.append((f" in {clean(column.unit, 20)}", "text"))
    if column.kind:
        first.append((f"  {column.kind}", "muted"))
    yield first
    told = (
        f"{figures.count(column.filled)} of {figures.count(column.rows)} filled "
        f"({figures.percent_of(column.filled, column.rows)}), "
        f"{figures.counted(column.distinct, 'different value')}"
    )
    field = field_of(book, column)
    if field is not None:
        told += f"; as `{clean(field.name, 60)}` in conditions"
    yield from paragraph(told, width, "muted")
    if is_decided(wish):
        yield [("• decided here, not guessed", "accent"), ("   ⌫ back to the guess", "muted")]
    if is_asked(book, column):
        yield from _ambiguous(column, width)
    reading = [
        f"dates read {'day' if column.date_order == 'D/M/Y' else 'month'} first" if column.date_order else "",
        f"`{clean(column.decimal_mark, 2)}` before decimals" if column.decimal_mark else "",
        "blank where it says " + ", ".join(f"“{clean(text, 16)}”" for text in column.blanks[:6] if text)
        if any(column.blanks)
        else "",
    ]
    if any(reading):
        yield from paragraph("; ".join(part for part in reading if part), width, "muted")
    if column.unreadable:
        examples = ", ".join(f"“{clean(text, 20)}”" for text in column.unreadable_examples[:4])
        told = f"{figures.count(column.unreadable)} could not be read and are blank: {examples}"
        yield from paragraph(told, width, "warn")
    leak = next((leak for leak in book.leaks if leak.field == column.name and column.role == "leak"), None)
    if leak is not None:
        yield from paragraph(f"Kept out of slicing: {leak.reason}", width, "bad")
    if column.note and (leak is None or leak.reason not in column.note):
        yield from paragraph(column.note, width, "muted")


def _ambiguous(column: ColumnSummary, width: int) -> Iterator[Line]:
    told = "? day first or month first"
    for text in column.examples[:1]:
        if (ways := both_ways(text)) is not None:
            told = f"? {text} is {ways[0]}, or {ways[1]}"
    yield from paragraph(f"{told}: ⏎ says which", width, "warn!")


def distribution(
    column: ColumnSummary, histogram: Histogram | None, width: int, height: int
) -> Iterator[Line]:
    """Bars of the commonest values, or a chart of numbers and dates over their range."""
    if histogram is not None and any(histogram.counts):
        yield from _chart(histogram, width, min(_CHART, max(height - 1, 1)))
        return
    continuous = column.type in ("number", "date", "identifier") and column.distinct > _FEW
    if not column.counts or continuous:
        if column.examples:
            yield from paragraph(
                "such as " + ", ".join(clean(text, 30) for text in column.examples), width, "muted"
            )
        return
    most, room = max(column.counts), max(min(width - _LABEL - 18, 40), 4)
    shown = len(column.counts) if len(column.counts) <= height else height - 1
    for level, many in list(zip(column.levels, column.counts, strict=False))[:shown]:
        yield [
            (fit(clean(level, 60), _LABEL - 1) + " ", "text"),
            (bar(many / most, room) + " ", "accent"),
            (figures.count(many).rjust(9), "text"),
            (figures.percent_of(many, column.filled).rjust(7), "muted"),
        ]
    if column.distinct > shown:
        yield [(f"and {figures.counted(column.distinct - shown, 'other')}", "muted")]


def _chart(histogram: Histogram, width: int, height: int) -> Iterator[Line]:
    counts = histogram.counts
    each = max(min((width - 4) // max(len(counts), 1), 6), 1)
    top = max(counts)
    for row in range(height, 0, -1):
        cells = ""
        for count in counts:
            filled = count / top * height - (row - 1)
            eighths = min(max(round(filled * 8), 0), 8)
            cells += _HEIGHTS[max(eighths, 1) if count and row == 1 else eighths] * max(each - 1, 1)
            cells += " " if each > 1 else ""
        yield [("  " + cells, "accent")]
    low, high = (_edge(edge) for edge in (histogram.edges[0], histogram.edges[-1]))
    across = max(each * len(counts) - len(low), len(high) + 1)
    blank = f"   {figures.count(histogram.blank)} blank" if histogram.blank else ""
    yield [("  " + low + high.rjust(across), "muted"), (blank, "warn")]


def _edge(edge: float | dt.date) -> str:
    return day(edge) if isinstance(edge, dt.date) else figures.bound(edge)


def table_lines(book: AccountBook, table: TableSummary, width: int) -> Iterator[Line]:
    """A table: its file, how it was read, and an account of every record."""
    report = table.report
    yield [(clean(table.name, 80), "text!"), ("  ", "text"), (table.role, "accent")]
    yield from paragraph(
        f"{report.file}: {report.dialect}" if report.dialect else report.file, width, "muted"
    )
    parts = [
        f"{figures.count(many)} {what}"
        for what, many in (
            ("loaded", report.loaded), ("header", report.header), ("before the header", report.preamble),
            ("after the end", report.footer), ("blank", report.blank), ("rejected", report.rejected),
        )
        if many or what == "loaded"
    ]  # fmt: skip
    yield from paragraph(f"{figures.count(report.records)} records = " + " + ".join(parts), width, "text")
    decided = book.mapping.table(table.name)
    if decided.role or decided.duplicates or decided.read.header_line is not None:
        yield [("• decided here, not guessed", "accent"), ("   ⌫ back to the guess", "muted")]
    for issue in report.issues[:12]:
        line = f"line {figures.count(issue.line)}: " if issue.line is not None else ""
        yield from paragraph(line + issue.what, width, "warn" if issue.severity == "warning" else "muted")
    if len(report.issues) > 12:
        yield [(f"and {len(report.issues) - 12:,} more", "muted")]


def join_lines(join: JoinSummary, width: int) -> Iterator[Line]:
    """A join: how many rows joined on both sides, what may be misspelt, what stayed alone."""
    left = f"{clean(join.left, 40)}.{clean(join.left_key, 40)}"
    yield from paragraph(f"{left} → {clean(join.right, 40)}.{clean(join.right_key, 40)}", width, "text!")
    yield from paragraph(", ".join(join_facts(join)), width, "muted")
    if join.accepted:
        yield from paragraph(
            f"{figures.counted(join.accepted, 'row')} join by a spelling accepted here", width, "accent"
        )
    for near in join.near_misses[:8]:
        found, meant = clean(near.found, 30), clean(near.meant, 30)
        yield [
            ("? ", "warn!"),
            (f"“{found}” may mean “{meant}”", "text"),
            (f"  {figures.counted(near.rows, 'row')}", "muted"),
        ]
    for key, rows in join.unmatched_examples[:8]:
        yield [("  ", "text"), (f"“{clean(key, 40)}” is in no row of {clean(join.right, 30)}", "muted"),
               (f"  {figures.counted(rows, 'row')}", "muted")]  # fmt: skip


def paragraph(text: str, width: int, ink: str, indent: str = "") -> Iterator[Line]:
    """Cleaned text over as many lines as it needs."""
    for line in wrapped(clean(text, 600), max(width - len(indent), 10)):
        yield [(indent + line, ink)]
