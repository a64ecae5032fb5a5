"""The shape behind a figure: survival curves over each other, or distributions under each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.pictures.curve import Curve
from icp_workbench.evidence.pictures.distribution import Distribution
from icp_workbench.evidence.pictures.pictures import Drawn
from icp_workbench.render import figures
from icp_workbench.tui.lines import Line, Piece
from icp_workbench.tui.theme import SEGMENT_INK
from icp_workbench.tui.widgets.board_lines import Heads
from icp_workbench.tui.widgets.picture_lines import label_width, merged, name_pieces

_BLOCKS = " ▁▂▃▄▅▆▇█"
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # braille: left and right column, top to bottom


def shape_lines(
    columns: Mapping[str, Drawn], metric: Metric, heads: Sequence[Heads], width: int, tall: int
) -> list[Line]:
    """The picture in `width` cells and about `tall` lines; empty where there is nothing to draw."""
    if any(one.curve is not None for one in columns.values()):
        return _curves(columns, metric, heads, width, tall)
    if any(one.distribution is not None for one in columns.values()):
        return _distributions(columns, metric, heads, width)
    return []


def _distributions(
    columns: Mapping[str, Drawn], metric: Metric, heads: Sequence[Heads], width: int
) -> list[Line]:
    """A row of blocks for each segment, each to its own height, so that sizes do not hide shapes."""
    known = {name: one.distribution for name, one in columns.items() if one.distribution is not None}
    whole = known.get("all") or next(iter(known.values()))
    label = label_width(heads, width)
    room = max(width - label - 2, 10)
    each = max(min(room // len(whole.counts), max(6, 24 // len(whole.counts))), 1)
    of = f"each {whole.of}'s own" if whole.of == "account" else f"{whole.of}s"
    title: Line = [
        (f"{metric.label}, {of}", "text!"),
        ("  each row to its own height; │ the median", "muted"),
    ]
    lines: list[Line] = [title]
    for head in heads:
        found = known.get(head.letter)
        drawn = _blocks(found, each, SEGMENT_INK[head.letter]) if found else [("too few to draw", "faint")]
        lines.append([*name_pieces(head, label), *drawn])
    if "all" in known:
        lines.append([(" average".ljust(label), "muted"), *_blocks(known["all"], each, "muted")])
    unit = "currency" if metric.estimator == "spread" else metric.unit  # a spread is a ratio of amounts
    lines.append([(" " * label, "text"), (_edge_names(whole, each, unit), "muted")])
    return lines


def _blocks(found: Distribution, each: int, ink: str) -> list[Piece]:
    most = max(found.counts) or 1
    pieces: list[Piece] = []
    for at, count in enumerate(found.counts):
        eighths = min(max(round(count / most * 8), 1 if count else 0), 8)
        low, high = found.edges[at], found.edges[at + 1]
        middle = found.quartiles[1]
        last = at == len(found.counts) - 1
        if low <= middle < high or (last and middle == high):
            share = (middle - low) / (high - low) if high > low else 0.0
            mark = min(int(share * each), each - 1)
            pieces += [
                (_BLOCKS[eighths] * mark, ink),
                ("│", "text!"),
                (_BLOCKS[eighths] * (each - mark - 1), ink),
            ]
        else:
            pieces.append((_BLOCKS[eighths] * each, ink))
    return merged([piece for piece in pieces if piece[0]])


def _edge_names(found: Distribution, each: int, unit: str) -> str:
    width = each * len(found.counts)
    text = [" "] * (width + 8)
    free = 0
    for at, edge in enumerate(found.edges):
        name = figures.figure(edge, unit, with_unit=False)
        start = max(at * each - len(name) // 2, 0)
        if start >= free and start + len(name) <= len(text):
            text[start : start + len(name)] = name
            free = start + len(name) + 2
    return "".join(text).rstrip()


def _curves(
    columns: Mapping[str, Drawn], metric: Metric, heads: Sequence[Heads], width: int, tall: int
) -> list[Line]:
    """Steps in braille on one pair of axes; each curve bears its letter at its end."""
    known = {name: one.curve for name, one in columns.items() if one.curve is not None}
    label, height = 6, max(min(tall, 10), 3)
    room = max(width - label - 4, 10)
    until = max(curve.until for curve in known.values())
    lowest = min(step.survival for curve in known.values() for step in curve.steps)
    floor = next((level for level in (0.8, 0.6, 0.4, 0.2) if level <= lowest), 0.0)
    canvas = _Canvas(room, height, until or 1.0, floor)
    order = [("all", "muted"), *((head.letter, SEGMENT_INK[head.letter]) for head in heads)]
    current = next((head.letter for head in heads if head.is_current), None)
    order.sort(key=lambda pair: pair[0] == current)  # the current one lies on top
    for name, ink in order:
        if name in known:
            canvas.draw(known[name], ink, "·" if name == "all" else name, dashed=name == "all")
    horizon = metric.horizon_label or ""
    unit = "months" if metric.horizon == 12 else "days" if metric.horizon == 365 else "time"
    title: Line = [
        ("Still customers, by time since they started", "text!"),
        (f"  {unit}; as long as 10 were followed; · the average", "muted"),
    ]
    lines: list[Line] = [title]
    for at, drawn in enumerate(canvas.rows()):
        share = 1 - at / max(height - 1, 1) * (1 - floor)
        tick = f"{round(share * 100)}%".rjust(4) if at in (0, height // 2, height - 1) else ""
        lines.append([(tick.ljust(label - 1), "muted"), ("│", "rule"), *drawn])
    ends = f"0{figures.figure(until, None).rjust(room - 1)}"
    mark = metric.horizon if metric.estimator == "survival" else None
    if mark is not None and 0 < mark < until:
        at = int(mark / until * (room - 1))
        name = f"▲ {horizon}"
        if at + len(name) < room - 8:
            ends = "0" + " " * (at - 1) + name + figures.figure(until, None).rjust(room - at - len(name))
    lines.append([(" " * label, "text"), (ends, "muted")])
    return lines


class _Canvas:
    """Cells of 2 × 4 dots; each cell has the ink of what was drawn last in it."""

    def __init__(self, width: int, height: int, until: float, floor: float) -> None:
        self.width, self.height, self.until, self.floor = width, height, until, floor
        self.dots = [[0] * width for _ in range(height)]
        self.inks = [["text"] * width for _ in range(height)]
        self.letters: dict[tuple[int, int], tuple[str, str]] = {}

    def draw(self, curve: Curve, ink: str, letter: str, *, dashed: bool) -> None:
        across, down = self.width * 2, self.height * 4
        end = min(int(curve.until / self.until * (across - 1)), across - 1)
        level, at, before = 1.0, 0, None
        for x in range(end + 1):
            time = (x + 1) / across * self.until
            while at < len(curve.steps) and curve.steps[at].time <= time:
                level = curve.steps[at].survival
                at += 1
            y = min(max(round((1 - level) / (1 - self.floor) * (down - 1)), 0), down - 1)
            if not dashed or x % 4 < 2:
                for between in range(min(y, y if before is None else before), y + 1):
                    self._dot(x, between, ink)
            before = y
        if before is not None:
            self.letters[before // 4, min(end // 2 + 1, self.width - 1)] = (letter, f"{ink}!")

    def _dot(self, x: int, y: int, ink: str) -> None:
        self.dots[y // 4][x // 2] |= _DOTS[x % 2][y % 4]
        self.inks[y // 4][x // 2] = ink

    def rows(self) -> list[list[Piece]]:
        found = []
        for y in range(self.height):
            pieces: list[Piece] = []
            for x in range(self.width):
                if (y, x) in self.letters:
                    pieces.append(self.letters[y, x])
                elif self.dots[y][x]:
                    pieces.append((chr(0x2800 + self.dots[y][x]), self.inks[y][x]))
                else:
                    pieces.append((" ", "text"))
            found.append(merged(pieces))
        return found
