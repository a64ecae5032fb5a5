"""Reports with totals among their rows (pivot tables, grouped reports) → plain rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_GRAND = frozenset(["grand total", "grand totals", "total", "totals", "overall total"])
_ENDS_LIKE_A_TOTAL = r"(?i)totals?\s*$"


def without_totals(table: pa.Table) -> tuple[pa.Table, npt.NDArray[np.int64], int]:
    """A table of text columns without totals; the totals' row numbers; how many cells were filled down.

    A total is a row that lacks a cell and whose first one says `Grand Total` at the end, or names the group
    that ends there (`Acme Total` below `Acme`), where half of the groups or more have one: a company may be
    called so. Where there are totals of groups, a blank first cell stands for the one above it, as it does in
    the report.
    """
    none = np.empty(0, np.int64)
    first = table.column(0)
    likely = np.flatnonzero(pc.match_substring_regex(first, _ENDS_LIKE_A_TOTAL).to_numpy())
    if not len(likely):
        return table, none, 0
    labels = {row: first[row].as_py().strip().casefold() for row in likely.tolist()}
    lacking = [row for row in labels if any(not column[row].as_py().strip() for column in table.columns[1:])]
    of_groups = _of_groups(first, {row: labels[row] for row in lacking})
    grouped = bool(of_groups)
    last = table.num_rows - 1
    totals = of_groups + [row for row in lacking if row == last and labels[row] in _GRAND]
    if not totals:
        return table, none, 0
    left_out = np.array(totals, np.int64)
    kept = np.ones(table.num_rows, bool)
    kept[left_out] = False
    table = table.filter(pa.array(kept))
    if not grouped:
        return table, left_out, 0
    return _filled_down(table), left_out, _blanks_below(table)


def _of_groups(first: pa.ChunkedArray, labels: dict[int, str]) -> list[int]:
    """The rows among `labels` (casefolded, by row) that end a group; none unless half of the groups do."""
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(first))
    filled = np.flatnonzero(pc.not_equal(lowered, "").to_numpy())
    totals: list[int] = []
    for row, label in labels.items():
        at = int(np.searchsorted(filled, row))
        if at and label == f"{lowered[int(filled[at - 1])].as_py()} total":
            totals.append(row)
    groups = pc.count_distinct(lowered.take(pa.array(np.setdiff1d(filled, list(labels))))).as_py()
    return totals if 2 * len(totals) >= groups else []


def _blanks_below(table: pa.Table) -> int:
    filled = _is_filled(table)
    return int((~filled & (np.cumsum(filled) > 0)).sum())


def _filled_down(table: pa.Table) -> pa.Table:
    filled = _is_filled(table)
    above = np.maximum.accumulate(np.where(filled, np.arange(table.num_rows), 0))
    return table.set_column(0, table.column_names[0], table.column(0).take(pa.array(above)))


def _is_filled(table: pa.Table) -> npt.NDArray[np.bool_]:
    filled: npt.NDArray[np.bool_] = pc.not_equal(pc.utf8_trim_whitespace(table.column(0)), "").to_numpy()
    return filled
