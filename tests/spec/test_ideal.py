"""The ideal against the average customer."""

from __future__ import annotations

import pytest

from icp_workbench.conditions.condition import Condition, FieldTest, Not
from icp_workbench.evidence.comparison import AVERAGE, compare
from icp_workbench.spec.ideal import IDEAL, ideal_board, ideal_rows
from tests.spec.test_build import INDEX, PUBLIC, SAAS, built, criterion


def test_the_ideal_is_the_profile_against_its_rest() -> None:
    board = ideal_board(INDEX, [criterion("saas", SAAS, required=True)])
    assert board is not None
    win_rate = board.cell(IDEAL, "win_rate")
    assert (win_rate.estimate, win_rate.rest, win_rate.average) == (45 / 60, 54 / 180, 99 / 240)
    assert win_rate.verdict == "better" and board.cell(AVERAGE, "win_rate").estimate == 99 / 240
    alone = compare(INDEX, {IDEAL: INDEX.rows(SAAS)})
    assert board.cells == alone.cells  # one required criterion is the profile


def test_whom_the_anti_icp_disqualifies_is_not_ideal() -> None:
    large: Condition = FieldTest("employees", "at_least", 310)
    criteria = [
        criterion("large", large, required=True),
        criterion("public", PUBLIC, verdict="anti_icp", disqualify=True),
    ]
    rows = ideal_rows(INDEX, criteria)
    assert rows is not None and rows.size == 90
    assert {str(part) for part in rows.condition.parts} == {str(large), str(Not(PUBLIC))}  # type: ignore[union-attr]


def test_nobody_has_no_figures() -> None:
    assert ideal_board(INDEX, []) is None
    assert ideal_board(INDEX, [criterion("public", PUBLIC, verdict="anti_icp")]) is None


def test_the_file_carries_the_ideal_beside_the_average() -> None:
    found = built([criterion("saas", SAAS, required=True)]).data.ideal_customer
    assert found["win_rate"].estimate == 0.75 and found["win_rate"].rest == 0.3
    assert found["win_rate"].average == pytest.approx(99 / 240, rel=1e-6)


def test_a_few_accounts_beside_a_criterion_are_not_told_by_subtraction() -> None:
    few: Condition = FieldTest("employees", "at_least", 600)  # the largest account of each industry
    criteria = [
        criterion("saas", SAAS, required=True),
        criterion("large", few, verdict="anti_icp", disqualify=True),
    ]
    # 59 of the 60
    assert all(
        one.estimate is one.rest is one.n is None for one in built(criteria).data.ideal_customer.values()
    )
    assert all(one.n is not None for one in built(criteria[:1]).data.ideal_customer.values())
