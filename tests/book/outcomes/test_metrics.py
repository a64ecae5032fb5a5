"""Every outcome metric the columns allow, checked by hand and with pandas; for the others, what is
missing."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.cleaning.clean import clean_column
from icp_workbench.book.cleaning.column import Column
from icp_workbench.book.mapping import BookMapping, CustomMetric
from icp_workbench.book.opening import open_book
from icp_workbench.book.outcomes.shares import margin_amounts
from icp_workbench.book.outcomes.subscriptions import months_of_interval
from icp_workbench.book.outcomes.tickets import hours_of
from icp_workbench.errors import WorkbenchError
from icp_workbench.evidence.comparison import compare
from icp_workbench.segments.index import SegmentIndex
from tests.book.files import write

SAMPLE = Path(__file__).resolve().parents[3] / "sample_data"


@cache
def sample() -> AccountBook:
    return open_book(*sorted(SAMPLE.glob("*.csv")))


def estimate(book: AccountBook, metric: str) -> float:
    found = compare(SegmentIndex(book), {}, [metric]).cell("all", metric).estimate
    assert found is not None
    return found


def test_the_sample_s_figures_are_those_pandas_finds_in_its_files() -> None:
    held = pd.read_csv(
        SAMPLE / "subscriptions.csv",
        parse_dates=["Start Date", "End Date", "Onboarding Started", "Go-live Date"],
    )
    book = sample()
    by_account = held.groupby("Account ID")
    assert estimate(book, "revenue_kept_since_start") == pytest.approx(
        held["MRR"].sum() / held["Starting MRR"].sum()
    )
    totals = by_account[["MRR", "Starting MRR"]].sum()
    assert estimate(book, "expansion_rate") == pytest.approx((totals["MRR"] > totals["Starting MRR"]).mean())
    paid = held["MRR"].where(held["End Date"].isna(), held["Starting MRR"])
    assert estimate(book, "gross_margin") == pytest.approx((held["Gross Margin"] * paid).sum() / paid.sum())
    days = (held["Go-live Date"] - held["Onboarding Started"]).dt.days
    first = days[held.sort_values("Start Date").index].groupby(held["Account ID"]).first()
    assert estimate(book, "onboarding_days") == first.median()


def test_the_sample_s_support_and_cost_are_those_pandas_finds_in_its_files() -> None:
    book = sample()
    held = pd.read_csv(SAMPLE / "subscriptions.csv", parse_dates=["Start Date", "End Date"])
    companies = pd.read_csv(SAMPLE / "hubspot_companies.csv").set_index("Record ID")["Salesforce Account ID"]
    tickets = pd.read_csv(SAMPLE / "hubspot_tickets.csv", parse_dates=["Create date", "Close date"])
    until = held["End Date"].fillna(pd.Timestamp(2026, 10, 31)).groupby(held["Account ID"]).max()
    months = (until - held.groupby("Account ID")["Start Date"].min()).dt.days / 30.4375
    brought = tickets["Associated Company ID"].map(companies).isin(months.index).sum()
    assert estimate(book, "tickets_per_month") == pytest.approx(brought / months.sum())
    took = (tickets["Close date"] - tickets["Create date"]).dt.total_seconds() / 3600
    assert estimate(book, "resolution_hours") == pytest.approx(took.median())
    deals = pd.read_csv(SAMPLE / "salesforce_opportunities.csv")
    closed = deals[deals["Closed"] & deals["Acquisition Cost"].notna()]
    assert estimate(book, "cost_to_win") == pytest.approx(
        closed["Acquisition Cost"].sum() / closed["Won"].sum()
    )


@pytest.mark.parametrize(
    ("metric", "winners", "enterprise"),
    [("gross_margin", 0.79, 0.54), ("onboarding_days", 24, 95), ("tickets_per_month", 0.15, 0.95)],
)
def test_the_planted_figures_are_found_again(metric: str, winners: float, enterprise: float) -> None:
    from icp_workbench.conditions.expression import parse

    book = sample()
    conditions = {
        "winners": "industry IN ('B2B SaaS', 'Fintech') AND number_of_employees BETWEEN 40 AND 120",
        "enterprise": "number_of_employees >= 1000 AND NOT (industry = 'Public Sector')",
    }
    index = SegmentIndex(book)
    rows = {name: index.rows(parse(text, book.fields)) for name, text in conditions.items()}
    board = compare(index, rows, [metric])
    for name, planted in (("winners", winners), ("enterprise", enterprise)):
        cell = board.cell(name, metric)
        assert cell.low is not None and cell.high is not None
        assert cell.low <= planted <= cell.high
    assert board.cell("winners", metric).verdict == "better"
    assert board.cell("enterprise", metric).verdict == "worse"


def test_what_the_sample_allows_and_why_the_rest_waits() -> None:
    book = sample()
    assert [metric.name for metric in book.metrics] == [
        "win_rate", "sales_cycle_days", "deal_size", "deal_size_spread", "retention_12m", "churn_rate",
        "revenue_kept_since_start", "expansion_rate", "gross_margin", "onboarding_days", "tickets_per_month",
        "resolution_hours", "cost_to_win", "lifetime_value",
    ]  # fmt: skip
    assert {metric.name for metric in book.metrics if metric.core} == {
        "win_rate", "sales_cycle_days", "retention_12m", "revenue_kept_since_start", "gross_margin",
    }  # fmt: skip
    assert "twelve months before" in book.unavailable["net_revenue_retention"]
    assert set(book.unavailable) == {"net_revenue_retention"}


def subscriptions(
    folder: Path, header: str, rows: list[str], mapping: BookMapping | None = None
) -> AccountBook:
    accounts = "account_id,industry\n" + "".join(f"A{row},{('x', 'y')[row % 2]}\n" for row in range(30))
    held = {"accounts.csv": accounts, "subscriptions.csv": "\n".join([header, *rows])}
    write(folder, held)
    return open_book(*(folder / name for name in held), mapping=mapping)


DATED = "subscription_id,account_id,start_date,end_date,mrr"


def test_net_revenue_retention_compares_those_active_a_year_before_with_what_they_pay_now(
    tmp_path: Path,
) -> None:
    rows = [
        "S1,A0,2024-01-01,,100",  # active then and now
        "S2,A0,2025-09-01,,30",  # bought since
        "S3,A1,2024-01-01,2025-06-01,50",  # left since
        "S4,A2,2025-10-01,,200",  # not yet a customer then
        "S5,A3,2023-01-01,2024-06-01,70",  # gone before
        "S6,A4,2025-01-01,,40",  # began on that very day
    ]
    book = subscriptions(tmp_path, DATED, rows, BookMapping(as_of=dt.date(2026, 1, 1)))
    values = book.observations["customer"].values
    assert values["recurring_then"].dropna().tolist() == [100, 50, 40]
    assert values["recurring_since"].dropna().tolist() == [130, 0, 40]
    assert estimate(book, "net_revenue_retention") == pytest.approx(170 / 190)
    assert values["expanded"].dropna().tolist() == [1, 0, 0]
    assert "revenue_kept_since_start" not in {metric.name for metric in book.metrics}
    assert book.as_of == dt.date(2026, 1, 1)


def test_an_upgrade_flag_tells_expansion_before_amounts_do(tmp_path: Path) -> None:
    rows = [f"S{row},A{row % 30},2024-01-01,,100,{'yes' if row % 5 == 0 else 'no'}" for row in range(40)]
    book = subscriptions(tmp_path, DATED + ",upgrade_flag", rows)
    by_account = {row % 30 for row in range(40) if row % 5 == 0}
    assert estimate(book, "expansion_rate") == pytest.approx(len(by_account) / 30)
    assert "upgrade flag" in str(book.metric("expansion_rate").note)


def test_amounts_in_several_currencies_give_no_revenue_metric(tmp_path: Path) -> None:
    header = DATED + ",currency"
    rows = [
        f"S{row},A{row},2023-01-01,{'2026-05-01' if row % 4 == 0 else ''},100,{('EUR', 'USD')[row % 2]}"
        for row in range(30)
    ]
    mixed = subscriptions(tmp_path, header, rows)
    assert "several currencies" in mixed.unavailable["net_revenue_retention"]
    chosen = subscriptions(tmp_path, header, rows, BookMapping(currency="EUR", rates={"USD": 0.5}))
    assert set(chosen.observations["customer"].values["recurring_then"].dropna()) == {100.0, 50.0}


def column(header: str, *cells: str) -> Column:
    return clean_column("t", header, pa.chunked_array([pa.array(cells, pa.string())]))


@pytest.mark.parametrize(
    ("margin", "cost", "expected"),
    [
        (("0.7", "0.5", "0.25"), None, (70, 100, 100)),
        (("70%", "50%", "25%"), None, (70, 100, 100)),
        (("70", "100", "150"), None, (70, 100, 150)),
        (None, ("30", "100", "300"), (70, 100, 100)),
    ],
)
def test_a_margin_may_be_a_share_a_percentage_an_amount_or_what_a_cost_leaves(
    margin: tuple[str, ...] | None, cost: tuple[str, ...] | None, expected: tuple[float, ...]
) -> None:
    revenue = np.array([100.0, 200.0, 400.0])
    found, of = margin_amounts(
        column("margin", *margin) if margin else None, column("cost", *cost) if cost else None, revenue
    )
    assert found == pytest.approx(expected) and of == pytest.approx(revenue)


def test_units_of_time_are_read_off_headers_and_labels() -> None:
    assert hours_of(column("Full resolution time in minutes", "5")) == pytest.approx(1 / 60)
    assert hours_of(column("resolution_time_hours", "5")) == 1
    assert hours_of(column("days to resolve", "5")) == 24
    assert [months_of_interval(label) for label in ("month", "Year", "3 months", "weekly")] == [
        1, 12, 3, pytest.approx(7 / 30.4375),
    ]  # fmt: skip
    assert np.isnan(months_of_interval("always"))


NPS = CustomMetric(
    "nps", "accounts", "NPS Score", "median", "higher", unit="points", margin=5, light="succeeds"
)
FIRMS = "account_id,account_name,industry,NPS Score,Reference,Seats,Bought\n" + "".join(
    f"A{row},N{row},{('x', 'y')[row % 2]},{row % 11},{('yes', 'no')[row % 3 == 0]},{row % 4 + 1},10\n"
    for row in range(60)
)
DEALS = "opportunity_id,account_id,stage\n" + "".join(
    f"D{row},A{row % 60},{('Won', 'Lost')[row % 7 > 3]}\n" for row in range(120)
)


def with_metrics(folder: Path, *metrics: CustomMetric, **decided: object) -> AccountBook:
    write(folder, {"accounts.csv": FIRMS, "deals.csv": DEALS})
    mapping = BookMapping(metrics=metrics, **decided)  # type: ignore[arg-type]
    return open_book(folder / "accounts.csv", folder / "deals.csv", mapping=mapping)


def test_a_metric_a_person_declares_is_computed_like_any_other(tmp_path: Path) -> None:
    book = with_metrics(
        tmp_path,
        NPS,
        CustomMetric("references", "accounts", "Reference", "share", "higher", where="Bought"),
        CustomMetric("seats_per", "accounts", "Seats", "ratio", "higher", denominator="bought"),
        margins={"nps": 7.0, "win_rate": 0.09},
    )
    assert estimate(book, "nps") == np.median([row % 11 for row in range(60)])
    assert estimate(book, "seats_per") == pytest.approx(2.5 / 10)
    assert book.metric("nps").margin == 7 and book.metric("win_rate").margin == 0.09
    assert (book.metric("nps").unit, book.metric("nps").light) == ("points", "succeeds")
    assert not {"nps_score", "reference", "seats"} & set(book.fields)  # what is measured is no attribute
    assert "accounts.NPS Score" in str(book.metric("nps").note)
    share = with_metrics(tmp_path, CustomMetric("references", "accounts", "Reference", "share", "higher"))
    assert estimate(share, "references") == pytest.approx(40 / 60)


def test_a_metric_may_be_called_what_an_outcome_is_called(tmp_path: Path) -> None:
    book = with_metrics(tmp_path, CustomMetric("won", "accounts", "Seats", "median", "higher"))
    assert estimate(book, "won") == 2.5 and estimate(book, "win_rate") == pytest.approx(69 / 120)


def test_survival_a_person_declares_is_a_share_after_a_time_in_their_unit(tmp_path: Path) -> None:
    book = with_metrics(
        tmp_path,
        CustomMetric(
            "still_here", "accounts", "Seats", "survival", "higher", unit="days", event="Reference", horizon=2
        ),
    )
    metric = book.metric("still_here")
    assert (metric.unit, metric.horizon_label) == ("share", "2 days")
    # Of 60 accounts 15 are seen 1, 2, 3 and 4 days; two of three of each end then.
    assert estimate(book, "still_here") == pytest.approx((1 - 10 / 60) * (1 - 10 / 45))


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (CustomMetric("m", "accounts", "NPS Scor", "median", "higher"), "did you mean `NPS Score`"),
        (CustomMetric("m", "acounts", "NPS Score", "median", "higher"), "did you mean `accounts`"),
        (CustomMetric("m", "accounts", "industry", "median", "higher"), "holds no figures"),
        (CustomMetric("m", "accounts", "NPS Score", "share", "higher"), "needs yes and no"),
        (CustomMetric("m", "accounts", "NPS Score", "ratio", "higher"), "needs a denominator"),
        (CustomMetric("m", "accounts", "Seats", "survival", "higher"), "needs an event and a horizon"),
        (CustomMetric("win_rate", "accounts", "Seats", "median", "higher"), "another metric has that name"),
    ],
)
def test_a_metric_that_cannot_be_computed_is_said_with_the_nearest_match(
    tmp_path: Path, metric: CustomMetric, said: str
) -> None:
    with pytest.raises(WorkbenchError, match="cannot be computed") as caught:
        with_metrics(tmp_path, metric)
    assert said in caught.value.what_happened


def test_a_book_of_deals_alone_says_what_each_other_metric_lacks(tmp_path: Path) -> None:
    book = with_metrics(tmp_path)
    assert [metric.name for metric in book.metrics] == ["win_rate"]
    assert set(book.unavailable) == {
        "sales_cycle_days", "deal_size", "deal_size_spread", "retention_12m", "churn_rate",
        "net_revenue_retention", "expansion_rate", "gross_margin", "onboarding_days", "tickets_per_month",
        "resolution_hours", "cost_to_win", "lifetime_value",
    }  # fmt: skip
    for why in book.unavailable.values():
        assert "needs" in why
