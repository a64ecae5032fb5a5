"""Present: what was found, one comparison after the other, in the largest type the terminal allows."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from icp_workbench.tui.actions import bindings_for, offered
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.standing import stands
from icp_workbench.tui.widgets.board_lines import Heads
from icp_workbench.tui.widgets.chrome import KeysLine
from icp_workbench.tui.widgets.slide import Slide
from icp_workbench.tui.workbench import Workbench


class PresentScreen(Screen[None]):
    """Over a room, on the figures as they are: left and right step through the segments, up and down through
    the metrics, space through all of them. It begins with the kind of picture that `view` says."""

    NAME = "present"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("present")]

    def __init__(self, desk: Desk, metric: str | None, view: int = 0) -> None:
        super().__init__()
        self.desk = desk
        self._letter = desk.state.current
        self._metric = metric
        self._view = view

    @property
    def workbench(self) -> Workbench:
        """The app."""
        return cast(Workbench, self.app)

    def compose(self) -> ComposeResult:
        yield Slide(id="slide")
        yield KeysLine()

    def on_mount(self) -> None:
        self.query_one(KeysLine).show(self.workbench.with_keys(offered(self.places())))
        slide = self.query_one(Slide)
        slide.view = self._view
        slide.focus()
        self._show()

    def places(self) -> list[str]:
        """For the bottom line, help and the palette."""
        return ["present"]

    @property
    def metric_in_focus(self) -> str | None:
        """The metric on the slide."""
        names = self._metrics
        return names[self._row(names)] if names else self._metric

    def figures_changed(self, what: set[str]) -> None:
        """Newer figures came."""
        if stands(self):
            self._show()

    def action_step(self, segments: int, metrics: int) -> None:
        """So many segments to the right, so many metrics down; it stops at the ends."""
        heads, names = self._heads, self._metrics
        if heads and names:
            at, row = self._at(heads), self._row(names)
            self._letter = heads[min(max(at + segments, 0), len(heads) - 1)].letter
            self._metric = names[min(max(row + metrics, 0), len(names) - 1)]
            self._turn()

    def action_through(self, step: int) -> None:
        """To the next slide of all: each segment, metric after metric."""
        heads, names = self._heads, self._metrics
        if heads and names:
            every = len(heads) * len(names)
            here = self._row(names) * len(heads) + self._at(heads)
            row, at = divmod(min(max(here + step, 0), every - 1), len(heads))
            self._letter, self._metric = heads[at].letter, names[row]
            self._turn()

    def action_next_view(self, step: int) -> None:
        """Show the metric as another kind of picture."""
        said = self.query_one(Slide).step(step)
        self.workbench.tell("\n".join(said), 4 if len(said) > 1 else 1.5)

    def action_end(self) -> None:
        """Back to the room."""
        if self.is_current:  # not a second time, for two keys in one breath
            self.dismiss(None)

    @property
    def _heads(self) -> list[Heads]:
        comparison = self.desk.answers.comparison
        return self.desk.heads(comparison) if comparison is not None else []

    @property
    def _metrics(self) -> list[str]:
        comparison = self.desk.answers.comparison
        return [metric.name for metric in comparison.metrics] if comparison is not None else []

    def _at(self, heads: list[Heads]) -> int:
        return next((at for at, head in enumerate(heads) if head.letter == self._letter), 0)

    def _row(self, names: list[str]) -> int:
        return names.index(self._metric) if self._metric in names else 0

    def _turn(self) -> None:
        self._show()
        if self.desk.answers.pictures.metric != self.metric_in_focus:
            self.workbench.recount_picture(self.metric_in_focus)

    def _show(self) -> None:
        answers, heads, metric = self.desk.answers, self._heads, self.metric_in_focus
        if answers.comparison is not None and heads and metric is not None:
            self.query_one(Slide).show(answers.comparison, heads, self._at(heads), metric, answers.pictures)
