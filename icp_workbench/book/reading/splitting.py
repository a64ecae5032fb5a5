"""Lines → records, carefully: where a quote is damaged, the damage stays on its own line."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from icp_workbench.book.reading.dialects import Dialect
from icp_workbench.book.reading.exact import LONGEST

Record = list[str]
LONG_RECORD = 50  # physical lines in one record that make a lost quote likely
MOST_LINE_BYTES = LONGEST
_LOOKED_AHEAD = 50_000_000  # characters read in vain for closing quotes before the reader looks less far
_SHORT_LOOK = 20
_MANY_QUOTES = 2_000


@dataclass(slots=True)
class Lines:
    """The physical lines of UTF-8 `content`: line i is content[starts[i]:ends[i]], without its line ending.

    Lines end with \\n, \\r\\n or a \\r alone; both arrays are int64, one entry a line.
    """

    content: bytes | bytearray
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    in_vain: int = 0
    _last: dict[bytes, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, at: int) -> str:
        """Line `at` as text."""
        return self.content[self.starts[at] : self.ends[at]].decode("utf-8", "replace")

    def size(self, at: int) -> int:
        """Bytes of line `at`."""
        return int(self.ends[at] - self.starts[at])

    def ending(self, at: int) -> str:
        """What ends line `at`; empty at the end of the file."""
        until = self.starts[at + 1] if at + 1 < len(self.starts) else len(self.content)
        return self.content[self.ends[at] : until].decode("ascii", "replace")

    def has_after(self, mark: str, at: int) -> bool:
        """Whether `mark` occurs on a line after `at`."""
        held = mark.encode()
        if held not in self._last:
            self._last[held] = self.content.rfind(held)
        return self._last[held] >= self.ends[at]


def lines_of(content: bytes | bytearray) -> Lines:
    """The physical lines of `content`; a line ending at the very end begins no other line."""
    data = np.frombuffer(content, np.uint8)
    breaks: list[npt.NDArray[np.int64]] = []
    step = 16 << 20
    for at in range(0, len(data), step):
        part = data[at : at + step]
        if not (part == 13).any():
            breaks.append(np.flatnonzero(part == 10) + at)
            continue
        feed = part == 10
        after = np.append(feed[1:], at + step < len(data) and data[at + step] == 10)
        breaks.append(np.flatnonzero(feed | ((part == 13) & ~after)) + at)
    last = np.concatenate(breaks) if breaks else np.empty(0, np.int64)
    starts = np.concatenate(([0], last + 1)).astype(np.int64)
    ends = np.concatenate((last, [len(data)])).astype(np.int64)
    if len(data):
        before = data[np.maximum(ends - 1, 0)] == 13
        at_break = np.append(data[last] == 10, False)
        ends -= before & at_break & (ends > starts)
    if len(starts) and starts[-1] == len(data):
        starts, ends = starts[:-1], ends[:-1]
    return Lines(content, starts, ends)


@dataclass(frozen=True, slots=True)
class Found:
    """A record as read: its cells, the line after it, and what was wrong with its quotes ("" for nothing).

    `stray`: a quote stands within a cell that is not quoted, and was kept. `long`: so many lines, or one that
    looks like a record of its own, stand within its quotes that one may be missing.
    """

    cells: Record
    after: int
    fault: str = ""
    stray: bool = False
    long: bool = False


def read_record(lines: Lines, at: int, dialect: Dialect, width: int = 0) -> Found:
    """The record that begins on line `at`; `width` is the number of cells most records have, 0 if unknown.

    A quoted cell may run over several lines where it closes properly, and the lines it would swallow are not
    records by themselves. Otherwise the line is read alone and its fault told.
    """
    text = lines.text(at)
    if dialect.quote not in text and not dialect.escape:
        return Found(split_plain(text, dialect), at + 1)
    if dialect.delimiter == " ":
        text = text.strip(" ")
    cells, opened, fault, stray = _cells(text, 0, dialect)
    if opened >= 0:
        through = _through(lines, at, text, opened, cells, dialect)
        if through is not None:
            whole, after, stray_after = through
            inner = any(_alone(lines, line, dialect, width) for line in range(at + 1, after))
            if not inner or len(whole) == width:
                return Found(whole, after, "", stray or stray_after, inner or after - at > LONG_RECORD)
        fault = "a quote is opened and not closed"
    if not fault:
        return Found(cells, at + 1, "", stray)
    return Found(_damaged(text, dialect, width), at + 1, fault)


def split_plain(text: str, dialect: Dialect) -> Record:
    """The cells of a line without quotes and escapes."""
    if dialect.delimiter == " ":
        return text.split(" ") if not text.strip(" ") else [part for part in text.split(" ") if part]
    cells = text.split(dialect.delimiter)
    return [cells[0], *(cell.lstrip(" ") for cell in cells[1:])] if dialect.skip_space else cells


def _cells(text: str, pos: int, dialect: Dialect) -> tuple[Record, int, str, bool]:
    """Cells from `pos` on; where a quoted one is open at the line's end (else -1), the fault, and stray."""
    cells: Record = []
    fault, stray = "", False
    quote = dialect.quote
    lead = dialect.skip_space or dialect.delimiter == " "
    doubtful = text.count(quote) > _MANY_QUOTES
    while True:
        match = dialect.cell.match(text, pos)
        if match is None:  # cannot happen: a plain cell may be empty
            return [*cells, text[pos:]], -1, fault, stray
        inside, plain = match.groups()
        if inside is not None:
            cells.append(dialect.content(inside))
        else:
            bare = plain.lstrip(" ") if lead else plain
            if bare.startswith(quote):
                if not fault and dialect.unclosed.match(text, pos):
                    return cells, pos, fault, stray
                fault = fault or "text stands after a closing quote, or a quote is missing"
                if doubtful:
                    return [*cells, *split_plain(text[pos:], dialect)], -1, fault, stray
            elif dialect.has_quote(bare):
                stray = True
            cells.append(dialect.plain(bare))
        pos = match.end()
        if pos >= len(text):
            return cells, -1, fault, stray
        pos += 1


def _through(
    lines: Lines, at: int, text: str, pos: int, before: Record, dialect: Dialect
) -> tuple[Record, int, bool] | None:
    """The record whose quoted cell is open from `pos` of line `at`, its end and stray; None if damaged."""
    if not lines.has_after(dialect.quote, at):
        return None
    most = len(lines) if lines.in_vain < _LOOKED_AHEAD else at + _SHORT_LOOK
    cells, stray = list(before), False
    parts = [text[text.index(dialect.quote, pos) + 1 :], lines.ending(at)]
    read = 0
    for line in range(at + 1, min(most, len(lines))):
        if lines.size(line) > MOST_LINE_BYTES:
            break
        text = lines.text(line)
        read += len(text) + 1
        match = dialect.inside.match(text)
        end = match.end() if match else 0
        parts.append(text[:end])
        if end == len(text):
            parts.append(lines.ending(line))
            continue
        cells.append(dialect.content("".join(parts)))
        rest = text[end + 1 :].lstrip(" ") if dialect.skip_space else text[end + 1 :]
        if not rest:
            return cells, line + 1, stray
        if not rest.startswith(dialect.delimiter):
            break
        more, opened, fault, strays = _cells(rest, 1, dialect)
        if fault:
            break
        cells += more
        stray = stray or strays
        if opened < 0:
            return cells, line + 1, stray
        parts = [rest[rest.index(dialect.quote, opened) + 1 :], lines.ending(line)]
    lines.in_vain += read
    return None


def _alone(lines: Lines, at: int, dialect: Dialect, width: int) -> bool:
    """Whether line `at` is by itself a record of the table's width."""
    if width < 2 or lines.size(at) > MOST_LINE_BYTES:
        return False
    text = lines.text(at)
    if text.count(dialect.delimiter) < width - 1:
        return False
    cells, opened, fault, stray = _cells(text, 0, dialect)
    return opened < 0 and not fault and not stray and len(cells) == width


def _damaged(text: str, dialect: Dialect, width: int) -> Record:
    """The cells of a line whose quotes are damaged: of the possible readings the one that fits the table."""
    if text.count(dialect.quote) > _MANY_QUOTES:
        return split_plain(text, dialect)
    leniently = _to_last_quote(text, dialect)
    if leniently is not None and len(leniently) == width:
        return leniently
    literally: Record = []
    pos = 0
    while True:
        cells, opened, _, _ = _cells(text, pos, dialect)
        literally += cells
        if opened < 0:
            break
        end = text.find(dialect.delimiter, opened)
        literally.append(text[opened:] if end < 0 else text[opened:end])
        if end < 0:
            break
        pos = end + 1
    plainly = split_plain(text, dialect)
    for reading in (literally, plainly):
        if len(reading) == width:
            return reading
    return literally


def _to_last_quote(text: str, dialect: Dialect) -> Record | None:
    """Cells where a quoted one ends at the next quote before a delimiter, whatever quotes it holds."""
    cells: Record = []
    quote, delimiter = dialect.quote, dialect.delimiter
    pos = 0
    while pos <= len(text):
        if dialect.skip_space:
            pos += len(text) - pos - len(text[pos:].lstrip(" "))
        if text.startswith(quote, pos):
            ends = text.find(quote + delimiter, pos + 1)
            end = ends if ends >= 0 else len(text) - 1
            if ends < 0 and (end <= pos or not text.endswith(quote)):
                return None
            cells.append(dialect.content(text[pos + 1 : end]))
            pos = end + 2
            if ends < 0:
                return cells
        else:
            end = text.find(delimiter, pos)
            cells.append(text[pos:] if end < 0 else text[pos:end])
            if end < 0:
                return cells
            pos = end + 1
    return cells
