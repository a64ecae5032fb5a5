"""Small exports written for a test."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from icp_workbench.book.raw import SourceFile

ACCOUNTS = "account_id,account_name,industry,employees\n" + "".join(
    f"A{row},Name {row},{('Retail', 'Software')[row % 2]},{10 + row}\n" for row in range(12)
)
DEALS = "opportunity_id,account_id,stage,created_date,close_date,amount,source\n" + "".join(
    f"D{row},A{row % 12},{('Closed Won', 'Closed Lost')[row % 3 == 0]},2026-01-01,2026-02-{row % 27 + 1:02},"
    f"{1000 + row},{('Web', 'Event', 'Partner')[row % 5 % 3]}\n"
    for row in range(60)
)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` (name → content) into the folder and return it."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


class _Scratch:
    """A folder for one process's small files, gone when it ends."""

    held = tempfile.TemporaryDirectory()
    count = 0


def source_of(content: str | bytes, name: str = "t.csv") -> SourceFile:
    """A file on the disk that holds `content`."""
    held = content.encode("utf-8") if isinstance(content, str) else content
    _Scratch.count += 1
    path = Path(_Scratch.held.name) / f"{_Scratch.count % 50}-{name}"
    path.write_bytes(held)
    return SourceFile(path, name, Path(name).stem, "sha256:0", len(held), held[:65_536])
