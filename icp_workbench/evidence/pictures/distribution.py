"""How the values behind a figure are spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of
from icp_workbench.segments.binning import number_edges
from icp_workbench.segments.index import RowSet, SegmentIndex


@dataclass(frozen=True, slots=True)
class Distribution:
    """Counts between `edges` (len(counts) + 1), which are the whole book's, so that segments can be laid over
    each other; the quartiles; and of what the values are: "deal", or "account" where each account's own
    figure counts once."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    quartiles: tuple[float, float, float]
    n: int
    of: str


def distribution(index: SegmentIndex, rows: RowSet, metric: str) -> Distribution | None:
    """The values of a median or a spread; of a ratio, and of a share over several observations an account,
    each account's own ratio or share. None without a value, and where every account could only be 0 or 1: the
    figure says it all. KeyError for an unknown metric.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    if outcome.metric.estimator == "share" and not outcome.repeats:
        return None
    everything, of = _values(outcome, np.ones(len(outcome.row), dtype=bool))
    values, _ = _values(outcome, observations_of(rows, outcome))
    if not len(everything) or not len(values):
        return None
    edges = number_edges(everything)
    counts, _ = np.histogram(values, bins=np.array(edges))
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]).tolist()
    return Distribution(edges, tuple(counts.tolist()), (low, middle, high), len(values), of)


def _values(outcome: Outcome, selected: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.float64], str]:
    if outcome.metric.estimator in ("median", "spread"):
        return outcome.value[selected], outcome.metric.grain
    if outcome.metric.estimator == "lifetime":
        return outcome.weight[selected], "account"
    _, _, y, n = outcome.sums(selected)
    known = n > 0
    return y[known] / n[known], "account"
