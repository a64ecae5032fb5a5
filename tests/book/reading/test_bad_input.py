"""Every kind of bad input is one WorkbenchError that says what happened and what to do next."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.raw import SourceFile
from icp_workbench.book.reading import excel
from icp_workbench.errors import WorkbenchError
from tests.book.files import ACCOUNTS, DEALS, write


def refused(*paths: Path) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        open_book(*paths)
    error = caught.value
    for sentence in (error.what_happened, error.what_to_do):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
    return error


def zipped(name: str, content: str, *further: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, content)
        for empty in further:
            archive.writestr(empty, "")
    return held.getvalue()


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "nothing.csv").title == "File not found"


def test_a_pattern_that_matches_nothing(tmp_path: Path) -> None:
    assert refused(tmp_path / "*.csv").title == "Nothing matches"


def test_no_path_at_all() -> None:
    assert refused().title == "No files"


def test_a_folder_without_a_table(tmp_path: Path) -> None:
    write(tmp_path, {"README.md": "# hello", "LICENSE": "text"})
    assert refused(tmp_path).title == "No tables in folder"


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    write(tmp_path, {"accounts.csv": content})
    assert refused(tmp_path / "accounts.csv").title in ("Empty file", "No rows")


def test_a_header_and_nothing_below(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.csv": "id,industry,churned\n"})
    assert refused(tmp_path / "accounts.csv").title == "No rows"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"BZh91AY&SY", "bzip2"),
        (b"Rar!\x1a\x07\x00", "RAR"),
        (zipped("word/document.xml", "<w/>", "[Content_Types].xml"), "Word"),
        (bytes(range(256)) * 40, "binary"),
        (bytes(4000) + b"abc", "binary"),
    ],
    ids=["PDF", "PNG", "bzip2", "RAR", "Word", "every byte", "zeros"],  # a zip holds the time it was made
)
def test_something_else_named_csv(tmp_path: Path, content: bytes, told: str) -> None:
    write(tmp_path, {"accounts.csv": content})
    error = refused(tmp_path / "accounts.csv")
    assert error.title == "Not a table" and told in error.what_happened


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.csv": ACCOUNTS})
    (tmp_path / "accounts.csv").chmod(0)
    assert refused(tmp_path / "accounts.csv").title == "Permission denied"


def test_permission_denied_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"accounts.csv": ACCOUNTS})

    def denied(_: Path, _mode: str = "r") -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refused(tmp_path / "accounts.csv").title == "Permission denied"


@pytest.mark.parametrize("content", ["Dear all,\nplease find attached\nnothing.\n", "<html><p>Sign in"])
def test_a_workbook_that_is_no_zip_and_no_table_either(tmp_path: Path, content: str) -> None:
    write(tmp_path, {"accounts.xlsx": content})
    assert refused(tmp_path / "accounts.xlsx").title in ("Not an Excel file", "No table in page")


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"\x1f\x8b\x08\x00abc", "Damaged archive"),
        (b"PK\x03\x04abc", "Damaged archive"),
        (b"SQLite format 3\x00" + bytes(100), "Damaged database"),
        (bytes(8) + b"DUCK" + bytes(100), "Damaged database"),
    ],
)
def test_what_is_read_off_the_content_and_damaged(tmp_path: Path, content: bytes, title: str) -> None:
    write(tmp_path, {"accounts.csv": content})
    assert refused(tmp_path / "accounts.csv").title == title


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.xlsx": zipped("a.csv", ACCOUNTS)})
    assert refused(tmp_path / "accounts.xlsx").title == "Damaged workbook"


def test_a_truncated_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "churned"])
    held = io.BytesIO()
    book.save(held)
    write(tmp_path, {"accounts.xlsx": held.getvalue()[:2000]})
    assert refused(tmp_path / "accounts.xlsx").title == "Damaged workbook"


def test_an_encrypted_workbook(tmp_path: Path) -> None:
    # An encrypted workbook is an OLE container whose directory names its parts; this one has only the marker.
    write(tmp_path, {"accounts.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)})
    assert refused(tmp_path / "accounts.xlsx").title in ("Encrypted workbook", "Damaged workbook")


def test_a_password_is_named_as_such() -> None:
    source = SourceFile(Path("a.xlsx"), "a.xlsx", "a", "", 1, b"")
    error = excel.failure(source, 1, "PasswordError: Workbook is password protected")
    assert error.title == "Encrypted workbook"


def test_a_small_workbook_that_claims_billions_of_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "accounts.xlsx")
    assert refused(tmp_path / "accounts.xlsx").title == "Workbook too large"


def test_a_workbook_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "accounts.xlsx")

    monkeypatch.setattr(excel, "SECONDS", 0.0)
    monkeypatch.setattr(excel, "_POLL", 0.0)
    assert refused(tmp_path / "accounts.xlsx").title == "Workbook takes too long"


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"a.parquet": "id,churned\n1,yes\n", "b.parquet": b"PAR1" + bytes(50)})
    assert refused(tmp_path / "a.parquet").title == "Not a Parquet file"
    assert refused(tmp_path / "b.parquet").title == "Damaged Parquet file"


def test_a_table_without_an_outcome(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.csv": ACCOUNTS})
    error = refused(tmp_path)
    assert error.title == "No outcome found" and "churn" in error.what_to_do


def test_a_table_nobody_understands(tmp_path: Path) -> None:
    write(tmp_path, {"weather.csv": "station,rain\nX,1.5\nY,2.5\n"})
    assert refused(tmp_path).title == "No outcome found"


def test_a_table_without_an_attribute(tmp_path: Path) -> None:
    rows = "".join(f"C{row},{('yes', 'no')[row % 2]},{row}\n" for row in range(40))
    write(tmp_path, {"customers.csv": "customer_id,churned,tenure\n" + rows})
    assert refused(tmp_path).title == "No attribute found"


def test_duplicate_account_ids_are_named_with_their_lines(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.csv": ACCOUNTS + "A3,Another,Retail,7\n", "deals.csv": DEALS})
    with pytest.raises(WorkbenchError) as caught:
        open_book(tmp_path, mapping=BookMapping().with_table("accounts", duplicates="refuse"))
    error = caught.value
    assert error.title == "Duplicate account ids"
    assert "A3 on lines 5, 14" in error.what_happened


def test_rows_that_repeat_exactly_are_left_out_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.csv": ACCOUNTS + "A3,Name 3,Software,13\n", "deals.csv": DEALS})
    book = open_book(tmp_path)
    assert len(book.accounts) == 12
    assert any("exact repeats of another row" in warning for warning in book.warnings)


def test_a_join_that_matches_nothing_shows_both_sides(tmp_path: Path) -> None:
    write(tmp_path, {"accounts.csv": ACCOUNTS, "deals.csv": DEALS.replace(",A", ",ZZ-")})
    error = refused(tmp_path)
    assert error.title == "A join that matches nothing"
    assert "ZZ-" in error.what_happened and "A0" in error.what_happened
