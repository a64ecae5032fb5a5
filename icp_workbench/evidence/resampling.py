"""A p-value by shuffling accounts: the test that saved evidence adds to the one made while slicing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from icp_workbench.evidence.estimates import ClusterSums, FloatArray, kaplan_meier, ratio, sums_by
from icp_workbench.evidence.layout.accounts import AccountKinds
from icp_workbench.evidence.outcomes import BoolArray, Outcome, observations_of, outcome_of, rest_of
from icp_workbench.evidence.weighing import survival_test
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.segments.rows import RowSet

SHUFFLES = 9_999
_BATCH_CELLS = 1_000_000
_BATCH = 2_000
_MOST_WORK = 200_000_000  # accounts × shuffles
_FEWEST = 199

# What was dealt once (metric, shuffles, seed → p) is not dealt again while the row set lives.
_DEALT: WeakKeyDictionary[RowSet, dict[tuple[str, int, int], float]] = WeakKeyDictionary()


def affordable(index: SegmentIndex, rows: RowSet, metric: str, shuffles: int = SHUFFLES) -> int:
    """How many of so many shuffles a book allows in about ten seconds: all of them where they are drawn by
    kind, else fewer (199 at least) above 20,000 accounts, whose test by formula needs no help. KeyError for a
    metric the book does not have."""
    if _by_kind(outcome_of(index, index.book.metric(metric)), rows):
        return shuffles
    return min(shuffles, max(_FEWEST, _MOST_WORK // max(index.n_accounts, 1)))


def _by_kind(outcome: Outcome, rows: RowSet) -> bool:
    """Whether there are so few kinds of accounts that they can be counted instead of dealt."""
    if not outcome.by_accounts(rows):
        return False
    is_survival = outcome.metric.estimator == "survival" and not outcome.repeats
    return is_survival or outcome.metric.estimator == "share"


def permutation_p(
    index: SegmentIndex,
    rows: RowSet,
    metric: str,
    shuffles: int = SHUFFLES,
    seed: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda done: None,
) -> float | None:
    """Two-sided p of no difference between the row set and its rest, (1 + as extreme) ÷ (1 + shuffles).

    Accounts are dealt anew between segment and rest, and each time the *studentised* difference is compared
    with the one observed (Janssen 1997, Stat. Probab. Lett. 36:9; Chung & Romano 2013, Ann. Stat. 41:484):
    for medians that of the mean ranks, for survival that on the log(−log) scale at the horizon. Where there
    are few kinds of accounts it is drawn how many of each kind fall into the segment: the same deal, and no
    slower for a million accounts. Where accounts have observations on both sides, the signs of their scores
    zᵢ are flipped instead. The same seed gives the same p, the second time at once. None when cancelled, or
    with fewer than two accounts on a side. `progress` hears the fraction done. KeyError for a metric the book
    does not have.
    """
    known = _DEALT.setdefault(rows, {})
    asked = metric, shuffles, seed
    if asked not in known:
        found = _permutation_p(index, rows, metric, shuffles, seed, cancelled, progress)
        if found is None:
            return None
        known[asked] = found
    progress(1.0)
    return known[asked]


def _permutation_p(
    index: SegmentIndex, rows: RowSet, metric: str, shuffles: int, seed: int, cancelled: Callable[[], bool],
    progress: Callable[[float], None],
) -> float | None:  # fmt: skip
    outcome = outcome_of(index, index.book.metric(metric))
    selected, rest = observations_of(rows, outcome), rest_of(rows, outcome)
    inside = np.bincount(outcome.account[selected], minlength=outcome.n_accounts) > 0
    outside = np.bincount(outcome.account[rest], minlength=outcome.n_accounts) > 0
    if inside.sum() < 2 or outside.sum() < 2:
        return None
    random = np.random.default_rng(seed)
    by_kind = _by_kind(outcome, rows)
    if (inside & outside).any():
        extremes = _flipped(outcome, selected, rest, random, shuffles)
    elif outcome.metric.estimator == "survival":
        deal = _dealt_endings if by_kind else _dealt_survival
        extremes = deal(outcome, inside, outside, random, shuffles)
    elif isinstance(outcome.per_account, AccountKinds) and by_kind:
        extremes = _dealt_kinds(outcome.per_account, inside, outside, random, shuffles)
    else:
        extremes = _dealt(outcome, inside, outside, random, shuffles)
    found = done = 0
    for extreme in extremes:
        found, done = found + int(extreme.sum()), done + len(extreme)
        progress(done / shuffles)
        if cancelled():
            return None
    return (1 + found) / (1 + shuffles)


def _batches(shuffles: int, width: int) -> Iterator[int]:
    size = max(1, min(shuffles, _BATCH_CELLS // max(width, 1)))
    for start in range(0, shuffles, size):
        yield min(size, shuffles - start)


def numbers_of(outcome: Outcome) -> tuple[FloatArray, FloatArray]:
    """Numerator and denominator of each observation for a difference of means: ranks for medians, martingale
    residuals at the horizon for survival."""
    if outcome.metric.estimator == "median":
        below = np.searchsorted(outcome.value, outcome.value, "left")
        up_to = np.searchsorted(outcome.value, outcome.value, "right")
        return (below + up_to) / (2.0 * len(outcome.value)), outcome.weight
    if outcome.metric.estimator == "survival":
        leaving, ended = outcome.by_time(np.ones(len(outcome.value), dtype=bool))
        at_risk = np.maximum(np.cumsum(leaving[::-1])[::-1], 1.0)
        hazard = np.cumsum(np.append((ended / at_risk)[:-1], 0.0))
        seen = outcome.ended & (outcome.time < len(outcome.times))
        return seen - hazard[outcome.time], outcome.weight
    return outcome.value, outcome.weight


def _dealt(
    outcome: Outcome, inside: BoolArray, outside: BoolArray, random: np.random.Generator, shuffles: int
) -> Iterator[BoolArray]:
    """Accounts dealt anew: whether the studentised difference of two ratios is as extreme as observed."""
    numerator, denominator = numbers_of(outcome)
    accounts = np.flatnonzero(inside | outside)
    y = sums_by(outcome.account, numerator, outcome.n_accounts)[accounts]
    n = sums_by(outcome.account, denominator, outcome.n_accounts)[accounts]
    columns = np.stack([np.ones(len(accounts)), n, y, n * n, y * n, y * y], axis=1)
    total = columns.sum(axis=0)
    observed = _studentised(columns[inside[accounts]].sum(axis=0)[None], total)[0]
    for members in _hands(random, len(accounts), int(inside.sum()), shuffles):
        yield _studentised(members @ columns, total) >= observed * (1 - 1e-9)


def _studentised(sums: FloatArray, total: FloatArray) -> FloatArray:
    """|difference| of two ratios over its standard error, for each row of sums (k, 6) against the others of
    `total` (6,)."""
    one, other = (ratio(ClusterSums.from_rows(side.T), 0) for side in (sums, total - sums))
    difference, variance = one.value - other.value, one.variance + other.variance
    tiny = 1e-18 * (np.abs(one.value) + np.abs(other.value)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            variance > tiny,
            np.abs(difference) / np.sqrt(variance),
            np.where(difference**2 > tiny, np.inf, 0.0),
        )


def _dealt_kinds(
    kinds: AccountKinds, inside: BoolArray, outside: BoolArray, random: np.random.Generator, shuffles: int
) -> Iterator[BoolArray]:
    everybody, own = (
        np.bincount(kinds.codes[side], minlength=kinds.kinds) for side in (inside | outside, inside)
    )
    moments = kinds.moments[:6].T
    total = everybody @ moments
    observed = _studentised((own @ moments)[None], total)[0]
    for drawn in _drawn(random, everybody, int(own.sum()), shuffles):
        yield _studentised(drawn @ moments, total) >= observed * (1 - 1e-9)


def _dealt_endings(
    outcome: Outcome, inside: BoolArray, outside: BoolArray, random: np.random.Generator, shuffles: int
) -> Iterator[BoolArray]:
    endings, horizon = outcome.endings, len(outcome.times) - 1
    everybody, own = (
        np.bincount(endings.codes[side], minlength=endings.kinds) for side in (inside | outside, inside)
    )

    def p_values(counts: npt.NDArray[np.int64]) -> FloatArray:
        one, other = endings.by_time(counts), endings.by_time(everybody - counts)
        return survival_test(kaplan_meier(*one, horizon), kaplan_meier(*other, horizon), *one, *other)

    observed = p_values(own[None])[0]
    for drawn in _drawn(random, everybody, int(own.sum()), shuffles):
        yield p_values(drawn) <= observed * (1 + 1e-9)


def _drawn(
    random: np.random.Generator, everybody: npt.NDArray[np.int64], chosen: int, shuffles: int
) -> Iterator[npt.NDArray[np.int64]]:
    """Batches of how many accounts of each kind fall among `chosen` dealt ones: (shuffles, kinds)."""
    for start in range(0, shuffles, _BATCH):
        yield random.multivariate_hypergeometric(everybody, chosen, min(_BATCH, shuffles - start))


def _dealt_survival(
    outcome: Outcome, inside: BoolArray, outside: BoolArray, random: np.random.Generator, shuffles: int
) -> Iterator[BoolArray]:
    accounts = np.flatnonzero(inside | outside)
    position = np.searchsorted(accounts, outcome.account)
    width = len(outcome.times) + 1
    code = outcome.time + np.where(outcome.ended, width, 0)
    whole = np.bincount(code, minlength=2 * width).astype(float)

    def p_values(counts: FloatArray) -> FloatArray:
        halves = []
        for side in (counts, whole - counts):
            ended = side[:, width:]
            halves.append((side[:, :width] + ended, ended))
        (leaving, ended), (other_leaving, other_ended) = halves
        horizon = len(outcome.times) - 1
        one, other = kaplan_meier(leaving, ended, horizon), kaplan_meier(other_leaving, other_ended, horizon)
        return survival_test(one, other, leaving, ended, other_leaving, other_ended)

    def counts_of(members: FloatArray) -> FloatArray:
        hands = (code[hand[position]] for hand in members > 0)
        return np.stack([np.bincount(hand, minlength=2 * width) for hand in hands]).astype(float)

    observed = p_values(counts_of(inside[accounts][None].astype(float)))[0]
    for members in _hands(random, len(accounts), int(inside.sum()), shuffles):
        yield p_values(counts_of(members)) <= observed * (1 + 1e-9)


def _hands(random: np.random.Generator, accounts: int, chosen: int, shuffles: int) -> Iterator[FloatArray]:
    """Batches of random segments, shape (shuffles in the batch, accounts): 1 for those dealt into the
    segment."""
    fewer = min(chosen, accounts - chosen)
    for size in _batches(shuffles, accounts):
        members = np.zeros((size, accounts))
        for hand in members:
            hand[random.choice(accounts, fewer, replace=False, shuffle=False)] = 1
        yield members if fewer == chosen else 1 - members


def _flipped(
    outcome: Outcome, selected: BoolArray, rest: BoolArray, random: np.random.Generator, shuffles: int
) -> Iterator[BoolArray]:
    """Signs of account scores flipped: whether their studentised sum is as extreme as observed."""
    numerator, denominator = numbers_of(outcome)
    either = selected | rest
    residual = numerator - numerator[either].sum() / denominator[either].sum() * denominator
    own, other = (
        sums_by(outcome.account[side], residual[side], outcome.n_accounts) / denominator[side].sum()
        for side in (selected, rest)
    )
    scores = (own - other)[np.bincount(outcome.account[either], minlength=outcome.n_accounts) > 0]
    squares = float(scores @ scores)

    def studentised(total: FloatArray) -> FloatArray:
        spread = np.maximum(squares - total**2 / len(scores), 1e-300)
        return np.abs(total) / np.sqrt(spread)

    observed = studentised(np.array([scores.sum()]))[0]
    for size in _batches(shuffles, len(scores)):
        # Each bit says whether a score keeps its sign; the sum is twice that of the kept ones less all.
        bits = np.unpackbits(random.integers(0, 256, (size, -(-len(scores) // 8)), np.uint8), axis=1)
        kept = bits[:, : len(scores)].astype(float) @ scores
        yield studentised(2 * kept - scores.sum()) >= observed * (1 - 1e-9)
