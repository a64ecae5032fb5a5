"""What programs and people read of a comparison."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.comparison import Cell, compare
from icp_workbench.evidence.lights import lights
from icp_workbench.evidence.payload import comparison_payload
from icp_workbench.evidence.pictures.trend import trend
from icp_workbench.evidence.sentences import sentence
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.synthetic import CHURN_RATE, RETENTION, SALES_CYCLE, WIN_RATE

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


def cell(**figures: object) -> Cell:
    blank = Cell("A", "win_rate", "share", 0.412, 0.34, 0.48, 400, 187, 0.224, 0.191, 0.221, 0.14, 0.3)
    return replace(blank, **figures)  # type: ignore[arg-type]


def test_sentences_read_as_a_person_would_say_them() -> None:
    assert sentence(cell(effect={"risk_ratio": 2.157}), WIN_RATE) == (
        "41.2 % of 187 accounts' deals were won, 34–48 %; the rest won 19.1 %; 2.2 times as likely."
    )
    assert sentence(cell(metric="churn_rate", effect={"risk_ratio": 2.157}), CHURN_RATE) == (
        "41.2 % of 187 accounts churned, 34–48 %; of the rest 19.1 % did; 2.2 times as likely."
    )
    assert sentence(cell(metric="retention_12m", effect={"risk_ratio": 2.157}), RETENTION) == (
        "41.2 % of 187 accounts were still customers after 12 months, 34–48 %; of the rest 19.1 % were; "
        "2.2 times as likely."
    )
    days = {"estimate": 55.0, "low": 51.0, "high": 59.0, "rest": 83.0, "difference": -28.0}
    assert sentence(cell(metric="sales_cycle_days", unit="days", **days), SALES_CYCLE) == (
        "Half of 187 accounts' won deals closed within 55 days, 51–59; "
        "of the rest within 83 days; 28 days less."
    )


def test_sentences_say_why_there_is_nothing_to_say() -> None:
    few = sentence(cell(verdict="too_few", reason="9 accounts with an outcome; 10 are needed"), WIN_RATE)
    assert few.endswith("too few to judge (9 accounts with an outcome; 10 are needed).")
    none = cell(estimate=None, reason="0 accounts with an outcome; 10 are needed")
    assert sentence(none, WIN_RATE) == "No win rate here: 0 accounts with an outcome; 10 are needed."
    assert sentence(cell(rest=None, reason="there is no rest to compare with"), WIN_RATE).endswith(
        "; there is no rest to compare with."
    )


def test_no_sentence_of_a_real_board_shows_a_missing_figure() -> None:
    metrics = {metric.name: metric for metric in BOARD.metrics}
    for one in BOARD.cells:
        text = sentence(one, metrics[one.metric])
        assert "None" not in text and "nan" not in text and text.endswith(".")


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


def test_a_trend_has_every_quarter_and_all_deals() -> None:
    points = trend(INDEX, INDEX.rows(EVERYONE), "win_rate")
    assert [point.start.isoformat() for point in points][:3] == ["2024-01-01", "2024-04-01", "2024-07-01"]
    assert len(points) == 10
    assert sum(point.figure.n for point in points) == 720
    assert trend(INDEX, INDEX.rows(EVERYONE), "churn_rate") == ()
