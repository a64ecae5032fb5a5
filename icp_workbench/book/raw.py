"""Raw tables, and the account of how they were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Issue:
    """Something worth knowing about one record or the whole file (line None)."""

    line: int | None
    severity: Literal["note", "warning"]
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """How one table was read; records = loaded + header + preamble + footer + blank + rejected."""

    table: str
    file: str
    records: int
    loaded: int
    header: int
    preamble: int
    footer: int
    blank: int
    rejected: int
    issues: tuple[Issue, ...] = ()
    dialect: str = ""  # "CSV, semicolon, UTF-16" in words


@dataclass(frozen=True)
class RawTable:
    """One table as found: text columns from CSV and Excel, typed from Parquet; blanks not yet interpreted.

    `lines[i]` is the line (Excel: row) of the file on which loaded record i begins; None where there are
    none.
    """

    name: str
    frame: pa.Table
    report: ReadingReport
    digest: str = ""
    lines: npt.NDArray[np.int64] | None = None
