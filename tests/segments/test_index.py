"""Which accounts and which of their deals a condition selects."""

import threading

import numpy as np
import pandas as pd
import pytest

from icp_workbench.book.derived.encoding import encoded
from icp_workbench.conditions.condition import EVERYONE, NOBODY, AllOf, AnyOf, FieldTest, Not
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.errors import WorkbenchError
from icp_workbench.segments.index import SegmentIndex
from tests.synthetic import make_book

SAAS = FieldTest("industry", "is", "SaaS")
PRO = FieldTest("product", "is", "Pro")


def small_index() -> SegmentIndex:
    """Accounts: SaaS, Fintech, blank, SaaS (no deals). Deals: 0 Pro, 0 Basic, 1 Pro, 2 blank, 2 Basic."""
    accounts = pd.DataFrame(
        {
            "industry": pd.Categorical(["SaaS", "Fintech", None, "SaaS"]),
            "employees": [10.0, 50.0, 60.0, np.nan],
        }
    )
    deals = pd.DataFrame({"account": [0, 0, 1, 2, 2], "won": [1.0, 0.0, 1.0, 0.0, np.nan]})
    products = pd.DataFrame({"product": pd.Categorical(["Pro", "Basic", "Pro", None, "Basic"])})
    customers = pd.DataFrame({"account": [1, 0], "churned": [1.0, 0.0], "tenure": [3.0, 9.0]})
    return SegmentIndex(make_book(accounts, deals=deals, deal_attributes=products, customers=customers))


def test_an_account_condition_takes_accounts_with_all_they_brought() -> None:
    rows = small_index().rows(SAAS)
    assert rows.grain == "account"
    assert rows.accounts.tolist() == [True, False, False, True]
    assert rows.unknown.tolist() == [False, False, True, False]
    assert rows.observations("account").tolist() == rows.accounts.tolist()
    assert rows.observations("deal").tolist() == [True, True, False, False, False]
    assert rows.observations("customer").tolist() == [False, True]


def test_the_rest_is_everything_else_the_unknown_included() -> None:
    rows = small_index().rows(SAAS)
    assert rows.rest("account").tolist() == [False, True, True, False]
    assert rows.rest("deal").tolist() == [False, False, True, True, True]
    assert rows.rest("customer").tolist() == [True, False]


def test_a_deal_condition_takes_deals_and_the_other_deals_are_its_rest() -> None:
    rows = small_index().rows(PRO)
    assert rows.grain == "deal"
    assert rows.observations("deal").tolist() == [True, False, True, False, False]
    assert rows.rest("deal").tolist() == [False, True, False, True, True]


def test_at_other_grains_the_rest_of_a_deal_condition_is_accounts_without_one_such_deal() -> None:
    rows = small_index().rows(PRO)
    assert rows.accounts.tolist() == [True, True, False, False]
    assert rows.rest("account").tolist() == [False, False, True, True]
    assert rows.observations("customer").tolist() == [True, True]
    # Account 2 has one deal with a blank product and none that is Pro: it may have one.
    assert rows.unknown.tolist() == [False, False, True, False]


def test_an_account_with_one_such_deal_is_not_unknown_because_of_another() -> None:
    rows = small_index().rows(FieldTest("product", "is", "Basic"))
    assert rows.accounts.tolist() == [True, False, True, False]
    assert not rows.unknown.any()


def test_a_mixed_condition_is_evaluated_per_deal() -> None:
    index = small_index()
    rows = index.rows(AllOf((PRO, FieldTest("employees", "at_least", 40))))
    assert rows.observations("deal").tolist() == [False, False, True, False, False]
    assert rows.accounts.tolist() == [False, True, False, False]
    either = index.rows(AnyOf((PRO, SAAS)))
    # Deal by deal: an account without deals (the fourth) has none that could match.
    assert either.observations("deal").tolist() == [True, True, True, False, False]
    assert either.accounts.tolist() == [True, True, False, False]


def test_a_negated_deal_condition_is_about_deals_too() -> None:
    rows = small_index().rows(Not(PRO))
    assert rows.observations("deal").tolist() == [False, True, False, False, True]
    assert rows.accounts.tolist() == [True, False, True, False]


def test_everyone_and_nobody() -> None:
    index = small_index()
    assert index.rows(EVERYONE).accounts.all()
    assert not index.rows(EVERYONE).rest("deal").any()
    assert not index.rows(NOBODY).accounts.any()
    assert index.rows(NOBODY).rest("customer").all()


def test_two_finer_grains_are_refused() -> None:
    index = small_index()
    fields = (*index.book.fields.values(), Field("priority", "Priority", "category", grain="ticket"))
    book = make_book(index.book.accounts)
    index.book = type(book)(**{**vars(index.book), "fields": Fields(fields)})
    with pytest.raises(WorkbenchError, match="Two grains"):
        index.rows(AllOf((PRO, FieldTest("priority", "is_known"))))


def test_an_unknown_attribute_is_one_error() -> None:
    with pytest.raises(WorkbenchError, match="did you mean `industry`"):
        small_index().rows(FieldTest("industy", "is", "SaaS"))


def test_a_grain_the_book_does_not_have_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        small_index().rows(SAAS).observations("ticket")


def test_answers_are_remembered_and_cannot_be_changed() -> None:
    index = small_index()
    rows = index.rows(SAAS)
    assert index.rows(FieldTest("industry", "is", "SaaS")) is rows
    for shared in (rows.accounts, rows.unknown, rows.observations("deal")):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = False


def test_only_the_newest_answers_are_remembered() -> None:
    index = small_index()
    first = index.rows(FieldTest("employees", "is", -1))
    for value in range(2000):
        index.rows(FieldTest("employees", "is", value))
    assert index.rows(FieldTest("employees", "is", -1)) is not first


def test_many_threads_get_the_same_answers() -> None:
    index = small_index()
    wrong: list[object] = []

    def ask() -> None:
        for value in range(200):
            rows = index.rows(AllOf((PRO, FieldTest("employees", "at_least", value % 70))))
            expected = [value % 70 <= 10, False, value % 70 <= 50, False, False]
            if rows.observations("deal").tolist() != expected:
                wrong.append((value, rows))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_columns_reach_every_grain() -> None:
    index = small_index()
    assert set(index.columns("account")) == {"industry", "employees"}
    assert set(index.columns("deal")) == {"industry", "employees", "product"}
    employees = index.columns("deal")["employees"].values
    assert employees[:3].tolist() == [10.0, 10.0, 50.0]
    assert index.size("deal") == 5
    assert index.size("account") == index.n_accounts == 4


def test_typed_columns_are_encoded_with_their_blanks() -> None:
    yes_no = encoded(pd.Series(pd.array([True, None, False], dtype="boolean")), Field("a", "A", "boolean"))
    assert yes_no.values.tolist() == [1, -1, 0]
    coded = encoded(pd.Series(pd.Categorical(["b", None, "a"])), Field("a", "A", "category"))
    assert (coded.values.tolist(), coded.levels) == ([1, -1, 0], ("a", "b"))
    days = encoded(pd.Series(pd.to_datetime(["2025-01-01", None])), Field("a", "A", "date"))
    assert days.blank().tolist() == [False, True]
    numbers = encoded(pd.Series(pd.array([1, None], dtype="Int64")), Field("a", "A", "number"))
    assert numbers.blank().tolist() == [False, True]
