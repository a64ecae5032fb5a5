"""The real books open without configuration and give the figures their README states."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from scipy.stats import chi2_contingency

from icp_workbench.book.book import AccountBook, JoinSummary
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.summary import summary
from icp_workbench.errors import WorkbenchError

RealData = Callable[[str], Path]


@cache
def book_of(folder: Path, churn: str | None = None) -> AccountBook:
    return open_book(folder, mapping=BookMapping(churn_source=churn))


def join(book: AccountBook, key: str) -> JoinSummary:
    return next(join for join in book.joins if join.left_key == key)


def kaplan_meier(book: AccountBook, months: float) -> float:
    values = book.observations["customer"].values
    known = values["tenure"].notna()
    fitted = KaplanMeierFitter().fit(values.loc[known, "tenure"], values.loc[known, "churned"])
    return float(fitted.survival_function_at_times(months).iloc[0])


def test_maven_deals_have_the_stated_outcomes(real_data: RealData) -> None:
    folder = real_data("maven_crm")
    pipeline = pd.read_csv(folder / "sales_pipeline.csv")
    deals = book_of(folder).observations["deal"].values
    assert (deals["won"] == 1).sum() == 4238
    assert (deals["won"] == 0).sum() == 2473
    assert deals["won"].mean() == pytest.approx(4238 / 6711)
    assert len(deals) == len(pipeline) - 1425
    won, lost = deals[deals["won"] == 1], deals[deals["won"] == 0]
    assert won["cycle_days"].median() == 57
    assert won["cycle_days"].mean() == pytest.approx(51.78, abs=0.005)
    assert (lost["cycle_days"].median(), round(lost["cycle_days"].mean(), 2)) == (14, 41.48)
    assert deals["amount"].sum() == 10_005_534
    assert deals["amount"].mean() == pytest.approx(2360.91, abs=0.005)
    assert deals.loc[deals["won"] != 1, "amount"].isna().all()


def test_maven_stages_and_period(real_data: RealData) -> None:
    book = book_of(real_data("maven_crm"))
    assert book.stages == {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}
    assert book.period == (dt.date(2017, 3, 1), dt.date(2017, 12, 31))
    assert book.as_of == dt.date(2017, 12, 31)
    assert any("2,089 open" in note for note in book.notes)


def test_maven_tables_join_with_every_row_accounted_for(real_data: RealData) -> None:
    book = book_of(real_data("maven_crm"))
    assert {table.name: table.role for table in book.tables} == {
        "accounts": "accounts", "products": "lookup", "sales_pipeline": "deals", "sales_teams": "lookup",
    }  # fmt: skip
    accounts, products = join(book, "account"), join(book, "product")
    assert (accounts.matched, accounts.unmatched, accounts.blank_keys) == (7375, 0, 1425)
    assert (products.matched, products.unmatched) == (7320, 1480)
    assert [(miss.found, miss.meant, miss.rows) for miss in products.near_misses] == [
        ("GTXPro", "GTX Pro", 1480)
    ]
    assert join(book, "sales_agent").unmatched == 0
    assert any("1,425" in warning for warning in book.warnings)
    for held in book.joins:
        assert held.left_rows == held.matched + held.unmatched + held.blank_keys


def test_maven_what_did_not_join_is_listed(real_data: RealData) -> None:
    product = join(book_of(real_data("maven_crm")), "product")
    assert product.unmatched_examples == (("GTXPro", 1480),)
    assert product.right_unmatched_examples == ("GTX Pro",)
    assert (product.right_unmatched, product.accepted) == (1, 0)


def test_maven_deals_are_counted_by_stage(real_data: RealData) -> None:
    assert book_of(real_data("maven_crm")).stage_counts == {
        "Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500,
    }  # fmt: skip


def test_maven_columns_say_what_they_give_and_hold(real_data: RealData) -> None:
    book = book_of(real_data("maven_crm"))
    columns = {(column.table, column.header): column for column in book.columns}
    stage = columns["sales_pipeline", "deal_stage"]
    assert (stage.part, stage.levels[0], stage.counts[0]) == ("stage", "Won", 4238)
    assert columns["sales_pipeline", "close_value"].part == "amount"
    sector = columns["accounts", "sector"]
    assert sum(sector.counts) == 85 and "technolgy" in sector.levels


def test_maven_in_two_halves_is_the_same_book(real_data: RealData, tmp_path: Path) -> None:
    folder = real_data("maven_crm")
    whole = book_of(folder)
    for file in folder.glob("*.csv"):
        if file.stem != "sales_pipeline":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    header, *rows = (folder / "sales_pipeline.csv").read_text().splitlines(keepends=True)
    (tmp_path / "sales_pipeline_1.csv").write_text(header + "".join(rows[:5000]))
    (tmp_path / "sales_pipeline_2.csv").write_text(header + "".join(rows[4000:]))
    book = open_book(tmp_path)
    pd.testing.assert_frame_equal(book.observations["deal"].values, whole.observations["deal"].values)
    assert any("1,000 rows of sales_pipeline stood in several files alike" in note for note in book.notes)
    assert sum(report.loaded for report in book.reports) - 1000 == sum(r.loaded for r in whole.reports)


def test_maven_an_accepted_near_miss_joins(real_data: RealData) -> None:
    mapping = BookMapping().with_table("sales_pipeline", accepted={"product": {"GTXPro": "GTX Pro"}})
    book = open_book(real_data("maven_crm"), mapping=mapping)
    assert (join(book, "product").unmatched, join(book, "product").accepted) == (0, 1480)
    assert book.observations["deal"].attributes["series"].notna().all()


def test_maven_attributes_sit_at_their_own_grain(real_data: RealData) -> None:
    book = book_of(real_data("maven_crm"))
    grains = {field.name: field.grain for field in book.fields.values()}
    assert {name for name, grain in grains.items() if grain == "account"} == set(book.accounts.columns)
    assert {name for name, grain in grains.items() if grain == "deal"} == {
        "product", "sales_agent", "manager", "regional_office", "series", "sales_price",
    }  # fmt: skip
    assert book.fields["sales_agent"].kind == "other"
    assert book.fields["sector"].levels[0] == "retail"
    assert "technolgy" in book.fields["sector"].levels
    assert not book.leaks
    assert [metric.name for metric in book.metrics] == [
        "win_rate", "sales_cycle_days", "deal_size", "deal_size_spread",
    ]  # fmt: skip


def test_telco_churn_and_retention(real_data: RealData) -> None:
    book = book_of(real_data("telco_ibm"))
    customers = book.observations["customer"].values
    assert (customers["churned"].sum(), len(customers)) == (1869, 7043)
    assert kaplan_meier(book, 12) == pytest.approx(0.843, abs=0.0005)
    assert (book.metric("retention_12m").horizon, book.metric("retention_12m").core) == (12, True)
    assert not book.metric("churn_rate").core


def test_telco_contract_separates_as_stated_and_gender_does_not(real_data: RealData) -> None:
    book = book_of(real_data("telco_ibm"))
    churned = book.observations["customer"].values["churned"]
    rates = churned.groupby(book.accounts["contract"], observed=True).mean()
    assert rates["Month-to-month"] == pytest.approx(0.43, abs=0.005)
    assert rates["Two year"] == pytest.approx(0.03, abs=0.005)
    assert book.fields["contract"].kept_out is None


def test_telco_blank_charges_are_blank_and_its_leaks_are_kept_out(real_data: RealData) -> None:
    book = book_of(real_data("telco_ibm"))
    assert book.accounts["total_charges"].isna().sum() == 11
    assert book.fields["senior_citizen"].type == "boolean"
    assert book.accounts["senior_citizen"].sum() == 1142
    assert {leak.field for leak in book.leaks} == {"tenure", "total_charges"}


def test_ravenstack_offers_its_three_sources_of_churn(real_data: RealData) -> None:
    book = book_of(real_data("ravenstack"))
    found = {
        source.name: (source.churned, source.customers, source.chosen) for source in book.outcome_sources
    }
    assert found == {
        "flag": (110, 500, True),
        "events": (352, 500, False),
        "subscriptions": (312, 500, False),
    }
    assert book.observations["customer"].values["churned"].sum() == 110
    assert [metric.name for metric in book.metrics] == [
        "churn_rate", "net_revenue_retention", "expansion_rate", "tickets_per_month", "resolution_hours",
    ]  # fmt: skip
    assert book.metric("churn_rate").core
    assert "churn_flag" in book.unavailable["retention_12m"]
    assert "`subscriptions` or `events`" in book.unavailable["retention_12m"]
    assert any("disagree" in warning for warning in book.warnings)


@pytest.mark.parametrize(("source", "churned"), [("events", 352), ("subscriptions", 312)])
def test_ravenstack_another_source_brings_its_own_dates(
    real_data: RealData, source: str, churned: int
) -> None:
    book = book_of(real_data("ravenstack"), source)
    customers = book.observations["customer"].values
    assert customers["churned"].sum() == churned
    assert book.metric("retention_12m").core
    assert 0 < kaplan_meier(book, 12) < 1
    left = customers["churned"] == 1
    assert customers.loc[~left, "ended"].isna().all()


def test_ravenstack_flag_and_events_agree_on_75(real_data: RealData) -> None:
    folder = real_data("ravenstack")
    flag = book_of(folder).observations["customer"].values["churned"]
    events = book_of(folder, "events").observations["customer"].values["churned"]
    assert ((flag == 1) & (events == 1)).sum() == 75


def test_ravenstack_events_give_the_tenure_to_the_first_of_them(real_data: RealData) -> None:
    folder = real_data("ravenstack")
    book = book_of(folder, "events")
    events = pd.read_csv(folder / "ravenstack_churn_events.csv")
    first = pd.to_datetime(events["churn_date"], format="%d/%m/%Y").groupby(events["account_id"]).min()
    customers = book.observations["customer"]
    ended = pd.Series(
        customers.values["ended"].to_numpy(), index=np.array(book.account_ids)[customers.account]
    )
    assert (ended[first.index] == first).all()


def test_ravenstack_an_unknown_source_is_refused_with_the_known_ones(real_data: RealData) -> None:
    with pytest.raises(WorkbenchError, match=r"`flag`.*`subscriptions`.*`events`"):
        open_book(real_data("ravenstack"), mapping=BookMapping(churn_source="crystal ball"))


def test_ravenstack_dates_are_settled_by_the_column(real_data: RealData) -> None:
    book = book_of(real_data("ravenstack"))
    columns = {(column.table, column.header): column for column in book.columns}
    signup = columns["ravenstack_accounts", "signup_date"]
    assert signup.type == "date" and signup.unreadable == 0
    assert signup.note is not None and "D/M/Y" in signup.note and "202 " in signup.note
    assert "D/M/Y" in (columns["ravenstack_churn_events", "churn_date"].note or "")
    assert columns["ravenstack_subscriptions", "start_date"].note is None
    assert book.as_of == dt.date(2024, 12, 31)


def test_ravenstack_keeps_every_table_at_its_own_grain(real_data: RealData) -> None:
    book = book_of(real_data("ravenstack"))
    sizes = {grain: len(held.account) for grain, held in book.observations.items()}
    assert sizes == {"customer": 500, "subscription": 5000, "ticket": 2000, "usage": 25_000}
    assert len(book.accounts) == 500
    assert join(book, "subscription_id").matched == 25_000
    usage = next(column for column in book.columns if column.header == "usage_id")
    assert usage.note is not None and usage.note.startswith("21 ids repeat")
    assert [leak.field for leak in book.leaks] == ["arr_amount", "downgrade_flag"]
    assert {field.name for field in book.fields.values() if field.grain == "subscription"} == {
        "subscription_plan_tier", "subscription_seats", "arr_amount", "subscription_is_trial",
        "downgrade_flag", "billing_frequency", "auto_renew_flag",
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["maven_crm", "ravenstack", "telco_ibm"])
def test_the_summary_is_json_and_says_why_each_metric_is_missing(real_data: RealData, folder: str) -> None:
    plain = summary(book_of(real_data(folder)))
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert len({metric["name"] for metric in plain["metrics"]}) == 14
    for metric in plain["metrics"]:
        assert metric["available"] or metric["missing"]
        assert metric["missing"] is None or "later" not in metric["missing"]


@pytest.mark.parametrize("folder", ["maven_crm", "ravenstack", "telco_ibm"])
def test_order_and_names_of_files_do_not_change_the_fingerprint(
    real_data: RealData, folder: str, tmp_path: Path
) -> None:
    original = book_of(real_data(folder))
    files = sorted(real_data(folder).glob("*.csv"), reverse=True)
    copies = []
    for file in files:
        copy = tmp_path / file.name
        copy.write_bytes(file.read_bytes())
        copies.append(copy)
    book = open_book(*copies)
    assert book.fingerprint == original.fingerprint
    assert book.account_ids == original.account_ids
    pd.testing.assert_frame_equal(book.accounts, original.accounts)


@pytest.mark.parametrize("folder", ["maven_crm", "ravenstack", "telco_ibm"])
def test_a_clean_export_gives_no_reading_warning(real_data: RealData, folder: str) -> None:
    for report in book_of(real_data(folder)).reports:
        assert not report.issues
        assert report.records == report.loaded + 1


def test_maven_misspelt_values_can_be_taken_together(real_data: RealData) -> None:
    mapping = BookMapping().with_column("accounts", "sector", groups={"technology": ("technolgy",)})
    mapping = mapping.with_column("accounts", "office_location", groups={"Philippines": ("Philipines",)})

    as_found, mended = open_book(real_data("maven_crm")), open_book(real_data("maven_crm"), mapping=mapping)

    for name, found, meant in (
        ("sector", "technolgy", "technology"),
        ("office_location", "Philipines", "Philippines"),
    ):
        assert found in as_found.fields[name].levels and meant in mended.fields[name].levels
        assert (mended.accounts[name] == meant).sum() == (as_found.accounts[name] == found).sum() > 0


def test_ravenstack_plan_tier_says_nothing_about_churn_and_industry_only_seems_to(
    real_data: RealData,
) -> None:
    book = open_book(real_data("ravenstack"))
    customers = book.observations["customer"]
    churned = customers.values["churned"].to_numpy()
    p_values = {}
    for name in ("plan_tier", "industry"):
        held = book.accounts[name].to_numpy()[customers.account]
        p_values[name] = chi2_contingency(pd.crosstab(held, churned))[1]
    assert p_values["plan_tier"] > 0.99
    assert p_values["industry"] == pytest.approx(0.066, abs=0.001)
