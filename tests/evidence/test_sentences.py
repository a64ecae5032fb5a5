"""Cells in words: one plain sentence for every metric there is."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.book.metric import Metric
from icp_workbench.book.outcomes import metrics as catalogue
from icp_workbench.conditions.condition import EVERYONE, AnyOf, FieldTest
from icp_workbench.evidence.comparison import Cell, Verdict, compare
from icp_workbench.evidence.sentences import WORDS, has_words, months_of, sentence
from icp_workbench.render.figures import figure
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book

CATALOGUE = catalogue.CATALOGUE


def cell(metric: Metric, **figures: object) -> Cell:
    """A cell of the metric, of 187 accounts; by default 41.2 % against 19.1 %."""
    blank = Cell("A", metric.name, metric.unit, 0.412, 0.34, 0.48, 400, 187, 0.224, 0.191, 0.221, 0.14, 0.3)
    return replace(blank, **figures)  # type: ignore[arg-type]


def said(name: str, **figures: object) -> str:
    metric = CATALOGUE[name]
    if "estimate" in figures and "rest" in figures and "difference" not in figures:
        figures["difference"] = figures["estimate"] - figures["rest"]  # type: ignore[operator]
    return sentence(cell(metric, **figures), metric)


DAYS = {"estimate": 55.0, "low": 51.0, "high": 59.0, "rest": 83.0}
MONEY = {"estimate": 26_600.0, "low": 24_000.0, "high": 29_500.0, "rest": 24_500.0}
RATIO = {"estimate": 0.86, "low": 0.81, "high": 0.91, "rest": 0.74}
TWICE = {"effect": {"risk_ratio": 2.157}}

EXPECTED = {
    "win_rate": (TWICE, "41.2 % of 187 accounts' deals were won, 34–48 %; the rest won 19.1 %; 2.2 times as "
                        "likely."),
    "sales_cycle_days": (DAYS, "Half of 187 accounts' won deals closed within 55 days, 51–59; half of the "
                               "rest's within 83 days; 28 days less."),
    "deal_size": (MONEY | {"effect": {"mean": 33_000.0}},
                  "Half of 187 accounts' won deals are worth 26.6k or more, 24.0–29.5k (mean 33.0k); in the "
                  "rest 24.5k; 2,100 more."),
    "deal_size_spread": (RATIO, "The middle half of 187 accounts' won deals spans 0.86 times the median "
                                "size, 0.81–0.91; in the rest 0.74 times; 0.12 more."),
    "retention_12m": (TWICE, "41.2 % of 187 accounts were still customers after 12 months, 34–48 %; of the "
                             "rest 19.1 % were; 2.2 times as likely."),
    "churn_rate": (TWICE, "41.2 % of 187 accounts churned, 34–48 %; of the rest 19.1 % did; 2.2 times as "
                          "likely."),
    "net_revenue_retention": (RATIO, "187 accounts now pay 0.86 times what they paid twelve months before, "
                                     "0.81–0.91; the rest 0.74 times; 0.12 more."),
    "revenue_kept_since_start": (RATIO, "187 accounts now pay 0.86 times what they paid at the start, "
                                        "0.81–0.91; the rest 0.74 times; 0.12 more."),
    "expansion_rate": (TWICE, "41.2 % of 187 accounts expanded, 34–48 %; of the rest 19.1 % did; 2.2 times "
                              "as likely."),
    "gross_margin": ({}, "The margin on 187 accounts is 41.2 % of the revenue, 34–48 %; in the rest 19.1 %; "
                         "22 points more."),
    "onboarding_days": (DAYS, "Half of 187 accounts were live within 55 days, 51–59; half of the rest within "
                              "83 days; 28 days less."),
    "tickets_per_month": (RATIO | {"rest": 0.98}, "187 accounts open 0.86 tickets a month each, 0.81–0.91; "
                                                  "the rest 0.98; 0.12 fewer."),
    "resolution_hours": (DAYS, "Half of 187 accounts' tickets were solved within 55 hours, 51–59; half of "
                               "the rest's within 83 hours; 28 hours less."),
    "cost_to_win": (MONEY, "Winning a deal among 187 accounts costs 26.6k, 24.0–29.5k; among the rest 24.5k; "
                           "2,100 more."),
    "lifetime_value": (MONEY | {"effect": {"horizon": 26.8}},
                       "187 accounts bring 26.6k of margin each over their first 26.8 months, 24.0–29.5k; "
                       "the rest 24.5k; 2,100 more."),
}  # fmt: skip


def test_every_metric_of_the_catalogue_has_words_and_a_sentence_here() -> None:
    assert set(WORDS) == set(CATALOGUE) == set(EXPECTED)
    assert all(has_words(metric) for metric in CATALOGUE.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_sentences_read_as_a_person_would_say_them(name: str) -> None:
    figures, expected = EXPECTED[name]
    assert said(name, **figures) == expected


@pytest.mark.parametrize("name", EXPECTED)
def test_one_account_is_one_account(name: str) -> None:
    text = said(name, **EXPECTED[name][0], accounts=1)
    assert "1 account" in text and "accounts" not in text
    assert not re.search(r"\b(were still|were live|they|their|each)\b", text)
    assert not re.search(r"account (pay|open|bring|now pay) ", text)


def test_one_day_one_hour_and_one_point_are_singular() -> None:
    assert "36 days; 1 day less." in said("onboarding_days", **DAYS | {"estimate": 35.0, "rest": 36.0})
    assert "within 1 hour, " in said("resolution_hours", **DAYS | {"estimate": 1.0})
    assert "1 hour more." in said("resolution_hours", **DAYS | {"estimate": 9.0, "rest": 8.0})
    assert "; 1 point more." in said("gross_margin", estimate=0.70, rest=0.69)
    assert "; 4.5 days less." in said("sales_cycle_days", **DAYS | {"estimate": 48.5, "rest": 53.0})


@pytest.mark.parametrize("name", ["deal_size", "cost_to_win", "lifetime_value"])
def test_a_currency_is_named_once_where_it_is_known(name: str) -> None:
    metric = catalogue.in_currency(CATALOGUE[name], "EUR")
    text = sentence(cell(metric, **MONEY, effect={"mean": 33_000.0, "horizon": 12.0}), metric)
    assert text.count("EUR") == 1 and "26.6k EUR" in text
    assert "currency" not in said(name, **MONEY)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (0.96, "about as likely"),
        (1.0, "about as likely"),
        (1.0499, "about as likely"),
        (1.06, "1.1 times as likely"),
        (0.94, "0.9 times as likely"),
        (0.057, "0.06 times as likely"),
        (0.00001, "less than 0.01 times as likely"),
        (9.96, "10 times as likely"),
        (512.4, "512 times as likely"),
        (12_345.6, "12,346 times as likely"),
    ],
)
def test_how_many_times_as_likely(times: float, words: str) -> None:
    assert said("churn_rate", effect={"risk_ratio": times}).endswith(f"; {words}.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("win_rate", "no deal in the rest was won"),
        ("churn_rate", "nobody in the rest did"),
        ("retention_12m", "nobody in the rest was"),
        ("expansion_rate", "nobody in the rest did"),
        ("tickets_per_month", "no tickets in the rest; 0.41 more"),
        ("net_revenue_retention", "the rest nothing any more; 0.41 more"),
    ],
)
def test_a_rest_of_nothing_is_said_in_words_and_not_compared_with(name: str, words: str) -> None:
    text = said(name, rest=0.0, estimate=0.412, effect={})
    assert text.endswith(f"; {words}.") and "0.0" not in text and "likely" not in text


@pytest.mark.parametrize("name", EXPECTED)
def test_no_metric_says_nothing_of_a_rest_of_zero(name: str) -> None:
    text = said(name, **EXPECTED[name][0] | {"rest": 0.0, "effect": {}})
    assert re.search(r"\b(no|nobody|nothing|within a day|at once|all are of one size)\b", text)


def test_a_segment_of_nothing_or_everything_keeps_its_figure() -> None:
    assert said("win_rate", estimate=0.0, low=0.0, high=0.24, accounts=12, effect={"risk_ratio": 0.0}) == (
        "0.0 % of 12 accounts' deals were won, 0–24 %; the rest won 19.1 %."
    )
    assert said("retention_12m", estimate=1.0, low=0.76, high=1.0, effect={"risk_ratio": 5.2}) == (
        "100.0 % of 187 accounts were still customers after 12 months, 76–100 %; of the rest 19.1 % were; "
        "5.2 times as likely."
    )
    nothing = said("churn_rate", estimate=0.0, low=0.0, high=0.02, rest=0.0, effect={})
    assert nothing == "0.0 % of 187 accounts churned, 0–2 %; nobody in the rest did; no difference."


def test_negative_figures_read_as_what_they_are() -> None:
    assert said("gross_margin", estimate=-0.12, low=-0.2, high=-0.04, rest=0.3) == (
        "The margin on 187 accounts is −12.0 % of the revenue, −20 to −4 %; in the rest 30.0 %; "
        "42 points less."
    )
    loss = {"estimate": -2_100.0, "low": -4_000.0, "high": 300.0, "rest": 900.0, "effect": {"horizon": 12.0}}
    assert said("lifetime_value", **loss) == (
        "187 accounts bring −2,100 of margin each over their first 12 months, −4,000 to 300; the rest 900; "
        "3,000 less."
    )


def test_a_margin_of_won_deals_is_theirs() -> None:
    metric = replace(CATALOGUE["gross_margin"], grain="deal", note="of won deals")
    assert sentence(cell(metric), metric).startswith("The margin on 187 accounts' won deals is 41.2 % of")


def test_differences_too_small_to_see_are_not_called_more() -> None:
    assert said("deal_size_spread", **RATIO | {"estimate": 0.742, "rest": 0.74}).endswith("; about the same.")
    assert said("sales_cycle_days", **DAYS | {"estimate": 83.0}).endswith("; no difference.")
    assert said("gross_margin", estimate=0.19104, rest=0.191).endswith("; about the same.")


def test_the_horizon_of_a_lifetime_value_is_in_months_whatever_its_unit() -> None:
    metric = CATALOGUE["lifetime_value"]
    by_day = replace(metric, horizon=365)
    assert months_of(by_day, 730) == "24 months" == months_of(metric, 24)
    assert (months_of(metric, 1), months_of(by_day, 100)) == ("1 month", "3.3 months")
    # A figure that nobody gave a horizon does not make one up.
    assert "over" not in said("lifetime_value", **MONEY, effect={})


def made(estimator: str, **more: object) -> Metric:
    """A metric that a person declared."""
    known = {"share": "share", "median": "days", "ratio": "ratio", "survival": "share"}
    blank = Metric("own", "Own figure", known[estimator], "higher", "account", estimator, "own", 0.0)  # type: ignore[arg-type]
    return replace(blank, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("metric", "figures", "expected"),
    [
        (made("share"), TWICE, "Own figure: 41.2 % of 187 accounts, 34–48 %; of the rest 19.1 %; 2.2 times "
                               "as likely."),
        (made("share", grain="deal"), TWICE,
         "Own figure: 41.2 % of 400 deals of 187 accounts, 34–48 %; of the rest 19.1 %; 2.2 times as "
         "likely."),
        (made("median", grain="ticket"), DAYS | {"difference": -28.0},
         "Own figure: a median of 55 days over 400 tickets of 187 accounts, 51–59; the rest 83 days; 28 days "
         "less."),
        (made("median", unit="seats"), MONEY | {"difference": 2_100.0, "effect": {"mean": 33_000.0}},
         "Own figure: a median of 26.6k seats over 187 accounts, 24.0–29.5k (mean 33.0k); the rest 24.5k; "
         "2,100 more."),
        (made("ratio", grain="usage"), RATIO | {"difference": 0.12},
         "Own figure: 0.86 over 400 usage records of 187 accounts, 0.81–0.91; the rest 0.74; 0.12 more."),
        (made("ratio", unit="per month"), RATIO | {"difference": 0.12},
         "Own figure: 0.86 a month over 187 accounts, 0.81–0.91; the rest 0.74 a month; 0.12 more."),
        (made("survival", horizon=90.0, horizon_label="90 days", unit="days"), TWICE,
         "Own figure: 41.2 % of 187 accounts lasted beyond 90 days, 34–48 %; of the rest 19.1 %; 2.2 times "
         "as likely."),
    ],
)  # fmt: skip
def test_metrics_that_people_made_are_said_by_their_estimator(
    metric: Metric, figures: dict[str, object], expected: str
) -> None:
    assert sentence(cell(metric, **figures), metric) == expected


def test_a_metric_of_ones_own_under_a_name_of_the_catalogue_is_not_said_as_that_one() -> None:
    metric = made("share", name="win_rate", label="Win rate")
    assert sentence(cell(metric), metric).startswith("Win rate: 41.2 % of 187 accounts")
    metric = made("ratio", name="deal_size", label="ACV per seat")
    assert sentence(cell(metric), metric).startswith("ACV per seat: ")
    assert sentence(cell(metric, estimate=None), metric).startswith("No ACV per seat here")


def test_what_it_stands_against_can_have_another_name() -> None:
    metric = CATALOGUE["resolution_hours"]
    named = sentence(cell(metric, **DAYS, difference=-28.0), metric, "{B}, the rest")
    assert "; half of {B}, the rest's within 83 hours; " in named


def test_sentences_say_why_there_is_nothing_to_say() -> None:
    few = "9 accounts with an outcome; 10 are needed"
    assert said("win_rate", verdict="too_few", reason=few).endswith(f"; too few to judge ({few}).")
    assert said("win_rate", estimate=None, reason=few) == f"No win rate here: {few}."
    assert said("win_rate", estimate=None) == "No win rate here: no outcome."
    assert said("win_rate", rest=None, reason="there is no rest to compare with").endswith(
        "34–48 %; there is no rest to compare with."
    )
    zero = "the median is too close to zero for an interval"
    assert said("deal_size_spread", **RATIO, verdict="too_few", reason=zero).endswith(
        f"; not judged: {zero}."
    )


def test_an_interval_that_is_still_to_come_is_announced() -> None:
    later = {"low": None, "high": None, "verdict": "none", "reason": "its interval follows"}
    assert said("deal_size_spread", **RATIO | later) == (
        "The middle half of 187 accounts' won deals spans 0.86 times the median size; in the rest 0.74 "
        "times; 0.12 more; its interval follows."
    )


def test_the_average_customer_stands_alone_and_says_when_it_rests_on_too_few() -> None:
    average = {"segment": "all", "rest": None, "difference": None, "reason": "the average customer"}
    assert said("win_rate", **average) == "41.2 % of 187 accounts' deals were won, 34–48 %."
    few = "the average customer; too few: 9 accounts with an outcome; 10 are needed"
    assert said("win_rate", **average | {"reason": few}).endswith(
        "34–48 %; too few: 9 accounts with an outcome; 10 are needed."
    )
    assert said("win_rate", **average | {"estimate": None, "reason": few}) == (
        "No win rate here: too few: 9 accounts with an outcome; 10 are needed."
    )


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18)
VERDICTS: list[Verdict] = ["better", "worse", "similar", "unclear", "too_few", "none"]


@given(
    st.sampled_from(sorted(CATALOGUE)),
    st.one_of(st.none(), NUMBERS),
    st.one_of(st.none(), NUMBERS),
    st.one_of(st.none(), st.floats(0, 1e12)),
    st.integers(1, 10**7),
    st.sampled_from(VERDICTS),
)
def test_any_figures_give_one_whole_sentence_with_the_figure_of_the_cell(
    name: str,
    estimate: float | None,
    rest: float | None,
    times: float | None,
    accounts: int,
    verdict: Verdict,
) -> None:
    metric = CATALOGUE[name]
    share = metric.estimator in ("share", "survival")
    if share:
        estimate, rest = (None if one is None else abs(one) / 1e18 for one in (estimate, rest))
    low, high = (None, None) if estimate is None else (estimate - 0.5, estimate + 0.5)
    difference = None if estimate is None or rest is None else estimate - rest
    one = cell(
        metric, estimate=estimate, rest=rest, low=low, high=high, difference=difference, accounts=accounts,
        verdict=verdict, reason="few", effect={} if times is None or not share else {"risk_ratio": times},
    )  # fmt: skip
    text = sentence(one, metric)
    assert text.endswith(".") and not text.endswith("..") and text[0] == text[0].upper()
    assert not re.search(r"None|nan|inf\b|[{}]|  |; ;|;\.|, ;|\(\)", text)
    if estimate is not None:
        shown = figure(estimate, metric.unit, with_unit=False).removesuffix(".0").replace("%", " %")
        assert shown in text


def test_no_sentence_of_a_board_shows_a_missing_figure() -> None:
    index = SegmentIndex(typical_book(accounts=240, lift=0.25))
    third = FieldTest("third", "in", ("yes",))
    board = compare(
        index, {"A": index.rows(third), "B": index.rows(AnyOf(())), "C": index.rows(EVERYONE)}
    )  # fmt: skip
    metrics = {metric.name: metric for metric in board.metrics}
    for one in board.cells:
        text = sentence(one, metrics[one.metric])
        assert "None" not in text and "nan" not in text and text.endswith(".")
