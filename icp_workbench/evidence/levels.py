"""Every value of many attributes against the other values, in one pass an attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import ClusterSums, FloatArray, kaplan_meier, sums_by
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of
from icp_workbench.evidence.weighing import Weighed, survival_test, weigh_masks, weigh_sums, weighed_each
from icp_workbench.segments.counting import LeveledField
from icp_workbench.segments.index import ACCOUNT, RowSet, SegmentIndex

Levels = Mapping[str, Sequence[int]]


def weigh_levels(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, wanted: Levels
) -> dict[str, list[Weighed]]:
    """For each attribute and each wanted level (position among its levels, the blank one past the last): that
    level inside `rows` against everything else inside `rows`. Figures are those `weigh` would give."""
    if outcome.metric.estimator in ("share", "ratio"):
        return _weigh_by_sums(index, rows, outcome, wanted)
    selected = observations_of(rows, outcome)
    found: dict[str, list[Weighed]] = {}
    for name, positions in wanted.items():
        members = _Memberships.of(index, rows, outcome, selected, name)
        if outcome.metric.estimator == "survival" and not outcome.repeats:
            found[name] = _weigh_by_time(outcome, selected, members, positions)
        else:
            found[name] = [_weigh_level(outcome, selected, members, position) for position in positions]
    return found


@dataclass(frozen=True, slots=True)
class _Memberships:
    """Which usable observations (their positions in the outcome) have which level, one pair an element."""

    observation: npt.NDArray[np.intp]
    level: npt.NDArray[np.intp]
    levels: int  # the blank included

    @classmethod
    def of(
        cls, index: SegmentIndex, rows: RowSet, outcome: Outcome, selected: BoolArray, name: str
    ) -> _Memberships:
        field = index.book.fields[name]
        positions = np.flatnonzero(selected)
        if field.type in ("number", "date"):
            return cls._blank(index, rows, outcome, positions, name)
        levels = index.levels(name)
        width = len(levels.levels) + 1
        if field.grain == ACCOUNT:
            holds = _holds(levels, levels.codes[outcome.account[positions]])
        elif field.grain == outcome.metric.grain:
            holds = _holds(levels, levels.codes[outcome.row[positions]])
        else:
            accounts = _accounts_holding(index, rows, field.grain, levels)
            observation, level = np.nonzero(accounts[outcome.account[positions]])
            holds = (observation, level)
        return cls(positions[holds[0]], holds[1], width)

    @classmethod
    def _blank(
        cls, index: SegmentIndex, rows: RowSet, outcome: Outcome, positions: npt.NDArray[np.intp], name: str
    ) -> _Memberships:
        grain = index.book.fields[name].grain
        blank = index.column(name, grain).blank()
        if grain == ACCOUNT:
            here = blank[outcome.account[positions]]
        elif grain == outcome.metric.grain:
            here = blank[outcome.row[positions]]
        else:
            owners = np.zeros(index.n_accounts, dtype=bool)
            owners[index.account_of(grain)[rows.observations(grain) & blank]] = True
            here = owners[outcome.account[positions]]
        return cls(positions[here], np.zeros(int(here.sum()), dtype=np.intp), 1)


def _holds(
    levels: LeveledField, codes: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """(row, level) of every level each row has; the blank is one past the last level."""
    if levels.members is None:
        return np.arange(len(codes)), codes.astype(np.intp)
    row, level = np.nonzero(_with_blank(levels)[codes])
    return row, level


def _with_blank(levels: LeveledField) -> FloatArray:
    """Shape (width, len(levels) + 1): which levels each code stands for, the blank among them."""
    if levels.members is None:
        return np.eye(levels.width)
    blank = np.zeros((levels.width, 1))
    blank[-1] = 1.0
    return np.hstack([levels.members, blank])


def _accounts_holding(index: SegmentIndex, rows: RowSet, grain: str, levels: LeveledField) -> BoolArray:
    """Shape (n_accounts, len(levels) + 1): accounts with at least one observation of that level in the
    filter."""
    mask = rows.observations(grain)
    row, level = _holds(levels, levels.codes[mask])
    found = np.zeros((index.n_accounts, len(levels.levels) + 1), dtype=bool)
    found[index.account_of(grain)[mask][row], level] = True
    return found


def _weigh_level(outcome: Outcome, selected: BoolArray, members: _Memberships, position: int) -> Weighed:
    inside = np.zeros(len(selected), dtype=bool)
    inside[members.observation[members.level == position]] = True
    return weigh_masks(outcome, inside, selected & ~inside)


def _weigh_by_time(
    outcome: Outcome, selected: BoolArray, members: _Memberships, positions: Sequence[int]
) -> list[Weighed]:
    """Kaplan–Meier for all levels at once, from one table of counts by level and time."""
    width, at_horizon = len(outcome.times) + 1, len(outcome.times) - 1
    cell = members.level * width + outcome.time[members.observation]
    size, shape = members.levels * width, (members.levels, width)
    leaving = np.bincount(cell, minlength=size).reshape(shape)[list(positions)].astype(float)
    ends = cell[outcome.ended[members.observation]]
    ended = np.bincount(ends, minlength=size).reshape(shape)[list(positions)].astype(float)
    all_leaving, all_ended = outcome.by_time(selected)
    inside = kaplan_meier(leaving, ended, at_horizon)
    outside = kaplan_meier(all_leaving - leaving, all_ended - ended, at_horizon)
    p_values = survival_test(inside, outside, leaving, ended, all_leaving - leaving, all_ended - ended)
    return weighed_each(outcome.metric, inside, outside, p_values, "risk_ratio")


@dataclass(frozen=True, slots=True)
class _LevelSums:
    """Σ over accounts by level: the segment's and the rest's sums (7, levels), and Σ e₁e₀ of accounts on
    both."""

    inside: FloatArray
    outside: FloatArray
    covariance: FloatArray


def _weigh_by_sums(
    index: SegmentIndex, rows: RowSet, outcome: Outcome, wanted: Levels
) -> dict[str, list[Weighed]]:
    selected = observations_of(rows, outcome)
    per_account = outcome.moments if selected.all() else _moments_within(outcome, selected)
    if rows.grain == ACCOUNT:
        per_account = np.where(rows.accounts, outcome.moments, 0.0)
    found = []
    for name, positions in wanted.items():
        field = index.book.fields[name]
        if field.grain == ACCOUNT and field.type not in ("number", "date"):
            sums = _by_account_level(index.levels(name), per_account, rows.accounts)
        else:
            sums = _by_membership(outcome, _Memberships.of(index, rows, outcome, selected, name), per_account)
        chosen = list(positions)
        found.append(_LevelSums(sums.inside[:, chosen], sums.outside[:, chosen], sums.covariance[chosen]))
    if not found:
        return {}
    inside = np.concatenate([sums.inside for sums in found], axis=1)
    outside = np.concatenate([sums.outside for sums in found], axis=1)
    covariance = np.concatenate([sums.covariance for sums in found])
    weighed = iter(
        weigh_sums(
            outcome, ClusterSums.from_rows(inside[:6]), inside[6], ClusterSums.from_rows(outside[:6]),
            outside[6], covariance,
        )
    )  # fmt: skip
    return {name: [next(weighed) for _ in positions] for name, positions in wanted.items()}


def _moments_within(outcome: Outcome, selected: BoolArray) -> FloatArray:
    """`Outcome.moments` of the observations selected alone, shape (7, n_accounts)."""
    account = outcome.account[selected]
    y = sums_by(account, outcome.value[selected], outcome.n_accounts)
    n = sums_by(account, outcome.weight[selected], outcome.n_accounts)
    counts = np.bincount(account, minlength=outcome.n_accounts).astype(float)
    return np.stack([(counts > 0).astype(float), n, y, n * n, y * n, y * y, counts])


def _by_account_level(levels: LeveledField, per_account: FloatArray, accounts: BoolArray) -> _LevelSums:
    """Levels of an account's attribute: nobody is on both sides, so the rest is total minus level."""
    inside = levels.sums(per_account, None if accounts.all() else accounts)
    total = ClusterSums.from_rows(per_account[:6].sum(axis=1)[:, None])
    rest = total.without(ClusterSums.from_rows(inside[:6]))
    rows = [rest.accounts, rest.n, rest.y, rest.nn, rest.yn, rest.yy, per_account[6].sum() - inside[6]]
    return _LevelSums(inside, np.stack(rows), np.zeros(inside.shape[1]))


def _by_membership(outcome: Outcome, members: _Memberships, per_account: FloatArray) -> _LevelSums:
    """Levels that an account may have on some observations and not on others: sums by (account, level)."""
    pair = members.level * outcome.n_accounts + outcome.account[members.observation]
    pairs, inverse = np.unique(pair, return_inverse=True)
    level, account = pairs // outcome.n_accounts, pairs % outcome.n_accounts
    y = sums_by(inverse, outcome.value[members.observation], len(pairs))
    n = sums_by(inverse, outcome.weight[members.observation], len(pairs))
    count = np.bincount(inverse, minlength=len(pairs)).astype(float)
    all_n, all_y, all_count = per_account[1][account], per_account[2][account], per_account[6][account]

    def by_level(values: FloatArray) -> FloatArray:
        return sums_by(level, values, members.levels)

    inside = np.stack([by_level(v) for v in (np.ones(len(pairs)), n, y, n * n, y * n, y * y, count)])
    left = np.stack(
        [
            # What each account on the level loses to it: its sums before less its sums after.
            by_level(before - after)
            for before, after in (
                ((all_count > 0).astype(float), (all_count > count).astype(float)),
                (all_n, all_n - n),
                (all_y, all_y - y),
                (all_n**2, (all_n - n) ** 2),
                (all_y * all_n, (all_y - y) * (all_n - n)),
                (all_y**2, (all_y - y) ** 2),
                (all_count, all_count - count),
            )
        ]
    )
    total = per_account.sum(axis=1)[:, None]
    outside = np.where(total[0] - left[0] > 0.5, total - left, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = inside[2] / inside[1], outside[2] / outside[1]
        own, other = y - p[level] * n, (all_y - y) - q[level] * (all_n - n)
        scale = total[0] / (total[0] - 1) / (inside[1] * outside[1])
        covariance = np.where(outside[0] > 0, by_level(own * other) * scale, 0.0)
    # Without an account on both sides the covariance is exactly nothing, not a rounding error.
    shared = by_level((all_count > count).astype(float))
    return _LevelSums(inside, outside, np.where((shared > 0) & np.isfinite(covariance), covariance, 0.0))
