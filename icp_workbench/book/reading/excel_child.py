"""Run as a program in a child process: a workbook's path → its sheets as JSON lines on standard output.

Arguments: bytes of memory allowed, path, the one sheet wanted (empty: all that show). The lines are
["sheets", [[name, "visible" | "hidden"], …]], then for each sheet read ["rows", name, [[cell, …], …]] any
number of times, ["merged", name, ranges filled], and once ["odd cells", errors, formulas without a value].

Imports nothing of the package: it must start quickly and may die without harm.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import zipfile
from typing import Any

CHUNK = 2_000  # rows
MOST_CELLS = 60_000_000
_ERROR_CELL = b' t="e"'  # the type of a cell in its tag; no text a person writes
# A formula that was never computed, as other programs write it: no value behind it, or an empty one.
_NO_VALUE = re.compile(
    rb"<c ([^<>]{0,200})><f(?:[^<>]{0,200}/>|[^<>]{0,200}>[^<]{0,9000}</f>)(?:</c>|<v ?/>|<v></v>)"
)
_COMPUTED_BLANK = b't="str"'
_LONGEST_CELL = 10_000


def cell_text(value: object) -> str:
    """A cell as the text its CSV export would hold: 12.0 → "12", dates in ISO form, an error as blank."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= 2**53 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.timedelta):
        return str(value.total_seconds())
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def main() -> None:
    """Limits its own memory, parses, writes; any failure is one line on standard error and exit code 1."""
    limit, path, wanted = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except ImportError:
        pass  # Windows has no such limit: the time limit of the parent remains
    try:
        import python_calamine

        with open(path, "rb") as file:
            workbook = python_calamine.CalamineWorkbook.from_filelike(file)
            _write_sheets(workbook, wanted)
        _say("odd cells", *odd_cells(path))
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


def odd_cells(path: str) -> tuple[int, int]:
    """How many cells of an xlsx workbook hold an error such as #N/A, and how many a formula without a value;
    none in the other formats."""
    errors = formulas = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with archive.open(name) as sheet:
                        rest = b""
                        while block := sheet.read(2**20):
                            held = rest + block
                            errors += held.count(_ERROR_CELL) - rest.count(_ERROR_CELL)
                            formulas += _without_value(held) - _without_value(rest)
                            rest = held[-_LONGEST_CELL:]
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return 0, 0
    return errors, formulas


def _without_value(xml: bytes) -> int:
    return sum(_COMPUTED_BLANK not in attributes for attributes in _NO_VALUE.findall(xml))


def _write_sheets(workbook: Any, wanted: str) -> None:
    sheets = [
        (number, sheet.name, "visible" if str(sheet.visible).endswith(".Visible") else "hidden")
        for number, sheet in enumerate(workbook.sheets_metadata)
        if str(sheet.typ).endswith(".WorkSheet")
    ]
    _say("sheets", [[name, shown] for _, name, shown in sheets])
    names = [name for _, name, _ in sheets]
    folded = [name for name in names if name.strip().casefold() == wanted.casefold()]
    meant = wanted if wanted in names else folded[0] if len(folded) == 1 else None
    if wanted and meant is None:
        return  # the parent says what there is
    any_shown = any(shown == "visible" for _, _, shown in sheets)
    for number, name, shown in sheets:
        if name == meant if wanted else shown == "visible" or not any_shown:
            _write_sheet(workbook.get_sheet_by_index(number), name)


def _write_sheet(sheet: Any, name: str) -> None:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise MemoryError("the sheet is too large")
    top = (sheet.start or (0, 0))[0]
    below, filled = _merged_down(sheet)
    above: dict[int, str] = {}  # by column: what a range that is being filled holds
    rows: list[list[str]] = [[] for _ in range(top)]
    at = top
    for row in sheet.iter_rows():
        cells = [cell if type(cell) is str else cell_text(cell) for cell in row]
        for column, begins in below.get(at, ()):
            if column < len(cells):
                if begins:
                    above[column] = cells[column]
                cells[column] = cells[column] or above.get(column, "")
        while cells and not cells[-1]:
            cells.pop()
        rows.append(cells)
        at += 1
        if len(rows) >= CHUNK:
            _say("rows", name, rows)
            rows = []
    _say("rows", name, rows)
    _say("merged", name, filled)


def _merged_down(sheet: Any) -> tuple[dict[int, list[tuple[int, bool]]], int]:
    """The cells to fill from the one above, as {row: [(column, the range begins here)]}; how many ranges.

    A range merged over several rows holds its text once and means it in each of them. One merged over
    columns is a title or a heading, and stays as it is.
    """
    below: dict[int, list[tuple[int, bool]]] = {}
    filled = cells = 0
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        cells += last - first + 1
        if last == first or cells > MOST_CELLS // 10:
            continue
        filled += 1
        for row in range(first, last + 1):
            below.setdefault(row, []).append((column, row == first))
    return below, filled


def _say(*said: object) -> None:
    sys.stdout.write(json.dumps(said, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
