"""Files of an older shape → the newest: one step for each shape, a copy kept, and twice is once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from icp_workbench.documents.files import replace_file, write_new
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.digest import digest_of, verify_digest, with_digest
from icp_workbench.spec.files import read_spec, text_to_write
from icp_workbench.spec.model import IdealCustomerProfile, content_of

Content = dict[str, Any]


def _to_1_1(content: Content) -> Content:
    """1.1 has cases, otherwise and note of a field: none of them was meant by a file without."""
    return {**content, "schema": "1.1"}


def _to_1_2(content: Content) -> Content:
    """1.2 has data.coverage, metadata.migrated and kept of a reading: what a file without them selects is not
    known without its book, and stays unsaid."""
    return {**content, "schema": "1.2"}


STEPS: Mapping[str, Callable[[Content], Content]] = {"1.0": _to_1_1, "1.1": _to_1_2}


def migrated(profile: IdealCustomerProfile) -> IdealCustomerProfile:
    """The profile in the newest shape; itself where it has that, or one that is newer still.

    The digests it had are kept, so that versions which name it as their parent still find it.
    """
    content = content_of(profile)
    while (step := STEPS.get(content["schema"])) is not None:
        content = step(content)
    if content["schema"] == profile.schema_version:
        return profile
    before = {"from": profile.schema_version, "digest": digest_of(profile)}
    metadata = {**content["metadata"], "migrated": [*content["metadata"].get("migrated", []), before]}
    rewritten = IdealCustomerProfile.model_validate({**content, "metadata": metadata})
    return rewritten if profile.metadata.digest is None else with_digest(rewritten)


def migrate_file(path: Path) -> Path | None:
    """Rewrite a spec file in the newest shape; where its old content is kept. None where it has that shape.

    The copy is written first, then the file replaced: whenever the machine stops, the old file is there or
    the new one, and running it again ends the work. WorkbenchError as `read_spec`, for a file that was
    changed after it was saved (its digest would no longer show it), and where it cannot be written.
    """
    profile = read_spec(path)
    rewritten = migrated(profile)
    if rewritten is profile:
        return None
    if verify_digest(profile) is False:
        raise WorkbenchError(
            "Changed after it was saved",
            f"`{path}` does not have the digest it names: rewritten, that could not be seen any more.",
            "Take it back from where it was saved, or save what it says as a new version.",
        )
    text = text_to_write(rewritten, path)
    old = path.read_bytes()
    copy = _copy_for(path, profile.schema_version, old)
    try:
        if not copy.exists():
            write_new(copy, old)
        replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise WorkbenchError(
            "Cannot write the spec",
            f"`{path}` cannot be rewritten: {error.strerror or 'an input/output error'}. It is as it was.",
            "Check the folder's permissions and the space on the disk.",
        ) from None
    return copy


def _copy_for(path: Path, schema: str, content: bytes) -> Path:
    """Where the old content goes: a name that is free, or that holds the same already."""
    number = 1
    while True:
        copy = path.with_name(f"{path.name}.{schema}.bak" + (f"-{number}" if number > 1 else ""))
        if not copy.exists() or copy.read_bytes() == content:
            return copy
        number += 1
