"""What is put together on the way to a book: the accounts, and whose each row of the other tables is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from icp_workbench.book.book import DuplicateAccount, JoinSummary
from icp_workbench.book.cleaning.column import Codes, Column
from icp_workbench.book.joining.keys import texts_by_row
from icp_workbench.book.roles.table import Table
from icp_workbench.render.figures import counted

Place = tuple[str, str]  # (table, header)


@dataclass
class Assembly:
    """Being put together: the accounts' columns, and the account row of each row of the owned tables."""

    table: Table
    ids: list[str]
    names: list[str]
    columns: list[Column]
    owners: dict[str, Codes] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)  # by role
    deal_columns: list[Column] = field(default_factory=list)
    joins: list[JoinSummary] = field(default_factory=list)
    duplicates: tuple[DuplicateAccount, ...] = ()
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    keys: set[Place] = field(default_factory=set)  # of columns that join
    appended: dict[str, str] = field(default_factory=dict)  # role of tables laid on another, by name
    stands_for: dict[Place, Place] = field(default_factory=dict)  # column of such a table: the other's

    @property
    def size(self) -> int:
        """Number of accounts."""
        return len(self.ids)

    def count_blank(self, table: Table, key: Column) -> None:
        """Warn of rows that name no account."""
        blank = int((key.codes < 0).sum())
        if blank:
            self.warnings.append(
                f"{counted(blank, 'row')} of {table.name} left out: {key.header} is blank, naming no account."
            )


def texts_or(column: Column | None, rows: int, otherwise: list[str] | None = None) -> list[str]:
    """The text of each row; where it is blank that of `otherwise`, else the number of the row from 1."""
    if column is None:
        return list(otherwise) if otherwise is not None else list(map(str, range(1, rows + 1)))
    found = texts_by_row(column)
    if found.null_count:
        blank = np.flatnonzero(column.codes < 0)
        instead = [otherwise[row] if otherwise is not None else str(row + 1) for row in blank.tolist()]
        found = pc.replace_with_mask(found, found.is_null(), pa.array(instead, found.type))
    return list(found.to_pylist())
