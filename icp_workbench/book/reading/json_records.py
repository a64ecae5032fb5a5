"""JSON objects → one flat record each, gathered into text columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from icp_workbench.book.raw import Issue, RawTable, ReadingReport, SetAside, SourceFile
from icp_workbench.book.reading.heading import unique_headers
from icp_workbench.errors import WorkbenchError
from icp_workbench.render.figures import counted

MOST_COLUMNS = 20_000
MOST_CELLS = 400_000_000
SEPARATOR = ";"
_DEEPEST = 12  # objects inside objects that become columns; below, JSON text
_CHUNK_ROWS, _CHUNK_CELLS = 20_000, 2_000_000
_MOST_ISSUES = 100
_MOST_TEXT = 100_000  # characters kept of a record that was set aside
_PROPERTIES = "properties."


class Number(str):
    """A number as written in the file: `1.10` and an id of 20 digits stay what they are."""

    __slots__ = ()


class ObjectReader:
    """Decodes JSON with numbers as text, and tells of what it had to decide on the way.

    `repeats` holds the keys found twice in one object since it was last emptied (the last value is kept),
    `constants` counts NaN and Infinity, which become blank.
    """

    def __init__(self) -> None:
        self.repeats: list[str] = []
        self.constants = 0
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=Number, parse_float=Number,
            parse_constant=self._constant, strict=False,
        )  # fmt: skip

    def value(self, text: str, at: int = 0) -> tuple[Any, int]:
        """The value that begins at `at`, and where it ends. Raises ValueError where there is none, or
        one that is nested too deeply."""
        try:
            return self._decoder.raw_decode(text, at)
        except RecursionError:
            raise ValueError("it is nested too deeply") from None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            times = Counter(key for key, _ in pairs)
            self.repeats += [key for key, _ in times.most_common(5) if times[key] > 1]
        return found

    def _constant(self, _name: str) -> None:
        self.constants += 1


class Gathered:
    """Records gathered into one table; every one is loaded, blank or rejected."""

    def __init__(self) -> None:
        self._columns: dict[str, list[pa.Array]] = {}
        self._rows: list[dict[str, str | None]] = []
        self._lines: list[int] = []
        self._stored = 0
        self.blank = 0
        self._issues: list[Issue] = []
        self._aside: list[SetAside] = []
        self._rejected = 0
        self._as_text: dict[str, int] = {}
        self._surrogates = 0

    def __len__(self) -> int:
        return self._stored + len(self._rows) + self.blank + self._rejected

    def add(self, record: object, line: int, text: str = "") -> None:
        """One more record, which begins on `line`; `text` as found, for one that is rejected."""
        if type(record) is not dict:
            self.reject(line, "It is no object with named values.", text)
            return
        flat: dict[str, str | None] = {}
        try:
            self._flatten(record, flat, "", 1)
        except RecursionError:
            self.reject(line, "It is nested too deeply.", text)
            return
        if not flat:
            self.blank += 1
            return
        self._rows.append(flat)
        self._lines.append(line)
        many = len(self._rows) % 256 == 0 and len(self._rows) * len(self._columns) > _CHUNK_CELLS
        if len(self._rows) >= _CHUNK_ROWS or many or len(flat) > 1_000:
            self._store()

    def reject(self, line: int, reason: str, text: str) -> None:
        """One record that cannot be loaded."""
        self._rejected += 1
        self._aside.append(SetAside(line, "rejected", reason, text[:_MOST_TEXT]))
        self._warn(line, "rejected record", f"Rejected: {reason}")

    def repaired(self, line: int, reason: str, text: str) -> None:
        """One record that is loaded, though not all of it as it stands."""
        self._aside.append(SetAside(line, "repaired", reason, text[:_MOST_TEXT]))
        self._warn(line, "repaired record", reason)

    def table(
        self, name: str, source: SourceFile, dialect: str, issues: Sequence[Issue], *, numbered: bool = True
    ) -> RawTable:
        """The table; `numbered` where the records' lines are known. Raises WorkbenchError without rows."""
        self._store()
        if not self._stored:
            why = f" {self._aside[0].reason}" if self._aside else ""
            raise WorkbenchError(
                "No rows",
                f"No record of `{source.name}` could be read.{why}",
                "Export it again with its rows, or leave the file out.",
            )
        found = [*issues, *self._issues]
        warned = sum(item.kind in ("rejected", "repaired") for item in self._aside)
        if warned > _MOST_ISSUES:
            what = f"{warned - _MOST_ISSUES:,} more records were rejected or repaired; all are kept aside."
            found.append(Issue(None, "warning", "rejected record", what))
        for column, times in self._as_text.items():
            what = f"`{column}`: more than a plain list, so kept as JSON text: {counted(times, 'value')}."
            found.append(Issue(None, "note", "nested values", what))
        if self._surrogates:
            what = f"Half a character shows as \ufffd: {counted(self._surrogates, 'cell')}."
            found.append(Issue(None, "warning", "encoding", what))
        headers = unique_headers(_short(list(self._columns)), None, found)
        arrays = [pa.chunked_array(chunks, pa.string()) for chunks in self._columns.values()]
        report = ReadingReport(
            table=name, file=source.name, records=len(self), loaded=self._stored, header=0, preamble=0,
            footer=0, blank=self.blank, rejected=self._rejected, issues=tuple(found), dialect=dialect,
        )  # fmt: skip
        lines = np.asarray(self._lines, np.int64) if numbered else None
        return RawTable(
            name, pa.table(arrays, names=headers), report, source.digest, lines, tuple(self._aside)
        )

    def _warn(self, line: int, kind: str, what: str) -> None:
        if len(self._issues) < _MOST_ISSUES:
            self._issues.append(Issue(line, "warning", kind, what))

    def _flatten(self, record: dict[str, Any], into: dict[str, str | None], prefix: str, depth: int) -> None:
        for key, value in record.items():
            name = prefix + key
            while name in into:
                name += " (2)"
            kind = type(value)
            if kind is str or kind is Number:
                into[name] = value
            elif value is None:
                into[name] = None
            elif kind is bool:
                into[name] = "true" if value else "false"
            elif kind is dict:
                if depth < _DEEPEST:
                    self._flatten(value, into, name + ".", depth + 1)
                else:
                    into[name] = self._json(name, value)
            else:
                self._list(name, value, into)

    def _list(self, name: str, items: list[Any], into: dict[str, str | None]) -> None:
        if not any(isinstance(item, dict | list) for item in items):
            texts = [_plain(item) for item in items if item is not None]
            if not any(SEPARATOR in text for text in texts):
                into[name] = SEPARATOR.join(texts) if texts else None
                return
        into[name] = self._json(name, items)
        ids = [
            str(item["id"]) for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)
        ]
        if len(ids) == len(items) and all(ids):
            # Records that name others (HubSpot's associations): what they are joined by gets a column.
            into[f"{name}.id"] = SEPARATOR.join(dict.fromkeys(ids))

    def _json(self, name: str, value: Any) -> str:
        self._as_text[name] = self._as_text.get(name, 0) + 1
        return json_text(value)

    def _store(self) -> None:
        rows = self._rows
        if not rows:
            return
        for row in rows:
            if not row.keys() <= self._columns.keys():
                for name in row:
                    if name not in self._columns:
                        self._columns[name] = [pa.nulls(self._stored, pa.string())] if self._stored else []
                if len(self._columns) > MOST_COLUMNS:
                    raise _too_large(f"its records name more than {MOST_COLUMNS:,} columns")
        self._stored += len(rows)
        if self._stored * len(self._columns) > MOST_CELLS:
            raise _too_large(f"it makes more than {MOST_CELLS // 10**6} million cells")
        for name, chunks in self._columns.items():
            chunks.append(self._array([row.get(name) for row in rows]))
        self._rows = []

    def _array(self, texts: list[str | None]) -> pa.Array:
        try:
            return pa.array(texts, pa.string())
        except UnicodeEncodeError:  # "\ud83d" alone is legal JSON and no character
            whole = [text and _whole(text) for text in texts]
            self._surrogates += sum(old != new for old, new in zip(texts, whole, strict=True))
            return pa.array(whole, pa.string())


def json_text(value: Any) -> str:
    """A value as JSON, its numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        held = (f"{json.dumps(key, ensure_ascii=False)}: {json_text(item)}" for key, item in value.items())
        return "{" + ", ".join(held) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _plain(item: object) -> str:
    return ("true" if item else "false") if isinstance(item, bool) else str(item)


def _short(names: list[str]) -> list[str]:
    """Headers without HubSpot's `properties.` where they stay distinct."""
    taken = set(names)
    shorter = {name: name.removeprefix(_PROPERTIES) for name in names}
    return [name if short in taken else short for name, short in shorter.items()]


def _too_large(what: str) -> WorkbenchError:
    return WorkbenchError(
        "JSON too large", f"The file is not a table of records: {what}.", "Export it as CSV or Parquet."
    )
