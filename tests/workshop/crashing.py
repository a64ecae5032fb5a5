"""A workshop in a process of its own, killed at a moment chosen at random, and what is left of it."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from icp_workbench.segments.index import SegmentIndex
from icp_workbench.workshop.events import DECISIONS, MOVES, Event, LooksTaken, SessionStarted
from icp_workbench.workshop.journal import Journal
from icp_workbench.workshop.session import Session, replay
from tests.spec.books import small_book
from tests.workshop.stories import story

BOOK = small_book(2)
INDEX = SegmentIndex(BOOK)


@dataclass(frozen=True)
class Crash:
    """What became of a killed workshop. `acknowledged` events were carried out before the kill, `decisions`
    of them were decisions; `recovered` events are in the journal; `lost` decisions are not, `wrong` is True
    where the journal holds anything but a beginning of what happened; `seconds` the reopening took."""

    seed: int
    acknowledged: int
    decisions: int
    recovered: int
    lost: int
    wrong: bool
    seconds: float
    notes: tuple[str, ...]


def killed(root: Path, seed: int, events: int = 500) -> Crash:
    """Hold a workshop of that many events, kill -9 it at a moment between its first and its last, reopen."""
    happened, chance = story(seed, events), random.Random(-seed)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of the parent's may run here: no cleaning up, no exit handlers
        os.close(read)
        try:
            session = Session.open_or_start(root, f"it-{seed}", BOOK, INDEX)
            for event in happened:
                session.record(event)
                os.write(write, b".")  # shown
            time.sleep(60)
        finally:
            os._exit(1)
    os.close(write)
    acknowledged, until = 0, chance.randint(1, events)
    while acknowledged < until and (told := os.read(read, 1)):
        acknowledged += len(told)
    time.sleep(chance.random() * 0.003)
    os.kill(child, signal.SIGKILL)
    while told := os.read(read, 65_536):
        acknowledged += len(told)
    os.close(read)
    os.waitpid(child, 0)
    return _left(root / f"it-{seed}", seed, happened, acknowledged)


def _left(folder: Path, seed: int, happened: list[Event], acknowledged: int) -> Crash:
    began = time.perf_counter()
    journal = Journal.open(folder)
    found = [event for event in journal.events if not isinstance(event, SessionStarted)]
    state = replay(found)
    seconds = time.perf_counter() - began
    journal.close()
    lasting = [event for event in happened if not isinstance(event, MOVES)]
    kept = [event for event in found if not isinstance(event, MOVES)]
    decided = [event for event in happened[:acknowledged] if isinstance(event, DECISIONS)]
    recovered = [event for event in kept if isinstance(event, DECISIONS)]
    wrong = kept != lasting[: len(kept)] or state.looks.keys() != {
        key for event in kept if isinstance(event, LooksTaken) for key in event.looks
    } | {key for key, _ in (state.reveal.looks if state.reveal is not None else ())}
    return Crash(
        seed,
        acknowledged,
        len(decided),
        len(found),
        max(len(decided) - len(recovered), 0),
        wrong,
        seconds,
        journal.notes,
    )
