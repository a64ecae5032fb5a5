"""The board as text: the comparison as a table, Markdown or CSV, cell for cell as on screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.conditions.expression import to_text
from icp_workbench.conditions.fields import Fields
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison
from icp_workbench.evidence.contrasts.overlap import Overlap
from icp_workbench.evidence.payload import cell_payload
from icp_workbench.evidence.scrutiny.cautions import cautions
from icp_workbench.evidence.sentences import months_of
from icp_workbench.render.figures import count, figure, interval, is_currency, percent_of, unit_words
from icp_workbench.render.tables import csv_table, markdown_table, plain_table, printable
from icp_workbench.render.verdicts import verdict_text
from icp_workbench.segments.market import MarketCount

_EFFECTS = ("risk_ratio", "ratio_of_medians", "ratio", "cliffs_delta", "mean", "horizon")


def as_table(
    comparison: Comparison,
    fields: Fields,
    market: Mapping[str, MarketCount] | None = None,
    shared: Sequence[Overlap] = (),
) -> str:
    """For reading: a row per metric, a column per segment, then the conditions and what was too few."""
    headers, rows = _grid(comparison)
    lines = [*_legend(comparison, fields), *_market_lines(market or {}), *_warning_lines(comparison, shared)]
    return "\n".join([plain_table(headers, rows), "", *lines]) + "\n"


def as_markdown(
    comparison: Comparison,
    fields: Fields,
    market: Mapping[str, MarketCount] | None = None,
    shared: Sequence[Overlap] = (),
) -> str:
    """The same for a document: a Markdown table and the conditions as a list."""
    headers, rows = _grid(comparison)
    lines = [*_legend(comparison, fields), *_market_lines(market or {}), *_warning_lines(comparison, shared)]
    legend = "\n".join(f"- {line}" for line in lines)
    return f"{markdown_table(headers, rows)}\n\n{legend}\n"


def as_csv(comparison: Comparison, fields: Fields) -> str:
    """For programs: a line per cell with every figure in full, empty where there is none."""
    conditions = {segment.name: to_text(segment.condition, fields) for segment in comparison.segments}
    rows = []
    for cell in comparison.cells:
        figures = cell_payload(cell)
        effects = figures.pop("effect")
        row = {"segment": figures.pop("segment"), "condition": conditions[cell.segment], **figures}
        rows.append(row | {name: effects.get(name) for name in _EFFECTS})
    headers = list(rows[0]) if rows else ["segment", "condition", "metric"]
    return csv_table(headers, [list(row.values()) for row in rows])


def _grid(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    headers = ["metric", *("average customer" if s.name == AVERAGE else s.name for s in comparison.segments)]
    total = comparison.segments[0].accounts
    sizes = ["accounts"]
    sizes += [
        count(s.accounts) if s.name == AVERAGE else f"{count(s.accounts)} ({percent_of(s.accounts, total)})"
        for s in comparison.segments
    ]
    rows = [sizes]
    for metric in comparison.metrics:
        unit = unit_words(metric.unit)
        name = f"{metric.label} ({unit})" if unit else metric.label
        rows.append([name, *(_shown(comparison.cell(s.name, metric.name)) for s in comparison.segments)])
    return headers, rows


def _shown(cell: Cell) -> str:
    """Estimate, interval, for amounts the mean, n, verdict in glyph and word."""
    if cell.estimate is None:
        value = figure(None)
    else:
        limits = interval(cell.low, cell.high, cell.unit)
        value = f"{figure(cell.estimate, cell.unit, with_unit=False)} ({limits})"
    parts = [value, f"n {count(cell.n)}"]
    if is_currency(cell.unit) and "mean" in cell.effect:
        parts.insert(1, f"mean {figure(cell.effect['mean'], cell.unit)}")
    if cell.verdict != "none":
        parts.append(verdict_text(cell.verdict))
    return "  ".join(parts)


def _market_lines(market: Mapping[str, MarketCount]) -> list[str]:
    return [
        printable(f"{name} in the market: {count(counted.match)} of {count(counted.of)}")
        + (f"; {count(counted.unknown)} unknown" if counted.unknown else "")
        for name, counted in market.items()
    ]


def _warning_lines(comparison: Comparison, shared: Sequence[Overlap]) -> list[str]:
    lines = [printable(overlap.sentence) + "." for overlap in shared if overlap.both]
    for segment in comparison.segments[1:]:
        lines += [
            printable(f"{segment.name}, {caution.name} ({caution.code}): {caution.sentence}")
            for caution in cautions(comparison, segment.name)
        ]
    return lines


def _legend(comparison: Comparison, fields: Fields) -> list[str]:
    lines = []
    for segment in comparison.segments[1:]:
        unknown = f"; {count(segment.unknown)} unknown" if segment.unknown else ""
        lines.append(printable(f"{segment.name}: {to_text(segment.condition, fields)}{unknown}"))
    tested = sum(cell.q_value is not None for cell in comparison.cells)
    if tested:
        lines.append(
            f"95 % intervals, clustered by account. Each segment stands against everyone not in it; "
            f"better and worse hold at q ≤ 0.05 over {tested} comparisons."
        )
    for metric in comparison.metrics:
        _, _, lack = comparison.cell(AVERAGE, metric.name).reason.partition("; ")
        if lack:
            lines.append(f"{metric.label} of the average customer: {lack}.")
    for metric in comparison.metrics:
        horizon = comparison.cell(AVERAGE, metric.name).effect.get("horizon")
        if horizon is not None:
            lines.append(f"{metric.label}: margin over the first {months_of(metric, horizon)}.")
    notes = {metric.label: metric.note for metric in comparison.metrics if metric.note}
    lines += [f"{label}: {printable(note)}" for label, note in notes.items()]
    return lines
