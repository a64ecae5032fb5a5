"""Groups under five accounts are not reported, nor what leaves one when counts are subtracted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from icp_workbench.book.metric import Metric
from icp_workbench.evidence.outcomes import Outcome, observations_of, outcome_of
from icp_workbench.segments.index import RowSet, SegmentIndex
from icp_workbench.spec.coverage import ruled_out
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.ideal import IDEAL, ideal_rows

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


def withheld(groups: Mapping[str, Mask], everybody: Mask) -> frozenset[str]:
    """The names of the groups not to be reported, so that no sum or difference of those that are (and of
    everybody, who always is) is a group under five accounts.

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
    while kept:
        blamed = _blamed(list(kept.values()), everybody)
        if not blamed.any():
            break
        names = list(kept)
        # The one in most of the sums; of several the smallest, whose figures say least of the profile.
        worst = max(range(len(names)), key=lambda at: (blamed[at], -int(kept[names[at]].sum())))
        del kept[names[worst]]
    return frozenset(groups.keys() - kept.keys())


def kept_back_of(
    index: SegmentIndex, criteria: Sequence[Criterion], metrics: Sequence[Metric]
) -> dict[str | None, frozenset[str]]:
    """The ids of criteria (and IDEAL, the profile, and RULED_OUT, the anti-ICP) whose number of accounts
    (under None), or whose figure of a metric (under its name), would give a small group away."""
    rows = {one.id: index.rows(one.when) for one in criteria}
    groups = {name: one.accounts for name, one in rows.items()}
    groups[RULED_OUT] = ruled_out(index, criteria)
    if (ideal := ideal_rows(index, criteria)) is not None:
        rows[IDEAL], groups[IDEAL] = ideal, ideal.accounts
    everybody = np.ones(index.n_accounts, dtype=bool)
    found: dict[str | None, frozenset[str]] = {None: withheld(groups, everybody)}
    for metric in metrics:
        outcome = outcome_of(index, metric)
        observed = {name: _with_outcome(outcome, one, index.n_accounts) for name, one in rows.items()}
        whole = np.zeros(index.n_accounts, dtype=bool)
        whole[outcome.account] = True
        found[metric.name] = withheld(observed, whole)
    return found


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
