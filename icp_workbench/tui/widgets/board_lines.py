"""The comparison as lines: metrics down, segments across, the average customer first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.comparison import Cell, Comparison
from icp_workbench.render import figures, verdicts
from icp_workbench.tui.lines import Line, Piece, cut, fit
from icp_workbench.tui.theme import SEGMENT_INK, VERDICT_INK

Mode = Literal["wide", "line", "double", "triple", "pair"]

# How wide a segment's column must be: everything on one line with or without n, on two lines, on three, and
# on two lines without the interval.
WIDTHS: dict[Mode, int] = {"wide": 38, "line": 30, "double": 17, "triple": 11, "pair": 11}
HEIGHTS: dict[Mode, int] = {"wide": 1, "line": 1, "double": 2, "triple": 3, "pair": 2}
LIGHTS = ("sells", "succeeds", "pays")
_LIGHT = {
    "lit": ("●", "yes", "good"),
    "red": ("✕", "no", "bad"),
    "hollow": ("○", "unclear", "muted"),
    "dark": ("·", "no data", "faint"),
}
_AVERAGE = 10
_AVERAGE_WITH_INTERVAL = 19  # interval and n beside each other under the estimate
_BESIDE = 10  # lines of heads and rule, and of the sentence below


@dataclass(frozen=True)
class Heads:
    """What stands over one segment's column."""

    letter: str
    title: Callable[[int], str]  # its name in at most so many cells, cleaned
    accounts: int
    unknown: int
    lights: Mapping[str, str]
    is_current: bool


@dataclass(frozen=True)
class Layout:
    """Which segments are in sight and how wide each part is."""

    mode: Mode
    label: int
    average: int
    column: int
    first: int
    count: int
    hidden: int
    gap: int  # empty lines between metrics
    lights: int  # lines: one for all three, or one each


def layout_of(width: int, height: int, metrics: Sequence[Metric], segments: int, at: int) -> Layout:
    """The roomiest layout that shows all segments in `width` × `height` cells, else those around number `at`.

    Four lines are left for the sentence below; empty lines only where a picture fits below as well.
    """
    label = 24 if width >= 92 else 18 if width >= 64 else 12
    average = _AVERAGE if width >= 64 else 8
    wanted = max(segments, 1)
    if label == 12 and (width - 14 - average) // wanted >= WIDTHS["triple"]:
        label = 14  # longer names, where they cost no segment
    if average == 8 and (width - label - 8) // wanted < WIDTHS["triple"] <= (width - label - 7) // wanted:
        average = 7  # the blank beside it is worth less than another segment in sight
    elif (width - label - _AVERAGE_WITH_INTERVAL) // wanted >= WIDTHS["double"] + 2:
        average = _AVERAGE_WITH_INTERVAL
    room = max(width - label - average, WIDTHS["triple"])
    lines = max(len(metrics), 1)
    order: tuple[Mode, ...] = ("wide", "double", "line", "triple", "pair")
    # What is higher than the room scrolls: two lines with the interval are no higher than two without.
    tight: tuple[Mode, ...] = ("line", "double", "pair")
    mode: Mode = next((candidate for candidate in tight if room // wanted >= WIDTHS[candidate]), "pair")
    for candidate in order:
        if room // wanted >= WIDTHS[candidate] and HEIGHTS[candidate] * lines + _BESIDE <= height:
            mode = candidate
            break
    most = max(1, room // WIDTHS[mode])
    if most < wanted and mode == "pair":
        # Not all fit: those in sight have their intervals where the height allows it.
        for roomy in ("double", "triple"):
            columns = max(1, room // WIDTHS[roomy])  # type: ignore[index]
            if columns >= most and room >= WIDTHS[roomy] and HEIGHTS[roomy] * lines + _BESIDE <= height:  # type: ignore[index]
                mode = roomy  # type: ignore[assignment]
                break
    count = min(wanted, most)
    first = min(max(at - count // 2, 0), wanted - count)
    column = min(room // count, 44)
    gap = 1 if lines * (HEIGHTS[mode] + 1) + _BESIDE + wanted + 6 <= height else 0
    lights = 1 if column >= 28 or (column >= 20 and height < 26) else 3
    return Layout(mode, label, average, column, first, count, wanted - count, gap, lights)


def head_lines(heads: Sequence[Heads], total: int, layout: Layout) -> list[Line]:
    """Letter and title, accounts and share, then the lights: a line each, or three for the lights."""
    shown = heads[layout.first : layout.first + layout.count]
    left, right = layout.first, layout.hidden - layout.first
    aside = " ".join(([f"‹ {left}"] if left else []) + ([f"{right} ›"] if right else []))
    titles: list[Piece] = [
        (fit(f"{aside} more" if aside else "", layout.label), "muted"),
        (fit("Average" if layout.average > 7 else "Avg", layout.average), "text!"),
    ]
    sizes: list[Piece] = [
        (" " * layout.label, "text"),
        (fit(figures.count(total), layout.average), "muted"),
    ]
    for head in shown:
        ink = SEGMENT_INK[head.letter]
        badge = f"ground!@{ink}" if head.is_current else f"{ink}!"
        between = " " if layout.column >= 13 else ""
        title = between + head.title(layout.column - 4 - len(between))
        titles += [(f" {head.letter} ", badge), (fit(title, layout.column - 4), f"{ink}!"), (" ", "text")]
        share = figures.percent_of(head.accounts, total)
        accounts = figures.count(head.accounts)
        unknown = f" · {figures.count(head.unknown)} unknown" if head.unknown else ""
        sizes_of = (
            f"{accounts} accounts · {share}{unknown}",
            f"{accounts} · {share}{unknown}",
            f"{accounts} · {share}",
            accounts,
        )
        size = next((form for form in sizes_of if len(form) <= layout.column - 2), sizes_of[-1])
        sizes.append((fit(" " + size, layout.column), "muted"))
    return [titles, sizes, *_light_lines(shown, layout)]


def metric_lines(
    metric: Metric, cells: Mapping[str, Cell], heads: Sequence[Heads], layout: Layout, here: str | None
) -> list[Line]:
    """One metric's lines: name, average customer, each segment in sight. `here`: the cursor's letter."""
    height = HEIGHTS[layout.mode]
    name_ink = "text!" if here is not None else "text"
    unit = metric.horizon_label if metric.estimator == "survival" else figures.unit_words(metric.unit)
    under = _under(unit or "", metric.better, layout.label - 1)
    average = cells["all"]
    estimate = figures.figure(average.estimate, metric.unit, with_unit=False)
    label = metric.label if height > 1 or not unit else f"{metric.label} {unit}"
    lines: list[list[Piece]] = [
        [
            (fit(label, layout.label), name_ink),
            (fit(fit(estimate, 6, right=True), layout.average), "faint" if lack_of(average) else "text"),
        ],
    ]
    n = f"n {figures.count(average.n)}"
    interval = figures.interval(average.low, average.high, metric.unit)
    together = f"{interval} {n}"
    beside = len(together) < layout.average
    if height > 1:
        shown = together if beside else n
        lines.append([(fit(under, layout.label), "faint"), (fit(shown, layout.average), "faint")])
    if height > 2:
        below = interval if not beside and len(interval) < layout.average else ""
        lines.append([(" " * layout.label, "text"), (fit(below, layout.average), "faint")])
    for head in heads[layout.first : layout.first + layout.count]:
        drawn = _cell_lines(cells[head.letter], metric.unit, layout)
        ground = "@cursor" if here == head.letter else ""
        for line, pieces in zip(lines, drawn, strict=True):
            line += [(text, ink + ground if text else ink) for text, ink in pieces]
    return list(lines)


def lack_of(average: Cell) -> str:
    """What the average customer's figure lacks to be relied upon; nothing if it is sound."""
    return average.reason.partition("; ")[2]


def _under(unit: str, better: str, width: int) -> str:
    """Unit and good direction in as many words as fit."""
    if unit:
        forms = [f"{unit}, {better} is better", f"{unit}, {better}", unit]
    else:
        forms = [f"{better} is better", f"{better} better", better]
    return next((form for form in forms if len(form) <= width), cut(forms[-1], width))


def rule(layout: Layout) -> Line:
    """The line under the heads."""
    return [("─" * (layout.label + layout.average + layout.column * layout.count), "rule")]


def _cell_lines(cell: Cell, unit: str, layout: Layout) -> list[list[Piece]]:
    verdict, width = cell.verdict, layout.column
    ink = VERDICT_INK[verdict]
    estimate = figures.figure(cell.estimate, unit, with_unit=False)
    estimate_ink = (
        f"{ink}!" if verdict in ("better", "worse") else "faint" if verdict == "too_few" else "text"
    )
    quiet = "faint" if verdict == "too_few" else "muted"
    interval = figures.interval(cell.low, cell.high, unit)
    shown = verdicts.verdict_text(verdict)
    n = f"n {figures.count(cell.n)}"
    if layout.mode in ("wide", "line"):
        rest = width - 30
        return [
            [
                (fit(estimate, 7, right=True) + " ", estimate_ink),
                (fit(shown, 10), ink),
                (fit(cut(interval, 11), 12), quiet),
                (fit(n if rest >= 7 else "", rest), "faint"),
            ]
        ]
    first: list[Piece] = [
        (fit(estimate, 6 if layout.mode == "double" else 7, right=True) + " ", estimate_ink),
    ]
    if layout.mode == "double":
        detail = f"{interval}  {n}" if len(interval) + len(n) + 3 <= width else f"{interval} {n}"
        if len(detail) + 2 > width:
            detail = interval
        return [
            [*first, (fit(shown, width - 7), ink)],
            [(fit(" " + detail, width), quiet)],
        ]
    second: list[Piece] = [(fit(" " + shown, width), ink)]
    top: list[Piece] = [*first, (" " * (width - 8), "text")]
    if layout.mode == "pair":
        return [top, second]
    return [top, second, [(fit(" " + cut(interval, width - 1), width), quiet)]]


def _light_lines(shown: Sequence[Heads], layout: Layout) -> list[Line]:
    blank = " " * (layout.label + layout.average)
    if layout.lights == 1:
        roomy = layout.column >= 28
        names = LIGHTS if roomy else ("sells", "succ", "pays")
        between = "  " if roomy else " "
        inner = " " if layout.column >= 23 else ""
        line: list[Piece] = [(blank, "text")]
        for head in shown:
            used = 1
            line.append((" ", "text"))
            for light, name in zip(LIGHTS, names, strict=True):
                glyph, _, ink = _LIGHT[head.lights.get(light, "dark")]
                text = f"{inner}{name}{between if light != LIGHTS[-1] else ''}"
                line += [(glyph, ink), (text, ink)]
                used += 1 + len(text)
            line.append((" " * max(layout.column - used, 0), "text"))
        return [line]
    lines: list[Line] = []
    for light in LIGHTS:
        line = [(fit(light, layout.label + layout.average), "muted")]
        for head in shown:
            glyph, word, ink = _LIGHT[head.lights.get(light, "dark")]
            line += [(f" {glyph} ", ink), (fit(word, layout.column - 3), ink)]
        lines.append(line)
    return lines


def board_lines(
    comparison: Comparison, heads: Sequence[Heads], layout: Layout, here: tuple[str, str] | None
) -> tuple[list[Line], dict[str, int]]:
    """All lines of the board, and on which line each metric begins. `here` is the cursor."""
    total = comparison.segments[0].accounts
    lines: list[Line] = [*head_lines(heads, total, layout), rule(layout)]
    begins: dict[str, int] = {}
    columns = len(comparison.segments)
    for at, metric in enumerate(comparison.metrics):
        row = comparison.cells[at * columns : (at + 1) * columns]
        begins[metric.name] = len(lines)
        letter = here[1] if here is not None and here[0] == metric.name else None
        lines += metric_lines(metric, {cell.segment: cell for cell in row}, heads, layout, letter)
        if at < len(comparison.metrics) - 1:
            lines += [[]] * layout.gap
    return lines, begins
