"""A workshop's criteria → the next version of its spec, as a file in the session's folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from icp_workbench.book.raw import Progress, silent
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.digest import digest_of, verify_digest, with_digest
from icp_workbench.spec.files import read_spec, write_spec
from icp_workbench.spec.lineage import (
    EFFECTS,
    FIRST,
    Effect,
    changes_in_words,
    effect_of,
    file_name,
    raised,
    versions_in,
)
from icp_workbench.spec.model import IdealCustomerProfile, Parent
from icp_workbench.spec.privacy import refuse_texts
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
    at_least: Effect = "patch",
    progress: Progress = silent,
) -> tuple[Path, IdealCustomerProfile]:
    """Write the next version and give its path and content. The name of the profile is the folder's.

    `at_least` raises the version above what the change asks for; it never lowers it. What the statement's
    slots held before is kept unless `slots` says otherwise; a summary of changes is written from the
    changes unless one is given. `progress` hears what is being weighed, and what it raises stops the save.
    WorkbenchError where nothing changed, and as `build_profile` and
    `write_spec`.
    """
    newest = state.versions[-1] if state.versions else None
    before = _parent(folder, newest)
    if slots is None:
        slots = slots_before(folder, state.versions)
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
        accepted_checks=state.accepted_checks,
        progress=progress,
    )
    if newest is not None:
        effect = effect_of(before, profile) if before is not None else "major"
        if effect is None:
            raise WorkbenchError(
                "Nothing changed",
                f"Nothing changed since version {newest.version}; it is saved as {newest.file}.",
                "Change a criterion, and save again.",
            )
        if before is not None:
            words = changes_in_words(before, profile)
        else:
            words = f"The file of version {newest.version} is gone or was changed: what changed is not known."
        changes = {
            "version": _free(folder, raised(newest.version, max(effect, at_least, key=EFFECTS.index))),
            "summary_of_changes": summary_of_changes or words,
        }
    else:
        changes = {"version": _free(folder, FIRST), "summary_of_changes": summary_of_changes}
    profile = with_digest(
        profile.model_copy(update={"metadata": profile.metadata.model_copy(update=changes)})
    )
    refuse_texts(profile, index.book)
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
            lines = error.what_happened.splitlines()
            notes.append(f"{path.name} cannot be read: {' '.join(line.strip() for line in lines[:2])}")
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
    """The newest version as it was saved; None where its file is gone, damaged or changed: whoever relies on
    what was saved must take the next version for a breaking one."""
    found = None if newest is None else _readable(folder / newest.file)
    return found if newest is not None and found is not None and digest_of(found) == newest.digest else None


def _free(folder: Path, version: str) -> str:
    """The version, or the next one whose number no file of the folder bears, whoever put it there."""
    taken = {known for known, _ in versions_in(folder)}
    while version in taken:
        version = raised(version, "patch")
    return version


def slots_before(folder: Path, versions: Sequence[SpecSaved]) -> dict[str, str] | None:
    """The statement's slots in the newest version that can be read; None without one."""
    for version in reversed(versions):
        if (found := _readable(folder / version.file)) is not None:
            return dict(found.statement.slots.model_dump())
    return None


def _readable(path: Path) -> IdealCustomerProfile | None:
    try:
        return read_spec(path)
    except WorkbenchError:
        return None
