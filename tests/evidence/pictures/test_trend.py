"""A metric by quarter against pandas, lifelines, and the same figures taken a quarter at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.outcomes import observations_of, outcome_of
from icp_workbench.evidence.pictures.trend import horizon_of, trend
from icp_workbench.evidence.weighings import Figure
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.pictures.books import METRICS, START, dated_book, with_column, with_metric

BOOK = dated_book()
INDEX = SegmentIndex(BOOK)
THIRD = FieldTest("third", "in", ("yes",))
INBOUND = FieldTest("source", "in", ("inbound",))
DATES = {"deal": "closed", "customer": "started", "ticket": "opened"}
REPEATED = Metric(
    "term_kept", "Terms kept", "share", "higher", "deal", "survival", "cycle_days", 0.02, event="won",
    horizon=60,
)  # fmt: skip


def frame(grain: str, accounts: np.ndarray | None = None) -> pd.DataFrame:
    """The grain's values with its accounts and quarters, of some accounts."""
    held = BOOK.observations[grain]
    found = held.values.assign(account=held.account, quarter=held.values[DATES[grain]].dt.to_period("Q"))
    return found if accounts is None else found[accounts[held.account]]


def by_start(found: pd.Series) -> dict[dt.date, float]:
    return {quarter.start_time.date(): value for quarter, value in found.items()}


def values(name: str, condition: object = EVERYONE) -> dict[dt.date, float]:
    points = trend(INDEX, INDEX.rows(condition), name)  # type: ignore[arg-type]
    return {point.start: point.figure.value for point in points if point.figure.value is not None}


@pytest.mark.parametrize("condition", [EVERYONE, THIRD])
def test_shares_medians_and_ratios_are_pandas_by_quarter(condition: object) -> None:
    accounts = INDEX.rows(condition).accounts  # type: ignore[arg-type]
    deals, customers, tickets = (frame(grain, accounts) for grain in ("deal", "customer", "ticket"))
    won = deals[deals["won"] == 1].groupby("quarter")
    cost = deals[deals["won"].notna()].groupby("quarter")
    expected = {
        "win_rate": deals.groupby("quarter")["won"].mean(),
        "sales_cycle_days": won["cycle_days"].median(),
        "deal_size": won["amount"].median(),
        "churn_rate": customers.groupby("quarter")["churned"].mean(),
        "resolution_hours": tickets.groupby("quarter")["resolution_hours"].median(),
        "tickets_per_month": customers.groupby("quarter")["tickets"].sum()
        / customers.groupby("quarter")["months_served"].sum(),
        "cost_to_win": cost["cost"].sum() / cost["won"].sum(),
        "deal_size_spread": (won["amount"].quantile(0.75) - won["amount"].quantile(0.25))
        / won["amount"].quantile(0.5),
    }
    for name, found in expected.items():
        assert values(name, condition) == pytest.approx(by_start(found)), name


def test_retention_and_lifetime_values_of_cohorts_are_those_of_lifelines() -> None:
    customers = frame("customer")
    horizon = horizon_of(outcome_of(INDEX, BOOK.metric("lifetime_value")))
    assert horizon == 12.0
    kept, value = {}, {}
    for quarter, cohort in customers.groupby("quarter"):
        fitted = KaplanMeierFitter().fit(cohort["tenure"], cohort["churned"])
        start = quarter.start_time.date()  # type: ignore[union-attr]
        kept[start] = float(fitted.predict(12))
        value[start] = restricted_mean_survival_time(fitted, t=12.0) * cohort["margin_a_month"].mean()
    assert values("retention_12m") == pytest.approx(kept)
    assert values("lifetime_value") == pytest.approx(value)


def test_a_cohort_that_was_not_followed_to_the_horizon_carries_no_figure() -> None:
    for name in ("retention_12m", "lifetime_value"):
        points = trend(INDEX, INDEX.rows(EVERYONE), name)
        enough = {point.start: point.enough for point in points}
        assert enough[dt.date(2021, 4, 1)] and not enough[dt.date(2023, 7, 1)]


def test_lifetimes_are_followed_no_longer_than_the_book_allows() -> None:
    tenure = np.minimum(BOOK.observations["customer"].values["tenure"], 7.0)
    index = SegmentIndex(with_column(BOOK, "customer", "tenure", tenure))
    assert horizon_of(outcome_of(index, BOOK.metric("lifetime_value"))) == 7.0
    assert horizon_of(outcome_of(index, BOOK.metric("retention_12m"))) is None


@pytest.mark.parametrize("condition", [EVERYONE, THIRD, INBOUND, AnyOf(())])
@pytest.mark.parametrize("name", [*(metric.name for metric in METRICS), REPEATED.name])
def test_every_quarter_has_the_figures_that_its_observations_have_alone(name: str, condition: object) -> None:
    index = SegmentIndex(with_metric(BOOK, REPEATED))
    outcome = outcome_of(index, index.book.metric(name))
    rows = index.rows(condition)  # type: ignore[arg-type]
    held = index.book.observations[outcome.metric.grain].values[DATES[outcome.metric.grain]]
    period = held.dt.to_period("Q").to_numpy()[outcome.row]
    selected = observations_of(rows, outcome)
    points = trend(index, rows, name)
    assert len(points) == 12 and sum(point.figure.n for point in points) == int(
        (selected & ~pd.isna(period)).sum()
    )
    for point in points:
        here = selected & (period == pd.Period(point.start, "Q"))
        expected = Figure.each(outcome.estimate(here))[0]
        found = point.figure
        assert (found.n, found.accounts) == (expected.n, expected.accounts)
        if name not in ("deal_size_spread", "lifetime_value"):
            for part in ("value", "low", "high"):
                assert getattr(found, part) == pytest.approx(getattr(expected, part))
        else:
            assert (found.low, found.high) == (None, None)


def test_quarters_follow_each_other_and_those_without_outcomes_are_there() -> None:
    closed = BOOK.observations["deal"].values["closed"].to_numpy().copy()
    gap = (closed >= np.datetime64("2021-10-01")) & (closed < np.datetime64("2022-04-01"))
    index = SegmentIndex(with_column(BOOK, "deal", "closed", np.where(gap, np.datetime64("NaT"), closed)))
    points = trend(index, index.rows(EVERYONE), "win_rate")
    starts = [point.start for point in points]
    assert starts == [day.date() for day in pd.date_range("2021-01-01", "2023-10-01", freq="QS")]
    empty = [point for point in points if point.figure.n == 0]
    assert [point.start for point in empty] == [dt.date(2021, 10, 1), dt.date(2022, 1, 1)]
    assert all(point.figure.value is None and not point.enough for point in empty)


def test_a_quarter_needs_what_a_cell_needs_to_carry_a_figure() -> None:
    deals = BOOK.observations["deal"]
    few = trend(INDEX, INDEX.rows(FieldTest("third", "in", ("yes",))), "win_rate")
    assert any(point.enough for point in few)
    # One account's deals alone: many of them, and still one account.
    alone = replace(deals, account=np.zeros(len(deals.account), dtype=np.int32))
    index = SegmentIndex(replace(BOOK, observations={**BOOK.observations, "deal": alone}))
    points = trend(index, index.rows(EVERYONE), "win_rate")
    assert all(point.figure.n > 50 and point.figure.accounts == 1 for point in points[1:-1])
    assert not any(point.enough for point in points)


def test_all_won_or_all_lost_in_a_quarter_is_too_few_of_either_outcome() -> None:
    index = SegmentIndex(with_column(BOOK, "deal", "won", 1.0))
    assert not any(point.enough for point in trend(index, index.rows(EVERYONE), "win_rate"))


def test_without_a_date_there_is_no_course() -> None:
    held = BOOK.observations["deal"]
    undated = replace(held, values=held.values.drop(columns="closed"))
    without = replace(BOOK, observations={**BOOK.observations, "deal": undated})
    for book in (without, with_column(BOOK, "deal", "closed", np.datetime64("NaT", "s"))):
        index = SegmentIndex(book)
        assert trend(index, index.rows(EVERYONE), "win_rate") == ()
    of_accounts = replace(REPEATED, grain="account", estimator="share", value="seen", event=None)
    seen = pd.DataFrame({"seen": np.ones(800)})
    book = with_metric(BOOK, of_accounts)
    accounts = replace(held, grain="account", account=np.arange(800, dtype=np.int32), values=seen)
    index = SegmentIndex(replace(book, observations={**book.observations, "account": accounts}))
    assert trend(index, index.rows(EVERYONE), REPEATED.name) == ()


@pytest.mark.parametrize("stray", ["1900-01-01", "2999-12-31", "1677-09-22", "0001-03-01"])
def test_a_mistyped_year_does_not_squeeze_the_others(stray: str) -> None:
    closed = BOOK.observations["deal"].values["closed"].to_numpy("datetime64[s]").copy()
    won = np.flatnonzero(BOOK.observations["deal"].values["won"].notna())
    closed[won[:2]] = np.datetime64(stray)
    index = SegmentIndex(with_column(BOOK, "deal", "closed", closed))
    points = trend(index, index.rows(EVERYONE), "win_rate")
    assert [point.start for point in points] == [
        p.start for p in trend(INDEX, INDEX.rows(EVERYONE), "win_rate")
    ]


def test_a_book_of_decades_keeps_its_last_forty_years() -> None:
    random = np.random.default_rng(3)
    closed = START - random.integers(0, 60 * 365, 4_000) * np.timedelta64(1, "D")
    index = SegmentIndex(with_column(BOOK, "deal", "closed", closed))
    points = trend(index, index.rows(EVERYONE), "win_rate")
    assert 150 <= len(points) <= 160
    assert points[-1].start.year in (2020, 2021)


def test_a_metric_the_book_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        trend(INDEX, INDEX.rows(EVERYONE), "gross_margin")
