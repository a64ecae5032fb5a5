"""The survival curve against lifelines' Kaplan–Meier with log(−log) limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from icp_workbench.book.book import AccountBook
from icp_workbench.book.metric import Metric
from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.comparison import compare
from icp_workbench.evidence.pictures.curve import Curve, survival_curve
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.pictures.books import dated_book, with_metric
from tests.synthetic import RETENTION, make_book

BOOK = dated_book()
INDEX = SegmentIndex(BOOK)
THIRD = FieldTest("third", "in", ("yes",))


def lives_book(tenure: np.ndarray, churned: np.ndarray, account: np.ndarray | None = None) -> AccountBook:
    who = np.arange(len(tenure)) if account is None else account
    group = pd.Categorical(["x"] * (int(who.max()) + 1))
    customers = pd.DataFrame({"account": who, "churned": churned.astype(float), "tenure": tenure})
    return make_book(pd.DataFrame({"group": group}), customers=customers, metrics=(RETENTION,))


def curve(tenure: np.ndarray, churned: np.ndarray, account: np.ndarray | None = None) -> Curve | None:
    index = SegmentIndex(lives_book(tenure, churned, account))
    return survival_curve(index, index.rows(EVERYONE), "retention_12m")


@pytest.mark.parametrize("condition", [EVERYONE, THIRD])
@pytest.mark.parametrize("metric", ["retention_12m", "lifetime_value"])
def test_the_curve_and_its_limits_are_those_of_lifelines(metric: str, condition: object) -> None:
    rows = INDEX.rows(condition)  # type: ignore[arg-type]
    found = survival_curve(INDEX, rows, metric)
    assert found is not None
    customers = BOOK.observations["customer"].values[rows.observations("customer")]
    fitted = KaplanMeierFitter().fit(customers["tenure"], customers["churned"])
    limits = fitted.confidence_interval_
    ended = fitted.event_table.query("observed > 0 and index <= @found.until")
    assert [step.time for step in found.steps[1:]] == ended.index.tolist()
    assert [step.at_risk for step in found.steps[1:]] == ended["at_risk"].tolist()
    for step in found.steps[1:]:
        assert step.survival == pytest.approx(fitted.survival_function_.loc[step.time].item())
        assert [step.low, step.high] == pytest.approx(limits.loc[step.time].tolist())
    assert found.until == np.sort(customers["tenure"])[-10]
    first = found.steps[0]
    assert (first.time, first.survival, first.low, first.at_risk) == (0.0, 1.0, None, len(customers))


def test_at_the_horizon_the_curve_has_the_figure_of_the_cell() -> None:
    cell = compare(INDEX, {"A": INDEX.rows(THIRD)}, ["retention_12m"]).cell("A", "retention_12m")
    found = survival_curve(INDEX, INDEX.rows(THIRD), "retention_12m")
    assert found is not None and found.until > 12
    at_horizon = [step for step in found.steps if step.time <= 12][-1]
    assert (at_horizon.survival, at_horizon.low, at_horizon.high) == pytest.approx(
        (cell.estimate, cell.low, cell.high)
    )


def test_it_ends_where_ten_were_followed_and_counts_who_left_then() -> None:
    # Twelve customers: two leave at 1, one of the ten left leaves at 5, the others are seen for longer.
    tenure = np.array([1.0, 1.0, 5.0, *np.arange(6.0, 15.0)])
    churned = np.array([1, 1, 1, *[1] * 9])
    found = curve(tenure, churned)
    assert found is not None and found.until == 5.0
    steps = [(step.time, step.survival, step.at_risk) for step in found.steps]
    assert steps == [(0.0, 1.0, 12), (1.0, pytest.approx(10 / 12), 12), (5.0, pytest.approx(0.75), 10)]


def test_nobody_gone_everybody_gone_and_nobody_followed_have_defined_answers() -> None:
    stayed = curve(np.full(20, 9.0), np.zeros(20))
    assert stayed is not None and stayed.until == 9.0
    assert [(step.time, step.survival) for step in stayed.steps] == [(0.0, 1.0)]
    gone = curve(np.full(20, 9.0), np.ones(20))
    assert gone is not None
    last = gone.steps[-1]
    assert (last.time, last.survival, last.low, last.high) == (9.0, 0.0, None, None)
    today = curve(np.zeros(20), np.zeros(20))
    assert today is not None and today.until == 0.0 and len(today.steps) == 1
    at_once = curve(np.zeros(20), np.ones(20))
    assert at_once is not None and at_once.steps[-1].survival == 0.0


def test_fewer_than_ten_are_not_drawn() -> None:
    assert curve(np.arange(9.0), np.ones(9)) is None
    assert curve(np.arange(10.0), np.ones(10)) is not None
    assert survival_curve(INDEX, INDEX.rows(AnyOf(())), "retention_12m") is None


def test_several_observations_of_an_account_widen_the_limits() -> None:
    random = np.random.default_rng(4)
    tenure = np.round(random.exponential(20, 60), 1)
    churned = (random.random(60) < 0.7).astype(float)
    once = curve(tenure, churned)
    account = np.repeat(np.arange(60), 4)
    copies = curve(np.repeat(tenure, 4), np.repeat(churned, 4), account)
    assert once is not None and copies is not None

    def width(found: Curve) -> float:
        step = next(step for step in reversed(found.steps) if step.time <= 12)
        assert step.low is not None and step.high is not None
        return step.high - step.low

    # Four copies of each customer tell no more than the customers themselves.
    assert width(copies) == pytest.approx(width(once), rel=0.03)


def test_very_many_steps_are_thinned_and_no_time_is_far_from_its_step() -> None:
    random = np.random.default_rng(5)
    tenure, churned = random.exponential(20, 6_000), random.random(6_000) < 0.8
    found = curve(tenure, churned)
    assert found is not None and 600 < len(found.steps) <= 1_001
    fitted = KaplanMeierFitter().fit(tenure, churned)
    for step in found.steps:
        assert step.survival == pytest.approx(float(fitted.predict(step.time)))
    last = fitted.event_table.query("observed > 0 and index <= @found.until").index[-1]
    assert found.steps[-1].time == last
    times = np.array([step.time for step in found.steps])
    assert (np.diff(times) > 0).all()
    ends = np.sort(tenure[churned & (tenure <= found.until)])
    following = times[np.minimum(np.searchsorted(times, ends), len(times) - 1)]
    assert (following - ends).max() <= found.until / 1_000 + 1e-9


def test_only_what_rests_on_time_has_a_curve() -> None:
    with pytest.raises(ValueError, match="win_rate does not rest on how long"):
        survival_curve(INDEX, INDEX.rows(EVERYONE), "win_rate")
    with pytest.raises(KeyError):
        survival_curve(INDEX, INDEX.rows(EVERYONE), "gross_margin")
    own = Metric("own", "Own", "share", "higher", "customer", "survival", "tenure", 0.0, event="churned",
                 horizon=24)  # fmt: skip
    index = SegmentIndex(with_metric(BOOK, own))
    assert survival_curve(index, index.rows(EVERYONE), "own") is not None
