"""What is known only after the outcome is found by its name, its values, or its dates; the rest is let be."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.leaks import (
    Factors,
    is_the_duration,
    leak_by_date,
    leak_by_name,
    leak_by_value,
    made_of_tenure,
)


def column(header: str, cells: list[str | None]) -> Column:
    return clean_column("table", header, pa.chunked_array([pa.array(cells, pa.string())]))


NOTED = ["price", "timing", None] * 10


@pytest.mark.parametrize(
    "header",
    [
        "Loss Reason", "Closed Lost Reason", "closed_lost_reason", "Churn Score", "Win/Loss Notes", "Lost To",
        "Verlustgrund", "Kündigungsgrund", "Motivo de pérdida", "Raison de perte", "Motivo da perda",
        "Reden verlies", "Motivo perdita", "Grund der Kündigung", "Probability (%)", "Lifecycle Stage",
        "Days to Close", "Recent Deal Amount", "Exit survey",
    ],
)  # fmt: skip
def test_a_header_that_speaks_of_the_outcome_is_a_leak(header: str) -> None:
    assert leak_by_name(column(header, NOTED)) is not None


@pytest.mark.parametrize(
    "header",
    [
        "Industry", "Lead Source", "Reason for call", "Category", "Winter sales", "Closest office",
        "Risk class", "Land", "Branche", "Comment", "Notes", "Closing hours", "Last funding date",
        "Note of the owner", "Contact seniority", "Competitor in use", "Motive", "Deal type",
    ],
)  # fmt: skip
def test_a_header_that_does_not_is_none(header: str) -> None:
    assert leak_by_name(column(header, NOTED)) is None


def test_dates_of_the_last_touch_go_on_after_the_outcome_and_other_dates_do_not() -> None:
    days = [f"2026-01-{day:02}" for day in range(1, 29)]
    for header in (
        "Last Activity Date", "Last Modified Date", "notes_last_contacted", "Letzte Aktivität",
        "Modified Time", "Updated At", "LASTACTIVITYDATE", "Last interaction > When",
        "Last Order Date", "Dernière activité",
    ):  # fmt: skip
        assert leak_by_name(column(header, days)) is not None, header
    for header in ("Last funding date", "Founded on", "Created At", "Last round"):
        assert leak_by_name(column(header, days)) is None, header


def test_counts_that_grow_while_somebody_works_on_a_deal_are_leaks_and_other_counts_are_not() -> None:
    figures = [str(figure) for figure in range(30)]
    for header in (
        "Number of times contacted", "Number of Sales Activities", "num_contacted_notes", "Interaction Count",
        "Days in Stage", "Weighted amount", "Prorated Revenue", "Days since last login",
    ):  # fmt: skip
        assert leak_by_name(column(header, figures)) is not None, header
    for header in ("Number of customer service calls", "Contacts", "Days to onboard", "Meetings a week"):
        assert leak_by_name(column(header, figures)) is None, header


def test_filled_for_one_outcome_only_is_a_leak() -> None:
    outcome = np.array([1.0] * 40 + [0.0] * 40)
    tier = column("tier", ["Gold"] * 40 + [None] * 38 + ["Gold"] * 2)
    assert leak_by_value(tier, outcome, ("won", "lost")) == "filled for 100% of won and 5% of lost"
    half = column("tier", ["Gold", None] * 40)
    assert leak_by_value(half, outcome, ("won", "lost")) is None


def test_perfect_separation_is_a_leak_and_a_strong_signal_is_none() -> None:
    outcome = np.array([1.0, 0.0] * 200)
    perfect = column("state", ["x" if won else "y" for won in outcome])
    assert "almost perfectly" in str(leak_by_value(perfect, outcome, ("won", "lost")))
    noisy = column("state", [("x" if won else "y") if row % 7 else "x" for row, won in enumerate(outcome)])
    assert leak_by_value(noisy, outcome, ("won", "lost")) is None
    assert leak_by_value(perfect, np.where(np.arange(400) < 30, outcome, np.nan), ("won", "lost")) is None


def test_dates_on_or_after_the_outcome_are_a_leak() -> None:
    ended = np.array([f"2026-01-{day:02}" for day in range(1, 31)], "datetime64[s]")
    later = column("handover", [str((day + np.timedelta64(3, "D")).astype("datetime64[D]")) for day in ended])
    assert leak_by_date(later, ended, "the close") == "100% of its dates are not before the close"
    before = column("founded", ["2011-05-05", "2026-03-01", "2010-01-01"] * 10)
    assert leak_by_date(before, ended, "the close") is None
    assert leak_by_date(later, np.full(30, np.datetime64("NaT", "s")), "the close") is None


def test_what_is_made_of_tenure_and_the_duration_itself_are_leaks() -> None:
    months = column("tenure", [str(month) for month in range(1, 61)])
    price = column("monthly", [str(20 + month % 7) for month in range(1, 61)])
    total = column("total", [str(month * (20 + month % 7)) for month in range(1, 61)])
    assert "tenure × monthly" in str(made_of_tenure(total, months, [months, price, total]))
    assert made_of_tenure(price, months, [months, price]) is None
    assert is_the_duration(total, total.numbers) is not None
    assert is_the_duration(price, total.numbers) is None


@pytest.mark.parametrize("others", [0, 300])
def test_a_factor_of_the_tenure_is_found_among_few_columns_and_among_many(others: int) -> None:
    months = column("tenure", [str(month) for month in range(1, 61)])
    price = column("monthly", [str(20 + month % 7) for month in range(1, 61)])
    total = column("total", [str(month * (20 + month % 7)) for month in range(1, 61)])
    draw = np.random.default_rng(1)
    rest = [
        column(f"figure {at}", [str(value) for value in draw.integers(500, 900, 60)]) for at in range(others)
    ]
    factors = Factors(months, [months, *rest, price, total])
    assert "tenure × monthly" in str(made_of_tenure(total, months, factors.likely(total)))
    assert made_of_tenure(price, months, factors.likely(price)) is None
