"""Numbers cut into bands that people can remember, without looking at any outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.conditions.fields import Field
from icp_workbench.segments.index import RowSet, SegmentIndex

BANDS = 8
FEWEST = 20  # accounts in a band: fewer are nothing to build on


def cuts_of(index: SegmentIndex, rows: RowSet, field: Field) -> list[float]:
    """The eighths of a number among these accounts, to two significant digits, ascending; empty where there
    are too few accounts to be cut."""
    values = index.column(field.name).values[rows.accounts]
    known = values[np.isfinite(values)]
    if len(known) < BANDS * FEWEST:
        return []
    steps = np.linspace(0, 1, BANDS + 1)[1:-1]
    return sorted({float(f"{cut:.2g}") for cut in np.quantile(known, steps)})


def bands(index: SegmentIndex, rows: RowSet, field: Field) -> list[Condition]:
    """One condition for each band, from the lowest to the highest; empty where there is nothing to cut."""
    cuts = cuts_of(index, rows, field)
    return [band(field.name, cuts, at, at) for at in range(len(cuts) + 1)] if cuts else []


def band(name: str, cuts: Sequence[float], first: int, last: int) -> Condition:
    """The range of the neighbouring bands `first` to `last`; band i lies between cut i − 1 and cut i."""
    if first == 0:
        return FieldTest(name, "at_most", cuts[min(last, len(cuts) - 1)])
    if last == len(cuts):
        return FieldTest(name, "at_least", cuts[first - 1])
    return FieldTest(name, "between", (cuts[first - 1], cuts[last]))


def joined_band(conditions: Sequence[Condition]) -> Condition:
    """Neighbouring bands, in order, as one range."""
    first, last = conditions[0], conditions[-1]
    if len(conditions) == 1 or not isinstance(first, FieldTest) or not isinstance(last, FieldTest):
        return first
    low = None if first.operator == "at_most" else _end(first, 0)
    high = None if last.operator == "at_least" else _end(last, -1)
    if low is None:
        return FieldTest(first.field, "is_known") if high is None else FieldTest(first.field, "at_most", high)
    return (
        FieldTest(first.field, "at_least", low)
        if high is None
        else FieldTest(first.field, "between", (low, high))
    )


def _end(test: FieldTest, at: int) -> float:
    value = test.value[at] if isinstance(test.value, tuple) else test.value
    return float(value)  # type: ignore[arg-type]


def runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last position of each run of trues."""
    edges = [at for at, (before, after) in enumerate(pairwise([False, *flags, False])) if before != after]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        yield start, end - 1
