"""Paths, folders and patterns → the files that are read, and what is said of the others."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from icp_workbench.book.opening import open_book, read_files
from icp_workbench.book.reading.chosen import split_chosen
from icp_workbench.book.reading.paths import find_files
from icp_workbench.errors import WorkbenchError
from tests.book.files import ACCOUNTS, DEALS, write

from .test_sources import zipped

ROWS = '[{"a": 1}]'


def names(*paths: Path | str) -> list[str]:
    return [path.name for path in find_files(paths)[0]]


def test_a_folder_gives_its_tables_and_passes_over_what_only_looks_like_one(tmp_path: Path) -> None:
    write(tmp_path, {
        "a.csv": ACCOUNTS, "b.json": ROWS, "c.jsonl": '{"a": 1}', "d.csv.gz": gzip.compress(b"a\n1"),
        "e.zip": zipped(("x.csv", ACCOUNTS)), "f.sqlite": b"SQLite format 3\x00",
        "g.duckdb": bytes(8) + b"DUCK",
        "settings.json": json.dumps({"theme": "dark", "sizes": [1, 2]}), "Thumbs.db": b"\xd0\xcf\x11\xe0",
        "photos.zip": zipped(("x.png", b"")), "backup.tar.gz": b"\x1f\x8b", "README.csv": "x",
        ".hidden.csv": "x",
        "~$a.xlsx": "x", "crm.book.yaml": "x", "crm-1.0.0.icp.yaml": "x", "page.html": "<table>",
    })  # fmt: skip
    for inner in ("deeper", "pictures", "__MACOSX"):
        (tmp_path / inner).mkdir()
    write(tmp_path / "deeper", {"z.csv": ACCOUNTS})
    write(tmp_path / "__MACOSX", {"z.csv": ACCOUNTS})
    files, notes, _ = find_files([tmp_path])
    assert [path.name for path in files] == [
        "a.csv", "b.json", "c.jsonl", "d.csv.gz", "e.zip", "f.sqlite", "g.duckdb",
    ]  # fmt: skip
    passed, folders = notes
    for name in ("settings.json", "Thumbs.db", "photos.zip", "backup.tar.gz", "README.csv", "page.html"):
        assert name in passed
    assert "yaml" not in passed and "hidden" not in passed
    assert folders.endswith("were not entered: deeper.")


def test_a_part_stays_on_each_file_and_belongs_to_the_whole(tmp_path: Path) -> None:
    write(tmp_path, {"a.zip": zipped(("d.csv", DEALS)), "b.zip": zipped(("d.csv", ACCOUNTS))})
    assert names(f"{tmp_path}/*.zip::d.csv") == ["a.zip::d.csv", "b.zip::d.csv"]
    assert names(f"{tmp_path}/a.zip::d.csv", tmp_path / "a.zip") == ["a.zip"]
    assert names(f"{tmp_path}/a.zip::d.csv", f"{tmp_path}/./a.zip::d.csv") == ["a.zip::d.csv"]
    assert find_files([f"{tmp_path}/a.zip::d.csv"])[2] == "a"


def test_a_file_whose_name_holds_the_mark(tmp_path: Path) -> None:
    write(tmp_path, {"a::b.csv": ACCOUNTS})
    assert split_chosen(tmp_path / "a::b.csv") == (tmp_path / "a::b.csv", "")
    assert split_chosen(f"{tmp_path}/a::b.csv::x::y") == (tmp_path / "a::b.csv", "x::y")
    assert split_chosen("missing.xlsx::x::y") == (Path("missing.xlsx"), "x::y")


def test_a_missing_file_with_a_part(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError) as caught:
        open_book(f"{tmp_path}/missing.xlsx::Deals")
    assert caught.value.title == "File not found" and "::" not in caught.value.what_happened


def test_the_same_table_packed_and_unpacked_is_read_once(tmp_path: Path) -> None:
    packed = zipped(("accounts.csv", ACCOUNTS), ("deals.csv", DEALS))
    write(
        tmp_path, {"accounts.csv": ACCOUNTS, "deals.csv.gz": gzip.compress(DEALS.encode()), "e.zip": packed}
    )
    files = read_files(tmp_path)
    assert [table.name for table in files.tables] == ["accounts", "deals"]
    assert len(files.notes) == 2 and all("was read once" in note for note in files.notes)
    write(tmp_path / "plain", {"accounts.csv": ACCOUNTS, "deals.csv": DEALS})
    assert read_files(tmp_path / "plain").digest == files.digest


def test_two_sheets_of_one_workbook_are_two_tables(tmp_path: Path) -> None:
    from .test_sources import workbook

    write(tmp_path, {"crm.xlsx": workbook(("Deals", DEALS), ("Firms", ACCOUNTS), ("More", ACCOUNTS))})
    files = read_files(f"{tmp_path}/crm.xlsx::Deals", f"{tmp_path}/crm.xlsx::Firms")
    assert [table.name for table in files.tables] == ["crm Deals", "crm Firms"]
    book = open_book(f"{tmp_path}/crm.xlsx::Deals", f"{tmp_path}/crm.xlsx::Firms")
    assert len(book.accounts) == 12
