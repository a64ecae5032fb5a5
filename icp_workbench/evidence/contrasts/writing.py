"""A pair of segments as text, and as data for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from icp_workbench.conditions.condition import EVERYONE
from icp_workbench.conditions.expression import to_text
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.board import as_csv
from icp_workbench.evidence.comparison import Cell, ComparedSegment, Comparison
from icp_workbench.evidence.contrasts.overlap import Overlap
from icp_workbench.evidence.contrasts.pairing import Paired
from icp_workbench.evidence.payload import cell_payload
from icp_workbench.evidence.sentences import months_of
from icp_workbench.render.figures import count, counted, difference, figure, interval, unit_words, with_limits
from icp_workbench.render.tables import markdown_table, markdown_text, plain_table, printable
from icp_workbench.render.verdicts import verdict_text


def pair_text(paired: Paired, fields: Fields, *, markdown: bool = False) -> str:
    """A row a metric, for reading or for a document: both figures with their intervals, the difference with
    its own, the verdict on the first; below it what the two are and what they share."""
    headers = ["metric", paired.first.name, paired.second.name, "difference", f"{paired.first.name} is"]
    rows = [["accounts", count(paired.first.accounts), count(paired.second.accounts), "", ""]]
    for metric, cell, second in zip(paired.metrics, paired.cells, paired.seconds, strict=True):
        unit = unit_words(metric.unit)
        name = f"{metric.label} ({unit})" if unit else metric.label
        rows.append([name, _figure(cell), _figure(second), apart(cell), verdict_text(cell.verdict)])
    lines = [*_sides(paired, fields), shared(paired), *remarks(paired)]
    if markdown:
        return f"{markdown_table(headers, rows)}\n\n{markdown_list(lines)}\n"
    return "\n".join([plain_table(headers, rows), "", *map(printable, lines)]) + "\n"


def pair_csv(paired: Paired, fields: Fields) -> str:
    """A line per cell of either segment, with the names of the board's CSV; `rest` is the other's figure."""
    segments = (paired.first, paired.second)
    return as_csv(Comparison(paired.metrics, segments, (*paired.cells, *paired.seconds), 0), fields)


def pair_payload(paired: Paired, fields: Fields) -> dict[str, Any]:
    """`first` and `second` (name, condition, accounts, unknown), `both` (accounts in both), `cells`: of the
    first, then of the second, as `icp compare --format json` has them; a cell's `rest` is the other's
    estimate."""
    return {
        "first": _segment_payload(paired.first, fields),
        "second": _segment_payload(paired.second, fields),
        "both": paired.both,
        "cells": [cell_payload(cell) for cell in (*paired.cells, *paired.seconds)],
    }


def shared(paired: Paired) -> str:
    """How many accounts the two have in common, as a sentence; data in it is not cleaned."""
    first, second = paired.first, paired.second
    return Overlap(first.name, second.name, first.accounts, second.accounts, paired.both).sentence + "."


def remarks(paired: Paired) -> list[str]:
    """What the figures rest on, and why a verdict is missing, as sentences; data in them is not cleaned."""
    tested = sum(cell.q_value is not None for cell in paired.cells)
    lines = []
    if tested:
        lines.append(
            f"95 % intervals, clustered by account. {paired.first.name} stands directly against "
            f"{paired.second.name}; better and worse hold at q ≤ 0.05 over {counted(tested, 'comparison')}."
        )
    for metric, cell in zip(paired.metrics, paired.cells, strict=True):
        horizon = cell.effect.get("horizon")
        if horizon is not None:
            lines.append(f"{metric.label}: margin over the first {months_of(metric, horizon)}.")
        if cell.verdict in ("too_few", "none") and cell.reason:
            lines.append(f"{metric.label}: {cell.reason}.")
    return lines + [f"{metric.label}: {metric.note}" for metric in paired.metrics if metric.note]


def apart(cell: Cell, *, limits: bool = True) -> str:
    """A difference, with its interval in the same unit: `+13 pts (9–17)`."""
    change = difference(cell.difference, cell.unit)
    if not limits or cell.difference_low is None or cell.difference_high is None:
        return change
    ends = interval(cell.difference_low, cell.difference_high, cell.unit).removesuffix("%")
    return f"{change} ({ends})"


def markdown_list(lines: Iterable[str]) -> str:
    """Lines of text as a list in Markdown; markup in them is shown as text."""
    return "\n".join(f"- {markdown_text(line)}" for line in lines)


def _figure(cell: Cell) -> str:
    if cell.estimate is None:
        return figure(None)
    return f"{with_limits(cell.estimate, cell.low, cell.high, cell.unit)}  n {count(cell.n)}"


def _sides(paired: Paired, fields: Fields) -> list[str]:
    lines = []
    for side in (paired.first, paired.second):
        unknown = f"; {count(side.unknown)} unknown" if side.unknown else ""
        lines.append(f"{side.name}: {to_text(side.condition, fields)}{unknown}")
    return lines


def _segment_payload(segment: ComparedSegment, fields: Fields) -> dict[str, Any]:
    condition = "" if segment.condition == EVERYONE else to_text(segment.condition, fields)
    return {
        "name": segment.name,
        "condition": condition,
        "accounts": segment.accounts,
        "unknown": segment.unknown,
    }
