"""Records that need a look: loaded, mended or set aside, each told by its line, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from icp_workbench.book.raw import Issue, SetAside
from icp_workbench.book.reading.heading import lines_up

Record = list[str]

MOST_ISSUES = 1_000  # records named one by one in a report; those after them are counted
MOST_SET_ASIDE = 200_000
_MOST_TEXT = 20_000  # characters kept of one record
_MOST_TEXTS = 64_000_000  # and of all together
_BATCH_CELLS = 1_000_000
_COMMENT = "#"


class Intake:
    """What becomes of the records below a header of `width` cells, where most have the `usual` number.

    `reinclude`: lines of rejected records that a person wants after all. `shapes`: what the cells of each
    column look like (heading.column_shapes).
    """

    def __init__(
        self,
        width: int,
        usual: int,
        reinclude: frozenset[int] = frozenset(),
        shapes: Sequence[str] = (),
    ) -> None:
        self.width = width
        self.usual = usual
        self.shapes = shapes
        self.reinclude = reinclude
        self.rejected = 0
        self.issues: list[Issue] = []
        self.set_aside: list[SetAside] = []
        self._more: Counter[tuple[Literal["note", "warning"], str]] = Counter()
        self._unheld = 0
        self._texts = 0
        self._rows: list[Record] = []
        self._row_lines: list[int] = []
        self._batches: list[pa.Table] = []
        self._batch_lines: list[npt.NDArray[np.int64]] = []

    def take(self, record: Record, line: int, text: str, fault: str = "") -> None:
        """Take in a record; `fault` says how its quotes were damaged.

        Too few cells: the missing ones are blank. Too many: cut where the surplus is blank. Rejected where
        the surplus is not blank, or cells then stand in columns of numbers or dates that are neither.
        """
        found, width = len(record), self.width
        if found == self.usual and not fault:
            self._load(record + [""] * (width - found), line)
            return
        kind = ("open quote" if "not closed" in fault else "damaged quote") if fault else ""
        reason = f"{fault[:1].upper()}{fault[1:]}: the line was read alone." if fault else ""
        if found == width:
            self._repaired(record, line, text, reason, kind)
            return
        if text.startswith(_COMMENT) and found < width:
            self._rejected(record, line, text, "A comment: it begins with #.")
            return
        if found < width and not lines_up(record, self.shapes):
            reason = (
                f"{reason} Only {found} of {width} cells, and they do not line up with the columns".strip()
            )
            self._rejected(record, line, text, reason + ": rejected.", reason + ": filled up at your wish.")
            return
        if found < width:
            reason = f"{reason} Only {found} of {width} cells: the missing ones are blank.".strip()
            self._repaired(record + [""] * (width - found), line, text, reason, kind or "short record")
            return
        if not any(cell.strip() for cell in record[width:]) and lines_up(record[:width], self.shapes):
            reason = f"{reason} {found} cells, those after {width} blank: cut.".strip()
            self._repaired(
                record[:width], line, text, reason, kind or "long record", "warning" if kind else "note"
            )
            return
        reason = f"{reason} {found} cells where the header has {width}".strip()
        self._rejected(record, line, text, reason + ": rejected.", reason + ": cut at your wish.")

    def refuse(self, line: int, text: str, reason: str) -> None:
        """Reject a record that cannot be taken apart at all."""
        self.rejected += 1
        self.hold(line, "rejected", reason, text)
        self.tell(line, "warning", "rejected record", reason)

    def hold(
        self,
        line: int,
        kind: Literal["rejected", "repaired", "preamble", "footer", "total"],
        reason: str,
        text: str,
    ) -> None:
        """Set a record aside; beyond the stated number it is only counted."""
        if len(self.set_aside) >= MOST_SET_ASIDE:
            self._unheld += 1
            return
        kept = _MOST_TEXT if self._texts < _MOST_TEXTS else 200
        if len(text) > kept:
            text = f"{text[:kept]}… ({len(text) - kept:,} more characters)"
        self._texts += len(text)
        self.set_aside.append(SetAside(line, kind, reason, text))

    def tell(self, line: int | None, severity: Literal["note", "warning"], kind: str, what: str) -> None:
        """Note an issue; beyond the stated number those of a kind are only counted."""
        if len(self.issues) >= MOST_ISSUES:
            self._more[severity, kind] += 1
        else:
            self.issues.append(Issue(line, severity, kind, what))

    def all_issues(self) -> list[Issue]:
        """The issues told, and one for each kind of those that were only counted."""
        more = [
            Issue(None, severity, kind, f"And {count:,} more of the kind “{kind}”.")
            for (severity, kind), count in self._more.items()
        ]
        if self._unheld:
            what = (
                f"{self._unheld:,} more records were set aside than the {MOST_SET_ASIDE:,} kept to look at."
            )
            more.append(Issue(None, "warning", "set aside", what))
        return self.issues + more

    def loaded(self) -> tuple[list[pa.Table], list[npt.NDArray[np.int64]]]:
        """Hands over what was loaded since last asked: batches of text columns named by their number, and the
        lines of each batch."""
        self._flush()
        batches, lines = self._batches, self._batch_lines
        self._batches, self._batch_lines = [], []
        return batches, lines

    def _load(self, record: Record, line: int) -> None:
        self._rows.append(record)
        self._row_lines.append(line)
        if len(self._rows) * self.width >= _BATCH_CELLS:
            self._flush()

    def _repaired(
        self,
        record: Record,
        line: int,
        text: str,
        reason: str,
        kind: str,
        severity: Literal["note", "warning"] = "warning",
    ) -> None:
        self._load(record, line)
        self.hold(line, "repaired", reason, text)
        self.tell(line, severity, kind, reason)

    def _rejected(self, record: Record, line: int, text: str, reason: str, wished: str = "") -> None:
        if line in self.reinclude:
            fitted = (record + [""] * self.width)[: self.width]
            self._repaired(
                fitted, line, text, wished or f"{reason} Taken in at your wish.", "taken in", "note"
            )
            return
        self.rejected += 1
        self.hold(line, "rejected", reason, text)
        self.tell(line, "warning", "rejected record", reason)

    def _flush(self) -> None:
        if self._rows:
            self._batches.append(table_of_rows(self._rows, self.width))
            self._batch_lines.append(np.array(self._row_lines, np.int64))
            self._rows, self._row_lines = [], []


def table_of_rows(rows: Sequence[Record], width: int) -> pa.Table:
    """Records of `width` cells each as text columns named "0", "1" …"""
    columns = zip(*rows, strict=True) if rows else ([] for _ in range(width))
    arrays = [pa.array(column, type=pa.string()) for column in columns]
    return pa.table(arrays, names=[str(at) for at in range(width)])
