"""Do the 95 % intervals hold the truth in 95 of 100 books?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence.bootstrapping.choosing import weighing_of
from icp_workbench.evidence.bootstrapping.weighing import common_horizon
from icp_workbench.evidence.outcomes import outcome_of
from icp_workbench.evidence.weighings import Weighed
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.bootstrapping.books import never
from tests.simulations.populations import BY_DEAL, REST, SEGMENT, draw_book
from tests.simulations.simulation import Simulation

PROMISED = (0.93, 0.97)
BY_RATIO = (
    "deal_size",
    "deal_size_spread",
    "gross_margin",
    "lifetime_value",
)  # limits of a ratio of both sides
OF = {
    "win_rate": "share", "deal_size": "median", "gross_margin": "ratio", "retention_12m": "survival",
    "deal_size_spread": "spread", "lifetime_value": "lifetime value",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coverage:
    """A trial: one book, each metric's own interval and that of its difference from the rest."""

    accounts: int
    deals: int
    correlation: float

    def __call__(self, seed: int) -> dict[str, bool]:
        """Estimator → whether its interval holds the truth."""
        index = SegmentIndex(draw_book(seed, self.accounts, self.deals, self.correlation))
        rows = index.rows(FieldTest("third", "in", ("yes",)))
        answers: dict[str, bool] = {}
        of_deals = {metric.name for metric in BY_DEAL}
        for metric in index.book.metrics:
            if self.deals > 1 and metric.name not in of_deals:
                continue  # one row a customer: the same in every setting
            outcome = outcome_of(index, metric)
            weighed = weighing_of(outcome, [rows], True, never).weigh(rows)
            answers |= dict(_held(metric, weighed, common_horizon(outcome, [rows]) or 0.0))
        return answers


def _held(metric: Metric, weighed: Weighed, horizon: float) -> Iterator[tuple[str, bool]]:
    inside, outside = SEGMENT.truth(metric, horizon), REST.truth(metric, horizon)
    yield OF[metric.name], _within(weighed.inside.low, inside, weighed.inside.high)
    if metric.name in BY_RATIO:
        yield f"{OF[metric.name]} ÷ rest", _within(weighed.ratio_low, inside / outside, weighed.ratio_high)
    else:
        yield f"{OF[metric.name]} − rest", _within(weighed.low, inside - outside, weighed.high)


def _within(low: float | None, truth: float, high: float | None) -> bool:
    return low is not None and high is not None and low <= truth <= high


_SETTINGS = [(40, 1, 0.0), (120, 1, 0.0), (40, 10, 0.1), (40, 10, 0.3), (120, 10, 0.3)]
_ASKED = [f"{name}{against}" for name in OF.values() for against in ("", " − rest", " ÷ rest")]
COVERAGE = [
    Simulation(
        "Intervals hold the truth",
        f"{accounts} accounts, {deals} deal{'s' if deals > 1 else ''} each"
        + (f", correlation {correlation}" if correlation else ""),
        Coverage(accounts, deals, correlation),
        2_000,
        dict.fromkeys(_ASKED, PROMISED),
    )
    for accounts, deals, correlation in _SETTINGS
]
