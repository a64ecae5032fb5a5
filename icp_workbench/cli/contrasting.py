"""What `icp compare --pair` and `--fails` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.cli.showing import json_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import chosen_metrics
from icp_workbench.evidence.contrasts.exceptions import where_it_fails
from icp_workbench.evidence.contrasts.pairing import compare_pair
from icp_workbench.evidence.contrasts.writing import pair_csv, pair_payload, pair_text
from icp_workbench.evidence.contrasts.writing_exceptions import (
    exceptions_csv,
    exceptions_payload,
    exceptions_text,
)
from icp_workbench.segments.index import RowSet, SegmentIndex

Rows = Mapping[str, RowSet]


def check_names(given: Sequence[str], pair: tuple[str, str] | None, fails: str | None) -> None:
    """WorkbenchError for a segment that was not given, and for a pair of one. Nothing was read by then."""
    for name in (*(pair or ()), *([fails] if fails is not None else [])):
        if name not in given:
            raise WorkbenchError(
                "Unknown segment",
                f"There is no segment `{name}` among those given.",
                f'Give it with --segment "{name}: …"; given: {", ".join(given) or "none"}.',
            )
    if pair and pair[0] == pair[1]:
        raise WorkbenchError(
            "One segment, named twice",
            f"`{pair[0]}` cannot stand against itself.",
            "Name two of the segments given with --segment.",
        )


def pair_output(
    index: SegmentIndex, rows: Rows, metrics: Sequence[str], form: str, pair: tuple[str, str]
) -> str:
    """Two segments directly against each other, in one of the four formats."""
    first, second = ((name, rows[name]) for name in pair)
    paired, fields = compare_pair(index, first, second, list(metrics) or None), index.book.fields
    if form == "json":
        return json_text({"pair": pair_payload(paired, fields)}) + "\n"
    if form == "csv":
        return pair_csv(paired, fields)
    return pair_text(paired, fields, markdown=form == "markdown")


def fails_output(index: SegmentIndex, rows: Rows, metrics: Sequence[str], form: str, name: str) -> str:
    """Where a segment does not hold, by the first of the metrics (else the first core one of the book), in
    one of the four formats. WorkbenchError for a segment of nobody or of everybody, and without a metric."""
    segment, fields = rows[name], index.book.fields
    _check_two_sides(name, segment)
    found = where_it_fails(index, segment, _headline(index, metrics))
    if form == "json":
        return json_text({"exceptions": exceptions_payload(name, segment.condition, found, fields)}) + "\n"
    if form == "csv":
        return exceptions_csv(name, found, fields)
    return exceptions_text(name, segment.condition, found, fields, markdown=form == "markdown")


def _check_two_sides(name: str, segment: RowSet) -> None:
    if not segment.own.any():
        raise WorkbenchError(
            "Empty segment",
            f"Segment `{name}` holds no account, so nothing inside it can fail.",
            "Widen its condition.",
        )
    if segment.own.all():
        raise WorkbenchError(
            "No rest",
            f"Segment `{name}` holds every account: there is nothing outside it, and no pattern to fail.",
            "Narrow its condition.",
        )


def _headline(index: SegmentIndex, metrics: Sequence[str]) -> str:
    chosen = chosen_metrics(index.book, list(metrics) or None)
    core = [metric for metric in chosen if metric.core] or list(chosen)
    if not core:
        raise WorkbenchError(
            "No outcome to judge by",
            "This book supports no outcome metric, so nothing can be said of who does better.",
            "`icp data` lists what each metric needs.",
        )
    return (chosen[0] if metrics else core[0]).name
