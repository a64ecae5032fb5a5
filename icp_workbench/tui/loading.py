"""Reading the book and beginning (or continuing) its workshop: runs in a thread, imports the core."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book
from icp_workbench.render.figures import counted
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.tui.desk import Desk
from icp_workbench.workshop.folders import sessions_folder
from icp_workbench.workshop.session import Session
from icp_workbench.workshop.state import Workshop

Progress = Callable[[str, float], None]


def load(
    paths: tuple[Path, ...], sessions: Path | None, name: str | None, churn: str | None, progress: Progress
) -> tuple[Desk, str]:
    """The desk, and a welcome: what is continued, what was recovered.

    WorkbenchError where the book or its session cannot be opened; whatever `progress` raises comes through.
    """
    mapping = BookMapping(churn_source=churn) if churn else None
    book = open_book(*paths, mapping=mapping, progress=lambda what, share: progress(what, share * 0.9))
    progress("attributes", 0.92)
    index = SegmentIndex(book)
    progress("workshop", 0.95)
    session = Session.open_or_start(sessions_folder(sessions), name or book.name, book, index)
    from icp_workbench.tui.screens import rooms

    rooms()
    progress("figures", 0.98)
    desk = Desk(index, session)
    return desk, "\n".join(part for part in (welcome(desk.state), *session.notes) if part)


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
