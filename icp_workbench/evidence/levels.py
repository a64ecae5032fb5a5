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

from icp_workbench.evidence.estimates import FloatArray
from icp_workbench.evidence.layout.accounts import AccountKinds, PerAccount
from icp_workbench.evidence.layout.observations import Parted, Parts
from icp_workbench.evidence.layout.ranks import ValueRanks
from icp_workbench.evidence.memberships import accounts_with, observations_with, rows_with
from icp_workbench.evidence.outcomes import Outcome, observations_of
from icp_workbench.evidence.verdicts import BoolArray
from icp_workbench.evidence.weighing import weigh_endings, weigh_parts, weigh_ranks, weighings_of_masks
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
    if not outcome.by_accounts(rows):
        return _sums_within(index, rows, outcome)
    brought, total = outcome.per_account, outcome.sides(rows)[0]
    if isinstance(brought, AccountKinds) and index.tabulation.counts_kinds(brought.kinds):
        by_kind = _counted(index, rows.fewer, outcome, brought.codes, brought.kinds)
        sums = {name: held @ brought.moments.T for name, held in by_kind.items()}
        return LevelTables({name: held.sum(axis=1) for name, held in by_kind.items()}, sums, total=total)
    cells = _summed(index, rows.fewer, outcome, brought)
    return LevelTables(_accounts(index, rows), index.tabulation.by_level(cells), total=total)


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


def _summed(index: SegmentIndex, few: Fewer, outcome: Outcome, brought: PerAccount) -> Cells:
    return _from_fewer(
        outcome, few, "summed", lambda side: index.tabulation.summed(side, brought.added(side))
    )


def _sums_within(index: SegmentIndex, rows: RowSet, outcome: Outcome) -> LevelTables:
    """Of a filter on the metric's own grain, which may take some of an account's observations."""
    laid = outcome.laid_out
    brought = laid.brought(np.take(observations_of(rows, outcome), laid.order))
    there = np.flatnonzero(brought.counts)
    counts, n, y = (np.take(part, there) for part in (brought.counts, brought.n, brought.y))
    accounts = Fewer(np.take(laid.accounts, there).astype(np.intp), False)
    cells = index.tabulation.summed(accounts, [np.ones(len(there)), n, y, n * n, y * n, y * y, counts])
    return LevelTables(_accounts(index, rows), index.tabulation.by_level(cells), total=brought.sums)


def _endings_by_level(index: SegmentIndex, rows: RowSet, outcome: Outcome) -> LevelTables:
    if not outcome.by_accounts(rows) or outcome.repeats:
        return LevelTables(_accounts(index, rows))
    if not index.tabulation.counts_kinds(outcome.endings.kinds):
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
        index, rows, outcome = self.index, self.rows, self.outcome
        by_accounts = outcome.by_accounts(rows) and index.book.fields[name].grain != outcome.metric.grain
        for position in positions:
            if by_accounts and outcome.metric.estimator == "median":
                found = self._ranks.contrast(accounts_with(index, rows, name, position))
                yield weigh_ranks(outcome, found)
            else:
                inside = observations_with(index, rows, outcome, name, position) & self._selected
                yield weighings_of_masks(outcome, inside, self._selected & ~inside)


def _rows_of(index: SegmentIndex, name: str, positions: Sequence[int]) -> list[int]:
    """The rows of a table in which the levels wanted stand."""
    is_binned = index.book.fields[name].type in ("number", "date")
    return [-1] * len(positions) if is_binned else list(positions)


def _weigh_by_sums(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, wanted: Levels, tables: LevelTables
) -> Weighings:
    by_attribute: list[Parts] = []
    for name, positions in wanted.items():
        grain = index.book.fields[name].grain
        if grain == ACCOUNT:
            inside = tables.sums[name][_rows_of(index, name, positions)]
            by_attribute.append(_against_total(inside, tables.total))
        elif grain == outcome.metric.grain:
            by_attribute.append(Parts.of(list(_parted(index, rows, outcome, name, positions))))
        else:
            accounts = (accounts_with(index, rows, name, position) & rows.accounts for position in positions)
            inside = np.array(
                [outcome.per_account.sums(Fewer(np.flatnonzero(there), False)) for there in accounts]
            )
            by_attribute.append(_against_total(inside, tables.total))
    return weigh_parts(outcome, Parts.joined(by_attribute))


def _against_total(inside: FloatArray, total: FloatArray) -> Parts:
    """Levels (k, 7) that tell accounts apart: nobody is on both sides, so the rest is total less level."""
    sides = (np.where(side[:, :1] > 0.5, side, 0.0) for side in (inside, total - inside))
    one, two = (side.T for side in sides)
    return Parts(one, two, np.zeros(len(inside)))


def _parted(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, name: str, positions: Sequence[int]
) -> Iterator[Parted]:
    """Levels of an attribute of the metric's own grain: an account may have observations on both sides."""
    laid = outcome.laid_out
    order = laid.order if outcome.positions is None else outcome.positions[laid.order]
    selected = np.take(rows.observations(outcome.metric.grain), order)
    whole = laid.brought(selected)
    is_binned = index.book.fields[name].type in ("number", "date")
    levels = None if is_binned else index.levels(name).taken(order)
    for position in positions:
        held = np.take(rows_with(index, name, position), order) if levels is None else levels.holds(position)
        yield laid.parted(whole, held & selected)
