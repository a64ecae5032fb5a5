"""The board: cells, verdicts, correction, and defined answers where there is nothing to compare."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import brunnermunzel, mannwhitneyu

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, AnyOf, Condition, FieldTest, Not
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence import weighing
from icp_workbench.evidence.comparison import Cell, Comparison, compare
from icp_workbench.evidence.correction import benjamini_hochberg
from icp_workbench.evidence.outcomes import Outcome
from icp_workbench.evidence.weighings import Weighed
from icp_workbench.segments.index import RowSet, SegmentIndex
from tests.evidence.books import typical_book
from tests.synthetic import DEAL_SIZE, WIN_RATE, make_book

THIRD = FieldTest("third", "in", ("yes",))
SAAS = FieldTest("industry", "in", ("SaaS",))
INBOUND = FieldTest("source", "in", ("inbound",))
NOBODY = AnyOf(())


def board(book: AccountBook, **conditions: Condition) -> Comparison:
    index = SegmentIndex(book)
    return compare(index, {name: index.rows(condition) for name, condition in conditions.items()})


def two_groups(
    yes: list[tuple[int, int]],
    no: list[tuple[int, int]],
    amount: float | None = None,
    metric: Metric = WIN_RATE,
) -> Cell:
    """The cell of group "yes"; each account is (won, closed)."""
    accounts = yes + no
    group = pd.Categorical(["yes"] * len(yes) + ["no"] * len(no))
    account = np.repeat(np.arange(len(accounts)), [closed for _, closed in accounts])
    won = np.concatenate([[1.0] * w + [0.0] * (n - w) for w, n in accounts])
    deals = pd.DataFrame(
        {"account": account, "won": won, "amount": np.where(won == 1, amount or 100.0, np.nan)}
    )
    deals["cycle_days"] = 30.0
    book = make_book(pd.DataFrame({"group": group}), deals=deals)
    return board(book, A=FieldTest("group", "in", ("yes",))).cell("A", metric.name)


def test_the_average_customer_comes_first_and_is_not_judged() -> None:
    found = board(typical_book(), A=THIRD)
    assert [segment.name for segment in found.segments] == ["all", "A"]
    assert [cell.segment for cell in found.cells[:2]] == ["all", "A"]
    first = found.cell("all", "win_rate")
    assert (first.verdict, first.reason, first.rest) == ("none", "the average customer", None)
    assert found.segments[0].accounts == 300 and first.n == 900


def test_figures_of_a_cell_are_those_counted_by_hand() -> None:
    cell = two_groups([(1, 2)] * 10 + [(2, 2)] * 5, [(0, 1)] * 20 + [(1, 1)] * 10)
    assert (cell.estimate, cell.n, cell.accounts) == (20 / 30, 30, 15)
    assert (cell.rest, cell.average) == (10 / 30, 30 / 60)
    assert cell.difference == pytest.approx(1 / 3)
    assert cell.effect["risk_ratio"] == pytest.approx(2.0)


def test_a_real_difference_is_better_and_the_other_way_round_worse() -> None:
    found = board(typical_book(accounts=900, lift=0.2), A=THIRD, B=Not(THIRD))
    assert found.cell("A", "win_rate").verdict == "better"
    assert found.cell("B", "win_rate").verdict == "worse"
    one, other = found.cell("A", "win_rate"), found.cell("B", "win_rate")
    assert one.difference == pytest.approx(-other.difference)  # type: ignore[operator]
    assert one.p_value == pytest.approx(other.p_value)


def test_a_difference_inside_the_margin_is_similar_however_many_accounts() -> None:
    cell = two_groups([(1, 2)] * 6_000, [(1, 2)] * 5_900 + [(2, 2)] * 50 + [(0, 2)] * 50)
    assert cell.verdict == "similar"


def test_a_significant_difference_below_the_margin_is_not_better() -> None:
    cell = two_groups([(1, 4)] * 50_000 + [(2, 4)] * 2_000, [(1, 4)] * 52_000)
    assert cell.q_value is not None and cell.q_value < 0.001
    assert cell.difference is not None and 0 < cell.difference < 0.03
    assert cell.verdict == "similar"


@pytest.mark.parametrize(
    ("yes", "no", "named"),
    [
        ([(1, 3)] * 9, [(1, 3)] * 30, "9 accounts with an outcome; 10 are needed"),
        ([(1, 3)] * 30, [(1, 3)] * 9, "the rest: 9 accounts with an outcome; 10 are needed"),
        ([(0, 3)] * 26 + [(1, 3)] * 4, [(1, 3)] * 30, "only 4 of 90 had the rarer outcome; 5 are needed"),
        ([(3, 3)] * 30, [(1, 3)] * 30, "only 0 of 90 had the rarer outcome; 5 are needed"),
    ],
)
def test_too_few_says_what_is_missing_and_on_which_side(
    yes: list[tuple[int, int]], no: list[tuple[int, int]], named: str
) -> None:
    cell = two_groups(yes, no)
    assert (cell.verdict, cell.reason, cell.p_value, cell.q_value) == ("too_few", named, None, None)
    assert cell.estimate is not None and cell.low is not None


def test_ten_accounts_with_five_of_either_outcome_are_enough() -> None:
    assert two_groups([(1, 2)] * 5 + [(0, 2)] * 5, [(1, 2)] * 30).verdict != "too_few"


def test_a_median_needs_eight_values() -> None:
    cell = two_groups([(0, 1)] * 3 + [(1, 1)] * 7, [(1, 1)] * 30, metric=DEAL_SIZE)
    assert (cell.verdict, cell.reason) == ("too_few", "7 accounts with an outcome; 10 are needed")


def test_an_empty_segment_and_a_whole_book_segment_have_defined_answers() -> None:
    found = board(typical_book(), A=NOBODY, B=EVERYONE)
    for metric in found.metrics:
        empty, whole = found.cell("A", metric.name), found.cell("B", metric.name)
        assert (empty.verdict, empty.n, empty.estimate) == ("too_few", 0, None)
        assert (whole.verdict, whole.rest, whole.difference) == ("none", None, None)
        assert whole.reason == "there is no rest to compare with"
        assert whole.estimate == found.cell("all", metric.name).estimate


def test_a_book_of_one_account_has_defined_answers() -> None:
    deals = pd.DataFrame(
        {"account": [0, 0], "won": [1.0, 0.0], "amount": [5.0, np.nan], "cycle_days": [3.0, 4.0]}
    )
    book = make_book(pd.DataFrame({"group": pd.Categorical(["x"])}), deals=deals)
    cell = board(book, A=FieldTest("group", "in", ("x",))).cell("A", "win_rate")
    assert (cell.estimate, cell.low, cell.high, cell.verdict) == (0.5, 0.0, 1.0, "none")


@pytest.mark.parametrize("amount", [0.0, -50.0, 1e300])
def test_alike_amounts_of_any_size_are_not_a_difference(amount: float) -> None:
    cell = two_groups([(1, 1)] * 20, [(1, 1)] * 30, amount=amount, metric=DEAL_SIZE)
    assert cell.difference == 0.0
    assert cell.verdict in ("similar", "unclear")


def test_infinite_and_blank_amounts_are_no_observations() -> None:
    deals = pd.DataFrame({"account": [0, 1, 2, 3], "won": [1.0] * 4, "amount": [10.0, np.inf, np.nan, 30.0]})
    book = make_book(
        pd.DataFrame({"group": pd.Categorical(list("xxyy"))}), deals=deals.assign(cycle_days=1.0)
    )
    assert board(book).cell("all", "deal_size").n == 2


def test_no_cell_of_any_board_holds_nan() -> None:
    found = board(typical_book(accounts=60), A=THIRD, B=SAAS, C=INBOUND, D=NOBODY, E=EVERYONE)
    for cell in found.cells:
        for figure in (*cell.effect.values(), *(v for v in vars_of(cell) if isinstance(v, float))):
            assert math.isfinite(figure)


def vars_of(cell: Cell) -> list[object]:
    return [getattr(cell, name) for name in cell.__slots__]


def test_q_values_are_benjamini_hochbergs_over_the_whole_board() -> None:
    found = board(typical_book(lift=0.1), A=THIRD, B=SAAS, C=INBOUND)
    tested = [cell for cell in found.cells if cell.p_value is not None]
    expected = benjamini_hochberg([cell.p_value or 0.0 for cell in tested])
    assert [cell.q_value for cell in tested] == pytest.approx(expected)
    assert len(tested) == 3 * 5


def test_a_deal_level_segment_is_weighed_against_the_other_deals_with_their_covariance() -> None:
    # Every account has one deal of either source, and wins both or neither: the sides move together, so that
    # there is no difference, and nothing could be surer.
    account = np.repeat(np.arange(40), 2)
    won = np.repeat(np.tile([1.0, 0.0], 20), 2)
    source = pd.DataFrame({"source": pd.Categorical(["inbound", "outbound"] * 40)})
    deals = pd.DataFrame({"account": account, "won": won, "amount": 1.0, "cycle_days": 1.0})
    book = make_book(pd.DataFrame({"x": pd.Categorical(["a"] * 40)}), deals=deals, deal_attributes=source)
    cell = board(book, A=INBOUND).cell("A", "win_rate")
    assert (cell.n, cell.accounts, cell.difference) == (40, 40, 0.0)
    assert cell.difference_low is not None and cell.difference_low > -0.02
    assert cell.verdict == "similar"


def test_better_is_never_shown_beside_a_difference_that_says_worse() -> None:
    for seed in range(30):
        found = board(typical_book(seed, accounts=120, lift=0.1), A=THIRD, B=SAAS, C=INBOUND)
        for cell in found.cells:
            if cell.verdict in ("better", "worse"):
                higher = found.metrics[[m.name for m in found.metrics].index(cell.metric)].better == "higher"
                assert cell.difference is not None
                assert (cell.difference > 0) == (higher == (cell.verdict == "better"))


def test_when_ranks_and_medians_point_apart_the_cell_is_unclear() -> None:
    # The segment's median is higher, yet most of its values lie below most of the rest's.
    inside = [1.0] * 29 + [9.0] * 31
    outside = [8.0] * 31 + [100.0] * 29
    group = pd.Categorical(["yes"] * 60 + ["no"] * 60)
    deals = pd.DataFrame(
        {"account": np.arange(120), "won": 1.0, "amount": inside + outside, "cycle_days": 1.0}
    )
    cell = board(make_book(pd.DataFrame({"group": group}), deals=deals), A=FieldTest("group", "in", ("yes",)))
    found = cell.cell("A", "deal_size")
    assert found.difference == 1.0 and found.effect["cliffs_delta"] < 0
    assert found.q_value is not None and found.q_value < 0.05
    assert found.verdict == "unclear"


@pytest.mark.parametrize("grain", ["account", "deal"])
def test_a_median_stands_by_placements_and_by_dealing_accounts_anew(grain: str) -> None:
    # Twelve accounts that hardly vary: their own spread makes the test by placements bold.
    random = np.random.default_rng(21)
    few = pd.DataFrame({"group": pd.Categorical(np.where(np.arange(200) < 12, "few", "many"))})
    days = np.where(np.arange(200) < 12, random.integers(34, 40, 200), random.integers(10, 100, 200)) * 1.0
    deals = pd.DataFrame({"account": np.arange(200), "won": 1.0, "amount": 1.0, "cycle_days": days})
    book = (
        make_book(few, deals=deals)
        if grain == "account"
        else make_book(few.rename(columns={"group": "other"}), deals=deals, deal_attributes=few)
    )
    cell = board(book, A=FieldTest("group", "in", ("few",))).cell("A", "sales_cycle_days")
    placements = brunnermunzel(days[:12], days[12:]).pvalue
    dealt = mannwhitneyu(days[:12], days[12:], use_continuity=False, method="asymptotic").pvalue
    assert placements < dealt
    assert cell.p_value == pytest.approx(dealt, abs=1e-9)


def test_metrics_can_be_chosen_and_unknown_ones_are_refused_with_the_reason() -> None:
    book = replace(typical_book(), unavailable={"gross_margin": "no margin column"})
    index = SegmentIndex(book)
    assert [m.name for m in compare(index, {}, ["churn_rate", "win_rate"]).metrics] == [
        "churn_rate",
        "win_rate",
    ]
    with pytest.raises(WorkbenchError, match="no margin column"):
        compare(index, {}, ["gross_margin"])
    with pytest.raises(WorkbenchError, match="no metric `gross`"):
        compare(index, {}, ["gross"])
    with pytest.raises(WorkbenchError, match="Reserved name"):
        compare(index, {"all": index.rows(THIRD)})


def test_an_average_that_rests_on_too_few_says_so() -> None:
    deals = pd.DataFrame({"account": [0] * 40, "won": [1.0, 0.0] * 20, "amount": 1.0, "cycle_days": 3.0})
    found = board(make_book(pd.DataFrame({"group": pd.Categorical(["yes"])}), deals=deals)).cell(
        "all", "win_rate"
    )
    assert found.verdict == "none"
    assert found.reason == "the average customer; too few: 1 account with an outcome; 10 are needed"


def test_a_key_weighs_only_the_segment_that_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    index = SegmentIndex(typical_book())
    kept, before, after = (index.rows(condition) for condition in (SAAS, Not(SAAS), EVERYONE))
    compare(index, {"A": kept, "B": before})
    weighed: list[RowSet] = []

    def counting(outcome: Outcome, rows: RowSet) -> Weighed:
        weighed.append(rows)
        return weigh_anew(outcome, rows)

    weigh_anew = weighing._weighed
    monkeypatch.setattr(weighing, "_weighed", counting)
    changed = compare(index, {"A": kept, "B": after})
    assert {id(rows) for rows in weighed} == {id(after)}
    monkeypatch.setattr(weighing, "_weighed", weigh_anew)
    fresh = SegmentIndex(typical_book())
    assert changed.cells == compare(fresh, {"A": fresh.rows(SAAS), "B": fresh.rows(EVERYONE)}).cells
