"""Excel and OpenDocument workbooks → one raw table per sheet, parsed in a child process.

A small hostile workbook can claim a sheet of 17 billion cells and abort the process that parses it, so the
parsing runs apart, with a limit on memory and on time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from icp_workbench.book.raw import Issue, RawTable
from icp_workbench.book.records import Record, is_blank, table_of
from icp_workbench.errors import WorkbenchError

SECONDS = 120
MEMORY_BYTES = 3 * 2**30
_CHILD = Path(__file__).with_name("excel_child.py")
_SAVE_AS_CSV = "Open it in Excel and save the sheet as CSV, then open that."


def read_excel(path: Path, content: bytes, digest: str) -> list[RawTable]:
    """One table for each sheet that has rows. Raises WorkbenchError when the workbook cannot be parsed.

    Cells come as text: numbers plainly, dates in ISO form, so that a sheet and its CSV read the same.
    """
    try:
        # -P keeps the folder of the script out of the child's import path.
        done = subprocess.run(
            [sys.executable, "-P", str(_CHILD), str(MEMORY_BYTES)],
            input=content, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise WorkbenchError(
            "Workbook takes too long", f"`{path.name}` was not read within {SECONDS} seconds.", _SAVE_AS_CSV
        ) from None
    if done.returncode != 0:
        raise failure(path, done.returncode, done.stderr.decode("utf-8", "replace"))
    tables: list[RawTable] = []
    sheets: dict[str, list[Record]] = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        sheet, rows = json.loads(line)
        sheets.setdefault(sheet, []).extend(rows)
    filled = {sheet: rows for sheet, rows in sheets.items() if sum(not is_blank(row) for row in rows) > 1}
    skipped = [sheet for sheet in sheets if sheet not in filled]
    for sheet, rows in filled.items():
        name = path.stem if len(filled) == 1 else f"{path.stem} {sheet}"
        issues = [Issue(None, "note", "empty sheet", f"Sheet `{empty}` has no rows.") for empty in skipped]
        tables.append(
            table_of(
                name, path.name, rows, range(1, len(rows) + 1), digest=digest,
                dialect=f"Excel, sheet {sheet}", issues=issues if not tables else (),
            )
        )  # fmt: skip
    if not tables:
        raise WorkbenchError(
            "No rows", f"No sheet of `{path.name}` has a header and rows.", "Save the workbook with its data."
        )
    return tables


def failure(path: Path, code: int, message: str) -> WorkbenchError:
    """What to tell about a child that ended with `code` and left `message` on standard error."""
    lowered = message.lower()
    if "password" in lowered or "encrypt" in lowered:
        return WorkbenchError(
            "Encrypted workbook",
            f"`{path.name}` is protected by a password.",
            "Open it in Excel, remove the password, save it, and open it again.",
        )
    if code < 0 or "MemoryError" in message or "too large" in lowered:
        return WorkbenchError(
            "Workbook too large",
            f"`{path.name}` claims more cells than fit into {MEMORY_BYTES // 2**30} GB of memory.",
            "Delete stray cells far below or right of the data, or save the sheet as CSV.",
        )
    reason = message.strip().splitlines()[-1][:200] if message.strip() else "it is damaged"
    return WorkbenchError("Damaged workbook", f"`{path.name}` cannot be read: {reason}.", _SAVE_AS_CSV)
