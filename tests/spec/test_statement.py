"""The statement reads as a person would write it."""

from __future__ import annotations

import datetime as dt

import pytest

from icp_workbench.conditions.condition import AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.statement import statement_of

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
FIELDS = Fields(
    (
        Field("industry", "Industry", "category", levels=("B2B SaaS", "Fintech", "Public sector")),
        Field("number_of_employees", "Number of Employees", "number"),
        Field("country", "Country", "category", levels=("Germany", "France")),
        Field("tech", "Tech", "set", "technographic", levels=("Snowflake", "dbt")),
        Field("hiring_reps", "Hiring reps", "boolean"),
        Field("new_leader", "New leader", "boolean"),
        Field("pricing", "Pricing", "category", levels=("Seats", "Usage", "Flat")),
        Field("funded", "Funded", "date"),
        Field("revenue", "Revenue", "number", unit="USD"),
        Field("about", "About", "text"),
        Field("source", "Source", "category", grain="deal", levels=("Referral", "Cold call")),
        Field("plan", "Plan", "category", grain="deal", levels=("Team", "Platform")),
        Field("sales_headcount", "Sales headcount", "number"),
        Field("senior_citizen", "SeniorCitizen", "boolean"),
        Field("marketing_opt_in", "Marketing opt-in", "boolean"),
        Field("dependents", "Dependents", "boolean"),
        Field("is_public", "Is public", "boolean"),
        Field("has_open_tickets", "Has open tickets", "boolean"),
        Field("has_churned", "Has churned", "boolean"),
        Field("contract_state", "Contract state", "category", levels=("Active", "Paused")),
        Field("business_model", "Business model", "category", levels=("Subscription", "Licence")),
        Field("lead_industry", "Lead industry", "category", grain="deal", levels=("Banks",)),
        Field("monthly_charges", "Monthly charges", "number"),
        Field("year_founded", "Year Founded", "number"),
        Field("streaming_tv", "StreamingTV", "category", levels=("No", "Yes")),
    )
)


def made(text: str, verdict: str = "icp", **changes: object) -> Criterion:
    """A criterion on a typed condition."""
    when = parse(text, FIELDS)
    plain = {
        "id": "it",
        "verdict": verdict,
        "when": when,
        "signal": "fit",
        "decided_at": NOW,
        "required": verdict == "icp",
    }
    return Criterion(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("industry IN ('B2B SaaS', 'Fintech')", "B2B SaaS and Fintech companies"),
        ("number_of_employees BETWEEN 40 AND 120", "accounts with 40–120 employees"),
        ("number_of_employees < 40", "accounts with under 40 employees"),
        (
            "NOT (number_of_employees BETWEEN 40 AND 120)",
            "accounts with under 40 or over 120 employees",
        ),
        ("sales_headcount >= 2", "accounts whose sales headcount is at least 2"),
        ("country = 'Germany'", "accounts in Germany"),
        ("country NOT IN ('Germany')", "accounts outside Germany"),
        ("contract_state = 'Active'", "accounts whose contract state is Active"),
        ("business_model = 'Licence'", "accounts whose business model is Licence"),
        ("tech CONTAINS ANY ('Snowflake', 'dbt')", "accounts using Snowflake or dbt"),
        ("tech CONTAINS ALL ('Snowflake', 'dbt')", "accounts using Snowflake and dbt"),
        ("hiring_reps = true", "accounts hiring reps"),
        ("hiring_reps = false", "accounts not hiring reps"),
        ("new_leader = true", "accounts with a new leader"),
        ("new_leader = false", "accounts without a new leader"),
        ("senior_citizen = true", "accounts where senior citizen is yes"),
        ("marketing_opt_in = false", "accounts where marketing opt in is no"),
        ("dependents = true", "accounts where dependents is yes"),
        ("is_public = false", "accounts that are not public"),
        ("has_open_tickets = false", "accounts that have no open tickets"),
        ("has_churned = false", "accounts where has churned is no"),
        ("pricing IN ('Seats', 'Usage')", "accounts whose pricing is Seats or Usage"),
        ("funded >= '2025-06-01'", "accounts whose funded is on or after 2025-06-01"),
        ("funded < '2025-06-01'", "accounts whose funded is before 2025-06-01"),
        (
            "funded BETWEEN '2025-01-01' AND '2025-06-30'",
            "accounts whose funded is between 2025-01-01 and 2025-06-30",
        ),
        (
            "NOT (funded BETWEEN '2025-01-01' AND '2025-06-30')",
            "accounts whose funded is before 2025-01-01 or after 2025-06-30",
        ),
        ("year_founded >= 2015", "accounts whose year founded is 2015 or later"),
        ("year_founded > 1990", "accounts whose year founded is after 1990"),
        ("monthly_charges BETWEEN 20 AND 60.5", "accounts whose monthly charges are 20–60.5"),
        ("streaming_tv = 'No'", "accounts whose streaming TV is No"),
        ("about MENTIONS ('reseller')", "accounts whose about mentions reseller"),
        ("pricing IS NULL", "accounts whose pricing is blank"),
        ("source = 'Referral'", "accounts in deals whose source is Referral"),
        (
            "source = 'Referral' AND industry = 'Fintech' AND plan = 'Team'",
            "Fintech companies in deals whose source is Referral and whose plan is Team",
        ),
        ("lead_industry = 'Banks'", "accounts in deals whose lead industry is Banks"),
        (
            "revenue <= 500 OR funded >= '2025-06-01'",
            "accounts where revenue is at most 500 USD; or funded is on or after 2025-06-01",
        ),
        (
            "industry = 'Fintech' AND number_of_employees >= 40 AND country = 'France'",
            "Fintech companies with at least 40 employees and in France",
        ),
    ],
)
def test_one_criterion_is_one_sentence(text: str, said: str) -> None:
    assert statement_of([made(text)], FIELDS) == f"We win best with {said}."


def test_leaving_a_value_out_keeps_its_plain_words() -> None:
    left_out: Condition = AnyOf(
        (FieldTest("country", "not_in", ("France",)), FieldTest("country", "is_unknown"))
    )
    text = statement_of([Criterion("it", "icp", left_out, "fit", NOW, required=True)], FIELDS)
    assert text == "We win best with accounts where country is not France."
    either: Condition = AnyOf(
        (FieldTest("country", "is", "France"), Not(FieldTest("hiring_reps", "is", True)))
    )
    text = statement_of([Criterion("it", "icp", either, "fit", NOW, required=True)], FIELDS)
    assert text == "We win best with accounts where country is France or hiring reps is no."


def test_eight_criteria_are_still_one_breath() -> None:
    text = statement_of(
        [
            made("industry IN ('B2B SaaS', 'Fintech')"),
            made("number_of_employees BETWEEN 40 AND 120"),
            made("country IN ('Germany', 'France')", required=False),
            made("tech CONTAINS ANY ('dbt')", required=False),
            made("new_leader = true", required=False, signal="buying"),
            made("pricing = 'Flat'", "ok_if", reason="They agree to seats."),
            made("industry = 'Public sector'", "anti_icp"),
            made("number_of_employees >= 1000", "anti_icp"),
        ],
        FIELDS,
    )
    assert text == (
        "We win best with B2B SaaS and Fintech companies with 40–120 employees, ideally in Germany or France "
        "and using dbt, most readily with a new leader. We take accounts whose pricing is Flat if they agree "
        "to seats. We do not pursue Public sector companies or accounts with at least 1000 employees."
    )


def test_slots_are_woven_in_and_never_invented() -> None:
    slots = {
        "stage": "have outgrown founder-led sales",
        "pain": "",
        "buyer_context": "a revenue leader owns pipeline efficiency",
        "operating_gap": "results without another hire",
        "reason_to_act": "a funding round forces the question.",
    }
    text = statement_of(
        [made("industry IN ('B2B SaaS', 'Fintech')"), made("industry = 'Public sector'", "anti_icp")],
        FIELDS,
        slots,
    )
    assert text == (
        "We win best with B2B SaaS and Fintech companies that have outgrown founder-led sales, where a "
        "revenue leader owns pipeline efficiency and needs results without another hire, once a funding "
        "round forces the question. We do not pursue Public sector companies."
    )


def test_nothing_decided_says_nothing() -> None:
    assert statement_of([], FIELDS) == ""
    assert (
        statement_of([made("country = 'France'", "anti_icp")], FIELDS)
        == "We do not pursue accounts in France."
    )
    only = statement_of([made("country = 'France'", "ok_if")], FIELDS)
    assert only == "We take accounts in France case by case."


def test_a_clause_after_ideally_has_a_noun_to_hang_on() -> None:
    text = statement_of([made("country = 'France'"), made("pricing = 'Flat'", required=False)], FIELDS)
    assert text == "We win best with accounts in France, ideally those whose pricing is Flat."


def test_several_optional_criteria_stand_side_by_side() -> None:
    text = statement_of(
        [made("country = 'France'", required=False), made("industry = 'Fintech'", required=False)], FIELDS
    )
    assert text == "We win best with accounts in France and with Fintech companies."


def test_what_was_marked_twice_is_said_once() -> None:
    twice = [made("country = 'France'", id="one"), made("country = 'France'", id="two")]
    assert statement_of(twice, FIELDS) == "We win best with accounts in France."
