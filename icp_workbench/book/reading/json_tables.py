"""JSON and JSON lines → raw tables: a list of objects, an object around such lists, an object of columns."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from icp_workbench.book.raw import Issue, Progress, RawTable, SourceFile
from icp_workbench.book.reading.chosen import choose
from icp_workbench.book.reading.json_records import Gathered, ObjectReader
from icp_workbench.book.reading.kinds import HEAD, suffix_of
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

MOST_BYTES = 512 * 2**20  # of one document, which is held as text while it is read
MOST_LINE = 64 * 2**20  # characters of one line
_TOLD_EVERY = 2_000  # records
_LINES = (".jsonl", ".ndjson")
_GAP = re.compile(r"[ \t\r\n]*")
_DEEPEST = 4  # objects around a list of records


def read_json(source: SourceFile, *, chosen: str = "", progress: Progress | None = None) -> list[RawTable]:
    """The tables of a JSON document or of a file with one object a line; nested objects become columns `a.b`.

    Cells come as text, numbers as written. Raises WorkbenchError when the file is damaged, too large, or
    holds no records. A damaged line of JSON lines is set aside instead.
    """
    issues: list[Issue] = []
    codec = _codec(source, issues)
    if _is_lines(source, codec):
        gathered = _from_lines(source, codec, issues, progress)
        if chosen:
            choose(chosen, [source.stem], source.name, "table")
        return [gathered.table(source.stem, source, "JSON lines", issues)]
    if source.size > MOST_BYTES:
        raise WorkbenchError(
            "JSON too large",
            f"`{source.name}` is one JSON document of {source.size // 2**20:,} MB.",
            "Export it as JSON lines, CSV or Parquet, which are read piece by piece.",
        )
    text = source.path.read_bytes().decode(codec, errors="replace")
    document = _Document(source, text, issues, progress)
    return document.tables(chosen)


class _Document:
    """One JSON document, walked without holding more than one record as objects."""

    def __init__(self, source: SourceFile, text: str, issues: list[Issue], progress: Progress | None) -> None:
        self.source, self.text, self.issues, self.progress = source, text, issues, progress
        self.reader = ObjectReader()
        self.line, self.counted = 1, 0

    def tables(self, chosen: str) -> list[RawTable]:
        numbered = True
        beside: dict[str, Any] = {}
        at = self._skip(0)
        if self.text[at : at + 1] == "[":
            lists = {"": Gathered()}
            at = self._records(at, lists[""])
        elif self.text[at : at + 1] == "{":
            start = at
            lists, beside, at = self._members(at)
            if self.text[self._skip(at) : self._skip(at) + 1] == "{":
                lists = {"": Gathered()}
                beside = {}
                self.line, self.counted = 1, 0
                at = self._objects(start, lists[""])
            elif not lists:
                lists = _lists_within(beside) or _columns(beside) or _keyed(beside)
                numbered = False
        else:
            raise self._damaged("it does not begin with a list or an object", at)
        if self._skip(at) < len(self.text):
            raise self._damaged("there is more after its end", self._skip(at))
        return self._named(lists, beside, chosen, numbered)

    def _named(
        self, lists: dict[str, Gathered], beside: dict[str, Any], chosen: str, numbered: bool
    ) -> list[RawTable]:
        source = self.source
        filled = {key: gathered for key, gathered in lists.items() if len(gathered) > gathered.blank}
        if not lists:
            raise WorkbenchError(
                "Not a table",
                f"`{source.name}` holds no list of records.",
                "Export a list of objects, JSON lines, or CSV.",
            )
        if not filled:
            raise WorkbenchError(
                "No rows", f"`{source.name}` holds no records.", "Export it again with its rows."
            )
        left = [key for key in beside if key not in filled]
        if left and numbered:
            what = f"Left out beside the records: {', '.join(f'`{key}`' for key in left[:12])}."
            self.issues.append(Issue(None, "note", "beside the records", what))
        if self.reader.constants:
            what = f"NaN and Infinity are blank: {counted(self.reader.constants, 'value')}."
            self.issues.append(Issue(None, "note", "no numbers", what))
        names = {key: source.stem if len(filled) == 1 else f"{source.stem} {key}" for key in filled}
        if chosen:
            names = {(key := choose(chosen, list(names), source.name, "list")): names[key]}
        return [
            filled[key].table(name, source, "JSON", self.issues if not number else (), numbered=numbered)
            for number, (key, name) in enumerate(names.items())
        ]

    def _members(self, at: int) -> tuple[dict[str, Gathered], dict[str, Any], int]:
        """The lists of objects in the object at `at`, by key; its other values; and where it ends."""
        lists: dict[str, Gathered] = {}
        beside: dict[str, Any] = {}
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "}":
            key, at = self._value(at)
            at = self._skip(at)
            if type(key) is not str or self.text[at : at + 1] != ":":
                raise self._damaged("a value has no name", at)
            at = self._skip(at + 1)
            opens = self.text[at : at + 1] == "["
            if opens and self.text[self._skip(at + 1) : self._skip(at + 1) + 1] == "{":
                at = self._records(at, lists.setdefault(key, Gathered()))
            else:
                beside[key], at = self._value(at)
            at = self._next(at, "}")
        return lists, beside, at + 1

    def _records(self, at: int, into: Gathered) -> int:
        """Gathers the elements of the list at `at`; returns where it ends."""
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "]":
            at = self._next(self._record(at, into), "]")
        return at + 1

    def _objects(self, at: int, into: Gathered) -> int:
        while at < len(self.text):
            at = self._skip(self._record(at, into))
        return at

    def _record(self, at: int, into: Gathered) -> int:
        self.line += self.text.count("\n", self.counted, at)
        self.counted = at
        record, end = self._value(at)
        found = "" if type(record) is dict and not self.reader.repeats else self.text[at:end]
        into.add(record, self.line, found)
        if self.reader.repeats:
            into.repaired(self.line, _repeated(self.reader.repeats), found)
            self.reader.repeats = []
        if self.progress and len(into) % _TOLD_EVERY == 0:
            self.progress(f"Reading {self.source.name}", end / len(self.text))
        return end

    def _value(self, at: int) -> tuple[Any, int]:
        try:
            return self.reader.value(self.text, at)
        except json.JSONDecodeError as error:
            raise self._damaged(error.msg[:1].lower() + error.msg[1:], error.pos) from None
        except ValueError as error:
            raise self._damaged(str(error), at) from None

    def _next(self, at: int, end: str) -> int:
        """Where the next element begins, or the mark that ends the whole."""
        at = self._skip(at)
        mark = self.text[at : at + 1]
        if mark == ",":
            at = self._skip(at + 1)
            if self.text[at : at + 1] != end:
                return at
        elif mark == end:
            return at
        raise self._damaged("a comma or the end of a list is missing", at)

    def _skip(self, at: int) -> int:
        found = _GAP.match(self.text, at)
        return found.end() if found else at

    def _damaged(self, reason: str, at: int) -> WorkbenchError:
        line = self.text.count("\n", 0, at) + 1
        early = ": it ends too early" if at >= len(self.text.rstrip()) else f": {reason}"
        return WorkbenchError(
            "Damaged JSON",
            f"`{self.source.name}` is no valid JSON on line {line:,}{early}.",
            "Export it again; if each line is an object of its own, name the file .jsonl.",
        )


def _from_lines(source: SourceFile, codec: str, issues: list[Issue], progress: Progress | None) -> Gathered:
    gathered = Gathered()
    reader = ObjectReader()
    read = 0
    for number, text in _lines(source, codec):
        read += len(text)
        if progress and number % _TOLD_EVERY == 0:
            progress(f"Reading {source.name}", min(1.0, read / source.size))
        if len(text) > MOST_LINE:
            gathered.reject(number, f"It is longer than {MOST_LINE // 2**20} million characters.", text)
            continue
        stripped = text.strip()
        if not stripped:
            gathered.blank += 1
            continue
        try:
            record, end = reader.value(stripped)
        except ValueError as error:
            said = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            gathered.reject(number, f"Not valid JSON: {said[:1].lower()}{said[1:]}.", stripped)
            reader.repeats = []
            continue
        if end < len(stripped):
            gathered.reject(number, "There is more on the line than one object.", stripped)
        else:
            gathered.add(record, number, stripped)
            if reader.repeats:
                gathered.repaired(number, _repeated(reader.repeats), stripped)
        reader.repeats = []
    if reader.constants:
        what = f"NaN and Infinity are blank: {counted(reader.constants, 'value')}."
        issues.append(Issue(None, "note", "no numbers", what))
    return gathered


def _lines(source: SourceFile, codec: str) -> Iterator[tuple[int, str]]:
    """Each line with its number; of one that is too long only the beginning."""
    with source.path.open(encoding=codec, errors="replace", newline="\n") as file:
        number = 0
        while text := file.readline(MOST_LINE + 1):
            number += 1
            yield number, text
            while len(text) > MOST_LINE and not text.endswith("\n"):
                text = file.readline(MOST_LINE + 1)


def _codec(source: SourceFile, issues: list[Issue]) -> str:
    found = json.detect_encoding(source.head)
    if found not in ("utf-8", "utf-8-sig") or _is_utf8(source):
        return found
    issues.append(Issue(None, "note", "encoding", "Not UTF-8: read as Windows-1252."))
    return "cp1252"


def _is_utf8(source: SourceFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.path.open("rb") as file:
        try:
            while block := file.read(2**20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _is_lines(source: SourceFile, codec: str) -> bool:
    """True where each line holds an object of its own; a list stands for itself whatever the name says."""
    head = source.head.decode(codec, errors="ignore").lstrip("\ufeff \t\r\n")
    if head.startswith("["):
        return False
    if suffix_of(source.name) in _LINES:
        return True
    first, _, rest = head.partition("\n")
    if not rest.lstrip().startswith("{") and len(source.head) >= min(source.size, HEAD):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _lists_within(value: dict[str, Any], depth: int = 1) -> dict[str, Gathered]:
    """The lists of objects inside the objects of an object, by key."""
    lists: dict[str, Gathered] = {}
    for key, held in value.items():
        if isinstance(held, list) and any(isinstance(item, dict) for item in held) and depth > 1:
            gathered = lists[key] = Gathered()
            for number, item in enumerate(held, 1):
                gathered.add(item, number, str(item)[:1000])
        elif isinstance(held, dict) and depth < _DEEPEST:
            lists.update(_lists_within(held, depth + 1))
    return lists


def _columns(value: dict[str, Any]) -> dict[str, Gathered]:
    """An object of columns, each a list, or an object by row number, as pandas writes it."""
    columns: dict[str, list[Any]] = {}
    for key, held in value.items():
        if isinstance(held, dict) and held and all(row.isdigit() for row in held):
            held = list(held.values())
        if not isinstance(held, list):
            return {}
        columns[key] = held
    lengths = {len(held) for held in columns.values()}
    if len(lengths) != 1 or not lengths.pop():
        return {}
    gathered = Gathered()
    for number, row in enumerate(zip(*columns.values(), strict=True), 1):
        gathered.add(dict(zip(columns, row, strict=True)), number)
    return {"": gathered}


def _keyed(value: dict[str, Any]) -> dict[str, Gathered]:
    """An object of two or more objects under their ids: the id becomes the column `key`."""
    if len(value) < 2 or not all(isinstance(held, dict) and held for held in value.values()):
        return {}
    first, *others = (set(held) for held in value.values())
    if not all(first & other for other in others):
        return {}
    gathered = Gathered()
    for number, (key, held) in enumerate(value.items(), 1):
        gathered.add({"key": key, **held}, number)
    return {"": gathered}


def _repeated(names: list[str]) -> str:
    return f"The key `{names[0]}` stands in it more than once: the last value is kept."
