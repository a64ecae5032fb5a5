"""A pair of segments, and where one fails, as text and as data for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from icp_workbench.conditions.expression import to_text
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.comparison import Cell
from icp_workbench.evidence.contrasts.exceptions import Exceptions, SubGroup
from icp_workbench.evidence.contrasts.overlap import Overlap
from icp_workbench.evidence.contrasts.pairing import Paired
from icp_workbench.evidence.payload import cell_payload
from icp_workbench.render.figures import count, counted, difference, figure, interval, unit_words
from icp_workbench.render.tables import markdown_table, plain_table, printable
from icp_workbench.render.verdicts import verdict_text


def pair_rows(paired: Paired) -> tuple[list[str], list[list[str]]]:
    """Headers and a row a metric: both figures with their intervals, the difference with its own, the verdict
    on the first."""
    headers = ["metric", paired.first.name, paired.second.name, "difference", f"{paired.first.name} is"]
    rows = [["accounts", count(paired.first.accounts), count(paired.second.accounts), "", ""]]
    for metric, cell, second in zip(paired.metrics, paired.cells, paired.seconds, strict=True):
        unit = unit_words(metric.unit)
        name = f"{metric.label} ({unit})" if unit else metric.label
        rows.append([name, _figure(cell), _figure(second), _difference(cell), verdict_text(cell.verdict)])
    return headers, rows


def pair_text(paired: Paired, fields: Fields, *, markdown: bool = False) -> str:
    """The pair as a table for reading, or for a document."""
    headers, rows = pair_rows(paired)
    lines = [*(_condition(side, fields) for side in (paired.first, paired.second)), shared(paired)]
    if markdown:
        legend = "\n".join(f"- {line}" for line in lines)
        return f"{markdown_table(headers, rows)}\n\n{legend}\n"
    return "\n".join([plain_table(headers, rows), "", *lines]) + "\n"


def shared(paired: Paired) -> str:
    """How many accounts the two have in common."""
    first, second = paired.first, paired.second
    return printable(
        Overlap(first.name, second.name, first.accounts, second.accounts, paired.both).sentence + "."
    )


def pair_payload(paired: Paired) -> dict[str, Any]:
    """`first`, `second`, `both`, `cells`: names as `icp compare --format json` has them; a cell's `rest` is
    the second's estimate."""
    return {
        "first": paired.first.name,
        "second": paired.second.name,
        "both": paired.both,
        "cells": [cell_payload(cell) for cell in paired.cells],
    }


def exceptions_lines(name: str, found: Exceptions) -> list[str]:
    """Where a segment fails, in sentences."""
    lines = [printable(f"Where {name} fails, by {found.metric.label.lower()}: {found.sentence}")]
    for title, groups in (("inside", found.inside), ("outside", found.outside)):
        lines += [f"  {title}: {printable(_with_alike(group))}" for group in groups]
    return lines


def _with_alike(group: SubGroup) -> str:
    return group.sentence + (f" Nearly the same accounts: {'; '.join(group.alike)}." if group.alike else "")


def exceptions_payload(name: str, found: Exceptions, fields: Fields) -> dict[str, Any]:
    """`segment`, `metric`, `looked_at`, `inside` and `outside`: what each sub-group is, and its figures."""
    return {
        "segment": name,
        "metric": found.metric.name,
        "looked_at": found.looked_at,
        **{
            side: [_group_payload(group, fields) for group in groups]
            for side, groups in (("inside", found.inside), ("outside", found.outside))
        },
    }


def _group_payload(group: SubGroup, fields: Fields) -> dict[str, Any]:
    return {
        "condition": to_text(group.condition, fields),
        "words": group.words,
        "accounts": group.accounts,
        "own": asdict(group.own),
        "others": asdict(group.others),
        "verdict": group.verdict,
        "p_value": group.p_value,
        "q_value": group.q_value,
        "beyond_average": group.beyond_average,
        "alike": list(group.alike),
    }


def _figure(cell: Cell) -> str:
    if cell.estimate is None:
        return figure(None)
    value = figure(cell.estimate, cell.unit, with_unit=False)
    return f"{value} ({interval(cell.low, cell.high, cell.unit)})  n {count(cell.n)}"


def _difference(cell: Cell) -> str:
    if cell.difference is None:
        return figure(None)
    limits = interval(cell.difference_low, cell.difference_high, cell.unit)
    return f"{difference(cell.difference, cell.unit)} ({limits})"


def _condition(side: Any, fields: Fields) -> str:
    return printable(f"{side.name}: {to_text(side.condition, fields)}; {counted(side.accounts, 'account')}")
