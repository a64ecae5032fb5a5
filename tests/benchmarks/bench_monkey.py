"""The seeded monkey for long: 20,000 keys, pastes, turns of the mouse and sizes on the sample.

`growth_percent` is how much the process's memory grew from the end of the warm-up to the end; `errors` must
be 0 (the first one ends the run and is named). `ICP_MONKEY_EVENTS` asks for another number of events.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from icp_workbench.sample import sample_paths
from icp_workbench.tui.app import WorkbenchApp
from tests.tui.monkey import Monkey
from tests.tui.workbench import settle

EVENTS = int(os.environ.get("ICP_MONKEY_EVENTS", "20000"))
WARM_UP = 0.2  # of the events: by then every screen was shown and every cache has its size
SEED = 11


async def play(events: int, seed: int) -> dict[str, Any]:
    """The figures of one run."""
    WorkbenchApp.action_leave = WorkbenchApp.action_home = lambda self: None  # type: ignore[method-assign]
    warm, error, done = 0.0, "", 0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        app = WorkbenchApp(sample_paths(), sessions=Path(folder), name="monkey")
        try:
            async with app.run_test(size=(120, 36)) as pilot:
                while app.desk is None:
                    await pilot.pause(0.1)
                hand = Monkey(app, pilot, seed)
                for done in range(1, events + 1):
                    await hand.act()
                    if done % 50 == 0:
                        await settle(pilot)
                        if not app.is_running:
                            break
                    if done % 1_000 == 0:
                        gc.collect()
                        print(f"  {done:,}: {memory_mb():.0f} MB", file=sys.stderr, flush=True)
                    if done == int(events * WARM_UP):
                        gc.collect()
                        warm = memory_mb()
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
    gc.collect()
    end = memory_mb()
    return {
        "events": done,
        "errors": int(bool(error)),
        **({"error": error} if error else {}),
        "seed": seed,
        "seconds": round(time.perf_counter() - started, 1),
        "memory_after_warm_up_mb": round(warm, 1),
        "memory_at_end_mb": round(end, 1),
        "growth_percent": round((end / warm - 1) * 100, 1) if warm else None,
    }


def memory_mb() -> float:
    """The memory the process holds now (its resident set), in MB of 1,000,000 bytes."""
    if sys.platform.startswith("linux"):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def run() -> dict[str, Any]:
    """One run of the usual length."""
    return asyncio.run(play(EVENTS, SEED))
