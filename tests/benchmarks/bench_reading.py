"""Opening a clean CSV of 1,000,000 × 20 against DuckDB reading the same file as text into Arrow, in one run.

`peak_rss_per_file_byte` is the peak memory of a fresh process that only reads, against the file's size;
`columns_20000_s` a file of 20,000 columns × 40 rows; `damaged_s` the million rows with 1,000 damaged.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from icp_workbench.book.raw import RawTable, SourceFile
from icp_workbench.book.reading.delimited import read_delimited

ROWS, COLUMNS, TURNS = 1_000_000, 20, 3
# The peak of getrusage is inherited from the process that starts it; VmHWM is this program's own.
_PEAK = (
    "import sys, pathlib; from tests.benchmarks.bench_reading import opened; "
    "opened(pathlib.Path(sys.argv[1])); "
    "print([l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')][0])"
)


def write_clean(path: Path, rows: int = ROWS, columns: int = COLUMNS) -> None:
    """A seeded CSV of numbers, quoted names with commas, amounts and dates."""
    draw = np.random.default_rng(7)
    names = pa.array(["Alpha", "Beta, Ltd", "Gamma", 'Delta "D"'])
    held = {}
    for column in range(columns):
        if column % 4 == 0:
            held[f"c{column}"] = pa.array(draw.integers(0, 10**7, rows))
        elif column % 4 == 1:
            held[f"c{column}"] = names.take(pa.array(draw.integers(0, 4, rows)))
        elif column % 4 == 2:
            held[f"c{column}"] = pa.array(np.round(draw.normal(100, 30, rows), 2))
        else:
            days = draw.integers(0, 2000, rows).astype("timedelta64[D]")
            held[f"c{column}"] = pa.array(np.datetime64("2020-01-01") + days)
    csv.write_csv(pa.table(held), path, csv.WriteOptions(quoting_style="needed"))


def opened(path: Path) -> RawTable:
    """The file as the workbench reads it."""
    with path.open("rb") as file:
        head = file.read(65_536)
    return read_delimited(SourceFile(path, path.name, path.stem, "", path.stat().st_size, head))


def by_duckdb(path: Path) -> pa.Table:
    """The file as DuckDB reads it when told that everything is text."""
    import duckdb

    with contextlib.closing(duckdb.connect()) as connection:
        read = connection.sql("SELECT * FROM read_csv(?, all_varchar = true)", params=[str(path)])
        return read.to_arrow_table()


def damage(path: Path, every: int = 1_000) -> None:
    """Cuts one record in `every` short and loses a quote in another."""
    lines = path.read_bytes().split(b"\n")
    for at in range(every, len(lines) - 1, every):
        lines[at] = lines[at].rsplit(b",", 3)[0] if at // every % 2 else lines[at].replace(b'"', b"", 1)
    path.write_bytes(b"\n".join(lines))


def run() -> dict[str, Any]:
    """The figures: seconds are medians, the ratio is ours to DuckDB's, turn about."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean.csv"
        write_clean(path)
        size = path.stat().st_size
        ours, theirs = [], []
        for _ in range(TURNS):
            theirs.append(_seconds(by_duckdb, path))
            ours.append(_seconds(opened, path))
        root = Path(__file__).resolve().parents[2]
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(path)], cwd=root, capture_output=True, text=True, check=True,
            env=os.environ | {"PYTHONPATH": str(root)},
        )  # fmt: skip
        damage(path)
        damaged = _seconds(opened, path)
        wide = Path(folder) / "wide.csv"
        header = ",".join(f"c{column}" for column in range(20_000))
        wide.write_text("\n".join([header, *[",".join(["12"] * 20_000)] * 40]) + "\n", encoding="utf-8")
        wide_seconds = _seconds(opened, wide)
    return {
        "file_mb": round(size / 1e6, 1),
        "icp_s": round(statistics.median(ours), 2),
        "duckdb_s": round(statistics.median(theirs), 2),
        "ratio": round(statistics.median(ours) / statistics.median(theirs), 2),
        "peak_rss_mb": round(int(done.stdout) / 1024),
        "peak_rss_per_file_byte": round(int(done.stdout) * 1024 / size, 2),
        "damaged_s": round(damaged, 2),
        "columns_20000_s": round(wide_seconds, 2),
    }


def _seconds(read: Any, path: Path) -> float:
    started = time.perf_counter()
    read(path)
    return time.perf_counter() - started
