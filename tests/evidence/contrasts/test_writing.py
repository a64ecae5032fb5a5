"""What is written of pairs and exceptions where figures are extreme or missing."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from icp_workbench.evidence.contrasts.exceptions import where_it_fails
from icp_workbench.evidence.contrasts.pairing import compare_pair
from icp_workbench.evidence.contrasts.writing import apart, pair_csv, pair_payload, pair_text
from icp_workbench.evidence.contrasts.writing_exceptions import (
    exceptions_csv,
    exceptions_payload,
    exceptions_text,
)
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.contrasts.hands import A, B, outcomes, pair, two_segments
from tests.synthetic import DEAL_SIZE, WIN_RATE

SPREAD = replace(DEAL_SIZE, name="deal_size_spread", unit="ratio", better="lower", estimator="spread")


@pytest.mark.filterwarnings("ignore:overflow encountered")  # in the sum of amounts no book has
@pytest.mark.parametrize("amount", [1e308, -1e308, 1e-320, 0.0])
def test_amounts_at_the_ends_of_what_numbers_are_give_numbers_or_nothing(amount: float) -> None:
    deals, _ = outcomes(51, 120, 2)
    sign = np.where(np.arange(240) % 3, 1.0, 0.5)
    a, b = np.arange(120) < 70, np.arange(120) >= 50
    metrics = (replace(DEAL_SIZE, where=None), replace(SPREAD, where=None), WIN_RATE)
    index = SegmentIndex(two_segments(a, b, deals.assign(amount=amount * sign), metrics=metrics))
    found = compare_pair(index, ("A", index.rows(A)), ("B", index.rows(B)))
    fields = index.book.fields
    json.dumps(pair_payload(found, fields), allow_nan=False)
    fails = where_it_fails(index, index.rows(A), "deal_size")
    json.dumps(exceptions_payload("A", A, fails, fields), allow_nan=False)
    for text in (
        pair_text(found, fields),
        pair_text(found, fields, markdown=True),
        pair_csv(found, fields),
        exceptions_text("A", A, fails, fields),
        exceptions_csv("A", fails, fields),
    ):
        words = set(text.replace("\n", " ").replace(",", " ").split())
        assert not {"nan", "NaN", "inf", "-inf", "None"} & words
    for cell in (*found.cells, *found.seconds):
        assert all(math.isfinite(value) for value in cell.effect.values())


def test_the_remarks_say_what_was_tested_and_what_was_not() -> None:
    a, b = np.arange(60) < 8, np.arange(60) >= 20
    deals, _ = outcomes(52, 60, 2)
    index_of = two_segments(a, b, deals, metrics=(WIN_RATE,))
    text = pair_text(pair(index_of), index_of.fields)
    assert "Win rate: A: 8 accounts with an outcome; 10 are needed." in text
    assert "comparison" not in text  # nothing was tested


def test_differences_of_shares_are_points_others_have_their_unit() -> None:
    deals, _ = outcomes(53, 200, 2)
    a, b = np.arange(200) < 100, np.arange(200) >= 100
    share, size = pair(two_segments(a, b, deals, metrics=(WIN_RATE, DEAL_SIZE))).cells
    fixed = replace(share, difference=0.13, difference_low=0.09, difference_high=0.17)
    assert apart(fixed) == "+13 pts (9–17)" and apart(fixed, limits=False) == "+13 pts"
    across = replace(share, difference=-0.013, difference_low=-0.06, difference_high=0.03)
    assert apart(across) == "−1.3 pts (−6 to 3)"
    money = replace(size, difference=700.0, difference_low=-1329.0, difference_high=3502.0)
    assert apart(money) == "+700 (−1,329 to 3,502)"
    assert apart(replace(size, difference=None, difference_low=None, difference_high=None)) == "–"


def test_markup_in_a_book_is_text_in_markdown() -> None:
    accounts = pd.DataFrame(
        {
            "a": pd.array(np.arange(90) < 60, dtype="boolean"),
            "b": pd.array(np.arange(90) >= 30, dtype="boolean"),
        }
    )
    deals, _ = outcomes(54, len(accounts), 2)
    book = two_segments(
        accounts["a"].to_numpy(bool), accounts["b"].to_numpy(bool), deals, metrics=(WIN_RATE,)
    )
    index = SegmentIndex(book)
    found = compare_pair(index, ("<b>|[x](y)", index.rows(A)), ("*B*", index.rows(B)))
    text = pair_text(found, book.fields, markdown=True)
    assert "<b>" not in text and "[x](" not in text and "\\<b\\>\\|\\[x\\](y)" in text
