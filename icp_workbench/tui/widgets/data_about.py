"""What the detail pane of the Data room says of the thing under the cursor, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric
from icp_workbench.evidence.comparison import AVERAGE
from icp_workbench.render import figures
from icp_workbench.render.dates import day
from icp_workbench.segments.histograms import Histogram
from icp_workbench.tui.lines import Line
from icp_workbench.tui.safe import clean
from icp_workbench.tui.widgets.data_detail import column_lines, join_lines, paragraph, table_lines
from icp_workbench.tui.widgets.data_overview import Overview
from icp_workbench.tui.widgets.data_subjects import (
    ColumnItem,
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

_ESTIMATORS = {
    "share": "the share of {grain}s",
    "median": "the median over {grain}s",
    "ratio": "a sum over {grain}s divided by another",
    "survival": "the share of {grain}s still there after {horizon}",
    "spread": "the middle half's width over the median, of {grain}s",
    "lifetime": "margin a month × months expected, over {grain}s",
}


def title_of(subject: Subject | None) -> str:
    """What stands over the detail pane."""
    match subject:
        case ColumnItem(table):
            return table
        case TableItem():
            return "Table"
        case JoinItem():
            return "Join"
        case MetricItem():
            return "Outcome metric"
        case SourceItem():
            return "Source of churn"
        case StageItem():
            return "Stage"
        case LeakItem():
            return "Leak"
        case SetAsideItem():
            return "Set aside"
        case QuestionItem():
            return "Question"
        case SaidItem(what):
            return what.capitalize()
        case _:
            return "Detail"


def about(
    shown: Overview, subject: Subject | None, histogram: Histogram | None, width: int, height: int
) -> list[Line]:
    """Lines on a subject, in `width` cells and, where there is a choice, at most `height` of them."""
    return list(_about(shown, subject, histogram, width, height))


def _about(
    shown: Overview, subject: Subject | None, histogram: Histogram | None, width: int, height: int
) -> Iterator[Line]:
    book = shown.book
    match subject:
        case ColumnItem() if (column := subject.of(book)) is not None:
            yield from column_lines(book, column, histogram, width, height)
        case LeakItem() if (column := subject.column(book)) is not None:
            yield from column_lines(book, column, histogram, width, height)
        case TableItem(None):
            yield from _all_tables(book, width)
        case TableItem(name):
            for table in book.tables:
                if table.name == name:
                    yield from table_lines(book, table, width)
        case JoinItem() if (join := subject.of(book)) is not None:
            yield from join_lines(join, width)
        case MetricItem(name):
            yield from metric_lines(shown, name, width)
        case SourceItem(name):
            yield from _source(book, name, width)
        case StageItem(label):
            many = book.stage_counts.get(label)
            told = f" {figures.counted(many, 'deal')}." if many is not None else ""
            yield from paragraph(f"“{label}” counts as {book.stages.get(label, '')}.{told}", width, "text")
            yield from paragraph("Won and lost deals make the win rate; open ones and neither are left out.",
                                 width, "muted")  # fmt: skip
        case SetAsideItem(table):
            for record in book.set_aside.get(table, ())[:height]:
                text = f"line {figures.count(record.line)}, {record.kind}: {record.reason}"
                yield [(clean(text, width), "warn" if record.kind in ("rejected", "repaired") else "muted")]
        case QuestionItem(question):
            yield from paragraph(question.asked, width, "warn!")
            yield [("⏎", "accent!"), (" answers it; everything is counted again", "muted")]
        case PeriodItem():
            yield from paragraph(_period_words(book), width, "text")
        case ObservedItem(name):
            for made in book.mapping.observed:
                if made.name == name:
                    yield from paragraph(made.label or made.name, width, "text!")
                    yield from paragraph(made.note, width, "muted")
        case SaidItem(_, _, text):
            yield from paragraph(text, width, "text")


def _all_tables(book: AccountBook, width: int) -> Iterator[Line]:
    parts = [figures.counted(len(book.accounts), "account")]
    parts += [figures.counted(len(held.account), grain) for grain, held in book.observations.items()]
    yield from paragraph(f"{book.name}: {', '.join(parts)}", width, "text!")
    if book.as_of is not None:
        yield from paragraph(f"as of {day(book.as_of)}", width, "muted")
    yield from paragraph(f"{len(book.fields):,} attributes, {len(book.leaks):,} kept out", width, "muted")


def metric_lines(shown: Overview, name: str, width: int) -> Iterator[Line]:
    """A metric: what it is, how big, what difference counts and what could be seen; or what it lacks."""
    book = shown.book
    metric = next((held for held in book.metrics if held.name == name), None)
    if metric is None:
        yield [(clean(name, 80).replace("_", " "), "text!"), ("  cannot be computed", "warn")]
        yield from paragraph(book.unavailable.get(name, ""), width, "text")
        return
    yield [(clean(metric.label, 80), "text!"), ("  core" if metric.core else "", "accent")]
    yield from paragraph(definition(metric), width, "text")
    if shown.comparison is not None and metric in shown.comparison.metrics:
        cell = shown.comparison.cell(AVERAGE, name)
        within = figures.interval(cell.low, cell.high, cell.unit)
        told = (
            f"all accounts: {figures.figure(cell.estimate, cell.unit)} ({within}), n {figures.count(cell.n)}"
        )
        yield from paragraph(told, width, "text")
    yield from paragraph(f"a difference under {margin_words(metric)} is not worth acting on", width, "muted")
    if shown.smallest.get(name):
        least = f"the smallest difference a third of the accounts could show is {shown.smallest[name]}"
        yield from paragraph(least, width, "muted")
    if metric.note:
        yield from paragraph(metric.note, width, "muted")


def definition(metric: Metric) -> str:
    """What a metric is, in a sentence."""
    what = _ESTIMATORS[metric.estimator].format(
        grain=metric.grain, horizon=metric.horizon_label or f"{metric.horizon or 0:g}"
    )
    only = f" that were {metric.where}" if metric.where == "won" else ""
    return f"{what}{only}; {metric.better} is better"


def margin_words(metric: Metric) -> str:
    """The smallest difference worth acting on, with its unit."""
    if metric.margin_is_relative:
        return figures.figure(metric.margin, "share")
    return figures.size_of_difference(metric.margin, metric.unit)


def _source(book: AccountBook, name: str, width: int) -> Iterator[Line]:
    for source in book.outcome_sources:
        if source.name == name:
            yield [
                (clean(source.label or source.name, 80), "text!"),
                ("  used" if source.chosen else "", "accent"),
            ]
            told = f"{figures.count(source.churned)} of {figures.counted(source.customers, 'customer')} left"
            yield from paragraph(told, width, "text")
    yield from paragraph("Sources are never blended: one says who left.", width, "muted")


def _period_words(book: AccountBook) -> str:
    first, last = book.period or (None, None)
    chosen = "chosen here" if book.mapping.period is not None else "all there are"
    return f"Outcomes closed from {day(first)} to {day(last)} count ({chosen}); others are left out."
