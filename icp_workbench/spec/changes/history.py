"""How a profile moved over its versions: read from their files alone."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from icp_workbench.errors import WorkbenchError
from icp_workbench.render.dates import day
from icp_workbench.render.figures import MISSING, count, counted, figure
from icp_workbench.render.tables import plain_table
from icp_workbench.render.text import printable
from icp_workbench.spec.changes.comparing import changes_in_words, effect_of
from icp_workbench.spec.digest import digest_note, digests_of
from icp_workbench.spec.files import read_spec, why_unreadable
from icp_workbench.spec.lineage import Effect, profile_in, versions_in
from icp_workbench.spec.model import IdealCustomerProfile, ProfileCoverage

_WRAPPED = textwrap.TextWrapper(
    width=100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
)


@dataclass(frozen=True)
class PastVersion:
    """One version as its file tells it. `what` says in words what changed since the version before;
    `effect` None for the first; `criteria` counts them by verdict."""

    version: str
    created: dt.datetime
    what: str
    effect: Effect | None
    criteria: dict[str, int]
    coverage: ProfileCoverage | None


@dataclass(frozen=True)
class History:
    """The versions of one profile, oldest first; `notes` on files that are damaged, changed or do not fit."""

    name: str
    versions: tuple[PastVersion, ...]
    notes: tuple[str, ...]


def history_of(folder: Path) -> History:
    """The versions in a session's folder, or in another that holds those of one profile. WorkbenchError
    where there is none, or it cannot be read."""
    try:
        if folder.is_file():
            told = f"`{folder}` is a file; a history is that of a folder."
            raise WorkbenchError("A file", told, f"Name `{folder.parent}`.")
        name = profile_in(folder) or folder.name
        files = versions_in(folder, name) if folder.is_dir() else []
    except OSError as error:
        raise WorkbenchError(
            "Cannot read the session", f"`{folder}` cannot be read: {error.strerror}.", "Check the folder."
        ) from None
    if not files:
        raise WorkbenchError(
            "No version here",
            f"`{folder}` holds no saved version of a spec, such as {name or 'acme'}-1.0.0.icp.yaml.",
            "Name a session that saved one, or its folder; --sessions says where sessions are kept.",
        )
    notes: list[str] = []
    versions: list[PastVersion] = []
    before: IdealCustomerProfile | None = None
    for _, path in files:
        try:
            profile = read_spec(path)
        except WorkbenchError as error:
            notes.append(why_unreadable(path, error))
            continue
        notes += _doubts(path, profile, before)
        versions.append(_past(profile, before))
        before = profile
    return History(name, tuple(versions), tuple(notes))


def as_text(history: History) -> str:
    """For a terminal: a row for each version, then what changed in each."""
    rows = [
        [one.version, day(one.created.date()), one.effect or "first", _criteria(one), *_covered(one.coverage)]
        for one in history.versions
    ]
    headers = ["version", "saved", "effect", "criteria", "profile", "of all"]
    lines = [f"{history.name}: {counted(len(rows), 'version')}", ""]
    lines += plain_table(headers, rows, right=(4, 5)).splitlines()
    for one in history.versions:
        lines += ["", f"{one.version}, {day(one.created.date())}"]
        lines += _WRAPPED.wrap(one.what)
    lines += [line for note in history.notes for line in ("", f"Note: {note}")]
    return "\n".join(printable(line) for line in lines)


def as_payload(history: History) -> dict[str, Any]:
    """For a program."""
    return {
        "name": history.name,
        "versions": [
            {
                "version": one.version,
                "created": one.created.isoformat(),
                "effect": one.effect,
                "what_changed": one.what,
                "criteria": one.criteria,
                "coverage": one.coverage.model_dump() if one.coverage is not None else None,
            }
            for one in history.versions
        ],
        "notes": list(history.notes),
    }


def _past(profile: IdealCustomerProfile, before: IdealCustomerProfile | None) -> PastVersion:
    about = profile.metadata
    computed = changes_in_words(before, profile) if before is not None else "The first version."
    return PastVersion(
        version=about.version,
        created=about.created,
        what=about.summary_of_changes or computed,
        effect=effect_of(before, profile) if before is not None else None,
        criteria=dict(Counter(criterion.verdict for criterion in profile.criteria)),
        coverage=profile.data.coverage,
    )


def _doubts(path: Path, profile: IdealCustomerProfile, before: IdealCustomerProfile | None) -> Iterator[str]:
    about = profile.metadata
    if note := digest_note(profile):
        yield f"{path.name}: {note}"
    if not path.name.removesuffix(path.suffix).endswith(f"-{about.version}.icp"):
        yield f"{path.name} says it is version {about.version}."
    if before is not None and about.parent is None:
        yield f"{path.name} names no parent, though {before.metadata.version} is older."
    elif before is not None and about.parent is not None:
        if about.parent.version != before.metadata.version:
            yield f"{path.name} comes from {about.parent.version}, not from {before.metadata.version}."
        elif about.parent.digest not in digests_of(before):
            yield f"{path.name} comes from another {about.parent.version} than the file here."


def _criteria(one: PastVersion) -> str:
    words = {"icp": "ICP", "ok_if": "OK-if", "anti_icp": "anti-ICP"}
    return ", ".join(f"{one.criteria[key]} {word}" for key, word in words.items() if key in one.criteria)


def _covered(coverage: ProfileCoverage | None) -> Sequence[str]:
    if coverage is None or coverage.accounts is None:
        return MISSING, MISSING
    accounts = coverage.accounts
    shown = count(accounts) if isinstance(accounts, int) else accounts.replace("<5", "< 5")
    return shown, figure(coverage.share_of_accounts, "share")
