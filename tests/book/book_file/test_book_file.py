"""The book file beside the data: what opens by it opens the same way, and what changed since is named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.book_file.files import book_file_for, read_book_file, write_book_file
from icp_workbench.book.book_file.remembered import mapping_of, seen_of
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.observed import Bins, ObservedAttribute, Tag
from icp_workbench.book.opening import open_book, read_files
from icp_workbench.book.raw import ReadAs
from icp_workbench.errors import WorkbenchError
from icp_workbench.sample import sample_paths

INDUSTRIES = ("SaaS", "Retail", "Fintech", "Health")


def write_crm(folder: Path, quarter: str = "", deals: int = 120) -> None:
    """Accounts and deals as an export has them."""
    folder.mkdir(exist_ok=True)
    accounts = ["account_id,industry,employees,founded"]
    for number in range(60):
        industry = INDUSTRIES[number % 4]
        accounts.append(f"A{number:03d},{industry},{20 + number * 7},{number % 28 + 1}/11/2019")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    rows = ["deal_id,account_id,stage,amount,source,created_date,close_date"]
    for number in range(deals):
        stage = "Closed Won" if number % 3 == 0 else "Closed Lost"
        source = ("Web", "Event", "Partner")[number % 3 if number % 7 else 0]
        day = f"{1 + number % 28:02d}"
        amount = 900 + number * 10
        rows.append(f"D{number:04d},A{number % 60:03d},{stage},{amount},{source},2026-01-{day},2026-03-{day}")
    (folder / f"deals{quarter}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A folder with accounts and deals."""
    write_crm(tmp_path / "crm")
    return tmp_path / "crm"


def same_book(left: AccountBook, right: AccountBook) -> None:
    """Fields, types, metrics, counts and every value alike."""
    assert list(left.fields.values()) == list(right.fields.values())
    assert left.accounts.equals(right.accounts)
    assert list(left.accounts.dtypes) == list(right.accounts.dtypes)
    assert left.observations.keys() == right.observations.keys()
    for grain, held in left.observations.items():
        other = right.observations[grain]
        assert (held.account == other.account).all()
        assert held.values.equals(other.values) and held.attributes.equals(other.attributes)
    for name in (
        "name", "account_ids", "account_names", "metrics", "unavailable", "fingerprint", "tables", "joins",
        "leaks", "outcome_sources", "stages", "stage_counts", "as_of", "period", "currency",
    ):  # fmt: skip
        assert getattr(left, name) == getattr(right, name), name
    # Why a column was read so may be told otherwise: what was found out once is remembered now.
    assert [replace(one, note=None) for one in left.columns] == [
        replace(one, note=None) for one in right.columns
    ]


def saved_and_opened(folder: Path) -> tuple[AccountBook, AccountBook]:
    """A book, and the same files opened with the book file it was saved to."""
    book = open_book(folder)
    path = book_file_for([folder])
    remembered = write_book_file(path, book)
    assert read_book_file(path) == remembered
    assert remembered.mapping == mapping_of(book) and remembered.seen == seen_of(book)
    again = open_book(folder)
    assert again.mapping == remembered.mapping
    assert again.differences == ()
    assert mapping_of(again) == remembered.mapping
    return book, again


def test_a_saved_book_opens_the_same_way(crm: Path) -> None:
    same_book(*saved_and_opened(crm))
    assert (crm / "crm.book.yaml").is_file()


def test_the_sample_opens_the_same_way_by_its_book_file(tmp_path: Path) -> None:
    for path in sample_paths():
        shutil.copy(path, tmp_path)
    same_book(*saved_and_opened(tmp_path))


@pytest.mark.parametrize("name", ["maven_crm", "ravenstack", "telco_ibm"])
def test_real_books_open_the_same_way_by_their_book_files(
    name: str, real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    shutil.copytree(real_data(name), tmp_path / name)
    same_book(*saved_and_opened(tmp_path / name))


def test_the_file_stands_beside_the_data_under_the_books_name(crm: Path) -> None:
    assert book_file_for([crm]) == crm / "crm.book.yaml"
    assert book_file_for([crm / "deals.csv"]) == crm / "deals.book.yaml"


def test_the_file_says_that_it_is_confidential_and_counts_what_was_there(crm: Path) -> None:
    path = book_file_for([crm])
    write_book_file(path, open_book(crm))
    text = path.read_text("utf-8")
    assert "CONFIDENTIAL" in text.splitlines()[0]
    assert "  Closed Won: {is: won, deals: 40}" in text
    assert "  deals.csv: {rows: 120, digest: " in text
    assert str(crm) not in text


def test_saving_twice_changes_not_a_byte(crm: Path) -> None:
    path = book_file_for([crm])
    first = write_book_file(path, open_book(crm))
    before = path.read_bytes()
    write_book_file(path, open_book(crm), first.digest)
    assert path.read_bytes() == before


def test_a_decision_is_remembered_and_told_apart_from_guesses(crm: Path) -> None:
    path = book_file_for([crm])
    decided = (
        BookMapping().with_column("deals", "source", role="ignore").with_stages({"Closed Lost": "neither"})
    )
    book = open_book(crm, mapping=decided)
    write_book_file(path, book)
    assert (
        "source: {role: ignore, type: category" in path.read_text() and "decided: [role]" in path.read_text()
    )
    again = open_book(crm)
    assert again.mapping.column("deals", "source").role == "ignore"
    assert "role" not in again.mapping.column("deals", "source").guessed
    assert again.mapping.guessed_stages == {"Closed Won"}
    assert "source" not in again.fields or again.fields["source"].kept_out
    assert again.stages["Closed Lost"] == "neither"
    freed = again.mapping.with_column("deals", "source", role=None)
    assert "source" in open_book(crm, mapping=freed).fields


def test_attributes_people_made_are_remembered(crm: Path) -> None:
    observed = (
        ObservedAttribute("size", Bins("employees", (100.0, 300.0))),
        ObservedAttribute("champion", Tag(("A001", "A007")), note="from the interviews"),
    )
    book = open_book(crm, mapping=BookMapping(observed=observed))
    write_book_file(book_file_for([crm]), book)
    again = open_book(crm)
    assert again.mapping.observed == observed
    same_book(book, again)


def test_opening_without_the_file_infers_anew(crm: Path) -> None:
    decided = BookMapping().with_column("deals", "source", role="ignore")
    write_book_file(book_file_for([crm]), open_book(crm, mapping=decided))
    assert open_book(crm, book_file=False).mapping == BookMapping()
    assert open_book(crm, mapping=BookMapping()).mapping == BookMapping()


def test_another_file_can_be_named(crm: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.book.yaml"
    decided = BookMapping().with_column("deals", "source", role="ignore")
    write_book_file(other, open_book(crm, mapping=decided))
    assert open_book(crm, book_file=other).mapping.column("deals", "source").role == "ignore"
    with pytest.raises(WorkbenchError, match="There is no file"):
        open_book(crm, book_file=tmp_path / "nowhere.book.yaml")


def test_a_file_another_hand_changed_is_not_overwritten(crm: Path) -> None:
    path = book_file_for([crm])
    book = open_book(crm)
    first = write_book_file(path, book)
    path.write_text(path.read_text() + "x-note: mine\n")
    for known in (first.digest, None):
        with pytest.raises(WorkbenchError, match="somebody else"):
            write_book_file(path, book, known)
    assert path.read_text().endswith("x-note: mine\n")
    again = read_files(crm, book_file=None).remembered
    assert again is not None
    write_book_file(path, open_book(crm), again.digest)
    assert "x-note: mine" in path.read_text()


def test_a_newer_file_is_refused_and_left_alone(crm: Path) -> None:
    path = book_file_for([crm])
    path.write_text("apiVersion: icp-book/v7\n")
    with pytest.raises(WorkbenchError, match="icp-book/v7"):
        open_book(crm)
    with pytest.raises(WorkbenchError, match="icp-book/v7"):
        write_book_file(path, open_book(crm, book_file=False))
    assert path.read_text() == "apiVersion: icp-book/v7\n"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that may not be written")
def test_a_folder_that_may_not_be_written_is_told(crm: Path) -> None:
    crm.chmod(0o500)
    try:
        with pytest.raises(WorkbenchError, match="cannot be written"):
            write_book_file(book_file_for([crm]), open_book(crm))
    finally:
        crm.chmod(0o700)


def test_the_next_quarters_export_opens_the_same_way_though_its_file_is_called_otherwise(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "crm"
    write_crm(folder, "_2026Q1")
    decided = BookMapping().with_column("deals_2026Q1", "source", role="ignore")
    write_book_file(book_file_for([folder]), open_book(folder, mapping=decided))
    (folder / "deals_2026Q1.csv").unlink()
    write_crm(folder, "_2026Q2", deals=150)
    book = open_book(folder)
    assert book.mapping.column("deals_2026Q2", "source").role == "ignore"
    assert "deals_2026Q1" not in book.mapping.tables
    told = " ".join(book.differences)
    assert "deals_2026Q2 is read as deals_2026Q1 was" in told and "30 more" in told
    assert not any(difference in book.warnings for difference in book.differences)


def test_decisions_about_a_column_that_is_gone_are_kept_and_told_once(crm: Path) -> None:
    path = book_file_for([crm])
    decided = BookMapping().with_column("deals", "source", role="ignore")
    first = write_book_file(path, open_book(crm, mapping=decided))
    deals = crm / "deals.csv"
    whole = deals.read_text()
    deals.write_text("\n".join(",".join(c for i, c in enumerate(line.split(",")) if i != 4) for line in
                               whole.splitlines()) + "\n")  # fmt: skip
    book = open_book(crm)
    assert book.differences == ("Column deals.source is gone.",)
    write_book_file(path, book, first.digest)
    again = open_book(crm)
    assert again.differences == ()
    assert again.mapping.column("deals", "source").role == "ignore"
    deals.write_text(whole)
    assert "source" not in open_book(crm).fields or open_book(crm).fields["source"].kept_out


def test_what_changed_since_is_named(crm: Path) -> None:
    write_book_file(book_file_for([crm]), open_book(crm))
    deals = (crm / "deals.csv").read_text().replace("Closed Lost", "Lost to nobody", 5)
    lines = deals.replace("Web", "Webinar").splitlines()
    lines = [lines[0] + ",region", *(line + ",EMEA" for line in lines[1:])]
    (crm / "deals.csv").write_text("\n".join(lines) + "\n")
    accounts = (crm / "accounts.csv").read_text().splitlines()
    cut = [",".join(line.split(",")[:3]) for line in accounts]
    sparse = [line if at % 3 == 0 else line.rsplit(",", 1)[0] + "," for at, line in enumerate(cut)]
    (crm / "accounts.csv").write_text("\n".join(sparse) + "\n")
    (crm / "extra.csv").write_text("region,manager\nEMEA,Kim\nAPAC,Lee\n")
    book = open_book(crm)
    told = "\n".join(book.differences)
    for expected in (
        "New column deals.region", "Column accounts.founded is gone.",
        "deals.source has values not seen when saved: “Webinar”.", "deals.source has lost values: “Web”.",
        "accounts.employees is filled in 33% of the rows, 100% when saved.",
        "New stage “Lost to nobody”", "New table extra: 2 rows",
    ):  # fmt: skip
        assert expected in told, (expected, told)
    assert set(book.differences) <= set(book.warnings)


def test_values_no_longer_readable_as_saved_are_named(crm: Path) -> None:
    write_book_file(book_file_for([crm]), open_book(crm))
    path = crm / "accounts.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *(line.replace(",2", ",some 2", 1) for line in lines[1:])]) + "\n")
    book = open_book(crm)
    assert book.fields["employees"].type == "number"
    assert any("accounts.employees is read as number, as saved, but" in told for told in book.differences)


def test_a_vanished_table_is_named(crm: Path) -> None:
    (crm / "tickets.csv").write_text(
        "ticket_id,account_id,created_at\n" + "".join(f"T{n},A{n:03d},2026-01-02\n" for n in range(40))
    )
    write_book_file(book_file_for([crm]), open_book(crm))
    (crm / "tickets.csv").unlink()
    assert any(told.startswith("Table tickets is gone") for told in open_book(crm).differences)


def test_lines_taken_in_after_all_are_remembered_for_that_file_alone(crm: Path) -> None:
    deals = crm / "deals.csv"
    lines = deals.read_text().splitlines()
    lines.insert(20, "D9000,A001,Closed Won,900,Web,2026-01-02,2026-03-04,one,too,many")
    deals.write_text("\n".join(lines) + "\n")
    plain = open_book(crm)
    decided = BookMapping().with_table("deals", read=ReadAs(reinclude=frozenset({21})))
    book = open_book(crm, mapping=decided)
    assert len(book.observations["deal"].account) == len(plain.observations["deal"].account) + 1
    write_book_file(book_file_for([crm]), book)
    same_book(book, open_book(crm))
    lines[3] = lines[3].replace("D0002", "D7002")
    deals.write_text("\n".join(lines) + "\n")
    other = open_book(crm)
    assert len(other.observations["deal"].account) == len(plain.observations["deal"].account)
    assert other.mapping.table("deals").read.reinclude == frozenset()


def write_churn(folder: Path) -> None:
    """A flag in the accounts says 10 left, events say 20."""
    folder.mkdir(exist_ok=True)
    accounts = ["account_id,industry,signup_date,churned"]
    for number in range(60):
        left = "Yes" if number % 6 == 0 else "No"
        accounts.append(f"A{number:03d},{INDUSTRIES[number % 4]},2024-01-{1 + number % 28:02d},{left}")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n")
    events = [f"E{number},A{number * 3:03d},2025-05-{1 + number:02d}" for number in range(20)]
    (folder / "churn_events.csv").write_text(
        "churn_event_id,account_id,churn_date\n" + "\n".join(events) + "\n"
    )


def test_the_source_of_churn_in_use_is_remembered_as_a_guess(tmp_path: Path) -> None:
    folder = tmp_path / "crm"
    write_churn(folder)
    book = open_book(folder)
    assert len(book.outcome_sources) == 2
    write_book_file(book_file_for([folder]), book)
    again = open_book(folder)
    assert again.mapping.churn_source == book.outcome_sources[0].name
    assert again.mapping.guessed == {"churn_source"}
    (folder / "churn_events.csv").unlink()
    alone = open_book(folder)
    assert [source.chosen for source in alone.outcome_sources] == [True]
    assert any("source of churn" in told for told in alone.differences)


def test_a_source_of_churn_that_was_decided_and_is_gone_is_not_replaced_silently(tmp_path: Path) -> None:
    folder = tmp_path / "crm"
    write_churn(folder)
    first = open_book(folder)
    other = next(source.name for source in first.outcome_sources if not source.chosen)
    write_book_file(book_file_for([folder]), open_book(folder, mapping=BookMapping(churn_source=other)))
    assert open_book(folder).mapping.guessed == frozenset()
    (folder / "churn_events.csv").unlink()
    with pytest.raises(WorkbenchError, match="no source of churn"):
        open_book(folder)
