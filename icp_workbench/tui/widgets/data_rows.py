"""What was read, as rows: tables, joins, outcomes and metrics on one side, columns on the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from rich.cells import cell_len

from icp_workbench.book.book import AccountBook, ColumnSummary
from icp_workbench.book.description import join_facts
from icp_workbench.render import figures
from icp_workbench.tui.lines import Line, fit, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.rows_view import TextRow

_EXAMPLES = 14  # cells that examples keep beside long names

_ROLE_INK = {
    "attribute": "accent",
    "outcome": "good",
    "leak": "bad",
    "id": "warn",
    "key": "warn",
    "name": "warn",
}


def numbered(lines: Iterator[Line]) -> list[TextRow]:
    """Lines as rows."""
    return [TextRow(at, tuple(line)) for at, line in enumerate(lines)]


def overview(book: AccountBook, smallest: Mapping[str, str], width: int) -> Iterator[Line]:
    """Tables, joins, outcomes, metrics, leaks, notes. `smallest`: per metric the smallest difference this
    book could show, in words."""
    yield from _tables(book, width)
    yield from _joins(book, width)
    yield from _metrics(book, smallest, width)
    yield from _churn(book, width)
    yield from _leaks(book, width)
    for title, ink, said in (("Warnings", "warn!", book.warnings), ("Notes", "text!", book.notes)):
        if said:
            yield []
            yield [(title, ink)]
            for text in said:
                yield from _paragraph(text, width, "muted", "· ")


def columns(book: AccountBook, width: int) -> Iterator[Line]:
    """Every column of every table: role, type, how much is filled, examples."""
    table = None
    role, type_ = 11, 9
    longest = max((cell_len(clean(column.header, 60)) for column in book.columns), default=0)
    name = max(min(longest + 3, 30, width - role - type_ - 8 - _EXAMPLES), 14)
    for column in book.columns:
        if column.table != table:
            if table is not None:
                yield []
            table = column.table
            yield [(clean(table, width), "text!")]
            head = fit("  column", name) + fit("role", role) + fit("type", type_) + "filled  "
            yield [(head + "examples", "muted")]
        yield _column(column, name, role, type_, width)
        if column.unreadable:
            examples = ", ".join(clean(text, 20) for text in column.unreadable_examples[:3])
            text = f"{figures.count(column.unreadable)} could not be read and are blank: {examples}"
            yield from _paragraph(text, width, "warn", "    ")
        if column.note:
            yield from _paragraph(column.note, width, "muted", "    ")


def _column(column: ColumnSummary, name: int, role: int, type_: int, width: int) -> Line:
    ink = _ROLE_INK.get(column.role, "muted")
    share = figures.percent_of(column.filled, column.rows)
    used = name + role + type_ + 8
    examples = ", ".join(clean(text, 24) for text in column.examples[:5])
    return [
        (
            fit("  " + clean(column.header, 60), name - 1) + " ",
            "text" if column.role != "ignore" else "muted",
        ),
        (fit(column.role, role), ink),
        (fit(column.type, type_), "muted"),
        (share.rjust(6) + "  ", "text" if column.filled == column.rows else "warn"),
        (fit(examples, max(width - used, 0)), "muted"),
    ]


def _tables(book: AccountBook, width: int) -> Iterator[Line]:
    yield [("Tables", "text!")]
    longest = max((cell_len(clean(table.name, 60)) for table in book.tables), default=0)
    name = min(max(longest + 3, 14), max(width - 34, 14))
    on_one_line = longest + 3 <= name
    yield [(fit("  table", name) + fit("read as", 14) + "rows".rjust(9) + "  rejected", "muted")]
    for table in book.tables:
        rejected = table.report.rejected
        called, written = clean(table.name, 60), clean(table.report.dialect, 80)
        if not on_one_line:
            yield [(f"  {called}", "text"), (f"  {written}", "faint")]
        yield [
            (fit(f"  {called}" if on_one_line else "", name), "text"),
            (fit(table.role, 14), "accent" if table.role != "unused" else "muted"),
            (figures.count(table.rows).rjust(9), "text"),
            (figures.count(rejected).rjust(10), "warn" if rejected else "muted"),
        ]
        if written and on_one_line:
            yield [(fit(f"    {written}", width), "faint")]
        for issue in table.report.issues[:3]:
            line = f"line {figures.count(issue.line)}: " if issue.line is not None else ""
            yield from _paragraph(
                line + issue.what, width, "warn" if issue.severity == "warning" else "muted", "    "
            )


def _joins(book: AccountBook, width: int) -> Iterator[Line]:
    if not book.joins:
        return
    yield []
    yield [("Joins", "text!")]
    for join in book.joins:
        left = f"{clean(join.left, 30)}.{clean(join.left_key, 30)}"
        right = f"{clean(join.right, 30)}.{clean(join.right_key, 30)}"
        yield from _paragraph(f"{left} → {right}", width, "text", "  ")
        # A table may have a long name; the rest of the sentence is worth more.
        parts = join_facts(replace(join, right=clean(join.right, 20)))
        yield from _paragraph(", ".join(parts), width, "warn" if join.unmatched else "muted", "    ")
        for near in join.near_misses[:3]:
            found, meant = clean(near.found, 30), clean(near.meant, 30)
            text = f"“{found}” may mean “{meant}”: {figures.count(near.rows)} rows"
            yield from _paragraph(text, width, "warn", "    ")


def _metrics(book: AccountBook, smallest: Mapping[str, str], width: int) -> Iterator[Line]:
    yield []
    told = "smallest difference this book could show"
    yield [
        ("Outcome metrics", "text!"),
        (f"   {told if width >= 58 else 'smallest visible difference'}", "muted"),
    ]
    for metric in book.metrics:
        known = smallest.get(metric.name, "")
        yield [
            ("  ✓ ", "good"),
            (fit(metric.label, 24), "text"),
            (fit(known, 12), "text"),
            ("core" if metric.core else "", "accent"),
        ]
        if metric.note:
            yield from _paragraph(metric.note, width, "muted", "      ")
    for name, missing in book.unavailable.items():
        yield [("  – ", "faint"), (fit(name.replace("_", " "), 24), "muted")]
        yield from _paragraph(missing, width, "muted", "      ")


def _churn(book: AccountBook, width: int) -> Iterator[Line]:
    if len(book.outcome_sources) < 2:
        return
    yield []
    yield [("Who churned, by source", "text!")]
    for source in book.outcome_sources:
        mark = ("  ● ", "accent") if source.chosen else ("  ○ ", "muted")
        figures_ = f"{figures.count(source.churned)} of {figures.count(source.customers)} customers"
        yield [mark, (fit(clean(source.name, 40), 24), "text"), (figures_, "muted")]


def _leaks(book: AccountBook, width: int) -> Iterator[Line]:
    if not book.leaks:
        return
    yield []
    yield [("Kept out of slicing", "text!"), ("   known only after the outcome", "muted")]
    for leak in book.leaks:
        yield [("  ✕ ", "bad"), (clean(leak.field, 60).replace("_", " "), "text")]
        yield from _paragraph(leak.reason, width, "muted", "      ")


def _paragraph(text: str, width: int, ink: str, indent: str) -> Iterator[Line]:
    blank = " " * len(indent)
    for at, line in enumerate(wrapped(clean(text, 400), max(width - len(indent), 10))):
        yield [(indent if at == 0 else blank, ink), (line, ink)]
