"""Parquet → one raw table, types as stored."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from icp_workbench.book.raw import Issue, RawTable, ReadingReport
from icp_workbench.book.records import unique_headers
from icp_workbench.errors import WorkbenchError


def read_parquet(path: Path, content: bytes, digest: str) -> RawTable:
    """The table in a Parquet file's `content`. Raises WorkbenchError when it is damaged or has no rows."""
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else "unknown"
        raise WorkbenchError(
            "Damaged Parquet file", f"`{path.name}` cannot be read: {reason}.", "Write the file again."
        ) from None
    if not frame.num_rows or not frame.num_columns:
        raise WorkbenchError("No rows", f"`{path.name}` holds no rows.", "Export it again with its rows.")
    issues: list[Issue] = []
    frame = frame.rename_columns(unique_headers(frame.column_names, None, issues))
    report = ReadingReport(
        table=path.stem, file=path.name, records=frame.num_rows, loaded=frame.num_rows, header=0, preamble=0,
        footer=0, blank=0, rejected=0, issues=tuple(issues), dialect="Parquet",
    )  # fmt: skip
    return RawTable(path.stem, frame, report, digest)
