"""Records that were proved exact → text columns, parsed many at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from icp_workbench.book.reading.dialects import Dialect
from icp_workbench.book.reading.splitting import Lines

_BLOCK = 4 << 20
_MOST_BLOCK = 2**31 - 1


def parsed(
    lines: Lines,
    starts: npt.NDArray[np.int64],
    after: npt.NDArray[np.int64],
    dialect: Dialect,
    width: int,
    several_lines: bool,
) -> pa.Table | None:
    """The records content[starts[i]:after[i]], line ending included, as text columns named "0", "1" …

    None where the parser does not find as many records as there are: then they must be read with care.
    `several_lines`: a quoted cell may hold line endings.
    """
    from pyarrow import csv

    names = [str(at) for at in range(width)]
    longest = int((after - starts).max())
    block = max(_BLOCK, 2 * longest + 2)
    if block > _MOST_BLOCK:
        return None
    try:
        table = csv.read_csv(
            pa.BufferReader(_joined(lines.content, starts, after)),
            read_options=csv.ReadOptions(block_size=block, column_names=names),
            parse_options=csv.ParseOptions(
                delimiter=dialect.delimiter, quote_char=dialect.quote, newlines_in_values=several_lines
            ),
            convert_options=csv.ConvertOptions(
                check_utf8=False, strings_can_be_null=False, column_types=dict.fromkeys(names, pa.string())
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == len(starts) else None


def _joined(
    content: bytes | bytearray, starts: npt.NDArray[np.int64], after: npt.NDArray[np.int64]
) -> pa.Buffer:
    """The spans one after the other; spans that touch are not copied one by one."""
    begins = np.concatenate(([True], starts[1:] != after[:-1]))
    ends = np.append(begins[1:], True)
    view = memoryview(content)
    runs = [view[a:b] for a, b in zip(starts[begins].tolist(), after[ends].tolist(), strict=True)]
    if len(runs) == 1:
        return pa.py_buffer(runs[0])
    return pa.py_buffer(b"".join(runs))
