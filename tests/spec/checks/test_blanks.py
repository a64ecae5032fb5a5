"""ICP016: blanks on what is required."""

from __future__ import annotations

import pandas as pd
import pytest

from icp_workbench.conditions.condition import AnyOf, FieldTest
from icp_workbench.segments.index import SegmentIndex
from tests.spec.checks.subjects import (
    MIDDLE,
    SAAS,
    anti,
    book_of,
    checked,
    every,
    icp,
    index_of,
    not_run,
    spec,
)
from tests.synthetic import make_book

REQUIRED = spec(icp("saas", SAAS, required=True))


def book(blank: int) -> SegmentIndex:
    """100 accounts, so many without an industry."""
    return index_of(
        book_of({"industry": [None] * blank + ["SaaS", "Retail"] * ((100 - blank) // 2)}, every(0.5, 100))
    )


def test_a_fifth_is_not_yet_too_much() -> None:
    assert "ICP016" not in checked(REQUIRED, book(20))
    (found,) = checked(REQUIRED, book(22))["ICP016"]
    assert found.sentence == "`industry`, which is required, is blank for 22% of the accounts (22 of 100)."
    assert found.criteria == ("saas",)


@pytest.mark.parametrize("criterion", [icp("saas", SAAS), anti("saas", SAAS)])
def test_only_what_is_required_decides(criterion: object) -> None:
    assert "ICP016" not in checked(spec(criterion), book(50))  # type: ignore[arg-type]


def test_one_attribute_of_two_criteria_is_said_once() -> None:
    blank_too = AnyOf((SAAS, FieldTest("industry", "is_unknown")))
    twice = spec(icp("a", SAAS, required=True), icp("b", blank_too, required=True))
    assert [one.criteria for one in checked(twice, book(50))["ICP016"]] == [("a", "b")]


def test_an_attribute_of_deals_is_counted_among_deals() -> None:
    deals = pd.DataFrame({"account": range(50), "won": every(0.5, 50)})
    sources = pd.DataFrame({"industry": pd.Categorical([None] * 15 + ["SaaS"] * 35)})
    index = index_of(make_book(pd.DataFrame({"x": [1.0] * 50}), deals=deals, deal_attributes=sources))
    assert "30% of the deals (15 of 50)" in checked(REQUIRED, index)["ICP016"][0].sentence


def test_without_the_book_it_cannot_be_run() -> None:
    assert not_run(REQUIRED, "ICP016")[0].criteria == ("saas",)
    assert not not_run(spec(icp("saas", SAAS)), "ICP016")
    assert not_run(spec(icp("size", MIDDLE, required=True)), "ICP016", book(0))[0].criteria == ("size",)
