"""An agenda: time follows from events and a given clock, and files say every problem at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icp_workbench.errors import WorkbenchError
from icp_workbench.workshop.agenda.agenda import (
    Agenda,
    AgendaChosen,
    AgendaEnded,
    AgendaEvent,
    AgendaItem,
    ClockStarted,
    ClockStopped,
    ItemBegun,
    ItemExtended,
    ItemSkipped,
    agenda_after,
    reading_at,
)
from icp_workbench.workshop.agenda.files import READY, agenda_named, agenda_of

NINE = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
OURS = AgendaChosen("ours", (AgendaItem("one", 10), AgendaItem("two", 5), AgendaItem("three", 1)))


def at(minutes: float) -> dt.datetime:
    """So many minutes after nine."""
    return NINE + dt.timedelta(minutes=minutes)


def after(*events: AgendaEvent) -> Agenda:
    """The agenda after these events."""
    agenda = agenda_after(None, OURS)
    for event in events:
        agenda = agenda_after(agenda, event)
    return agenda


def test_each_item_is_given_the_time_between_its_begin_and_the_next() -> None:
    agenda = after(ItemBegun(at(0), 0), ItemBegun(at(12), 1), AgendaEnded(at(15)))
    assert agenda.spent == (720.0, 180.0, 0.0) and agenda.ended and agenda.current is None


def test_a_break_does_not_count_and_a_clock_set_back_adds_nothing() -> None:
    agenda = after(ItemBegun(at(0), 0), ClockStopped(at(4)), ClockStarted(at(60)), ClockStopped(at(61)))
    assert agenda.spent[0] == 300.0
    assert after(ItemBegun(at(9), 0), ClockStopped(at(3))).spent[0] == 0.0


@pytest.mark.parametrize(
    ("minutes", "left", "warning"),
    [(0, 600, ""), (7.9, 126, ""), (8, 120, "soon"), (10, 0, "over"), (12, -120, "over")],
)
def test_the_clock_says_what_is_left_and_warns(minutes: float, left: float, warning: str) -> None:
    clock = reading_at(after(ItemBegun(NINE, 0)), at(minutes))
    assert clock is not None and (round(clock.left), clock.warning) == (left, warning)


def test_a_short_item_warns_in_its_last_fifth() -> None:
    agenda = after(ItemBegun(NINE, 2))
    assert [reading_at(agenda, at(one)).warning for one in (0.7, 0.85, 1)] == ["", "soon", "over"]  # type: ignore[union-attr]


def test_more_time_and_skipping() -> None:
    agenda = after(ItemBegun(at(0), 0), ItemExtended(at(9), 0, 5), ItemSkipped(at(9), 1))
    clock = reading_at(agenda, at(14))
    assert clock is not None and clock.left == 60.0
    assert agenda.next_item == 2
    assert after(ItemSkipped(at(0), 1), ItemBegun(at(1), 1)).skipped[1] is False
    assert after(ItemExtended(at(0), 0, -99)).extra[0] == -9  # an item keeps a minute


@pytest.mark.parametrize("event", [ItemBegun(NINE, 3), ItemExtended(NINE, -1, 5), ClockStarted(NINE)])
def test_what_cannot_happen_is_the_callers_mistake(event: AgendaEvent) -> None:
    with pytest.raises(ValueError):
        after(event)
    with pytest.raises(ValueError):
        agenda_after(None, event)


@pytest.mark.parametrize("minutes", READY)
def test_the_ready_made_ones_take_their_minutes(minutes: str) -> None:
    agenda = agenda_named(minutes)
    assert sum(item.minutes for item in agenda.items) == int(minutes)
    assert {item.title for item in agenda.items} >= {"The reveal", "Vote and decide"}


def test_ones_own_agenda_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        "apiVersion: icp-agenda/v1\nname: ours\nitems:\n  - {title: Talk, minutes: 45, room: slice}\n"
    )
    assert agenda_named("ours.yaml", tmp_path).items == (AgendaItem("Talk", 45, "", "slice"),)
    with pytest.raises(WorkbenchError, match="no file"):
        agenda_named("nobody.yaml", tmp_path)


def test_every_problem_of_an_agenda_is_told_at_once() -> None:
    with pytest.raises(WorkbenchError) as refused:
        agenda_of("apiVersion: icp-agenda/v1\nname: x\nitems:\n - {title: a, minutes: 0}\n - {titel: b}\n")
    told = refused.value.what_happened
    for part in ("line 4, items[0].minutes", "items[1].title", "line 5, items[1].titel", "`title`, perhaps"):
        assert part in told
