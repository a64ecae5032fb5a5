"""What stands under the board: the picture of the metric under the cursor, then its figure as a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from icp_workbench.evidence.comparison import AVERAGE, Comparison
from icp_workbench.evidence.pictures.pictures import Pictures
from icp_workbench.evidence.sentences import sentence
from icp_workbench.tui.lines import Line, strip_of, wrapped
from icp_workbench.tui.safe import clean
from icp_workbench.tui.theme import SEGMENT_INK, inks_of
from icp_workbench.tui.widgets.board_lines import Heads, lack_of
from icp_workbench.tui.widgets.views import TALL, VIEWS, stepped, view_lines


class Picture(Widget):
    """Lines fitted to the height there is: the sentence first, what to beware of, then the picture chosen,
    then as many of the others as fit."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[Comparison, str, Sequence[Heads]] | None = None
        self._pictures = Pictures()
        self._notes: Sequence[str] = ()
        self.view = 0
        self._lines: list[Line] = []

    def show(
        self,
        comparison: Comparison,
        metric: str,
        heads: Sequence[Heads],
        pictures: Pictures,
        notes: Sequence[str] = (),
    ) -> None:
        """Draw one metric of the board; `notes` (cleaned) say what else is to be known of the current
        segment."""
        self._shown, self._pictures, self._notes = (comparison, metric, heads), pictures, notes
        self._draw()

    def step(self, step: int) -> list[str]:
        """Begin with the next kind of picture there is for this metric; what to say of it."""
        if self._shown is None:
            return []
        there = [at for at in range(len(VIEWS)) if self._picture(at, self.size.width, 6)]
        self.view, said = stepped(self.view, step, there, self._shown[1], self._pictures)
        self._draw()
        return said

    def on_resize(self) -> None:
        self._draw()

    def render_line(self, y: int) -> Strip:
        inks = inks_of(self.app)
        return strip_of(self._lines[y] if y < len(self._lines) else (), self.size.width, inks)

    def _draw(self) -> None:
        width, height = self.size
        if self._shown is None or not width or not height:
            return
        comparison, name, heads = self._shown
        said = self._sentence(heads, comparison, name, width)
        warned = self._warnings(width, max(height // 4, 2))
        parts: list[list[Line]] = [said + warned if len(said) + len(warned) + 1 <= height else said]
        free = height - len(parts[0]) - 1
        for at in [self.view, *(at for at in range(len(VIEWS)) if at != self.view)]:
            for tall in TALL[at]:
                picture = self._picture(at, width, tall)
                if picture and len(picture) + 1 <= free:
                    parts.append(picture)
                    free -= len(picture) + 1
                    break
        lines: list[Line] = []
        for part in parts:
            lines += [(), *part]
        fitting = lines if len(lines) <= height else said[:height]
        if fitting != self._lines:
            self._lines = fitting
            self.refresh()

    def _picture(self, view: int, width: int, tall: int) -> list[Line]:
        """One kind of picture, about `tall` lines of drawing; empty where the metric has none."""
        if self._shown is None:
            return []
        comparison, name, heads = self._shown
        return view_lines(view, comparison, name, heads, self._pictures, width, tall)

    def _warnings(self, width: int, most: int) -> list[Line]:
        lines = [line for note in self._notes for line in wrapped(note, max(width - 3, 10))]
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1][: max(width - 4, 1)] + "…"]
        return [[("! " if at == 0 else "  ", "warn!"), (line, "warn")] for at, line in enumerate(lines)]

    def _sentence(self, heads: Sequence[Heads], comparison: Comparison, name: str, width: int) -> list[Line]:
        head = next((head for head in heads if head.is_current), None)
        if head is None:
            return []
        metric = next(metric for metric in comparison.metrics if metric.name == name)
        cell = comparison.cell(head.letter, name)
        if head.accounts == comparison.segments[0].accounts and cell.verdict == "none":
            # Nothing to compare yet: say what to do rather than that there is no rest.
            text = "holds every account so far. Include a value on the left (space) to see how it differs."
        else:
            text = clean(sentence(cell, metric), 600)
        lack = lack_of(comparison.cell(AVERAGE, name))
        if lack:
            kind, _, why = lack.partition(": ")
            text += clean(f" {metric.label} of the average customer: {kind} ({why}).", 200)
        return [
            [(f"{head.letter} ", f"{SEGMENT_INK[head.letter]}!"), (line, "text")]
            if at == 0
            else [("  ", "text"), (line, "text")]
            for at, line in enumerate(wrapped(text, max(width - 3, 10)))
        ]
