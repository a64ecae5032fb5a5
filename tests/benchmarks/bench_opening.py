"""A book of accounts and deals from Parquet: seconds, peak memory, growth, and pandas on the same files."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
SIZES = (100_000, 1_000_000)
DEALS_EACH = 3
TIMEOUT = 600.0
SEED = 20261122

# Each runs in an interpreter of its own, so that its peak memory is its own.
_PEAK = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024"
_OPEN = f"""
import json, resource, sys, time
from pathlib import Path
import numpy, pandas, pyarrow.parquet
from icp_workbench.book.opening import book_of, read_files
from icp_workbench.book.mapping import BookMapping
from icp_workbench.segments.index import SegmentIndex
started, busy = time.perf_counter(), time.process_time()
files = read_files(*map(Path, sys.argv[1:]))
read = time.perf_counter()
book = book_of(files, BookMapping())
opened, busy, peak = time.perf_counter(), time.process_time() - busy, {_PEAK}
SegmentIndex(book)
print(json.dumps(dict(
    seconds=opened - started, cpu_s=busy, reading_s=read - started, peak_mb=peak,
    index_s=time.perf_counter() - opened, peak_with_index_mb={_PEAK},
    accounts=len(book.account_ids), deals=len(book.observations["deal"].account),
)))
"""
_PANDAS = f"""
import json, resource, sys, time
import pandas, pyarrow.parquet
started, busy = time.perf_counter(), time.process_time()
accounts, deals = map(pandas.read_parquet, sys.argv[1:])
merged = deals.merge(accounts, on="account_id", how="left")
print(json.dumps(dict(
    seconds=time.perf_counter() - started, cpu_s=time.process_time() - busy,
    peak_mb={_PEAK}, rows=len(merged),
)))
"""


def write_files(folder: Path, accounts: int) -> tuple[Path, Path]:
    """Two Parquet files made from a seed: `accounts` accounts of six columns and three times as many deals of
    eight, ids as text."""
    chance = np.random.default_rng(SEED)

    def of(words: list[str], rows: int) -> pa.Array:
        drawn = chance.integers(0, len(words), rows).astype(np.int32)
        return pa.DictionaryArray.from_arrays(drawn, words).cast(pa.string())

    ids = pa.array([f"A-{number:07}" for number in range(accounts)])
    held = pa.table(
        {
            "account_id": ids,
            "account_name": pa.array([f"Company {number}" for number in range(accounts)]),
            "industry": of(["Software", "Retail", "Energy", "Health", "Finance", "Media"], accounts),
            "country": of(["DE", "FR", "US", "GB", "SE", "JP", "BR", "IN"], accounts),
            "employees": pa.array(np.exp(chance.normal(4, 1.2, accounts)).astype(np.int64) + 1),
            "founded": pa.array(chance.integers(1950, 2024, accounts)),
        }
    )
    rows = accounts * DEALS_EACH
    opened = np.datetime64("2023-01-01", "s") + chance.integers(0, 900, rows).astype("timedelta64[D]")
    taken = chance.integers(5, 200, rows).astype("timedelta64[D]")
    deals = pa.table(
        {
            "opportunity_id": pa.array([f"D-{number:08}" for number in range(rows)]),
            "account_id": ids.take(pa.array(chance.integers(0, accounts, rows))),
            "stage": of(["Closed Won", "Closed Lost", "Closed Lost", "Negotiation"], rows),
            "created_date": pa.array(opened),
            "close_date": pa.array(opened + taken),
            "amount": pa.array(np.round(np.exp(chance.normal(8, 1, rows)), 2)),
            "source": of(["Web", "Event", "Partner", "Outbound"], rows),
            "product": of([f"Product {number}" for number in range(12)], rows),
        }
    )
    paths = folder / "accounts.parquet", folder / "deals.parquet"
    for table, path in zip((held, deals), paths, strict=True):
        pq.write_table(table, path)
    return paths


def measured(program: str, paths: tuple[Path, Path]) -> dict[str, Any]:
    """What a fresh interpreter prints after running `program` on the files."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)],
        capture_output=True, text=True, cwd=ROOT, timeout=TIMEOUT, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-400:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {key: round(value, 2) if isinstance(value, float) else value for key, value in found.items()}


def run() -> dict[str, Any]:
    """Both sizes; `growth` is the processor's seconds of the larger over those of the smaller (rows grow
    tenfold). `cpu_s` beside `seconds` tells a slow program from a busy machine."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for accounts in SIZES:
            paths = write_files(Path(folder), accounts)
            opened, merged = measured(_OPEN, paths), measured(_PANDAS, paths)
            found[f"{accounts:,} accounts"] = {
                "book": opened,
                "pandas": merged,
                "ratio": round(opened["seconds"] / merged["seconds"], 2),
            }
    small, large = (found[f"{accounts:,} accounts"]["book"]["cpu_s"] for accounts in SIZES)
    return {**found, "growth": round(large / small, 2), "aim_s": 10, "aim_peak_mb": 2048}


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
