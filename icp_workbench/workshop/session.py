"""A session: a workshop on one book, kept in one folder, where it was left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Literal

from icp_workbench.book.book import AccountBook
from icp_workbench.book.raw import Progress, silent
from icp_workbench.conditions.condition import fields_read
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.files import sweep
from icp_workbench.spec.lineage import Effect
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.workshop.agenda.agenda import ClockStopped
from icp_workbench.workshop.deliberation.politeness import refusal
from icp_workbench.workshop.events import (
    SAID,
    CheckAccepted,
    Event,
    FilterChanged,
    LooksTaken,
    Redone,
    SegmentAdded,
    SegmentRemoved,
    SessionStarted,
    SpecSaved,
    Undone,
)
from icp_workbench.workshop.folders import session_folder
from icp_workbench.workshop.journal import Journal
from icp_workbench.workshop.log import LogLine, log_line
from icp_workbench.workshop.saving import recovered_versions, save_version
from icp_workbench.workshop.state import Workshop, apply


@dataclass(frozen=True, slots=True)
class SavedSpec:
    """A version of the spec, and the file that holds it."""

    path: Path
    version: str
    profile: IdealCustomerProfile


@dataclass
class Session:
    """An open workshop. `state` changes only by `record`, `undo`, `redo` and `save`, from any thread.

    `notes` say in sentences what was recovered or found changed on opening; `continued` is True where there
    was something to go on with. `log` is the decision log, oldest first.
    """

    folder: Path
    book: AccountBook
    index: SegmentIndex
    journal: Journal
    state: Workshop = field(default_factory=Workshop)
    notes: tuple[str, ...] = ()
    continued: bool = False
    log: list[LogLine] = field(default_factory=list, repr=False)
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC).replace(microsecond=0))
    _writing: RLock = field(default_factory=RLock, repr=False)

    @classmethod
    def start(cls, root: Path, name: str, book: AccountBook, index: SegmentIndex) -> Session:
        """Begin a session in `root`. WorkbenchError where one of that name was begun before."""
        session = cls.open_or_start(root, name, book, index)
        if session.continued:
            session.close()
            raise WorkbenchError(
                "The session exists",
                f"There is a session `{session.state.name}` in {root} already.",
                "Open it to go on with it, or begin one under another name.",
            )
        return session

    @classmethod
    def open_or_start(
        cls,
        root: Path,
        name: str,
        book: AccountBook,
        index: SegmentIndex,
        clock: Callable[[], dt.datetime] | None = None,
    ) -> Session:
        """Go on with the session of that name in `root`, or begin it; `clock` gives the moments of decisions.

        The name is made safe for a folder. WorkbenchError for a folder that cannot be written and for a
        damaged journal.
        """
        folder = session_folder(root, name)
        session = cls(folder, book, index, Journal.open(folder))
        session.clock = clock or session.clock
        try:
            session._restore(session.journal.events)
        except BaseException:
            session.close()
            raise
        return session

    @property
    def read_only(self) -> bool:
        """True while another process writes this session: one may look around, but not decide."""
        return self.journal.read_only

    def record(self, event: Event) -> Workshop:
        """Let an event happen: written down first, then applied. The new state.

        WorkbenchError for a seventh segment, for removing the last one, for what the workshop no longer
        allows (politeness.py), for a decision in a session that may only be read, and where the journal
        cannot be written; the state is then as before. ValueError as `apply`.
        """
        with self._writing:
            self._polite(event)
            after, at = apply(self.state, event), self.clock()
            if isinstance(event, SAID) or not self.read_only:
                self.journal.append(event, at)
            self._log(self.state, event, at)
            self.state = after
            return after

    def undo(self) -> Workshop:
        """Take the newest change back; without one nothing happens. `what_undo(state)` says which it is."""
        with self._writing:
            return self.record(Undone()) if self.state.done else self.state

    def redo(self) -> Workshop:
        """Bring the newest undone change back; without one nothing happens."""
        with self._writing:
            return self.record(Redone()) if self.state.undone else self.state

    def save(
        self,
        format: Literal["yaml", "toml"] = "yaml",
        *,
        slots: Mapping[str, str] | None = None,
        summary_of_changes: str = "",
        at_least: Effect = "patch",
        progress: Progress = silent,
    ) -> SavedSpec:
        """Write the criteria as the next version of the spec, NAME-1.0.0.icp.yaml or .toml; the change says
        which, and `at_least` may raise it. `progress` hears what is being weighed; what it raises stops the
        save, with nothing written.

        WorkbenchError without a criterion, where nothing changed since the last version, in a session that
        may only be read, and where the file cannot be written; nothing is half-written then.
        """
        if self.read_only:
            raise WorkbenchError(
                "Read only",
                f"The session `{self.state.name}` is open in another window.",
                "Save it there, or close it there first.",
            )
        self.flush()
        self._recover_versions()
        path, profile = save_version(
            self.folder,
            self.state,
            self.index,
            created=self.clock(),
            format=format,
            slots=slots,
            summary_of_changes=summary_of_changes,
            at_least=at_least,
            progress=progress,
        )
        version = profile.metadata.version
        self.record(SpecSaved(profile.metadata.created, version, profile.metadata.digest or "", path.name))
        return SavedSpec(path, version, profile)

    def rebase(self, index: SegmentIndex) -> None:
        """Go on with the same book understood another way.

        Nothing is recorded: what a filter or a criterion reads and the book no longer has stays, uncounted,
        until it is back. Where the files themselves are others by now, that is met as on opening.
        """
        with self._writing:
            self.book, self.index = index.book, index
            if not self.read_only and self.state.fingerprint != self.book.fingerprint:
                self._meet_changed_data()

    def flush(self) -> None:
        """Write down what has not been yet: call it when the hand rests."""
        with self._writing:
            self.journal.flush()

    def close(self) -> None:
        """Write down what has not been yet, and let others open the session. The agenda's clock stops."""
        with self._writing:
            agenda = self.state.agenda
            if not self.read_only and agenda is not None and agenda.since is not None:
                with suppress(WorkbenchError):  # a disk that is full must not keep the lock
                    self.record(ClockStopped(self.clock()))
            self.journal.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _log(self, before: Workshop, event: Event, at: dt.datetime) -> None:
        line = log_line(before, event, at)
        if line is not None:
            self.log.append(line)

    def _restore(self, events: tuple[Event, ...]) -> None:
        times = iter(self.journal.times)
        self.state = replay(events, lambda before, event: self._log(before, event, next(times)))
        self.notes = self.journal.notes
        self.continued = bool(events)
        if self.read_only:
            self.notes += (
                f"The session `{self.state.name}` is open in another window; here it may be read.",
            )
        elif self.continued and self.state.fingerprint != self.book.fingerprint:
            self._meet_changed_data()
        elif not self.continued:
            self._begin()
        if not self.read_only:
            sweep(self.folder)
            self._recover_versions()
            self._stop_clock()

    def _stop_clock(self) -> None:
        """A clock that ran when the session ended unforeseen ran only as long as something was written."""
        agenda = self.state.agenda
        if agenda is None or agenda.since is None or not self.journal.times:
            return
        self.record(ClockStopped(max(self.journal.times[-1], agenda.since)))
        self.notes += ("The agenda's clock was stopped where the session ended; start it to go on.",)

    def _begin(self) -> None:
        self.record(SessionStarted(self.clock(), self.folder.name, self.book.name, self.book.fingerprint))

    def _meet_changed_data(self) -> None:
        """Go on with other data: filters that read what is gone are emptied, and said."""
        self.notes += ("The data is not the same as when the session was last open: every figure is new.",)
        for segment in self.state.segments:
            if missing := self._missing(_fields_of(segment.filter)):
                self.record(FilterChanged(segment.id, Filter()))
                self.notes += (f"Segment {segment.id} was emptied: the data has no {missing}.",)
        for criterion in self.state.criteria:
            if missing := self._missing(fields_read(criterion.when)):
                self.notes += (f"Criterion {criterion.id} cannot be counted: the data has no {missing}.",)
        self._begin()

    def _missing(self, names: Iterable[str]) -> str:
        return " and ".join(f"`{name}`" for name in dict.fromkeys(names) if name not in self.book.fields)

    def _recover_versions(self) -> None:
        """A file written in the moment before a crash is a version, though the journal does not know it
        yet."""
        found, notes = recovered_versions(self.folder, self.state.versions)
        for saved in found:
            self.record(saved)
        self.notes += tuple(note for note in notes if note not in self.notes)

    def _polite(self, event: Event) -> None:
        refused = refusal(self.state, event)
        if refused is not None:
            raise refused
        if isinstance(event, CheckAccepted) and not event.note.strip():
            raise WorkbenchError(
                "Accepted without a reason",
                f"{event.code} is kept for a reason, or not at all: the reason is saved in the spec.",
                "Say why it is kept all the same.",
            )
        if isinstance(event, SegmentAdded) and self.state.free_letter is None:
            raise WorkbenchError(
                "Six segments at most",
                "The board is full: six segments stand side by side.",
                "Remove one first, or change one of them.",
            )
        if isinstance(event, SegmentRemoved) and len(self.state.segments) == 1:
            raise WorkbenchError(
                "The last segment stays",
                "There is one segment left, and something has to be sliced.",
                "Empty its filter instead.",
            )


def replay(
    events: Iterable[Event], heard: Callable[[Workshop, Event], None] = lambda before, event: None
) -> Workshop:
    """The state after all events; `heard` is told of each, and of the state before it. Looks depend on
    nothing and nothing depends on them: they are merged once."""
    state = Workshop()
    looks: dict[str, float | None] = {}
    for number, event in enumerate(events, 1):
        heard(state, event)
        if isinstance(event, LooksTaken):
            looks.update(event.looks)
            continue
        try:
            state = apply(state, event)
        except ValueError as error:
            raise WorkbenchError(
                "A journal that contradicts itself",
                f"Event {number} of the journal cannot follow those before it: {error}.",
                "Keep a copy of the folder and begin another session; saved versions are not touched.",
            ) from None
    return apply(state, LooksTaken(looks)) if looks else state


def _fields_of(chosen: Filter) -> tuple[str, ...]:
    read = fields_read(chosen.expression) if chosen.expression is not None else ()
    return (*chosen.choices, *read)
