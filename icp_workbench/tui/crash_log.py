"""What a crash log says: which exceptions, and where in the code. Nothing that came from data.

A message may quote a value, and a path may name a person: neither is written down.
"""

from __future__ import annotations

import platform
import traceback
from collections.abc import Iterator
from pathlib import PurePath

from icp_workbench import __version__

_ROOTS = ("site-packages", "dist-packages")
_PACKAGE = "icp_workbench"
_MOST_FRAMES = 60


def log_of(error: BaseException, moment: str) -> str:
    """The exceptions from the first cause to the last, each with the places it came through."""
    system = f"Python {platform.python_version()}, {platform.system()}"
    lines = [f"{moment}  ICP Workbench {__version__}, {system}"]
    for at, one in enumerate(_chain(error)):
        lines.append(f"{'then ' if at else ''}{type(one).__module__}.{type(one).__qualname__}")
        frames = traceback.extract_tb(one.__traceback__)
        lines += [
            f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-_MOST_FRAMES:]
        ]
    return "\n".join(lines) + "\n"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception after those that led to it, and after those of its group."""
    chain: list[BaseException] = []
    ahead: list[BaseException | None] = [error]
    while ahead:
        one = ahead.pop(0)
        if one is None or one in chain:
            continue
        chain.append(one)
        inner = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        ahead += [*inner, one.__cause__ or (None if one.__suppress_context__ else one.__context__)]
    return reversed(chain)


def _place(filename: str) -> str:
    """A source file without the folders it was installed in."""
    parts = PurePath(filename).parts
    for root in _ROOTS:
        if root in parts:
            return "/".join(parts[parts.index(root) + 1 :])
    if _PACKAGE in parts:
        at = len(parts) - 1 - parts[::-1].index(_PACKAGE)
        return "/".join(parts[at:])
    return parts[-1] if parts else "?"
