"""What the desk asks of the core, and when it asks again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.strength import Strength, strength_of
from icp_workbench.segments.filter import Filter
from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.criterion import Criterion
from icp_workbench.tui import desk as desk_module
from icp_workbench.tui.desk import Desk
from icp_workbench.workshop.events import CriterionMarked, FilterChanged, LooksTaken
from icp_workbench.workshop.session import Session
from tests.tui.workbench import plain_book

SAAS = Criterion(
    id="saas",
    verdict="icp",
    when=FieldTest("industry", "in", ("SaaS",)),
    signal="fit",
    decided_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
)


def test_what_criteria_cover_is_counted_anew_after_a_decision_or_a_look_alone(tmp_path: Path) -> None:
    book = plain_book()
    index = SegmentIndex(book)
    with Session.open_or_start(tmp_path, "desk", book, index) as session:
        desk = Desk(index, session)
        session.record(CriterionMarked(SAAS))
        first = desk.cover(session.state)
        assert first[0].accounts == 100
        session.record(FilterChanged("A", Filter().toggle_included("industry", "Retail")))
        assert desk.cover(session.state) is first
        session.record(LooksTaken({"0" * 16: 0.5}))
        looked = desk.cover(session.state)
        assert looked[1]["saas"].strength.looks == first[1]["saas"].strength.looks + 1


def test_a_strength_on_screen_stands_on_the_board_of_the_spec(tmp_path: Path) -> None:
    book = plain_book()
    index = SegmentIndex(book)
    rows = index.rows(SAAS.when)
    board = compare(index, {"criterion": rows})
    with Session.open_or_start(tmp_path, "desk", book, index) as session:
        session.record(CriterionMarked(SAAS))
        shown = Desk(index, session).cover(session.state)[1]["saas"]
    assert shown.strength == strength_of(index, rows, {}, board=board, resample=True)
    assert [cell.q_value for cell in shown.comparison.cells] == [cell.q_value for cell in board.cells]


def test_accounts_are_shuffled_once_a_hand_rests_and_then_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = plain_book()
    index = SegmentIndex(book)
    asked: list[bool] = []

    def remembered(*given: Any, resample: bool = False, **more: Any) -> Strength:
        asked.append(resample)
        return strength_of(*given, resample=resample, **more)

    monkeypatch.setattr(desk_module, "strength_of", remembered)
    with Session.open_or_start(tmp_path, "desk", book, index) as session:
        session.record(CriterionMarked(SAAS))
        desk = Desk(index, session)
        quick = desk.cover(session.state, dealt=False)
        thorough = desk.cover(session.state)
        assert asked == [False, True]
        assert thorough[0] is quick[0]
        assert desk.cover(session.state, dealt=False) is thorough
        session.record(LooksTaken({"0" * 16: 0.5}))
        again = desk.cover(session.state, dealt=False)  # known by now, and so not bolder for a moment
        assert asked == [False, True, True]
        assert desk.cover(session.state) is again
        session.record(LooksTaken({"1" * 16: 0.5}))
        left = desk.cover(session.state, lambda: True)
        assert desk.cover(session.state) is not left
