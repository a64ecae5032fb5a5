"""What became other in a book that was understood another way: the figures before and after, in words."""

from __future__ import annotations

from collections.abc import Iterator

from icp_workbench.book.book import AccountBook
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison
from icp_workbench.render import figures

MOST_NAMED = 3


def what_changed(
    before: AccountBook, was: Comparison | None, after: AccountBook, now: Comparison
) -> tuple[str, ...]:
    """One short line for each figure that is another: accounts, metrics, joins, records, attributes, leaks.

    `was` and `now` are boards of the two books that hold the average customer (`was` None: not counted yet).
    Empty where nothing changed that a figure rests on.
    """
    return (
        *_counts(before, after),
        *_metrics(was, now, after),
        *_joins(before, after),
        *_attributes(before, after),
    )


def _counts(before: AccountBook, after: AccountBook) -> Iterator[str]:
    pairs = [("accounts", len(before.accounts), len(after.accounts))]
    for grain in dict.fromkeys((*before.observations, *after.observations)):
        sizes = [
            len(book.observations[grain].account) if grain in book.observations else 0
            for book in (before, after)
        ]
        pairs.append((f"{grain}s", sizes[0], sizes[1]))
    pairs.append(("rows loaded", _loaded(before), _loaded(after)))
    for what, old, new in pairs:
        if old != new:
            yield f"{what} {figures.count(old)} → {figures.count(new)}"


def _loaded(book: AccountBook) -> int:
    return sum(table.report.loaded for table in book.tables)


def _metrics(was: Comparison | None, now: Comparison, after: AccountBook) -> Iterator[str]:
    if was is None:
        return
    known = {metric.name: metric for metric in was.metrics}
    for metric in now.metrics:
        new = now.cell(AVERAGE, metric.name)
        if metric.name not in known:
            yield f"{metric.label}: can be computed now, {_told(new)}"
            continue
        old = was.cell(AVERAGE, metric.name)
        if (old.estimate, old.n, old.unit) != (new.estimate, new.n, new.unit):
            yield f"{metric.label} {_told(old)} → {_told(new)}"
        elif known[metric.name].margin != metric.margin:
            yield f"{metric.label}: margin {_margin(known[metric.name].margin)} → {_margin(metric.margin)}"
    for name, metric in known.items():
        if name not in {other.name for other in now.metrics}:
            why = after.unavailable.get(name, "")
            yield f"{metric.label}: not available any more" + (f", {why}" if why else "")


def _told(cell: Cell) -> str:
    return f"{figures.figure(cell.estimate, cell.unit)} (n {figures.count(cell.n)})"


def _margin(margin: float) -> str:
    return f"{margin:.4g}"


def _joins(before: AccountBook, after: AccountBook) -> Iterator[str]:
    known = {(join.left, join.right): join for join in before.joins}
    for join in after.joins:
        old = known.pop((join.left, join.right), None)
        names = f"{join.left} → {join.right}"
        if old is None:
            yield f"{names}: {figures.count(join.matched)} rows join now"
        elif old.matched != join.matched:
            yield f"{names}: {figures.count(old.matched)} → {figures.count(join.matched)} rows join"
    for join in known.values():
        yield f"{join.left} → {join.right}: joined no longer"


def _attributes(before: AccountBook, after: AccountBook) -> Iterator[str]:
    was_kept_out = {leak.field for leak in before.leaks}
    kept_out = {leak.field for leak in after.leaks}
    old = [name for name in before.fields if name not in was_kept_out]
    new = [name for name in after.fields if name not in kept_out]
    for what, names in (
        ("new attribute", [name for name in new if name not in old]),
        ("attribute gone", [name for name in old if name not in after.fields]),
        ("kept out now", [name for name in after.fields if name in kept_out - was_kept_out]),
    ):
        if names:
            more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
            yield f"{what}: {', '.join(names[:MOST_NAMED])}{more}"
    for name in new:
        if name in before.fields and before.fields[name].type != after.fields[name].type:
            yield f"{name}: {before.fields[name].type} → {after.fields[name].type}"
