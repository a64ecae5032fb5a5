"""Strings that break programs pass through a book untouched, as names, levels and headers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from icp_workbench.book.opening import open_book


def as_csv(rows: list[list[str]]) -> str:
    held = io.StringIO(newline="")
    csv.writer(held, quoting=csv.QUOTE_ALL).writerows(rows)
    return held.getvalue()


def strings(real_data: Callable[[str], Path]) -> list[str]:
    naughty = json.loads((real_data("naughty_strings") / "strings.json").read_text("utf-8"))
    hostile = json.loads((real_data("hostile") / "hostile_cells.json").read_text("utf-8"))
    cells = hostile if isinstance(hostile, list) else list(hostile.values())
    texts = [
        *naughty,
        *(cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False) for cell in cells),
    ]
    return [text for text in texts if text.strip() and text == text.encode("utf-8", "ignore").decode("utf-8")]


def test_hostile_strings_as_names_levels_and_headers(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    texts = strings(real_data)
    header = ["account_id", "account_name", "industry", "status", *texts[:40]]
    rows = [
        [str(row), text, text, ("active", "churned")[row % 2], *(str(row % 3) for _ in texts[:40])]
        for row, text in enumerate(texts)
    ]
    (tmp_path / "accounts.csv").write_bytes(as_csv([header, *rows]).encode("utf-8"))
    book = open_book(tmp_path)
    assert len(book.accounts) == len(texts)
    shown = set(book.account_names)
    assert sum(text.strip() in shown for text in texts) > 0.95 * len(texts)
    assert len(set(book.fields)) == len(book.fields)
    assert book.reports[0].loaded == len(texts)
