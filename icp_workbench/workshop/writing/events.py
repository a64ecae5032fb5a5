"""What can be written into the spec, one frozen type each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatementEdited:
    """The statement reads like this from now on, whatever the criteria say; None: as they say again."""

    text: str | None


@dataclass(frozen=True, slots=True)
class SlotFilled:
    """A slot of the statement was answered; an empty text asks it again."""

    slot: str
    text: str


@dataclass(frozen=True, slots=True)
class PlayWritten:
    """What a team does with the profile; no line: nothing is written there."""

    play: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeopleCounted:
    """What people know of a criterion, as counts: interviews, objections, experiments."""

    criterion_id: str
    counts: Mapping[str, int]


WritingEvent = StatementEdited | SlotFilled | PlayWritten | PeopleCounted
