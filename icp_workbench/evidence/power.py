"""What a book could show at all."""

from __future__ import annotations

import numpy as np

from icp_workbench.book.metric import BOOTSTRAPPED
from icp_workbench.evidence.bootstrapping.choosing import weighing_of
from icp_workbench.evidence.estimates import FloatArray
from icp_workbench.evidence.outcomes import outcome_of
from icp_workbench.evidence.quantiles import NORMAL_80, NORMAL_975
from icp_workbench.evidence.verdicts import FEWEST_ACCOUNTS, lacks
from icp_workbench.evidence.weighings import Figure, plain
from icp_workbench.segments.index import SegmentIndex

SEGMENT_SHARE = 1 / 3
MOST_RESAMPLED = 20_000  # observations


def smallest_difference(index: SegmentIndex, metric: str) -> float | None:
    """The smallest difference, in the metric's unit, that a test at 5 % (two-sided) finds with 80 % power
    for a segment holding a third of the accounts; None if the book is too small to say, or, for a metric
    whose interval is resampled, too large to resample in passing.

    (1.960 + 0.842) × the standard error of a difference between a third and two thirds of the accounts: the
    clustered variance of the whole book's figure × (3 + 3/2). Where that is nothing, the smallest step
    between values. KeyError for a metric the book does not have.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    estimate = outcome.book_estimate
    if outcome.metric.estimator in BOOTSTRAPPED:
        small = len(outcome.value) <= MOST_RESAMPLED
        estimate = weighing_of(outcome, (), small, lambda: False).average()
    figures = Figure.each(estimate)
    if lacks(outcome.metric, estimate, outcome.book_sum)[0]:
        return None
    if figures[0].accounts * SEGMENT_SHARE < FEWEST_ACCOUNTS:
        return None
    spread = (estimate.high - estimate.low) / (2 * NORMAL_975)
    if outcome.metric.estimator in ("share", "ratio"):
        spread = np.sqrt(estimate.variance)
    error = spread * np.sqrt(1 / SEGMENT_SHARE + 1 / (1 - SEGMENT_SHARE))
    found = plain((NORMAL_975 + NORMAL_80) * error)[0]
    if found == 0.0 and outcome.metric.estimator == "median":
        return _finest(outcome.value)
    return found or None


def _finest(values: FloatArray) -> float | None:
    """The smallest step between values (n,): where so many are alike that a median's interval has no width,
    nothing finer can be told apart. None where all are alike."""
    steps = np.diff(np.sort(values))
    steps = steps[steps > 0]
    return float(steps.min()) if len(steps) else None
