"""The journal: every event of a workshop, one JSON line each, appended and never changed.

A line is `{"n": 7, "at": "…", "event": {…}, "sum": "…"}`: its number, when it was written, the event, and the
first 16 hexadecimal digits of the SHA-256 of all before the sum. The first line says what the file is; it may
hold names of accounts and people, and stays on this machine.

Decisions are on the disk before `append` returns. Other events wait in memory while they come fast: for the
next decision, `flush`, or a second at most if more follow.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from icp_workbench.errors import WorkbenchError
from icp_workbench.workshop.encoding import event_from_plain, event_to_plain
from icp_workbench.workshop.events import DECISIONS, MOVES, Event
from icp_workbench.workshop.locking import Lock, locked

FILE = "journal.jsonl"
FORMAT = "icp-journal/v1"
_MOST_WAITING, _LONGEST_WAIT = 64, 1.0
_SUM = ',"sum":"'


@dataclass
class Journal:
    """An open journal. `events` are those found on opening; `notes` say what was recovered, in sentences.

    `lock` None: another process writes to it; this one may only read, and `append` refuses.
    """

    path: Path
    events: tuple[Event, ...]
    notes: tuple[str, ...]
    lock: Lock | None
    size: int  # bytes of whole lines on disk
    next_number: int
    times: tuple[dt.datetime, ...] = ()  # when each of `events` was written down
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC))
    _waiting: list[tuple[Event, bytes]] = field(default_factory=list)
    _written: float = 0.0

    @classmethod
    def open(cls, folder: Path) -> Journal:
        """Open the journal in a session's folder, making both where they are missing.

        A torn last line is dropped (kept beside the journal as `journal.torn`) and noted. WorkbenchError for
        a damaged line before the last, naming it and what can be saved, and for a folder that cannot be
        written.
        """
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = locked(folder / "journal.lock")
            content = path.read_bytes() if path.exists() else b""
            found, whole, number = _read(path, content)
            notes: tuple[str, ...] = ()
            if lock is not None:
                if whole < len(content):
                    notes = (_cut(path, content, whole),)
                elif whole > len(content):
                    _end_line(path)
                if not whole:
                    whole, number = _begin(path), 1
        except WorkbenchError:
            raise
        except OSError as error:
            raise _cannot_write(folder, error) from None
        events, times = tuple(event for _, event in found), tuple(at for at, _ in found)
        return cls(path, events, notes, lock, whole, number, times)

    @property
    def read_only(self) -> bool:
        """True while another process has this journal open for writing."""
        return self.lock is None

    def append(self, event: Event, at: dt.datetime | None = None) -> None:
        """Write an event down, as of now or of `at`. WorkbenchError if that cannot be done; the journal is
        then as it was before. Of moves of the cursor that wait together only the last is written."""
        if self.lock is None:
            raise WorkbenchError(
                "Read only",
                f"The session `{self.path.parent.name}` is open in another window, which writes it.",
                "Go on there, or close it there and open the session here again.",
            )
        if self._waiting and isinstance(event, MOVES) and type(self._waiting[-1][0]) is type(event):
            self._waiting.pop()
            self.next_number -= 1
        self._waiting.append((event, _line(self.next_number, at or self.clock(), event)))
        self.next_number += 1
        try:
            if isinstance(event, DECISIONS):
                self._write(durable=True)
            elif len(self._waiting) >= _MOST_WAITING or time.monotonic() - self._written > _LONGEST_WAIT:
                self._write(durable=False)
        except WorkbenchError:
            self._waiting.pop()
            self.next_number -= 1
            raise

    def flush(self) -> None:
        """Write what waits, when the hand rests. WorkbenchError if that cannot be done; it then still
        waits."""
        if self._waiting:
            self._write(durable=False)

    def close(self) -> None:
        """Write what waits and let the next one in."""
        if self.lock is not None:
            try:
                self.flush()
            finally:
                self.lock.release()
                self.lock = None

    def _write(self, *, durable: bool) -> None:
        content = b"".join(line for _, line in self._waiting)
        try:
            with self.path.open("r+b", buffering=0) as file:
                file.truncate(self.size)  # half a line of a write that failed must not stay before this one
                file.seek(self.size)
                _write_all(file.fileno(), content)
                if durable:
                    os.fsync(file.fileno())
        except OSError as error:
            raise _cannot_write(self.path, error) from None
        self.size += len(content)
        self._waiting.clear()
        self._written = time.monotonic()


def _line(number: int, at: dt.datetime, event: Event) -> bytes:
    return _summed({"n": number, "at": at.isoformat(timespec="seconds"), "event": event_to_plain(event)})


def _summed(record: dict[str, Any]) -> bytes:
    body = json.dumps(record, separators=(",", ":"))[:-1]
    return f'{body}{_SUM}{_digest(body)}"}}\n'.encode("ascii")


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("ascii")).hexdigest()[:16]


def _begin(path: Path) -> int:
    head = _summed(
        {"n": 0, "format": FORMAT, "note": "confidential: may name accounts and people; stays here"}
    )
    with path.open("wb") as file:
        file.write(head)
        file.flush()
        os.fsync(file.fileno())
    return len(head)


def _read(path: Path, content: bytes) -> tuple[list[tuple[dt.datetime, Event]], int, int]:
    """The events of whole lines and when each was written, the bytes they take (one more than there are if
    the last lacks only its end of line), and the number of the next line."""
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    events: list[tuple[dt.datetime, Event]] = []
    whole = 0
    for at, line in enumerate(lines):
        record = _record(line)
        if record is None and at == len(lines) - 1:
            break
        if (
            record is None or record.get("n") != at
        ):  # a line that is whole but in the wrong place: one is missing
            raise _damaged(path, at)
        if at == 0:
            if record.get("format") != FORMAT:
                raise _other_format(path, record)
        else:
            events.append(_event(path, at, record))
        whole += len(line) + 1
    return events, whole, len(events) + bool(whole)


def readable_part(path: Path, content: bytes) -> tuple[list[tuple[dt.datetime, Event]], int, int]:
    """Of a journal that may be damaged: the events before the first bad line and when each was written, the
    bytes they take with the head, and how many lines are left behind."""
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    whole, good = 0, 0
    for at, line in enumerate(lines):
        record = _record(line)
        if record is None or record.get("n") != at or (at == 0 and record.get("format") != FORMAT):
            break
        whole, good = whole + len(line) + 1, good + 1
    found, _, _ = _read(path, content[:whole])
    return found, whole, len(lines) - good


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        text = line.decode("ascii")
        body, mark, rest = text.rpartition(_SUM)
        if not mark or rest != _digest(body) + '"}':
            return None
        record = json.loads(body + "}")
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _event(path: Path, at: int, record: dict[str, Any]) -> tuple[dt.datetime, Event]:
    try:
        return dt.datetime.fromisoformat(record["at"]), event_from_plain(record["event"])
    except (ValueError, KeyError, TypeError, AttributeError, WorkbenchError) as error:
        raise WorkbenchError(
            "An event of another version",
            f"Line {at + 1} of {path} is whole, but this version of the workbench does not know what it says "
            f"({error}).",
            "Open the session with the newer version that wrote it.",
        ) from None


def _cut(path: Path, content: bytes, whole: int) -> str:
    with path.with_name("journal.torn").open("ab") as beside:
        beside.write(content[whole:] + b"\n")
    with path.open("r+b") as file:
        file.truncate(whole)
        os.fsync(file.fileno())
    return (
        "The last line of the journal was torn, as after a power cut, and was dropped: "
        "the last thing that was done may be missing."
    )


def _end_line(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def _damaged(path: Path, at: int) -> WorkbenchError:
    saved = f"the {at - 1} events before it" if at > 1 else "nothing before it"
    return WorkbenchError(
        "A damaged journal",
        f"Line {at + 1} of {path} was changed or is damaged; {saved} can be saved. Nothing was written.",
        f"`icp rescue {path.parent.name} NEW-NAME` keeps the good part as a session of its own. "
        "Versions of the spec that were saved are files of their own and are not touched.",
    )


def _other_format(path: Path, record: dict[str, Any]) -> WorkbenchError:
    return WorkbenchError(
        "A journal of another version",
        f"{path} is written as {str(record.get('format'))[:40]!r}; this version reads {FORMAT!r}.",
        "Open the session with the version of the workbench that wrote it.",
    )


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _cannot_write(path: Path, error: OSError) -> WorkbenchError:
    reason = error.strerror or type(error).__name__
    return WorkbenchError(
        "Cannot write the session",
        f"{path} cannot be written: {reason}. What was saved before is untouched.",
        "Check the folder's permissions and the space on the disk, or choose another folder with --sessions.",
    )
