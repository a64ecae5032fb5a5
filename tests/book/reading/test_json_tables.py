"""JSON in the shapes that programs and services write it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.book.raw import RawTable
from icp_workbench.book.reading import json_tables
from icp_workbench.book.sources import read_tables
from icp_workbench.errors import WorkbenchError
from tests.book.files import write


def read(folder: Path, name: str, content: str | bytes | Any) -> RawTable:
    held = content if isinstance(content, str | bytes) else json.dumps(content)
    write(folder, {name: held})
    (table,) = read_tables(folder / name)
    report = table.report
    assert report.records == report.loaded + report.blank + report.rejected
    assert report.loaded == table.frame.num_rows
    return table


def refused(folder: Path, name: str, content: str | bytes) -> WorkbenchError:
    write(folder, {name: content})
    with pytest.raises(WorkbenchError) as caught:
        read_tables(folder / name)
    return caught.value


def said(table: RawTable) -> str:
    return "\n".join(issue.what for issue in table.report.issues)


ROWS = [{"id": "1", "name": "Äcme"}, {"id": "2", "name": "Beta", "size": 3}]
WANTED = {"id": ["1", "2"], "name": ["Äcme", "Beta"], "size": [None, "3"]}


@pytest.mark.parametrize(
    "content",
    [ROWS, {"results": ROWS, "paging": {"next": "x"}}, {"data": ROWS}, {"response": {"docs": ROWS}}],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_a_list_of_objects_however_wrapped_and_encoded(tmp_path: Path, content: Any, codec: str) -> None:
    table = read(tmp_path, "firms.json", json.dumps(content, ensure_ascii=False, indent=1).encode(codec))
    assert table.name == "firms" and table.frame.to_pydict() == WANTED


def test_columns_as_lists_and_as_pandas_writes_them(tmp_path: Path) -> None:
    lists = {"id": [1, 2], "name": ["a", None]}
    assert read(tmp_path, "a.json", lists).frame.to_pydict() == {"id": ["1", "2"], "name": ["a", None]}
    numbered = {"id": {"0": 1, "1": 2}, "name": {"0": "a", "1": "b"}}
    assert read(tmp_path, "b.json", numbered).frame.to_pydict() == {"id": ["1", "2"], "name": ["a", "b"]}
    keyed = {"A1": {"name": "a"}, "A2": {"name": "b", "size": 1}}
    assert read(tmp_path, "c.json", keyed).frame.to_pydict() == {
        "key": ["A1", "A2"], "name": ["a", "b"], "size": [None, "1"],
    }  # fmt: skip


def test_hubspot_objects_keep_their_internal_names_and_their_associations(tmp_path: Path) -> None:
    deal = {
        "id": "17",
        "properties": {"dealname": "Big", "amount": "1200.50", "id": "inner"},
        "associations": {"companies": {"results": [{"id": "5", "type": "a"}, {"id": "5", "type": "b"}]}},
    }
    table = read(tmp_path, "deals.json", {"results": [deal]})
    assert table.frame["dealname"].to_pylist() == ["Big"]
    assert table.frame["id"].to_pylist() == ["17"]
    assert table.frame["properties.id"].to_pylist() == ["inner"]
    assert table.frame["associations.companies.results.id"].to_pylist() == ["5"]
    assert "JSON text" in said(table)


def test_nested_values_sets_and_numbers_as_written(tmp_path: Path) -> None:
    content = (
        '[{"id": 123456789012345678901, "price": 1.10, "open": true, "owner": {"name": "Li", "team": {}},'
        ' "tags": ["a", "b", 3], "lines": [{"x": 1.50}], "odd": ["a;b", "c"], "none": [], "bad": NaN}]'
    )
    table = read(tmp_path, "a.json", content)
    assert {name: column[0] for name, column in table.frame.to_pydict().items()} == {
        "id": "123456789012345678901", "price": "1.10", "open": "true", "owner.name": "Li", "tags": "a;b;3",
        "lines": '[{"x": 1.50}]', "odd": '["a;b", "c"]', "none": None, "bad": None,
    }  # fmt: skip
    assert "NaN" in said(table) and not any(i.severity == "warning" for i in table.report.issues)


def test_damaged_lines_are_set_aside_by_number(tmp_path: Path) -> None:
    lines = ['{"id": 1}', "", '{"id": 2,', "[3]", '{"id": 4} {"id": 5}', '{"id": 6, "id": 7}', '{"id": 8}']
    table = read(tmp_path, "a.jsonl", "\r\n".join(lines))
    assert table.frame["id"].to_pylist() == ["1", "7", "8"]
    assert table.lines is not None and table.lines.tolist() == [1, 6, 7]
    assert [(item.line, item.kind) for item in table.set_aside] == [
        (3, "rejected"), (4, "rejected"), (5, "rejected"), (6, "repaired"),
    ]  # fmt: skip
    assert table.set_aside[0].text == '{"id": 2,'
    report = table.report
    assert (report.records, report.loaded, report.blank, report.rejected) == (7, 3, 1, 3)


def test_json_lines_under_any_name(tmp_path: Path) -> None:
    lines = '{"id": 1, "v": "x"}\n{"id": 2, "v": "y"}\n'
    for name in ("a.json", "b.csv", "c.txt", "d.ndjson"):
        table = read(tmp_path, name, lines)
        assert table.frame.to_pydict() == {"id": ["1", "2"], "v": ["x", "y"]}
        assert table.report.dialect == "JSON lines"
    assert read(tmp_path, "e.jsonl", '{"id": 1}').frame.num_rows == 1
    spread = read(tmp_path, "f.json", '{\n "id": 1\n}\n{\n "id": 2\n}')
    assert spread.frame["id"].to_pylist() == ["1", "2"]
    assert spread.lines is not None and spread.lines.tolist() == [1, 4]


def test_several_lists_are_several_tables(tmp_path: Path) -> None:
    write(tmp_path, {"crm.json": json.dumps({"firms": ROWS, "deals": [{"deal": 1}], "v": 2})})
    firms, deals = read_tables(tmp_path / "crm.json")
    assert (firms.name, deals.name) == ("crm firms", "crm deals")
    (chosen,) = read_tables(Path(f"{tmp_path}/crm.json::deals"))
    assert chosen.frame.equals(deals.frame)
    assert "`v`" in said(firms)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ('[{"id": 1}, {"id"', "Damaged JSON"),
        ('[{"id": 1} {"id": 2}]', "Damaged JSON"),
        ('[{"id": 1},]', "Damaged JSON"),
        ('{"a": [{"id": 1}]} x', "Damaged JSON"),
        ("[" * 100_000, "Damaged JSON"),
        ('{"a":' * 100_000, "Damaged JSON"),
        ('{"a": 1, "b": "x"}', "Not a table"),
        ("[]", "No rows"),
        ("[1, 2, 3]", "No rows"),
        ("nothing", "Damaged JSON"),
    ],
    ids=[
        "cut",
        "no comma",
        "comma at the end",
        "more after it",
        "deep",
        "deep names",
        "settings",
        "empty",
        "numbers",
        "words",
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, content: str, title: str) -> None:
    assert refused(tmp_path, "a.json", content).title == title


def test_a_deep_line_is_set_aside_and_the_rest_read(tmp_path: Path) -> None:
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    table = read(tmp_path, "a.jsonl", '{"id": 1}\n' + deep + '\n{"id": 2}\n')
    assert table.frame["id"].to_pylist() == ["1", "2"] and table.report.rejected == 1


def test_a_line_without_end_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_tables, "MOST_LINE", 1000)
    table = read(tmp_path, "a.jsonl", '{"id": 1}\n{"id": "' + "x" * 5000 + '"}\n{"id": 3}\n')
    assert table.frame["id"].to_pylist() == ["1", "3"]
    assert table.lines is not None and table.lines.tolist() == [1, 3]


def test_half_a_character_is_shown_as_such(tmp_path: Path) -> None:
    table = read(tmp_path, "a.jsonl", '{"id": "\\ud83d", "v": "\\ud83d\\ude00"}')
    assert table.frame.to_pydict() == {"id": ["\ufffd"], "v": ["\U0001f600"]}
    assert "Half a character" in said(table)


scalars = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=8)
names = st.text("abcdefgh", min_size=1, max_size=3)


@given(st.lists(st.dictionaries(names, scalars, min_size=1), min_size=1, max_size=30))
def test_lines_and_list_read_the_same_and_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("json")
    as_list = read(folder, "a.json", rows)
    as_lines = read(folder, "a.jsonl", "\n".join(map(json.dumps, rows)))
    assert as_list.frame.equals(as_lines.frame)
    words = {True: "true", False: "false"}
    for row, got in zip(rows, as_list.frame.to_pylist(), strict=True):
        meant = {k: v if v is None else words[v] if isinstance(v, bool) else str(v) for k, v in row.items()}
        assert {k: got[k] for k in meant} == meant
        assert all(got[k] is None for k in got.keys() - meant.keys())
