"""What is known about the accounts: files in, one immutable book out.

`open_book` is reached as `icp_workbench.book.open_book`; it is imported when first asked for, so that the
types of this floor cost no reading of files.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "open_book":
        from icp_workbench.book.opening import open_book

        return open_book
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
