"""What `icp data` writes to files, and how that is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icp_workbench.book.asked import Asked
    from icp_workbench.cli.opening import Opened


def save_book_file(paths: tuple[str, ...], asked: Asked, found: Opened) -> str:
    """Write the book file; where it is."""
    from icp_workbench.book.book_file.files import book_file_for, write_book_file
    from icp_workbench.render.text import printable

    path = asked.book_file if isinstance(asked.book_file, Path) else book_file_for(paths)
    known = found.files.remembered.digest if found.files.remembered is not None else None
    write_book_file(path, found.book, known)
    return f"Saved how these files are read: {printable(str(path))}"


def save_set_aside(path: Path, found: Opened) -> str:
    """Write the records that are not in the tables as they stand in the files; what was written where.

    A table has a file of its own: `path` where only one holds such records, else `path` with its name.
    WorkbenchError where a file is there already or cannot be written.
    """
    from icp_workbench.book.reading.set_aside import write_set_aside
    from icp_workbench.render.figures import counted
    from icp_workbench.render.text import printable

    held = {name: records for name, records in found.book.set_aside.items() if records}
    if not held:
        return "No record was set aside: nothing was written."
    headers = {table.name: table.frame.column_names for table in found.files.tables}
    told = []
    for at, (name, records) in enumerate(held.items(), 1):
        target = path if len(held) == 1 else path.with_name(f"{path.stem}-{_safe(name, at)}{path.suffix}")
        rows = write_set_aside(target, name, headers.get(name, []), records)
        told.append(f"Wrote {counted(rows, 'record')} of {printable(name)} to {printable(str(target))}")
    return "\n".join(told)


def _safe(name: str, at: int) -> str:
    """A table's name as part of a file's name."""
    kept = "".join(char if char.isalnum() or char in "_-" else "_" for char in name)[:60]
    return kept or str(at)
