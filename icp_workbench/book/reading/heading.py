"""Where a table begins and ends in its file: lines before the header, the header, a report's footer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from icp_workbench.book.raw import Issue

Record = list[str]

LOOKED_AT = 300  # records from which the width of the table is judged
LONGEST_PREAMBLE = 30
LONGEST_FOOTER = 12
_NUMBER = re.compile(r"[-+(]?[$€£¥]? ?[0-9](?:[0-9.,']{0,30})(?: ?[%€$kKmM)])?")
_DATE = re.compile(r"[0-9]{1,4}[-/.:][0-9]{1,2}(?:[-/.:T ][0-9:.]{1,15})?Z?")
_YEARS = range(1900, 2101)


def modal_width(records: Sequence[Record]) -> int:
    """The commonest number of cells among records that are not blank; the wider one on a tie. 0 without any.

    Records of a single cell (titles, footers) do not count where a fifth of the records have more.
    """
    widths = Counter(len(record) for record in records[:LOOKED_AT] if not is_blank(record))
    if widths.total() - widths[1] >= max(2, 0.2 * widths.total()):
        del widths[1]
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def header_at(records: Sequence[Record], width: int) -> int:
    """Index of the header: the first record that is not sparse, or one below it that names every column where
    that one does not (settings of a report, or groups of columns, stand above)."""
    at = _first_not_sparse(records, width)
    return _full_header_below(records, at, width) or at


def _full_header_below(records: Sequence[Record], at: int, width: int) -> int:
    """Index of a record of `width` words below an incomplete header, none of which occurs further down in its
    column; 0 without one. It has a blank record above, or numbers and dates below."""
    for index in range(at, min(len(records), LONGEST_PREAMBLE)):
        record = records[index]
        if filled(record) < width or len(record) != width:
            continue
        below = [held for held in records[index + 1 : index + 1 + LOOKED_AT] if len(held) == width]
        apart = any(is_blank(held) for held in records[at:index])
        if index == at or not below or any(shape(cell) != "text" for cell in record):
            return 0
        if not apart and set(column_shapes(below, width)) == {"text"}:
            return 0
        return 0 if any(cell in column for cell, *column in zip(record, *below, strict=True)) else index
    return 0


def _first_not_sparse(records: Sequence[Record], width: int) -> int:
    first = next((i for i, record in enumerate(records) if not is_blank(record)), 0)
    for index, record in enumerate(records[:LONGEST_PREAMBLE]):
        if is_blank(record):
            continue
        sparse = filled(record) <= max(1, width // 3) if width >= 3 else len(record) < width
        if sparse and index < len(records) - 1:
            continue
        return index
    return first


def is_blank(record: Record) -> bool:
    """True when no cell holds more than white space."""
    return not any(cell.strip() for cell in record)


def filled(record: Record) -> int:
    """The number of cells that hold more than white space."""
    return sum(bool(cell.strip()) for cell in record)


def shape(cell: str) -> Literal["", "number", "date", "text"]:
    """What a cell looks like; "" for a blank."""
    bare = cell.strip()
    if not bare:
        return ""
    if len(bare) > 40:
        return "text"
    if _NUMBER.fullmatch(bare):
        return "number"
    return "date" if _DATE.fullmatch(bare) else "text"


def column_shapes(records: Sequence[Record], width: int) -> list[str]:
    """Per column "number" or "date" where nine in ten of filled cells (three or more) do, else "text"."""
    shapes: list[str] = []
    for at in range(width):
        counts = Counter(shape(record[at]) for record in records if len(record) == width)
        del counts[""]
        common = counts.most_common(1)
        clear = common and counts.total() >= 3 and common[0][1] >= 0.9 * counts.total()
        shapes.append(common[0][0] if clear else "text")
    return shapes


def lines_up(record: Record, shapes: Sequence[str]) -> bool:
    """Whether every cell in a column of numbers or dates looks like one, or is blank."""
    return all(
        kind == "text" or shape(cell) in ("", kind) for cell, kind in zip(record, shapes, strict=False)
    )


def is_data(record: Record, shapes: Sequence[str]) -> bool:
    """Whether a supposed header is a row like those below: where they are numbers or dates, so is it.

    Years and running numbers are usual names of columns.
    """
    judged = [(cell.strip(), kind) for cell, kind in zip(record, shapes, strict=False) if kind != "text"]
    held = [(cell, kind) for cell, kind in judged if cell]
    if not held or len(held) < 0.5 * len(judged) or any(shape(cell) != kind for cell, kind in held):
        return False
    whole = [int(cell) for cell, _ in held if cell.isascii() and cell.isdigit() and len(cell) < 10]
    if len(whole) < len(held):
        return True
    running = len(whole) > 1 and all(b - a == 1 for a, b in pairwise(whole))
    return not running and not all(year in _YEARS for year in whole)


def is_second_header(record: Record, shapes: Sequence[str]) -> bool:
    """Whether a row reads like names: words in every column of numbers or dates, of which there are two."""
    judged = [shape(cell) for cell, kind in zip(record, shapes, strict=False) if kind != "text"]
    return len(judged) >= 2 and all(kind == "text" for kind in judged)


def footer_from(records: Sequence[Record], width: int) -> int:
    """Where a report's footer begins among the last records; their number when there is none.

    A footer is a few records of one cell below a blank one, or single cells of several words at the very end.
    """
    if width < 3:
        return len(records)
    first = len(records)
    for index in range(len(records) - 1, max(-1, len(records) - 1 - LONGEST_FOOTER), -1):
        record = records[index]
        if is_blank(record):
            if first < len(records):
                return first
            continue
        # Excel pads every row to the width of the sheet: a full row of blanks but one is a footer too.
        if filled(record) > 1 or not record[0].strip():
            break
        first = index
    end = len(records)
    while end and is_blank(records[end - 1]):
        end -= 1
    start = end
    while start > 0 and end - start < LONGEST_FOOTER and _is_sentence(records[start - 1]):
        start -= 1
    return start if start < end else len(records)


def _is_sentence(record: Record) -> bool:
    return len(record) == 1 and " " in record[0].strip()


def header_cells(cells: list[str], width: int, line: int | None, issues: list[Issue]) -> list[str]:
    """The header's cells, as many as most records have or more; differences are told once for the file."""
    while len(cells) > width and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != width:
        what = f"The header names {len(cells)} columns, most records have {width}."
        issues.append(Issue(line, "warning", "short header" if len(cells) < width else "long header", what))
    return cells + [""] * (width - len(cells))


def unique_headers(headers: Sequence[str], line: int | None, issues: list[Issue]) -> list[str]:
    """Headers made distinct and never empty, each change told as a warning or a note."""
    taken: set[str] = set()
    repeats: Counter[str] = Counter()
    result: list[str] = []
    for position, header in enumerate(headers, 1):
        name = base = header or f"column {position}"
        if not header:
            issues.append(Issue(line, "note", "empty header", f"Column {position} has no header: `{name}`."))
        while name in taken:
            repeats[base] += 1
            name = f"{base} ({repeats[base] + 1})"
        if name != base:
            what = f"The header `{header}` occurs again in column {position}: it is called `{name}`."
            issues.append(Issue(line, "warning", "duplicate header", what))
        taken.add(name)
        result.append(name)
    return result
