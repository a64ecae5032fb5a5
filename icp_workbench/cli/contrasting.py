"""What `icp compare --pair` and `--fails` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from icp_workbench.cli.showing import json_text
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import chosen_metrics
from icp_workbench.evidence.contrasts.exceptions import Exceptions, where_it_fails
from icp_workbench.evidence.contrasts.pairing import Paired, compare_pair
from icp_workbench.evidence.contrasts.writing import (
    exceptions_lines,
    exceptions_payload,
    pair_payload,
    pair_rows,
    pair_text,
)
from icp_workbench.render.tables import csv_table
from icp_workbench.segments.index import RowSet, SegmentIndex


def contrast_text(
    index: SegmentIndex,
    rows: Mapping[str, RowSet],
    metrics: Sequence[str],
    form: str,
    pair: tuple[str, str] | None,
    fails: str | None,
) -> str:
    """The pair, or the exceptions of a segment, or both, in one of the four formats. WorkbenchError for a
    segment that was not given, and for a book without the metric."""
    names = [*(pair or ()), *([fails] if fails is not None else [])]
    unknown = [name for name in names if name not in rows]
    if unknown:
        raise WorkbenchError(
            "Unknown segment",
            f"There is no segment `{unknown[0]}` among those given.",
            f'Give it with --segment "{unknown[0]}: …"; given: {", ".join(rows) or "none"}.',
        )
    paired = None
    if pair:
        paired = compare_pair(
            index, (pair[0], rows[pair[0]]), (pair[1], rows[pair[1]]), list(metrics) or None
        )
    found = None
    if fails is not None:
        found = where_it_fails(index, rows[fails], _headline(index, metrics))
    return _written(index, form, paired, fails or "", found)


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


def _written(
    index: SegmentIndex, form: str, paired: Paired | None, name: str, found: Exceptions | None
) -> str:
    fields = index.book.fields
    if form == "json":
        payload: dict[str, Any] = {}
        if paired is not None:
            payload["pair"] = pair_payload(paired)
        if found is not None:
            payload["exceptions"] = exceptions_payload(name, found, fields)
        return json_text(payload) + "\n"
    if form == "csv":
        parts = []
        if paired is not None:
            parts.append(csv_table(*pair_rows(paired)))
        if found is not None:
            groups = [(group.side, group.words, group) for group in (*found.inside, *found.outside)]
            rows = [
                [side, words, g.accounts, g.own.value, g.others.value, g.p_value, g.q_value, g.verdict]
                for side, words, g in groups
            ]
            headers = ["side", "sub_group", "accounts", "own", "others", "p_value", "q_value", "verdict"]
            parts.append(csv_table(headers, rows))
        return "\n".join(parts)
    markdown = form == "markdown"
    texts = [] if paired is None else [pair_text(paired, fields, markdown=markdown)]
    if found is not None:
        lines = exceptions_lines(name, found)
        if markdown:
            lines = [lines[0], "", *(f"- {line.strip()}" for line in lines[1:])]
        texts.append("\n".join(lines) + "\n")
    return "\n".join(texts)
