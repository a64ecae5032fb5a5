"""Tables in a web page, and Excel's XML of 2003, both often exported under the name .xls → raw tables."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser

from icp_workbench.book.raw import Issue, Progress, RawTable, ReadAs, SourceFile
from icp_workbench.book.reading.chosen import choose
from icp_workbench.book.reading.heading import Record, is_blank
from icp_workbench.book.reading.records import table_of
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

MOST_BYTES = 100 * 2**20
MOST_CELLS = 10_000_000
_BLOCK = 2**17
_MOST_PENDING = 2**21  # characters of one tag, comment or script
_WIDEST = _TALLEST = 1_000  # columns and rows that one cell may claim
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_OTHER_CODECS = ("cp125", "iso8859", "koi8", "shift_jis", "gb", "big5", "euc")
_ROWS, _CELLS = ("tr", "row"), ("td", "th", "cell")
_UNSHOWN = ("script", "style")


class _Tables(HTMLParser):
    """The tables of a page that hold no other table, as rows of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[Record]]] = []
        self.cells = 0
        self._open: list[list[Record]] = []  # tables inside tables; only the innermost is kept
        self._outer: list[bool] = []
        self._down: list[dict[int, tuple[int, str]]] = []  # by column: rows left of a tall cell, and its text
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._sheet = ""
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "worksheet":
            self._sheet = held.get("ss:name") or held.get("name") or ""
        elif tag == "table":
            if self._outer:
                self._outer[-1] = True
            self._open.append([])
            self._outer.append(False)
            self._down.append({})
            self._cell = None
        elif tag in _UNSHOWN:
            self._unshown += 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")
        if not self._open:
            return
        if tag in _ROWS:
            self._end_cell()
            self._open[-1].append([])
        elif tag in _CELLS:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            row = self._open[-1][-1]
            index = _number(held.get("ss:index"), 0, _WIDEST)
            row += [""] * max(0, index - 1 - len(row))
            self._cell = []
            across = _number(held.get("colspan"), 1, _WIDEST) + _number(
                held.get("ss:mergeacross"), 0, _WIDEST
            )
            down = _number(held.get("rowspan"), 1, _TALLEST)
            down += _number(held.get("ss:mergedown"), 0, _TALLEST)
            self._span = across, down

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSHOWN:
            self._unshown = max(0, self._unshown - 1)
        elif tag in _CELLS or tag in _ROWS:
            self._end_cell()
            if tag in _ROWS and self._open and self._open[-1]:
                self._fill_down(self._open[-1][-1])
        elif tag == "table" and self._open:
            self._end_cell()
            rows, outer = self._open.pop(), self._outer.pop()
            self._down.pop()
            if not outer:
                self.found.append((self._sheet, rows))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _CELLS:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unshown:
            self._cell.append(data)

    def _fill_down(self, row: Record) -> None:
        down = self._down[-1]
        while len(row) in down:
            left, text = down[len(row)]
            if left > 1:
                down[len(row)] = left - 1, text
            else:
                del down[len(row)]
            row.append(text)
            self.cells += 1

    def _end_cell(self) -> None:
        if self._cell is None or not self._open or not self._open[-1]:
            self._cell = None
            return
        row = self._open[-1][-1]
        self._fill_down(row)
        text = " ".join("".join(self._cell).split())
        across, tall = self._span
        if tall > 1:
            self._down[-1][len(row)] = tall - 1, text
        row += [text, *[""] * (across - 1)]
        self.cells += across
        self._cell = None


def read_html(
    source: SourceFile,
    *,
    chosen: str = "",
    read_as: Mapping[str, ReadAs] | None = None,
    progress: Progress | None = None,
) -> list[RawTable]:
    """The tables of a page that have two rows and columns or more. Raises WorkbenchError without one."""
    tables: dict[str, list[Record]] = {}
    small = 0
    for sheet, rows in _parsed(source, progress):
        width = max(map(len, rows), default=0)
        if width * len(rows) > MOST_CELLS:
            raise _too_large(source, f"it has more than {MOST_CELLS:,} cells")
        squared = [row + [""] * (width - len(row)) for row in rows]
        if width < 2 or sum(not is_blank(row) for row in squared) < 2:
            small += 1
            continue
        name = known = sheet or f"table {len(tables) + 1}"
        while name in tables:
            name = f"{known} ({len(tables) + 1})"
        tables[name] = squared
    if not tables:
        raise WorkbenchError(
            "No table in page",
            f"`{source.name}` is a web page without a table, whatever its name says.",
            "Download the export again, signed in, and choose CSV or Excel.",
        )
    alone = len(tables) == 1
    wanted = [choose(chosen, list(tables), source.name, "table")] if chosen else list(tables)
    left = f"Left out, for they hold no rows to speak of: {counted(small, 'table')} of the page."
    issues = [Issue(None, "note", "small tables", left)] if small else []
    result: list[RawTable] = []
    for number, part in enumerate(wanted):

        def told(what: str, share: float, before: int = number) -> None:
            if progress:
                progress(what, 0.7 + 0.3 * (before + share) / len(wanted))

        name = source.stem if alone else f"{source.stem} {part}"
        rows = tables[part]
        result.append(
            table_of(
                name, source.name, rows, range(1, len(rows) + 1), digest=source.digest,
                dialect=f"web page, {part}", issues=() if result else issues,
                read_as=(read_as or {}).get(name), progress=told,
            )
        )  # fmt: skip
    return result


def _parsed(source: SourceFile, progress: Progress | None) -> list[tuple[str, list[Record]]]:
    if source.size > MOST_BYTES:
        raise _too_large(source, f"it has {source.size // 2**20:,} MB")
    parser = _Tables()
    read = 0
    with source.path.open(encoding=_encoding(source), errors="replace", newline="") as file:
        while text := file.read(_BLOCK):
            parser.feed(text)
            read += len(text)
            if progress:
                progress(f"Reading {source.name}", 0.7 * min(1.0, read / source.size))
            if parser.cells > MOST_CELLS:
                raise _too_large(source, f"it has more than {MOST_CELLS:,} cells")
            if len(parser.rawdata) > _MOST_PENDING:
                raise _too_large(source, "a tag of it does not end")
    pending = parser.rawdata.rfind("<")
    if pending >= 0:  # a tag that was cut off is no text
        parser.rawdata = parser.rawdata[:pending]
    parser.close()
    while parser._open:  # a page that is cut off: what is there is read
        parser.handle_endtag("table")
    return parser.found


def _encoding(source: SourceFile) -> str:
    if source.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    said = _CHARSET.search(source.head[:4096])
    named = said[1].decode("ascii") if said else ""
    with suppress(LookupError):
        if named and codecs.lookup(named).name.startswith(_OTHER_CODECS):
            return codecs.lookup(named).name
    try:
        source.path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _number(text: str | None, default: int, most: int) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def _too_large(source: SourceFile, what: str) -> WorkbenchError:
    return WorkbenchError(
        "Page too large",
        f"`{source.name}` is a web page, and {what}.",
        "Export it as CSV or Excel instead.",
    )
