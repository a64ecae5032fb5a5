"""What became other in a book that was understood another way, in words."""

from __future__ import annotations

from pathlib import Path

from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import book_of, read_files
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.rereading import what_changed
from icp_workbench.segments.index import SegmentIndex
from tests.tui.exports import write_exports


def changes(folder: Path, mapping: BookMapping) -> tuple[str, ...]:
    files = read_files(folder)
    before, after = book_of(files, BookMapping()), book_of(files, mapping)
    boards = [compare(SegmentIndex(book), {}) for book in (before, after)]
    return what_changed(before, boards[0], after, boards[1])


def test_the_same_book_has_nothing_to_tell(tmp_path: Path) -> None:
    assert changes(write_exports(tmp_path / "crm"), BookMapping()) == ()


def test_a_stage_that_becomes_lost_lowers_the_win_rate(tmp_path: Path) -> None:
    told = changes(write_exports(tmp_path / "crm"), BookMapping().with_stages({"Parked": "lost"}))
    # 120 won, 120 lost; the 60 parked deals become lost: 120 of 300.
    assert "Win rate 50.0% (n 240) → 40.0% (n 300)" in told


def test_a_source_of_churn_and_an_accepted_spelling_are_told(tmp_path: Path) -> None:
    folder = write_exports(tmp_path / "crm")
    accepted = BookMapping().with_table("deals", accepted={"product": {"GTXPro": "GTX Pro"}})
    assert "deals → products: 270 → 360 rows join" in changes(folder, accepted)
    churned = changes(folder, BookMapping(churn_source="events"))
    assert any(line.startswith("Churn ") and "→" in line for line in churned)


def test_an_attribute_that_goes_and_one_that_changes_its_type_are_named(tmp_path: Path) -> None:
    folder = write_exports(tmp_path / "crm")
    told = changes(folder, BookMapping().with_column("accounts", "industry", role="ignore"))
    assert "attribute gone: industry" in told
    told = changes(folder, BookMapping().with_column("accounts", "employees", type="category"))
    assert "employees: number → category" in told
