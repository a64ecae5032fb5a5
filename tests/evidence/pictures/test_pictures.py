"""Every metric of every book has a picture, or says why it has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.opening import open_book
from icp_workbench.book.outcomes import metrics as catalogue
from icp_workbench.conditions.condition import EVERYONE, AnyOf
from icp_workbench.evidence.facets import facets
from icp_workbench.evidence.looks import level_condition
from icp_workbench.evidence.pictures.pictures import Drawn, drawn
from icp_workbench.sample import sample_paths
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.pictures.books import dated_book, with_column

RealData = Callable[[str], Path]
CATALOGUE = list(catalogue.CATALOGUE)


@cache
def sample() -> AccountBook:
    return open_book(*sample_paths(), book_file=False)


def opened(name: str, real_data: RealData) -> AccountBook:
    return sample() if name == "sample" else open_book(real_data(name), book_file=False)


def assert_drawn(found: Drawn, survival: bool) -> None:
    assert bool(found.trend) != bool(found.no_trend)
    assert bool(found.curve or found.distribution) != bool(found.no_shape)
    assert found.curve is None or survival
    assert found.distribution is None or not survival
    for point in found.trend:
        held = (point.figure.value, point.figure.low, point.figure.high)
        assert all(figure is None or np.isfinite(figure) for figure in held)
        assert point.figure.value is not None or not point.enough


@pytest.mark.parametrize("name", ["sample", "maven_crm", "telco_ibm", "ravenstack"])
def test_every_metric_of_the_catalogue_is_drawn_or_says_what_lacks(name: str, real_data: RealData) -> None:
    book = opened(name, real_data)
    index = SegmentIndex(book)
    known = {metric.name: metric for metric in book.metrics}
    for metric in CATALOGUE:
        # What is kept since the start stands in where twelve months before are not known.
        why = book.unavailable.get(
            "net_revenue_retention" if metric == "revenue_kept_since_start" else metric, ""
        )
        assert metric in known or why or "net_revenue_retention" in known
    whole = index.rows(EVERYONE)
    found = facets(index, whole, book.metrics[0].name)
    segments = [
        index.rows(level_condition(facet.field, value.value))
        for facet in found.facets[:4]
        for value in facet.values[:2]
    ]
    for metric in known.values():
        survival = metric.estimator in ("survival", "lifetime")
        for rows in (whole, index.rows(AnyOf(())), *segments):
            assert_drawn(drawn(index, rows, metric.name), survival)
        of_all = drawn(index, whole, metric.name)
        assert not of_all.no_shape or of_all.no_shape.startswith("each account is either a yes or a no")


@pytest.mark.parametrize("name", ["sample", "maven_crm"])
def test_deals_and_customers_with_dates_have_a_course(name: str, real_data: RealData) -> None:
    index = SegmentIndex(opened(name, real_data))
    for metric in index.book.metrics:
        course = drawn(index, index.rows(EVERYONE), metric.name).trend
        assert sum(point.enough for point in course) >= 4, metric.name


def test_the_sample_says_over_how_long_its_lifetime_values_are() -> None:
    index = SegmentIndex(sample())
    found = drawn(index, index.rows(EVERYONE), "lifetime_value")
    assert found.trend_note == "over the first 12 months of those who started in a quarter"
    assert drawn(index, index.rows(EVERYONE), "retention_12m").trend_note == (
        "of those who started in a quarter"
    )
    assert drawn(index, index.rows(EVERYONE), "win_rate").trend_note == ""


def test_why_there_is_no_picture_is_said_in_words() -> None:
    book = dated_book()
    nobody = AnyOf(())
    index = SegmentIndex(with_column(book, "deal", "closed", np.datetime64("NaT", "s")))
    found = drawn(index, index.rows(EVERYONE), "win_rate")
    assert found.no_trend == "needs the day on which each closed" and found.distribution is not None
    none = drawn(index, index.rows(nobody), "retention_12m")
    assert none.no_shape == "fewer than 10 have been followed" and none.trend
    churn = drawn(index, index.rows(EVERYONE), "churn_rate")
    assert churn.no_shape.startswith("each account is either") and churn.trend
    own = replace(book.metric("win_rate"), name="own", grain="account")
    accounts = replace(
        book.observations["deal"], grain="account", account=np.arange(800, dtype=np.int32),
        values=book.observations["deal"].values[:800],
    )  # fmt: skip
    index = SegmentIndex(
        replace(book, metrics=(own,), observations={**book.observations, "account": accounts})
    )
    assert drawn(index, index.rows(EVERYONE), "own").no_trend == (
        "the book does not say when each account was"
    )


def test_outcomes_dated_far_off_are_counted_beside_the_course() -> None:
    book = dated_book()
    closed = book.observations["deal"].values["closed"].to_numpy("datetime64[s]").copy()
    won = np.flatnonzero(book.observations["deal"].values["won"].notna())
    closed[won[0]] = np.datetime64("1900-01-01")
    index = SegmentIndex(with_column(book, "deal", "closed", closed))
    assert drawn(index, index.rows(EVERYONE), "win_rate").trend_note == (
        "without 1 outcome dated far from the others"
    )
