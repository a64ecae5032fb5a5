"""Medians and ranks from the layout: the same figures as from the values themselves."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icp_workbench.evidence.differences import cliffs_delta
from icp_workbench.evidence.estimates import Estimate, median
from icp_workbench.evidence.layout.ranks import ValueRanks

Drawn = list[tuple[int, float]]
FEW = st.lists(st.tuples(st.integers(0, 6), st.integers(-3, 3).map(float)), max_size=50)
MANY = st.lists(st.tuples(st.integers(0, 6), st.floats(-1e9, 1e9)), max_size=50)


def arrays(drawn: Drawn) -> tuple[np.ndarray, np.ndarray]:
    account = np.array([account for account, _ in drawn], np.int32)
    values = np.array([value for _, value in drawn], float)
    order = np.argsort(values, kind="stable")
    return values[order], account[order]


def same(found: Estimate, wanted: Estimate) -> None:
    for name in ("value", "low", "high", "n", "accounts"):
        figure = float(getattr(found, name))
        assert figure == pytest.approx(float(getattr(wanted, name)), rel=1e-9, abs=1e-9, nan_ok=True), name


def agrees(drawn: Drawn, which: int, ranks: ValueRanks, among: np.ndarray) -> None:
    values, account = arrays(drawn)
    selected = (which >> np.arange(7) & 1).astype(bool)
    inside, outside = selected[account] & among[account], ~selected[account] & among[account]
    found = ranks.contrast(selected)
    same(found.inside, median(values[inside], account[inside]))
    same(found.outside, median(values[outside], account[outside]))
    mean = values[inside].mean() if inside.any() else np.nan
    assert found.mean == pytest.approx(mean, rel=1e-9, abs=1e-6, nan_ok=True)
    wanted = cliffs_delta(values[inside], account[inside], values[outside], account[outside])
    for name in ("delta", "low", "high", "p_value"):
        figure = getattr(found.dominance, name)
        assert figure == pytest.approx(getattr(wanted, name), rel=1e-9, abs=1e-9, nan_ok=True), name


@settings(max_examples=200)
@given(FEW | MANY, st.integers(0, 127))
@example([(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0)], 0b0011)  # all tied
@example([(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)], 0b0011)  # fully apart
@example([(0, 1.0)] * 12 + [(1, 2.0)] * 3 + [(2, 1.5), (3, 0.0)], 0b0101)  # a run too long to lie beside
@example([(0, 5e-324), (1, 0.0)], 0b01)  # no number between the two: the median is one of them
def test_the_layout_gives_the_figures_of_the_values(drawn: Drawn, which: int) -> None:
    agrees(drawn, which, ValueRanks.of(*arrays(drawn)), np.ones(7, bool))


@given(FEW | MANY, st.integers(0, 127), st.integers(0, 127))
def test_some_accounts_alone_are_a_book_of_their_own(drawn: Drawn, which: int, some: int) -> None:
    among = (some >> np.arange(7) & 1).astype(bool)
    agrees(drawn, which, ValueRanks.of(*arrays(drawn)).within(among), among)


def test_forty_accounts_with_ten_identical_values_each_count_as_forty() -> None:
    random = np.random.default_rng(5)
    once = np.sort(random.lognormal(3, 1, 80))
    account = random.permutation(80)
    ten, owners = np.repeat(once, 10), np.repeat(account, 10).astype(np.int32)
    selected = np.arange(80) < 40
    many, one = (ValueRanks.of(*pair).contrast(selected) for pair in ((ten, owners), (once, account)))
    assert many.inside.n == 10 * one.inside.n == 400 and many.inside.accounts == 40
    assert many.inside.low == pytest.approx(float(one.inside.low), rel=0.12)
    assert many.inside.high == pytest.approx(float(one.inside.high), rel=0.12)
    assert many.dominance.p_value == pytest.approx(one.dominance.p_value, rel=1e-9)


def test_the_order_of_rows_does_not_matter() -> None:
    random = np.random.default_rng(2)
    values, account = np.sort(random.integers(0, 40, 300).astype(float)), random.integers(0, 60, 300)
    # Among equal values the order is anybody's.
    shuffled = np.lexsort((random.random(300), values))
    selected = np.arange(60) % 3 == 0
    one, other = (ValueRanks.of(v, a).contrast(selected) for v, a in
                  ((values, account), (values[shuffled], account[shuffled])))  # fmt: skip
    assert one.dominance == other.dominance
    same(one.inside, other.inside)
