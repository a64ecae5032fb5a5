"""Ten thousand generated specs written and read in both formats, and ten thousand damaged ones refused."""

from __future__ import annotations

import os
import time
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.spec.writing import yaml_text
from tests.spec.examples import mutated_specs, profiles
from tests.spec.test_files import read_or_refused, round_trip

SPECS = int(os.environ.get("ICP_BENCH_SPECS", "10000"))
_AS_MANY = settings(
    max_examples=SPECS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def run() -> dict[str, Any]:
    """How many specs were tried, how many differed (a traceback ends the run), and how long each took."""
    return {"round_trips": _round_trips(), "damaged": _damaged()}


def _round_trips() -> dict[str, Any]:
    tried, differing, largest, longest, spent = 0, 0, 0, 0.0, 0.0
    contents: set[int] = set()

    @_AS_MANY
    @given(profiles())
    def each(written: IdealCustomerProfile) -> None:
        nonlocal tried, differing, largest, longest, spent
        began = time.perf_counter()
        try:
            round_trip(written)
        except AssertionError:
            differing += 1
        took = time.perf_counter() - began
        tried, spent, longest = tried + 1, spent + took, max(longest, took)
        text = yaml_text(written)
        largest = max(largest, len(text.encode()))
        contents.add(hash(text))

    each()
    return {
        "specs": tried,
        "different_specs": len(contents),
        "differences": differing,
        "largest_bytes": largest,
        "mean_ms": round(1000 * spent / tried, 2),
        "longest_ms": round(1000 * longest, 1),
    }


def _damaged() -> dict[str, Any]:
    tried, refused, longest = 0, 0, 0.0

    @_AS_MANY
    @given(mutated_specs())
    def each(found: tuple[str, str]) -> None:
        nonlocal tried, refused, longest
        began = time.perf_counter()
        refused += not read_or_refused(*found)
        tried, longest = tried + 1, max(longest, time.perf_counter() - began)

    each()
    return {"specs": tried, "refused": refused, "longest_ms": round(1000 * longest, 1)}
