"""Preset files: YAML → Preset, or every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from icp_workbench.book.mapping import ColumnMapping
from icp_workbench.book.roles.parts import PARTS
from icp_workbench.book.roles.preset import Preset, PresetTable, compared
from icp_workbench.conditions.fields import FieldKind, nearest
from icp_workbench.documents.files import text_of
from icp_workbench.documents.tree import Kind, yaml_tree
from icp_workbench.documents.typed import Found, shown, typed

PRESET = Kind("a preset", "the presets that come with the program show the shape it must have.")
_KNOWN_PARTS = sorted({part for parts in PARTS.values() for part in parts})


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Column(_Shape):
    headers: list[str] = Field(min_length=1)
    role: Literal["id", "name", "outcome", "date", "currency", "text", "ignore"] | None = None
    part: str | None = None
    type: Literal["category", "number", "boolean", "set", "date", "text", "identifier"] | None = None
    kind: FieldKind | None = None
    name: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    unit: str | None = None
    scale: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    date_order: Literal["D/M/Y", "M/D/Y"] | None = None
    decimal_mark: Literal[".", ","] | None = None
    separator: str | None = Field(default=None, min_length=1)

    def meaning(self) -> ColumnMapping:
        return ColumnMapping(**self.model_dump(exclude={"headers"}))


class _Table(_Shape):
    role: Literal["accounts", "deals", "subscriptions", "tickets", "events", "usage", "unused"] | None = None
    recognised_by: list[list[str]] = Field(min_length=1)
    columns: list[_Column] = []


class _Preset(_Shape):
    preset: Literal["icp-preset/v1"]
    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    label: str = ""
    tables: list[_Table] = Field(min_length=1)
    stages: dict[str, Literal["won", "lost", "open", "neither"]] = {}


def read_preset(path: Path) -> Preset:
    """The preset in a file. WorkbenchError with all problems where it is none."""
    named = Kind(f"a preset (`{path.name}`)", PRESET.help)
    return preset_of(text_of(path, named), named)


def preset_of(text: str, kind: Kind = PRESET) -> Preset:
    """The preset a YAML text means. WorkbenchError with all problems where it is none."""
    tree = yaml_tree(text, kind)
    read = typed(tree, _Preset, kind, further=_further(tree.root), pattern=_in_words)
    return Preset(read.name, read.label or read.name, tuple(map(_table, read.tables)), dict(read.stages))


def _table(read: _Table) -> PresetTable:
    columns = {compared(header): column.meaning() for column in read.columns for header in column.headers}
    asked = tuple(tuple(compared(header) for header in headers) for headers in read.recognised_by)
    return PresetTable(read.role, asked, columns)


def _further(root: object) -> Iterator[Found]:
    """What no schema says: parts that the table's role does not have, and headers that stand twice."""
    tables = root.get("tables") if isinstance(root, dict) else None
    for at, table in enumerate(tables if isinstance(tables, list) else []):
        held = table.get("columns") if isinstance(table, dict) else None
        role = table.get("role") if isinstance(table, dict) else None
        parts = list(PARTS.get(str(role), {})) if role else _KNOWN_PARTS
        seen: set[str] = set()
        for number, column in enumerate(held if isinstance(held, list) else []):
            if not isinstance(column, dict):
                continue
            where = ("tables", at, "columns", number)
            part = column.get("part")
            if isinstance(part, str) and part not in parts:
                near = nearest(part, parts)
                expected = f"`{near}`, perhaps" if near else f"one of {', '.join(parts)}"
                yield (*where, "part"), shown(part), expected
            headers = column.get("headers")
            own = {compared(str(header)) for header in headers} if isinstance(headers, list) else set()
            for header in sorted(own & seen):
                yield (*where, "headers"), f"{shown(header)} a second time", "each header once in a table"
            seen |= own


def _in_words(pattern: str) -> str:
    hyphen = " or hyphens" if "-]" in pattern else ""
    return f"small letters, digits and underscores{hyphen}, a letter first"
