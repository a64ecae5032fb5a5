"""Paths, folders and patterns → the files to read."""

from __future__ import annotations

import contextlib
import glob
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from icp_workbench.book.reading.archives import is_prose, may_hold_tables
from icp_workbench.book.reading.chosen import MARK, split_chosen
from icp_workbench.book.reading.kinds import SQLITE_SUFFIXES, TABLE_SUFFIXES, stem_of, suffix_of
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.text import clip

_OUR_OWN = (".book.yaml", ".book.yml", ".icp.yaml", ".icp.yml", ".icp.toml")
_RECORDS = re.compile(r"\[\s{0,50}\{|\}\s{1,50}\{")  # a list of objects, or one object after another
_HOLDS = "CSV, Excel, JSON, Parquet or database file"
_MOST_NAMED = 20
_MOST_LOOKED_AT = 1_000  # files of a folder inside the folder


def find_files(paths: Sequence[Path | str]) -> tuple[list[Path], list[str], str]:
    """The files behind `paths`, sorted by name; notes on what was passed over; and a name for the book.

    A folder gives its readable tables (not those of its folders, which are noted); a pattern gives what it
    matches. `::name` behind a path stays on each of its files. Raises WorkbenchError for a path that is not
    there, a device or pipe, and a folder without a table.
    """
    if not paths:
        raise WorkbenchError("No files", "No path was given.", f"Name a {_HOLDS}, or a folder.")
    found: list[Path] = []
    notes: list[str] = []
    folders: list[Path] = []
    for given in paths:
        path, chosen = split_chosen(_usable(given))
        if path.is_dir():
            held = _in_folder(path, notes)
            folders.append(path)
        elif path.exists() or not glob.has_magic(str(path)):
            held = [path]
        else:
            matches = [Path(match) for match in glob.glob(str(path))]
            held = [match for match in matches if match.is_file() and _is_table(match)]
            if not held:
                raise WorkbenchError(
                    "Nothing matches", f"No table matches `{path}`.", "Check the pattern and the folder."
                )
        for file in held:
            if file.exists() and not file.is_file():
                # A device or a pipe may never end, and cannot be read twice.
                raise WorkbenchError(
                    "Not a file",
                    f"`{file}` is a device or a pipe.",
                    "Save what it gives to a file, and open that file.",
                )
        found += [Path(f"{file}{MARK}{chosen}") if chosen else file for file in held]
    files = _each_once(found)
    files.sort(key=lambda path: (path.name.casefold(), str(path)))
    return files, notes, _book_name([split_chosen(path)[0] for path in files], folders)


def _usable(given: Path | str) -> Path:
    """The path, `~` being the home folder where there is one; WorkbenchError for one no system can have."""
    path = Path(given)
    with contextlib.suppress(RuntimeError):  # no such user: a file may well be called `~$Deals.csv`
        path = path.expanduser()
    try:
        if str(given) and "\0" not in str(given):
            split_chosen(path)[0].is_dir()
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
        every = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
        held = [path for path in every if path.is_file()]
        inner = [path for path in every if path.is_dir() and path.name != "__MACOSX"]
    except PermissionError:
        raise WorkbenchError(
            "Permission denied", f"The folder `{folder}` may not be read.", "Change its permissions."
        ) from None
    tables = [path for path in held if _is_table(path) and _holds_records(path)]
    deeper = [path.name for path in inner if _has_table(path)]
    if not tables:
        further = f" Its folders {_listed(deeper)} hold some." if deeper else ""
        raise WorkbenchError(
            "No tables in folder",
            f"The folder `{folder}` holds no {_HOLDS}.{further}",
            "Name the folder your export was saved in, or the files themselves.",
        )
    passed = [
        path.name for path in held if path not in tables and not path.name.casefold().endswith(_OUR_OWN)
    ]
    if passed:
        notes.append(f"Not read, because they are no tables: {_listed(passed)}.")
    if deeper:
        notes.append(f"Folders inside the folder hold tables and were not entered: {_listed(deeper)}.")
    return tables


def _has_table(folder: Path) -> bool:
    try:
        return any(_is_table(path) for path in islice(folder.iterdir(), _MOST_LOOKED_AT))
    except OSError:
        return False


def _is_table(path: Path) -> bool:
    if path.name.casefold().endswith(_OUR_OWN) or is_prose(path.name):
        return False
    return suffix_of(path.name) in TABLE_SUFFIXES


def _holds_records(path: Path) -> bool:
    """False for what has the suffix of a table, but is another program's: settings, thumbnails, pictures."""
    suffix = suffix_of(path.name)
    if suffix == ".gz":
        return suffix_of(path.stem) in TABLE_SUFFIXES | {""}
    if suffix == ".zip":
        return may_hold_tables(path)
    if suffix not in SQLITE_SUFFIXES | {".json"}:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError:
        return True  # reading it says what is wrong
    if suffix in SQLITE_SUFFIXES:
        return head.startswith(b"SQLite format 3") or head[8:12] == b"DUCK"
    text = head.replace(b"\0", b"").decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    return text.startswith("[") or _RECORDS.search(text) is not None


def _each_once(paths: Sequence[Path]) -> list[Path]:
    """The paths without repeats, by whatever name; nothing of a file that is there as a whole."""
    split = [(path, *split_chosen(path)) for path in paths]
    whole = {_resolved(file) for _, file, chosen in split if not chosen}
    once: dict[tuple[Path, str], Path] = {}
    for path, file, chosen in split:
        if not chosen or _resolved(file) not in whole:
            once[_resolved(file), chosen] = path
    return list(once.values())


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: links that go round in a circle (until Python 3.12)
        return path


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _book_name(files: Sequence[Path], folders: Sequence[Path]) -> str:
    if len(folders) == 1 and all(path.parent == folders[0] for path in files):
        return folders[0].resolve().name or "book"
    if len(files) == 1:
        return stem_of(files[0].name)
    parents = {path.resolve().parent for path in files}
    return parents.pop().name or "book" if len(parents) == 1 else stem_of(files[0].name)
