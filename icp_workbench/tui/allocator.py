"""Where memory comes from, so that what counting needs for a moment is not kept for the evening."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

_M_ARENA_MAX = -8  # from glibc's malloc.h


def share_one_arena() -> None:
    """Have all threads take memory from one place (glibc; elsewhere nothing happens).

    Each thread that counts would else have its own, and keep what it once needed at its busiest.
    """
    malloc = _glibc("mallopt")
    if malloc is not None:
        malloc.mallopt(_M_ARENA_MAX, 1)


def read_with_system_memory() -> None:
    """Have Arrow take memory from the system's allocator: its own keeps what a file needed while it was read
    (of a million rows some 300 MB). It imports Arrow."""
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """Return free memory to the system (glibc; elsewhere nothing happens): about a millisecond."""
    malloc = _glibc("malloc_trim")
    if malloc is not None:
        malloc.malloc_trim(0)


@cache
def _glibc(function: str) -> Any:
    """The C library where it has this function, else None."""
    if sys.platform != "linux":
        return None
    import ctypes  # it takes some milliseconds, and not every system needs it

    library = ctypes.CDLL(None)
    return library if hasattr(library, function) else None
