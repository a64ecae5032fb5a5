"""The left of the Data room: what was read and understood, a line each; what should be asked on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

from icp_workbench.book.book import AccountBook, JoinSummary
from icp_workbench.book.questions import Question
from icp_workbench.evidence.comparison import AVERAGE, Comparison
from icp_workbench.render import figures
from icp_workbench.render.dates import period
from icp_workbench.tui.lines import Line, Piece, cut, fit, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.data_subjects import (
    ItemRow,
    JoinItem,
    LeakItem,
    MetricItem,
    ObservedItem,
    PeriodItem,
    QuestionItem,
    SaidItem,
    SetAsideItem,
    SourceItem,
    StageItem,
    Subject,
    TableItem,
)
from icp_workbench.tui.widgets.rows_view import Row, TextRow

OUTCOME_MARKS = {
    "won": ("✓", "good"),
    "lost": ("✕", "bad"),
    "open": ("…", "muted"),
    "neither": ("–", "muted"),
}
_MOST_SAID_LINES = 3
_WIDE = 52  # from this width on figures have wide columns, and metrics three of them


@dataclass(frozen=True)
class Overview:
    """What the left shows of a book. `smallest`: per metric the smallest difference it could show, in
    words."""

    book: AccountBook
    asked: Sequence[Question] = ()
    comparison: Comparison | None = None
    smallest: Mapping[str, str] = field(default_factory=dict)


def overview_rows(shown: Overview, width: int) -> list[Row]:
    """The rows of the left pane in `width` cells."""
    rows: list[Row] = []
    for title, beside, items in _sections(shown, width):
        held = list(items)
        if not held:
            continue
        if rows:
            rows.append(TextRow(("gap", title)))
        ink = "warn!" if title in ("Questions", "Differences", "Warnings") else "text!"
        gap = width - cell_len(title) - cell_len(beside)
        if gap < 2:
            gap, beside = 0, ""
        rows.append(TextRow(("head", title), ((title, ink), (" " * gap + beside, "muted"))))
        rows += held
    return rows


Section = tuple[str, str, Iterator[Row]]


def _sections(shown: Overview, width: int) -> Iterator[Section]:
    book = shown.book
    yield "Questions", "⏎ answer", _questions(shown.asked, width)
    each = _figure(width)
    yield (
        "Tables",
        "rows".rjust(each) + ("set aside" if each > 9 else "aside").rjust(each),
        _tables(book, width),
    )
    yield "Joins", "join".rjust(each) + "do not".rjust(each), _joins(book, width)
    yield "Outcome metrics", _metric_heads(width), _metrics(shown, width)
    yield "Outcomes counted", "", _period(book)
    yield "Who churned", "of customers", _sources(book, width)
    yield "Stages", "deals", _stages(book, width)
    yield "Kept out of slicing", "known only after the outcome", _leaks(book, width)
    yield "Set aside", "records", _set_aside(book, width)
    yield "Made here", "", _observed(book, width)
    yield "Differences", "from the book file", _said("difference", book.differences, width)
    yield "Warnings", "", _said("warning", book.warnings, width)
    yield "Notes", "", _said("note", book.notes, width)


def _ended(subject: Subject, left: Sequence[Piece], right: Sequence[Piece], width: int) -> ItemRow:
    """Pieces at the left edge, cut where they would run into those at the right edge."""
    room = max(width - sum(cell_len(text) for text, _ in right), 8)
    kept: list[Piece] = []
    for text, ink in left:
        shown = cut(text, max(room - 1, 0))
        room -= cell_len(shown)
        kept.append((shown, ink))
    return ItemRow(subject, (*kept, (" " * max(room, 0), "text"), *right))


def _questions(asked: Sequence[Question], width: int) -> Iterator[Row]:
    for question in asked:
        lines = wrapped(clean(question.asked, 300), max(width - 4, 20))
        yield ItemRow(QuestionItem(question), (("  ? ", "warn!"), (lines[0], "text")))
        for at, line in enumerate(lines[1:]):
            yield TextRow((question, at), ((f"    {line}", "text"),))


def _tables(book: AccountBook, width: int) -> Iterator[Row]:
    each = _figure(width)
    if len(book.tables) > 1:
        rows = figures.count(sum(table.rows for table in book.tables)).rjust(each) + " " * each
        name = f"  all {len(book.tables)} tables"
        yield _ended(TableItem(None), [(name, "muted")], [(rows, "muted")], width)
    longest = max((cell_len(clean(table.name, 60)) for table in book.tables), default=8)
    name_width = min(longest + 4, max(width - 2 * each - 14, 12))
    for table in book.tables:
        aside = len(book.set_aside.get(table.name, ())) or table.report.rejected
        yield _ended(
            TableItem(table.name),
            [
                (fit(f"  {clean(table.name, 60)}", name_width - 1) + " ", "text"),
                (table.role, "muted" if table.role == "unused" else "accent"),
            ],
            [
                (figures.count(table.rows).rjust(each), "text"),
                ((figures.count(aside) if aside else "–").rjust(each), "warn" if aside else "faint"),
            ],
            width,
        )


def _figure(width: int) -> int:
    """Cells of a figure's column."""
    return 11 if width >= _WIDE else 8


def _joins(book: AccountBook, width: int) -> Iterator[Row]:
    each = _figure(width)
    for join in book.joins:
        left = join.unmatched + join.blank_keys
        yield _ended(
            JoinItem(join.left, join.left_key, join.right),
            [("  ", "text"), (_join_name(join, width - 2 * each - 4), "text")],
            [
                (figures.count(join.matched).rjust(each), "text"),
                ((figures.count(left) if left else "–").rjust(each), "warn" if join.unmatched else "muted"),
            ],
            width,
        )


def _join_name(join: JoinSummary, width: int) -> str:
    left, right, key = clean(join.left, 40), clean(join.right, 40), clean(join.left_key, 40)
    forms = (f"{left}.{key} → {right}", f"{left} → {right}", f"{key} → {right}")
    half = max((width - 3) // 2, 4)
    return next(
        (form for form in forms if cell_len(form) <= width), f"{cut(left, half)} → {cut(right, half)}"
    )


def _metric_heads(width: int) -> str:
    if width < _WIDE:
        return f"{'all accounts':>12}{'n':>8}"
    return f"{'all accounts':>12}{'n':>10}{'could show':>12}"


def _metrics(shown: Overview, width: int) -> Iterator[Row]:
    wide = width >= _WIDE
    for metric in shown.book.metrics:
        cell = None
        if shown.comparison is not None and metric in shown.comparison.metrics:
            cell = shown.comparison.cell(AVERAGE, metric.name)
        estimate = figures.figure(cell.estimate, cell.unit) if cell is not None else ""
        yield _ended(
            MetricItem(metric.name),
            [("  ✓ ", "good"), (clean(metric.label, 40), "text!" if metric.core else "text")],
            [
                (estimate.rjust(12), "text"),
                ((figures.count(cell.n) if cell is not None else "").rjust(10 if wide else 8), "muted"),
                (shown.smallest.get(metric.name, "").rjust(12) if wide else "", "muted"),
            ],
            width,
        )
    for name, missing in shown.book.unavailable.items():
        label = clean(name, 60).replace("_", " ")
        room = max(width - 30, 0)
        yield ItemRow(
            MetricItem(name),
            (("  – ", "faint"), (fit(label, 24) + "  ", "muted"), (cut(clean(missing, 200), room), "faint")),
        )


def _period(book: AccountBook) -> Iterator[Row]:
    if book.period is not None:
        yield ItemRow(PeriodItem(), ((f"  closed {period(*book.period)}", "text"),))


def _sources(book: AccountBook, width: int) -> Iterator[Row]:
    if len(book.outcome_sources) < 2:
        return
    for source in book.outcome_sources:
        mark = ("  ● ", "accent") if source.chosen else ("  ○ ", "muted")
        told = f"{figures.count(source.churned)} of {figures.count(source.customers)}"
        name = clean(source.label or source.name, 60)
        yield _ended(SourceItem(source.name), [mark, (name, "text")], [(told, "text")], width)


def _stages(book: AccountBook, width: int) -> Iterator[Row]:
    for label, outcome in book.stages.items():
        mark, ink = OUTCOME_MARKS.get(outcome, ("?", "warn"))
        count = figures.count(book.stage_counts[label]) if label in book.stage_counts else ""
        yield _ended(
            StageItem(label),
            [(f"  {mark} ", ink), (fit(outcome, 9), ink), (clean(label, 60), "text")],
            [(count, "text")],
            width,
        )


def _leaks(book: AccountBook, width: int) -> Iterator[Row]:
    for leak in book.leaks:
        name = clean(leak.field, 60).replace("_", " ")
        room = max(width - 30, 0)
        yield ItemRow(
            LeakItem(leak.field),
            (("  ✕ ", "bad"), (fit(name, 24) + "  ", "text"), (cut(clean(leak.reason, 200), room), "muted")),
        )


def _set_aside(book: AccountBook, width: int) -> Iterator[Row]:
    for table, records in book.set_aside.items():
        kinds = Counter(record.kind for record in records)
        told = ", ".join(f"{figures.count(many)} {kind}" for kind, many in kinds.most_common())
        serious = kinds["rejected"] + kinds["repaired"]
        yield _ended(
            SetAsideItem(table), [(f"  {clean(table, 60)}", "text")],
            [(told, "warn" if serious else "muted")], width,
        )  # fmt: skip


def _observed(book: AccountBook, width: int) -> Iterator[Row]:
    for made in book.mapping.observed:
        there = made.name in book.fields
        what = type(made.definition).__name__.lower() if there else "cannot be made"
        yield _ended(
            ObservedItem(made.name), [(f"  {clean(made.label or made.name, 60)}", "text")],
            [(what, "muted" if there else "warn")], width,
        )  # fmt: skip


def _said(what: str, texts: Sequence[str], width: int) -> Iterator[Row]:
    for at, text in enumerate(texts):
        lines = wrapped(clean(text, 400), max(width - 4, 20))
        if len(lines) > _MOST_SAID_LINES:
            lines = [*lines[: _MOST_SAID_LINES - 1], lines[_MOST_SAID_LINES - 1] + " …"]
        for number, line in enumerate(lines or [""]):
            pieces: Line = ((f"  {'·' if number == 0 else ' '} ", "muted"), (line, "muted"))
            key = SaidItem(what, at, text)
            yield ItemRow(key, tuple(pieces)) if number == 0 else TextRow((key, number), tuple(pieces))
