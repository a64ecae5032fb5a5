"""How a metric is weighed on one board: by formula, or by resampling accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from icp_workbench.book.metric import BOOTSTRAPPED
from icp_workbench.evidence.bootstrapping.weighing import (
    book_figure,
    common_horizon,
    weigh_bootstrapped,
)
from icp_workbench.evidence.estimates import Estimate
from icp_workbench.evidence.outcomes import Outcome
from icp_workbench.evidence.weighing import weigh
from icp_workbench.evidence.weighings import Weighed
from icp_workbench.segments.index import RowSet

# What was found for a row set, while it lives: a key changes one segment of a board.
_KNOWN: WeakKeyDictionary[RowSet, dict[Any, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Weighing:
    """One metric on one board. `effect` is what every cell of it says: the common horizon of a lifetime
    value, in the unit of its durations."""

    outcome: Outcome
    resample: bool
    cancelled: Callable[[], bool]
    horizon: float | None = None
    effect: Mapping[str, float] = field(default_factory=dict)

    @property
    def by_formula(self) -> bool:
        """Whether no resampling is needed, so that the figure is the same on every board."""
        return self.outcome.metric.estimator not in BOOTSTRAPPED

    def average(self) -> Estimate:
        """The whole book's figure."""
        if self.by_formula:
            return self.outcome.book_estimate
        found: Estimate = self._known(
            self.outcome.resampled,
            ("average",),
            lambda resample, cancelled: book_figure(self.outcome, self.horizon, resample, cancelled),
        )
        return found

    def weigh(self, rows: RowSet) -> Weighed:
        """A row set against its rest; known again while the row set lives."""
        if self.by_formula:
            return weigh(self.outcome, rows)
        found: Weighed = self._known(
            _KNOWN.setdefault(rows, {}),
            (self.outcome.metric,),
            lambda resample, cancelled: weigh_bootstrapped(
                self.outcome, rows, self.horizon, resample, cancelled
            ),
        )
        return found

    def _known(
        self, known: dict[Any, Any], key: tuple[Any, ...], find: Callable[[bool, Callable[[], bool]], Any]
    ) -> Any:
        """What was resampled before; else, if that is wanted now, what is; else the estimate alone."""
        whole, quick = (*key, self.horizon, True), (*key, self.horizon, False)
        if whole in known:
            return known[whole]
        if self.resample:
            heard = _Heard(self.cancelled)
            found = find(True, heard)
            if not heard.said:
                known[whole] = found
            return found
        if quick not in known:
            known[quick] = find(False, self.cancelled)
        return known[quick]


@dataclass
class _Heard:
    """A cancellation that stays one, even where who asked for it takes it back."""

    ask: Callable[[], bool]
    said: bool = False

    def __call__(self) -> bool:
        self.said = self.said or self.ask()
        return self.said


def weighing_of(
    outcome: Outcome, segments: Iterable[RowSet], resample: bool, cancelled: Callable[[], bool]
) -> Weighing:
    """How a metric is weighed on a board of these segments. Without `resample`, what was resampled before is
    shown, and of the rest the estimates alone."""
    horizon = common_horizon(outcome, segments)
    effect = {} if horizon is None else {"horizon": horizon}
    return Weighing(outcome, resample, cancelled, horizon, effect)
