"""The ideal against the average customer: the profile's accounts beside everyone, and against the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, Not, simplified
from icp_workbench.evidence.comparison import Comparison, compare
from icp_workbench.segments.index import ACCOUNT, RowSet, SegmentIndex
from icp_workbench.spec.coverage import profile_accounts
from icp_workbench.spec.criterion import Criterion

IDEAL = "ideal"


def ideal_rows(index: SegmentIndex, criteria: Sequence[Criterion]) -> RowSet | None:
    """The accounts the profile selects, with all that happened to them; None where it selects nobody.

    WorkbenchError for a criterion that reads what the book does not have.
    """
    selected = profile_accounts(index, criteria)
    if not selected.any():
        return None
    selected.setflags(write=False)
    nobody = np.zeros(index.n_accounts, bool)
    return RowSet(_condition(criteria), ACCOUNT, selected, nobody, selected, index.account_of)


def ideal_board(
    index: SegmentIndex, criteria: Sequence[Criterion], *, cancelled: Callable[[], bool] = lambda: False
) -> Comparison | None:
    """The profile (segment `ideal`) on every metric of the book, against everyone and against the rest; None
    where it selects nobody."""
    rows = ideal_rows(index, criteria)
    return None if rows is None else compare(index, {IDEAL: rows}, cancelled=cancelled)


def _condition(criteria: Sequence[Criterion]) -> Condition:
    """What the profile selects as a condition; where it selects by points, whom any criterion matches."""
    icp = [one for one in criteria if one.verdict == "icp"]
    required = [one.when for one in icp if one.required]
    ruled_out = [Not(one.when) for one in criteria if one.verdict == "anti_icp" and one.disqualify]
    wanted: list[Condition] = required or [AnyOf(tuple(one.when for one in icp))]
    return simplified(AllOf((*wanted, *ruled_out)))
