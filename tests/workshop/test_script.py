"""The workshop that plays itself decides from figures, and says when there is nothing to decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from icp_workbench.conditions.condition import EVERYONE, FieldTest
from icp_workbench.conditions.fields import Fields
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.files import read_spec
from icp_workbench.workshop.script import play
from icp_workbench.workshop.standouts import Search
from tests.spec.books import small_book


def test_it_finds_what_wins_and_what_loses_and_saves_it(tmp_path: Path) -> None:
    said: list[str] = []
    saved = play(small_book(), tmp_path, "demo", said.append)
    assert saved is not None and saved.version == "1.0.0"
    assert said[-1] == f"Saved {saved.path}" and read_spec(saved.path) == saved.profile
    by_verdict = {criterion.verdict: criterion.when for criterion in saved.profile.criteria}
    assert by_verdict["icp"] == FieldTest("industry", "in", ("SaaS",))
    assert by_verdict["anti_icp"] == FieldTest("industry", "in", ("Public sector",))
    assert any("75" in line and "SaaS" in line for line in said)


def test_played_again_it_says_so_and_saves_nothing_more(tmp_path: Path) -> None:
    first = play(small_book(), tmp_path, "demo", lambda _: None)
    said: list[str] = []
    again = play(small_book(), tmp_path, "demo", said.append)
    assert first is not None and again is not None and again.path == first.path
    assert said[-1] == f"Saved {first.path}" and "played before" in said[0]
    assert len(list(first.path.parent.glob("*.icp.yaml"))) == 1


def test_where_nothing_stands_out_it_says_so_and_saves_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    assert play(small_book(signal=False), tmp_path, "demo", said.append) is None
    assert "Nothing stands out" in said[-1]
    assert list(tmp_path.rglob("*.icp.*")) == []


def test_what_only_goes_along_with_another_attribute_shows_nothing_inside_it() -> None:
    book = small_book()
    index = SegmentIndex(book)
    metric = book.metric("win_rate")
    assert {found.field for found in Search(index, EVERYONE, metric).stand_outs()} == {"industry"}
    inside = Search(index, FieldTest("industry", "in", ("SaaS",)), metric)
    assert inside.stand_outs() == []
    assert inside.looks  # what was tested counts, though it showed nothing


def test_played_again_after_a_save_that_failed_it_marks_nothing_twice(tmp_path: Path) -> None:
    first = play(small_book(), tmp_path, "demo", lambda _: None)
    assert first is not None
    journal = first.path.with_name("journal.jsonl")
    lines = journal.read_bytes().splitlines(keepends=True)
    assert b"SpecSaved" in lines[-1]
    journal.write_bytes(b"".join(lines[:-1]))
    first.path.unlink()
    again = play(small_book(), tmp_path, "demo", lambda _: None)
    assert again is not None
    assert again.profile.criteria == first.profile.criteria
    assert again.profile.statement == first.profile.statement


def test_it_does_not_turn_away_exactly_those_it_does_not_pursue(tmp_path: Path) -> None:
    book = small_book()
    two = book.accounts["industry"].cat.rename_categories({"Energy": "Other"})
    two = two.where(two == "SaaS", "Other").cat.remove_unused_categories()
    book = replace(book, accounts=book.accounts.assign(industry=two))
    field = replace(book.fields["industry"], levels=("Other", "SaaS"))
    book = replace(book, fields=Fields((field, book.fields["employees"])))
    saved = play(book, tmp_path, "demo", lambda _: None)
    assert saved is not None
    assert [(one.verdict, one.when) for one in saved.profile.criteria] == [
        ("icp", FieldTest("industry", "in", ("SaaS",)))
    ]
