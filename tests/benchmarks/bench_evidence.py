"""Evidence on a large book: one keystroke beside pandas and DuckDB, the index's memory and build, shuffling.

One keystroke is a filter nobody asked before: counts and win rate of every value of 16 attributes, and the
changed segment on nine metrics with clustered intervals and tests. `ratio_to_…` is our time over the peer's
on the same filters in the same run (aims: 0.1 of pandas, 0.2 of DuckDB); each checks the others' figures.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from icp_workbench.book.book import AccountBook
from icp_workbench.conditions.condition import AllOf, Condition, FieldTest
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.outcomes import outcome_of
from icp_workbench.evidence.resampling import permutation_p
from icp_workbench.segments.index import SegmentIndex
from tests.benchmarks.keystroke_peers import Board, ByDuckDb, ByPandas, Levels, Tables
from tests.benchmarks.large_book import large_book, name_of
from tests.evidence.books import deals_of
from tests.synthetic import make_book

SIZES = (100_000, 1_000_000)
KEYS = 12
PEER_KEYS = 3
SHUFFLES = 9_999


FILTERS = ("two values", "one value", "half the book")


def chosen(which: str, turn: int) -> dict[str, list[str]]:
    """The values taken in by one of so many different filters of a kind."""
    one, other = name_of(8), name_of(13)
    levels = [f"level {at:02}" for at in range(15)]
    if which == "two values":
        return {one: [levels[turn % 8]], name_of(9): [levels[turn // 8 % 8]]}
    all_but_one = [*levels[: turn % 15], *levels[turn % 15 + 1 :]]
    return {one: [levels[turn % 8]] if which == "one value" else levels[:4], other: all_but_one}


def condition_of(taken: Mapping[str, Sequence[str]]) -> Condition:
    """The same as a condition."""
    return AllOf(tuple(FieldTest(name, "in", tuple(values)) for name, values in taken.items()))


def keystrokes(book: AccountBook, index: SegmentIndex) -> dict[str, Any]:
    """For each kind of filter: milliseconds of one keystroke and of its two parts, ours and the peers', and
    their ratios."""
    tables = Tables(book)
    peers: dict[str, ByPandas | ByDuckDb] = {"pandas": ByPandas(tables), "duckdb": ByDuckDb(tables)}
    found: dict[str, Any] = {}
    for which in FILTERS:
        filters = [chosen(which, turn) for turn in range(KEYS)]
        check(index, filters[0], [peer.values(filters[0]) for peer in peers.values()],
              [peer.board(filters[0]) for peer in peers.values()])  # fmt: skip
        keystroke(index, condition_of(chosen(which, KEYS)))
        ours = [keystroke(index, condition_of(taken)) for taken in filters[1:]]
        values, board = (statistics.median(part) for part in zip(*ours, strict=True))
        whole = [sum(parts) for parts in ours]
        row: dict[str, Any] = {
            "accounts": index.rows(condition_of(filters[1])).size,
            "ms": round(statistics.median(whole), 2), "slowest_ms": round(max(whole), 2),
            "values_ms": round(values, 2), "board_ms": round(board, 2),
        }  # fmt: skip
        for name, peer in peers.items():
            theirs = [
                _median([partial(part, taken) for taken in filters[1 : PEER_KEYS + 1]])
                for part in (peer.values, peer.board)
            ]
            row |= {
                f"{name}_ms": round(sum(theirs), 1), f"{name}_values_ms": round(theirs[0], 1),
                f"ratio_to_{name}": round(statistics.median(whole) / sum(theirs), 3),
                f"ratio_to_{name}_values": round(values / theirs[0], 3),
                f"ratio_to_{name}_board": round(board / theirs[1], 3),
            }  # fmt: skip
        found[which] = row
    return found


def keystroke(index: SegmentIndex, condition: Condition) -> tuple[float, float]:
    """Milliseconds for all that one key asks of the core: the values of all attributes, the filter itself
    included, and the board."""
    started = time.perf_counter()
    rows = index.rows(condition)
    facets(index, rows, "win_rate")
    counted = time.perf_counter()
    compare(index, {"A": rows})
    return (counted - started) * 1000, (time.perf_counter() - counted) * 1000


def check(
    index: SegmentIndex,
    taken: Mapping[str, Sequence[str]],
    values: Sequence[Levels],
    boards: Sequence[Board],
) -> None:
    """AssertionError unless the peers found what we did, and each other."""
    rows = index.rows(condition_of(taken))
    shown, board = facets(index, rows, "win_rate"), compare(index, {"A": rows})
    for levels in values:
        for facet in shown.facets:
            for value in facet.values:
                accounts, n, y, *_ = levels[facet.field.name].get(value.value, (0.0, 0.0, 0.0))
                assert (value.accounts, value.n) == (round(accounts), round(n)), facet.field.name
                assert value.estimate is None or abs(value.estimate - y / n) < 1e-9
    for theirs in boards:
        for name, sides in theirs.sums.items():
            cell = board.cell("A", name)
            for side, estimate in ((True, cell.estimate), (False, cell.rest)):
                assert estimate is not None and abs(estimate - sides[side][1] / sides[side][0]) < 1e-9, name
        for name, ranks in theirs.medians.items():
            cell = board.cell("A", name)
            assert (cell.estimate, cell.rest) == (ranks[True][0], ranks[False][0]), name
    first, second = (theirs.medians for theirs in boards)
    for name, ranks in first.items():
        assert np.allclose([*ranks[True], *ranks[False]], [*second[name][True], *second[name][False]], 1e-6)


def build(book: AccountBook) -> dict[str, Any]:
    """Seconds to make the index and lay out every metric, and its bytes over those of the book's columns."""
    columns = book.accounts.memory_usage(index=False).sum()
    columns += sum(
        seen.values.memory_usage(index=False).sum() + seen.account.nbytes
        for seen in book.observations.values()
    )
    started = time.perf_counter()
    _laid_out(book)
    seconds = time.perf_counter() - started
    gc.collect()
    tracemalloc.start()
    index = _laid_out(book)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del index
    return {
        "seconds": round(seconds, 3), "seconds_a_million": round(seconds / len(book.accounts) * 1e6, 2),
        "columns_mb": round(columns / 1e6, 1), "index_mb": round(held / 1e6, 1),
        "index_over_columns": round(held / columns, 2), "peak_over_columns": round(peak / columns, 2),
    }  # fmt: skip


def _laid_out(book: AccountBook) -> SegmentIndex:
    index = SegmentIndex(book)
    _ = index.tabulation.everybody
    for metric in book.metrics:
        outcome = outcome_of(index, metric)
        if metric.estimator == "median":
            _ = outcome.ranks.upto
        elif metric.estimator == "survival":
            _ = outcome.endings.total
        else:
            _ = outcome.per_account.total
    return index


def shuffling() -> dict[str, Any]:
    """Seconds for 9,999 shuffles by estimator and accounts, their growth, and how soon a cancel is heard."""
    found: dict[str, Any] = {}
    for metric in ("win_rate", "deal_size", "retention_12m"):
        seconds = {accounts: _shuffled(metric, accounts, SHUFFLES) for accounts in (2_500, 5_000, 10_000)}
        half = _shuffled(metric, 5_000, SHUFFLES // 2)
        found[metric] = {
            **{f"{accounts:,} accounts": round(took, 2) for accounts, took in seconds.items()},
            "twice_the_accounts": round(seconds[10_000] / seconds[5_000], 2),
            "twice_the_shuffles": round(seconds[5_000] / half, 2),
            "cancel_heard_after_s": round(_cancelled(metric, 5_000), 3),
        }
    return found


def _shuffle_book(accounts: int) -> SegmentIndex:
    random = np.random.default_rng(1)
    third = pd.Categorical(np.where(np.arange(accounts) % 3 == 0, "yes", "no"))
    frame = pd.DataFrame({"third": third})
    account = np.arange(accounts)
    ends, seen = random.exponential(40, accounts), random.uniform(6, 36, accounts)
    tenure, churned = np.ceil(np.minimum(ends, seen)), (ends <= seen).astype(float)
    customers = pd.DataFrame({"account": account, "churned": churned, "tenure": tenure})
    return SegmentIndex(
        make_book(frame, deals=deals_of(random, np.full(accounts, 0.3), 3, 0.1), customers=customers)
    )


def _shuffled(metric: str, accounts: int, shuffles: int) -> float:
    index = _shuffle_book(accounts)
    rows = index.rows(FieldTest("third", "in", ("yes",)))
    permutation_p(index, rows, metric, 99)
    started = time.perf_counter()
    permutation_p(index, rows, metric, shuffles)
    return time.perf_counter() - started


def _cancelled(metric: str, accounts: int) -> float:
    """The longest time between two moments at which a cancel would be heard."""
    index = _shuffle_book(accounts)
    heard = [time.perf_counter()]

    def asked() -> bool:
        heard.append(time.perf_counter())
        return False

    permutation_p(index, index.rows(FieldTest("third", "in", ("yes",))), metric, SHUFFLES, cancelled=asked)
    return float(np.diff(heard).max())


def _median(calls: Sequence[Callable[[], Any]]) -> float:
    """Milliseconds."""
    took = []
    for call in calls:
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def run() -> dict[str, Any]:
    """All of it, for 100,000 and 1,000,000 accounts."""
    found: dict[str, Any] = {}
    for accounts in SIZES:
        book = large_book(accounts)
        built = build(book)
        index = SegmentIndex(book)
        found[f"{accounts:,} accounts"] = {"index": built, "keystroke": keystrokes(book, index)}
    return {**found, "shuffling_9999_s": shuffling()}
