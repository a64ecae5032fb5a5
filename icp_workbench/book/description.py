"""A book as text: what was understood of the files, for a person."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from icp_workbench.book.book import AccountBook, JoinSummary
from icp_workbench.book.questions import Question, questions
from icp_workbench.book.raw import SetAside
from icp_workbench.render.dates import day, period
from icp_workbench.render.figures import count, counted, percent_of, size_of_difference
from icp_workbench.render.tables import plain_table, printable
from icp_workbench.render.text import clip

_MOST_NAMED = 5
_MOST_RECORDS = 8
_WIDEST = 36
_RECORD = 70
_WHAT_BECAME = {
    "rejected": "not loaded",
    "repaired": "loaded, repaired",
    "preamble": "before the header",
    "footer": "after the last row",
    "total": "a total",
}


def describe(book: AccountBook, smallest_differences: Mapping[str, float | None]) -> str:
    """What a reader wants first: accounts, outcomes, metrics; then what to look at, with the command that
    settles it; then tables, joins and columns. Safe to print to a terminal.

    `smallest_differences` maps a metric to the smallest difference the book could show, in its own unit.
    """
    blocks = [
        [_heading(book)],
        _metrics(book, smallest_differences),
        _outcomes(book),
        _to_settle(book),
        _listed("Warnings", [text for text in book.warnings if text not in set(book.differences)]),
        _listed("Changed since the book file was saved", book.differences),
        _set_aside(book),
        _duplicates(book),
        _leaks(book),
        _market(book),
        _tables(book),
        _joins(book),
        _columns(book),
        _listed("Notes", [*_reading_notes(book), *book.notes]),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def describe_unmatched(book: AccountBook) -> str:
    """The keys that match nothing, on both sides of each join, most rows first."""
    lines = []
    for join in book.joins:
        if join.unmatched:
            lines.append(f"Keys of {join.left}.{join.left_key} that {join.right} does not have")
            lines += [f"  {key}: {counted(rows, 'row')}" for key, rows in join.unmatched_examples]
            more = join.unmatched - sum(rows for _, rows in join.unmatched_examples)
            lines += [f"  … and {counted(more, 'more row')}"] if more > 0 else []
        if join.right_unmatched:
            lines.append(f"Rows of {join.right} that no row of {join.left} names, by {join.right_key}")
            lines += [f"  {key}" for key in join.right_unmatched_examples]
            more = join.right_unmatched - len(join.right_unmatched_examples)
            lines += [f"  … and {counted(more, 'more')}"] if more > 0 else []
    return "\n".join(map(printable, lines)) or "Every key matches."


def join_facts(join: JoinSummary) -> list[str]:
    """How a table joined, fact by fact; names come out as found."""
    facts = [f"{count(join.matched)} of {count(join.left_rows)} rows match"]
    if join.accepted:
        facts.append(f"{count(join.accepted)} of them by a near miss that was accepted")
    if join.unmatched:
        facts.append(f"{count(join.unmatched)} do not")
    if join.blank_keys:
        facts.append(f"{count(join.blank_keys)} name none")
    if join.right_unmatched:
        facts.append(f"{count(join.right_unmatched)} of {join.right} have none")
    return facts


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
    lines += [f"  {name} is not available: {why}" for name, why in book.unavailable.items()]
    return ["Outcome metrics", *map(printable, lines)]


def _outcomes(book: AccountBook) -> list[str]:
    lines = []
    for source in book.outcome_sources:
        chosen = "  ← used" if source.chosen else ""
        lines.append(f"  {source.name}: {count(source.churned)} of {count(source.customers)} churned{chosen}")
    by_outcome: dict[str, list[str]] = {}
    for label, outcome in book.stages.items():
        deals = f" ({count(book.stage_counts[label])})" if label in book.stage_counts else ""
        by_outcome.setdefault(outcome, []).append(f"{label}{deals}")
    lines += [f"  {outcome}: {', '.join(labels)}" for outcome, labels in by_outcome.items()]
    return ["Where outcomes come from", *map(printable, lines)] if lines else []


def _to_settle(book: AccountBook) -> list[str]:
    lines = [line for question in questions(book) for line in _asked(question, book)]
    return ["To settle (add --save, and it is remembered)", *map(printable, lines)] if lines else []


def _asked(question: Question, book: AccountBook) -> Iterator[str]:
    place = f"{question.table}.{question.header}"
    yield f"  {question.asked}"
    if question.kind == "churn":
        yield f"    --churn {' or '.join(source.name for source in book.outcome_sources)}"
    elif question.kind == "dates":
        yield f"    --date-order {quoted(f'{place} = D/M/Y')} or M/D/Y"
    else:
        asked_of = (question.table, question.header)
        join = next(join for join in book.joins if (join.left, join.left_key) == asked_of)
        for near in join.near_misses[:_MOST_NAMED]:
            said = quoted(f"{place}: {near.found} = {near.meant}")
            yield f"    --accept {said}  {counted(near.rows, 'row')}"
        if len(join.near_misses) > 1:
            yield f"    --accept-all-near-misses {quoted(place)}  all {count(len(join.near_misses))}"


def quoted(text: str) -> str:
    """A text as a shell takes it for one argument."""
    return "'" + text.replace("'", "'\\''") + "'"


def _set_aside(book: AccountBook) -> list[str]:
    lines = []
    for table, records in book.set_aside.items():
        for kind, what in _WHAT_BECAME.items():
            held = [record for record in records if record.kind == kind]
            if held:
                lines.append(f"  {table}: {counted(len(held), 'record')} {what}")
            if kind in ("rejected", "repaired"):
                lines += [f"    {_record(record)}" for record in itertools.islice(held, _MOST_RECORDS)]
                more = len(held) - _MOST_RECORDS
                if more > 0:
                    lines.append(f"    … and {count(more)} more (--set-aside FILE writes them all)")
    return ["Set aside while reading", *lines] if lines else []


def _record(record: SetAside) -> str:
    return printable(f"line {record.line}: {record.reason}: {clip(printable(record.text), _RECORD)}")


def _duplicates(book: AccountBook) -> list[str]:
    lines = [
        f"  {one.account}: lines {', '.join(map(str, one.lines[:_MOST_NAMED]))}"
        f"{', …' if len(one.lines) > _MOST_NAMED else ''}; line {one.kept} was kept"
        for one in book.duplicates[:_MOST_NAMED]
    ]
    more = len(book.duplicates) - _MOST_NAMED
    lines += [f"  … and {count(more)} more"] if more > 0 else []
    return ["Accounts that are there more than once", *map(printable, lines)] if lines else []


def _leaks(book: AccountBook) -> list[str]:
    return _listed("Kept out of slicing", [f"{leak.field}: {leak.reason}" for leak in book.leaks])


def _market(book: AccountBook) -> list[str]:
    if book.market is None:
        return []
    missing = f"; it lacks {', '.join(book.market.missing)}" if book.market.missing else ""
    return _listed("Market", [f"{book.market.name}: {count(len(book.market.accounts))} prospects{missing}"])


def _tables(book: AccountBook) -> list[str]:
    rows = [
        [t.name, t.role, count(t.rows), count(t.columns), count(t.report.rejected), t.report.dialect, t.file]
        for t in book.tables
    ]
    headers = ["table", "read as", "rows", "columns", "rejected", "format", "file"]
    return ["Tables", plain_table(headers, rows, right=(2, 3, 4), widest=_WIDEST)] if rows else []


def _joins(book: AccountBook) -> list[str]:
    lines = [
        f"  {join.left}.{join.left_key} → {join.right}.{join.right_key}: {', '.join(join_facts(join))}"
        for join in book.joins
    ]
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


def _reading_notes(book: AccountBook) -> list[str]:
    """What was noted while reading, beside the records that stand under their own heading."""
    notes = []
    for report in book.reports:
        held = [issue for issue in report.issues if issue.severity == "note"]
        for issue in held[:_MOST_NAMED]:
            where = report.table if issue.line is None else f"{report.table}, line {issue.line}"
            notes.append(f"{where}: {issue.what}")
        if len(held) > _MOST_NAMED:
            notes.append(f"… and {count(len(held) - _MOST_NAMED)} more in {report.table}")
    return notes


def _listed(title: str, texts: Sequence[str]) -> list[str]:
    return [title, *(printable(f"  {text}") for text in texts)] if texts else []
