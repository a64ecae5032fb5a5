"""Paths, folders and patterns → the files to read."""

from __future__ import annotations

import contextlib
import glob
from collections.abc import Sequence
from pathlib import Path

from icp_workbench.book.sources import TABLE_SUFFIXES
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.text import clip

_PROSE = ("readme", "license", "licence", "changelog", "notice", "copying")


def find_files(paths: Sequence[Path | str]) -> tuple[list[Path], list[str], str]:
    """The files behind `paths`, sorted by name; notes on what was passed over; and a name for the book.

    A folder gives its readable tables (not those of its folders); a pattern gives what it matches. Raises
    WorkbenchError for a path that is not there, a device or pipe, and a folder without a table.
    """
    if not paths:
        raise WorkbenchError(
            "No files", "No path was given.", "Name a CSV, Excel or Parquet file, or a folder."
        )
    found: list[Path] = []
    notes: list[str] = []
    folders: list[Path] = []
    for given in paths:
        path = _usable(given)
        if path.is_dir():
            found += _in_folder(path, notes)
            folders.append(path)
        elif path.exists() or not glob.has_magic(str(path)):
            found.append(path)
        else:
            matches = [Path(match) for match in glob.glob(str(path))]
            tables = [match for match in matches if match.is_file() and _is_table(match)]
            if not tables:
                raise WorkbenchError(
                    "Nothing matches", f"No table matches `{path}`.", "Check the pattern and the folder."
                )
            found += tables
    for path in found:
        if path.exists() and not path.is_file():
            # A device or a pipe may never end, and cannot be read twice.
            raise WorkbenchError(
                "Not a file",
                f"`{path}` is a device or a pipe.",
                "Save what it gives to a file, and open that file.",
            )
    files = list({_resolved(path): path for path in found}.values())
    files.sort(key=lambda path: (path.name.casefold(), str(path)))
    return files, notes, _book_name(files, folders)


def _usable(given: Path | str) -> Path:
    """The path, `~` being the home folder where there is one; WorkbenchError for one no system can have."""
    path = Path(given)
    with contextlib.suppress(RuntimeError):  # no such user: a file may well be called `~$Deals.csv`
        path = path.expanduser()
    try:
        if str(given) and "\0" not in str(given):
            path.is_dir()
            return path
    except PermissionError:
        raise WorkbenchError(
            "Permission denied", f"The folder of `{path}` may not be entered.", "Change its permissions."
        ) from None
    except (OSError, ValueError):
        pass  # a name that is too long, or holds NUL
    raise WorkbenchError(
        "File not found",
        f"There is no file `{clip(str(given), 80)}`: no file can have that name.",
        "Check the path; paths with spaces need quotes.",
    )


def _in_folder(folder: Path, notes: list[str]) -> list[Path]:
    try:
        held = sorted(
            path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$"))
        )
    except PermissionError:
        raise WorkbenchError(
            "Permission denied", f"The folder `{folder}` may not be read.", "Change its permissions."
        ) from None
    tables = [path for path in held if _is_table(path)]
    if not tables:
        raise WorkbenchError(
            "No tables in folder",
            f"The folder `{folder}` holds no CSV, Excel or Parquet file.",
            "Name the folder your export was saved in, or the files themselves.",
        )
    passed = [path.name for path in held if path not in tables]
    if passed:
        notes.append(f"Not read, because they are no tables: {', '.join(passed)}.")
    return tables


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in TABLE_SUFFIXES and not path.stem.casefold().startswith(_PROSE)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: links that go round in a circle (until Python 3.12)
        return path


def _book_name(files: Sequence[Path], folders: Sequence[Path]) -> str:
    if len(folders) == 1 and all(path.parent == folders[0] for path in files):
        return folders[0].resolve().name or "book"
    if len(files) == 1:
        return files[0].stem
    parents = {path.resolve().parent for path in files}
    return parents.pop().name or "book" if len(parents) == 1 else files[0].stem
