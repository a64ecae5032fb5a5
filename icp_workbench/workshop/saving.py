"""A workshop's criteria → the next version of its spec, as a file in the session's folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, TypedDict

from icp_workbench.book.raw import Progress, silent
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.changes.comparing import changes_in_words, effect_of
from icp_workbench.spec.digest import digest_of, digests_of, verify_digest, with_digest
from icp_workbench.spec.files import keep_schema_beside, read_spec, why_unreadable, write_spec
from icp_workbench.spec.lineage import (
    EFFECTS,
    FIRST,
    Effect,
    file_name,
    raised,
    versions_in,
)
from icp_workbench.spec.model import AcceptedCheck, IdealCustomerProfile, Parent, Plays
from icp_workbench.spec.plays import lines_of, plays_of
from icp_workbench.spec.privacy import refuse_texts
from icp_workbench.spec.room import RoomRecord
from icp_workbench.workshop.events import SpecSaved
from icp_workbench.workshop.room_record import room_record
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
    slots and the plays held before is kept unless the workshop (or `slots`) says otherwise; a summary of
    changes is written from the changes unless one is given. `progress` hears what is being weighed, and what
    it raises stops the save. WorkbenchError where nothing changed, and as `build_profile` and `write_spec`.
    """
    newest = state.versions[-1] if state.versions else None
    earlier = [one for version in state.versions if (one := _readable(folder / version.file)) is not None]
    before = _parent(newest, earlier)
    said = said_in(folder, state, slots)
    profile = build_profile(
        book=index.book,
        index=index,
        criteria=state.criteria,
        looks=state.looks,
        name=folder.name,
        version=FIRST,
        parent=Parent(version=newest.version, digest=newest.digest) if newest else None,
        created=created,
        **said,
        earlier=earlier,
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
    # All but this was looked at when the profile was built.
    added = {"metadata": {"summary_of_changes": changes["summary_of_changes"]}}
    refuse_texts(profile, index.book, said["room"].names, added)
    path = folder / file_name(folder.name, profile.metadata.version, format)
    write_spec(profile, path)
    keep_schema_beside(folder)
    return path, profile


def recovered_versions(folder: Path, known: tuple[SpecSaved, ...]) -> tuple[list[SpecSaved], tuple[str, ...]]:
    """Versions whose files are in the folder though the journal does not know them, oldest first; and notes
    on what was found, on versions that were changed by hand, and on those whose files are gone."""
    found, notes = [], []
    saved = {version.version: version for version in known}
    there = dict(versions_in(folder))
    for one in known:  # of a session that was rescued under another name
        if one.version not in there and (folder / Path(one.file).name).is_file():
            there[one.version] = folder / Path(one.file).name
    for version, path in there.items():
        try:
            profile = read_spec(path)
        except WorkbenchError as error:
            notes.append(why_unreadable(path, error))
            continue
        if version in saved:
            if saved[version].digest not in digests_of(profile):
                notes.append(f"{path.name} was changed after it was saved.")
        elif profile.metadata.version == version and verify_digest(profile):
            found.append(SpecSaved(profile.metadata.created, version, digest_of(profile), path.name))
            notes.append(f"{path.name} was found and taken into the session.")
        else:
            notes.append(f"{path.name} is no version of this session: it was made or changed by hand.")
    notes += [f"{version.file} is gone." for version in known if version.version not in there]
    return found, tuple(notes)


def newest_saved(folder: Path, versions: Sequence[SpecSaved]) -> IdealCustomerProfile | None:
    """The newest version, where there is one and its file can be read."""
    return _readable(folder / Path(versions[-1].file).name) if versions else None


def _parent(
    newest: SpecSaved | None, readable: Sequence[IdealCustomerProfile]
) -> IdealCustomerProfile | None:
    """The newest version as it was saved, among those that can be read; None where its file is gone, damaged
    or changed: whoever relies on what was saved must take the next version for a breaking one."""
    is_there = newest is not None and readable and newest.digest in digests_of(readable[-1])
    return readable[-1] if is_there else None


def _free(folder: Path, version: str) -> str:
    """The version, or the next one whose number no file of the folder bears, whoever put it there."""
    taken = {known for known, _ in versions_in(folder)}
    while version in taken:
        version = raised(version, "patch")
    return version


class Said(TypedDict):
    """What people wrote and decided beside the criteria, as `build_profile` takes it."""

    slots: Mapping[str, str]
    accepted_checks: Sequence[AcceptedCheck]
    text: str | None
    plays: Plays | None
    known_by_people: Mapping[str, Mapping[str, int]]
    room: RoomRecord


def said_in(folder: Path, state: Workshop, slots: Mapping[str, str] | None = None) -> Said:
    """What the next version says beside the criteria: what the newest one that can be read says, unless the
    workshop (or `slots`) says otherwise."""
    before, writing = _said_before(folder, state.versions), state.writing
    plays = lines_of(before.plays if before else None)
    return Said(
        slots={**_slots_of(before), **writing.slots} if slots is None else slots,
        accepted_checks=state.accepted_checks,
        text=writing.statement.text if writing.statement else None,
        plays=plays_of({**plays, **writing.plays}),
        known_by_people={**_known_of(before), **writing.known_by_people},
        room=room_record(state),
    )


def _said_before(folder: Path, versions: Sequence[SpecSaved]) -> IdealCustomerProfile | None:
    """The newest version that can be read, for what people wrote in it; None without one."""
    found = (_readable(folder / version.file) for version in reversed(versions))
    return next((profile for profile in found if profile is not None), None)


def _slots_of(profile: IdealCustomerProfile | None) -> dict[str, str]:
    return {} if profile is None else dict(profile.statement.slots.model_dump())


def _known_of(profile: IdealCustomerProfile | None) -> dict[str, dict[str, int]]:
    criteria = [] if profile is None else profile.criteria
    return {one.id: one.evidence.known_by_people for one in criteria if one.evidence is not None}


def _readable(path: Path) -> IdealCustomerProfile | None:
    try:
        return read_spec(path)
    except WorkbenchError:
        return None
