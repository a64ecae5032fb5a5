"""Reading the book and beginning (or continuing) its workshop, and understanding it another way: runs in
threads, imports the core."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from icp_workbench.book.asked import Asked, with_asked
from icp_workbench.book.book_file.files import book_file_for
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import ReadFiles, book_of, read_files
from icp_workbench.book.raw import ReadAs
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.rereading import what_changed
from icp_workbench.render.figures import counted
from icp_workbench.sample import sample_folder
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.allocator import read_with_system_memory
from icp_workbench.tui.answers import Source
from icp_workbench.tui.desk import Desk
from icp_workbench.tui.keeping import BookFile
from icp_workbench.workshop.beginning import begin
from icp_workbench.workshop.folders import sessions_folder
from icp_workbench.workshop.opened import remember_paths
from icp_workbench.workshop.session import Session
from icp_workbench.workshop.state import Workshop

Progress = Callable[[str, float], None]


def load(
    paths: tuple[Path, ...],
    sessions: Path | None,
    name: str | None,
    asked: Asked | None,
    progress: Progress,
    prework: Path | None = None,
    agenda: str | None = None,
) -> tuple[Desk, str]:
    """The desk, and a welcome: what is continued, what was recovered, what was taken in of the pre-work.

    WorkbenchError where the book, its session or the pre-work cannot be opened; whatever `progress` raises
    comes through.
    """
    read_with_system_memory()
    asked = asked or Asked()
    files = read_files(*paths, book_file=asked.book_file, progress=_part(progress, 0.0, 0.6))
    mapping = with_asked(files.mapping, asked, files.folder)
    book = book_of(files, mapping, progress=_part(progress, 0.6, 0.9))
    progress("attributes", 0.92)
    index = SegmentIndex(book)
    progress("workshop", 0.95)
    session = Session.open_or_start(sessions_folder(sessions), name or book.name, book, index)
    if not session.read_only:
        remember_paths(session.folder, paths)
    taken = ""
    if prework is not None or agenda is not None:
        try:
            taken = begin(session, prework, agenda)
        except BaseException:
            session.close()
            raise
    from icp_workbench.tui.screens import rooms

    rooms()
    progress("figures", 0.98)
    desk = Desk(index, session, Source(paths, files, _book_file(paths, asked, files)))
    return desk, "\n".join(part for part in (welcome(desk.state), taken, *session.notes) if part)


def understand_again(desk: Desk, mapping: BookMapping, progress: Progress) -> tuple[Desk, tuple[str, ...]]:
    """The desk's book understood as `mapping` says, and what became other, in words.

    The files are read again only where one is to be read another way. WorkbenchError where the book cannot be
    understood so; whatever `progress` raises comes through. The desk given is left as it is.
    """
    source = desk.source
    if source is None:
        raise ValueError("a book made by hand has no files to understand again")
    files, start = source.files, 0.0
    if _read_as(mapping) != _read_as(desk.book.mapping):
        again = read_files(*source.paths, mapping=mapping, progress=_part(progress, 0.0, 0.5))
        files, start = again.of(files.remembered), 0.5
    book = book_of(files, mapping, progress=_part(progress, start, 0.85))
    progress("attributes", 0.85)
    index = SegmentIndex(book)
    progress("figures", 0.95)
    board = compare(index, {})
    facts = what_changed(desk.book, desk.answers.comparison, book, board)
    progress("figures", 1.0)
    return desk.on_other_book(index, replace(source, files=files)), facts


def welcome(state: Workshop) -> str:
    """What a reopened workshop holds; nothing for a new one."""
    parts = []
    if state.criteria:
        parts.append(counted(len(state.criteria), "criterion", "criteria"))
    if state.version:
        parts.append(f"version {state.version}")
    if not parts and any(segment.filter.choices or segment.filter.expression for segment in state.segments):
        parts.append(counted(len(state.segments), "segment"))
    return f"Continued {state.name}: {', '.join(parts)}" if parts else ""


def _book_file(paths: tuple[Path, ...], asked: Asked, files: ReadFiles) -> BookFile | None:
    """Where decisions are kept; nowhere for the sample, and where a person wants no book file."""
    if asked.book_file is False or all(path.resolve().parent == sample_folder().resolve() for path in paths):
        return None
    known = files.remembered.digest if files.remembered is not None else None
    return BookFile(asked.book_file or book_file_for(paths), known)


def _part(progress: Progress, start: float, end: float) -> Progress:
    return lambda what, share: progress(what, start + (end - start) * share)


def _read_as(mapping: BookMapping) -> dict[str, ReadAs]:
    return {name: table.read for name, table in mapping.tables.items() if table.read != ReadAs()}
