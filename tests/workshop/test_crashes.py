"""A process that is killed loses no decision it has shown, and a journal cut anywhere replays a beginning."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from icp_workbench.errors import WorkbenchError
from icp_workbench.workshop.events import Event
from icp_workbench.workshop.journal import FILE, Journal, readable_part
from icp_workbench.workshop.session import replay
from icp_workbench.workshop.state import Workshop, apply
from tests.workshop.crashing import killed
from tests.workshop.stories import story


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no kill -9 here")
@pytest.mark.parametrize("seed", range(8))
def test_a_killed_workshop_keeps_every_decision_it_has_shown(tmp_path: Path, seed: int) -> None:
    crash = killed(tmp_path, seed, events=250)
    assert crash.lost == 0 and not crash.wrong, crash
    assert crash.decisions > 0 or crash.acknowledged < 20
    assert crash.seconds < 1


def written(folder: Path, events: list[Event]) -> bytes:
    """The journal of these events."""
    journal = Journal.open(folder)
    for event in events:
        journal.append(event)
    journal.close()
    return (folder / FILE).read_bytes()


def test_a_story_has_every_kind_of_event_and_can_be_told_again() -> None:
    kinds = {type(event).__name__ for seed in range(8) for event in story(seed, 250)}
    assert len(kinds) >= 37, sorted(kinds)
    assert story(3, 100) == story(3, 100)


def test_cut_at_every_byte_it_never_replays_anything_but_a_beginning(tmp_path: Path) -> None:
    events = _without_moves(story(5, 32))
    content = written(tmp_path, events)
    states = [Workshop()]
    for event in events:
        states.append(apply(states[-1], event))
    for length in range(len(content) + 1):
        found, whole, lost = readable_part(tmp_path / FILE, content[:length])
        kept = [event for _, event in found]
        assert kept == events[: len(kept)]
        assert len(kept) >= content[:length].count(b"\n") - 1  # no whole line is left behind
        assert lost == (1 if whole < length else 0)
        if length % 97 == 0:
            assert replay(kept) == states[len(kept)]


def test_a_byte_changed_anywhere_is_never_taken_for_what_was_written(tmp_path: Path) -> None:
    events = _without_moves(story(9, 40))
    content = written(tmp_path / "whole", events)
    for at in range(0, len(content), 7):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        found, _, lost = readable_part(tmp_path / FILE, changed)
        kept = [event for _, event in found]
        assert kept == events[: len(kept)] and lost > 0
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / FILE).write_bytes(content[:300] + b"x" + content[301:])
    with pytest.raises(WorkbenchError, match="icp rescue changed"):
        Journal.open(folder)


def _without_moves(events: list[Event]) -> list[Event]:
    """Moves of the cursor that follow each other are written as one."""
    from icp_workbench.workshop.events import MOVES

    return [event for event in events if not isinstance(event, MOVES)]
