"""Delimited text (CSV, TSV, semicolons, pipes; any usual encoding and line ending) → one raw table.

A check over the bytes proves which lines have but one reading, and those are parsed at full speed; every
other line is read by itself, with care, and told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from icp_workbench.book.raw import Issue, Progress, RawTable, ReadAs, SourceFile
from icp_workbench.book.reading.bulk import parsed
from icp_workbench.book.reading.decoding import to_utf8
from icp_workbench.book.reading.dialects import DELIMITERS, NO_DELIMITER, Dialect, candidates, wrapped_in
from icp_workbench.book.reading.exact import exact_spans
from icp_workbench.book.reading.heading import (
    LOOKED_AT,
    column_shapes,
    header_at,
    is_blank,
    is_data,
    modal_width,
)
from icp_workbench.book.reading.intake import Intake
from icp_workbench.book.reading.records import TAIL, Body, Head, assembled, head_of
from icp_workbench.book.reading.splitting import (
    LONG_RECORD,
    MOST_LINE_BYTES,
    Found,
    Lines,
    lines_of,
    read_record,
)
from icp_workbench.errors import WorkbenchError

MOST_BYTES = 8 << 30
_READ_AT_ONCE = 32 << 20
_SAMPLE_BYTES = 131_072
_SAMPLE_LINES = 12
_LONGEST_SAMPLE = 8 << 20
_LEAST_SCORE = 0.5
_TOLD_EVERY = 2_000  # records read with care between two words of progress
_SEPARATOR_LINE = re.compile(rb"sep=(.)\r?\n?\Z", re.IGNORECASE)
Told = Callable[[float], None]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
_WORDS_OF_DELIMITERS = {word: mark for mark, word in DELIMITERS.items()}


def read_delimited(
    source: SourceFile, *, read_as: ReadAs | None = None, progress: Progress | None = None
) -> RawTable:
    """The table in a text file, every record accounted for.

    Raises WorkbenchError when it is binary, too large, or has no rows. What `progress` raises comes through.
    """
    read_as = read_as or ReadAs()

    def tell(share: float) -> None:
        if progress is not None:
            progress(f"Reading {source.name}", share)

    issues: list[Issue] = []
    content, encoding = to_utf8(source.name, _content(source, tell), issues, read_as.encoding)
    tell(0.3)
    lines = lines_of(content)
    if not len(lines):
        raise WorkbenchError(
            "Empty file", f"`{source.name}` holds nothing.", "Export it again with its header and rows."
        )
    tell(0.4)
    empty = int(np.argmax(lines.ends > lines.starts))
    skipped, named = _separator(lines)
    skipped = skipped or empty
    delimiter = _wished_delimiter(source.name, read_as.delimiter) or named
    dialect, sample = dialect_of(lines, skipped, delimiter)
    head = head_of([found.cells for _, found in sample], [at + 1 for at, _ in sample], source.name, read_as)
    start = sample[head.start][0] if head.start < len(sample) else sample[-1][1].after
    before = [(at + 1, found.cells, _text(lines, at, found.after)) for at, found in sample[: head.before]]
    before = [(at + 1, [text], text) for at, text in enumerate([lines.text(0)] if named else [])] + before
    _tell_head(sample[: head.start], issues)
    body = _body(lines, start, dialect, head, read_as, lambda share: tell(0.4 + 0.6 * share))
    body.blank += empty
    body.records += empty
    words = f"CSV, {dialect.words}, {encoding}"
    return assembled(
        source.stem, source.name, head, before, body, digest=source.digest, dialect=words, issues=issues
    )


def _content(source: SourceFile, tell: Told) -> bytearray:
    if source.size > MOST_BYTES:
        raise WorkbenchError(
            "File too large",
            f"`{source.name}` has {source.size / 2**30:,.1f} GB; text is read up to {MOST_BYTES >> 30} GB.",
            "Save it as Parquet, or in parts.",
        )
    content = bytearray(source.size)
    view = memoryview(content)
    at = 0
    with source.path.open("rb") as file:
        while at < source.size and (read := file.readinto(view[at : at + _READ_AT_ONCE])):
            at += read
            tell(0.2 * at / source.size)
    view.release()
    del content[at:]
    return content


def dialect_of(lines: Lines, first: int, delimiter: str = "") -> tuple[Dialect, list[tuple[int, Found]]]:
    """The dialect under which the first records make the best table, and those records: line, as found.

    `first` is the line to begin on. A record counts for a dialect where it has the width of the table,
    against it where its quotes are damaged; a header that fits counts as much as all records. On a tie the
    wider table wins.
    """
    last = _sample_end(lines, first)
    begin = int(lines.starts[first])
    end = min(int(lines.ends[last - 1]), begin + _LONGEST_SAMPLE)
    sample = lines.content[begin:end].decode("utf-8", "replace")
    best = Dialect(delimiter) if delimiter else Dialect()
    best_score = (_LEAST_SCORE, 0)
    records: list[tuple[int, Found]] = []
    for dialect in candidates(sample, delimiter):
        found = _records(lines, first, last, dialect, 0)
        score = _score([record for _, record in found], dialect)
        if score > best_score:
            best, best_score, records = dialect, score, found
    if best.quote != '"':
        usual = _records(lines, first, last, Dialect(best.delimiter), 0)
        if all(len(found.cells) == 1 and not found.fault for _, found in usual):
            best, records = Dialect(NO_DELIMITER), usual
    if not records:
        records = _records(lines, first, last, best, 0)
        single = sum(len(found.cells) == 1 for _, found in records)
        if not delimiter and 2 * single > len(records):
            best = Dialect(NO_DELIMITER)
            records = _records(lines, first, last, best, 0)
    if any(found.fault or found.after > at + 1 for at, found in records):
        width = modal_width([found.cells for _, found in records])
        records = _records(lines, first, last, best, width)
    return best, records[: LOOKED_AT + 1]


def _score(found: list[Found], dialect: Dialect) -> tuple[float, int]:
    records = [one.cells for one in found]
    width = modal_width(records)
    if width < 2 or (dialect.delimiter == " " and width < 3):
        return 0.0, 0
    at = header_at(records, width)
    body = [one for one in found[at:] if not is_blank(one.cells)]
    fitting = sum(len(one.cells) == width for one in body) / len(body)
    if dialect.delimiter == " " and fitting < 1:
        return 0.0, 0
    damaged = sum(bool(one.fault) + 0.5 * one.stray for one in body) / len(body)
    other = "'" if dialect.quote == '"' else '"'
    misread = 0.2 * max(wrapped_in(other, records[at:]), wrapped_in(dialect.quote, records[at:]))
    header_fits = len(records[at]) == width
    unnamed = 0.2 * is_data(records[at], column_shapes(records[at + 1 : at + 51], width))
    score = round(fitting - damaged - unnamed, 2) + header_fits - 0.02 * at - dialect.doubt - misread
    return round(score, 4), width


def _sample_end(lines: Lines, first: int) -> int:
    """The line after the last of the sample: enough bytes, and enough lines unless they are very long."""
    begin = int(lines.starts[first])
    enough = int(np.searchsorted(lines.starts, begin + _SAMPLE_BYTES))
    most = int(np.searchsorted(lines.starts, begin + _LONGEST_SAMPLE))
    end = max(enough, min(first + _SAMPLE_LINES, most), first + 1)
    if lines.size(first) > MOST_LINE_BYTES:
        raise WorkbenchError(
            "A line too long",
            f"Line {first + 1:,} has {lines.size(first) >> 20:,} MB without an end.",
            "Check that the file is a table with one record a line, and export it again.",
        )
    return min(end, len(lines))


def _records(lines: Lines, at: int, end: int, dialect: Dialect, width: int) -> list[tuple[int, Found]]:
    """The records that begin on the lines from `at` to before `end`; one cut off by `end` is left out."""
    records: list[tuple[int, Found]] = []
    while at < end and len(records) <= 20 * LOOKED_AT:
        if lines.size(at) > MOST_LINE_BYTES:
            break
        found = read_record(lines, at, dialect, width)
        records.append((at, found))
        at = found.after
    return records


def _separator(lines: Lines) -> tuple[int, str]:
    """How many lines to skip for a first line `sep=;`, as Excel knows it, and the delimiter it names."""
    if len(lines) < 2 or lines.size(0) > 8:
        return 0, ""
    match = _SEPARATOR_LINE.match(lines.text(0).strip('"').encode())
    return (1, match[1].decode()) if match else (0, "")


def _wished_delimiter(name: str, wished: str) -> str:
    mark = _WORDS_OF_DELIMITERS.get(wished.lower(), "\t" if wished == "\\t" else wished)
    if wished and (len(mark) != 1 or not mark.isascii() or mark in "\"'\r\n\\\0"):
        raise WorkbenchError(
            "No such delimiter",
            f"`{name}` is to be read with the delimiter `{wished[:20]}`, which is not one character.",
            "Use one character such as , ; | or the word tab, or leave it to be found out.",
        )
    return mark


def _tell_head(sample: list[tuple[int, Found]], issues: list[Issue]) -> None:
    for at, found in sample:
        if found.fault:
            what = f"{found.fault[:1].upper()}{found.fault[1:]}: the line was read alone."
            issues.append(Issue(at + 1, "warning", "damaged quote", what))
        elif found.stray:
            issues.append(Issue(at + 1, "note", "stray quote", _STRAY))


_STRAY = "A quote stands within a cell that is not quoted: kept as it is."


def _text(lines: Lines, at: int, after: int) -> str:
    return lines.content[lines.starts[at] : lines.ends[after - 1]].decode("utf-8", "replace")


def _body(lines: Lines, start: int, dialect: Dialect, head: Head, read_as: ReadAs, tell: Told) -> Body:
    """All records from line `start` on: those proved exact in bulk, the others one by one."""
    rest = Lines(lines.content, lines.starts[start:], lines.ends[start:])
    body = Body(Intake(len(head.names), head.width, read_as.reinclude, head.shapes))
    if not len(rest):
        return body
    data = np.frombuffer(rest.content, np.uint8)
    exact, odd = exact_spans(
        data, rest.starts, rest.ends, dialect, head.width, lambda share: tell(0.4 * share)
    )
    part = _Part(rest, start + 1, dialect, head)
    if odd.any() and _over_several_lines(part, data, exact, odd, body):
        return body
    table = _parsed_but(part, exact, body, lambda share: tell(0.4 + 0.4 * share))
    if table is None:
        body = Body(Intake(len(head.names), head.width, read_as.reinclude, head.shapes))
        _parsed_but(part, np.zeros(len(rest), bool), body, tell)
    tell(1.0)
    return body


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines below a header, the first of which has the number `first`."""

    lines: Lines
    first: int
    dialect: Dialect
    head: Head

    @property
    def tail(self) -> int:
        """The line from which on a footer may begin."""
        return max(0, len(self.lines) - TAIL)

    def parsed(self, begins: Rows, finishes: Rows, body: Body, several_lines: bool) -> bool:
        """Parse the records from line begins[i] to line finishes[i] into `body`; False where that failed."""
        if not len(begins):
            return True
        after = np.append(self.lines.starts[1:], len(self.lines.content))
        table = parsed(
            self.lines,
            self.lines.starts[begins],
            after[finishes],
            self.dialect,
            self.head.width,
            several_lines,
        )
        if table is None:
            return False
        for at in range(self.head.width, len(self.head.names)):
            table = table.append_column(str(at), pa.array([""] * len(begins), pa.string()))
        body.tables.append(table)
        body.lines.append(begins + self.first)
        body.records += len(begins)
        return True

    def blank(self, lines: Rows, body: Body) -> None:
        """Count empty lines; those near the end are kept, a footer may stand below them."""
        body.records += len(lines)
        body.leave_blank((lines[lines < self.tail] + self.first).tolist())
        body.last += [(line + self.first, [""], "", "") for line in lines[lines >= self.tail].tolist()]


def _over_several_lines(part: _Part, data: Bytes, exact: Mask, odd: Bytes, body: Body) -> bool:
    """Whether all records are exact when quotes may run over line ends; if so, they are parsed."""
    open_after = (np.cumsum(odd, dtype=np.uint8) & 1).astype(bool)
    if open_after[-1]:
        return False
    begin = np.concatenate(([True], ~open_after[:-1]))
    begins, finishes = np.flatnonzero(begin), np.flatnonzero(~open_after)
    starts, ends = part.lines.starts[begins], part.lines.ends[finishes]
    filled = ends > starts
    whole, _ = exact_spans(data, starts[filled], ends[filled], part.dialect, part.head.width)
    if not whole.all() or (ends - starts).max() > MOST_LINE_BYTES:
        return False
    if not part.parsed(begins[filled], finishes[filled], body, several_lines=True):
        return False
    part.blank(begins[~filled], body)
    record = np.cumsum(begin) - 1
    doubtful = np.union1d(record[exact & ~begin], np.flatnonzero(finishes - begins >= LONG_RECORD))
    for at in doubtful.tolist():
        _tell_long(int(begins[at]) + part.first, int(finishes[at] - begins[at]) + 1, body)
    return True


def _parsed_but(part: _Part, exact: Mask, body: Body, tell: Told) -> bool | None:
    """Read what is not exact with care, then parse the rest; None where the parser found other records."""
    lines = part.lines
    empty = lines.starts == lines.ends
    taken = np.zeros(len(lines), bool)
    after = 0
    for turn, at in enumerate(np.flatnonzero(~exact & ~empty).tolist()):
        if at < after:
            continue
        if turn % _TOLD_EVERY == 0:
            tell(at / len(lines))
        after = _with_care(part, at, body)
        taken[at:after] = True
    part.blank(np.flatnonzero(empty & ~taken), body)
    rows = np.flatnonzero(exact & ~taken)
    return True if part.parsed(rows, rows, body, several_lines=False) else None


def _with_care(part: _Part, at: int, body: Body) -> int:
    """Take in the record that begins on line `at`; the line after it."""
    line, intake, width = at + part.first, body.intake, part.head.width
    body.records += 1
    if part.lines.size(at) > MOST_LINE_BYTES:
        start = int(part.lines.starts[at])
        text = part.lines.content[start : start + 1_000].decode("utf-8", "replace")
        intake.refuse(line, text, f"A line of {part.lines.size(at) >> 20:,} MB: rejected.")
        return at + 1
    found = read_record(part.lines, at, part.dialect, width)
    if found.stray and not found.fault:
        intake.tell(line, "note", "stray quote", _STRAY)
    if any("\0" in cell for cell in found.cells):
        intake.tell(line, "warning", "NUL", "A character without meaning (NUL): kept as it is.")
    if found.long:
        _tell_long(line, found.after - at, body)
    if at >= part.tail:
        body.last.append((line, found.cells, _text(part.lines, at, found.after), found.fault))
    elif is_blank(found.cells):
        body.leave_blank([line])
    else:
        intake.take(found.cells, line, _text(part.lines, at, found.after), found.fault)
    return found.after


def _tell_long(line: int, lines: int, body: Body) -> None:
    what = f"One record runs over {lines:,} lines: a quote may be missing."
    body.intake.tell(line, "warning", "long quote", what)
