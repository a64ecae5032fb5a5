"""Every kind of file people bring becomes tables, or one error that says what is wrong with it."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.styles import Font

from icp_workbench.book.raw import RawTable
from icp_workbench.book.reading import archives, excel
from icp_workbench.book.sources import read_tables
from icp_workbench.errors import WorkbenchError
from tests.book.files import ACCOUNTS, DEALS, write

HEADERS = ["account_id", "account_name", "industry", "employees"]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, which must be empty when the test is over."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def zipped(*members: tuple[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def refused(path: Path | str) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        read_tables(Path(path))
    error = caught.value
    for sentence in (error.what_happened, error.what_to_do):
        assert sentence.endswith((".", "?")) and "Traceback" not in sentence
    return error


def notes(table: RawTable) -> str:
    return "\n".join(issue.what for issue in table.report.issues)


def adds_up(table: RawTable) -> bool:
    r = table.report
    held = r.loaded + r.header + r.preamble + r.footer + r.blank + r.rejected
    return r.records == held and r.loaded == table.frame.num_rows


# --- packed files ------------------------------------------------------------------------------------


def test_a_gzipped_csv_reads_as_the_csv(tmp_path: Path, temporary: Path) -> None:
    write(tmp_path, {"a.csv": ACCOUNTS, "deals.csv.gz": gzip.compress(ACCOUNTS.encode())})
    (plain,) = read_tables(tmp_path / "a.csv")
    (packed,) = read_tables(tmp_path / "deals.csv.gz")
    assert packed.name == "deals" and packed.report.file == "deals.csv"
    assert packed.frame.equals(plain.frame)
    assert packed.digest == plain.digest == "sha256:" + hashlib.sha256(ACCOUNTS.encode()).hexdigest()


def test_gzipped_parts_one_after_the_other_are_one_file(tmp_path: Path, temporary: Path) -> None:
    half = len(ACCOUNTS) // 2
    parts = gzip.compress(ACCOUNTS[:half].encode()) + gzip.compress(ACCOUNTS[half:].encode())
    write(tmp_path, {"a.csv.gz": parts})
    assert read_tables(tmp_path / "a.csv.gz")[0].frame.num_rows == 12


@pytest.mark.parametrize("cut", [5, 30, -9, -4, -1])
def test_a_gzip_archive_cut_off(tmp_path: Path, temporary: Path, cut: int) -> None:
    write(tmp_path, {"a.csv.gz": gzip.compress(ACCOUNTS.encode())[:cut]})
    assert refused(tmp_path / "a.csv.gz").title == "Damaged archive"


def test_a_zip_gives_each_table_in_it(tmp_path: Path, temporary: Path) -> None:
    content = zipped(
        ("export/accounts.csv", ACCOUNTS),
        ("export/deeper/deals.csv", DEALS),
        ("__MACOSX/export/._accounts.csv", b"\x00\x05\x16\x07"),
        ("export/README.txt", "hello"),
        ("export/logo.png", b"\x89PNG"),
        ("inner.zip", zipped(("x.csv", ACCOUNTS))),
    )
    write(tmp_path, {"export.zip": content})
    accounts, deals = read_tables(tmp_path / "export.zip")
    assert (accounts.name, accounts.frame.num_rows) == ("accounts", 12)
    assert (deals.name, deals.frame.num_rows) == ("deals", 60)
    assert deals.report.file == "export.zip/export/deeper/deals.csv"
    assert "logo.png" in notes(accounts) and "README.txt" in notes(accounts)
    assert "inner.zip" in notes(accounts) and "__MACOSX" not in notes(accounts)


def test_one_table_of_an_archive_by_name(tmp_path: Path, temporary: Path) -> None:
    write(tmp_path, {"export.zip": zipped(("x/accounts.csv", ACCOUNTS), ("x/deals.csv", DEALS))})
    for name in ("deals.csv", "x/deals.csv"):
        (table,) = read_tables(Path(f"{tmp_path}/export.zip::{name}"))
        assert table.name == "deals"
    assert "x/deals.csv" in refused(f"{tmp_path}/export.zip::dels.csv").what_to_do


def test_a_sheet_of_a_workbook_in_an_archive(tmp_path: Path, temporary: Path) -> None:
    write(tmp_path, {"export.zip": zipped(("crm.xlsx", workbook(("Deals", DEALS), ("Firms", ACCOUNTS))))})
    (table,) = read_tables(Path(f"{tmp_path}/export.zip::crm.xlsx::Firms"))
    assert table.name == "crm Firms" and table.frame.num_rows == 12


def test_a_zip_without_a_table_or_with_zips_only(tmp_path: Path, temporary: Path) -> None:
    inner = zipped(("a.csv", ACCOUNTS))
    write(tmp_path, {"a.zip": zipped(("README.md", "x")), "b.zip": zipped(("inner.zip", inner))})
    assert refused(tmp_path / "a.zip").title == "No table in archive"
    assert "archives" in refused(tmp_path / "b.zip").what_happened


def test_an_archive_hidden_inside_an_archive_is_refused(tmp_path: Path, temporary: Path) -> None:
    inner = zipped(("a.csv", ACCOUNTS))
    write(
        tmp_path, {"a.zip": zipped(("a.csv", inner)), "a.csv.gz": gzip.compress(gzip.compress(b"a,b\n1,2"))}
    )
    assert refused(tmp_path / "a.zip").title == "Archive inside an archive"
    assert refused(tmp_path / "a.csv.gz").title == "Archive inside an archive"


@pytest.mark.parametrize("cut", [40, 200, -30, -1])
def test_a_zip_cut_off(tmp_path: Path, temporary: Path, cut: int) -> None:
    write(tmp_path, {"a.zip": zipped(("accounts.csv", ACCOUNTS))[:cut]})
    assert refused(tmp_path / "a.zip").title == "Damaged archive"


def test_a_zip_whose_content_was_changed(tmp_path: Path, temporary: Path) -> None:
    content = bytearray(zipped(("accounts.csv", ACCOUNTS * 50)))
    content[80] ^= 0xFF
    write(tmp_path, {"a.zip": bytes(content)})
    assert refused(tmp_path / "a.zip").title == "Damaged archive"


def test_an_encrypted_zip(tmp_path: Path, temporary: Path) -> None:
    content = bytearray(zipped(("accounts.csv", ACCOUNTS)))
    content[6] |= 1  # the flag in the member's own header, then in the directory
    content[content.index(b"PK\x01\x02") + 8] |= 1
    write(tmp_path, {"a.zip": bytes(content)})
    assert refused(tmp_path / "a.zip").title == "Encrypted archive"


def test_bombs_are_refused_before_they_fill_the_disk(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 2**20)
    zeros = b"a,b\n" + bytes(8 * 2**20)
    write(tmp_path, {"a.zip": zipped(("a.csv", zeros)), "a.csv.gz": gzip.compress(zeros)})
    assert refused(tmp_path / "a.zip").title == "Archive too large"
    assert refused(tmp_path / "a.csv.gz").title == "Archive too large"


def test_an_archive_that_lies_about_its_size(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 2**20)
    body = b"a,b\n" + os.urandom(2**20) * 2
    content = bytearray(zipped(("a.csv", body)))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (100).to_bytes(4, "little")  # the size it declares
    write(tmp_path, {"a.zip": bytes(content), "b.csv.gz": gzip.compress(body)})
    assert refused(tmp_path / "a.zip").title in ("Archive too large", "Damaged archive")
    assert refused(tmp_path / "b.csv.gz").title == "Archive too large"


def test_too_many_files_in_an_archive(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 20)
    write(tmp_path, {"a.zip": zipped(*((f"{n}.csv", "a,b\n1,2\n") for n in range(21)))})
    assert refused(tmp_path / "a.zip").title == "Archive too large"


def test_names_in_an_archive_reach_nothing_outside(tmp_path: Path, temporary: Path) -> None:
    write(tmp_path, {"a.zip": zipped(("../../evil.csv", ACCOUNTS), ("/abs.csv", DEALS))})
    before = {path for path in tmp_path.rglob("*")}
    assert [table.name for table in read_tables(tmp_path / "a.zip")] == ["evil", "abs"]
    assert {path for path in tmp_path.rglob("*")} == before


# --- workbooks ---------------------------------------------------------------------------------------


def workbook(*sheets: tuple[str, str]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, csv in sheets:
        sheet = book.create_sheet(name)
        for line in csv.splitlines():
            sheet.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_one_sheet_by_name(tmp_path: Path) -> None:
    write(tmp_path, {"crm.xlsx": workbook(("Deals 2026", DEALS), ("Firms", ACCOUNTS))})
    whole = {table.name: table for table in read_tables(tmp_path / "crm.xlsx")}
    (table,) = read_tables(Path(f"{tmp_path}/crm.xlsx::deals 2026"))
    assert table.name == "crm Deals 2026" and table.frame.equals(whole[table.name].frame)
    assert table.digest != whole[table.name].digest  # a part is another content than the whole
    error = refused(f"{tmp_path}/crm.xlsx::Deal 2026")
    assert error.title == "No such sheet" and "Did you mean `Deals 2026`?" in error.what_happened
    assert "`Firms`" in error.what_to_do


def test_titles_merged_cells_errors_and_hidden_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Deals"
    sheet["A1"] = "Quarterly report"
    sheet.merge_cells("A1:D1")
    for row in (["account", "deal", "amount", "stage"], ["Acme", 1, 10.5, "Won"], [None, 2, 20, "Lost"]):
        sheet.append(row)
    sheet.append(["Beta", 3, "#N/A", "Won"])
    sheet["C5"].data_type = "e"
    sheet.merge_cells("A3:A4")
    hidden = book.create_sheet("Lookup")
    hidden.append(["code", "label"])
    hidden.append(["1", "one"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "crm.xlsx")
    (table,) = read_tables(tmp_path / "crm.xlsx")
    assert table.name == "crm"
    assert table.frame.to_pydict() == {
        "account": ["Acme", "Acme", "Beta"],
        "deal": ["1", "2", "3"],
        "amount": ["10.5", "20", ""],
        "stage": ["Won", "Lost", "Won"],
    }
    assert adds_up(table) and table.report.preamble == 1
    assert table.lines is not None and table.lines.tolist() == [3, 4, 5]
    assert "`Lookup` is hidden" in notes(table)
    assert "#N/A are blank: 1 cell of" in notes(table)
    (lookup,) = read_tables(Path(f"{tmp_path}/crm.xlsx::Lookup"))
    assert lookup.frame.num_rows == 1


def test_a_stray_style_far_away_adds_neither_columns_nor_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["id", "v"], [1, 2], [3, 4]):
        sheet.append(row)
    sheet["Z400"].font = Font(bold=True)
    sheet["Z400"] = ""
    book.save(tmp_path / "a.xlsx")
    (table,) = read_tables(tmp_path / "a.xlsx")
    assert table.frame.column_names == ["id", "v"] and table.report.records == 3


def test_a_cancelled_workbook_leaves_no_child(tmp_path: Path, temporary: Path) -> None:
    write(tmp_path, {"crm.xlsx": workbook(("Deals", DEALS))})
    children: list[int] = []
    popen = excel.subprocess.Popen

    class Watched(popen):  # type: ignore[misc, valid-type]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)
            children.append(self.pid)

    def cancel(what: str, _share: float) -> None:
        if children:
            raise ValueError("enough")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel.subprocess, "Popen", Watched)
        with pytest.raises(ValueError, match="enough"):
            read_tables(tmp_path / "crm.xlsx", progress=cancel)
    (pid,) = children
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_ods_workbook_written_by_hand(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = cell.replace('"string"', '"float" office:value="{0}"').replace("{}", "{0}")
    date = cell.replace('"string"', '"date" office:date-value="{0}"').replace("{}", "{0}")
    rows = [
        "".join(cell.format(name) for name in ("id", "amount", "closed")),
        cell.format("A1") + number.format(12.5) + date.format("2026-03-05"),
    ]
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{table}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{office}manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    held = zipped(("mimetype", kind), ("content.xml", content), ("META-INF/manifest.xml", manifest))
    write(tmp_path, {"a.ods": held, "b.csv": held})
    (plain,) = read_tables(tmp_path / "a.ods")
    assert plain.frame.to_pydict() == {"id": ["A1"], "amount": ["12.5"], "closed": ["2026-03-05"]}
    (misnamed,) = read_tables(tmp_path / "b.csv")
    assert misnamed.frame.equals(plain.frame) and "workbook" in notes(misnamed)


# --- Parquet, names, changes -------------------------------------------------------------------------


def test_text_that_repeats_stays_encoded_and_other_text_does_not(tmp_path: Path) -> None:
    size = 20_000
    frame = pa.table({
        "id": [f"A{n}" for n in range(size)],
        "stage": ["Won", "Lost", None, "Open"] * (size // 4),
        "amount": list(range(size)),
    })  # fmt: skip
    pq.write_table(frame, tmp_path / "deals.parquet", row_group_size=6_000)
    (table,) = read_tables(tmp_path / "deals.parquet")
    assert pa.types.is_dictionary(table.frame["stage"].type)
    assert not pa.types.is_dictionary(table.frame["id"].type)
    assert table.frame.to_pydict() == frame.to_pydict() and adds_up(table)


def test_a_parquet_file_that_claims_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from icp_workbench.book.reading import parquet

    monkeypatch.setattr(parquet, "MOST_CELLS", 10)
    pq.write_table(pa.table({"a": list(range(11))}), tmp_path / "a.parquet")
    assert refused(tmp_path / "a.parquet").title == "Parquet file too large"


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv.gz": gzip.compress(ACCOUNTS.encode())})

    def writes(what: str, share: float) -> None:
        if what.startswith("Unpacking") and share == 0.3:
            with (tmp_path / "a.csv.gz").open("ab") as file:
                file.write(gzip.compress(b"A99,New,Retail,1\n"))

    with pytest.raises(WorkbenchError) as caught:
        read_tables(tmp_path / "a.csv.gz", progress=writes)
    assert caught.value.title == "File changed while it was read"


def test_a_file_that_is_only_touched_has_not_changed(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": ACCOUNTS})
    touched = read_tables(tmp_path / "a.csv", progress=lambda *_: (tmp_path / "a.csv").touch())
    assert touched[0].frame.num_rows == 12
