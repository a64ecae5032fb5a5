"""What one may begin with: sessions to go on with, files of data nearby. For a thread: it reads folders."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from icp_workbench.workshop.folders import list_sessions, sessions_folder
from icp_workbench.workshop.opened import remembered_paths

MOST_SESSIONS, MOST_FILES, MOST_LOOKED_AT = 8, 8, 2_000
SUFFIXES = (
    ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".parquet", ".json", ".jsonl", ".ndjson", ".sqlite", ".db",
    ".duckdb", ".csv.gz", ".tsv.gz", ".zip",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A session: `paths` empty where its files are not known, `missing` where one of them is gone."""

    name: str
    versions: int
    changed: dt.datetime
    paths: tuple[Path, ...]
    missing: bool


@dataclass(frozen=True)
class Beginnings:
    """All that is offered: the newest sessions, and the files of `folder`; `more` were left out."""

    sessions: tuple[Known, ...] = ()
    more_sessions: int = 0
    folder: Path = Path()
    files: tuple[Path, ...] = ()
    more_files: int = 0


def beginnings(sessions: Path | None, folder: Path | None = None) -> Beginnings:
    """What is there now. WorkbenchError where the sessions cannot be read."""
    found = list_sessions(sessions_folder(sessions))
    known = []
    for one in found[:MOST_SESSIONS]:
        paths = remembered_paths(one.folder)
        missing = not all(_exists(path) for path in paths)
        known.append(Known(one.name, len(one.versions), one.changed, paths, missing))
    here = folder or Path.cwd()
    files = data_files(here)
    return Beginnings(
        tuple(known),
        len(found) - len(known),
        here,
        tuple(files[:MOST_FILES]),
        max(len(files) - MOST_FILES, 0),
    )


def data_files(folder: Path) -> list[Path]:
    """The files of a folder that look like tables, by name."""
    found = []
    with contextlib.suppress(OSError):
        for at, path in enumerate(folder.iterdir()):
            if at >= MOST_LOOKED_AT:
                break
            if path.name.lower().endswith(SUFFIXES) and not path.name.startswith(".") and _is_file(path):
                found.append(path)
    return sorted(found, key=lambda path: path.name.casefold())


def completions(typed: str, most: int = 50) -> list[str]:
    """Paths that begin as typed, folders with a slash at their end; `~` is one's own folder."""
    try:
        given = Path(typed).expanduser() if typed.startswith("~") else Path(typed)
        inside = typed.endswith(("/", "\\")) or not typed
        folder, begun = (given, "") if inside else (given.parent, given.name)
        found = []
        for at, path in enumerate(folder.iterdir()):
            if at >= MOST_LOOKED_AT:
                break
            hidden = path.name.startswith(".") and not begun.startswith(".")
            if hidden or not path.name.casefold().startswith(begun.casefold()):
                continue
            is_folder = path.is_dir()
            if is_folder or path.name.lower().endswith(SUFFIXES):
                found.append(str(path) + ("/" if is_folder else ""))
    except (OSError, ValueError, RuntimeError):
        return []
    return sorted(found, key=lambda path: (path.endswith("/"), path.casefold()))[:most]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
