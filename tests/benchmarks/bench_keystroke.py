"""One keystroke that changes a filter on the sample: what is counted for it, and until it is on screen.

`counting_ms` is the core's work (rows, every value of every attribute, the changed segment × all metrics with
clustered intervals), `counting_six_ms` the same on a board of six segments, one of them changed; its peer is
the counts and win rates alone by pandas' groupby, in the same run.
The other figures are measured in the running workbench without a terminal: from the key until the recounted
values, and after them the board, are painted.
"""

from __future__ import annotations

import asyncio
import inspect
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.conditions.expression import parse
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.facets import facets
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.messages import ComparisonReady, FacetsReady

KEYS = 40
CONDITIONS = (
    "industry = 'B2B SaaS'",
    "industry IN ('B2B SaaS', 'Fintech')",
    "number_of_employees BETWEEN 40 AND 120",
    "tech_stack CONTAINS ANY ('dbt') AND hiring_revenue_roles = true",
)


def core_ms(index: SegmentIndex, beside: int = 0) -> float:
    """Milliseconds for all that one keystroke asks of the core, each time on a filter not asked before, with
    so many segments `beside` it that stay as they are."""
    names = list(index.book.fields["country_region"].levels) if beside else []
    others = {
        name: index.rows(parse(f"country_region = '{name}'", index.book.fields)) for name in names[:beside]
    }

    def ask(turn: int) -> None:
        # A number nobody has asked for keeps the index's cache out of the measurement.
        text = f"{CONDITIONS[turn % len(CONDITIONS)]} AND annual_revenue >= {turn}"
        rows = index.rows(parse(text, index.book.fields))
        facets(index, rows, "win_rate")
        compare(index, {"A": rows, **others})

    return _median_ms(ask)


def pandas_ms(book: AccountBook) -> float:
    """Milliseconds for counts and win rates of all values by groupby: the peer, without any interval."""
    deals = book.observations["deal"]
    frame = book.accounts.iloc[deals.account].reset_index(drop=True)
    frame["won"] = deals.values["won"].to_numpy()
    names = [
        f.name for f in book.fields.values() if f.type in ("category", "boolean") and f.grain == "account"
    ]

    def ask(turn: int) -> None:
        kept = frame[(frame["industry"] == "B2B SaaS") & (frame["annual_revenue"] >= turn)]
        for name in names:
            kept.groupby(name, observed=False)["won"].agg(["count", "mean"])

    return _median_ms(ask)


class Watched(WorkbenchApp):
    """The workbench, noting when recounted values and the recounted board were painted."""

    # Textual looks for the stylesheet beside the file of the class.
    CSS_PATH = str(Path(inspect.getfile(WorkbenchApp)).with_name("workbench.tcss"))

    painted: dict[str, float]
    board_painted: asyncio.Event

    def on_facets_ready(self, message: FacetsReady) -> None:
        self.call_after_refresh(self._note, "values")

    def on_comparison_ready(self, message: ComparisonReady) -> None:
        self.call_after_refresh(self._note, "board")

    def _note(self, what: str) -> None:
        self.painted[what] = time.perf_counter()
        if what == "board":
            self.board_painted.set()


async def key_to_paint_ms(keys: int = KEYS) -> dict[str, list[float]]:
    """Milliseconds from a key that takes a value in or out until the new values, and board, are painted."""
    took: dict[str, list[float]] = {"values": [], "board": []}
    with tempfile.TemporaryDirectory() as folder:
        app = Watched(sample_paths(), sessions=Path(folder), name="bench")
        app.painted, app.board_painted = {}, asyncio.Event()
        async with app.run_test(size=(120, 36)) as pilot:
            await asyncio.wait_for(app.board_painted.wait(), 60)
            await pilot.press("down")
            for _ in range(keys):
                await pilot.pause()
                app.board_painted.clear()
                pressed = time.perf_counter()
                app.simulate_key("space")
                await asyncio.wait_for(app.board_painted.wait(), 60)
                for what, at in app.painted.items():
                    took[what].append((at - pressed) * 1000)
    return took


def run() -> dict[str, Any]:
    """The figures, medians in milliseconds."""
    book = open_book(*sample_paths())
    index = SegmentIndex(book)
    core, peer = core_ms(index), pandas_ms(book)
    painted = asyncio.run(key_to_paint_ms())
    return {
        "counting_ms": round(core, 2),
        "counting_six_ms": round(core_ms(index, 5), 2),
        "pandas_groupby_counts_only_ms": round(peer, 2),
        "ratio": round(core / peer, 3),
        "key_to_values_painted_ms": round(statistics.median(painted["values"]), 1),
        "key_to_board_painted_ms": round(statistics.median(painted["board"]), 1),
        "key_to_board_painted_slowest_ms": round(max(painted["board"]), 1),
    }


def _median_ms(ask: Callable[[int], None]) -> float:
    ask(0)
    took = []
    for turn in range(1, KEYS + 1):
        started = time.perf_counter()
        ask(turn)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)
