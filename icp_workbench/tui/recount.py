"""Counting off the message pump: one thread at a time, always for the newest state, stale answers dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icp_workbench.errors import WorkbenchError
from icp_workbench.tui.allocator import give_back
from icp_workbench.tui.messages import (
    ChecksReady,
    ComparisonReady,
    CountingFailed,
    CoverageReady,
    FacetsReady,
    IdealReady,
    PicturesReady,
)

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

    from icp_workbench.tui.desk import Desk
    from icp_workbench.workshop.state import Workshop


class Recount:
    """Asks the desk for figures in a thread; each answer is posted to the app as it comes.

    Keys that arrive while a thread is busy do not queue up: it stops after its present step, and one more
    run answers the newest of them.
    """

    def __init__(self, app: App[None], desk: Desk) -> None:
        self.generation = 0
        self._app = app
        self._desk = desk
        self._busy = False
        self._whole = False
        self._metric: str | None = None

    def request(self, metric: str | None, *, whole: bool = True) -> None:
        """Count anew for the desk's present state; `metric` is the one in the picture (all that is counted if
        not `whole`)."""
        self.generation += 1
        self._metric = metric
        self._whole = self._whole or whole
        if not self._busy:
            self._start()

    def move_to(self, desk: Desk) -> None:
        """Count on another desk from now on; what is still being counted on the old one is dropped."""
        self.generation += 1
        self._desk, self._whole = desk, True

    def finished(self) -> None:
        """The thread has ended (called on the message pump)."""
        self._busy = False
        if self._done != self.generation:
            self._start()

    def _start(self) -> None:
        self._busy = True
        self._done = self.generation
        desk, generation, metric, whole = self._desk, self.generation, self._metric, self._whole
        state, board = desk.state, desk.answers.comparison
        if whole:
            # Stays wanted until a run has got through: one that is overtaken leaves it to the next.
            board = None

        def run() -> None:
            try:
                if board is not None and metric is not None:
                    self._app.post_message(PicturesReady(generation, desk.pictures(board, metric)))
                elif self._count(desk, generation, state, metric):
                    self._whole = self.generation != generation and self._whole
            except Exception as error:
                self._app.post_message(CountingFailed(generation, error))
                if not isinstance(error, WorkbenchError):
                    raise
            finally:
                if self.generation == generation:  # what counting needed for a moment is not kept
                    give_back()
                self._app.call_later(self.finished)

        self._app.run_worker(run, thread=True, group="recount", exit_on_error=True, name="recount")

    def _count(self, desk: Desk, generation: int, state: Workshop, metric: str | None) -> bool:
        """All figures, each told as it comes; False where newer ones were wanted before the end."""

        def tell(message: Message) -> bool:
            self._app.post_message(message)
            return self.generation == generation

        if not tell(FacetsReady(generation, desk.slice(state))):
            return False
        comparison, overlaps = desk.compare(state, resample=False), desk.overlaps(state)
        if not tell(ComparisonReady(generation, comparison, overlaps)):
            return False
        if metric is not None and not tell(PicturesReady(generation, desk.pictures(comparison, metric))):
            return False

        def overtaken() -> bool:
            return self.generation != generation

        # What takes longer than a hand: resampled intervals, criteria under scrutiny, shuffled accounts.
        if desk.resamples:
            comparison = desk.compare(state, resample=True, cancelled=overtaken)
            if not tell(ComparisonReady(generation, comparison, overlaps)):
                return False
        covered = desk.cover(state, overtaken, dealt=False)
        if not tell(CoverageReady(generation, *covered)):
            return False
        if not tell(IdealReady(generation, desk.ideal(state, overtaken))):
            return False
        quick, covered = covered, desk.cover(state, overtaken)
        if covered is not quick and not tell(CoverageReady(generation, *covered)):
            return False
        checked = desk.check(state, covered[1], overtaken)
        return checked is None or tell(ChecksReady(generation, checked))
