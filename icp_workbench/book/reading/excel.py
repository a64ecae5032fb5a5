"""Excel and OpenDocument workbooks → one raw table per sheet, parsed in a child process.

A small hostile workbook can claim a sheet of 17 billion cells and abort the process that parses it, so the
parsing runs apart, with a limit on memory and on time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from icp_workbench.book.raw import Issue, Progress, RawTable, ReadAs, SourceFile, silent
from icp_workbench.book.reading.chosen import choose
from icp_workbench.book.reading.heading import Record, is_blank
from icp_workbench.book.reading.kinds import EXCEL_SUFFIXES, not_a_table, suffix_of
from icp_workbench.book.reading.records import table_of
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

SECONDS = 120.0
MEMORY_BYTES = 3 * 2**30
_POLL = 0.1  # seconds
_CHILD = Path(__file__).with_name("excel_child.py")
_SAVE_AS_CSV = "Open it in Excel and save the sheet as CSV, then open that."


@dataclass
class _Heard:
    """What the child has said so far."""

    sheets: dict[str, str] = field(default_factory=dict)  # visible or hidden, by name
    rows: dict[str, list[Record]] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    formulas: int = 0

    def hear(self, line: bytes) -> None:
        what, *said = json.loads(line)
        if what == "sheets":
            self.sheets = dict(said[0])
        elif what == "rows":
            self.rows.setdefault(said[0], []).extend(said[1])
        elif what == "merged":
            self.merged[said[0]] = said[1]
        elif what == "odd cells":
            self.errors, self.formulas = said


def read_excel(
    source: SourceFile,
    *,
    chosen: str = "",
    read_as: Mapping[str, ReadAs] | None = None,
    progress: Progress | None = None,
) -> list[RawTable]:
    """One table for each sheet that shows and has rows, or for the `chosen` one, hidden or not.

    Cells come as text: numbers plainly, dates in ISO form, so that a sheet and its CSV read the same. Raises
    WorkbenchError when the workbook cannot be parsed within the limits, or has no such sheet.
    """
    told = progress or silent
    heard = _parsed(source, chosen, lambda what, share: told(what, 0.7 * share))
    if chosen:
        choose(chosen, list(heard.sheets), source.name, "sheet")
    sheets = {sheet: _squared(rows) for sheet, rows in heard.rows.items()}
    filled = {sheet: rows for sheet, rows in sheets.items() if sum(not is_blank(row) for row in rows) > 1}
    if not filled:
        where = f"Sheet `{chosen}`" if chosen else "No sheet"
        raise WorkbenchError(
            "No rows",
            f"{where} of `{source.name}` has {'no ' if chosen else 'a '}header and rows.",
            "Save the workbook with its data.",
        )
    alone = len(heard.sheets if chosen else filled) == 1
    notes = _notes(heard, filled, chosen)
    tables: list[RawTable] = []
    for number, (sheet, rows) in enumerate(filled.items()):

        def read(what: str, share: float, before: int = number) -> None:
            told(what, 0.7 + 0.3 * (before + share) / len(filled))

        name = source.stem if alone else f"{source.stem} {sheet}"
        issues = [] if tables else notes
        if merged := heard.merged.get(sheet):
            what = f"Cells merged over rows: their text stands in each row ({counted(merged, 'merge')})."
            issues = [*issues, Issue(None, "note", "merged cells", what)]
        tables.append(
            table_of(
                name, source.name, rows, range(1, len(rows) + 1), digest=source.digest,
                dialect=f"Excel, sheet {sheet}", issues=issues, read_as=(read_as or {}).get(name),
                progress=read,
            )
        )  # fmt: skip
    return tables


def failure(source: SourceFile, code: int, message: str) -> WorkbenchError:
    """What to tell about a child that ended with `code` and left `message` on standard error."""
    lowered = message.lower()
    name = source.name
    if "password" in lowered or "encrypt" in lowered:
        return WorkbenchError(
            "Encrypted workbook",
            f"`{name}` is protected by a password.",
            "Open it in Excel, remove the password, save it, and open it again.",
        )
    if code < 0 or "MemoryError" in message or "too large" in lowered:
        return WorkbenchError(
            "Workbook too large",
            f"`{name}` claims more cells than fit into {MEMORY_BYTES // 2**30} GB of memory.",
            "Delete stray cells far below or right of the data, or save the sheet as CSV.",
        )
    if suffix_of(name) not in EXCEL_SUFFIXES:
        return not_a_table(name, "an Office document")
    reason = message.strip().splitlines()[-1][:200].rstrip(".") if message.strip() else "it is damaged"
    return WorkbenchError("Damaged workbook", f"`{name}` cannot be read: {reason}.", _SAVE_AS_CSV)


def _parsed(source: SourceFile, chosen: str, progress: Progress) -> _Heard:
    """What the child says of the workbook; it is gone when this returns or raises."""
    heard = _Heard()
    broken: list[Exception] = []
    with tempfile.TemporaryFile() as complaints:
        # -P keeps the folder of the script out of the child's import path.
        child = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD), str(MEMORY_BYTES), str(source.path.absolute()), chosen],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints,
        )  # fmt: skip

        def listen() -> None:
            assert child.stdout is not None
            try:
                for line in child.stdout:
                    heard.hear(line)
            except Exception as error:  # a line cut off by the child's end, or no memory left here
                broken.append(error)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            _wait(listener, heard, source, progress)
            code = child.wait(timeout=SECONDS)
        finally:
            child.kill()
            child.wait()
            listener.join()
            if child.stdout is not None:
                child.stdout.close()
        complaints.seek(0)
        message = complaints.read().decode("utf-8", "replace")
    if code != 0 or broken:
        raise failure(source, code, message or "".join(map(str, broken)))
    return heard


def _wait(listener: threading.Thread, heard: _Heard, source: SourceFile, progress: Progress) -> None:
    until = time.monotonic() + SECONDS
    while listener.is_alive():
        listener.join(_POLL)
        rows = sum(map(len, list(heard.rows.values())))
        read = f": {rows:,} rows" if rows else ""
        progress(f"Reading {source.name}{read}", len(heard.merged) / (len(heard.sheets) + 1))
        if listener.is_alive() and time.monotonic() > until:
            raise WorkbenchError(
                "Workbook takes too long",
                f"`{source.name}` was not read within {SECONDS:,.0f} seconds.",
                _SAVE_AS_CSV,
            )


def _squared(rows: list[Record]) -> list[Record]:
    """The rows up to the last that holds something, padded to the width of the widest."""
    last = next((at for at in range(len(rows) - 1, -1, -1) if rows[at]), -1)
    width = max(map(len, rows), default=0)
    blanks = [""] * width
    return [row if len(row) == width else row + blanks[len(row) :] for row in rows[: last + 1]]


def _notes(heard: _Heard, filled: Mapping[str, list[Record]], chosen: str) -> list[Issue]:
    notes = [
        Issue(None, "note", "empty sheet", f"Sheet `{sheet}` has no rows.")
        for sheet in heard.rows
        if sheet not in filled
    ]
    if not chosen:
        notes += [
            Issue(
                None,
                "note",
                "hidden sheet",
                f"Sheet `{sheet}` is hidden and was left out.",
            )
            for sheet, shown in heard.sheets.items()
            if shown == "hidden" and sheet not in heard.rows
        ]
    if heard.errors:
        what = f"Errors such as #N/A are blank: {counted(heard.errors, 'cell')} of the workbook."
        notes.append(Issue(None, "note", "error cells", what))
    if heard.formulas:
        what = (
            f"Formulas that were never computed are blank: {counted(heard.formulas, 'cell')} of the workbook."
            " Open it in Excel and save it again to have their values."
        )
        notes.append(Issue(None, "warning", "formulas", what))
    return notes
