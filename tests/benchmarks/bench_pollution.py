"""Deliberately damaged CSV files: how often a reader raises, hangs, or changes the data without a word.

A seeded table of 80 rows × 10 columns with commas, quotes and line breaks in its cells is written in one
awkward way per kind, 46 seeds each. `told` means that cells differ and the place was named; `silent` that
they differ and nothing was said. The same bytes go to pandas and DuckDB with their defaults, all as text.
"""

from __future__ import annotations

import contextlib
import csv
import io
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from icp_workbench.book.raw import SourceFile
from icp_workbench.book.reading.delimited import read_delimited
from icp_workbench.errors import WorkbenchError

Rows = list[list[str]]
Outcome = Literal["exact", "told", "silent", "raised"]
SEEDS = 46
HUNG_SECONDS = 5.0
HEADER = ["id", "account", "note", "since", "seats", "amount", "stage", "share", "url", "comment"]
_STAGES = ("Won", "Lost, price", "Open", 'Lost "to whom?"')
_NOTES = ("asked for a demo, twice", 'said "not now"', "two\nlines", "plain words", "", "a; b | c")


@dataclass(frozen=True)
class Polluted:
    """A file, the table it should have been (header first), and the lines of the damage, if it has any."""

    clean: Rows
    content: bytes
    lines: frozenset[int] = field(default_factory=frozenset)


Pollution = Callable[[random.Random, Rows], Polluted]


def table(seed: int) -> Rows:
    """The clean table, header first."""
    draw = random.Random(seed)
    rows = [
        [
            f"A{row:03}", f"Firm {draw.choice('ABCDEFGH')}{row}, {draw.choice(('Inc', 'Ltd', 'GmbH'))}",
            draw.choice(_NOTES),
            f"202{draw.randrange(6)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 28):02}",
            str(draw.randrange(5, 900)), f"{draw.random() * 9000:.2f}", draw.choice(_STAGES),
            f"0.{draw.randrange(10, 99)}", f"https://firm{row}.example/x?a={row}",
            draw.choice(("Zoë", "ok", "")),
        ]
        for row in range(80)
    ]  # fmt: skip
    return [HEADER, *rows]


def written(rows: Rows, **how: Any) -> list[str]:
    """Each row as the text of its record, without a line ending."""
    records = []
    for row in rows:
        held = io.StringIO(newline="")
        csv.writer(held, lineterminator="\n", **how).writerow(row)
        records.append(held.getvalue()[:-1])
    return records


def first_line(records: list[str], at: int) -> int:
    """The line on which record `at` begins."""
    return 1 + sum(record.count("\n") + 1 for record in records[:at])


def _whole(codec: str = "utf-8", ending: str = "\n", **how: Any) -> Pollution:
    def make(draw: random.Random, rows: Rows) -> Polluted:
        return Polluted(rows, (ending.join(written(rows, **how)) + ending).encode(codec, "replace"))

    return make


def _of_text(
    change: Callable[[random.Random, list[str]], list[str]],
) -> Callable[[random.Random, Rows], Polluted]:
    def make(draw: random.Random, rows: Rows) -> Polluted:
        return Polluted(rows, ("\n".join(change(draw, written(rows))) + "\n").encode())

    return make


def _of_record(
    change: Callable[[random.Random, list[str]], str],
) -> Callable[[random.Random, Rows], Polluted]:
    """Damages one record, given as the written texts of its cells."""

    def make(draw: random.Random, rows: Rows) -> Polluted:
        records = written(rows)
        at = draw.randrange(1, len(rows))
        cells = [written([[cell, "x"]])[0][:-2] for cell in rows[at]]
        start = first_line(records, at)
        records[at] = change(draw, cells)
        lines = range(start, start + records[at].count("\n") + 2)
        return Polluted(
            rows, ("\n".join(records) + "\n").encode("utf-8", "surrogateescape"), frozenset(lines)
        )

    return make


def _cell(draw: random.Random, cells: list[str], change: Callable[[str], str]) -> str:
    at = draw.randrange(len(cells))
    return ",".join([*cells[:at], change(cells[at]), *cells[at + 1 :]])


def _quoted(draw: random.Random, cells: list[str], change: Callable[[str], str]) -> str:
    at = draw.choice([place for place, cell in enumerate(cells) if cell.startswith('"')])
    return ",".join([*cells[:at], change(cells[at]), *cells[at + 1 :]])


def _without_a_delimiter(draw: random.Random, cells: list[str]) -> str:
    at = draw.randrange(1, len(cells))
    return ",".join([*cells[: at - 1], cells[at - 1] + cells[at], *cells[at + 1 :]])


def _second_table(width: int) -> Callable[[random.Random, list[str]], list[str]]:
    def change(draw: random.Random, records: list[str]) -> list[str]:
        other = [",".join(f"{name}{row}" for name in "abcdefghijklmn"[:width]) for row in range(9)]
        return [*records, *other]

    return change


def _mixed(draw: random.Random, rows: Rows) -> Polluted:
    text = "".join(record + draw.choice(("\n", "\r\n", "\r")) for record in written(rows))
    return Polluted(rows, text.encode())


def _joined(draw: random.Random, rows: Rows) -> Polluted:
    records = written(rows)
    at = draw.randrange(1, len(rows) - 1)
    lines = frozenset(range(first_line(records, at), first_line(records, at + 2)))
    records[at : at + 2] = [records[at] + records[at + 1]]
    return Polluted(rows, ("\n".join(records) + "\n").encode(), lines)


def _cut_off(draw: random.Random, rows: Rows) -> Polluted:
    records = written(rows)
    content = "\n".join(records).encode()
    return Polluted(rows, content[: -draw.randrange(30, len(records[-1]) - 2)])


def _trailing(draw: random.Random, records: list[str]) -> list[str]:
    return [record + "," for record in records]


def _insert(line: str) -> Callable[[random.Random, list[str]], list[str]]:
    def change(draw: random.Random, records: list[str]) -> list[str]:
        at = draw.randrange(2, len(records))
        return [*records[:at], line, *records[at:]]

    return change


KINDS: dict[str, Pollution] = {
    **{f"delimiter {mark!r}": _whole(delimiter=mark) for mark in ";\t|^~:"},
    "single quotes": _whole(quotechar="'"),
    "single quotes everywhere": _whole(quotechar="'", quoting=csv.QUOTE_ALL),
    "double quotes everywhere": _whole(quoting=csv.QUOTE_ALL),
    "backslash escapes": _whole(doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL),
    "quotes not escaped": lambda draw, rows: Polluted(
        rows, ("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n").encode()
    ),
    "blanks after delimiters": lambda draw, rows: Polluted(
        rows, ("\n".join(", ".join(written([[c, "x"]])[0][:-2] for c in row) for row in rows) + "\n").encode()
    ),
    "CRLF": _whole(ending="\r\n"),
    "CR": _whole(ending="\r"),
    "mixed line endings": _mixed,
    "no last line ending": lambda draw, rows: Polluted(rows, "\n".join(written(rows)).encode()),
    "two last line endings": _of_text(lambda draw, records: [*records, ""]),
    "UTF-8 with mark": _whole("utf-8-sig"),
    "UTF-16 with mark": _whole("utf-16"),
    "UTF-16 without mark": _whole("utf-16-le"),
    "UTF-16 big endian": _whole("utf-16-be"),
    "UTF-32": _whole("utf-32"),
    "Windows-1252": _whole("cp1252"),
    "sep= line": lambda draw, rows: Polluted(
        rows, "\n".join(["sep=;", *written(rows, delimiter=";")]).encode()
    ),
    "preamble": _of_text(
        lambda draw, records: [*["Accounts", "made 2026-01-05"][: draw.randrange(1, 3)], "", *records]
    ),
    "padded preamble": _of_text(lambda draw, records: ["REPORT" + "," * 9, "," * 9, *records]),
    "footer": _of_text(lambda draw, records: [*records, "", "Confidential - do not distribute"]),
    "footer without a gap": _of_text(lambda draw, records: [*records, "Total rows: 80"]),
    "header twice": _of_text(lambda draw, records: [records[0], *records]),
    "header again": lambda draw, rows: _of_text(_insert(",".join(HEADER)))(draw, rows),
    "no header": lambda draw, rows: Polluted(rows, ("\n".join(written(rows[1:])) + "\n").encode()),
    "narrower second table": _of_text(_second_table(6)),
    "wider second table": _of_text(_second_table(12)),
    "delimiters at line ends": _of_text(_trailing),
    "comment line": _of_text(_insert("# checked by hand")),
    "blank line": _of_text(_insert("")),
    "padded blank line": _of_text(_insert("," * 9)),
    "extra quote before a cell": _of_record(lambda draw, cells: _cell(draw, cells, lambda cell: '"' + cell)),
    "extra quote after a cell": _of_record(lambda draw, cells: _cell(draw, cells, lambda cell: cell + '"')),
    "extra quote in a cell": _of_record(
        lambda draw, cells: _quoted(draw, cells, lambda cell: cell[:3] + '"' + cell[3:])
    ),
    "lost closing quote": _of_record(lambda draw, cells: _quoted(draw, cells, lambda cell: cell[:-1])),
    "lost opening quote": _of_record(lambda draw, cells: _quoted(draw, cells, lambda cell: cell[1:])),
    "words after a quote": _of_record(lambda draw, cells: _quoted(draw, cells, lambda cell: cell + " sic")),
    "extra delimiter": _of_record(lambda draw, cells: _cell(draw, cells, lambda cell: "," + cell)),
    "missing delimiter": _of_record(_without_a_delimiter),
    "cells missing": _of_record(lambda draw, cells: ",".join(cells[: draw.randrange(1, 9)])),
    "cells too many": _of_record(lambda draw, cells: ",".join([*cells, "more", "of it"])),
    "a row in semicolons": _of_record(lambda draw, cells: ";".join(cells)),
    "a NUL": _of_record(lambda draw, cells: _cell(draw, cells, lambda cell: cell[:2] + "\0" + cell[2:])),
    "a foreign byte": _of_record(
        lambda draw, cells: _cell(draw, cells, lambda cell: cell[:2] + "\udce9" + cell[2:])
    ),
    "line break between cells": _of_record(
        lambda draw, cells: ",".join(cells[:4]) + "\n" + ",".join(cells[4:])
    ),
    "two rows in one": _joined,
    "cut off": _cut_off,
}  # fmt: skip


def polluted(kind: str, seed: int) -> Polluted:
    """The file of one kind and seed."""
    return KINDS[kind](random.Random(f"{kind} {seed}"), table(seed))


def outcome(made: Polluted, folder: Path) -> Outcome:
    """What the workbench makes of a file."""
    path = folder / "polluted.csv"
    path.write_bytes(made.content)
    size = len(made.content)
    try:
        read = read_delimited(SourceFile(path, path.name, path.stem, "", size, made.content[:65_536]))
    except WorkbenchError:
        return "raised"
    columns = [column.to_pylist() for column in read.frame.columns]
    found = [read.frame.column_names, *map(list, zip(*columns, strict=True))]
    if found == made.clean:
        return "exact"
    named = {issue.line for issue in read.report.issues if issue.line} | {
        item.line for item in read.set_aside
    }
    general = any(issue.severity == "warning" for issue in read.report.issues)
    place = named & made.lines if made.lines else named or general
    return "told" if place else "silent"


def pandas_outcome(made: Polluted) -> Outcome:
    """What pandas makes of it: defaults, but every column as text."""
    import pandas as pd

    try:
        frame = pd.read_csv(io.BytesIO(made.content), dtype=str, keep_default_na=False)
    except Exception:  # whatever a library raises is the finding
        return "raised"
    found = [[str(name) for name in frame.columns], *frame.to_numpy().tolist()]
    return "exact" if found == made.clean else "silent"


def duckdb_outcome(made: Polluted, folder: Path) -> Outcome:
    """What DuckDB makes of it: defaults, but every column as text."""
    import duckdb

    path = folder / "polluted.csv"
    path.write_bytes(made.content)
    with contextlib.closing(duckdb.connect()) as connection:
        try:
            read = connection.sql("SELECT * FROM read_csv(?, all_varchar = true)", params=[str(path)])
            found = [
                list(read.columns),
                *(["" if cell is None else cell for cell in row] for row in read.fetchall()),
            ]
        except Exception:  # whatever a library raises is the finding
            return "raised"
    return "exact" if found == made.clean else "silent"


def run() -> dict[str, Any]:
    """Counts of outcomes per reader; `kinds` where ours is not always exact."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("icp_workbench", "pandas", "duckdb")}
    kinds: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        for kind in KINDS:
            for seed in range(SEEDS):
                made = polluted(kind, seed)
                started = time.perf_counter()
                ours = outcome(made, folder)
                hung = time.perf_counter() - started > HUNG_SECONDS
                counts["icp_workbench"]["hung" if hung else ours] += 1
                kinds.setdefault(kind, Counter())[ours] += 1
                counts["pandas"][pandas_outcome(made)] += 1
                counts["duckdb"][duckdb_outcome(made, folder)] += 1
    every = ("exact", "told", "silent", "raised", "hung")
    return {
        "files": len(KINDS) * SEEDS,
        **{name: {what: count[what] for what in every} for name, count in counts.items()},
        "kinds": {kind: dict(count) for kind, count in kinds.items() if set(count) != {"exact"}},
    }
