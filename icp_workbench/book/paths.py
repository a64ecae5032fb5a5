"""Paths, folders and patterns → the files to read."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from icp_workbench.book.sources import TABLE_SUFFIXES
from icp_workbench.errors import WorkbenchError

_PROSE = ("readme", "license", "licence", "changelog", "notice", "copying")


def find_files(paths: Sequence[Path | str]) -> tuple[list[Path], list[str], str]:
    """The files behind `paths`, sorted by name; notes on what was passed over; and a name for the book.

    A folder gives its readable tables (not those of its folders); a pattern gives what it matches. Raises
    WorkbenchError for a path that is not there and a folder without a table.
    """
    if not paths:
        raise WorkbenchError(
            "No files", "No path was given.", "Name a CSV, Excel or Parquet file, or a folder."
        )
    found: list[Path] = []
    notes: list[str] = []
    folders: list[Path] = []
    for given in paths:
        path = Path(given).expanduser()
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
    files = list({_resolved(path): path for path in found}.values())
    files.sort(key=lambda path: (path.name.casefold(), str(path)))
    return files, notes, _book_name(files, folders)


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
    except OSError:
        return path


def _book_name(files: Sequence[Path], folders: Sequence[Path]) -> str:
    if len(folders) == 1 and all(path.parent == folders[0] for path in files):
        return folders[0].resolve().name or "book"
    if len(files) == 1:
        return files[0].stem
    parents = {path.resolve().parent for path in files}
    return parents.pop().name or "book" if len(parents) == 1 else files[0].stem
