"""ICP002 and ICP014: big is not the same as good, and without economics nobody can tell."""

from __future__ import annotations

import numpy as np
import pytest

from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.model import Data, Figure
from tests.spec.checks.subjects import (
    MIDDLE,
    PUBLIC,
    SAAS,
    anti,
    book_of,
    checked,
    every,
    evidence,
    icp,
    index_of,
    not_run,
    spec,
)


def book(size: float, days: float) -> SegmentIndex:
    """SaaS deals are worth `size` times the others' and take `days` days instead of 50."""
    saas = np.arange(240) < 120
    spread = 1 + (np.arange(240) % 7) / 100
    return index_of(
        book_of(
            {"industry": np.where(saas, "SaaS", "Retail").tolist()},
            every(0.5, 240),
            amount=np.where(saas, size, 1.0) * 10_000 * spread,
            cycle_days=np.where(saas, days, 50.0) * spread,
        )
    )


def test_bigger_deals_that_take_longer() -> None:
    (found,) = checked(spec(icp("saas", SAAS)), book(2, 80))["ICP002"]
    assert found.criteria == ("saas",) and set(found.figures) == {"deal_size", "sales_cycle_days"}
    assert found.figures["deal_size"]["estimate"] == pytest.approx(20_600, rel=0.02)
    assert "Bigger deals (20." in found.sentence and "sales cycle 82 d against 52 d" in found.sentence


@pytest.mark.parametrize(("size", "days"), [(2.0, 50.0), (1.0, 80.0), (2.0, 30.0), (0.5, 80.0)])
def test_only_both_together_are_the_trap(size: float, days: float) -> None:
    assert "ICP002" not in checked(spec(icp("saas", SAAS)), book(size, days))


def test_who_is_turned_away_may_be_a_trap() -> None:
    assert "ICP002" not in checked(spec(anti("saas", SAAS)), book(2, 80))


def test_an_ok_if_may_not() -> None:
    assert "ICP002" in checked(spec(icp("saas", SAAS, verdict="ok_if")), book(2, 80))


def test_the_whole_profile_is_looked_at_where_criteria_meet() -> None:
    rows = np.arange(400)
    both = (rows % 4) == 0
    index = index_of(
        book_of(
            {
                "industry": np.where(rows % 2 == 0, "SaaS", "Retail").tolist(),
                "employees": np.where(both | (rows % 4 == 1), 50.0, 500.0),
            },
            [1.0] * 400,
            amount=np.where(both, 30_000.0, np.where(rows % 4 == 3, 30_000.0, 10_000.0))
            * (1 + rows % 7 / 100),
            cycle_days=np.where(both, 90.0, np.where(rows % 4 == 3, 90.0, 50.0)) * (1 + rows % 7 / 100),
        )
    )
    whole = spec(icp("saas", SAAS, required=True), icp("size", MIDDLE, required=True))
    (found,) = checked(whole, index)["ICP002"]
    assert found.criteria == () and found.sentence.startswith("The profile: Bigger deals")


def test_the_files_figures_do_without_the_book() -> None:
    trap = evidence(deal_size="better", gross_margin="worse")
    (found,) = checked(spec(icp("saas", SAAS, evidence=trap)))["ICP002"]
    assert "gross margin 40.0% against 20.0%" in found.sentence
    cheaper = evidence(deal_size="better", cost_to_win="worse", win_rate="worse")
    assert "ICP002" not in checked(spec(icp("saas", SAAS, evidence=cheaper)))
    assert not_run(spec(icp("saas", SAAS, evidence=None)), "ICP002")[0].criteria == ("saas",)


def test_the_files_figures_of_the_profile_do_too() -> None:
    trap = {
        "deal_size": Figure(unit="currency", estimate=9000, rest=2000, verdict="better"),
        "gross_margin": Figure(unit="share", estimate=0.5, rest=0.7, verdict="worse"),
    }
    whole = Data(book="b", ideal_customer=trap)
    (found,) = checked(spec(icp("saas", SAAS), icp("size", MIDDLE), data=whole))["ICP002"]
    assert found.sentence.startswith("The profile: Bigger deals (9,000 against 2,000)")
    assert "ICP002" not in checked(spec(icp("saas", SAAS), data=whole))


def with_metrics(*names: str) -> Data:
    return Data(book="b", average_customer={"accounts": 40, **dict.fromkeys(names, 0.5)})


def test_a_book_that_only_knows_sales_puts_the_market_first() -> None:
    (found,) = checked(spec(data=with_metrics("win_rate", "deal_size", "sales_cycle_days")))["ICP014"]
    assert found.figures == {"metrics": ["deal_size", "sales_cycle_days", "win_rate"]}
    assert "ICP014" in checked(spec(icp("saas", SAAS)), book(1, 50))


@pytest.mark.parametrize(
    "name", ["gross_margin", "retention_12m", "churn_rate", "expansion_rate", "cost_to_win"]
)
def test_one_figure_of_what_accounts_pay_is_enough(name: str) -> None:
    assert "ICP014" not in checked(spec(data=with_metrics("win_rate", name)))


def test_evidence_on_a_criterion_is_a_figure_too() -> None:
    paid = icp("saas", SAAS, evidence=evidence(gross_margin="unclear"))
    assert "ICP014" not in checked(spec(paid, anti("public", PUBLIC)))
