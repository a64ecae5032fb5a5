"""Parquet → one raw table, types as stored."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from icp_workbench.book.raw import Issue, Progress, RawTable, ReadingReport, SourceFile
from icp_workbench.book.reading.heading import unique_headers
from icp_workbench.errors import WorkbenchError

MOST_CELLS = 600_000_000  # a file of a few KB can claim any number of rows
_PLAIN_BYTES = 4  # the least a text takes in Parquet's plain encoding: its length


def read_parquet(source: SourceFile, *, progress: Progress | None = None) -> RawTable:
    """The table in a Parquet file. Text that repeats stays encoded by a dictionary, so that a value that
    occurs a million times takes its space once.

    Raises WorkbenchError when the file is damaged, claims too many cells, or has no rows.
    """
    import pyarrow.parquet as pq

    try:
        # Plain reads, no memory map: a file that is cut off under a map ends the whole process.
        with pq.ParquetFile(source.path) as file:
            metadata = file.metadata
            if metadata.num_rows * max(metadata.num_columns, 1) > MOST_CELLS:
                raise WorkbenchError(
                    "Parquet file too large",
                    f"`{source.name}` claims {metadata.num_rows:,} rows of {metadata.num_columns:,} columns.",
                    "Write it again with fewer columns, or in several files of fewer rows.",
                )
            encoded = _repeating_text(metadata, file.schema_arrow)
        with pq.ParquetFile(source.path, read_dictionary=encoded) as file:
            frame = _read(file, source, progress)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0][:200].rstrip(".") if str(error) else "unknown"
        raise WorkbenchError(
            "Damaged Parquet file", f"`{source.name}` cannot be read: {reason}.", "Write the file again."
        ) from None
    if not frame.num_rows or not frame.num_columns:
        raise WorkbenchError("No rows", f"`{source.name}` holds no rows.", "Export it again with its rows.")
    issues: list[Issue] = []
    frame = frame.rename_columns(unique_headers(frame.column_names, None, issues))
    return typed_table(source.stem, source, frame, "Parquet", issues)


def typed_table(
    name: str, source: SourceFile, frame: pa.Table, dialect: str, issues: list[Issue]
) -> RawTable:
    """A raw table of columns that came with their types, every row of them loaded."""
    report = ReadingReport(
        table=name, file=source.name, records=frame.num_rows, loaded=frame.num_rows, header=0, preamble=0,
        footer=0, blank=0, rejected=0, issues=tuple(issues), dialect=dialect,
    )  # fmt: skip
    return RawTable(name, frame, report, source.digest)


def _read(file: Any, source: SourceFile, progress: Progress | None) -> pa.Table:
    groups: list[pa.Table] = []
    for number in range(file.num_row_groups):
        if progress:
            progress(f"Reading {source.name}", number / file.num_row_groups)
        groups.append(file.read_row_group(number))
    if not groups:
        return file.read()
    return pa.concat_tables(groups).unify_dictionaries()


def _repeating_text(metadata: Any, schema: pa.Schema) -> list[str]:
    """Text columns that take fewer bytes a value than plain text can: all their pages use a dictionary."""
    packed: dict[str, list[int]] = {}
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for at in range(group.num_columns):
            column = group.column(at)
            known = column.statistics is not None and column.statistics.has_null_count
            blank = column.statistics.null_count if known else 0
            sums = packed.setdefault(column.path_in_schema, [0, 0])
            sums[0] += column.total_uncompressed_size
            sums[1] += column.num_values - blank
    text = {field.name for field in schema if pa.types.is_string(field.type)}
    return [name for name, (size, values) in packed.items() if name in text and size < _PLAIN_BYTES * values]
