"""Figures that were once said wrongly: each by hand, and books of several shapes against pandas."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from icp_workbench.book.book import AccountBook
from icp_workbench.book.mapping import BookMapping
from icp_workbench.book.opening import open_book
from icp_workbench.book.outcomes.observing import as_of_date
from icp_workbench.evidence.comparison import compare
from icp_workbench.segments.index import SegmentIndex

ACCOUNTS = pd.DataFrame({"Account ID": [f"A{n:03}" for n in range(40)], "Industry": ["x", "y"] * 20})
_DAY = pd.Timestamp("2023-01-01")


def deals(**columns: object) -> pd.DataFrame:
    """40 deals, one of each account; every other one won."""
    held = {
        "Deal ID": [f"D-{n:04}" for n in range(40)], "Account ID": ACCOUNTS["Account ID"],
        "Stage": ["Closed Won", "Closed Lost"] * 20, "Created Date": _DAY + pd.to_timedelta(range(40), "D"),
        "Close Date": _DAY + pd.to_timedelta(np.arange(40) * 2 + 9, "D"),
        "Amount": np.arange(40) * 100 + 1000, "Source": ["a", "b", "b", "a"] * 10,
    }  # fmt: skip
    return pd.DataFrame({**held, **columns})


def opened(folder: Path, mapping: BookMapping | None = None, **files: pd.DataFrame) -> AccountBook:
    folder.mkdir(exist_ok=True)
    for name, frame in files.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return open_book(folder, mapping=mapping, book_file=False)


def figure(book: AccountBook, metric: str) -> tuple[float | None, int]:
    cell = compare(SegmentIndex(book), {}, [metric]).cell("all", metric)
    return cell.estimate, cell.n


@pytest.mark.parametrize("dropped", [[], ["Deal ID"]])
def test_one_deal_of_an_account_in_each_file_replaces_none_of_an_earlier_file(
    tmp_path: Path, dropped: list[str]
) -> None:
    order = ["Account ID", "Deal ID", *deals().columns[2:]]
    first = deals()[order].drop(columns=dropped)
    second = deals(**{"Deal ID": [f"E-{n:04}" for n in range(40)], "Stage": "Closed Lost"})[order]
    second = second.drop(columns=dropped)
    book = opened(tmp_path, accounts=ACCOUNTS, deals_2023=first, deals_2024=second)
    assert figure(book, "win_rate") == (20 / 80, 80)
    assert not any("differed" in warning for warning in book.warnings)


def test_a_deal_that_stands_twice_to_the_letter_counts_once(tmp_path: Path) -> None:
    book = opened(tmp_path, accounts=ACCOUNTS, deals=pd.concat([deals(), deals()[::2]]))
    assert figure(book, "win_rate") == (0.5, 40)
    assert any("20 rows of deals left out: exact repeats" in warning for warning in book.warnings)


def test_rows_alike_without_an_id_of_their_own_all_count(tmp_path: Path) -> None:
    held = deals().drop(columns="Deal ID")
    book = opened(tmp_path, accounts=ACCOUNTS, deals=pd.concat([held, held[::2]]))
    assert figure(book, "win_rate") == (40 / 60, 60)


def test_the_cost_of_won_deals_alone_is_not_what_a_win_costs(tmp_path: Path) -> None:
    cost = [1000, None] * 20
    book = opened(tmp_path, accounts=ACCOUNTS, deals=deals(**{"Acquisition Cost": cost}))
    assert "lost too" in book.unavailable["cost_to_win"]


@pytest.mark.parametrize("with_amount", [True, False])
def test_costs_in_several_currencies_are_not_added_up(tmp_path: Path, with_amount: bool) -> None:
    held = deals(**{"Acquisition Cost": 1000, "Currency": ["USD", "JPY"] * 20})
    held = held if with_amount else held.drop(columns="Amount")
    book = opened(tmp_path, accounts=ACCOUNTS, deals=held)
    assert "several currencies" in book.unavailable["cost_to_win"]
    rated = opened(tmp_path, BookMapping(currency="USD", rates={"JPY": 0.01}))
    assert figure(rated, "cost_to_win") == (pytest.approx((20 * 1000 + 20 * 10) / 20), 40)


@pytest.mark.parametrize("unit", [1, 1000])
@pytest.mark.parametrize("header", ["Gross Margin %", "Gross Margin"])
def test_percents_of_margin_without_a_sign_are_no_amounts(tmp_path: Path, header: str, unit: int) -> None:
    held = deals(Amount=(np.arange(40) * 100 + 1000) / unit, margin=50 + np.arange(40) % 30)
    book = opened(tmp_path, accounts=ACCOUNTS, deals=held.rename(columns={"margin": header}))
    won = held[::2]
    expected = (won["margin"] / 100 * won["Amount"]).sum() / won["Amount"].sum()
    assert figure(book, "gross_margin") == (pytest.approx(expected), 20)


def test_refunds_and_what_was_given_away_stay_in_the_margin(tmp_path: Path) -> None:
    amount = np.where(np.arange(40) % 8 == 0, -500, np.where(np.arange(40) % 6 == 0, 0, 3000))
    profit = amount * 0.5 - 100
    book = opened(tmp_path, accounts=ACCOUNTS, deals=deals(Amount=amount, **{"Gross Profit": profit}))
    assert figure(book, "gross_margin") == (pytest.approx(profit[::2].sum() / amount[::2].sum()), 20)


def subscriptions(ends: dict[int, str], **columns: object) -> pd.DataFrame:
    """40 subscriptions, one begun on every tenth day from 1 January 2023."""
    end = pd.Series([None] * 40, dtype=object)
    for row, day in ends.items():
        end[row] = day
    held = {
        "Subscription ID": [f"S-{n:04}" for n in range(40)], "Account ID": ACCOUNTS["Account ID"],
        "Start Date": _DAY + pd.to_timedelta(np.arange(40) * 10, "D"), "End Date": end, "MRR": 100,
    }  # fmt: skip
    return pd.DataFrame({**held, **columns})


def test_a_cancellation_planned_for_next_year_does_not_move_the_last_day(tmp_path: Path) -> None:
    book = opened(
        tmp_path, accounts=ACCOUNTS, subscriptions=subscriptions({3: "2024-02-05", 5: "2025-12-31"})
    )
    assert book.as_of == dt.date(2024, 2, 5)
    assert figure(book, "churn_rate") == (1 / 40, 40)
    assert any("1 date in subscriptions.End Date after 2024-02-05" in note for note in book.notes)


def test_ends_of_customers_that_a_flag_says_stayed_are_plans(tmp_path: Path) -> None:
    held = subscriptions({3: "2024-02-05", 5: "2024-03-01"}, Churned=["no"] * 3 + ["yes"] + ["no"] * 36)
    book = opened(tmp_path, accounts=ACCOUNTS, subscriptions=held)
    assert book.as_of == dt.date(2024, 2, 5)


def test_ends_that_go_on_after_the_last_start_have_come(tmp_path: Path) -> None:
    ends = {row: str((_DAY + pd.Timedelta(days=400 + 15 * row)).date()) for row in range(40)}
    ends.pop(39), ends.pop(38), ends.pop(37)
    book = opened(tmp_path, accounts=ACCOUNTS, subscriptions=subscriptions(ends))
    assert str(book.as_of) == ends[36]
    assert figure(book, "churn_rate") == (37 / 40, 40)


def test_a_last_day_without_any_date_is_none() -> None:
    assert np.isnat(as_of_date({}, {}, None))


@pytest.mark.parametrize("flag", [{}, {"Churned": ["yes" if n in (1, 2) else "no" for n in range(40)]}])
def test_nothing_after_the_chosen_day_has_happened(tmp_path: Path, flag: dict[str, object]) -> None:
    held = subscriptions({1: "2023-06-01", 2: "2024-01-05"}, **flag)
    tickets = pd.DataFrame(
        {
            "Ticket ID": [f"T-{n:03}" for n in range(60)],
            "Account ID": ACCOUNTS["Account ID"][:20].repeat(3),
            "Created": ["2023-05-01", "2023-08-01", "2024-01-10"] * 20,
        }
    )  # fmt: skip
    book = opened(
        tmp_path, BookMapping(as_of=dt.date(2023, 7, 20)),
        accounts=ACCOUNTS, subscriptions=held, tickets=tickets,
    )  # fmt: skip
    assert figure(book, "churn_rate") == (1 / 21, 21)  # begun by 20 July; the second end is ahead
    days = sum(200 - 10 * n for n in range(21)) - (200 - 10) + (151 - 10)
    assert figure(book, "tickets_per_month") == (pytest.approx(20 / (days / 30.4375)), 20)


def test_amounts_of_two_tables_are_never_set_against_each_other(tmp_path: Path) -> None:
    accounts = ACCOUNTS.assign(**{"Starting MRR": 100, "MRR": np.arange(40) * 10})
    book = opened(tmp_path, accounts=accounts, subscriptions=subscriptions({3: "2024-02-05"}, MRR=9999))
    assert figure(book, "revenue_kept_since_start") == (pytest.approx(np.arange(40).mean() * 10 / 100), 40)


def test_what_a_customer_pays_now_is_unknown_where_one_of_its_amounts_is(tmp_path: Path) -> None:
    held = subscriptions({}, **{"Start Date": "2022-01-01"})
    later = held[:2].assign(
        **{"Subscription ID": ["S-1000", "S-1001"], "Start Date": "2023-06-01", "MRR": [None, 50]}
    )
    book = opened(
        tmp_path, BookMapping(as_of=dt.date(2023, 7, 1)),
        accounts=ACCOUNTS, subscriptions=pd.concat([held, later]),
    )  # fmt: skip
    assert figure(book, "net_revenue_retention") == (pytest.approx((38 * 100 + 150) / 3900), 39)


def test_a_status_that_says_nothing_is_no_churn(tmp_path: Path) -> None:
    status = ["active"] * 20 + ["canceled"] * 10 + [None] * 10
    held = subscriptions({row: "2024-03-01" for row in range(20, 30)}, Status=status)
    book = opened(tmp_path, accounts=ACCOUNTS, subscriptions=held)
    assert figure(book, "churn_rate") == (pytest.approx(10 / 30), 30)


def test_customers_that_a_flag_says_left_have_left_however_long_nobody_did(tmp_path: Path) -> None:
    held = subscriptions({3: "2024-02-05", 5: "2025-12-31"}, Churned=[n in (3, 5) for n in range(40)])
    book = opened(tmp_path, accounts=ACCOUNTS, subscriptions=held)
    assert figure(book, "churn_rate") == (2 / 40, 40)


def test_what_became_of_customers_is_kept_out_where_it_stands_with_the_accounts(tmp_path: Path) -> None:
    left = np.arange(400) % 4 == 0
    accounts = pd.DataFrame(
        {
            "Account ID": [f"A{n:03}" for n in range(400)], "Industry": ["x", "y"] * 200,
            "Downgraded": np.where(np.arange(400) % 8 == 0, "yes", "no"),
            "Current Plan": np.where(left & (np.arange(400) < 300), "Cancelled", ["Pro", "Basic"] * 200),
        }
    )  # fmt: skip
    end = np.where(left, "2024-06-01", None)
    held = pd.DataFrame({"Subscription ID": [f"S-{n:03}" for n in range(400)], "Start Date": "2023-01-01"})
    held = held.assign(**{"Account ID": accounts["Account ID"], "End Date": end})
    book = opened(tmp_path, accounts=accounts, subscriptions=held)
    reasons = {leak.field: leak.reason for leak in book.leaks}
    assert set(reasons) == {"downgraded", "current_plan"}
    assert "all 75 with `Cancelled`" in reasons["current_plan"]
