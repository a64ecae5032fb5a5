"""Reports with totals among their rows (pivot tables, grouped reports) → plain rows."""

from __future__ import annotations

from collections.abc import Sequence

_GRAND = frozenset(["grand total", "grand totals", "total", "totals", "overall total"])


def without_totals(
    rows: Sequence[list[str]], lines: Sequence[int]
) -> tuple[list[list[str]], list[int], int, int]:
    """Rows and their lines without totals; how many totals there were; how many cells were filled down.

    A total is a row that lacks a cell and whose first one says `Grand Total`, or names a group of an earlier
    row (`Acme Total` below `Acme`). Where there are totals of groups, a blank first cell stands for the one
    above it, as it does in the report.
    """
    groups: set[str] = set()
    totals: set[int] = set()
    grouped = False
    for at, row in enumerate(rows):
        label = row[0].strip().casefold()
        if not label:
            continue
        lacks = any(not cell.strip() for cell in row[1:])
        of_group = label.endswith(" total") and label.removesuffix(" total") in groups
        if lacks and (of_group or (label in _GRAND and at == len(rows) - 1)):
            totals.add(at)
            grouped = grouped or of_group
        groups.add(label)
    if not totals:
        return list(rows), list(lines), 0, 0
    kept: list[list[str]] = []
    filled = 0
    above = ""
    for at, row in enumerate(rows):
        if at in totals:
            continue
        if grouped and not row[0].strip() and above:
            row = [above, *row[1:]]
            filled += 1
        above = row[0]
        kept.append(row)
    return kept, [line for at, line in enumerate(lines) if at not in totals], len(totals), filled
