"""A process that is killed at the nth step of a save, for every n: run as a program, it prints what was left.

python -m tests.spec.killing save|replace|session FOLDER

A step is a line of our own modules that write, so that no step can be forgotten. Each save runs in a process
of its own, which is ended by SIGKILL: no handler, no `finally`, nothing is flushed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from icp_workbench.documents import files as documents
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec import files as specs
from icp_workbench.spec import migration
from icp_workbench.spec.model import IdealCustomerProfile
from icp_workbench.workshop import journal, saving
from icp_workbench.workshop.session import Session
from tests.spec.books import small_book
from tests.spec.examples import GOLDEN, profile

OLD = "acme-core-3.0.0.icp.yaml"
BOOK = small_book(6)
INDEX = SegmentIndex(BOOK)
_BUILT: list[IdealCustomerProfile] = []


BEGINS = ("write_new", "replace_file")  # what comes before writes nothing


def killed_at(step: int, act: Callable[[], None], modules: tuple[Any, ...]) -> bool:
    """Run `act` in a process that is killed before its nth line in these modules; False where it ended
    before."""
    watched = {module.__file__ for module in modules}
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return True
        if os.WEXITSTATUS(status):
            raise RuntimeError(f"the save failed at step {step}")
        return False
    seen, began = 0, False

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal seen, began
        began = began or frame.f_code.co_name in BEGINS
        if not began or frame.f_code.co_filename not in watched:
            return None
        if event == "line":
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    try:
        sys.settrace(trace)
        act()
        sys.settrace(None)
    except BaseException:
        os._exit(1)
    os._exit(0)


def every_step(folder: Path, prepare: Callable[[Path], Callable[[], None]], modules: tuple[Any, ...]) -> int:
    """Kill at every step, each in a folder of its own; how many steps there were."""
    step = 1
    while True:
        here = folder / f"{step:04}"
        here.mkdir()
        if not killed_at(step, prepare(here), modules):
            return step - 1
        step += 1


def save(here: Path) -> Callable[[], None]:
    """A spec written to a new file."""
    return lambda: specs.write_spec(profile(), here / "it-1.0.0.icp.yaml")


def replace(here: Path) -> Callable[[], None]:
    """A file of an older shape rewritten in place."""
    path = here / OLD
    shutil.copy(GOLDEN / path.name, path)
    return lambda: migration.migrate_file(path) and None


def session(here: Path) -> Callable[[], None]:
    """A session's third version saved on top of two."""
    shutil.copytree(here.parent / "begun" / "it", here / "it")
    if not _BUILT:
        with Session.open_or_start(here, "it", BOOK, INDEX) as opened:
            _BUILT.append(opened.save().profile)
        shutil.rmtree(here / "it")
        shutil.copytree(here.parent / "begun" / "it", here / "it")
    saving.build_profile = lambda **_: _BUILT[0]  # the figures are not what is killed here

    def act() -> None:
        with Session.open_or_start(here, "it", BOOK, INDEX) as opened:
            opened.save()

    return act


MODULES: dict[str, tuple[Any, ...]] = {
    "save": (documents, specs),
    "replace": (documents, migration),
    "session": (documents, saving, journal),
}

if __name__ == "__main__":
    what, root = sys.argv[1], Path(sys.argv[2])
    steps = every_step(root, {"save": save, "replace": replace, "session": session}[what], MODULES[what])
    print(json.dumps({"steps": steps}))
