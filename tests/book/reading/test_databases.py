"""SQLite and DuckDB files: every table read, nothing written, nothing run that a file brings along."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from icp_workbench.book.raw import RawTable
from icp_workbench.book.reading import databases
from icp_workbench.book.reading.databases import quoted
from icp_workbench.book.sources import read_tables
from icp_workbench.errors import WorkbenchError


def sqlite(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def refused(path: Path | str) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as caught:
        read_tables(Path(path))
    return caught.value


def said(table: RawTable) -> str:
    return "\n".join(issue.what for issue in table.report.issues)


def test_tables_with_rows_as_text_and_views_only_at_a_wish(tmp_path: Path) -> None:
    path = sqlite(
        tmp_path / "crm #1 ä%.sqlite",
        "CREATE TABLE firms (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, size REAL, big INTEGER)",
        "INSERT INTO firms VALUES (7, 'Äcme', 12.5, 9007199254740993), (8, NULL, 3, 2)",
        """CREATE TABLE "odd "" name" ("a b" ANY, "select" BLOB)""",
        """INSERT INTO "odd "" name" VALUES (1, x'00ff'), ('x', NULL), (2.5, 't')""",
        "CREATE TABLE hollow (a)",
        "CREATE VIEW large AS SELECT * FROM firms WHERE size > 5",
        "CREATE VIEW broken AS SELECT * FROM gone",
    )
    before = sorted(tmp_path.iterdir())
    firms, odd = read_tables(path)
    (large,) = read_tables(Path(f"{path}::large"))
    stem = "crm #1 ä%"
    assert [table.name for table in (firms, odd, large)] == [
        f"{stem} firms",
        f'{stem} odd " name',
        f"{stem} large",
    ]
    assert firms.frame.to_pydict() == {
        "id": ["7", "8"], "name": ["Äcme", None], "size": ["12.5", "3"], "big": ["9007199254740993", "2"],
    }  # fmt: skip
    assert odd.frame.to_pydict() == {"a b": ["1", "x", "2.5"], "select": [None, None, "t"]}
    assert "binary data is blank in 1 cell." in said(odd)
    assert large.frame.num_rows == 1
    assert "`hollow` has no rows" in said(firms) and "were not read: `large`, `broken`" in said(firms)
    assert firms.report.records == firms.report.loaded == 2
    assert sorted(tmp_path.iterdir()) == before


def test_one_table_by_name_and_the_nearest_to_it(tmp_path: Path) -> None:
    path = sqlite(
        tmp_path / "crm.db",
        "CREATE TABLE opportunities (id)", "INSERT INTO opportunities VALUES (1)", "CREATE TABLE other (id)",
    )  # fmt: skip
    (table,) = read_tables(Path(f"{path}::Opportunities"))
    assert table.name == "crm opportunities"
    error = refused(f"{path}::opportunites")
    assert error.title == "No such table" and "Did you mean `opportunities`?" in error.what_happened


@pytest.mark.parametrize("closed", [True, False])
def test_a_database_with_a_write_ahead_log(tmp_path: Path, closed: bool) -> None:
    path = tmp_path / "crm.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE deals (id)")
    connection.execute("INSERT INTO deals VALUES (1)")
    connection.commit()
    if closed:
        connection.close()
    before = sorted(tmp_path.iterdir())
    (table,) = read_tables(path)
    assert table.frame.num_rows == 1  # while it is open elsewhere, the row stands in the log only
    assert sorted(tmp_path.iterdir()) == before
    connection.close()


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    path = sqlite(
        tmp_path / "a.sqlite", "CREATE TABLE t (name)", "INSERT INTO t VALUES (CAST(x'c3' AS TEXT))"
    )
    (table,) = read_tables(path)
    assert table.frame["name"].to_pylist() == ["\ufffd"] and "not UTF-8" in said(table)


def test_a_damaged_database(tmp_path: Path) -> None:
    path = sqlite(
        tmp_path / "a.sqlite", "CREATE TABLE t (name)", "INSERT INTO t VALUES (hex(randomblob(90000)))"
    )
    content = bytearray(path.read_bytes())
    content[4096:9000] = bytes(4904)
    path.write_bytes(bytes(content))
    assert refused(path).title == "Damaged database"
    path.write_bytes(bytes(content)[:5000])
    assert refused(path).title == "Damaged database"


ENDLESS = (
    "CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c"
)


def test_a_view_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sqlite(tmp_path / "a.sqlite", "CREATE TABLE t (n)", ENDLESS)
    monkeypatch.setattr(databases, "SECONDS", 0.2)
    assert refused(path).title == "Database takes too long"


def test_cancelling_reaches_into_a_slow_view(tmp_path: Path) -> None:
    path = sqlite(tmp_path / "a.sqlite", ENDLESS)
    told: list[str] = []

    def cancel(what: str, _share: float) -> None:
        told.append(what)
        if len(told) > 20:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        read_tables(path, progress=cancel)


def test_a_database_without_tables_or_rows(tmp_path: Path) -> None:
    empty = sqlite(tmp_path / "a.sqlite", "CREATE TABLE t (n)", "DROP TABLE t")
    assert refused(empty).title == "No table"
    assert refused(sqlite(tmp_path / "b.sqlite", "CREATE TABLE t (n)")).title == "No rows"


@pytest.mark.parametrize("name", ["a", 'a"b', '"; DROP TABLE t; --', "a'b", "ä ö", "[x]", "a`b"])
def test_any_name_is_quoted_as_itself(name: str) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE {quoted(name)} (n)")
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [(name,)]


def test_a_duckdb_file(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE deals AS SELECT range AS id, 'Won' AS stage FROM range(5)")
        connection.execute("CREATE SCHEMA old")
        connection.execute("CREATE TABLE old.deals AS SELECT 1 AS id")
        connection.execute("CREATE TABLE nothing (id INTEGER)")
        connection.execute(f"CREATE VIEW spy AS SELECT * FROM read_csv('{tmp_path}/secret.csv')")
    before = sorted(tmp_path.iterdir())
    deals, old = read_tables(path)
    assert (deals.name, old.name) == ("crm deals", "crm old.deals")
    assert deals.frame.to_pydict() == {"id": [0, 1, 2, 3, 4], "stage": ["Won"] * 5}
    assert "were not read: `spy`" in said(deals) and "`nothing` has no rows" in said(deals)
    assert refused(f"{path}::spy").title == "Damaged database"
    assert sorted(tmp_path.iterdir()) == before
    assert "deals" in refused(f"{path}::dels").what_happened
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert refused(path).title == "Damaged database"


def test_a_duckdb_view_without_end_can_be_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE VIEW v AS SELECT count(*) AS n FROM range(100000000000)")
    told: list[str] = []

    def cancel(what: str, _share: float) -> None:
        told.append(what)
        if len(told) > 4:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        read_tables(path, progress=cancel)
