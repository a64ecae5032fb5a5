"""Spec files: read with every problem at once, written whole or not at all, never over another version."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from icp_workbench.documents.files import MOST_BYTES, replace_file, text_of, write_new
from icp_workbench.documents.tree import toml_tree, yaml_tree
from icp_workbench.errors import WorkbenchError
from icp_workbench.spec.model import IdealCustomerProfile, content_of
from icp_workbench.spec.reading import profile_of
from icp_workbench.spec.schema import schema_text
from icp_workbench.spec.writing import SCHEMA_FILE, toml_text, yaml_text


def read_spec(path: Path) -> IdealCustomerProfile:
    """The profile in a YAML or (by its suffix .toml) TOML file.

    WorkbenchError, one for the whole file: it cannot be read, is over 1 MB, is no UTF-8, nests over 50
    levels, uses what YAML bites with, belongs to a newer version, or does not have the shape of a spec. All
    problems at once, after the name of the file: who compares two must know which of them it is.
    """
    toml = path.suffix.lower() == ".toml"
    try:
        text = text_of(path)
        return profile_of(toml_tree(text) if toml else yaml_tree(text))
    except WorkbenchError as error:
        if f"`{path}`" in error.what_happened:
            raise
        told = f"{_named(path)}{error.what_happened}"
        raise WorkbenchError(error.title, told, error.what_to_do) from None


def why_unreadable(path: Path, error: WorkbenchError) -> str:
    """What `read_spec` found wrong with a file, on one line: its name without the folder, and the first
    problem."""
    lines = error.what_happened.removeprefix(_named(path)).splitlines()
    return f"{path.name} cannot be read: {' '.join(line.strip() for line in lines[:2])}"


def _named(path: Path) -> str:
    return f"`{path}`: "


def write_spec(profile: IdealCustomerProfile, path: Path) -> None:
    """Write a profile to a new file, as TOML where its name ends in .toml, else as YAML.

    The file is there in whole or not at all, whenever the machine stops: written beside, flushed to the disk,
    and linked to its name. WorkbenchError where a file of that name exists, where it cannot be written, and
    where what was written would not be read as the same profile.
    """
    _write_new(path, text_to_write(profile, path).encode("utf-8"))


def text_to_write(profile: IdealCustomerProfile, path: Path) -> str:
    """The text of a profile in a file of that name. WorkbenchError where it would not be read as the same."""
    toml = path.suffix.lower() == ".toml"
    text = toml_text(profile) if toml else yaml_text(profile)
    _refuse_what_would_not_come_back(text, toml, profile)
    return text


def keep_schema_beside(folder: Path) -> None:
    """Put the JSON Schema beside the specs of a folder, where their hint to editors says it is. Nothing is
    lost where that fails: a spec needs no schema."""
    path = folder / SCHEMA_FILE
    text = schema_text().encode("utf-8")
    with contextlib.suppress(OSError):
        if not path.is_file() or path.read_bytes() != text:
            replace_file(path, text)


def _refuse_what_would_not_come_back(text: str, toml: bool, profile: IdealCustomerProfile) -> None:
    """A version is for ever: one that nobody could open, or that said something else, must not begin."""
    if any("\ud800" <= char <= "\udfff" for said in _texts(content_of(profile)) for char in said):
        raise WorkbenchError(
            "Cannot be written as text",
            "A value in the spec holds half a character (a lone surrogate).",
            "Remove it from the condition, the reason or the statement.",
        )
    if (size := len(text.encode("utf-8"))) > MOST_BYTES:
        raise WorkbenchError(
            "The spec is too large",
            f"It would take {size:,} bytes; a spec of more than 1 MB cannot be read back.",
            "Name fewer values in its conditions, or shorten the reasons.",
        )
    try:
        read = profile_of(toml_tree(text) if toml else yaml_tree(text))
        if content_of(read) == content_of(profile):
            return
        found = "it would be read as something else"
    except WorkbenchError as error:
        found = error.what_happened
    raise WorkbenchError(
        "Cannot be written so that it is read again",
        f"The spec holds what a file of this format cannot: {found}",
        "Change the condition, the reason or the statement.",
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def sweep(folder: Path) -> None:
    """Remove what writes that were cut short left beside the versions of a folder. For its one writer."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".*.icp.*.part"):
            path.unlink(missing_ok=True)


def _write_new(path: Path, content: bytes) -> None:
    try:
        write_new(path, content)
    except FileExistsError:
        raise WorkbenchError(
            "The version exists",
            f"`{path}` is there already; a version that was saved is never overwritten.",
            "Save the next version.",
        ) from None
    except OSError as error:
        raise WorkbenchError(
            "Cannot write the spec",
            f"`{path}` cannot be written: {error.strerror or 'an input/output error'}. Nothing was changed.",
            "Check the folder's permissions and the space on the disk, or choose another with --sessions.",
        ) from None
