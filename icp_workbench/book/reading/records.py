"""Records as read → one raw table: header found, each record loaded, or set aside by name and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.raw import Issue, Progress, RawTable, ReadAs, ReadingReport
from icp_workbench.book.reading.heading import (
    LOOKED_AT,
    Record,
    column_shapes,
    footer_from,
    header_at,
    header_cells,
    is_blank,
    is_data,
    is_second_header,
    modal_width,
    shape,
    unique_headers,
)
from icp_workbench.book.reading.intake import Intake, table_of_rows
from icp_workbench.book.reading.totals import without_totals
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted
from icp_workbench.render.text import clip

TAIL = 40  # records at the end of a file among which a footer is looked for
_TAKEN_AT_ONCE = 1_000_000
_TOLD_EVERY = 20_000  # records
_MOST_GAPS, _MOST_GAPS_JUDGED = 1_000, 20
_MOST_QUOTED = 60  # characters of a record in a sentence


@dataclass(frozen=True, slots=True)
class Head:
    """What the first records of a file say of its table.

    `width`: cells of most records. `before`: how many records stand before the header. `start`: index of the
    first row. `names`: the header's cells, one for each column. `line`: the header's, 0 where there is none.
    `shapes`: what the cells of each column look like (heading.column_shapes).
    """

    width: int
    before: int
    start: int
    names: tuple[str, ...]
    line: int
    issues: tuple[Issue, ...]
    shapes: tuple[str, ...]


@dataclass
class Body:
    """The records below a header, as far as they were read.

    `tables` hold text columns named by their number, `lines` the line of each row, both in any order of
    batches. `last` are the records near the end that no table holds: line, cells, text, what was wrong.
    `blank` counts blank records that are neither in `tables` nor in `last`, `records` all that were read;
    `gaps` are the lines of the first of the blank ones.
    """

    intake: Intake
    tables: list[pa.Table] = field(default_factory=list)
    lines: list[npt.NDArray[np.int64]] = field(default_factory=list)
    last: list[tuple[int, Record, str, str]] = field(default_factory=list)
    blank: int = 0
    records: int = 0
    gaps: list[int] = field(default_factory=list)

    def leave_blank(self, lines: Sequence[int]) -> None:
        """Counts blank records on these lines."""
        self.blank += len(lines)
        self.gaps += lines[: max(0, _MOST_GAPS - len(self.gaps))]


def head_of(records: Sequence[Record], lines: Sequence[int], file: str, read_as: ReadAs) -> Head:
    """The head of a table from its first records. WorkbenchError when none has a cell that is filled, or the
    header is wanted on a line where no record begins."""
    width = modal_width(records)
    if not width:
        raise WorkbenchError(
            "Empty file", f"`{file}` holds nothing.", "Export it again with its header and rows."
        )
    if read_as.header_line is not None:
        wanted = [at for at, line in enumerate(lines) if line == read_as.header_line]
        if not wanted:
            raise WorkbenchError(
                "No header there",
                f"The header of `{file}` is to be on line {read_as.header_line:,}, where no record begins.",
                f"Name a line among the first {len(lines):,}, or leave it to be found out.",
            )
        at = wanted[0]
        width = modal_width(records[at:]) or width
    else:
        at = header_at(records, width)
    issues: list[Issue] = []
    below = records[at + 1 : at + 1 + LOOKED_AT]
    shapes = column_shapes(below, width)
    if read_as.header_line is None and len(records[at]) == width and is_data(records[at], shapes):
        what = "The first record looks like the others, not like a header: the columns are called by number."
        issues.append(Issue(lines[at], "warning", "no header", what))
        names = unique_headers([f"column {number}" for number in range(1, width + 1)], None, issues)
        return Head(width, at, at, tuple(names), 0, tuple(issues), tuple(shapes))
    cells = header_cells([cell.strip() for cell in records[at]], width, lines[at], issues)
    for line, record in zip(lines[at + 1 : at + 4], below[:3], strict=False):
        if is_second_header(record, shapes):
            what = "Words where the rows below hold numbers: a second header? It was loaded as a row."
            issues.append(Issue(line, "warning", "second header", what))
    return Head(width, at, at + 1, tuple(cells), lines[at], tuple(issues), tuple(shapes))


def table_of(
    name: str,
    file: str,
    records: Sequence[Record],
    lines: Sequence[int],
    *,
    digest: str,
    dialect: str,
    issues: Sequence[Issue] = (),
    read_as: ReadAs | None = None,
    progress: Progress | None = None,
) -> RawTable:
    """The table in `records` (cells as text), whose i-th record begins on `lines[i]` of the file.

    Short records are padded, records longer than the header by blanks only are cut, other long ones are
    rejected; each is named by line. Raises WorkbenchError when there is no record below the header.
    """
    read_as = read_as or ReadAs()
    head = head_of(records[: LOOKED_AT + 1], lines, file, read_as)
    start = head.start
    body = Body(
        Intake(len(head.names), head.width, read_as.reinclude, head.shapes),
        records=len(records) - start,
    )
    tail = max(start, len(records) - TAIL)
    for at, (record, line) in enumerate(zip(records[start:tail], lines[start:tail], strict=True)):
        if progress and at % _TOLD_EVERY == 0:
            progress(f"Reading {file}: {name}", at / len(records))
        if is_blank(record):
            body.leave_blank([line])
        else:
            body.intake.take(record, line, "" if len(record) == head.width else as_text(record))
    for record, line in zip(records[tail:], lines[tail:], strict=True):
        body.last.append((line, record, as_text(record), ""))
    first = zip(lines[: head.before], records[: head.before], strict=True)
    before = [(line, record, as_text(record)) for line, record in first]
    return assembled(name, file, head, before, body, digest=digest, dialect=dialect, issues=issues)


def as_text(record: Record) -> str:
    """A record as one line of CSV."""
    held = io.StringIO()
    csv.writer(held, lineterminator="").writerow(record)
    return held.getvalue()


def assembled(
    name: str,
    file: str,
    head: Head,
    before: Sequence[tuple[int, Record, str]],
    body: Body,
    *,
    digest: str,
    dialect: str,
    issues: Sequence[Issue] = (),
) -> RawTable:
    """The raw table of a head, the records before it (line, cells, text) and its body, all accounted for."""
    found = [*issues, *head.issues]
    intake = body.intake
    blank = preamble = 0
    for line, record, text in before:
        if is_blank(record):
            blank += 1
            continue
        preamble += 1
        intake.hold(line, "preamble", "It stands before the header.", text)
        if preamble == 1:
            what = f"Left out what stands before the header, from here on: {clip(text, _MOST_QUOTED)}"
            intake.tell(line, "note", "preamble", what)
    footer = _end(body)
    table, lines = _in_order(body)
    table, lines = _without_blanks(table, lines, body)
    blank += body.blank
    _tell_gaps(table, lines, body)
    header = 0
    if head.line:
        table, lines, repeated = _without_repeats(table, lines, head, intake)
        header = 1 + repeated
    whole = table
    table, left_out, filled = without_totals(whole)
    if filled:
        what = f"A report in groups: {filled:,} blank cells of its first column stand for the one above."
        found.append(Issue(None, "note", "groups", what))
    if len(left_out):
        found.append(Issue(None, "note", "totals", f"{counted(len(left_out), 'row')} of totals left out."))
        for row in left_out.tolist():
            text = as_text([column[row].as_py() for column in whole.columns])
            intake.hold(int(lines[row]), "total", "A total of other rows.", text)
        lines = np.delete(lines, left_out)
    table, names = _without_unnamed(table, list(head.names), found)
    names = unique_headers(names, head.line or None, found)
    found += intake.all_issues()
    rejected = intake.rejected
    if not table.num_rows:
        what = (
            f"All {rejected:,} records below the header of `{file}` were rejected: they do not fit it."
            if rejected
            else f"`{file}` holds a header and no rows below it."
        )
        raise WorkbenchError("No rows", what, "Export it again with its rows, or leave the file out.")
    report = ReadingReport(
        table=name, file=file, records=len(before) + bool(head.line) + body.records, loaded=table.num_rows,
        header=header, preamble=preamble, footer=footer + len(left_out), blank=blank, rejected=rejected,
        issues=tuple(sorted(found, key=_by_line)), dialect=dialect,
    )  # fmt: skip
    aside = tuple(sorted(intake.set_aside, key=lambda item: item.line))
    return RawTable(name, table.rename_columns(names), report, digest, lines, aside)


def _end(body: Body) -> int:
    """Takes in the last records but those of a footer: how many are footer."""
    width = body.intake.width
    start = body.last[0][0] if body.last else 0
    rows: list[tuple[int, Record]] = []
    table, lines = _in_order(body)
    if len(lines):
        after = max(0, len(lines) - TAIL, int(np.searchsorted(lines, start)) if body.last else 0)
        tail = table.slice(after)
        cells = list(zip(*(column.to_pylist() for column in tail.columns), strict=True))
        rows = [(int(line), list(row)) for line, row in zip(lines[after:], cells, strict=True)]
    body.tables, body.lines = [table], [lines]
    loose = {line: (record, text, fault) for line, record, text, fault in body.last}
    ordered = sorted(
        [(line, record) for line, (record, _, _) in loose.items()] + rows, key=lambda row: row[0]
    )
    end = footer_from([record for _, record in ordered], width)
    wanted = body.intake.reinclude
    footer = {line for line, record in ordered[end:] if not is_blank(record) and line not in wanted}
    for line, (record, text, fault) in loose.items():
        if is_blank(record):
            body.leave_blank([line])
        elif line in footer:
            _leave_out(line, text, body)
        else:
            body.intake.take(record, line, text, fault)
    for line, row in rows:
        if line in footer:
            _leave_out(line, as_text(row).rstrip(","), body)
    if footer & {line for line, _ in rows}:
        keep = ~np.isin(body.lines[0], np.array(sorted(footer), np.int64))
        body.tables, body.lines = [body.tables[0].filter(pa.array(keep))], [body.lines[0][keep]]
    return len(footer)


def _leave_out(line: int, text: str, body: Body) -> None:
    body.intake.hold(line, "footer", "It stands below the table.", text)
    what = f"Left out as a footer below the table: {clip(text, _MOST_QUOTED)}"
    body.intake.tell(line, "note", "footer", what)


def _tell_gaps(table: pa.Table, lines: npt.NDArray[np.int64], body: Body) -> None:
    """Tells of blank records between the rows, and of words below one where numbers stand above."""
    between = sorted(gap for gap in body.gaps if len(lines) and lines[0] < gap < lines[-1])
    if not between:
        return
    after = np.unique(np.searchsorted(lines, between))[:_MOST_GAPS_JUDGED].tolist()
    for row in after:
        above, below = table.slice(max(0, row - LOOKED_AT), min(row, LOOKED_AT)), table.slice(row, 1)
        records = [list(cells) for cells in zip(*(c.to_pylist() for c in above.columns), strict=True)]
        shapes = [shape(column[0].as_py()) for column in below.columns]
        numbers = [at for at, kind in enumerate(column_shapes(records, len(shapes))) if kind != "text"]
        if numbers and set(shapes) <= {"text", ""} and all(shapes[at] == "text" for at in numbers):
            what = "Below a blank line words stand where the rows above hold numbers: another table? Loaded."
            body.intake.tell(int(lines[row]), "warning", "second table", what)
    what = f"Blank lines between the rows: {body.blank:,} in the file, the first of them here."
    body.intake.tell(between[0], "note", "blank lines", what)


def _in_order(body: Body) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    """All rows of the body in the order of the file, and their lines."""
    more, more_lines = body.intake.loaded()
    names = [str(at) for at in range(body.intake.width)]
    tables = [table for table in (*body.tables, *more) if table.num_rows]
    if not tables:
        return table_of_rows([], len(names)), np.empty(0, np.int64)
    table = pa.concat_tables([table.rename_columns(names) for table in tables])
    lines = np.concatenate([part for part in (*body.lines, *more_lines) if len(part)])
    if (np.diff(lines) < 0).any():
        order = np.argsort(lines, kind="stable")
        # Taken in parts: one array of text holds two billion bytes and no more.
        parts = [
            table.take(pa.array(order[at : at + _TAKEN_AT_ONCE]))
            for at in range(0, len(order), _TAKEN_AT_ONCE)
        ]
        table, lines = pa.concat_tables(parts), lines[order]
    return table, lines


def _without_blanks(
    table: pa.Table, lines: npt.NDArray[np.int64], body: Body
) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    candidates: npt.NDArray[np.int64] | None = None
    for column in table.columns:
        column = column if candidates is None else column.take(pa.array(candidates))
        empty = np.flatnonzero(_blank(column))
        candidates = empty if candidates is None else candidates[empty]
        if not len(candidates):
            return table, lines
    keep = np.ones(table.num_rows, bool)
    keep[candidates] = False
    body.leave_blank(lines[~keep].tolist())
    return table.filter(pa.array(keep)), lines[keep]


def _blank(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Which cells hold nothing but white space; a look at their length settles most."""
    short = pc.less_equal(pc.binary_length(column), 64).to_numpy()
    likely = np.flatnonzero(short) if not short.all() else None
    held = column if likely is None else column.take(pa.array(likely))
    blank = pc.equal(pc.utf8_trim_whitespace(held), "").to_numpy()
    if likely is None:
        return np.asarray(blank)
    result = np.zeros(len(column), bool)
    result[likely] = blank
    for at in np.flatnonzero(~short).tolist():
        result[at] = not column[at].as_py().strip()
    return result


def _without_repeats(
    table: pa.Table, lines: npt.NDArray[np.int64], head: Head, intake: Intake
) -> tuple[pa.Table, npt.NDArray[np.int64], int]:
    """The table without rows that repeat its header, as files joined end to end have them."""
    rows: npt.NDArray[np.int64] | None = None
    names = head.names
    if sum(bool(name) for name in names) < min(2, len(names)):
        return table, lines, 0
    for column, name in zip(table.columns, names, strict=True):
        column = column if rows is None else column.take(pa.array(rows))
        same = np.flatnonzero(pc.equal(pc.utf8_trim_whitespace(column), name).to_numpy())
        rows = same if rows is None else rows[same]
        if not len(rows):
            return table, lines, 0
    keep = np.ones(table.num_rows, bool)
    keep[rows] = False
    for line in lines[~keep].tolist():
        intake.hold(line, "preamble", "It repeats the header.", as_text(list(names)))
        intake.tell(line, "note", "repeated header", "The header again: left out.")
    return table.filter(pa.array(keep)), lines[keep], int((~keep).sum())


def _without_unnamed(table: pa.Table, names: list[str], found: list[Issue]) -> tuple[pa.Table, list[str]]:
    """The table without columns that have neither a name nor a value (trailing delimiters, stray formats)."""
    kept = [at for at, name in enumerate(names) if name or not _blank(table.column(at)).all()] or [0]
    if len(kept) < len(names):
        if kept[-1] < len(names) - 1:
            found[:] = [issue for issue in found if issue.kind != "short header"]
        what = f"{counted(len(names) - len(kept), 'column')} without a header and without a value: left out."
        found.append(Issue(None, "note", "empty columns", what))
    return table.select(kept), [names[at] for at in kept]


def _by_line(issue: Issue) -> tuple[bool, int]:
    return issue.line is not None, issue.line or 0
