"""A path → raw tables, with every record accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from icp_workbench.book.raw import Issue as Issue
from icp_workbench.book.raw import Progress as Progress
from icp_workbench.book.raw import RawTable as RawTable
from icp_workbench.book.raw import ReadAs as ReadAs
from icp_workbench.book.raw import ReadingReport as ReadingReport
from icp_workbench.errors import WorkbenchError

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".psv", ".txt"})
EXCEL_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
PARQUET_SUFFIXES = frozenset({".parquet", ".pq"})
TABLE_SUFFIXES = TEXT_SUFFIXES | EXCEL_SUFFIXES | PARQUET_SUFFIXES

_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_SAVE_AS_TABLE = "Export the data as CSV, Excel or Parquet and open that file."


def read_tables(
    path: Path, *, read_as: Mapping[str, ReadAs] | None = None, progress: Progress | None = None
) -> list[RawTable]:
    """The tables of one file: one for CSV and Parquet, one per sheet with data for Excel.

    What a file is, is read off its content; the suffix only decides what to tell a person whose file is
    something else. `read_as` says by table name how a person wants it read; `progress` is told what is being
    done and the share done, and what it raises comes through.

    Raises WorkbenchError for a file that is missing, unreadable, empty or not a table.
    """
    content = _content(path)
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    suffix = path.suffix.lower()
    for magic, what in _FOREIGN:
        if content.startswith(magic):
            raise WorkbenchError(
                "Not a table", f"`{path.name}` holds {what}, whatever its name says.", _SAVE_AS_TABLE
            )
    if content.startswith(_PARQUET):
        from icp_workbench.book.parquet import read_parquet

        return [read_parquet(path, content, digest)]
    if content.startswith((_ZIP, _OLE)):
        if suffix not in EXCEL_SUFFIXES:
            what = "a zip archive" if content.startswith(_ZIP) else "an Office document"
            raise WorkbenchError(
                "Not a table",
                f"`{path.name}` holds {what}, whatever its name says.",
                "Unpack it and open the table inside; an Excel workbook needs its own suffix (.xlsx, .xls).",
            )
        from icp_workbench.book.excel import read_excel

        return read_excel(path, content, digest)
    if suffix in EXCEL_SUFFIXES:
        raise WorkbenchError(
            "Not an Excel file",
            f"`{path.name}` has the suffix of an Excel workbook but is none: it does not begin like one.",
            "Open it in Excel and save it again, or rename it to .csv if it is text.",
        )
    if suffix in PARQUET_SUFFIXES:
        raise WorkbenchError("Not a Parquet file", f"`{path.name}` is no Parquet file.", _SAVE_AS_TABLE)
    from icp_workbench.book.delimited import read_delimited

    return [read_delimited(path, content, digest)]


def fingerprint(digests: Iterable[str]) -> str:
    """One digest for a set of file contents: neither order nor names of files matter."""
    joined = "\n".join(sorted(set(digests)))
    return "sha256:" + hashlib.sha256(joined.encode("ascii")).hexdigest()


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise WorkbenchError(
            "File not found", f"There is no file `{path}`.", "Check the path; paths with spaces need quotes."
        ) from None
    except PermissionError:
        raise WorkbenchError(
            "Permission denied", f"`{path}` may not be read.", "Change its permissions, or copy it elsewhere."
        ) from None
    except OSError as error:
        reason = error.strerror or "an input/output error"
        raise WorkbenchError(
            "Cannot read file", f"`{path}` could not be read: {reason}.", "Check the disk and the path."
        ) from None
    if not content.strip():
        raise WorkbenchError(
            "Empty file",
            f"`{path.name}` holds nothing.",
            "Export it again; an export needs a header and rows.",
        )
    return content
