"""How a number or a date is spread under a filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.conditions.fields import Field
from icp_workbench.segments.binning import Edges
from icp_workbench.segments.counting import different
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.rows import ACCOUNT, RowSet


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of a number (or date) between `edges` (len(counts) + 1); `blank` accounts have no value."""

    edges: Edges
    counts: tuple[int, ...]
    blank: int


def histogram(index: SegmentIndex, rows: RowSet, field: Field) -> Histogram | None:
    """The attribute's distribution under a filter, counted at its own grain; None for other types of
    attribute.

    The edges come from the whole book, so that bars do not move while slicing.
    """
    if field.type not in ("number", "date"):
        return None
    mask = rows_at(rows, field.grain)
    if mask is None:
        return None
    binned = index.bins(field.name)
    return of_counts(binned.edges, np.bincount(np.compress(mask, binned.codes), minlength=binned.bins + 1))


def of_counts(edges: Edges, counts: npt.NDArray[np.integer]) -> Histogram:
    """The histogram of counts by bin, the blank last."""
    *inner, blank = counts.tolist()
    return Histogram(edges, tuple(inner), blank)


def count_blank(index: SegmentIndex, rows: RowSet, field: Field) -> int:
    """Accounts under the filter without a value (at a finer grain: with an observation that has none)."""
    mask = rows_at(rows, field.grain)
    if mask is None:
        return 0
    blank = mask & index.column(field.name, field.grain).blank()
    if field.grain == ACCOUNT:
        return int(np.count_nonzero(blank))
    return different(np.compress(blank, index.account_of(field.grain)), index.n_accounts)


def rows_at(rows: RowSet, grain: str) -> npt.NDArray[np.bool_] | None:
    """The filter's rows at a grain; None where filter and grain are two different ones finer than the
    account."""
    if grain != ACCOUNT and rows.grain not in (ACCOUNT, grain):
        return None
    return rows.observations(grain)
