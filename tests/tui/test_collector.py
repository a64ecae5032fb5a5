"""Garbage is looked for while the hand rests, never while it types, and nothing is kept for ever."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from icp_workbench.tui import collector
from icp_workbench.tui.collector import LONG_REST, REST, Collector
from tests.tui.workbench import Open, press, running, until


class Ring:
    """Refers to itself: only the collector finds it."""

    def __init__(self) -> None:
        self.itself = self


class Clock:
    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(collector, "time", clock)
    return clock


@pytest.fixture
def collecting(clock: Clock) -> Iterator[Collector]:
    one = Collector()
    gc.disable()  # what is found is found by it alone
    one.begin()
    yield one
    one.end()
    gc.enable()


def test_it_waits_for_the_hand_to_rest(collecting: Collector, clock: Clock) -> None:
    gone = weakref.ref(Ring())
    collecting.touched()
    clock.now += REST * 0.9
    collecting.look()
    assert gone() is not None
    collecting.touched()
    clock.now += REST * 0.9
    collecting.look()
    assert gone() is not None
    clock.now += REST * 0.2
    collecting.look()
    assert gone() is None


def test_what_outlived_a_rest_is_found_when_everything_is_gone_through(
    collecting: Collector, clock: Clock
) -> None:
    ring = Ring()
    collecting.touched()
    clock.now += REST
    collecting.look()  # set aside, in use
    gone = weakref.ref(ring)
    del ring
    collecting.touched()
    clock.now += REST
    collecting.look()
    assert gone() is not None
    collecting.expect()
    collecting.look()
    assert gone() is None


def test_a_long_rest_goes_through_everything_once_much_was_set_aside(
    collecting: Collector, clock: Clock
) -> None:
    ring, many = Ring(), [Ring() for _ in range(collecting._in_use // 5)]
    gone = weakref.ref(ring)
    collecting.touched()
    clock.now += REST
    collecting.look()
    del ring
    clock.now += LONG_REST - REST - 0.1
    collecting.look()
    assert gone() is not None
    clock.now += 0.1
    collecting.look()
    assert gone() is None and many


def test_a_hand_that_never_rests_for_long_is_not_waited_for_when_it_is_too_much(
    collecting: Collector, clock: Clock
) -> None:
    ring = Ring()
    gone = weakref.ref(ring)
    collecting.touched()
    clock.now += REST
    collecting.look()
    del ring
    many = [Ring() for _ in range(collecting._in_use)]
    collecting.touched()
    clock.now += REST
    collecting.look()
    assert gone() is None and many


def test_nothing_stays_set_aside_after_the_end(clock: Clock) -> None:
    one = Collector()
    one.begin()
    assert gc.get_freeze_count() > 1_000
    one.end()
    assert gc.get_freeze_count() == 0


async def test_the_app_sets_aside_what_it_opened_and_lets_go_at_its_end(opened: Open) -> None:
    app = opened()
    async with running(app) as pilot:
        assert gc.get_freeze_count() > 1_000
        gone = weakref.ref(Ring())
        await press(pilot, "down")
        await until(pilot, lambda: gone() is None)
    assert gc.get_freeze_count() == 0
