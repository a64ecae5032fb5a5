"""Ten thousand generated specs written and read in both formats, and ten thousand damaged ones refused.

`ICP_BENCH_SPECS` sets another number. They are drawn in batches, each with a seed of its own: what the
generator remembers of one is forgotten in the next.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from icp_workbench.spec.model import IdealCustomerProfile
from tests.spec.examples import mutated_specs, profiles
from tests.spec.test_files import read_or_refused, round_trip

SPECS = int(os.environ.get("ICP_BENCH_SPECS", "10000"))
_BATCH = 250


@dataclass
class _Tried:
    """What was tried, and how long it took."""

    specs: int = 0
    spent: float = 0.0
    longest: float = 0.0

    def add(self, took: float) -> None:
        self.specs, self.spent, self.longest = self.specs + 1, self.spent + took, max(self.longest, took)

    @property
    def figures(self) -> dict[str, Any]:
        return {
            "specs": self.specs,
            "mean_ms": round(1000 * self.spent / max(self.specs, 1), 2),
            "longest_ms": round(1000 * self.longest, 1),
        }


def run() -> dict[str, Any]:
    """How many specs were tried, how many differed (a traceback ends the run), and how long each took."""
    return {"round_trips": _round_trips(), "damaged": _damaged()}


def _round_trips() -> dict[str, Any]:
    tried = _Tried()
    differing, largest = 0, 0
    texts: set[int] = set()

    def each(written: IdealCustomerProfile) -> None:
        nonlocal differing, largest
        began = time.perf_counter()
        try:
            text = round_trip(written)
        except AssertionError:
            differing += 1
            return
        tried.add(time.perf_counter() - began)
        largest = max(largest, len(text.encode()))
        texts.add(hash(text))

    for batch in _batches():
        _draw(profiles(), each, *batch)
    return {
        **tried.figures,
        "different_specs": len(texts),
        "differences": differing,
        "largest_bytes": largest,
    }


def _damaged() -> dict[str, Any]:
    tried = _Tried()
    refused = 0

    def each(found: tuple[str, str]) -> None:
        nonlocal refused
        began = time.perf_counter()
        refused += not read_or_refused(*found)
        tried.add(time.perf_counter() - began)

    for batch in _batches():
        _draw(mutated_specs(), each, *batch)
    return {**tried.figures, "refused": refused}


def _batches() -> Iterator[tuple[int, int]]:
    """A seed and a number of specs for each batch."""
    for first in range(0, SPECS, _BATCH):
        yield first, min(_BATCH, SPECS - first)


def _draw(strategy: st.SearchStrategy[Any], each: Callable[[Any], None], start: int, count: int) -> None:
    as_many = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def drawn(found: Any) -> None:
        each(found)

    seed(start)(as_many(given(strategy)(drawn)))()
