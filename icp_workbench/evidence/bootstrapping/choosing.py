"""How a metric is weighed on one board: by formula, or by resampling accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from icp_workbench.book.book import BOOTSTRAPPED
from icp_workbench.evidence.bootstrapping.weighing import book_figure, common_horizon, weigh_bootstrapped
from icp_workbench.evidence.estimates import Estimate
from icp_workbench.evidence.outcomes import Outcome
from icp_workbench.evidence.weighing import weigh
from icp_workbench.evidence.weighings import Weighed
from icp_workbench.segments.index import RowSet


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
        key = "average", self.horizon
        known: Estimate | None = self.outcome.resampled.get(key)
        if known is None:
            known = book_figure(self.outcome, self.horizon, self.resample, self.cancelled)
            if self.resample and not self.cancelled():
                self.outcome.resampled[key] = known
        return known

    def weigh(self, rows: RowSet) -> Weighed:
        """A row set against its rest; known again while the row set lives."""
        if self.by_formula:
            return weigh(self.outcome, rows)
        known: dict[float | None, Weighed] = self.outcome.weighed.setdefault(rows, {})
        found = known.get(self.horizon)
        if found is None:
            found = weigh_bootstrapped(self.outcome, rows, self.horizon, self.resample, self.cancelled)
            found = replace(found, effect={**found.effect, **self.effect})
            if self.resample and not self.cancelled():
                known[self.horizon] = found
        return found


def weighing_of(
    outcome: Outcome, segments: Iterable[RowSet], resample: bool, cancelled: Callable[[], bool]
) -> Weighing:
    """How a metric is weighed on a board of these segments. Without `resample`, what was resampled before is
    shown, and of the rest the estimates alone."""
    horizon = common_horizon(outcome, segments)
    effect = {} if horizon is None else {"horizon": horizon}
    return Weighing(outcome, resample, cancelled, horizon, effect)
