"""Which presets there are, which of them a table's headers speak of, and what they know of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib import resources
from pathlib import Path

from icp_workbench.book.mapping import BookMapping, ColumnMapping
from icp_workbench.book.raw import RawTable
from icp_workbench.book.roles.preset import Preset, PresetTable, compared
from icp_workbench.book.roles.preset_files import preset_of, read_preset
from icp_workbench.conditions.fields import fold, nearest
from icp_workbench.errors import WorkbenchError

GENERIC = "generic"
_EMPTY = ColumnMapping()


def load_presets(extra: Sequence[Path] = (), folder: Path | None = None) -> tuple[Preset, ...]:
    """The presets to recognise exports by, a later one of the same name in place of an earlier: those that
    come with the program, those in the user's `folder` (None: `user_presets_folder()`), the files `extra`.

    WorkbenchError for a file that is no preset, with all that is wrong in it.
    """
    found = {preset.name: preset for preset in _own()}
    own = user_presets_folder() if folder is None else folder
    files = sorted(own.glob("*.y*ml")) if own.is_dir() else []
    for path in [*files, *extra]:
        preset = read_preset(path)
        found[preset.name] = preset
    return tuple(found.values())


def user_presets_folder() -> Path:
    """Where a user's own presets lie."""
    from platformdirs import user_config_path

    return user_config_path("icp-workbench") / "presets"


@cache
def _own() -> tuple[Preset, ...]:
    folder = resources.files("icp_workbench.book.roles") / "presets"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda f: f.name)
    return tuple(preset_of(file.read_text("utf-8")) for file in files)


def recognised(headers: Iterable[str], presets: Sequence[Preset]) -> tuple[Preset, PresetTable] | None:
    """The kind of export a table's headers speak of: the one recognised by most of them, then the one that
    knows most of them; None where nothing is recognised."""
    there = {compared(header) for header in headers}
    best: tuple[Preset, PresetTable] | None = None
    most = (0, 0)
    for preset in presets:
        for table in preset.tables:
            met = [len(asked) for asked in table.recognised_by if asked and there.issuperset(asked)]
            score = (max(met, default=0), len(there & table.columns.keys()))
            if met and score > most:
                best, most = (preset, table), score
    return best


def wishes(headers: Sequence[str], presets: Sequence[Preset]) -> Mapping[str, ColumnMapping]:
    """What presets know of a table's columns, by header as it stands in the file."""
    held = recognised(headers, presets)
    known: dict[str, ColumnMapping] = {}
    for preset in presets:
        for table in preset.tables:
            if () in table.recognised_by:
                known |= table.columns
    known |= held[1].columns if held is not None else {}
    return {header: known[compared(header)] for header in headers if compared(header) in known}


def with_presets(
    mapping: BookMapping, tables: Sequence[RawTable], folder: Path, presets: Sequence[Preset] | None = None
) -> BookMapping:
    """The mapping with what presets know beneath what was decided: roles of tables, columns, stage labels.

    `presets` None: all there are, and the files that `mapping.presets` names (relative to `folder`). Of the
    others only those count that it names, if it names any. WorkbenchError for one that is not there.
    """
    files = [name for name in mapping.presets if _is_file(name)]
    if presets is None:
        presets = load_presets([folder / Path(name).expanduser() for name in files])
    chosen = _chosen([name for name in mapping.presets if name not in files], presets)
    stages: dict[str, str] = {}
    decided = dict(mapping.tables)
    for table in tables:
        headers = table.frame.column_names
        held = recognised(headers, chosen)
        if held is not None:
            stages |= held[0].stages
        own = mapping.table(table.name)
        known = wishes(headers, chosen)
        columns = {header: merged(own.columns.get(header, _EMPTY), wish) for header, wish in known.items()}
        role = own.role or (held[1].role if held is not None else None)
        if columns or role != own.role:
            decided[table.name] = replace(own, role=role, columns={**own.columns, **columns})
    return replace(mapping, tables=decided, stages={**stages, **mapping.stages})


def merged(decided: ColumnMapping, wish: ColumnMapping) -> ColumnMapping:
    """What was decided about a column, and beneath it what a preset knows. A column that was given a role
    plays no part of the preset's."""
    if decided.role is not None and decided.part is None:
        wish = replace(wish, part=None)
    held = {
        entry.name: getattr(decided, entry.name)
        for entry in fields(ColumnMapping)
        if getattr(decided, entry.name) != getattr(_EMPTY, entry.name)
    }
    return replace(wish, **held)


def _chosen(names: Sequence[str], presets: Sequence[Preset]) -> tuple[Preset, ...]:
    if not names:
        return tuple(presets)
    known = {preset.name: preset for preset in presets}
    for name in names:
        if fold(name) not in known:
            near = nearest(name, known)
            meant = f"; did you mean `{near}`?" if near else "."
            raise WorkbenchError(
                "Unknown preset", f"There is no preset `{name}`{meant}", f"Presets: {', '.join(known)}."
            )
    wanted = {fold(name) for name in names} | {GENERIC}
    return tuple(preset for preset in presets if preset.name in wanted)


def _is_file(name: str) -> bool:
    return name.casefold().endswith((".yaml", ".yml"))
