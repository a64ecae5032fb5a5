"""What a person asks of an opening, above what the book file remembers."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the terminal asks before its first frame, and the mapping brings numpy and pyarrow
    from icp_workbench.book.mapping import BookMapping


@dataclass(frozen=True, slots=True)
class Asked:
    """`book_file`: another than the one beside the data, False for none. `churn` names the source of churn,
    `market` a file of prospects, `presets` files that say how headers are read. Paths are as a person wrote
    them, from where the program runs.
    """

    book_file: Path | Literal[False] | None = None
    churn: str | None = None
    market: Path | None = None
    presets: tuple[Path, ...] = ()


def with_asked(mapping: BookMapping, asked: Asked, folder: Path) -> BookMapping:
    """The mapping with what was asked decided; paths in it begin in `folder`, that of the data."""
    if asked.churn is not None:
        mapping = mapping.with_churn_source(asked.churn)
    if asked.market is not None:
        mapping = replace(mapping, market=_from(folder, asked.market))
    if asked.presets:
        files = [name for path in asked.presets if (name := _from(folder, path)) not in mapping.presets]
        mapping = replace(mapping, presets=(*mapping.presets, *files))
    return mapping


def _from(folder: Path, path: Path) -> str:
    """A path as it is written in a folder's file: relative, so that the folder can be moved. Where a link
    leads to either, `..` is meant from the folder that it leads to."""
    try:
        path = path.expanduser()
        return Path(os.path.relpath(path.parent.resolve() / path.name, folder.resolve())).as_posix()
    except (OSError, RuntimeError, ValueError):  # on another drive
        return str(path)
