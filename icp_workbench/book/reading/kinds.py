"""What a file is, read off its content; its suffix decides only where the content leaves it open."""

from __future__ import annotations

import codecs
from pathlib import PurePath
from typing import Literal

from icp_workbench.errors import WorkbenchError

Kind = Literal["delimited", "workbook", "zip", "gzip", "parquet", "json", "html", "sqlite", "duckdb"]

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".psv", ".txt"})
JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
EXCEL_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
PARQUET_SUFFIXES = frozenset({".parquet", ".pq"})
SQLITE_SUFFIXES = frozenset({".sqlite", ".sqlite3", ".db", ".db3"})
DUCKDB_SUFFIXES = frozenset({".duckdb", ".ddb"})
HTML_SUFFIXES = frozenset({".html", ".htm"})
PACKED_SUFFIXES = frozenset({".zip", ".gz"})
# A web page beside the data is seldom the data: it is read where it is named, not where a folder is.
TABLE_SUFFIXES = (
    TEXT_SUFFIXES
    | JSON_SUFFIXES
    | EXCEL_SUFFIXES
    | PARQUET_SUFFIXES
    | SQLITE_SUFFIXES
    | DUCKDB_SUFFIXES
    | PACKED_SUFFIXES
)
HEAD = 65_536  # bytes from which a file's kind is read

_SUFFIXES: dict[Kind, frozenset[str]] = {
    "delimited": TEXT_SUFFIXES,
    "workbook": EXCEL_SUFFIXES,
    "zip": frozenset({".zip"}),
    "gzip": frozenset({".gz"}),
    "parquet": PARQUET_SUFFIXES,
    "json": JSON_SUFFIXES,
    "html": HTML_SUFFIXES,
    "sqlite": SQLITE_SUFFIXES,
    "duckdb": DUCKDB_SUFFIXES | {".db"},
}
_WORDS: dict[Kind, str] = {
    "delimited": "a text table",
    "workbook": "a workbook",
    "zip": "a zip archive",
    "gzip": "a gzip archive",
    "parquet": "a Parquet file",
    "json": "JSON",
    "html": "a web page",
    "sqlite": "an SQLite database",
    "duckdb": "a DuckDB database",
}
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"MIME-Version:", "a saved web page (MHTML)"),
    (b"PAR2", "parity data"),
)
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
)
_PAGE = ("<!doctype html", "<html", "<head", "<body", "<meta", "<table", "<style", "<div", "<center", "<font")
_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def suffix_of(name: str) -> str:
    """The suffix that says what a file holds, in lower case; that of `deals.csv.gz` is `.gz`."""
    return PurePath(name).suffix.lower()


def stem_of(name: str) -> str:
    """A file's name as the name of its table: without folder and suffix, for `deals.csv.gz` without both."""
    path = PurePath(name)
    return PurePath(path.stem).stem or path.stem if path.suffix.lower() == ".gz" else path.stem


def kind_of(name: str, head: bytes) -> Kind:
    """What the file called `name` that begins with `head` is; "zip" for xlsx and ods too.

    Raises WorkbenchError for something that holds no table, and for a workbook or Parquet file that is none.
    """
    begin = head.lstrip()
    for magic, what in _FOREIGN:
        if begin.startswith(magic):
            raise not_a_table(name, what)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[8:12] == b"DUCK":
        return "duckdb"
    if head[257:262] == b"ustar":
        raise not_a_table(name, "a tar archive")
    suffix = suffix_of(name)
    text = _beginning(head)
    if suffix in JSON_SUFFIXES or text.startswith(("[{", '{"')):
        return "json"
    if text.startswith(_PAGE) or (text.startswith("<?xml") and ("<html" in text or _SHEET in text)):
        return "html"
    if suffix in PARQUET_SUFFIXES:
        raise WorkbenchError(
            "Not a Parquet file",
            f"`{name}` is no Parquet file, whatever its name says.",
            "Write it again, or rename it to .csv if it is text.",
        )
    if suffix in SQLITE_SUFFIXES | DUCKDB_SUFFIXES:
        raise WorkbenchError(
            "Not a database",
            f"`{name}` is neither an SQLite nor a DuckDB database: it does not begin like one.",
            "Copy it again while no program writes to it, or export its tables as CSV.",
        )
    if suffix in PACKED_SUFFIXES:
        raise WorkbenchError(
            "Not an archive",
            f"`{name}` does not begin like a {'zip' if suffix == '.zip' else 'gzip'} archive.",
            "Download or export it again; if it is text, rename it to .csv.",
        )
    return "delimited"


def misnamed(name: str, kind: Kind) -> str:
    """A sentence on a name that says something else than the content; empty where they agree."""
    suffix = suffix_of(name)
    if suffix in _SUFFIXES[kind] or suffix not in TABLE_SUFFIXES | HTML_SUFFIXES:
        return ""
    return f"The name ends in {suffix}, but it is {_WORDS[kind]}: read as what it is."


def not_a_table(name: str, what: str) -> WorkbenchError:
    """The error for a file that holds something no table can be read from."""
    return WorkbenchError(
        "Not a table",
        f"`{name}` holds {what}, whatever its name says.",
        "Export the data as CSV, Excel, JSON or Parquet and open that file.",
    )


def _beginning(head: bytes) -> str:
    """The first characters in lower case, white space between the first two marks taken out."""
    codec = "utf-8"
    for mark, named in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            codec = named
            break
    text = head[:4096].decode(codec, errors="replace").lstrip().lower()
    if text[:1] in "[{":
        return text[:1] + text[1:].lstrip()
    return text
