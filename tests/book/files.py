"""Small exports written for a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

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
