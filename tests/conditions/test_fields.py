"""Finding an attribute by what a person writes."""

import pytest

from icp_workbench.conditions.fields import Field, Fields, nearest, snake_case
from icp_workbench.errors import WorkbenchError

FIELDS = Fields(
    (
        Field("industry", "Industry", "category"),
        Field("number_of_employees", "Number of Employees", "number"),
        Field("deal_region", "Deal Region", "category", grain="deal"),
        Field("region", "Sales Region", "category"),
        Field("strasse", "Straße", "category"),
    )
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("industry", "industry"),
        ("INDUSTRY", "industry"),
        (" Industry ", "industry"),
        ("Deal Region", "deal_region"),
        ("deal region", "deal_region"),
        ("Sales Region", "region"),
        ("sales_region", "region"),
        ("Region", "region"),
        ("STRASSE", "strasse"),
    ],
)
def test_an_attribute_is_found_by_name_or_header_in_any_case(written: str, name: str) -> None:
    assert FIELDS.find(written).name == name


def test_the_nearest_match_is_named() -> None:
    with pytest.raises(WorkbenchError) as caught:
        FIELDS.find("industy", 7)
    assert caught.value.what_happened == (
        "There is no attribute `industy` at column 7; did you mean `industry`?"
    )
    assert "industry, number_of_employees, deal_region" in caught.value.what_to_do


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    with pytest.raises(WorkbenchError) as caught:
        FIELDS.find("zzz")
    assert "did you mean" not in caught.value.what_happened


def test_a_book_without_attributes_says_so() -> None:
    with pytest.raises(WorkbenchError, match="no attributes"):
        Fields().find("industry")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Deal Region", "deal_region"),
        ("Country/Region", "country_region"),
        ("NumberOfEmployees", "number_of_employees"),
        ("SeniorCitizen", "senior_citizen"),
        ("customerID", "customer_id"),
        ("StreamingTV", "streaming_tv"),
        ("ARR", "arr"),
        ("Sales_Headcount__c", "sales_headcount_c"),
        ("  MRR ($)  ", "mrr"),
        ("Go-live Date", "go_live_date"),
        ("会社 名", "会社_名"),
        ("Größe", "größe"),
        ("", "column"),
        ("!!!", "column"),
    ],
)
def test_headers_become_snake_case(header: str, name: str) -> None:
    assert snake_case(header) == name


def test_snake_case_is_settled_after_one_round() -> None:
    for header in ("Deal Region", "customerID", "会社 名", "2024 Revenue"):
        assert snake_case(snake_case(header)) == snake_case(header)


def test_the_nearest_candidate_ignores_case() -> None:
    assert nearest("fintec", ["SaaS", "FinTech"]) == "FinTech"
    assert nearest("x" * 10_000, ["SaaS"]) is None
    assert nearest("", []) is None


def test_a_plural_of_capitals_stays_one_word() -> None:
    names = {
        "Associated Company IDs": "associated_company_ids",
        "URLs seen": "urls_seen",
        "IDsSeen": "i_ds_seen",
    }
    assert {header: snake_case(header) for header in names} == names
    assert snake_case("HTTPServer") == "http_server"
