"""Tables that are easily misread: what stands above, below and beside them, and what stands in them twice."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.raw import RawTable, ReadAs
from icp_workbench.book.reading import archives
from icp_workbench.book.reading.stacking import stack
from icp_workbench.book.sources import read_tables
from icp_workbench.errors import WorkbenchError

DEALS = "Name,Industry,Amount,Stage\nAcme,SaaS,1,Won\nGlobex,Retail,2,Lost\nHooli,Retail,2,Lost\n"
HEADER = ["Name", "Industry", "Amount", "Stage"]


def read(folder: Path, content: str, name: str = "t.csv") -> RawTable:
    path = folder / name
    path.write_bytes(content.encode())
    (table,) = read_tables(path)
    return table


def kinds(table: RawTable) -> list[tuple[int | None, str, str]]:
    return [(issue.line, issue.severity, issue.kind) for issue in table.report.issues]


@pytest.mark.parametrize(
    "above",
    [
        "Report,Open deals\nDate,2026-01-01\n\n",
        "Report,Open deals\nDate,2026-01-01\n",
        "Report,Open deals,,\nDate,2026-01-01,,\n,,,\n",
        "Report: won, lost\nOwner: me, too\n\n",
        "Account,,Deal,\n",
    ],
)
def test_settings_and_groups_of_columns_above_a_header_are_no_header(tmp_path: Path, above: str) -> None:
    table = read(tmp_path, above + DEALS)
    assert table.frame.column_names == HEADER and table.frame.num_rows == 3
    assert kinds(table) == [(1, "note", "preamble")]
    assert [item.line for item in table.set_aside] == [1, 2][: above.count(",") and table.report.preamble]


@pytest.mark.parametrize("header", [",Industry,Amount,Stage", "Name,,,Stage", "Name,Industry,Amount"])
def test_an_incomplete_header_above_rows_is_still_the_header(tmp_path: Path, header: str) -> None:
    table = read(tmp_path, DEALS.replace("Name,Industry,Amount,Stage", header))
    assert table.frame["Industry" if "Industry" in header else "Name"].length() == 3
    assert table.report.preamble == 0


def test_a_company_called_total_costs_no_row_and_fills_no_cell(tmp_path: Path) -> None:
    rows = [
        ("Acme", "1", "x"),
        ("", "2", "y"),
        ("Acme Total", "3", ""),
        ("Globex", "4", ""),
        ("Hooli", "5", "z"),
    ]
    table = read(tmp_path, "Name,Amount,Note\n" + "".join(",".join(row) + "\n" for row in rows))
    assert [tuple(row.values()) for row in table.frame.to_pylist()] == rows


def test_a_mark_where_files_were_joined_is_no_part_of_a_name(tmp_path: Path) -> None:
    table = read(tmp_path, "\ufeffName,Amount\nAcme,1\n\ufeffName,Amount\nHooli,3\n\ufeffPied,4\n")
    assert table.frame["Name"].to_pylist() == ["Acme", "Hooli", "Pied"]
    assert kinds(table) == [(3, "note", "byte order mark"), (3, "note", "repeated header")]


def test_a_last_row_taken_for_a_footer_is_named_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    table = read(tmp_path, DEALS + "\nPied Piper,,,\n")
    assert table.report.footer == 1 and (6, "note", "footer") in kinds(table)
    (again,) = read_tables(path, read_as={"t": ReadAs(reinclude=frozenset([6]))})
    assert again.frame["Name"].to_pylist()[-1] == "Pied Piper" and again.report.footer == 0


def test_another_table_below_a_blank_line_is_warned_of(tmp_path: Path) -> None:
    table = read(tmp_path, DEALS + "\nOwner,Region,Quota,Team\nSue,EMEA,100,A\nBob,US,200,B\n")
    assert table.frame.num_rows == 6
    assert kinds(table) == [(5, "note", "blank lines"), (6, "warning", "second table")]


def test_a_list_in_one_column_may_hold_commas(tmp_path: Path) -> None:
    table = read(tmp_path, "Company\nAcme\nGlobex\nSmith, Jones\nHooli\n")
    assert table.frame["Company"].to_pylist() == ["Acme", "Globex", "Smith, Jones", "Hooli"]
    assert not table.report.issues and "one column" in table.report.dialect


def test_escaped_quotes_are_not_doubled_ones(tmp_path: Path) -> None:
    table = read(tmp_path, 'a,b\n"1 \\"\\" 2","x"\n"3","\\"y\\""\nplain \\"z\\",""""\n')
    assert [list(row.values()) for row in table.frame.to_pylist()] == [
        ['1 "" 2', "x"], ["3", '"y"'], ['plain "z"', '"'],
    ]  # fmt: skip
    assert not table.report.issues


def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("deals.csv", "Name,Amount\nAcme,1\n")
        with pytest.warns(UserWarning):
            archive.writestr("deals.csv", "Name,Amount\nGlobex,2\n")
    assert [table.frame["Name"].to_pylist() for table in read_tables(path)] == [["Acme"], ["Globex"]]


def test_a_pdf_below_an_empty_line_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="PDF"):
        read(tmp_path, "\n%PDF-1.4\n1 0 obj\nendobj\n")


def test_formulas_without_a_value_are_warned_of_and_long_numbers_stay_whole(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Id", "Amount", None, "Sum"])
    page.append([1234567890123456, 2, None, "=B2*2"])
    page.append([1234567890123457, 3, None, "=B3*2"])
    book.save(tmp_path / "t.xlsx")
    (table,) = read_tables(tmp_path / "t.xlsx")
    assert table.frame.to_pydict() == {
        "Id": ["1234567890123456", "1234567890123457"], "Amount": ["2", "3"], "Sum": ["", ""],
    }  # fmt: skip
    assert kinds(table) == [(None, "warning", "formulas"), (None, "note", "empty columns")]


def test_a_formula_that_gives_an_empty_text_has_a_value(tmp_path: Path) -> None:
    from icp_workbench.book.reading.excel_child import odd_cells

    cells = (
        b'<c r="A1" t="str"><f>IF(B1="","",1)</f><v></v></c><c r="A2"><f>B1</f><v>3</v></c>'
        b'<c r="A3"><f t="shared" si="0"/></c><c r="A4" s="1"><f>C1</f><v/></c>'
        b'<c r="A5" t="e"><v>#N/A</v></c>'
    )
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * (2**20 - 100) + cells)
    assert odd_cells(str(tmp_path / "t.xlsx")) == (1, 2)


def test_a_workbook_of_400_mb_in_one_is_refused_at_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w") as strings:
            for _ in range(100):
                strings.write(b"A" * 2**20)
    with pytest.raises(WorkbenchError) as caught:
        read_tables(tmp_path / "t.xlsx")
    assert caught.value.title == "Workbook too large"


def test_a_full_disk_is_called_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_KEPT_FREE", 2**60)
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("deals.csv", DEALS)
    with pytest.raises(WorkbenchError) as caught:
        read_tables(tmp_path / "t.zip")
    assert caught.value.title == "No room to unpack"


def test_one_cell_in_single_quotes_does_not_make_them_the_files(tmp_path: Path) -> None:
    table = read(tmp_path, "a,b,c\n1,'q',x\n")
    assert table.frame.to_pylist() == [{"a": "1", "b": "'q'", "c": "x"}]


def test_views_backups_and_copies_do_not_count_deals_twice(tmp_path: Path) -> None:
    path = tmp_path / "crm.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE deals (account TEXT, amount REAL, stage TEXT)")
        deals = [("Acme", 1.0, "Won"), ("Globex", 2.0, "Lost"), ("Acme", 3.0, "Won")]
        database.executemany("INSERT INTO deals VALUES (?, ?, ?)", deals)
        database.execute("CREATE VIEW v_deals AS SELECT * FROM deals")
        database.execute("CREATE TABLE deals_backup AS SELECT * FROM deals WHERE stage = 'Won'")
        database.commit()
    stacked = stack(read_tables(path), BookMapping())
    assert [(table.name, table.frame.num_rows) for table in stacked.tables] == [("crm deals", 3)]
    assert len(stacked.warnings) == 1 and "All 2 rows of crm deals_backup" in stacked.warnings[0]
