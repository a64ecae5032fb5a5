"""One segment on one metric for the whole room: the figure in large type, one picture, one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.comparison import AVERAGE, Cell, Comparison
from icp_workbench.evidence.pictures.pictures import Pictures
from icp_workbench.evidence.sentences import sentence
from icp_workbench.render import figures, verdicts
from icp_workbench.tui.lines import Line, Piece, cut, strip_of, width_of, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import SEGMENT_INK, VERDICT_INK, inks_of
from icp_workbench.tui.widgets.big_digits import big
from icp_workbench.tui.widgets.board_lines import Heads
from icp_workbench.tui.widgets.views import TALL, VIEWS, stepped, view_lines

_WIDEST = 170  # what is any wider is hard to take in from the back


class Slide(Widget, can_focus=True):
    """Painted anew for every step; everything is centred in what room there is."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[Comparison, Sequence[Heads], int, str] | None = None
        self._pictures = Pictures()
        self._lines: list[Line] = []
        self.view = 0

    def show(
        self, comparison: Comparison, heads: Sequence[Heads], at: int, metric: str, pictures: Pictures
    ) -> None:
        """Show the segment number `at` on a metric; while `pictures` are of another one, its intervals."""
        self._shown, self._pictures = (comparison, heads, at, metric), pictures
        self._draw()

    def step(self, step: int) -> list[str]:
        """Change to the next kind of picture there is for this metric; what to say of it."""
        if self._shown is None:
            return []
        there = [view for view in range(len(VIEWS)) if self._plot(view, 60, 6)]
        self.view, said = stepped(self.view, step, there, self._shown[3], self._pictures)
        self._draw()
        return said

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return strip_of(line, self.size.width, inks_of(self.app))

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._shown is None or self.size.height == 0:
            return
        comparison, heads, at, name = self._shown
        width, height = min(self.size.width - 4, _WIDEST), self.size.height
        ascii_only = getattr(getattr(self.app, "limits", None), "ascii", False)
        plots = [plot for tall in TALL[self.view] if (plot := self._plot(self.view, width, tall))]
        plots = plots or [self._plot(0, width, TALL[0][0])]
        lines = slide_lines(comparison, heads, at, name, plots, width, height, ascii_only=ascii_only)
        margin = " " * max((self.size.width - width) // 2, 0)
        self._lines = [[(margin, "text"), *line] for line in lines]
        self.refresh()

    def _plot(self, view: int, width: int, tall: int) -> list[Line]:
        if self._shown is None:
            return []
        comparison, heads, at, name = self._shown
        return view_lines(view, comparison, name, _first(heads, at), self._pictures, width, tall)


def slide_lines(
    comparison: Comparison,
    heads: Sequence[Heads],
    at: int,
    name: str,
    plots: Sequence[list[Line]],
    width: int,
    height: int,
    *,
    ascii_only: bool = False,
) -> list[Line]:
    """The slide in `width` × `height` cells, with the first of `plots` (tall ones first) that leaves room for
    large figures; with none where none does."""
    metric = next(metric for metric in comparison.metrics if metric.name == name)
    head, cell = heads[at], comparison.cell(heads[at].letter, metric.name)
    average = comparison.cell(AVERAGE, metric.name)
    said: list[Line] = [[(line, "text!")] for line in wrapped(clean(sentence(cell, metric), 400), width)]
    top = _title(head, comparison, width)
    what = _what(metric, width)
    fixed = len(top) + len(what) + len(said) + 4
    plot = next((plot for plot in plots if height - fixed - len(plot) - 1 >= 5), [])
    room = max(height - fixed - (len(plot) + 1 if plot else 0), 1)
    gaps = 1 if room < 14 else 4
    digits = _digits(cell, average, metric, width, max(room - gaps, 1), ascii_only=ascii_only)
    lines: list[Line] = [*top, [], *what, [], *digits, _verdict(cell, metric), [], *said]
    if plot:
        free = height - len(lines) - len(plot)
        lines += [[]] * min(max(free - 1, 1), 3) + plot
    spare = height - len(lines)
    return ([[]] * (spare // 2) + lines)[:height]


def _first(heads: Sequence[Heads], at: int) -> list[Heads]:
    """Few enough for a glance: this segment and those next to it, at most four."""
    start = min(max(at - 1, 0), max(len(heads) - 4, 0))
    return list(heads[start : start + 4])


def _title(head: Heads, comparison: Comparison, width: int) -> list[Line]:
    ink = SEGMENT_INK[head.letter]
    share = figures.percent_of(head.accounts, comparison.segments[0].accounts)
    aside = f"  {figures.count(head.accounts)} accounts · {share}"
    room = width - 5 - len(aside)
    title = cut(head.title(max(room, 8)), max(room, 8))
    return [[(f" {head.letter} ", f"ground!@{ink}"), (f" {title}", f"{ink}!"), (aside, "muted")]]


def _what(metric: Metric, width: int) -> list[Line]:
    unit = metric.horizon_label if metric.estimator == "survival" else figures.unit_words(metric.unit)
    aside = ", ".join(part for part in (unit, f"{metric.better} is better") if part)
    return [
        [
            (cut(metric.label, width), "text!"),
            (cut(f"   {aside}", max(width - len(metric.label), 0)), "muted"),
        ]
    ]


def _digits(
    cell: Cell, average: Cell, metric: Metric, width: int, height: int, *, ascii_only: bool
) -> list[Line]:
    """The segment's figure as large as there is room for, the average customer's beside it, smaller."""
    ink = VERDICT_INK[cell.verdict]
    ink = f"{ink}!" if cell.verdict in ("better", "worse") else "text!"
    mine = figures.figure(cell.estimate, metric.unit, with_unit=False)
    others = figures.figure(average.estimate, metric.unit, with_unit=False)
    beside_it = 20 if width < 100 else 44
    left = big(mine, width - beside_it, height, ascii_only=ascii_only)
    used = max(map(len, left))
    label = "average customer"
    small = big(others, max(width - used - 6, 0), max(len(left) // 2, 4), ascii_only=ascii_only)
    if len(small) == 1:
        small = [others]
    lines: list[Line] = []
    first = len(left) - len(small) - 1
    for at, drawn in enumerate(left):
        line: list[Piece] = [(drawn, ink)]
        beside = label if at == first else small[at - first - 1] if at > first else ""
        if beside and len(left) > len(small) and width_of(line) + 6 + len(beside) <= width:
            line += [("      ", "text"), (beside, "muted" if at == first else "text")]
        lines.append(line)
    if len(left) <= len(small):
        lines.append([(f"{label} {others}", "muted")])
    return lines


def _verdict(cell: Cell, metric: Metric) -> Line:
    ink = VERDICT_INK[cell.verdict]
    than = " than everyone else" if cell.verdict in ("better", "worse") else ""
    interval = figures.interval(cell.low, cell.high, metric.unit)
    return [
        (f"{verdicts.verdict_text(cell.verdict)}{than}", f"{ink}!"),
        (f"   95% interval {interval}, n {figures.count(cell.n)}", "muted"),
    ]
