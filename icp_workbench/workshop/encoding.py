"""Events as plain JSON and back, every type kept: dates stay dates, 40 stays a number, '40' a text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from icp_workbench.conditions.condition import Condition
from icp_workbench.segments.filter import Filter, filter_from_plain, filter_to_plain
from icp_workbench.spec.criterion import SIGNALS, VERDICTS, Criterion, Missing
from icp_workbench.workshop.agenda.agenda import AgendaEvent
from icp_workbench.workshop.deliberation.events import DeliberationEvent, Revealed
from icp_workbench.workshop.events import (
    CheckAccepted,
    CheckReopened,
    CriterionMarked,
    CriterionUnmarked,
    Event,
    FilterChanged,
    HeadlineChosen,
    LooksTaken,
    Redone,
    RoomEntered,
    SegmentAdded,
    SegmentRemoved,
    SegmentRenamed,
    SegmentSelected,
    SessionStarted,
    SpecSaved,
    Undone,
)
from icp_workbench.workshop.record_encoding import record_from_plain, record_to_plain
from icp_workbench.workshop.writing.events import (
    PeopleCounted,
    PlayWritten,
    SlotFilled,
    StatementEdited,
)

Plain = dict[str, Any]


def event_to_plain(event: Event) -> Plain:
    """The event as a mapping of JSON's types, its kind under `is`."""
    plain: Plain = {"is": type(event).__name__}
    match event:
        case SessionStarted(at, name, book, fingerprint):
            return plain | {"at": at.isoformat(), "name": name, "book": book, "fingerprint": fingerprint}
        case FilterChanged(segment, chosen):
            return plain | {"segment": segment, "filter": filter_to_plain(chosen)}
        case SegmentAdded(segment, name, chosen):
            return plain | {"segment": segment, "name": name, "filter": filter_to_plain(chosen)}
        case SegmentRenamed(segment, name):
            return plain | {"segment": segment, "name": name}
        case SegmentRemoved(segment) | SegmentSelected(segment):
            return plain | {"segment": segment}
        case HeadlineChosen(metric):
            return plain | {"metric": metric}
        case CriterionMarked(criterion):
            return plain | {"criterion": _criterion_to_plain(criterion)}
        case CriterionUnmarked(criterion_id):
            return plain | {"criterion": criterion_id}
        case CheckAccepted(code, note):
            return plain | {"code": code, "note": note}
        case CheckReopened(code):
            return plain | {"code": code}
        case StatementEdited(text):
            return plain | {"text": text}
        case SlotFilled(slot, text):
            return plain | {"slot": slot, "text": text}
        case PlayWritten(play, lines):
            return plain | {"play": play, "lines": list(lines)}
        case PeopleCounted(criterion_id, counts):
            return plain | {"criterion": criterion_id, "counts": dict(counts)}
        case LooksTaken(looks):
            return plain | {"looks": dict(looks)}
        case SpecSaved(at, version, digest, file):
            return plain | {"at": at.isoformat(), "version": version, "digest": digest, "file": file}
        case Undone() | Redone():
            return plain
        case RoomEntered(room):
            return plain | {"room": room}
        case _:
            return plain | record_to_plain(event)


def event_from_plain(plain: Mapping[str, Any]) -> Event:
    """The event `event_to_plain` wrote; ValueError, KeyError, TypeError or WorkbenchError for anything
    else."""
    if (recorded := _RECORDED.get(plain["is"])) is not None:
        return record_from_plain(recorded, {key: value for key, value in plain.items() if key != "is"})
    read = _READ.get(plain["is"])
    if read is None:
        raise ValueError(f"no event is called {plain['is']!r:.40}")
    return read(plain)


_READ: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "SessionStarted": lambda plain: SessionStarted(
        _moment(plain["at"]), _text(plain["name"]), _text(plain["book"]), _text(plain["fingerprint"])
    ),
    "FilterChanged": lambda plain: FilterChanged(_text(plain["segment"]), filter_from_plain(plain["filter"])),
    "SegmentAdded": lambda plain: SegmentAdded(
        _text(plain["segment"]), _name(plain["name"]), filter_from_plain(plain["filter"])
    ),
    "SegmentRenamed": lambda plain: SegmentRenamed(_text(plain["segment"]), _name(plain["name"])),
    "SegmentRemoved": lambda plain: SegmentRemoved(_text(plain["segment"])),
    "SegmentSelected": lambda plain: SegmentSelected(_text(plain["segment"])),
    "HeadlineChosen": lambda plain: HeadlineChosen(_text(plain["metric"])),
    "CriterionMarked": lambda plain: CriterionMarked(_criterion_from_plain(plain["criterion"])),
    "CriterionUnmarked": lambda plain: CriterionUnmarked(_text(plain["criterion"])),
    "CheckAccepted": lambda plain: CheckAccepted(_code(plain["code"]), _text(plain["note"])),
    "CheckReopened": lambda plain: CheckReopened(_code(plain["code"])),
    "StatementEdited": lambda plain: StatementEdited(_name(plain["text"])),
    "SlotFilled": lambda plain: SlotFilled(_text(plain["slot"]), _text(plain["text"])),
    "PlayWritten": lambda plain: PlayWritten(
        _text(plain["play"]), tuple(_text(line) for line in plain["lines"])
    ),
    "PeopleCounted": lambda plain: PeopleCounted(
        _text(plain["criterion"]),
        MappingProxyType({_text(kind): _count(number) for kind, number in plain["counts"].items()}),
    ),
    "LooksTaken": lambda plain: LooksTaken(
        {_text(key): None if p is None else float(p) for key, p in plain["looks"].items()}
    ),
    "SpecSaved": lambda plain: SpecSaved(
        _moment(plain["at"]), _text(plain["version"]), _text(plain["digest"]), _text(plain["file"])
    ),
    "Undone": lambda plain: Undone(),
    "Redone": lambda plain: Redone(),
    "RoomEntered": lambda plain: RoomEntered(_text(plain["room"])),
}
_RECORDED: Mapping[str, type[Event]] = {
    kind.__name__: kind for kind in (Revealed, *get_args(DeliberationEvent), *get_args(AgendaEvent))
}


def _criterion_to_plain(criterion: Criterion) -> Plain:
    return {
        "id": criterion.id,
        "verdict": criterion.verdict,
        # As a filter with nothing but an expression: there dates are told from texts.
        "when": filter_to_plain(Filter(expression=criterion.when)),
        "signal": criterion.signal,
        "decided_at": criterion.decided_at.isoformat(),
        "reason": criterion.reason,
        "points": criterion.points,
        "missing": criterion.missing,
        "required": criterion.required,
        "disqualify": criterion.disqualify,
    }


def _criterion_from_plain(plain: Mapping[str, Any]) -> Criterion:
    points = plain["points"]
    if points is not None and type(points) is not int:
        raise ValueError(f"points must be a whole number, not {points!r:.40}")
    return Criterion(
        id=_text(plain["id"]),
        verdict=_one_of(VERDICTS, plain["verdict"]),
        when=_condition(plain["when"]),
        signal=_one_of(SIGNALS, plain["signal"]),
        decided_at=_moment(plain["decided_at"]),
        reason=_text(plain["reason"]),
        points=points,
        missing=_one_of(get_args(Missing), plain["missing"]),
        required=plain["required"] is True,
        disqualify=plain["disqualify"] is True,
    )


def _condition(plain: Mapping[str, Any]) -> Condition:
    expression = filter_from_plain(plain).expression
    if expression is None:
        raise ValueError("a criterion without a condition")
    return expression


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text was expected, not {value!r:.40}")
    return value


def _count(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"a whole number was expected, not {value!r:.40}")
    return value


def _code(value: object) -> str:
    code = _text(value)
    if len(code) != 6 or not code.startswith("ICP") or not (code[3:].isascii() and code[3:].isdigit()):
        raise ValueError(f"the code of a check was expected, not {value!r:.40}")
    return code


def _name(value: object) -> str | None:
    return None if value is None else _text(value)


def _moment(value: object) -> dt.datetime:
    moment = dt.datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {value!r:.40}")
    return moment


def _one_of(known: tuple[Any, ...], value: object) -> Any:
    if value not in known:
        raise ValueError(f"one of {', '.join(known)} was expected, not {value!r:.40}")
    return value
