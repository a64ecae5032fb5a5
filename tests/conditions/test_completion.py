"""What may come next in a typed expression."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.completion import offers
from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.errors import WorkbenchError

FIELDS = Fields(
    (
        Field("industry", "Industry", "category", levels=("B2B SaaS", "Retail", "O'Hara's")),
        Field("employees", "Employees", "number", low=1, high=900),
        Field("hiring", "Hiring", "boolean"),
        Field("deal stage", "Deal stage", "set", levels=("dbt", "Snowflake")),
        Field("churn_reason", "Churn reason", "category", kept_out="known only afterwards"),
    )
)


def offered(typed: str) -> list[str]:
    return [offer.text for offer in offers(typed, len(typed), FIELDS)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "industry "),
        ("EMP", "employees "),
        ("loyees", "employees "),
        ('"deal s', '"deal stage" '),
        ("industry ", "IN ("),
        ("employees ", ">= "),
        ('"deal stage" ', "CONTAINS ANY ("),
        ("industry IN (", "'B2B SaaS'"),
        ("industry IN ('re", "'Retail'"),
        ("industry IN ('Retail', ", "'B2B SaaS'"),
        ("industry IN ('Retail'", ", "),
        ("industry IN ('Retail') ", "AND "),
        ("industry = 'O''H", "'O''Hara''s'"),
        ("hiring = ", "TRUE"),
        ("industry IS ", "NULL"),
        ("industry = 'Retail' AND ", "industry "),
        ("NOT ", "industry "),
        ("(", "industry "),
        ("employees BETWEEN 40 AND 120 ", "AND "),
    ],
)  # fmt: skip
def test_the_likeliest_comes_first(typed: str, first: str) -> None:
    found = offered(typed)
    assert first in found[:3], found
    if not typed.startswith("industry = 'O"):
        assert found[0] == first


def test_what_is_kept_out_and_what_cannot_follow_is_not_offered() -> None:
    assert not any("churn" in text for text in offered(""))
    assert offered("employees BETWEEN 40 AND ") == []
    assert offered("industry ¤ ") == []


def test_a_condition_is_written_by_taking_offers_alone() -> None:
    typed, at = "", 0
    for wanted in ("industry ", "IN (", "'O''Hara''s'", ", ", "'Retail'", ")", "AND ", '"deal stage" ',
                   "CONTAINS ANY (", "'dbt'", ")"):  # fmt: skip
        if wanted == "AND ":
            typed, at = typed + " ", at + 1
        offer = next(offer for offer in offers(typed, at, FIELDS) if offer.text == wanted)
        typed, at = offer.put_into(typed, at)
    condition = parse(typed, FIELDS)
    assert condition == parse(
        "industry IN ('O''Hara''s', 'Retail') AND \"deal stage\" CONTAINS ANY ('dbt')", FIELDS
    )


PIECES = (
    *("industry ", "employees ", '"deal stage" ', "IN (", "= ", "'Retail'", "'", '"', "AND ", "OR ", "NOT "),
    *("(", ")", "BETWEEN ", "40 ", ", ", "IS ", "NULL ", "x", "¤", "CONTAINS ANY (", "\x1b", "TRUE "),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.data())
def test_whatever_is_typed_is_offered_something_or_nothing_and_taking_it_ends_where_it_stands(
    typed: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(typed)))
    for offer in offers(typed, at, FIELDS):
        after, place = offer.put_into(typed, at)
        assert 0 <= offer.start <= at
        assert after[offer.start : place] == offer.text and after.endswith(typed[at:])
    with contextlib.suppress(WorkbenchError):  # whatever it is, reading it ends in nothing worse
        parse(typed, FIELDS)
