"""The book a spec is held against: which accounts its criteria match there, and how these fared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import numpy as np

from icp_workbench.book.derived.definitions import open_fields
from icp_workbench.book.metric import Metric
from icp_workbench.conditions.checking import check
from icp_workbench.conditions.condition import AllOf, fields_read
from icp_workbench.conditions.fields import Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import Cell, Comparison, compare
from icp_workbench.evidence.scrutiny.confounding import HeldFixed, held_fixed
from icp_workbench.evidence.strength import strength_of
from icp_workbench.segments.index import ACCOUNT, RowSet, SegmentIndex
from icp_workbench.spec.checks.expanding import expanded
from icp_workbench.spec.checks.findings import NotLooked
from icp_workbench.spec.coverage import Mask, least_fit_of, matching, profile_accounts
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.decided import criterion_in
from icp_workbench.spec.model import IdealCustomerProfile

PROFILE = "profile"
_SUBJECT = "criterion"


class Ground:
    """The criteria of a spec on one book. Figures are computed when they are first asked for.

    `counted` are the criteria by id that can be counted there, with their conditions typed by the book;
    `left_out` says of each of the others why it cannot. `boards` are comparisons, and `fixed` effects with
    the other criteria held fixed, that are known already, by criterion id. After `cancelled` says so,
    figures may be incomplete.
    """

    def __init__(
        self,
        spec: IdealCustomerProfile,
        index: SegmentIndex,
        boards: Mapping[str, Comparison] | None = None,
        fixed: Mapping[str, HeldFixed | None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.index = index
        self.cancelled = cancelled
        self.counted: dict[str, Criterion] = {}
        self.left_out: dict[str, str] = {}
        self._boards = dict(boards or {})
        self._fixed = dict(fixed or {})
        self._least_fit = least_fit_of(spec)
        # What is kept out of slicing can be counted all the same; a check of its own asks about it.
        fields = open_fields(index.book.fields)
        for one in spec.criteria:
            when = expanded(one.when, spec.fields, fields)
            lacking = [f"`{name}`" for name in fields_read(when) if not _has(fields, name)]
            if lacking:
                self.left_out[one.id] = f"the book has no {' and no '.join(lacking)}"
                continue
            try:
                when = check(when, fields, levels_must_exist=False)
                index.grain_of(when)
            except WorkbenchError as error:
                self.left_out[one.id] = error.what_happened.rstrip(".")
            else:
                self.counted[one.id] = criterion_in(one, when)

    @property
    def core(self) -> tuple[Metric, ...]:
        """The core metrics of the book: those that decide whether something is better."""
        return tuple(metric for metric in self.index.book.metrics if metric.core)

    def kept_out(self, name: str) -> str | None:
        """Why the book keeps an attribute out of slicing: it is known only after the outcome. None where it
        does not, and where it has no such attribute."""
        fields = self.index.book.fields
        return fields.find(name).kept_out if _has(fields, name) else None

    def not_counted(self, *names: str) -> Iterator[NotLooked]:
        """Of these criteria those that cannot be counted here, by the reason why; of all without names."""
        whom: dict[str, list[str]] = {}
        for name, why in self.left_out.items():
            if not names or name in names:
                whom.setdefault(why, []).append(name)
        for why, left in whom.items():
            yield NotLooked(f"it cannot be counted in this book ({why})", tuple(left))

    def rows(self, criterion_id: str) -> RowSet:
        """What a criterion's condition selects; KeyError for one that is not counted."""
        return self.index.rows(self.counted[criterion_id].when)

    def attributes(self, criterion_id: str) -> tuple[str, ...]:
        """The book's attributes that a criterion reads; none for one that is not counted."""
        one = self.counted.get(criterion_id)
        return () if one is None else fields_read(one.when)

    def matches(self, criterion_id: str) -> Mask:
        """Which accounts a criterion matches, blanks counted as its `missing` says: bool (n_accounts,)."""
        return matching(self.index, self.counted[criterion_id])

    def cells(self, criterion_id: str) -> dict[str, Cell]:
        """Each metric where a criterion holds against its rest, by metric name."""
        board = self._boards.get(criterion_id)
        if board is None:
            board = self._boards[criterion_id] = compare(
                self.index, {_SUBJECT: self.rows(criterion_id)}, resample=False, cancelled=self.cancelled
            )
        return {metric.name: board.cell(board.segments[1].name, metric.name) for metric in board.metrics}

    def held_fixed(self, criterion_id: str) -> HeldFixed | None:
        """A criterion's effect on the core metric that decides its strength (else the first) with the other
        criteria held fixed; None where there is none to hold."""
        if criterion_id not in self._fixed:
            rows, anti = self.rows(criterion_id), self.counted[criterion_id].verdict == "anti_icp"
            metric = strength_of(self.index, rows, {}, anti=anti).metric or self.core[0].name
            others = {f"`{other}`": self.rows(other) for other in self.counted if other != criterion_id}
            found = held_fixed(self.index, rows, others, metric, cancelled=self.cancelled)
            self._fixed[criterion_id] = found
        return self._fixed[criterion_id]

    @cached_property
    def profile(self) -> Mask:
        """Which accounts the profile selects: bool (n_accounts,)."""
        return profile_accounts(self.index, tuple(self.counted.values()), self._least_fit)

    @cached_property
    def wanted(self) -> Mask:
        """Which accounts the ICP criteria would select if nothing was ruled out: bool (n_accounts,)."""
        ideal = [one for one in self.counted.values() if one.verdict == "icp"]
        return profile_accounts(self.index, ideal, self._least_fit)

    @cached_property
    def profile_cells(self) -> dict[str, Cell]:
        """Each metric over the profile against its rest, by metric name."""
        nowhere = np.zeros(self.index.n_accounts, bool)
        whole = AllOf(tuple(one.when for one in self.counted.values()))
        rows = RowSet(whole, ACCOUNT, self.profile, nowhere, self.profile, self.index.account_of)
        board = compare(self.index, {PROFILE: rows}, resample=False, cancelled=self.cancelled)
        return {metric.name: board.cell(PROFILE, metric.name) for metric in board.metrics}


def _has(fields: Fields, name: str) -> bool:
    try:
        fields.find(name)
    except WorkbenchError:
        return False
    return True
