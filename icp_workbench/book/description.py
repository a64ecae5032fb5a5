"""A book as text: what was understood of the files, for a person."""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.book.book import AccountBook, JoinSummary
from icp_workbench.render.dates import day, period
from icp_workbench.render.figures import count, percent_of, size_of_difference
from icp_workbench.render.tables import plain_table, printable

_MOST_ISSUES = 5
_WIDEST = 36


def describe(book: AccountBook, smallest_differences: Mapping[str, float | None]) -> str:
    """Tables, columns, joins, outcome metrics, leaks, notes and warnings; safe to print to a terminal.

    `smallest_differences` maps a metric to the smallest difference the book could show, in its own unit.
    """
    blocks = [
        [_heading(book)],
        _tables(book),
        _issues(book),
        _joins(book),
        _columns(book),
        _metrics(book, smallest_differences),
        _outcomes(book),
        _leaks(book),
        _listed("Warnings", book.warnings),
        _listed("Notes", book.notes),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _heading(book: AccountBook) -> str:
    parts = [f"{book.name}: {count(len(book.accounts))} accounts"]
    for grain, observations in book.observations.items():
        parts.append(f"{count(len(observations.account))} {grain}s")
    if book.period:
        parts.append(f"outcomes {period(*book.period)}")
    if book.as_of:
        parts.append(f"as of {day(book.as_of)}")
    if book.currency:
        parts.append(book.currency)
    return printable(" · ".join(parts))


def _tables(book: AccountBook) -> list[str]:
    rows = [
        [t.name, t.role, count(t.rows), count(t.columns), count(t.report.rejected), t.report.dialect, t.file]
        for t in book.tables
    ]
    headers = ["table", "read as", "rows", "columns", "rejected", "format", "file"]
    return ["Tables", plain_table(headers, rows, right=(2, 3, 4), widest=_WIDEST)] if rows else []


def _issues(book: AccountBook) -> list[str]:
    lines = []
    for report in book.reports:
        for issue in report.issues[:_MOST_ISSUES]:
            where = report.table if issue.line is None else f"{report.table}, line {issue.line}"
            lines.append(printable(f"  {issue.severity}: {where}: {issue.what}"))
        if len(report.issues) > _MOST_ISSUES:
            lines.append(
                f"  … and {count(len(report.issues) - _MOST_ISSUES)} more in {printable(report.table)}"
            )
    return ["While reading", *lines] if lines else []


def join_facts(join: JoinSummary) -> list[str]:
    """How a table joined, fact by fact; names come out as found."""
    facts = [f"{count(join.matched)} of {count(join.left_rows)} rows match"]
    if join.unmatched:
        facts.append(f"{count(join.unmatched)} do not")
    if join.blank_keys:
        facts.append(f"{count(join.blank_keys)} name none")
    if join.right_unmatched:
        facts.append(f"{count(join.right_unmatched)} of {join.right} have none")
    return facts


def _joins(book: AccountBook) -> list[str]:
    lines = []
    for join in book.joins:
        facts = ", ".join(join_facts(join))
        lines.append(f"  {join.left}.{join.left_key} → {join.right}.{join.right_key}: {facts}")
        lines += [f"    {near.found} ~ {near.meant}? {count(near.rows)} rows" for near in join.near_misses]
    return ["Joins", *map(printable, lines)] if lines else []


def _columns(book: AccountBook) -> list[str]:
    rows = []
    for column in book.columns:
        notes = [column.note] if column.note else []
        if column.unreadable:
            examples = ", ".join(column.unreadable_examples)
            notes.append(f"{count(column.unreadable)} not readable: {examples}")
        rows.append([
            column.table, column.header, column.name, column.role, column.type, column.kind or "",
            percent_of(column.filled, column.rows), count(column.distinct), ", ".join(column.examples[:3]),
            "; ".join(notes),
        ])  # fmt: skip
    headers = ["table", "column", "name", "role", "type", "kind", "filled", "values", "examples", "note"]
    return ["Columns", plain_table(headers, rows, right=(6, 7), widest=_WIDEST)] if rows else []


def _metrics(book: AccountBook, smallest: Mapping[str, float | None]) -> list[str]:
    lines = []
    for metric in book.metrics:
        least = smallest.get(metric.name)
        shown = (
            f"could show a difference of {size_of_difference(least, metric.unit)}"
            if least is not None
            else "too few to show any"
        )
        note = f" ({metric.note})" if metric.note else ""
        lines.append(f"  {metric.label}: {shown} for a segment of a third of the accounts{note}")
    lines += [f"  {name}: not available: {why}" for name, why in book.unavailable.items()]
    return ["Outcome metrics", *map(printable, lines)]


def _outcomes(book: AccountBook) -> list[str]:
    lines = []
    for source in book.outcome_sources:
        chosen = "  ← used" if source.chosen else ""
        lines.append(f"  {source.name}: {count(source.churned)} of {count(source.customers)} churned{chosen}")
    if book.stages:
        lines.append("  stages: " + ", ".join(f"{label} = {state}" for label, state in book.stages.items()))
    return ["Where outcomes come from", *map(printable, lines)] if lines else []


def _leaks(book: AccountBook) -> list[str]:
    return _listed("Kept out of slicing", [f"{leak.field}: {leak.reason}" for leak in book.leaks])


def _listed(title: str, texts: tuple[str, ...] | list[str]) -> list[str]:
    return [title, *(printable(f"  {text}") for text in texts)] if texts else []
