"""Delimited text in any dialect: exact where it is legal, told by line where it is damaged."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.book.raw import RawTable, ReadAs
from icp_workbench.book.reading import delimited, exact, intake
from icp_workbench.book.reading.set_aside import write_set_aside
from icp_workbench.errors import WorkbenchError
from tests.benchmarks.bench_pollution import KINDS, outcome, polluted
from tests.book.files import source_of

ROWS = [["id", "name", "note"], *([f"A{row}", f"Name {row}", f"x, {row}"] for row in range(12))]


def read(content: str | bytes, name: str = "t.csv", **wish: object) -> RawTable:
    return delimited.read_delimited(source_of(content, name), read_as=ReadAs(**wish))  # type: ignore[arg-type]


def cells(table: RawTable) -> list[list[str]]:
    columns = [column.to_pylist() for column in table.frame.columns]
    return [table.frame.column_names, *map(list, zip(*columns, strict=True))]


def written(rows: list[list[str]], **options: object) -> str:
    held = io.StringIO(newline="")
    csv.writer(held, **options).writerows(rows)  # type: ignore[arg-type]
    return held.getvalue()


def adds_up(table: RawTable) -> bool:
    report = table.report
    parts = report.loaded + report.header + report.preamble + report.footer + report.blank + report.rejected
    aside = sum(item.kind == "rejected" for item in table.set_aside)
    return report.records == parts and report.loaded == table.frame.num_rows and aside == report.rejected


def warnings(table: RawTable) -> list[tuple[int | None, str]]:
    return [(issue.line, issue.kind) for issue in table.report.issues if issue.severity == "warning"]


@pytest.mark.parametrize("delimiter", list(",;\t|^~:"))
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_delimiter_with_every_line_ending(delimiter: str, ending: str) -> None:
    table = read(written(ROWS, delimiter=delimiter, lineterminator=ending))
    assert cells(table) == ROWS and not table.report.issues and adds_up(table)


def test_single_quotes_and_backslashes_are_found_out() -> None:
    single = read(written(ROWS, quotechar="'", quoting=csv.QUOTE_ALL))
    assert cells(single) == ROWS and not warnings(single)
    rows = [ROWS[0], *([f"A{row}", f'The "{row}"', 'say "hi", twice'] for row in range(12))]
    escaped = read(written(rows, quoting=csv.QUOTE_ALL, doublequote=False, escapechar="\\"))
    assert cells(escaped) == rows and not warnings(escaped)


def test_blanks_after_the_delimiter_belong_to_no_cell() -> None:
    text = "".join(", ".join(f'"{cell}"' for cell in row) + "\n" for row in ROWS)
    assert cells(read(text)) == ROWS


def test_runs_of_spaces_delimit_only_where_every_line_agrees() -> None:
    table = read("id   size  since\n1    20    2020\n22   300   2021\n333  4000  2022\n")
    assert cells(table)[1:] == [["1", "20", "2020"], ["22", "300", "2021"], ["333", "4000", "2022"]]
    names = read("name\nAda Lovelace\nGrace Hopper\nKurt Friedrich Gödel\n")
    assert names.frame["name"].to_pylist() == ["Ada Lovelace", "Grace Hopper", "Kurt Friedrich Gödel"]


def test_excels_own_first_line_names_the_delimiter() -> None:
    table = read("sep=|\nid|name\n1|a;b\n2|c;d\n")
    assert cells(table) == [["id", "name"], ["1", "a;b"], ["2", "c;d"]]
    assert [(item.line, item.kind) for item in table.set_aside] == [(1, "preamble")] and adds_up(table)


def test_a_clean_file_gives_no_warning_and_sets_nothing_aside() -> None:
    table = read(written(ROWS))
    assert not table.report.issues and not table.set_aside


def test_delimiters_at_the_end_of_every_line_make_no_column() -> None:
    for header in ("id,name,", "id,name"):
        table = read(f"{header}\n1,a,\n2,b,\n3,c,\n")
        assert cells(table) == [["id", "name"], ["1", "a"], ["2", "b"], ["3", "c"]]
        assert not warnings(table)


def test_a_header_wider_than_all_records_is_told_once() -> None:
    table = read("a,b,c,d\n" + "1,2,3\n" * 50)
    assert cells(table)[1] == ["1", "2", "3", ""]
    assert warnings(table) == [(1, "long header")] and not table.set_aside


def test_a_table_without_a_header_loses_no_row() -> None:
    table = read("1,Ana,20.5\n2,Bea,30.5\n3,Cem,40.5\n4,Dov,50.5\n")
    assert table.frame.num_rows == 4 and table.frame.column_names[0] == "column 1"
    assert warnings(table) == [(1, "no header")] and adds_up(table)


def test_years_as_headers_are_headers() -> None:
    table = read("account,2019,2020\n" + "".join(f"A{row},{row}00,{row}50\n" for row in range(1, 9)))
    assert table.frame.column_names == ["account", "2019", "2020"]


def test_a_header_repeated_where_files_were_joined_is_left_out_and_named() -> None:
    table = read("id,name\n1,a\n2,b\nid,name\n3,c\n")
    assert table.frame["id"].to_pylist() == ["1", "2", "3"]
    assert [(item.line, item.reason) for item in table.set_aside] == [(4, "It repeats the header.")]
    assert table.report.header == 2 and adds_up(table)


def test_a_row_out_of_line_with_its_columns_is_rejected_not_shifted() -> None:
    body = "".join(f"A{row},2024-01-{row + 10},{row * 7},x\n" for row in range(12))
    table = read(
        "id,since,seats,note\n" + body + "A99,2024-02-01\n" + "A98,2024-01-01 12,x\n" + "A97,,2024-01-01,3,\n"
    )
    assert table.report.rejected == 2 and adds_up(table)
    assert [(item.line, item.kind) for item in table.set_aside] == [
        (14, "repaired"), (15, "rejected"), (16, "rejected"),
    ]  # fmt: skip
    assert table.set_aside[2].text == "A97,,2024-01-01,3,"


def test_rejected_lines_come_back_when_a_person_wants_them() -> None:
    text = "id,name\n1,a\n2,b,c\n3,d\n" + "4,e\n" * 60
    assert [item.line for item in read(text).set_aside] == [3]
    table = read(text, reinclude=frozenset({3}))
    assert cells(table)[2] == ["2", "b"] and table.lines is not None and table.lines[1] == 3
    assert table.report.rejected == 0 and table.set_aside[0].kind == "repaired" and adds_up(table)


def test_a_person_may_say_delimiter_encoding_and_header() -> None:
    text = "report;x,y\nid,na;me\n1,a;b\n"
    table = read(text.encode("utf-16-le"), delimiter=",", encoding="utf-16", header_line=2)
    assert cells(table) == [["id", "na;me"], ["1", "a;b"]] and table.report.preamble == 1 and adds_up(table)
    for wish in ({"delimiter": "::"}, {"encoding": "klingon"}, {"header_line": 99}):
        with pytest.raises(WorkbenchError):
            read(text, **wish)


def test_a_lost_quote_among_quoted_cells_keeps_its_damage_to_its_line() -> None:
    lines = written([["id", "name", "note"], *([f"{r}", f"n, {r}", "two\nlines"] for r in range(30))]).split(
        "\r\n"
    )
    lines[10] = lines[10].replace('"n, 9"', '"n, 9')
    table = read("\n".join(lines))
    assert adds_up(table)
    whole = [row for row in cells(table) if row[2] == "two\nlines"]
    assert len(whole) == 29 and all(line == 20 for line, _ in warnings(table)[:1])


def test_a_few_foreign_bytes_do_not_turn_utf8_into_something_else() -> None:
    body = "".join(f"{row},Müller & Söhne {row}\n" for row in range(20)).encode()
    table = read(b"id,name\n" + body + b"99,Caf\xe9\n")
    assert table.frame["name"].to_pylist()[::20] == ["Müller & Söhne 0", "Café"]
    assert warnings(table) == [(22, "encoding")]
    assert read("id,name\n1,Café\n".encode("cp1252")).frame["name"][0].as_py() == "Café"


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be", "utf-16-be", "utf-16-le"])
def test_wide_encodings_without_a_mark(encoding: str) -> None:
    assert cells(read(written(ROWS).encode(encoding))) == ROWS


def test_comments_are_set_aside() -> None:
    table = read("id,name,note\n1,a,x\n# exported by hand\n2,b,y\n" + "3,c,z\n" * 50)
    assert table.set_aside[0].line == 3 and "comment" in table.set_aside[0].reason and adds_up(table)


def test_a_footer_without_a_blank_line_above_is_still_one() -> None:
    table = read("id,name,note\n" + "1,a,x\n" * 20 + "Total rows: 20\n")
    assert (table.report.loaded, table.report.footer) == (20, 1) and adds_up(table)


PIECES = ["a", "1", " ", ",", ";", '"', "\n", "\r\n", "é", "\t", "'"]
MIXED = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)


@settings(max_examples=120, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(MIXED, min_size=n, max_size=n), min_size=1, max_size=12)
    )
)
def test_the_fast_reader_and_the_careful_one_agree(rows: list[list[str]]) -> None:
    head = [f"h{number}" for number in range(len(rows[0]))]
    filler = [[f"k{number}", *(["v, w"] * (len(head) - 1))] for number in range(50)]
    text = written([head, *filler, *rows, *filler], lineterminator="\n")
    fast = read(text)
    patch = pytest.MonkeyPatch()
    with patch.context() as context:
        context.setattr(delimited, "exact_spans", _nothing_is_exact)
        slow = read(text)
    assert cells(fast) == cells(slow)
    assert fast.lines is not None and slow.lines is not None
    assert fast.lines.tolist() == slow.lines.tolist()
    assert fast.report == slow.report and adds_up(fast)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert cells(fast)[51:-50] == kept


def _nothing_is_exact(data: object, starts: np.ndarray, *rest: object) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(len(starts), bool), np.zeros(len(starts), np.uint8)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from(list("ab1,;\"'\n\r\t| #\\\0=é")), max_size=200))
def test_any_text_is_read_or_refused_and_adds_up(text: str) -> None:
    try:
        table = read(text)
    except WorkbenchError:
        return
    assert adds_up(table)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_add_up(content: bytes) -> None:
    try:
        table = read(content)
    except WorkbenchError:
        return
    assert adds_up(table)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_pollution_is_silent(kind: str, tmp_path: Path) -> None:
    found = [outcome(polluted(kind, seed), tmp_path) for seed in range(3)]
    assert set(found) <= {"exact", "told"}


def test_millions_of_damaged_records_are_told_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_ISSUES", 10)
    monkeypatch.setattr(intake, "MOST_SET_ASIDE", 20)
    table = read("id,name\n" + "1,a\n" * 300 + "1,a,b\n" * 100 + "1,a\n" * 60)
    assert table.report.rejected == 100 and len(table.set_aside) == 20
    told = [issue.what for issue in table.report.issues if issue.line is None]
    assert told == [
        "And 90 more of the kind “rejected record”.",
        "80 more records were set aside than the 20 kept to look at.",
    ]


def test_twenty_thousand_columns() -> None:
    head = ",".join(f"c{number}" for number in range(20_000))
    row = ",".join("12" for _ in range(20_000))
    table = read("\n".join([head, *[row] * 5]))
    assert (table.frame.num_rows, table.frame.num_columns) == (5, 20_000) and adds_up(table)


def test_a_line_without_an_end_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_LINE_BYTES", 10_000)
    monkeypatch.setattr(exact, "LONGEST", 10_000)
    with pytest.raises(WorkbenchError, match="too long"):
        read("x" * 20_000)
    table = read("id,name\n" + "1,a\n" * 60 + "2," + "b" * 20_000 + "\n" + "3,c\n" * 60)
    assert table.report.rejected == 1 and len(table.set_aside[0].text) == 1_000 and adds_up(table)


def test_a_table_below_many_empty_lines_is_found() -> None:
    table = read("\n" * 200_000 + "id,name\n1,a\n2,b\n")
    assert cells(table) == [["id", "name"], ["1", "a"], ["2", "b"]]
    assert table.report.blank == 200_000 and adds_up(table)


def test_progress_may_end_the_reading() -> None:
    class Stopped(Exception):
        pass

    def stop(what: str, share: float) -> None:
        if share > 0.3:
            raise Stopped

    with pytest.raises(Stopped):
        delimited.read_delimited(source_of(written(ROWS)), progress=stop)


def test_records_set_aside_are_saved_and_nothing_is_overwritten(tmp_path: Path) -> None:
    table = read('id,name\n1,a\n2,"b",c\n' + "3,d\n" * 60)
    target = tmp_path / "aside.csv"
    assert write_set_aside(target, "t", table.frame.column_names, table.set_aside) == 1
    with target.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "kind", "reason", "text"]
    assert rows[1][3] == "id,name" and rows[2][:2] == ["3", "rejected"] and rows[2][3] == '2,"b",c'
    with pytest.raises(WorkbenchError, match="already"):
        write_set_aside(target, "t", ["id"], table.set_aside)
    assert len(list(tmp_path.iterdir())) == 1
