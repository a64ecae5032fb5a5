"""What can be saved of a session whose journal is damaged: the good part, as a session of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from icp_workbench.documents.files import write_new
from icp_workbench.errors import WorkbenchError
from icp_workbench.workshop.events import SpecSaved
from icp_workbench.workshop.folders import session_folder
from icp_workbench.workshop.journal import FILE, readable_part


@dataclass(frozen=True, slots=True)
class Rescued:
    """The new session's folder, how many events are in it, and how many lines were left behind."""

    folder: Path
    events: int
    lost: int


def rescue(root: Path, name: str, new_name: str) -> Rescued:
    """Keep the good part of a session's journal, and the versions it saved, as a new session in `root`.

    The damaged session is left as it is. WorkbenchError where there is no such session, where nothing of it
    is damaged or can be saved, where the new name is taken, and where it cannot be written.
    """
    folder, target = session_folder(root, name), session_folder(root, new_name)
    try:
        content = (folder / FILE).read_bytes()
    except OSError:
        raise WorkbenchError(
            "No such session", f"There is no session `{name}` in {root}.", "Check its name."
        ) from None
    events, whole, lost = readable_part(folder / FILE, content)
    if not lost:
        raise WorkbenchError(
            "Nothing is damaged", f"The journal of `{name}` is whole.", "Open the session as it is."
        )
    if not events:
        raise WorkbenchError(
            "Nothing can be saved",
            f"The journal of `{name}` is damaged before its first event.",
            "Versions of the spec that were saved are in the session's folder.",
        )
    try:
        target.mkdir(parents=True, exist_ok=False)
        for _, event in events:
            if isinstance(event, SpecSaved) and (saved := folder / Path(event.file).name).is_file():
                shutil.copyfile(saved, target / saved.name)
        write_new(target / FILE, content[:whole])
    except FileExistsError:
        raise WorkbenchError(
            "The session exists", f"There is a session `{target.name}` already.", "Choose another name."
        ) from None
    except OSError as error:
        raise WorkbenchError(
            "Cannot write the session",
            f"{target} cannot be written: {error.strerror}.",
            "Check the folder's permissions and the space on the disk.",
        ) from None
    return Rescued(target, len(events), lost)
