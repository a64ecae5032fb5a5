"""Web pages and Excel's XML of 2003 that call themselves .xls."""

from __future__ import annotations

from pathlib import Path

import pytest

from icp_workbench.book.raw import RawTable
from icp_workbench.book.reading import html_tables
from icp_workbench.book.sources import read_tables
from icp_workbench.errors import WorkbenchError
from tests.book.files import write

PAGE = """<html><head><meta charset="{charset}"><style>td {{ color: red }}</style></head><body>
<table><tr><td><table id="menu"><tr><td>Home<td>Help</table></td></tr></table>
<table border=1><thead><tr><th>Account&nbsp;ID<th>Name<th>Owner</thead>
<tr><td>A1</td><td>M&uuml;ller &amp; Sons<br>GmbH</td><td rowspan=2>Li</td></tr>
<tr><td>A2<td>Beta</tr>
<tr><td colspan=2>A3</td><td><script>x = "<td>"</script>Öz</td></tr></table>"""


def read(folder: Path, name: str, content: str | bytes) -> list[RawTable]:
    write(folder, {name: content})
    return read_tables(folder / name)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
@pytest.mark.parametrize("name", ["report.xls", "report.csv", "report.html"])
def test_a_page_under_any_name(tmp_path: Path, name: str, charset: str) -> None:
    (table,) = read(tmp_path, name, PAGE.format(charset=charset).encode(charset))
    assert table.name == "report"
    assert table.frame.to_pydict() == {
        "Account ID": ["A1", "A2", "A3"],
        "Name": ["Müller & Sons GmbH", "Beta", ""],
        "Owner": ["Li", "Li", "Öz"],
    }
    noted = any("web page" in issue.what for issue in table.report.issues)
    assert noted == (not name.endswith("html"))


def test_the_xml_of_excel_2003(tmp_path: Path) -> None:
    content = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Deals"><Table>
<Row><Cell><Data ss:Type="String">id</Data></Cell><Cell><Data ss:Type="String">stage</Data></Cell>
<Cell><Data ss:Type="String">amount</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">D1</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">5</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">D2</Data></Cell><Cell/><Cell><Data ss:Type="Number">6</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
    (table,) = read(tmp_path, "deals.xls", content)
    assert table.frame.to_pydict() == {"id": ["D1", "D2"], "stage": ["", ""], "amount": ["5", "6"]}


def test_several_tables_of_a_page(tmp_path: Path) -> None:
    rows = "<tr><th>a<th>b</tr><tr><td>{}<td>2</tr>"
    page = f"<table>{rows.format(1)}</table><p><table>{rows.format(3)}</table>"
    first, second = read(tmp_path, "p.html", page)
    assert (first.name, second.name) == ("p table 1", "p table 2")
    (chosen,) = read_tables(Path(f"{tmp_path}/p.html::table 2"))
    assert chosen.frame.to_pydict() == {"a": ["3"], "b": ["2"]}


def test_a_page_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    (table,) = read(tmp_path, "p.xls", "<table><tr><th>a<th>b</tr><tr><td>1<td>2</tr><tr><td>3<td")
    assert table.frame["a"].to_pylist() == ["1", "3"]


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("<!DOCTYPE html><title>Sign in</title><form>", "No table in page"),
        ("<table>" + "<tr><td colspan=999999999>x" * 3_000, "Page too large"),
        ("<table><tr><td rowspan=1000 colspan=1000>x" + "<tr><td>y" * 20_000, "Page too large"),
        ("<table><tr><td>" + "<!-- " + "x" * 3_000_000, "Page too large"),
        ("<table>" * 50_000, "No table in page"),
    ],
    ids=["sign in", "wide", "wide and tall", "comment", "deep"],
)
def test_pages_without_a_table_and_bombs(
    tmp_path: Path, content: str, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_tables, "MOST_CELLS", 2_000_000)
    with pytest.raises(WorkbenchError) as caught:
        read(tmp_path, "p.html", content)
    assert caught.value.title == title
