"""Text files that people keep: read with a limit, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from icp_workbench.conditions.condition import Problem
from icp_workbench.documents.tree import SPEC, Kind, not_readable
from icp_workbench.errors import WorkbenchError

MOST_BYTES = 1_000_000


def text_of(path: Path, kind: Kind = SPEC, most_bytes: int = MOST_BYTES) -> str:
    """The text of a UTF-8 file. WorkbenchError where it cannot be read, is too large, or is no text."""
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except FileNotFoundError:
        raise WorkbenchError("File not found", f"There is no file `{path}`.", "Check the path.") from None
    except IsADirectoryError:
        raise WorkbenchError("A folder", f"`{path}` is a folder.", f"Name {kind.what} in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WorkbenchError(
            "Cannot read file",
            f"`{path}` could not be read: {reason}.",
            "Check its permissions and the path.",
        ) from None
    if len(content) > most_bytes:
        size = f"{most_bytes // 1_000_000} MB"
        raise not_readable([Problem("the file", f"more than {size}", f"at most {size}")], kind)
    if b"\0" in content:
        at = content[: content.index(b"\0")].count(b"\n") + 1
        raise not_readable([Problem(f"line {at}", "a NUL byte", "text")], kind)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = content[: error.start].count(b"\n") + 1
        byte = f"the byte 0x{content[error.start]:02x}, which is no UTF-8"
        raise not_readable([Problem(f"line {at}", byte, "text in UTF-8")], kind) from None
    if not text.strip():
        raise not_readable([Problem("the file", "nothing", kind.what)], kind)
    return text


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet: in whole or not at all, whenever the machine stops.

    Written beside (`.NAME.….part`), flushed to the disk, and linked to its name. FileExistsError where the
    name is taken, OSError where it cannot be written.
    """
    _write(path, content, _claim)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in place of an older one of that name: the old content or the new, never neither.
    OSError where it cannot be written."""
    _write(path, content, os.replace)


def _write(path: Path, content: bytes, name_it: Callable[[Path, Path], None]) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        name_it(beside, path)
        _sync_folder(path.parent)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _claim(beside: Path, path: Path) -> None:
    """Give the finished file its name, unless that is taken: a link never replaces, a rename would."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        os.rename(beside, path)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # no handles on folders there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
