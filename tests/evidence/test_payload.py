"""What programs and people read of a comparison."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.lights import lights
from icp_workbench.evidence.payload import comparison_payload
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book

INDEX = SegmentIndex(typical_book(accounts=240, lift=0.25))
THIRD = FieldTest("third", "in", ("yes",))
BOARD = compare(INDEX, {"A": INDEX.rows(THIRD), "B": INDEX.rows(AnyOf(())), "C": INDEX.rows(EVERYONE)})


def test_the_json_has_the_names_of_the_contract_and_no_nan() -> None:
    found = comparison_payload(BOARD, INDEX.book.fields)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found) == ["segments", "cells", "looks", "overlaps", "cautions"]
    assert list(found["segments"][1]) == ["name", "condition", "accounts", "unknown"]
    assert list(found["cells"][0]) == [
        "segment", "metric", "estimate", "low", "high", "n", "accounts", "unit", "average", "rest",
        "difference", "difference_low", "difference_high", "effect", "p_value", "q_value", "verdict",
        "reason",
    ]  # fmt: skip
    assert (found["segments"][0]["name"], found["segments"][1]["accounts"]) == ("all", 80)
    assert len(found["cells"]) == 4 * len(BOARD.metrics)


def test_the_same_board_gives_the_same_text() -> None:
    again = compare(INDEX, {segment.name: INDEX.rows(segment.condition) for segment in BOARD.segments[1:]})
    texts = {json.dumps(comparison_payload(board, INDEX.book.fields)) for board in (BOARD, again)}
    assert len(texts) == 1


@pytest.mark.parametrize(
    ("cycle", "won", "light"),
    [
        ("better", "better", "lit"),
        ("unclear", "better", "lit"),
        ("worse", "better", "red"),
        ("similar", "unclear", "hollow"),
        ("too_few", "too_few", "hollow"),
    ],
)
def test_the_lights_follow_the_verdicts_of_their_metrics(cycle: str, won: str, light: str) -> None:
    verdicts = {"win_rate": won, "sales_cycle_days": cycle}
    cells = tuple(
        replace(one, verdict=verdicts.get(one.metric, "similar"))
        for one in BOARD.cells  # type: ignore[arg-type]
    )
    found = lights(replace(BOARD, cells=cells), "A")
    assert found == {"sells": light, "succeeds": "hollow", "pays": "dark"}
