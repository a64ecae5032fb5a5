"""Which files a session was last opened on, so that it can be gone on with by its name alone."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from icp_workbench.documents.files import replace_file

FILE = "opened.json"
_MOST_BYTES, _MOST_PATHS = 100_000, 200


def remember_paths(folder: Path, paths: Sequence[Path]) -> None:
    """Write down, in a session's folder, the files it is open on. A folder that cannot be written is no
    error: only going on by name is lost."""
    named = [str(path.resolve()) for path in paths[:_MOST_PATHS]]
    with contextlib.suppress(OSError, UnicodeEncodeError):
        replace_file(folder / FILE, json.dumps({"paths": named}, indent=1).encode("ascii"))


def remembered_paths(folder: Path) -> tuple[Path, ...]:
    """The files a session was last opened on; none where that is not known, or is no such list."""
    try:
        with (folder / FILE).open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))["paths"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
    if not isinstance(found, list) or not all(isinstance(path, str) and path for path in found):
        return ()
    return tuple(Path(path) for path in found[:_MOST_PATHS])
