"""A segment's rest as a row set and as a condition; a sub-group within a side."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.condition import (
    EVERYONE,
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    simplified,
)
from icp_workbench.evidence.contrasts.sides import opposite, rest_rows, within
from icp_workbench.segments.index import SegmentIndex
from tests.evidence.books import typical_book
from tests.synthetic import make_book

INDEX = SegmentIndex(typical_book(seed=5, accounts=90))
SAAS = FieldTest("industry", "in", ("SaaS",))
INBOUND = FieldTest("source", "in", ("inbound",))

_LEAVES: list[Condition] = [
    SAAS,
    FieldTest("industry", "is_unknown"),
    FieldTest("employees", "is_known"),
    FieldTest("employees", "between", (20.0, 80.0)),
    FieldTest("employees", "at_least", 60.0),
    FieldTest("hiring", "is", True),
    FieldTest("tools", "contains_any", ("dbt",)),
    EVERYONE,
    NOBODY,
]
conditions = st.recursive(
    st.sampled_from(_LEAVES),
    lambda parts: st.one_of(
        st.builds(lambda found: AllOf(tuple(found)), st.lists(parts, max_size=3)),
        st.builds(lambda found: AnyOf(tuple(found)), st.lists(parts, max_size=3)),
        st.builds(Not, parts),
    ),
    max_leaves=6,
)


@given(conditions)
@settings(max_examples=150, deadline=None)
def test_the_opposite_is_true_exactly_where_the_condition_is_not_and_never_unknown(
    condition: Condition,
) -> None:
    truth, other = INDEX.truth(condition), INDEX.truth(opposite(condition))
    assert (other.true == ~truth.true).all()
    assert not other.unknown.any()


@given(conditions)
@settings(max_examples=80, deadline=None)
def test_the_condition_of_the_rest_selects_the_rest(condition: Condition) -> None:
    rows = INDEX.rows(simplified(condition))
    rest = rest_rows(rows, "deal")
    assert (rest.accounts == ~rows.accounts).all() and not rest.unknown.any()
    assert (INDEX.rows(rest.condition).accounts == rest.accounts).all()


def test_the_rest_of_deals_is_the_other_deals_but_for_customers_the_accounts_without_one() -> None:
    rows = INDEX.rows(INBOUND)
    deals = rest_rows(rows, "deal")
    assert deals.grain == "deal" and (deals.own == ~rows.own).all()
    assert (deals.accounts & rows.accounts).any()  # some have deals on either side
    accounts = rest_rows(rows, "customer")
    assert accounts.grain == "account" and (accounts.accounts == ~rows.accounts).all()
    assert (accounts.observations("customer") == rows.rest("customer")).all()


@pytest.mark.parametrize(
    ("side", "inner"), [(SAAS, INBOUND), (INBOUND, SAAS), (INBOUND, INBOUND), (SAAS, SAAS)]
)
def test_within_a_side_a_condition_selects_what_the_conjunction_does(
    side: Condition, inner: Condition
) -> None:
    found = within(INDEX.rows(side), INDEX.rows(inner))
    expected = INDEX.rows(simplified(AllOf((side, inner))))
    assert found.condition == expected.condition and found.grain == expected.grain
    assert (found.own == expected.own).all() and (found.accounts == expected.accounts).all()
    for grain in ("deal", "customer"):
        assert (found.observations(grain) == expected.observations(grain)).all()


def test_an_account_has_a_subgroup_of_deals_only_if_one_deal_is_in_both() -> None:
    # Account 0 has an inbound deal and a large one, but no deal that is both.
    deals = pd.DataFrame({"account": [0, 0, 1], "won": 1.0, "amount": 1.0, "cycle_days": 1.0})
    own = pd.DataFrame(
        {
            "source": pd.Categorical(["in", "out", "in"]),
            "large": pd.array([False, True, True], dtype="boolean"),
        }
    )
    index = SegmentIndex(make_book(pd.DataFrame({"x": np.zeros(2)}), deals=deals, deal_attributes=own))
    side, inner = index.rows(FieldTest("source", "in", ("in",))), index.rows(FieldTest("large", "is", True))
    assert inner.accounts.tolist() == side.accounts.tolist() == [True, True]
    assert within(side, inner).accounts.tolist() == [False, True]
