"""The metric under the cursor as a picture: an interval plot across segments, and its course by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.comparison import Cell, Comparison
from icp_workbench.evidence.pictures.pictures import Drawn
from icp_workbench.evidence.pictures.trend import TrendPoint
from icp_workbench.render import figures
from icp_workbench.tui.lines import Line, Piece, fit, width_of
from icp_workbench.tui.theme import SEGMENT_INK
from icp_workbench.tui.widgets.board_lines import Heads

FEWEST_QUARTERS = 3
_BARS = "▁▂▃▄▅▆▇█"
_DATED = {"deal": "closed", "customer": "of start", "subscription": "of start", "ticket": "opened"}


@dataclass(frozen=True)
class Axis:
    """A range of values laid over `width` cells, with round ticks."""

    low: float
    high: float
    width: int
    ticks: tuple[float, ...]

    def at(self, value: float) -> int:
        """The cell a value lies in."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return min(max(round(share * (self.width - 1)), 0), self.width - 1)


def axis_of(cells: Sequence[Cell], width: int) -> Axis | None:
    """An axis that holds every estimate and interval with round ends; None if there is nothing to show.

    An interval very much wider than all estimates (a handful of accounts) does not squeeze the others.
    """
    points = [cell.estimate for cell in cells if cell.estimate is not None]
    if not points:
        return None
    ends = [end for cell in cells for end in (cell.low, cell.high) if end is not None]
    low, high = min(points + ends), max(points + ends)
    largest = max(abs(point) for point in points) or 1.0
    low, high = max(low, min(points) - 3 * largest), min(high, max(points) + 3 * largest)
    if high <= low:
        low, high = low - (abs(low) * 0.1 or 1.0), high + (abs(high) * 0.1 or 1.0)
    step = _round_step((high - low) / max(width // 14, 2))
    first, last = int(low // step), -int(-high // step)
    ticks = tuple(step * at for at in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], width, ticks)


def interval_plot(comparison: Comparison, metric: Metric, heads: Sequence[Heads], width: int) -> list[Line]:
    """A title, a line per segment, the average customer as a dashed line through all, and the axis."""
    cells = {head.letter: comparison.cell(head.letter, metric.name) for head in heads}
    average = comparison.cell("all", metric.name)
    label = label_width(heads, width)
    axis = axis_of([*cells.values(), average], max(width - label - 2, 10))
    title: list[Piece] = [(f"{metric.label}, 95% interval", "text!")]
    unit = metric.horizon_label if metric.estimator == "survival" else figures.unit_words(metric.unit)
    if unit:
        title.append((f"  {unit}", "muted"))
    if axis is None:
        return [title, [("nothing to draw: no outcome of this kind", "muted")]]
    mark = None if average.estimate is None else axis.at(average.estimate)
    if mark is not None:
        title.append((f"   ┊ average {figures.figure(average.estimate, metric.unit)}", "warn"))
    lines: list[Line] = [title]
    for head in heads:
        cell, ink = cells[head.letter], SEGMENT_INK[head.letter]
        lines.append([*name_pieces(head, label), *_interval(cell, axis, mark, ink)])
    lines.append([(" " * label, "text"), *_axis_line(axis, mark)])
    lines.append([(" " * label, "text"), *_tick_line(axis, metric.unit)])
    return lines


def trend_lines(
    columns: Mapping[str, Drawn], metric: Metric, heads: Sequence[Heads], width: int, tall: int
) -> list[Line]:
    """The metric by quarter: bars per segment on one scale, `tall` lines high, the average customer below.

    Empty without three quarters of outcomes.
    """
    trends = {letter: one.trend for letter, one in columns.items()}
    average = trends.get("all", ())
    if len(average) < FEWEST_QUARTERS:
        return []
    label = label_width(heads, width)
    cell = min(max((width - label) // len(average) - 1, 2), 4)
    shown = max((width - label) // (cell + 1), 1)
    rows: list[tuple[list[Piece], Sequence[TrendPoint], str]] = []
    for head in heads:
        rows.append(
            (name_pieces(head, label), trends.get(head.letter, ())[-shown:], SEGMENT_INK[head.letter])
        )
    rows.append(([(fit(" average", label), "muted")], average[-shown:], "muted"))
    values = [
        point.figure.value
        for _, points, _ in rows
        for point in points
        if point.figure.value is not None and point.enough
    ]
    top = max((abs(value) for value in values), default=0.0) or 1.0
    title: list[Piece] = [
        (f"{metric.label} by quarter {_DATED.get(metric.grain, '')}".rstrip(), "text!"),
        (f"  highest {figures.figure(top, metric.unit)}", "muted"),
    ]
    note = columns["all"].trend_note
    if note and width_of(title) + len(note) + 2 <= width:
        title.append((f"  {note}", "muted"))
    lines: list[Line] = [title]
    for name, points, ink in rows:
        for level in range(tall - 1, -1, -1):
            head_pieces = name if level == 0 else [(" " * label, "text")]
            lines.append(
                [
                    *head_pieces,
                    *(piece for point in points for piece in _quarter(point, top, cell, ink, tall, level)),
                ]
            )
    quarters = average[-shown:]
    first, last = _quarter_name(quarters[0]), _quarter_name(quarters[-1])
    span = len(quarters) * (cell + 1) - 1
    lines.append(
        [(" " * label, "text"), (first + last.rjust(max(span - len(first), len(last) + 1)), "muted")]
    )
    return lines


def name_pieces(head: Heads, width: int) -> list[Piece]:
    """A segment's letter and title in `width` cells."""
    ink = SEGMENT_INK[head.letter]
    return [(f" {head.letter} ", f"{ink}!"), (fit(head.title(width - 5), width - 4) + " ", ink)]


def label_width(heads: Sequence[Heads], width: int) -> int:
    """The cells that letters and titles get in a picture of `width`."""
    most = min(max(width // 3, 14), 30)
    longest = max((cell_len(head.title(most - 5)) for head in heads), default=0)
    return min(max(longest + 5, 10), most)


def _quarter(point: TrendPoint, top: float, width: int, ink: str, tall: int, level: int) -> list[Piece]:
    """One quarter's bar on one of its lines; `level` 0 is the lowest."""
    value = point.figure.value
    if value is None or not point.enough:
        return [(("·" if level == 0 else " ").center(width), "faint"), (" ", "text")]
    eighths = max(round(abs(value) / top * tall * 8), 1) - level * 8
    drawn = _BARS[min(eighths, 8) - 1] if eighths > 0 else " "
    return [(drawn * width, ink), (" ", "text")]


def _quarter_name(point: TrendPoint) -> str:
    return f"Q{(point.start.month - 1) // 3 + 1} {point.start.year % 100:02d}"


def _interval(cell: Cell, axis: Axis, mark: int | None, ink: str) -> list[Piece]:
    drawn: list[Piece] = [(" ", "text")] * axis.width
    if mark is not None:
        drawn[mark] = ("┊", "warn")
    if cell.low is not None and cell.high is not None:
        start, end = axis.at(cell.low), axis.at(cell.high)
        for at in range(start, end + 1):
            drawn[at] = ("┿" if at == mark and start < at < end else "━", ink)
        if start < end:
            drawn[start], drawn[end] = ("┣" if cell.low >= axis.low else "━", ink), ("┫", ink)
    if cell.estimate is not None:
        drawn[axis.at(cell.estimate)] = ("●", f"{ink}!")
    else:
        return [(fit(cell.reason or "no estimate", axis.width), "faint")]
    return merged(drawn)


def _axis_line(axis: Axis, mark: int | None) -> list[Piece]:
    drawn: list[Piece] = [("─", "rule")] * axis.width
    for tick in axis.ticks:
        drawn[axis.at(tick)] = ("┴", "rule")
    if mark is not None:
        drawn[mark] = ("┊", "warn")
    return merged(drawn)


def _tick_line(axis: Axis, unit: str) -> list[Piece]:
    text = [" "] * (axis.width + 8)
    free = 0
    for tick in axis.ticks:
        name = _tick_name(tick, axis.ticks[1] - axis.ticks[0], unit)
        start = max(axis.at(tick) - len(name) // 2, 0)
        if start >= free and start + len(name) <= axis.width + 2:
            text[start : start + len(name)] = name
            free = start + len(name) + 1
    return [("".join(text).rstrip(), "muted")]


def _tick_name(tick: float, step: float, unit: str) -> str:
    if unit == "share":  # a round share needs no decimals, unless the ticks stand closer than a point
        whole = abs(step * 100 - round(step * 100)) < 1e-9
        return f"{round(tick * 100)}%" if whole else figures.figure(tick, unit)
    return figures.figure(tick, unit, with_unit=False)


def merged(drawn: Sequence[Piece]) -> list[Piece]:
    """The same pieces, neighbours of one ink joined."""
    merged: list[Piece] = []
    for text, ink in drawn:
        if merged and merged[-1][1] == ink:
            merged[-1] = (merged[-1][0] + text, ink)
        else:
            merged.append((text, ink))
    return merged


def _round_step(least: float) -> float:
    scale = 1.0
    while scale > least:
        scale /= 10
    while scale * 10 <= least:
        scale *= 10
    return next((scale * times for times in (1, 2, 2.5, 5, 10) if scale * times >= least), scale * 10)
