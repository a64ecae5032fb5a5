"""kill -9 at random moments of 200 workshops of 500 events; a journal cut at every byte; reopening 5,000."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from icp_workbench.workshop.journal import FILE, Journal, readable_part
from icp_workbench.workshop.session import Session
from tests.workshop.crashing import BOOK, INDEX, killed
from tests.workshop.stories import story

WORKSHOPS, EVENTS, REOPENED, CUT = 200, 500, 5_000, 150


def run() -> dict[str, Any]:
    """Figures of all three; `lost_decisions`, `wrong_replays` must be 0."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        return {"killed": _killed(root), "cut": _cut(root), "reopened": _reopened(root)}


def _killed(root: Path) -> dict[str, Any]:
    crashes = [killed(root, seed, EVENTS) for seed in range(WORKSHOPS)]
    return {
        "workshops": len(crashes),
        "events_each": EVENTS,
        "acknowledged_events": sum(crash.acknowledged for crash in crashes),
        "acknowledged_decisions": sum(crash.decisions for crash in crashes),
        "lost_decisions": sum(crash.lost for crash in crashes),
        "wrong_replays": sum(crash.wrong for crash in crashes),
        "torn_last_lines": sum(bool(crash.notes) for crash in crashes),
        "slowest_reopening_s": round(max(crash.seconds for crash in crashes), 4),
    }


def _cut(root: Path) -> dict[str, Any]:
    journal, events = Journal.open(root / "cut"), story(1, CUT)
    for event in events:
        journal.append(event)
    journal.flush()
    content, wrong = (root / "cut" / FILE).read_bytes(), 0
    whole = [event for _, event in readable_part(journal.path, content)[0]]
    for length in range(len(content) + 1):
        found = [event for _, event in readable_part(journal.path, content[:length])[0]]
        wrong += found != whole[: len(found)] or len(found) < content[:length].count(b"\n") - 1
    journal.close()
    return {"events": len(whole), "offsets": len(content) + 1, "wrong_replays": wrong}


def _reopened(root: Path) -> dict[str, Any]:
    with Session.open_or_start(root, "long", BOOK, INDEX) as session:
        for event in story(2, REOPENED):
            session.record(event)
        left = session.state
    began, worked = time.perf_counter(), time.process_time()
    with Session.open_or_start(root, "long", BOOK, INDEX) as session:
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
        same = session.state.deliberation == left.deliberation and session.state.criteria == left.criteria
        written = len(session.journal.events)
    size = (root / "long" / FILE).stat().st_size
    return {
        "events": written,
        "bytes": size,
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "same_state": same,
    }
