"""Book files written by hand, moved, and saved by two at once; second files that change beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.book_file import files
from icp_workbench.book.book_file.files import book_file_for, read_book_file, write_book_file
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.observed import ObservedAttribute, SecondFile
from icp_workbench.book.opening import open_book
from icp_workbench.errors import WorkbenchError
from tests.book.book_file.test_book_file import write_crm


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    """A folder with accounts and deals."""
    write_crm(tmp_path / "crm")
    return tmp_path / "crm"


def test_a_book_whose_expression_reads_what_the_file_does_not_type_can_be_saved(crm: Path) -> None:
    path = book_file_for([crm])
    path.write_text(
        "apiVersion: icp-book/v1\nobserved:\n  big: {when: {field: Employees, at_least: 40.0}}\n", "utf-8"
    )
    book = open_book(crm)
    assert book.accounts["big"].sum() == 57  # 20 + 7 n of 60 accounts: all but 20, 27 and 34
    write_book_file(path, book, read_book_file(path).digest)
    assert open_book(crm).accounts["big"].equals(book.accounts["big"])
    (crm / "accounts.csv").write_text(
        (crm / "accounts.csv").read_text("utf-8").replace("employees", "staff"), "utf-8"
    )
    later = open_book(crm)
    assert any("`big` was left out" in warning for warning in later.warnings)
    write_book_file(path, later, read_book_file(path).digest)
    assert "big: {when: {field: employees, at_least:" in path.read_text("utf-8").casefold()


def test_a_second_file_that_changed_since_is_a_warning(crm: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.csv"
    lines = [f"A{at:03},{('hot', 'cold')[at % 2]}" for at in range(60)]
    notes.write_text("\n".join(["Account,Warmth", *lines]), "utf-8")
    warmth = ObservedAttribute("warmth", SecondFile("../notes.csv", "Warmth"))
    book = open_book(crm, mapping=BookMapping(observed=(warmth,)))
    write_book_file(book_file_for([crm]), book)
    assert open_book(crm).differences == ()
    lines[0] = "A000,cold"
    notes.write_text("\n".join(["Account,Warmth", *lines]), "utf-8")
    said = "notes.csv is not as it was when saved: what notes brings may be other."
    later = open_book(crm)
    assert later.differences == (said,) and said in later.warnings


def test_a_file_that_another_wrote_in_the_same_moment_is_not_overwritten(
    crm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, path, write = open_book(crm), book_file_for([crm]), files._read_back

    def another_is_quicker(text: str, name: str, book: AccountBook) -> object:
        path.write_text("apiVersion: icp-book/v1\nbook: of another\n", "utf-8")
        return write(text, name, book)

    monkeypatch.setattr(files, "_read_back", another_is_quicker)
    with pytest.raises(WorkbenchError, match="not as it was when this book was opened"):
        write_book_file(path, book)
    assert "of another" in path.read_text("utf-8")


def test_a_folder_renamed_for_the_next_export_is_read_by_the_book_file_in_it(crm: Path) -> None:
    decided = BookMapping().with_column("accounts", "founded", role="ignore")
    write_book_file(book_file_for([crm]), open_book(crm, mapping=decided))
    later = crm.rename(crm.with_name("2026Q4"))
    assert "founded" not in open_book(later).fields
    assert book_file_for([later]) == later / "crm.book.yaml"
    shutil.copy(later / "crm.book.yaml", later / "copy.book.yaml")
    unsure = open_book(later)
    assert "founded" in unsure.fields
    assert sum("was not read: --book reads it" in note for note in unsure.notes) == 2


def test_an_export_split_in_two_opens_by_the_book_file_of_the_whole(crm: Path) -> None:
    book = open_book(crm)
    write_book_file(book_file_for([crm]), book)
    head, *lines = (crm / "deals.csv").read_text("utf-8").splitlines()
    for part, rows in (("1", lines[:50]), ("2", lines[50:])):
        (crm / f"deals_{part}.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    (crm / "deals.csv").unlink()
    later = open_book(crm)
    assert later.stage_counts == book.stage_counts
    assert not any("gone" in difference for difference in later.differences)
