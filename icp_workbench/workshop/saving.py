"""A workshop's criteria → the next version of its spec, as a file in the session's folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.digest import digest_of, verify_digest, with_digest
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.lineage import FIRST, changes_in_words, effect_of, file_name, raised, versions_in
from icp_workbench.spec.model import IdealCustomerProfile, Parent
from icp_workbench.workshop.events import SpecSaved
from icp_workbench.workshop.state import Workshop


def save_version(
    folder: Path,
    state: Workshop,
    index: SegmentIndex,
    *,
    created: dt.datetime,
    format: Literal["yaml", "toml"] = "yaml",
    slots: Mapping[str, str] | None = None,
    summary_of_changes: str = "",
) -> tuple[Path, IdealCustomerProfile]:
    """Write the next version and give its path and content. The name of the profile is the folder's.

    What the statement's slots held before is kept unless `slots` says otherwise; a summary of changes is
    written from the changes unless one is given. WorkbenchError where nothing changed, and as `build_profile`
    and `write_spec`.
    """
    newest = state.versions[-1] if state.versions else None
    before = _parent(folder, newest)
    if slots is None and before is not None:
        slots = before.statement.slots.model_dump()
    profile = build_profile(
        book=index.book,
        index=index,
        criteria=state.criteria,
        looks=state.looks,
        name=folder.name,
        version=FIRST,
        parent=Parent(version=newest.version, digest=newest.digest) if newest else None,
        created=created,
        slots=slots,
    )
    if newest is not None:
        effect = effect_of(before, profile) if before is not None else "major"
        if effect is None:
            raise WorkbenchError(
                "Nothing changed",
                f"Nothing changed since version {newest.version}; it is saved as {newest.file}.",
                "Change a criterion, and save again.",
            )
        words = changes_in_words(before, profile) if before is not None else ""
        changes = {
            "version": raised(newest.version, effect),
            "summary_of_changes": summary_of_changes or words,
        }
    else:
        changes = {"summary_of_changes": summary_of_changes}
    profile = with_digest(
        profile.model_copy(update={"metadata": profile.metadata.model_copy(update=changes)})
    )
    path = folder / file_name(folder.name, profile.metadata.version, format)
    write_spec(profile, path)
    return path, profile


def recovered_versions(folder: Path, known: tuple[SpecSaved, ...]) -> tuple[list[SpecSaved], tuple[str, ...]]:
    """Versions whose files are in the folder though the journal does not know them, oldest first; and notes
    on what was found, on versions that were changed by hand, and on those whose files are gone."""
    found, notes = [], []
    saved = {version.version: version for version in known}
    there = dict(versions_in(folder))
    for version, path in there.items():
        try:
            profile = read_spec(path)
        except WorkbenchError as error:
            notes.append(f"{path.name} cannot be read: {error.what_happened.splitlines()[0]}")
            continue
        if version in saved:
            if saved[version].digest != digest_of(profile):
                notes.append(f"{path.name} was changed after it was saved.")
        elif profile.metadata.version == version and verify_digest(profile):
            found.append(SpecSaved(profile.metadata.created, version, digest_of(profile), path.name))
            notes.append(f"{path.name} was found and taken into the session.")
        else:
            notes.append(f"{path.name} is no version of this session: it was made or changed by hand.")
    notes += [f"{version.file} is gone." for version in known if version.version not in there]
    return found, tuple(notes)


def _parent(folder: Path, newest: SpecSaved | None) -> IdealCustomerProfile | None:
    if newest is None:
        return None
    try:
        return read_spec(folder / newest.file)
    except WorkbenchError:
        return None  # gone or damaged: the next version counts as a breaking one
