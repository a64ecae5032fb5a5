"""Verdicts that hang on one account or on one threshold, and those that do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from icp_workbench.conditions.condition import EVERYONE, AllOf, AnyOf, FieldTest
from icp_workbench.conditions.expression import parse
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.scrutiny.sensitivity import Sensitivity, sensitivity
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.scrutiny.books import MARGIN, NAMES, SEGMENT, SOURCE, simulated, yes_no
from tests.synthetic import WIN_RATE, make_book

Counts = npt.NDArray[np.int_]


def varied(index: SegmentIndex, typed: str, metric: str = "win_rate") -> Sensitivity:
    found = sensitivity(index, index.rows(parse(typed, index.book.fields)), metric)
    assert found is not None
    return found


def book_of(employees: Counts, deals: Counts, won: Counts) -> SegmentIndex:
    """Accounts with their employees, deals, and how many of these were won."""
    account = np.repeat(np.arange(len(deals)), deals)
    at = np.arange(len(account)) - np.repeat(np.cumsum(deals) - deals, deals)
    frame = pd.DataFrame(
        {"account": account, "won": (at < won[account]).astype(float), "amount": 1.0, "cycle_days": 1.0}
    )
    attributes = pd.DataFrame({"employees": employees.astype(float)})
    return SegmentIndex(make_book(attributes, deals=frame, metrics=(WIN_RATE,)))


def whale() -> SegmentIndex:
    """Forty accounts at 100 employees, sixty at 10; two deals each, one in ten of them won; but one of the
    large ones had 60 deals and won 42."""
    employees, deals = np.repeat([100, 10], [40, 60]), np.full(100, 2)
    won = np.where(np.arange(100) % 5 == 0, 1, 0)
    deals[39], won[39] = 60, 42
    return book_of(employees, deals, won)


def test_a_difference_that_is_one_accounts_shrinks_without_it() -> None:
    found = varied(whale(), "employees >= 50")
    without = found.variants[0]
    assert without.what == "without the largest account"
    # 8 of 78 deals against 12 of 120, where 50 of 138 were won before.
    assert without.difference == pytest.approx(8 / 78 - 0.1)
    assert without.accounts == 39


def one_large_customer() -> SegmentIndex:
    """Margins of about 64 % of 30 accounts inside, of 60 % of 90 outside; but one of those inside has a
    hundred times the others' revenue, and 55 %."""
    random = np.random.default_rng(3)
    inside = np.arange(120) < 30
    revenue = np.exp(random.normal(9, 0.1, 120))
    share = np.where(inside, 0.64, 0.60) + random.normal(0, 0.05, 120)
    revenue[0], share[0] = revenue[0] * 100, 0.55
    frame = pd.DataFrame({"account": range(120), "revenue": revenue, "margin": revenue * share})
    frame[["won", "amount", "cycle_days"]] = 1.0
    return SegmentIndex(
        make_book(pd.DataFrame({"segment": yes_no(inside)}), deals=frame, metrics=(WIN_RATE, MARGIN))
    )


def test_a_verdict_that_hangs_on_one_account_does_not_stand() -> None:
    index = one_large_customer()
    found = sensitivity(index, index.rows(SEGMENT), "gross_margin")
    assert found is not None and not found.stands
    assert found.verdict == "unclear"  # one customer hides what the other 29 show
    assert found.sentence.startswith("Gross margin is unclear, but better without the largest account (+")


def test_a_verdict_that_one_account_makes_does_not_stand() -> None:
    # 15 of 40 deals are won inside, 75 of 300 outside: nothing anyone can tell. One more account inside won
    # all of its six.
    employees = np.repeat([100, 10], [41, 300])
    deals = np.append(np.ones(40, dtype=int), [6] + [1] * 300)
    won = np.concatenate([np.arange(40) < 15, [6], np.arange(300) % 4 == 0]).astype(int)
    found = varied(book_of(employees, deals, won), "employees >= 50")
    assert found.verdict == "better" and not found.stands
    assert found.variants[0].difference == pytest.approx(15 / 40 - 0.25)
    assert found.sentence == ("Win rate does not stay better: unclear without the largest account (+13 pts).")


def test_a_broad_difference_stands() -> None:
    employees = np.repeat([100, 10], [100, 300])
    won = np.append(np.arange(100) % 2, (np.arange(300) % 5 == 0).astype(int))
    found = varied(book_of(employees, np.ones(400, dtype=int), won), "employees >= 50")
    assert found.verdict == "better" and found.stands
    assert [one.what for one in found.variants] == [
        "without the largest account", "with employees at 45 instead of 50",
        "with employees at 55 instead of 50",
    ]  # fmt: skip
    assert found.sentence == (
        "Win rate stays better without the largest account and with each threshold moved by a tenth."
    )


def on_an_edge() -> SegmentIndex:
    """Won are the deals of 40 to 43 employees; 36 to 39 and 44 to 60 are as unlucky as everyone else."""
    employees = np.repeat([38, 41, 50, 10], [60, 60, 60, 300])
    won = np.where(employees == 41, np.arange(480) % 3 > 0, np.arange(480) % 4 == 0).astype(int)
    return book_of(employees, np.ones(480, dtype=int), won)


def test_a_verdict_that_hangs_on_a_threshold_does_not_stand() -> None:
    found = varied(on_an_edge(), "employees >= 40")
    # From 44 on 15 of 60 are won; of all others 15 of 60, 40 of 60, and 75 of 300.
    assert found.verdict == "better"
    assert [one.verdict for one in found.variants] == ["better", "better", "unclear"]
    assert not found.stands
    assert found.sentence == (
        "Win rate does not stay better: unclear with employees at 44 instead of 40 (−6.0 pts)."
    )


def test_only_what_becomes_better_or_worse_disturbs_an_unclear_verdict() -> None:
    found = varied(on_an_edge(), "employees >= 44")
    assert found.verdict == "unclear" and not found.stands
    assert found.sentence.startswith("Win rate is unclear, but better with employees at 40 instead of 44 (+")
    calm = replace(found, variants=tuple(replace(one, verdict="similar") for one in found.variants))
    assert calm.stands


def test_a_segment_that_is_too_few_says_so_once() -> None:
    index = on_an_edge()
    found = varied(index, "employees >= 500")
    assert found.sentence == "Too few to judge by win rate, wherever the thresholds are put."
    nobody = sensitivity(index, index.rows(AnyOf(())), "win_rate")
    assert nobody is not None and nobody.variants == () and nobody.sentence == "Too few to judge by win rate."


def test_without_a_rest_there_is_nothing_to_vary_against() -> None:
    index = on_an_edge()
    found = sensitivity(index, index.rows(EVERYONE), "win_rate")
    assert found is not None and found.verdict == "none" and found.stands
    assert found.sentence == "There is no rest whose win rate it could be compared with."


def test_where_a_moved_threshold_leaves_nobody_to_compare_it_is_said() -> None:
    employees = np.append(np.linspace(105, 1_000, 200).round().astype(int), np.full(60, 100))
    won = np.append(np.arange(200) % 2, np.zeros(60, dtype=int))
    won[200:206] = 1
    found = varied(book_of(employees, np.ones(260, dtype=int), won), "employees >= 105")
    assert "nothing is left to compare with employees at 94 instead of 105" in found.sentence


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("condition", [SEGMENT, SOURCE], ids=["accounts", "deals"])
def test_no_account_is_named_and_no_figure_missing(metric: str, condition: FieldTest) -> None:
    index = SegmentIndex(simulated(np.random.default_rng(8), own=0.1))
    found = sensitivity(index, index.rows(condition), metric)
    assert found is not None and len(found.variants) == 1
    text = found.sentence + " ".join(one.what for one in found.variants)
    assert "Account" not in text and not any(name in text for name in index.book.account_names)
    assert "nan" not in text and "None" not in text and "–" not in text


def test_the_largest_account_is_sought_on_either_side() -> None:
    # The whale is in the rest: without it the rest is as unlucky as the segment.
    found = varied(whale(), "employees <= 50")
    without = found.variants[0]
    assert without.difference == pytest.approx(0.1 - 8 / 78)
    assert without.accounts == 60


def test_what_only_resampling_tests_is_refused() -> None:
    index = whale()
    spread = replace(WIN_RATE, name="deal_size_spread", estimator="spread", value="amount")
    other = SegmentIndex(replace(index.book, metrics=(spread,)))
    with pytest.raises(WorkbenchError, match="resampling alone"):
        sensitivity(other, other.rows(AllOf(())), "deal_size_spread")
