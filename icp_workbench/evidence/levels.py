"""Every value of many attributes against the other values under a filter.

Attributes of the accounts are counted all at once (`segments/tabulation.py`); those of a finer grain, of
which an account may have several values, one by one (`memberships.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import ClusterSums, FloatArray
from icp_workbench.evidence.layout.accounts import AccountSums
from icp_workbench.evidence.layout.ranks import ValueRanks
from icp_workbench.evidence.memberships import LevelSums, Memberships, level_sums, moments_within
from icp_workbench.evidence.outcomes import Outcome, observations_of
from icp_workbench.evidence.verdicts import BoolArray
from icp_workbench.evidence.weighing import weigh_endings, weigh_ranks, weigh_sums, weighings_of_masks
from icp_workbench.evidence.weighings import Weighings, joined
from icp_workbench.segments.index import ACCOUNT, SegmentIndex
from icp_workbench.segments.rows import EVERYBODY, Fewer, RowSet
from icp_workbench.segments.tabulation import Cells

Levels = Mapping[str, Sequence[int]]  # attribute → positions among its levels, the blank one past the last


@dataclass(frozen=True)
class LevelTables:
    """What a filter leaves of every attribute of the accounts, by level, the blank last (of numbers and dates
    by bin).

    `accounts` (levels + 1,); of a share or a ratio `sums` (levels + 1, 7) as in `Outcome.sides`; of survival
    with one observation an account `endings` (levels + 1, kinds) as in `AccountEndings`. `total` is the
    filter's own row of sums or endings.
    """

    accounts: Mapping[str, npt.NDArray[np.int64]]
    sums: Mapping[str, FloatArray] = field(default_factory=dict)
    endings: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    total: FloatArray = field(default_factory=lambda: np.empty(0))


def level_tables(index: SegmentIndex, rows: RowSet, outcome: Outcome | None = None) -> LevelTables:
    """The tables of a filter, with what its accounts brought to a metric where that can be added up."""
    if outcome is None or outcome.metric.estimator not in ("share", "ratio", "survival"):
        return LevelTables(_accounts(index, rows))
    if outcome.metric.estimator == "survival":
        return _endings_by_level(index, rows, outcome)
    if rows.grain != ACCOUNT:
        return _sums_within(index, rows, outcome)
    brought, total = outcome.per_account, outcome.sides(rows)[0]
    if isinstance(brought, AccountSums):
        cells = _summed(index, rows.fewer, outcome, brought)
        return LevelTables(_accounts(index, rows), index.tabulation.by_level(cells), total=total)
    if not index.tabulation.counts_kinds(brought.kinds):
        return _sums_within(index, rows, outcome)
    by_kind = _counted(index, rows.fewer, outcome, brought.codes, brought.kinds)
    sums = {name: held @ brought.moments.T for name, held in by_kind.items()}
    return LevelTables({name: held.sum(axis=1) for name, held in by_kind.items()}, sums, total=total)


def _accounts(index: SegmentIndex, rows: RowSet) -> dict[str, npt.NDArray[np.int64]]:
    tabulation = index.tabulation
    cells = tabulation.counted(rows.fewer)
    if rows.fewer.is_rest:
        cells = _others(tabulation.everybody, cells)
    return {name: held[:, 0] for name, held in tabulation.by_level(cells).items()}


def _others(whole: Cells, part: Cells) -> Cells:
    return [every - own for every, own in zip(whole, part, strict=True)]


def _from_fewer(outcome: Outcome, few: Fewer, what: str, of: Callable[[Fewer], Cells]) -> Cells:
    """The cells of the segment, from those of its smaller side; those of everybody are kept."""
    if few.positions is not None and not few.is_rest:
        return of(few)
    whole: Cells | None = outcome.kept.get(what)
    if whole is None:
        whole = outcome.kept[what] = of(EVERYBODY)
    return whole if few.positions is None else _others(whole, of(few))


def _counted(
    index: SegmentIndex, few: Fewer, outcome: Outcome, codes: npt.NDArray[np.unsignedinteger], kinds: int
) -> dict[str, npt.NDArray[np.int64]]:
    tabulation = index.tabulation
    cells = _from_fewer(outcome, few, "counted", lambda side: tabulation.counted(side, codes, kinds))
    return tabulation.by_level(cells)


def _summed(index: SegmentIndex, few: Fewer, outcome: Outcome, brought: AccountSums) -> Cells:
    return _from_fewer(
        outcome, few, "summed", lambda side: index.tabulation.summed(side, brought.moments(side))
    )


def _sums_within(index: SegmentIndex, rows: RowSet, outcome: Outcome) -> LevelTables:
    """Of a filter on a finer grain, which may take some of an account's observations: added up anew."""
    moments = moments_within(outcome, observations_of(rows, outcome))
    there = Fewer(np.flatnonzero(moments[0]), False)
    cells = index.tabulation.summed(there, [there.of(row) for row in moments])
    return LevelTables(_accounts(index, rows), index.tabulation.by_level(cells), total=moments.sum(axis=1))


def _endings_by_level(index: SegmentIndex, rows: RowSet, outcome: Outcome) -> LevelTables:
    if rows.grain != ACCOUNT or outcome.repeats or not index.tabulation.counts_kinds(outcome.endings.kinds):
        return LevelTables(_accounts(index, rows))
    endings, few = outcome.endings, rows.fewer
    by_kind = _counted(index, few, outcome, endings.codes, endings.kinds)
    total = few.sides(endings.counts(few), endings.total)[0].astype(float)
    accounts = {name: held.sum(axis=1) for name, held in by_kind.items()}
    return LevelTables(accounts, endings=by_kind, total=total)


def weigh_levels(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, wanted: Levels, tables: LevelTables | None = None
) -> Weighings | None:
    """For each attribute and each wanted level, in that order: the level inside `rows` against everything
    else inside `rows`; None where none is wanted. Of a number or a date the blank alone is a level, whatever
    position is asked for. Figures are those `weigh` would give. `tables`: those of the filter, where they
    are known already."""
    wanted = {name: positions for name, positions in wanted.items() if positions}
    if not wanted:
        return None
    tables = level_tables(index, rows, outcome) if tables is None else tables
    if outcome.metric.estimator in ("share", "ratio"):
        return _weigh_by_sums(index, rows, outcome, wanted, tables)
    one_by_one = _OneByOne(index, rows, outcome)
    parts: list[Weighings] = []
    for name, positions in wanted.items():
        if name in tables.endings:
            inside = tables.endings[name][_rows_of(index, name, positions)].astype(float)
            sides = (inside, tables.total - inside)
            parts.append(weigh_endings(outcome, *(outcome.endings.by_time(side) for side in sides)))
        else:
            parts += one_by_one.weigh(name, positions)
    return joined(parts)


class _OneByOne:
    """Levels whose figures cannot be added up, each against the others by itself."""

    def __init__(self, index: SegmentIndex, rows: RowSet, outcome: Outcome) -> None:
        self.index, self.rows, self.outcome = index, rows, outcome

    @cached_property
    def _ranks(self) -> ValueRanks:
        ranks = self.outcome.ranks
        return ranks if self.rows.fewer.positions is None else ranks.within(self.rows.accounts)

    @cached_property
    def _selected(self) -> BoolArray:
        return observations_of(self.rows, self.outcome)

    def weigh(self, name: str, positions: Sequence[int]) -> Iterator[Weighings]:
        """Each of the levels at these positions."""
        of_accounts = self.index.book.fields[name].grain == self.rows.grain == ACCOUNT
        if of_accounts and self.outcome.metric.estimator == "median":
            for position in positions:
                found = self._ranks.contrast(_holding(self.index, name, position))
                yield weigh_ranks(self.outcome, found)
            return
        members = Memberships.of(self.index, self.rows, self.outcome, self._selected, name)
        for position in positions:
            inside = members.mask(position)
            yield weighings_of_masks(self.outcome, inside, self._selected & ~inside)


def _is_binned(index: SegmentIndex, name: str) -> bool:
    return index.book.fields[name].type in ("number", "date")


def _holding(index: SegmentIndex, name: str, position: int) -> npt.NDArray[np.bool_]:
    if _is_binned(index, name):
        return index.column(name).blank()
    return index.levels(name).holds(position)


def _rows_of(index: SegmentIndex, name: str, positions: Sequence[int]) -> list[int]:
    """The rows of a table in which the levels wanted stand."""
    return [-1] * len(positions) if _is_binned(index, name) else list(positions)


def _weigh_by_sums(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, wanted: Levels, tables: LevelTables
) -> Weighings:
    selected = per_account = None
    found: list[LevelSums] = []
    for name, positions in wanted.items():
        if index.book.fields[name].grain == ACCOUNT:
            found.append(_against_total(tables.sums[name][_rows_of(index, name, positions)], tables.total))
            continue
        if selected is None or per_account is None:
            selected = observations_of(rows, outcome)
            per_account = moments_within(outcome, selected)
        members = Memberships.of(index, rows, outcome, selected, name)
        found.append(level_sums(outcome, members, per_account).taken(positions))
    inside = np.concatenate([sums.inside for sums in found], axis=1)
    outside = np.concatenate([sums.outside for sums in found], axis=1)
    covariance = np.concatenate([sums.covariance for sums in found])
    return weigh_sums(
        outcome, ClusterSums.from_rows(inside[:6]), inside[6], ClusterSums.from_rows(outside[:6]),
        outside[6], covariance,
    )  # fmt: skip


def _against_total(sums: FloatArray, total: FloatArray) -> LevelSums:
    """Levels of an account's attribute: nobody is on both sides, so the rest is total minus level."""
    inside, outside = sums.T, total[:, None] - sums.T
    there, left = inside[0] > 0.5, outside[0] > 0.5
    return LevelSums(np.where(there, inside, 0.0), np.where(left, outside, 0.0), np.zeros(len(sums)))
