"""What segments have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd

from icp_workbench.conditions.condition import EVERYONE, NOBODY, Not
from icp_workbench.evidence.contrasts.overlap import Overlap, overlaps
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.contrasts.hands import A, B, deals_in_segments, two_segments


def closed(accounts: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"account": accounts, "won": 1.0, "amount": 1.0, "cycle_days": 1.0})


def test_every_pair_is_counted_once_in_the_order_given() -> None:
    a, b = np.arange(10) < 6, np.arange(10) >= 4
    index = SegmentIndex(two_segments(a, b, closed([0])))
    found = overlaps({"A": index.rows(A), "B": index.rows(B), "C": index.rows(Not(A))})
    assert found == (Overlap("A", "B", 6, 6, 2), Overlap("A", "C", 6, 4, 0), Overlap("B", "C", 6, 4, 4))
    assert found[0].sentence == "A and B share 2 accounts (33% of A, 33% of B)"
    assert found[1].sentence == "A and C share no account"


def test_an_account_with_deals_in_either_is_in_both_though_no_deal_is() -> None:
    deals = closed([0, 0, 1, 2])
    a, b = np.array([True, False, True, False]), np.array([False, True, False, True])
    index = SegmentIndex(deals_in_segments(a, b, deals, 3))
    (found,) = overlaps({"A": index.rows(A), "B": index.rows(B)})
    assert (found.first_accounts, found.second_accounts, found.both) == (2, 2, 1)
    assert "share 1 account (" in found.sentence


def test_nobody_and_everybody_have_defined_answers() -> None:
    index = SegmentIndex(two_segments(np.arange(4) < 2, np.arange(4) < 1, closed([0])))
    found = overlaps({"A": index.rows(NOBODY), "B": index.rows(EVERYONE), "C": index.rows(B)})
    assert [one.sentence for one in found] == [
        "A and B share no account",
        "A and C share no account",
        "B and C share 1 account (25% of B, 100% of C)",
    ]
    assert overlaps({"A": index.rows(A)}) == () == overlaps({})
