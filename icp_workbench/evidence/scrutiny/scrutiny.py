"""A criterion looked at twice: with the others held fixed, and slightly changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from icp_workbench.evidence.scrutiny.cautions import survivorship
from icp_workbench.evidence.scrutiny.confounding import HeldFixed, held_fixed
from icp_workbench.evidence.scrutiny.sensitivity import Sensitivity, sensitivity
from icp_workbench.evidence.strength import Strength
from icp_workbench.segments.index import RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """On the metric that decided a criterion's strength (else the first core one): its difference with the
    other criteria held fixed (None without others), and its sensitivity; `survivorship` says what a book of
    customers alone cannot know, None for others."""

    metric: str
    held_fixed: HeldFixed | None
    sensitivity: Sensitivity
    survivorship: str | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it says, in words."""
        fixed = None if self.held_fixed is None else self.held_fixed.sentence
        return tuple(said for said in (fixed, self.sensitivity.sentence, self.survivorship) if said)


def scrutiny_of(
    index: SegmentIndex,
    rows: RowSet,
    others: Mapping[str, RowSet],
    strength: Strength,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Scrutiny | None:
    """The scrutiny of a criterion among the others (name → row set); None without a core metric, or when
    cancelled."""
    core = next((metric.name for metric in index.book.metrics if metric.core), None)
    metric = strength.metric or core
    if metric is None:
        return None
    fixed = held_fixed(index, rows, others, metric, cancelled=cancelled)
    varied = None if cancelled() else sensitivity(index, rows, metric, cancelled=cancelled)
    if varied is None or cancelled():
        return None
    return Scrutiny(metric, fixed, varied, survivorship(index.book))
