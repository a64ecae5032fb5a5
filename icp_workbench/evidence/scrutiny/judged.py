"""Which metrics can be looked at again and again: those with a formula for their test."""

from __future__ import annotations

from icp_workbench.book.metric import BOOTSTRAPPED, Metric
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex


def judged_metric(index: SegmentIndex, name: str) -> Metric:
    """The book's metric of that name.

    KeyError for one the book does not have; WorkbenchError for one that is tested by resampling alone: it is
    never core, and no criterion rests on it.
    """
    metric = index.book.metric(name)
    if metric.estimator in BOOTSTRAPPED:
        raise WorkbenchError(
            "Not looked at again",
            f"{metric.label} is judged by resampling alone, and no criterion rests on it.",
            "Choose another metric.",
        )
    return metric
