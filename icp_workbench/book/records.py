"""Records as read → one raw table: header found, each record loaded, or set aside by name and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from icp_workbench.book.raw import Issue, RawTable, ReadingReport
from icp_workbench.book.totals import without_totals
from icp_workbench.errors import WorkbenchError

Record = list[str]

_LOOKED_AT = 300  # records from which the width of the table is judged
_LONGEST_PREAMBLE = 30
_LONGEST_FOOTER = 12


def modal_width(records: Sequence[Record]) -> int:
    """The commonest number of cells among records that are not blank; the wider one on a tie. 0 without any.

    Records of a single cell (titles, footers) do not count where a fifth of the records have more.
    """
    widths = Counter(len(record) for record in records[:_LOOKED_AT] if not is_blank(record))
    if widths.total() - widths[1] >= max(2, 0.2 * widths.total()):
        del widths[1]
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def header_at(records: Sequence[Record], width: int) -> int:
    """Index of the header: the first record as wide as the table, if what stands before it is sparse."""
    first = next((i for i, record in enumerate(records) if not is_blank(record)), 0)
    for index, record in enumerate(records[:_LONGEST_PREAMBLE]):
        if is_blank(record):
            continue
        filled = _filled(record)
        if width >= 3 and filled <= max(1, width // 3) and index < len(records) - 1:
            continue
        return index
    return first


def is_blank(record: Record) -> bool:
    """True when no cell holds more than white space."""
    return not any(cell.strip() for cell in record)


def table_of(
    name: str,
    file: str,
    records: Sequence[Record],
    lines: Sequence[int],
    *,
    digest: str,
    dialect: str,
    issues: Sequence[Issue] = (),
) -> RawTable:
    """The table in `records` (cells as text), whose i-th record begins on `lines[i]` of the file.

    Short records are padded, records longer than the header by blanks only are cut, other long ones are
    rejected; each is named by line in the report. Raises WorkbenchError when there is no record below the
    header.
    """
    found = list(issues)
    width = modal_width(records)
    if not width:
        raise WorkbenchError(
            "Empty file", f"`{file}` holds nothing.", "Export it again with its header and rows."
        )
    at = header_at(records, width)
    end = _footer_from(records, at, width)
    header = _header([cell.strip() for cell in records[at]], width, lines[at], found)
    loaded: list[Record] = []
    loaded_lines: list[int] = []
    blank = sum(is_blank(record) for record in records[:at])
    rejected = 0
    for record, line in zip(records[at + 1 : end], lines[at + 1 : end], strict=True):
        if is_blank(record):
            blank += 1
            continue
        if len(record) != len(header):
            fitted = _fit(record, len(header), line, found)
            if fitted is None:
                rejected += 1
                continue
            record = fitted
        loaded.append(record)
        loaded_lines.append(line)
    loaded, loaded_lines, totals, filled = without_totals(loaded, loaded_lines)
    if filled:
        what = f"A report in groups: {filled:,} blank cells of its first column stand for the one above."
        found.append(Issue(None, "note", "groups", what))
    if totals:
        found.append(Issue(None, "note", "totals", f"{totals:,} rows of totals left out."))
    footer_blank = sum(is_blank(record) for record in records[end:])
    report = ReadingReport(
        table=name,
        file=file,
        records=len(records),
        loaded=len(loaded),
        header=1,
        preamble=at - sum(is_blank(record) for record in records[:at]),
        footer=len(records) - end - footer_blank + totals,
        blank=blank + footer_blank,
        rejected=rejected,
        issues=tuple(found),
        dialect=dialect,
    )
    if not loaded:
        what = (
            f"All {rejected:,} records below the header of `{file}` were rejected: they do not fit it."
            if rejected
            else f"`{file}` holds a header and no rows below it."
        )
        raise WorkbenchError("No rows", what, "Export it again with its rows, or leave the file out.")
    columns = [pa.array(column, type=pa.string()) for column in zip(*loaded, strict=True)]
    return RawTable(name, pa.table(columns, names=header), report, digest, np.asarray(loaded_lines))


def unique_headers(headers: Sequence[str], line: int | None, issues: list[Issue]) -> list[str]:
    """Headers made distinct and never empty, each change told as a warning or a note."""
    taken: set[str] = set()
    result: list[str] = []
    for position, header in enumerate(headers, 1):
        name = header
        if not name:
            name = f"column {position}"
            issues.append(Issue(line, "note", "empty header", f"Column {position} has no header: `{name}`."))
        repeat = 1
        while name in taken:
            repeat += 1
            name = f"{header or f'column {position}'} ({repeat})"
        if repeat > 1:
            what = f"The header `{header}` occurs again in column {position}: it is called `{name}`."
            issues.append(Issue(line, "warning", "duplicate header", what))
        taken.add(name)
        result.append(name)
    return result


def _filled(record: Record) -> int:
    return sum(bool(cell.strip()) for cell in record)


def _header(cells: list[str], width: int, line: int, issues: list[Issue]) -> list[str]:
    if len(cells) < width:
        what = f"The header names {len(cells)} columns, most records have {width}."
        issues.append(Issue(line, "warning", "short header", what))
        cells = cells + [""] * (width - len(cells))
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    return unique_headers(cells, line, issues)


def _fit(record: Record, width: int, line: int, issues: list[Issue]) -> Record | None:
    if len(record) < width:
        what = f"Only {len(record)} of {width} cells: the missing ones are blank."
        issues.append(Issue(line, "warning", "short record", what))
        return record + [""] * (width - len(record))
    if is_blank(record[width:]):
        issues.append(
            Issue(line, "note", "long record", f"{len(record)} cells, those after {width} blank: cut.")
        )
        return record[:width]
    what = f"{len(record)} cells where the header has {width}: rejected."
    issues.append(Issue(line, "warning", "rejected record", what))
    return None


def _footer_from(records: Sequence[Record], header: int, width: int) -> int:
    """Where a report's footer begins (a blank line, then a few lines of one cell); else the end."""
    if width < 3:
        return len(records)
    first = len(records)
    for index in range(len(records) - 1, max(header, len(records) - 1 - _LONGEST_FOOTER), -1):
        record = records[index]
        if is_blank(record):
            if index + 1 < len(records) and first < len(records):
                return first
            continue
        if len(record) >= width or _filled(record) > 1:
            # Excel pads every row to the width of the sheet: a full row of blanks but one is a footer too.
            if _filled(record) > 1 or not record[0].strip():
                return len(records)
            first = index
            continue
        first = index
    return len(records)
