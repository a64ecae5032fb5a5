"""An agenda with a clock: what was spent on each item follows from events alone, and the time is given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

Value = TypeVar("Value")
SOON = 120.0  # seconds before the end of an item at which it is said quietly
SOON_SHARE = 0.2  # of a short item: the last fifth


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """What is done, for how many minutes, and in which room of the workbench."""

    title: str
    minutes: int
    what: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class AgendaChosen:
    """The room follows this agenda from now on; nothing of it has begun."""

    name: str
    items: tuple[AgendaItem, ...]


@dataclass(frozen=True, slots=True)
class ItemBegun:
    """An item (by its place, from 0) began; the one before it ended."""

    at: dt.datetime
    item: int


@dataclass(frozen=True, slots=True)
class ItemExtended:
    """An item got more minutes."""

    at: dt.datetime
    item: int
    minutes: int


@dataclass(frozen=True, slots=True)
class ItemSkipped:
    """An item is left out."""

    at: dt.datetime
    item: int


@dataclass(frozen=True, slots=True)
class ClockStopped:
    """A break: the time does not count."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """The break is over."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class AgendaEnded:
    """The last item ended."""

    at: dt.datetime


AgendaEvent = (
    AgendaChosen | ItemBegun | ItemExtended | ItemSkipped | ClockStopped | ClockStarted | AgendaEnded
)


@dataclass(frozen=True, slots=True)
class Agenda:
    """An agenda under way. `current` is the item before the room (None before the first and after the last),
    `since` when its time last began to run (None: it stands), `spent` seconds by item up to `since`."""

    name: str
    items: tuple[AgendaItem, ...]
    spent: tuple[float, ...]
    extra: tuple[int, ...]
    skipped: tuple[bool, ...]
    current: int | None = None
    since: dt.datetime | None = None
    ended: bool = False

    @property
    def next_item(self) -> int | None:
        """The place of the next item that was not skipped; None after the last."""
        first = 0 if self.current is None else self.current + 1
        return next((at for at in range(first, len(self.items)) if not self.skipped[at]), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """The clock at one moment, in seconds. `left` is negative once the item is over its time."""

    item: AgendaItem
    place: int
    spent: float
    allowed: float
    runs: bool

    @property
    def left(self) -> float:
        """What is left of the item's time."""
        return self.allowed - self.spent

    @property
    def warning(self) -> Literal["", "soon", "over"]:
        """Quietly: soon over, or over."""
        if self.left <= 0:
            return "over"
        return "soon" if self.left <= min(SOON, self.allowed * SOON_SHARE) else ""


def agenda_after(agenda: Agenda | None, event: AgendaEvent) -> Agenda:
    """The agenda after an event. ValueError for one that cannot happen: without an agenda, or for an item it
    does not have."""
    if isinstance(event, AgendaChosen):
        many = len(event.items)
        if not many or any(item.minutes < 1 for item in event.items):
            raise ValueError("an agenda needs an item, and each item a minute")
        return Agenda(event.name, event.items, (0.0,) * many, (0,) * many, (False,) * many)
    if agenda is None:
        raise ValueError("there is no agenda")
    if isinstance(event, ItemBegun | ItemExtended | ItemSkipped) and not 0 <= event.item < len(agenda.items):
        raise ValueError(f"there is no item {event.item}")
    ticked = _ticked(agenda, event.at)
    match event:
        case ItemBegun(at, item):
            skipped = _put(ticked.skipped, item, False)
            return replace(ticked, current=item, since=at, skipped=skipped, ended=False)
        case ItemExtended(_, item, minutes):
            extra = max(ticked.extra[item] + minutes, 1 - ticked.items[item].minutes)
            return replace(ticked, extra=_put(ticked.extra, item, extra))
        case ItemSkipped(_, item):
            here = ticked.current == item
            return replace(
                ticked,
                skipped=_put(ticked.skipped, item, True),
                since=None if here else ticked.since,
            )
        case ClockStopped():
            return replace(ticked, since=None)
        case ClockStarted(at):
            if ticked.current is None:
                raise ValueError("no item has begun")
            return replace(ticked, since=at)
        case AgendaEnded():
            return replace(ticked, current=None, since=None, ended=True)


def reading_at(agenda: Agenda, now: dt.datetime) -> Reading | None:
    """The clock of the item before the room; None where none is."""
    if agenda.current is None:
        return None
    ticked = _ticked(agenda, now)
    place = agenda.current
    return Reading(
        agenda.items[place],
        place,
        ticked.spent[place],
        60.0 * (agenda.items[place].minutes + agenda.extra[place]),
        agenda.since is not None,
    )


def _ticked(agenda: Agenda, now: dt.datetime) -> Agenda:
    """With the time up to now added to the item before the room; a clock set back adds nothing."""
    if agenda.current is None or agenda.since is None:
        return agenda
    passed = max((now - agenda.since).total_seconds(), 0.0)
    spent = _put(agenda.spent, agenda.current, agenda.spent[agenda.current] + passed)
    return replace(agenda, spent=spent, since=now)


def _put(values: tuple[Value, ...], at: int, value: Value) -> tuple[Value, ...]:
    return (*values[:at], value, *values[at + 1 :])
