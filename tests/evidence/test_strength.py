"""Strength of a criterion, the second look and shuffling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.comparison import Cell, compare
from icp_workbench.evidence.looks import look_key
from icp_workbench.evidence.resampling import permutation_p
from icp_workbench.evidence.strength import Family, judged_strength, strength_of
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import customers_of, dated_index, typical_book
from tests.synthetic import CHURN_RATE, RETENTION, WIN_RATE, make_book

THIRD = FieldTest("third", "in", ("yes",))
INBOUND = FieldTest("source", "in", ("inbound",))


def strong_index() -> SegmentIndex:
    return SegmentIndex(typical_book(seed=2, accounts=900, lift=0.2))


def test_a_large_difference_that_lasts_is_confirmed() -> None:
    index = strong_index()
    found = strength_of(index, index.rows(THIRD), {})
    assert (found.name, found.metric, found.looks) == ("confirmed", "win_rate", 3)
    assert found.p_value is not None and found.adjusted_p == pytest.approx(3 * found.p_value)
    assert "newest 30%" in found.sentence


def test_the_same_figures_contradict_an_anti_criterion() -> None:
    index = strong_index()
    assert strength_of(index, index.rows(THIRD), {}, anti=True).name == "contradicted"
    losing = FieldTest("third", "in", ("no",))
    assert strength_of(index, index.rows(losing), {}, anti=True).name == "confirmed"
    assert strength_of(index, index.rows(losing), {}).name == "contradicted"


def test_looks_taken_elsewhere_turn_confirmed_into_suggestive() -> None:
    index = SegmentIndex(replace(typical_book(seed=13, lift=0.15), metrics=(WIN_RATE,)))
    rows = index.rows(THIRD)
    alone = strength_of(index, rows, {})
    assert alone.name == "confirmed" and alone.p_value is not None
    looks = {f"{n}": 0.5 for n in range(round(0.05 / alone.p_value) + 1)}
    after = strength_of(index, rows, looks)
    assert (after.name, after.looks) == ("suggestive", len(looks) + 1)
    assert "does not survive correction" in after.reason


def test_a_difference_gone_from_the_newest_accounts_is_only_suggestive() -> None:
    book = typical_book(seed=2, accounts=900, lift=0.2)
    deals = book.observations["deal"]
    first = deals.values.groupby(deals.account)["closed"].min()
    newest = first.index[first >= first.sort_values().iloc[round(0.7 * len(first))]].to_numpy()
    values = deals.values.copy()
    here = np.isin(deals.account, newest)
    values.loc[here, "won"] = (np.arange(here.sum()) % 4 == 0).astype(float)
    faded = replace(book, observations={**book.observations, "deal": replace(deals, values=values)})
    index = SegmentIndex(faded)
    found = strength_of(index, index.rows(THIRD), {})
    assert found.name == "suggestive" and "does not hold among the newest" in found.reason


def test_too_few_or_nothing_to_compare_is_an_assumption() -> None:
    index = strong_index()
    assert strength_of(index, index.rows(AnyOf(())), {}).name == "assumption"
    assert "no rest" in strength_of(index, index.rows(EVERYONE), {}).reason
    without = SegmentIndex(replace(index.book, metrics=()))
    assert "no core metric" in strength_of(without, without.rows(THIRD), {}).reason


def test_strength_takes_its_q_values_from_the_board_it_is_on() -> None:
    index = SegmentIndex(typical_book(seed=8, lift=0.1))
    rows = index.rows(THIRD)
    board = compare(index, {"A": rows})
    crowded = replace(
        board, cells=tuple(replace(cell, q_value=1.0, verdict="unclear") for cell in board.cells)
    )
    looks = {f"{n}": 0.5 for n in range(10_000)}
    assert strength_of(index, rows, looks, board=board).name == "suggestive"
    assert strength_of(index, rows, looks, board=crowded).name == "assumption"


def _cell(metric: Metric, estimate: float, rest: float, p_value: float, q_value: float) -> Cell:
    return Cell(
        "criterion", metric.name, metric.unit, estimate, None, None, 900, 300, None, rest, estimate - rest,
        None, None, {}, p_value, q_value, "unclear",
    )  # fmt: skip


def test_a_criterion_is_only_suggestive_for_the_reason_of_its_own_metric() -> None:
    # Churn is surer, and too small to matter; of the win rate it is said why it is not confirmed.
    index = strong_index()
    rows = index.rows(THIRD)
    cells = [
        (CHURN_RATE, _cell(CHURN_RATE, 0.10, 0.115, 0.001, 0.002)),
        (WIN_RATE, _cell(WIN_RATE, 0.40, 0.30, 0.02, 0.02)),
    ]
    own = {look_key(THIRD, metric.name): cell.p_value for metric, cell in cells}
    family = Family(own | {f"{n}": 0.5 for n in range(10)})
    found = judged_strength(index, rows, cells, family)
    assert (found.name, found.metric, found.p_value) == ("suggestive", "win_rate", 0.02)
    assert found.reason == (
        "win rate 40.0% against 30.0% in the rest, but it does not survive correction for 12 looks "
        "(p 0.22 after Holm)"
    )
    only_small = judged_strength(index, rows, cells[:1], family)
    assert (only_small.name, only_small.metric) == ("suggestive", "churn_rate")
    assert only_small.sentence == (
        "Suggestive: churn 10.0% against 11.5% in the rest, but that is too small a difference to act on."
    )


def test_the_wrong_side_of_one_core_metric_beats_the_right_side_of_another() -> None:
    index = strong_index()
    cells = [
        (WIN_RATE, _cell(WIN_RATE, 0.60, 0.30, 1e-9, 1e-8)),
        (RETENTION, _cell(RETENTION, 0.80, 0.90, 0.04, 0.05)),
    ]
    family = Family({look_key(THIRD, metric.name): cell.p_value for metric, cell in cells})
    found = judged_strength(index, index.rows(THIRD), cells, family)
    assert (found.name, found.metric) == ("contradicted", "retention_12m")
    assert found.sentence == (
        "Contradicted: retention 80.0% against 90.0% in the rest: the other way round (q 0.050)."
    )


def test_what_was_measured_on_a_half_held_out_needs_no_second_look() -> None:
    """Candidates of a search come with the p-values of the half that was not searched; they decide, not the
    cells' own."""
    index = dated_index([f"2024-{1 + at // 10:02}-01" for at in range(100)], "y" * 50 + "n" * 50)
    rows = index.rows(FieldTest("group", "in", ("y",)))
    cells = [(WIN_RATE, _cell(WIN_RATE, 0.60, 0.30, 1e-9, 1e-9))]
    key = look_key(rows.condition, "win_rate")
    sure, unsure = (
        Family({key: 0.02, "other": 0.6}, "candidate"),
        Family({key: 0.03, "other": 0.6}, "candidate"),
    )
    found = judged_strength(index, rows, cells, sure, again=False)
    assert (found.name, found.p_value, found.adjusted_p) == ("confirmed", 0.02, pytest.approx(0.04))
    assert found.sentence == (
        "Confirmed: win rate 60.0% against 30.0% in the rest; p 0.040 after correction for 2 candidates."
    )
    assert judged_strength(index, rows, cells, sure).name == "suggestive"  # none of them is among the newest
    assert judged_strength(index, rows, cells, unsure, again=False).name == "suggestive"


def test_a_single_test_needs_no_correction() -> None:
    index = SegmentIndex(replace(typical_book(2, lift=0.2), metrics=(WIN_RATE,)))
    found = strength_of(index, index.rows(THIRD), {})
    assert found.looks == 1 and found.name == "confirmed" and found.adjusted_p == found.p_value
    assert "correction" not in found.sentence


METRICS = ("win_rate", "sales_cycle_days", "churn_rate", "retention_12m")


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("condition", [THIRD, INBOUND], ids=["accounts", "deals"])
def test_shuffling_agrees_with_the_test_made_while_slicing(metric: str, condition: FieldTest) -> None:
    for seed in (1, 2, 3):
        index = SegmentIndex(typical_book(seed, accounts=900))
        rows = index.rows(condition)
        cell = compare(index, {"A": rows}, [metric]).cell("A", metric)
        shuffled = permutation_p(index, rows, metric, shuffles=1_999)
        # Shares come in steps, and a shuffle just as extreme counts.
        assert shuffled == pytest.approx(cell.p_value, abs=0.1)


def test_shuffling_is_repeatable_cancellable_and_reports_progress() -> None:
    index, same = strong_index(), strong_index()
    rows, heard = index.rows(THIRD), list[float]()
    found = permutation_p(index, rows, "sales_cycle_days", 999, seed=3)
    assert found is not None and 0 < found < 1
    assert permutation_p(same, same.rows(THIRD), "sales_cycle_days", 999, seed=3) == found
    assert permutation_p(index, rows, "sales_cycle_days", 999, seed=3, cancelled=lambda: True) == found
    assert permutation_p(index, rows, "win_rate", 998, cancelled=lambda: True) is None
    permutation_p(index, rows, "win_rate", 2_999, progress=heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0


def test_a_difference_no_shuffle_reaches_has_the_smallest_p_there_is() -> None:
    index = strong_index()
    assert permutation_p(index, index.rows(THIRD), "win_rate", 499) == 1 / 500
    assert permutation_p(index, index.rows(EVERYONE), "win_rate", 499) is None


def test_shuffling_is_exact_on_a_book_small_enough_to_count() -> None:
    # Two groups of three accounts, ranks fully apart: 2 of the 20 ways to deal them are as extreme.
    deals = pd.DataFrame({"account": range(6), "won": 1.0, "amount": [1.0, 2, 3, 7, 8, 9], "cycle_days": 1.0})
    index = SegmentIndex(make_book(pd.DataFrame({"g": pd.Categorical(list("aaabbb"))}), deals=deals))
    found = permutation_p(index, index.rows(FieldTest("g", "in", ("a",))), "deal_size", 19_999)
    assert found == pytest.approx(0.1, abs=0.01)


def test_evidence_that_is_saved_survives_shuffling_too() -> None:
    index = strong_index()
    assert strength_of(index, index.rows(THIRD), {}, resample=True, shuffles=999).name == "confirmed"


def test_several_observations_of_one_customer_do_not_sharpen_survival() -> None:
    random = np.random.default_rng(3)
    once = customers_of(random, 200, every=1)
    five = once.loc[once.index.repeat(5)].reset_index(drop=True)
    group = pd.DataFrame({"g": pd.Categorical(["a"] * 200)})
    one = compare(SegmentIndex(make_book(group, customers=once)), {}).cell("all", "retention_12m")
    other = compare(SegmentIndex(make_book(group, customers=five)), {}).cell("all", "retention_12m")
    assert other.estimate == pytest.approx(one.estimate)
    assert (other.accounts, other.n) == (200, 1_000)
    assert other.low == pytest.approx(one.low, abs=0.01)


def test_a_look_has_its_own_p_replaced_not_counted_twice() -> None:
    index = strong_index()
    rows = index.rows(THIRD)
    own: dict[str, float | None] = {look_key(THIRD, name): 0.5 for name in ("win_rate", "sales_cycle_days")}
    assert strength_of(index, rows, own).looks == strength_of(index, rows, {}).looks == 3
