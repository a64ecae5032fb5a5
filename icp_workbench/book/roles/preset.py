"""A preset: how a well-known system calls its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from icp_workbench.book.mapping import ColumnMapping, TableRole
from icp_workbench.conditions.fields import fold


@dataclass(frozen=True)
class PresetTable:
    """One kind of export: recognised where all headers of one set of `recognised_by` are there (an empty set:
    everywhere), and what is known of its columns, by header as compared (see `compared`).
    """

    role: TableRole | None
    recognised_by: tuple[tuple[str, ...], ...]
    columns: Mapping[str, ColumnMapping] = field(default_factory=dict)


@dataclass(frozen=True)
class Preset:
    """A system's exports, and what its stage labels mean."""

    name: str
    label: str
    tables: tuple[PresetTable, ...]
    stages: Mapping[str, str] = field(default_factory=dict)


def compared(header: str) -> str:
    """A header as it is compared: case-blind, blanks as one, without the `properties.` of an API."""
    return " ".join(fold(header).removeprefix("properties.").split())
