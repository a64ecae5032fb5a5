"""Raw tables, and the account of how they were read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Progress = Callable[[str, float], None]  # what is being done, and the share done: 0 to 1


def silent(_what: str, _share: float) -> None:
    """The progress of which nobody wants to hear."""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a person wants one table read; empty: as found out.

    `header_line` is the line (Excel: row) of the header. `reinclude` are the lines of rejected records to
    take in after all, fitted to the header: what is missing blank, what is too much cut.
    """

    delimiter: str = ""
    encoding: str = ""
    header_line: int | None = None
    reinclude: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that is not in the table as it stands in the file.

    `kind`: rejected (not loaded), repaired (loaded after a change), preamble, footer, total (left out).
    `text` is the record as found.
    """

    line: int
    kind: Literal["rejected", "repaired", "preamble", "footer", "total"]
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A regular file on the disk that holds one table or several.

    `path` can be read now: the person's own file, or an unpacked copy that lives as long as the reading.
    `name` is what a person knows it by ("export.zip/deals.csv"), `stem` the table's name, `digest` the
    SHA-256 of its content ("sha256:…"), `size` in bytes, `head` its first 64 KB.
    """

    path: Path
    name: str
    stem: str
    digest: str
    size: int
    head: bytes


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
    set_aside: tuple[SetAside, ...] = ()
