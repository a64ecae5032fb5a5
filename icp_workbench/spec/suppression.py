"""Groups under five accounts are not reported, nor what leaves one when counts are subtracted: those of one
version from each other, or from those of versions that were saved before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import Metric
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of
from icp_workbench.segments.index import RowSet, SegmentIndex
from icp_workbench.spec.coverage import ruled_out
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.ideal import IDEAL, ideal_rows
from icp_workbench.spec.model import Figure, IdealCustomerProfile
from icp_workbench.spec.values import Accounts

FEWEST_REPORTED = 5
RULED_OUT = "anti-ICP accounts"  # no id of a criterion: those have no capitals and no blanks
_ALL_SIGNS = 9  # sets up to which every sum and difference of all of them is looked at
_MOST_TERMS = ((20, 4), (40, 3))  # with more sets, sums of at most so many of them; beyond, of two

_BATCH = 4_096
_A_FEW = 16  # kinds of accounts
_BITS, _FEW_BITS = 40, 16

Mask = npt.NDArray[np.bool_]


def is_small(accounts: int, of: int) -> bool:
    """Whether a group, or what it leaves of all accounts, is too small to be reported; nobody is no group."""
    return 0 < accounts < FEWEST_REPORTED or 0 < of - accounts < FEWEST_REPORTED


def withheld(groups: Mapping[str, Mask], everybody: Mask, published: Sequence[Mask] = ()) -> frozenset[str]:
    """The names of the groups not to be reported, so that no sum or difference of those that are (and of
    everybody, who always is, and of those that were `published` before) is a group under five accounts.

    Masks are bool (n_accounts,); `everybody` are those the total counts. A group is in danger where each
    account is counted 0 or 1 times by some Σ ± group: two groups of which one lies within the other, three
    that share out a fourth, several that leave but a few of everybody.
    """
    total = int(everybody.sum())
    kept = {
        name: group & everybody
        for name, group in groups.items()
        if not is_small(int((group & everybody).sum()), total)
    }
    told = [group & everybody for group in published]
    # What was told before can be told again: keeping it back now would hide nothing.
    again = {name for name, group in kept.items() if any(np.array_equal(group, one) for one in told)}
    told = [one for one in told if not any(np.array_equal(one, kept[name]) for name in again)]
    while names := [name for name in kept if name not in again]:
        groups_told = [*(kept[name] for name in names), *(kept[name] for name in again), *told]
        blamed = _blamed(groups_told, everybody)[: len(names)]
        if not blamed.any():
            break
        # The one in most of the sums; of several the smallest, whose figures say least of the profile.
        worst = max(range(len(names)), key=lambda at: (blamed[at], -int(kept[names[at]].sum())))
        del kept[names[worst]]
    return frozenset(groups.keys() - kept.keys())


def kept_back_of(
    index: SegmentIndex,
    criteria: Sequence[Criterion],
    metrics: Sequence[Metric],
    earlier: Sequence[IdealCustomerProfile] = (),
) -> dict[str | None, frozenset[str]]:
    """The ids of criteria (and IDEAL, the profile, and RULED_OUT, the anti-ICP) whose number of accounts
    (under None), or whose figure of a metric (under its name), would give a small group away, beside the
    others or beside those of `earlier` versions on the same data."""
    rows, groups = _groups(index, criteria)
    before = [(*_groups_before(index, criteria_in(one)), one) for one in earlier]
    everybody = np.ones(index.n_accounts, dtype=bool)
    published = [
        masks[name] for _, masks, one in before for name in masks if isinstance(_number(one, name), int)
    ]
    found: dict[str | None, frozenset[str]] = {None: withheld(groups, everybody, published)}
    for metric in metrics:
        outcome = outcome_of(index, metric)
        observed = {name: _with_outcome(outcome, one, index.n_accounts) for name, one in rows.items()}
        whole = np.zeros(index.n_accounts, dtype=bool)
        whole[outcome.account] = True
        published = [
            _with_outcome(outcome, selected, index.n_accounts)
            for their_rows, _, one in before
            for name, selected in their_rows.items()
            if (figure := _figures(one, name).get(metric.name)) is not None and figure.n is not None
        ]
        found[metric.name] = withheld(observed, whole, published)
    return found


def _groups(index: SegmentIndex, criteria: Sequence[Criterion]) -> tuple[dict[str, RowSet], dict[str, Mask]]:
    """What each criterion selects, and the profile; and the accounts of these and of the anti-ICP."""
    rows = {one.id: index.rows(one.when) for one in criteria}
    if (ideal := ideal_rows(index, criteria)) is not None:
        rows[IDEAL] = ideal
    return rows, {name: one.accounts for name, one in rows.items()} | {RULED_OUT: ruled_out(index, criteria)}


def _groups_before(
    index: SegmentIndex, criteria: Sequence[Criterion]
) -> tuple[dict[str, RowSet], dict[str, Mask]]:
    """As `_groups`, for criteria that may read what the book no longer has: of those that do, and of a
    profile made of them, nobody can say any more whom they selected."""
    rows = {}
    for one in criteria:
        with suppress(WorkbenchError):
            rows[one.id] = index.rows(one.when)
    if len(rows) == len(criteria):
        return _groups(index, criteria)
    return rows, {name: one.accounts for name, one in rows.items()}


def _number(profile: IdealCustomerProfile, name: str) -> Accounts | None:
    """How many accounts of a group a version told."""
    covered = profile.data.coverage
    if name in (IDEAL, RULED_OUT):
        if covered is None:
            return None
        return covered.accounts if name == IDEAL else covered.anti_accounts
    return next((one.evidence.accounts for one in profile.criteria if one.id == name and one.evidence), None)


def _figures(profile: IdealCustomerProfile, name: str) -> Mapping[str, Figure]:
    """The figures of a group that a version told."""
    if name == IDEAL:
        return profile.data.ideal_customer
    return next((one.evidence.metrics for one in profile.criteria if one.id == name and one.evidence), {})


def _with_outcome(outcome: Outcome, rows: RowSet, accounts: int) -> Mask:
    """Which accounts have an outcome among what is selected: bool (n_accounts,)."""
    found = np.zeros(accounts, dtype=bool)
    found[outcome.account[observations_of(rows, outcome)]] = True
    return found


def _blamed(groups: Sequence[Mask], everybody: Mask) -> npt.NDArray[np.intp]:
    """In how many sums that single out a few accounts each group takes part: (k,)."""
    kinds, sizes = _kinds(groups, everybody)
    blamed = np.zeros(len(groups), dtype=np.intp)
    for signs in _signs(len(groups)):
        for some in (kinds[:, :_A_FEW], kinds):  # nearly all fail on a few kinds already
            counted = signs @ some
            signs = signs[((counted == 0) | (counted == 1)).all(axis=1)]
        few = (signs @ kinds) @ sizes
        risky = signs[(few > 0) & (few < FEWEST_REPORTED)]
        blamed += np.count_nonzero(risky[:, :-1], axis=0)
    return blamed


def _kinds(groups: Sequence[Mask], everybody: Mask) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Which groups (everybody last) each kind of account belongs to, (k + 1, kinds), and how many there are
    of each, the commonest first. Floats: they multiply fast."""
    code = np.zeros(int(everybody.sum()), dtype=np.int64)
    for at, group in enumerate(groups):
        if at and at % _BITS == 0:  # room for the next ones
            code = np.unique(code, return_inverse=True)[1].astype(np.int64) << _BITS
        code |= group[everybody].astype(np.int64) << (at % _BITS)
    if len(groups) <= _FEW_BITS:
        sizes = np.bincount(code)
        found = np.flatnonzero(sizes)
        sizes = sizes[found]
        members = np.array([found >> at & 1 for at in range(len(groups))])
    else:
        _, first, sizes = np.unique(code, return_index=True, return_counts=True)
        rows = np.flatnonzero(everybody)[first]
        members = np.array([group[rows] for group in groups])
    order = np.argsort(-sizes, kind="stable")
    with_everybody = np.vstack([members, np.ones((1, len(sizes)), members.dtype)])
    return with_everybody[:, order].astype(np.float32), sizes[order].astype(np.int64)


@lru_cache(maxsize=2)
def _signs(groups: int) -> list[npt.NDArray[np.float32]]:
    """The sums to look at, (sums, groups + 1) of −1, 0 and 1, in batches."""
    if groups <= _ALL_SIGNS:
        every = np.array(list(product((-1, 0, 1), repeat=groups + 1)), dtype=np.float32)
        return np.array_split(every, len(every) // _BATCH + 1)
    most = next((terms for size, terms in _MOST_TERMS if groups <= size), 2)
    found = []
    for terms in range(2, most + 1):
        chosen = np.array(list(combinations(range(groups + 1), terms)))
        for signs in product((-1, 1), repeat=terms):
            every = np.zeros((len(chosen), groups + 1), dtype=np.float32)
            np.put_along_axis(every, chosen, np.array(signs, dtype=np.float32)[None], axis=1)
            found += np.array_split(every, len(every) // _BATCH + 1)
    return found
