"""Run as a program in a child process: a workbook on standard input → JSON lines [sheet, rows] on standard
output.

Imports nothing of the package: it must start quickly and may die without harm.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys

CHUNK = 2_000
MOST_CELLS = 60_000_000


def cell_text(value: object) -> str:
    """A cell as the text its CSV export would hold: 12.0 → "12", dates in ISO form, an error as blank."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        return str(value.total_seconds())
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def main() -> None:
    """Limits its own memory, parses, writes; any failure is one line on standard error and exit code 1."""
    try:
        import resource

        limit = int(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:
        pass  # Windows has no such limit: the time limit of the parent remains
    try:
        import python_calamine

        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for number, name in enumerate(workbook.sheet_names):
            sheet = workbook.get_sheet_by_index(number)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise MemoryError("the sheet is too large")
            top = (sheet.start or (0, 0))[0]
            rows: list[list[str]] = [[] for _ in range(top)]
            for row in sheet.iter_rows():
                rows.append([cell_text(cell) for cell in row])
                if len(rows) >= CHUNK:
                    sys.stdout.write(json.dumps([name, rows]) + "\n")
                    rows = []
            sys.stdout.write(json.dumps([name, rows]) + "\n")
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
