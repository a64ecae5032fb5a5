"""A path → raw tables, with every record accounted for."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from icp_workbench.book.raw import Issue, Progress, RawTable, ReadAs, SourceFile, silent
from icp_workbench.book.reading.archives import changed, gunzipped, table_members, unzipped, zip_content
from icp_workbench.book.reading.chosen import choose, split_chosen
from icp_workbench.book.reading.kinds import EXCEL_SUFFIXES, HEAD, kind_of, misnamed, stem_of, suffix_of
from icp_workbench.errors import WorkbenchError

_BLOCK = 2**20
_TOLD_EVERY = 32  # blocks


def read_tables(
    path: Path, *, read_as: Mapping[str, ReadAs] | None = None, progress: Progress | None = None
) -> list[RawTable]:
    """The tables of one file: one for CSV and Parquet, one per sheet, table or member with rows for a
    workbook, a database or an archive; of those the one chosen by `file::name`.

    What a file is, is read off its content; where its name says something else, the report notes it.
    `read_as` says by table name how a person wants it read; `progress` is told what is being done and the
    share done, and what it raises comes through, leaving nothing behind.

    Raises WorkbenchError for a file that is missing, unreadable, empty, damaged, too large, not a table, or
    that changes while it is read.
    """
    file, chosen = split_chosen(path)
    told = progress or silent

    def tell(what: str, share: float) -> None:
        try:
            told(what, share)
        except Exception as error:
            raise _Stopped(error) from None

    try:
        tell(f"Reading {file.name}", 0.0)
        with _opened(file, tell) as source:
            return _tables_in(source, chosen, read_as or {}, tell, [])
    except _Stopped as stopped:
        raise stopped.by from None


class _Stopped(BaseException):
    """What `progress` raised, in a coat that no reader mistakes for an error of its own."""

    def __init__(self, by: Exception) -> None:
        super().__init__(by)
        self.by = by


def fingerprint(digests: Iterable[str]) -> str:
    """One digest for a set of file contents: neither order nor names of files matter."""
    joined = "\n".join(sorted(set(digests)))
    return "sha256:" + hashlib.sha256(joined.encode("ascii")).hexdigest()


def _tables_in(
    source: SourceFile, chosen: str, read_as: Mapping[str, ReadAs], tell: Progress, holders: list[str]
) -> list[RawTable]:
    """The tables of one file; `holders` are the kinds of archive it was unpacked from."""
    kind = kind_of(source.name, source.head)
    told_name = misnamed(source.name, kind)
    if kind == "zip" and (zip_content(source) == "workbook" or suffix_of(source.name) in EXCEL_SUFFIXES):
        kind = "workbook"
        told_name = misnamed(source.name, kind)
    if kind in holders or (holders and kind == "zip"):
        raise WorkbenchError(
            "Archive inside an archive",
            f"`{source.name}` is an archive inside an archive.",
            "Unpack the outer one, and open the inner one.",
        )
    if kind == "gzip":
        with _private_folder() as folder:
            inner = gunzipped(source, folder, lambda share: tell(f"Unpacking {source.name}", 0.3 * share))
            _not_empty(inner.size, inner.head, inner.name)
            tables = _tables_in(inner, chosen, read_as, _later(tell, 0.3), [*holders, kind])
    elif kind == "zip":
        tables = _members(source, chosen, read_as, tell, [*holders, kind])
    else:
        tables = _plain_tables(kind, source, chosen, read_as, tell)
        if chosen and kind in ("workbook", "sqlite", "duckdb", "json", "html"):
            part = "\n".join((source.digest, *(table.name for table in tables)))
            digest = "sha256:" + hashlib.sha256(part.encode("utf-8", "replace")).hexdigest()
            tables = [replace(table, digest=digest) for table in tables]
    return _noted(tables, [told_name] if told_name else [])


def _plain_tables(
    kind: str, source: SourceFile, chosen: str, read_as: Mapping[str, ReadAs], tell: Progress
) -> list[RawTable]:
    if kind == "workbook":
        from icp_workbench.book.reading.excel import read_excel

        return read_excel(source, chosen=chosen, read_as=read_as, progress=tell)
    if kind == "json":
        from icp_workbench.book.reading.json_tables import read_json

        return read_json(source, chosen=chosen, progress=tell)
    if kind == "html":
        from icp_workbench.book.reading.html_tables import read_html

        return read_html(source, chosen=chosen, read_as=read_as, progress=tell)
    if kind == "sqlite":
        from icp_workbench.book.reading.databases import read_sqlite

        return read_sqlite(source, chosen=chosen, progress=tell)
    if kind == "duckdb":
        from icp_workbench.book.reading.duckdb_files import read_duckdb

        return read_duckdb(source, chosen=chosen, progress=tell)
    if chosen:
        choose(chosen, [source.stem], source.name, "table")
    if kind == "parquet":
        from icp_workbench.book.reading.parquet import read_parquet

        return [read_parquet(source, progress=tell)]
    from icp_workbench.book.reading.delimited import read_delimited

    table = read_delimited(source, read_as=read_as.get(source.stem), progress=tell)
    if suffix_of(source.name) in EXCEL_SUFFIXES and table.frame.num_columns < 2:
        raise WorkbenchError(
            "Not an Excel file",
            f"`{source.name}` has the suffix of an Excel workbook but is none: it does not begin like one.",
            "Open it in Excel and save it again, or rename it to .csv if it is text.",
        )
    return [table]


def _members(
    source: SourceFile, chosen: str, read_as: Mapping[str, ReadAs], tell: Progress, holders: list[str]
) -> list[RawTable]:
    """The tables of the members of a zip archive; of `member::table` that one."""
    infos, notes = table_members(source)
    inside = ""
    if chosen:
        member, _, inside = chosen.partition("::")
        names = [info.filename for info in infos]
        by_last = {name.rsplit("/", 1)[-1]: name for name in reversed(names)}
        known = member if member in names else by_last.get(member)
        known = known or choose(member, names, source.name, "table")
        infos = [info for info in infos if info.filename == known]
        notes = []
    tables: list[RawTable] = []
    seen: dict[str, str] = {}
    with _private_folder() as folder:
        what = f"Unpacking {source.name}"
        members = unzipped(source, infos, folder, lambda share: tell(what, 0.3 * share))
        for number, member_file in enumerate(members):
            if not member_file.head.strip():
                notes.append(f"`{member_file.name}` is empty.")
                continue
            same = seen.setdefault(member_file.digest, member_file.name)
            if same != member_file.name:
                notes.append(f"`{member_file.name}` holds the same as `{same}` and was read once.")
                continue
            share = 0.7 / len(members)
            tables += _tables_in(
                member_file, inside, read_as, _later(tell, 0.3 + share * number, share), holders
            )
    if not tables:
        raise WorkbenchError(
            "Empty file", f"The tables in `{source.name}` are empty.", "Export them again with their rows."
        )
    return _noted(tables, notes)


@contextmanager
def _opened(path: Path, tell: Progress) -> Iterator[SourceFile]:
    """The file with its digest; WorkbenchError where it is not the same any more after it was used."""
    before, source = _source(path, tell)
    try:
        yield source
    except WorkbenchError:
        _same(path, before, source, tell)
        raise
    _same(path, before, source, tell)


def _source(path: Path, tell: Progress) -> tuple[os.stat_result, SourceFile]:
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            head = file.read(HEAD)
            file.seek(0)
            digest = hashlib.sha256()
            blocks = 0
            while block := file.read(_BLOCK):
                digest.update(block)
                blocks += 1
                if (blocks - 1) * _BLOCK > before.st_size:
                    raise changed(path.name)
                if blocks % _TOLD_EVERY == 0:
                    tell(f"Reading {path.name}", 0.0)
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
    _not_empty(before.st_size, head, path.name)
    named = "sha256:" + digest.hexdigest()
    return before, SourceFile(path, path.name, stem_of(path.name), named, before.st_size, head)


def _same(path: Path, before: os.stat_result, source: SourceFile, tell: Progress) -> None:
    try:
        after = path.stat()
    except OSError:
        raise changed(path.name) from None
    if _marks(after) != _marks(before) and _source(path, tell)[1].digest != source.digest:
        raise changed(path.name)


def _marks(stat: os.stat_result) -> tuple[int, ...]:
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def _not_empty(size: int, head: bytes, name: str) -> None:
    if not head.strip() and size <= len(head):
        raise WorkbenchError(
            "Empty file", f"`{name}` holds nothing.", "Export it again; an export needs a header and rows."
        )


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder only this user may enter, gone afterwards whatever happens."""
    with tempfile.TemporaryDirectory(prefix="icp-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _noted(tables: list[RawTable], notes: list[str]) -> list[RawTable]:
    """The tables, with notes on the file as a whole in the report of the first."""
    if not notes:
        return tables
    first = tables[0]
    told = tuple(Issue(None, "note", "file", note) for note in notes)
    report = replace(first.report, issues=(*told, *first.report.issues))
    return [replace(first, report=report), *tables[1:]]


def _later(tell: Progress, start: float, span: float | None = None) -> Progress:
    length = 1.0 - start if span is None else span

    def told(what: str, share: float) -> None:
        tell(what, start + length * share)

    return told
