"""How long the workbench, at its longest, does not come to a key: through the rooms, while it counts.

A beat every two milliseconds runs beside the keys; `longest_ms` is the longest gap between two beats in the
0.3 s after any key (`after` names it), `over_50_ms` how many of the keys had one of more than 50, and
`collecting_ms` the longest that Python looked for garbage in that time. Keys that enter a room for the first
time are told apart (`first_entries_ms`), because the room is made then. The peer is `whole_paint_ms`: the gap
while Textual paints one room anew and nothing else is done.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest import mock

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui import loading
from icp_workbench.tui.app import WorkbenchApp
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.screens import rooms
from icp_workbench.workshop.session import Session
from tests.benchmarks.large_book import large_book

BEAT = 0.002
AFTER = 0.3  # seconds after a key that count as its own
SIZES = (0, 100_000, 1_000_000)  # accounts; 0 is the sample
ROOMS = "145"  # not yet entered when the book has been opened
KEYS = (
    *("w", "w", "down", "space", "down", "space", "x", "c", "down", "space", "c", "down", "down", "space"),
    *("u", "ctrl+r", "b", "4", "2", "5", "2", "1", "2", "m", "m", "v", "V", "slash", "escape"),
    *("question_mark", "escape", "p", "right", "down", "escape", "tab", "tab", "tab", "down", "space"),
    *("4", "2", "5", "1", "2", "i", "escape", "left_square_bracket", "x", "u"),
)


async def gaps(book: AccountBook, settled: float) -> dict[str, Any]:
    """The figures of one book, its first figures given `settled` seconds."""
    beats: list[tuple[float, float]] = []
    collections: list[tuple[float, float]] = []
    began = [0.0]

    def collecting(phase: str, info: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            began[0] = now
        else:
            collections.append((now, now - began[0]))

    async def beat() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(BEAT)
            now = time.perf_counter()
            beats.append((now, now - last - BEAT))
            last = now

    def longest(pairs: list[tuple[float, float]], since: float) -> float:
        return max((took for at, took in pairs if since <= at <= since + AFTER), default=0.0) * 1000

    def load(paths: object, sessions: Path, name: str | None, *rest: object) -> tuple[Desk, str]:
        index = SegmentIndex(book)
        session = Session.open_or_start(sessions, name or book.name, book, index)
        rooms()
        return Desk(index, session, None), ""

    with tempfile.TemporaryDirectory() as folder, mock.patch.object(loading, "load", load):
        app = WorkbenchApp((Path("book.csv"),), sessions=Path(folder), name="bench")
        async with app.run_test(size=(120, 36)) as pilot:
            while app.desk is None or app.desk.answers.coverage is None:
                await pilot.pause(0.1)
            await asyncio.sleep(settled)
            beating = asyncio.create_task(beat())
            gc.callbacks.append(collecting)
            try:
                waits: list[tuple[float, str]] = []
                entered: dict[str, float] = {}
                collected = []
                for key in KEYS:
                    since = time.perf_counter()
                    app.simulate_key(key)
                    await asyncio.sleep(1.0)
                    wait = longest(beats, since)
                    collected.append(longest(collections, since))
                    if key in ROOMS and key not in entered:
                        entered[key] = round(wait, 1)
                    else:
                        waits.append((wait, key))
                paints = []
                for _ in range(5):
                    since = time.perf_counter()
                    app.screen.refresh(layout=True)
                    await asyncio.sleep(0.5)
                    paints.append(longest(beats, since))
            finally:
                gc.callbacks.remove(collecting)
                beating.cancel()
    worst = max(waits)
    return {
        "accounts": len(book.accounts),
        "keys": len(waits),
        "median_ms": round(statistics.median(wait for wait, _ in waits), 1),
        "longest_ms": round(worst[0], 1),
        "after": worst[1],
        "over_50_ms": sum(wait > 50 for wait, _ in waits),
        "first_entries_ms": entered,
        "collecting_ms": round(max(collected), 1),
        "whole_paint_ms": round(statistics.median(paints), 1),
        "longest_over_whole_paint": round(worst[0] / statistics.median(paints), 2),
    }


def run() -> dict[str, Any]:
    """The sample, a hundred thousand accounts and a million."""
    found = {}
    for accounts in SIZES:
        book = large_book(accounts) if accounts else open_book(*sample_paths())
        found[f"{accounts:,}" if accounts else "sample"] = asyncio.run(gaps(book, 15.0 if accounts else 3.0))
    return found
