"""The ideal against the average customer: the profile's accounts beside everyone, and against the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, Not, simplified
from icp_workbench.evidence.comparison import Comparison, compare
from icp_workbench.evidence.verdicts import Verdict
from icp_workbench.render.figures import difference, figure, interval, unit_words
from icp_workbench.render.verdicts import verdict_text
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


class Shown(Protocol):
    """A figure against everyone and the rest, as a board and a spec file hold it."""

    @property
    def unit(self) -> str | None: ...
    @property
    def estimate(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def average(self) -> float | None: ...
    @property
    def rest(self) -> float | None: ...
    @property
    def difference(self) -> float | None: ...
    @property
    def verdict(self) -> Verdict: ...


HEADS = ("metric", "ideal", "95 %", "everyone", "the rest", "difference", "verdict")


def table_row(label: str, shown: Shown) -> tuple[str, ...]:
    """One line of the table under `HEADS`, as text; the unit stands behind the label."""
    unit = shown.unit
    words = unit_words(unit)
    return (
        f"{label}, {words}" if words else label,
        figure(shown.estimate, unit, with_unit=False),
        interval(shown.low, shown.high, unit),
        figure(shown.average, unit, with_unit=False),
        figure(shown.rest, unit, with_unit=False),
        difference(shown.difference, unit, with_unit=unit == "share"),
        verdict_text(shown.verdict),
    )
