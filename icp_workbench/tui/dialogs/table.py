"""How one table is to be read: what it holds, where its header is, which row of an account counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast, get_args

from icp_workbench.book.book import TableSummary
from icp_workbench.book.mapping import Duplicates, TableMapping, TableRole
from icp_workbench.tui.dialogs.form import Asked, FormDialog, Typed, Words
from icp_workbench.tui.safe import clean

_DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar"))
_DUPLICATES: dict[Duplicates, str] = {
    "refuse": "refuse the file", "first": "the first row", "last": "the last row",
}  # fmt: skip

_TWO_ROWS = [("", "as usual"), *_DUPLICATES.items()]


class TableDialog(FormDialog):
    """Answers every line; `changed` makes the table's mapping of it."""

    def __init__(self, table: TableSummary, decided: TableMapping) -> None:
        dialect = f" ({clean(table.report.dialect, 60)})" if table.report.dialect else ""
        super().__init__(
            f"Table {clean(table.name, 60)}", clean(table.file, 100) + dialect, _asked(table, decided)
        )

    def wrong(self, answer: dict[str, str]) -> tuple[str, str] | None:
        line = answer["header_line"]
        if line and not (line.isdecimal() and 0 < int(line) < 1_000_000):
            return "header_line", "The header's line is a whole number from 1, or empty."
        return None


def _asked(table: TableSummary, decided: TableMapping) -> list[Asked]:
    roles = [(role, "leave out" if role == "unused" else role) for role in get_args(TableRole)]
    guess = "as guessed" if decided.role else f"guess: {table.role}"
    line = decided.read.header_line
    return [
        Words("role", "holds", [("", guess), *roles], decided.role or ""),
        Typed("header_line", "header in line", "" if line is None else str(line), "found out"),
        Words("delimiter", "cells end with", [("", "found out"), *_DELIMITERS], decided.read.delimiter),
        Words("duplicates", "one id, two rows", _TWO_ROWS, decided.duplicates or ""),
    ]  # fmt: skip


def changed(decided: TableMapping, answer: Mapping[str, str]) -> TableMapping:
    """The mapping of the table with the answers of its dialog."""
    line = int(answer["header_line"]) if answer["header_line"] else None
    return replace(
        decided,
        role=cast("TableRole | None", answer["role"] or None),
        read=replace(decided.read, header_line=line, delimiter=answer["delimiter"]),
        duplicates=cast("Duplicates | None", answer["duplicates"] or None),
    )
