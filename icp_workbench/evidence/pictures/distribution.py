"""How the values behind a figure are spread."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.estimates import sums_by
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of
from icp_workbench.segments.binning import number_edges
from icp_workbench.segments.index import RowSet, SegmentIndex

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Counts between `edges` (len(counts) + 1, the last bin with its upper edge), which are the whole book's,
    so that segments can be laid over each other; the quartiles; how many values; and of what they are:
    "deal", or "account" where each account's own figure counts once."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    quartiles: tuple[float, float, float]
    n: int
    of: str


_EDGES: WeakKeyDictionary[SegmentIndex, dict[Metric, tuple[float, ...] | None]] = WeakKeyDictionary()


def distribution(index: SegmentIndex, rows: RowSet, metric: str) -> Distribution | None:
    """The values of a median or a spread; of a ratio, and of a share over several observations an account,
    each account's own ratio or share; of a lifetime value the amounts a month. None without a value, for
    survival (see `curve`), and for a share where every account is 0 or 1: the figure says it all.
    KeyError for an unknown metric.
    """
    outcome = outcome_of(index, index.book.metric(metric))
    if outcome.metric.estimator == "survival" or _one_each(index, outcome):
        return None
    edges = _edges(index, outcome)
    values = _values(outcome, observations_of(rows, outcome))
    if edges is None or not len(values):
        return None
    # Rounding may put an edge a hair beside the outermost value; it is counted all the same.
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), bins=np.array(edges))
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]).tolist()
    own = outcome.metric.estimator in ("median", "spread")
    of = outcome.metric.grain if own else "account"
    return Distribution(edges, tuple(counts.tolist()), (low, middle, high), len(values), of)


def why_no_distribution(index: SegmentIndex, rows: RowSet, metric: str) -> str:
    """Why `distribution` has none, in words."""
    outcome = outcome_of(index, index.book.metric(metric))
    if _one_each(index, outcome) and observations_of(rows, outcome).any():
        return "each account is either a yes or a no: the figure says it all"
    return "no outcome of this kind"


def _one_each(index: SegmentIndex, outcome: Outcome) -> bool:
    """Whether every account is a yes or a no, by having one outcome or by having all of one kind."""
    if outcome.metric.estimator != "share":
        return False
    return not outcome.repeats or _edges(index, outcome) == (0.0, 1.0)


def _edges(index: SegmentIndex, outcome: Outcome) -> tuple[float, ...] | None:
    known = _EDGES.setdefault(index, {})
    if outcome.metric not in known:
        everything = _values(outcome, np.ones(len(outcome.value), dtype=bool))
        known[outcome.metric] = _apart(number_edges(everything)) if len(everything) else None
    return known[outcome.metric]


def _apart(edges: tuple[float, ...]) -> tuple[float, ...]:
    """The edges once each: next to a figure so large that adding one to it changes nothing, two are one."""
    found = tuple(dict.fromkeys(edges))
    return found if len(found) > 1 else (found[0], found[0] + 1e-6 * abs(found[0]))


def _values(outcome: Outcome, selected: npt.NDArray[np.bool_]) -> Floats:
    if outcome.metric.estimator in ("median", "spread"):
        return outcome.value[selected]
    if outcome.metric.estimator == "lifetime":
        return outcome.weight[selected]
    y, n = outcome.value[selected], outcome.weight[selected]
    if outcome.repeats:
        account = outcome.account[selected]
        y, n = (sums_by(account, part, outcome.n_accounts) for part in (y, n))
    known = n > 0
    with np.errstate(over="ignore"):
        own = y[known] / n[known]
    return own[np.isfinite(own)]
