"""Conditions in plain words."""

import pytest
from hypothesis import given

from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.conditions.wording import field_words, in_words, short_title
from icp_workbench.render.text import display_width
from icp_workbench.segments.filter import Filter
from tests.conditions.books import CONDITIONS
from tests.conditions.books import FIELDS as ALL_TYPES

FIELDS = Fields(
    (
        Field("industry", "Industry", "category", levels=("B2B SaaS", "Fintech", "日本語")),
        Field("region", "Region", "category", levels=("EMEA", "APAC")),
        Field("employees", "Employees", "number", unit="people"),
        Field("annual_revenue", "Annual Revenue", "number", unit="USD"),
        Field("tech_stack", "Tech Stack", "set", levels=("dbt", "Snowflake")),
        Field("new_revenue_leader", "New Revenue Leader", "boolean"),
        Field("last_funding", "Last Funding", "date"),
        Field("description", "Description", "text"),
        Field("crm_in_use", "CRM in Use", "category", levels=("HubSpot",)),
    )
)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (
            "industry IN ('B2B SaaS', 'Fintech') AND employees BETWEEN 40 AND 120 AND NOT (region = 'EMEA')",
            "industry is B2B SaaS or Fintech, employees 40–120 and region is not EMEA",
        ),
        ("industry IN ('B2B SaaS', 'Fintech', '日本語')", "industry is B2B SaaS, Fintech or 日本語"),
        ("region NOT IN ('EMEA')", "region is not EMEA"),
        ("region NOT IN ('EMEA', 'APAC')", "region is neither EMEA nor APAC"),
        (
            "NOT (industry IN ('B2B SaaS', 'Fintech', '日本語'))",
            "industry is none of B2B SaaS, Fintech or 日本語",
        ),
        ("NOT (region NOT IN ('EMEA'))", "region is EMEA"),
        ("employees >= 40", "employees at least 40"),
        ("employees <= 1200", "employees at most 1200"),
        ("employees < 40", "employees under 40"),
        ("employees > 12000", "employees over 12,000"),
        ("employees NOT BETWEEN 40 AND 120", "employees outside 40–120"),
        ("employees BETWEEN -5 AND 5", "employees −5 to 5"),
        ("annual_revenue BETWEEN 7e6 AND 6e7", "annual revenue 7–60M USD"),
        ("annual_revenue >= 1234567", "annual revenue at least 1,234,567 USD"),
        ("new_revenue_leader", "new revenue leader is yes"),
        ("NOT new_revenue_leader", "new revenue leader is no"),
        ("last_funding >= '2025-06-01'", "last funding from 2025-06-01"),
        ("last_funding < '2025-06-01'", "last funding before 2025-06-01"),
        ("last_funding <= '2025-06-01'", "last funding up to 2025-06-01"),
        ("last_funding > '2025-06-01'", "last funding after 2025-06-01"),
        ("last_funding BETWEEN '2025-06-01' AND '2025-12-31'", "last funding 2025-06-01 to 2025-12-31"),
        ("tech_stack CONTAINS ANY ('dbt', 'Snowflake')", "tech stack includes dbt or Snowflake"),
        ("tech_stack CONTAINS ALL ('dbt', 'Snowflake')", "tech stack includes dbt and Snowflake"),
        ("NOT (tech_stack CONTAINS ANY ('dbt'))", "tech stack does not include dbt"),
        (
            "NOT (tech_stack CONTAINS ALL ('dbt', 'Snowflake'))",
            "tech stack does not include all of dbt and Snowflake",
        ),
        ("description MENTIONS ('reseller', 'agency')", "description mentions reseller or agency"),
        ("NOT (description MENTIONS 'reseller')", "description does not mention reseller"),
        ("region IS NULL", "region is blank"),
        ("NOT (region IS NULL)", "region is known"),
        ("crm_in_use = 'HubSpot'", "CRM in use is HubSpot"),
        ("TRUE", "every account"),
        ("FALSE", "no account"),
        (
            "(region = 'EMEA' OR employees = 3) AND new_revenue_leader",
            "(region is EMEA or employees is 3) and new revenue leader is yes",
        ),
        (
            "industry IN ('B2B SaaS', 'Fintech') OR employees >= 40",
            "industry is B2B SaaS or Fintech; or employees at least 40",
        ),
        ("NOT (region = 'EMEA' AND employees = 3)", "not (region is EMEA and employees is 3)"),
    ],
)
def test_words(expression: str, words: str) -> None:
    assert in_words(parse(expression, FIELDS), FIELDS) == words


def test_what_a_hand_chose_reads_as_it_was_meant() -> None:
    left_out = Filter().toggle_excluded("region", "EMEA")
    assert in_words(left_out.condition(FIELDS), FIELDS) == "region is not EMEA"
    with_blanks = Filter().toggle_included("region", "EMEA").toggle_included("region", None)
    assert in_words(with_blanks.condition(FIELDS), FIELDS) == "region is EMEA or blank"
    more = with_blanks.with_range("employees", 40, None)
    assert in_words(more.condition(FIELDS), FIELDS) == "region is EMEA or blank and employees at least 40"


@pytest.mark.parametrize(
    ("width", "title"),
    [
        (60, "B2B SaaS or Fintech · employees 40–120 · not EMEA"),
        (45, "B2B SaaS or Fintech · 40–120 · not EMEA"),
        (34, "B2B SaaS +1 · 40–120 · not EMEA"),
        (20, "B2B SaaS +1 · 40–12…"),
    ],
)
def test_titles_shorten_step_by_step(width: int, title: str) -> None:
    text = "industry IN ('B2B SaaS', 'Fintech') AND employees BETWEEN 40 AND 120 AND region != 'EMEA'"
    assert short_title(parse(text, FIELDS), FIELDS, width) == title


@pytest.mark.parametrize(
    ("expression", "title"),
    [
        ("TRUE", "all accounts"),
        ("new_revenue_leader", "new revenue leader"),
        ("NOT new_revenue_leader", "not new revenue leader"),
        ("region IS NULL", "region blank"),
        ("employees >= 40", "employees ≥ 40"),
        ("employees = 40", "employees 40"),
        ("tech_stack CONTAINS ALL ('dbt', 'Snowflake')", "dbt and Snowflake"),
    ],
)
def test_titles(expression: str, title: str) -> None:
    assert short_title(parse(expression, FIELDS), FIELDS, 60) == title


@given(CONDITIONS)
def test_every_condition_has_words_and_a_title_that_fits(condition: Condition) -> None:
    words = in_words(condition, ALL_TYPES)
    assert words
    assert "None" not in words
    for width in (1, 8, 30):
        assert display_width(short_title(condition, ALL_TYPES, width)) <= width


def test_abbreviations_of_the_header_stay() -> None:
    fields = Fields(
        (Field("arr_growth", "ARR growth", "number"), Field("deal_region", "DEAL REGION", "category"))
    )
    assert field_words("arr_growth", fields) == "ARR growth"
    assert field_words("deal_region", fields) == "deal region"
    assert field_words("not_there", fields) == "not there"
