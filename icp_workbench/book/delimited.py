"""Delimited text (CSV, TSV, semicolons, pipes; any usual encoding and line ending) → one raw table."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from icp_workbench.book.raw import Issue, RawTable
from icp_workbench.book.records import Record, header_at, is_blank, modal_width, table_of
from icp_workbench.errors import WorkbenchError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE = 200_000  # characters from which the delimiter is judged
_BINARY_SHARE = 0.05
_LONG_RECORD = 50  # physical lines in one record that make a lost quote likely


def read_delimited(path: Path, content: bytes, digest: str) -> RawTable:
    """The table in a text file's `content`. Raises WorkbenchError when it is binary or has no rows."""
    issues: list[Issue] = []
    text, encoding = decode(path.name, content, issues)
    delimiter = delimiter_of(text)
    records, lines = split_records(text, delimiter, issues)
    dialect = f"CSV, {DELIMITERS[delimiter]}, {encoding}"
    return table_of(path.stem, path.name, records, lines, digest=digest, dialect=dialect, issues=issues)


def decode(name: str, content: bytes, issues: list[Issue]) -> tuple[str, str]:
    """`content` as text and its encoding: by its byte order mark, else UTF-8, else Windows-1252."""
    for mark, codec, label in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 with byte order mark"),
        (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
        (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            return _decoded(name, content, codec, label, issues)
    head = content[:65_536]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > 0.3 * len(head) / 2 and min(even, odd) < 0.05 * len(head) / 2:
        codec = "utf-16-be" if even > odd else "utf-16-le"
        return _decoded(name, content, codec, "UTF-16 without byte order mark", issues)
    control = sum(head.count(bytes([byte])) for byte in (*range(9), 11, *range(14, 27), *range(28, 32)))
    if control > _BINARY_SHARE * len(head):
        raise WorkbenchError(
            "Not a table",
            f"`{name}` is a binary file, not text.",
            "Export the data as CSV, Excel or Parquet and open that file.",
        )
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        issues.append(Issue(None, "note", "encoding", "Not UTF-8: read as Windows-1252."))
        return _decoded(name, content, "cp1252", "Windows-1252", issues)


def _decoded(name: str, content: bytes, codec: str, label: str, issues: list[Issue]) -> tuple[str, str]:
    text = content.decode(codec, errors="replace")
    lost = text.count("\ufffd")
    if lost:
        what = f"{lost:,} characters are not valid {label} and show as \ufffd."
        issues.append(Issue(None, "warning", "encoding", what))
    return text, label


def delimiter_of(text: str) -> str:
    """The delimiter under which most records have the width of the header, the wider table on a tie."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        records, _ = split_records(sample, delimiter, [])
        width = modal_width(records)
        if width < 2:
            continue
        at = header_at(records, width)
        body = [record for record in records[at:] if not is_blank(record)]
        fitting = sum(len(record) == width for record in body) / len(body)
        header_fits = len(records[at]) == width
        score = (round(fitting, 2) + header_fits - 0.02 * at, width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def split_records(text: str, delimiter: str, issues: list[Issue]) -> tuple[list[Record], list[int]]:
    """Records (quotes and quoted newlines per RFC 4180) and the line each begins on, the first line being 1.

    Where a quote is never closed, it would swallow the rest of the file: from that record on every physical
    line is read as a record of its own, and the damaged line is named.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[Record] = []
    lines: list[int] = []
    line = 1
    for record in reader:
        records.append(record)
        lines.append(line)
        if reader.line_num - line >= _LONG_RECORD:
            what = f"One record runs over {reader.line_num - line + 1:,} lines: a quote may be missing."
            issues.append(Issue(line, "warning", "long quote", what))
        line = reader.line_num + 1
    if lines and line - lines[-1] > 1 and _is_open(text, lines[-1], delimiter):
        start = lines.pop()
        records.pop()
        issues.append(
            Issue(start, "warning", "open quote", "A quote is never closed: read line by line from here.")
        )
        for number, physical in enumerate(io.StringIO(text, newline=""), 1):
            if number >= start:
                bare = physical.rstrip("\r\n")
                records.append(next(csv.reader([bare], delimiter=delimiter, quoting=csv.QUOTE_NONE), []))
                lines.append(number)
    return records, lines


def _is_open(text: str, line: int, delimiter: str) -> bool:
    rest = [physical for number, physical in enumerate(io.StringIO(text, newline=""), 1) if number >= line]
    try:
        for _ in csv.reader(rest, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False
