"""Where sessions are kept, and which there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.lineage import versions_in
from icp_workbench.workshop.journal import FILE
from icp_workbench.workshop.names import safe_name


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session found in a folder: its name, the versions it saved (oldest first), when it last changed
    (UTC)."""

    name: str
    folder: Path
    versions: tuple[str, ...]
    changed: dt.datetime


def sessions_folder(option: Path | None) -> Path:
    """Where sessions are kept: `option`, else ./sessions if there is one, else the user's data folder.

    WorkbenchError where that is a file, or may not be read. Nothing is made yet.
    """
    if option is not None:
        try:
            in_the_way = option.exists() and not option.is_dir()
        except OSError as error:
            raise _unreadable(option, error) from None
        if in_the_way:
            raise WorkbenchError(
                "Not a folder", f"`{option}` is a file; sessions are kept in a folder.", "Name a folder."
            )
        return option
    here = Path("sessions")
    if here.is_dir():
        return here
    import platformdirs

    return Path(platformdirs.user_data_dir("icp-workbench", appauthor=False)) / "sessions"


def session_folder(root: Path, name: str) -> Path:
    """The folder of a session, whether it is there or not: always inside `root`, one for names that differ
    only in case. WorkbenchError for a link that leads out of `root`, and for a `root` that cannot be read."""
    safe = safe_name(name)
    try:
        there = sorted(path.name for path in root.iterdir()) if root.is_dir() else []
    except OSError as error:
        raise _unreadable(root, error) from None
    same = [known for known in there if known.casefold() == safe.casefold()]
    folder = root / (safe if safe in same or not same else same[0])
    if folder.resolve().parent != root.resolve():
        raise WorkbenchError(
            "A link that leads away",
            f"`{folder}` is a link to another place; a session is kept in the sessions folder itself.",
            "Remove the link, or open the session under another name.",
        )
    return folder


def list_sessions(root: Path) -> list[SessionSummary]:
    """The sessions in a folder, the newest first; an empty list where there is no folder."""
    try:
        folders = [path for path in root.iterdir() if (path / FILE).is_file()] if root.is_dir() else []
    except OSError:
        return []
    found = []
    for folder in folders:
        changed = dt.datetime.fromtimestamp((folder / FILE).stat().st_mtime, dt.UTC)
        versions = tuple(version for version, _ in versions_in(folder))
        found.append(SessionSummary(folder.name, folder, versions, changed))
    return sorted(found, key=lambda session: session.changed, reverse=True)


def _unreadable(folder: Path, error: OSError) -> WorkbenchError:
    return WorkbenchError(
        "Cannot read the sessions", f"`{folder}` cannot be read: {error.strerror}.", "Name another folder."
    )
