"""What a comparison warns of: bigger deals at a price, and a book of those who bought."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from icp_workbench.book.outcomes.metrics import (
    COST_TO_WIN,
    DEAL_SIZE,
    GROSS_MARGIN,
    NET_REVENUE_RETENTION,
    RETENTION,
    SALES_CYCLE,
    TICKETS_PER_MONTH,
    WIN_RATE,
)
from icp_workbench.conditions.condition import EVERYONE, FieldTest
from icp_workbench.evidence.comparison import AVERAGE, Cell, ComparedSegment, Comparison
from icp_workbench.evidence.scrutiny.cautions import cautions, survivorship
from tests.evidence.books import typical_book

SHOWN = (WIN_RATE, SALES_CYCLE, DEAL_SIZE, GROSS_MARGIN, RETENTION, NET_REVENUE_RETENTION, TICKETS_PER_MONTH,
         COST_TO_WIN)  # fmt: skip


def board(**verdicts: str) -> Comparison:
    """A board of one segment with these verdicts, all others unclear."""
    condition = FieldTest("industry", "in", ("SaaS",))
    columns = (ComparedSegment(AVERAGE, EVERYONE, 100, 0), ComparedSegment("A", condition, 40, 0))
    made = tuple(
        Cell(
            name, metric.name, metric.unit, 0.5, 0.4, 0.6, 40, 40, 0.4, 0.3, 0.2, 0.1, 0.3,
            verdict=verdicts.get(metric.name, "unclear") if name == "A" else "none",  # type: ignore[arg-type]
        )
        for metric in SHOWN
        for name in (AVERAGE, "A")
    )  # fmt: skip
    return Comparison(SHOWN, columns, made, 5)


@pytest.mark.parametrize(
    "worse",
    ["gross_margin", "sales_cycle_days", "retention_12m", "net_revenue_retention", "tickets_per_month"],
)
def test_bigger_deals_at_the_price_of_another_figure_are_warned_of(worse: str) -> None:
    (caution,) = cautions(board(deal_size="better", **{worse: "worse"}), "A")
    assert (caution.code, caution.name, caution.segment) == ("ICP002", "revenue only", "A")
    label = next(metric.label.lower() for metric in SHOWN if metric.name == worse)
    assert caution.sentence.startswith("Bigger deals (") and f"but worse: {label} " in caution.sentence


def test_every_figure_that_got_worse_is_told() -> None:
    (caution,) = cautions(board(deal_size="better", gross_margin="worse", retention_12m="worse"), "A")
    assert caution.sentence == (
        "Bigger deals (0.50 against 0.30), but worse: gross margin 50.0% against 30.0%, "
        "retention 50.0% against 30.0%."
    )


@pytest.mark.parametrize(
    "verdicts",
    [
        {"deal_size": "better"},
        {"deal_size": "similar", "gross_margin": "worse"},
        {"deal_size": "worse", "gross_margin": "worse", "retention_12m": "worse"},
        {"gross_margin": "worse"},
        {"deal_size": "better", "gross_margin": "unclear", "retention_12m": "too_few"},
        {"deal_size": "better", "win_rate": "worse"},  # fewer and bigger deals may well be worth it
        {"deal_size": "better", "cost_to_win": "worse"},  # bigger deals may cost more
    ],
)
def test_nothing_else_is_warned_of(verdicts: dict[str, str]) -> None:
    assert cautions(board(**verdicts), "A") == ()


def test_a_segment_that_is_not_on_the_board_is_refused() -> None:
    with pytest.raises(KeyError):
        cautions(board(), "B")


def test_a_board_without_deal_sizes_warns_of_nothing() -> None:
    whole = board(gross_margin="worse")
    cells = tuple(cell for cell in whole.cells if cell.metric != "deal_size")
    without = replace(whole, metrics=tuple(m for m in SHOWN if m.name != "deal_size"), cells=cells)
    assert cautions(without, "A") == ()


def test_a_book_of_those_who_bought_says_so() -> None:
    book = typical_book()
    said = survivorship(replace(book, observations={"customer": book.observations["customer"]}))
    assert said == "Only those who bought have outcomes in this book: it says nothing about who would be won."
    deals = book.observations["deal"]
    won = replace(deals, values=deals.values.assign(won=1.0))
    assert survivorship(replace(book, observations={**book.observations, "deal": won})) == said


def test_one_lost_deal_is_enough_to_know_that_deals_are_lost() -> None:
    book = typical_book()
    assert survivorship(book) is None
    deals = book.observations["deal"]
    still_open = np.where(np.arange(len(deals.account)) == 0, 0.0, np.nan)
    mostly_open = replace(deals, values=deals.values.assign(won=still_open))
    assert survivorship(replace(book, observations={"deal": mostly_open})) is None
    assert survivorship(replace(book, metrics=())) is None
