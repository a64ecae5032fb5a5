"""What a check says: what it found, or what it could not look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found: a sentence with its figures, the figures again for programs (JSON's types), and the
    ids of the criteria concerned; empty where the whole profile is."""

    sentence: str
    criteria: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Something a check could not look at: why, in words, and the ids of the criteria concerned."""

    why: str
    criteria: tuple[str, ...] = ()


Answers = Iterable[Found | NotLooked]


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that fires: its code and name, what was found, and what to do about it. `accepted` is the
    reason for which it was accepted; None where it was not."""

    code: str
    name: str
    sentence: str
    what_to_do: str
    criteria: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class NotRun:
    """A check that could not be run, or not on every criterion: why, and on which."""

    code: str
    name: str
    why: str
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """All that the checks say of a spec, in the order of their codes. `idle` are codes that were accepted
    though nothing of that code fires."""

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    idle: tuple[str, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """Those that were not accepted."""
        return tuple(one for one in self.findings if one.accepted is None)
