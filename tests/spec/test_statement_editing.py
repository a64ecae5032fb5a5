"""What an editor would strike out of a statement, on attributes as the public books call them."""

from __future__ import annotations

import pytest

from icp_workbench.conditions.expression import parse
from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.spec.criterion import Criterion, CriterionVerdict, Signal
from icp_workbench.spec.statement import statement_of
from icp_workbench.spec.statement.because import Grounds, with_evidence
from icp_workbench.spec.statement.sentences import one_line
from tests.spec.test_statement import NOW

FIELDS = Fields(
    (
        Field("industry", "industry", "category", levels=("FinTech", "Other")),
        Field("country", "country", "category", levels=("US", "DE")),
        Field("contract", "Contract", "category", levels=("Two year", "Month-to-month")),
        Field("tech_support", "TechSupport", "category", levels=("Yes", "No")),
        Field("paperless_billing", "PaperlessBilling", "boolean"),
        Field("subsidiary_of", "subsidiary_of", "category", levels=("Acme Corporation",)),
        Field("crm_in_use", "CRM in Use", "category", "technographic", levels=("HubSpot", "None")),
        Field("last_funding_date", "Last Funding Date", "date"),
        Field("is_trial", "is_trial", "boolean"),
        Field("seats", "seats", "number"),
        Field("subscription_seats", "seats", "number", grain="subscription"),
        Field("subscription_is_trial", "is_trial", "boolean", grain="subscription"),
        Field("new_leader", "New leader", "boolean"),
    )
)


def made(
    text: str, verdict: CriterionVerdict = "icp", required: bool = True, signal: Signal = "fit"
) -> Criterion:
    """A criterion on a typed condition."""
    must = required and verdict == "icp"
    return Criterion(text, verdict, parse(text, FIELDS), signal, NOW, required=must)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subsidiary_of = 'Acme Corporation'", "accounts that are a subsidiary of Acme Corporation"),
        ("subsidiary_of != 'Acme Corporation'", "accounts that are not a subsidiary of Acme Corporation"),
        ("subsidiary_of IS NULL", "accounts that are not known to be a subsidiary"),
        ("crm_in_use = 'None'", "accounts whose CRM in use is None"),
        ("industry = 'Other'", "accounts whose industry is Other"),
        ("last_funding_date >= '2025-06-01'", "accounts last funded since 2025-06-01"),
        ("is_trial", "accounts that are on a trial"),
        ("NOT is_trial", "accounts that are not on a trial"),
        ("paperless_billing = FALSE", "accounts without paperless billing"),
        ("subscription_is_trial", "accounts with subscriptions that are on a trial"),
        ("subscription_seats >= 20", "accounts with subscriptions whose seats are at least 20"),
        (
            "subscription_seats >= 20 OR seats >= 5",
            "accounts with subscriptions where subscription seats are at least 20 or seats are at least 5",
        ),
        (
            "contract = 'Two year' OR tech_support = 'Yes'",
            "accounts where either contract is Two year or tech support is Yes",
        ),
    ],
)
def test_an_attribute_is_said_as_its_name_is_meant(text: str, said: str) -> None:
    assert statement_of([made(text)], FIELDS) == f"We win best with {said}."


def test_a_stage_after_a_clause_is_joined_to_it() -> None:
    slots = {"stage": "signed for longer than a year"}
    said = "We win best with accounts whose contract is Two year and that signed for longer than a year."
    assert statement_of([made("contract = 'Two year'")], FIELDS, slots) == said
    assert one_line([made("contract = 'Two year'")], FIELDS, slots) == said
    assert statement_of([made("contract = 'Two year'"), made("tech_support = 'Yes'")], FIELDS, slots) == (
        "We win best with accounts whose contract is Two year and whose tech support is Yes, and that "
        "signed for longer than a year."
    )


def test_a_stage_holds_for_all_that_stand_side_by_side() -> None:
    criteria = [made("country = 'DE'", required=False), made("industry = 'FinTech'", required=False)]
    assert statement_of(criteria, FIELDS, {"stage": "have begun to export"}) == (
        "We win best with accounts in DE and with FinTech companies: those that have begun to export."
    )


@pytest.mark.parametrize(
    ("slot", "given", "said"),
    [
        ("stage", "growing past the founders' network", " that are growing past the founders' network"),
        ("stage", "has outgrown spreadsheets", " that have outgrown spreadsheets"),
        ("stage", "mid-market", " that are mid-market"),
        ("stage", "bring their own data", " that bring their own data"),
        ("pain", "They cannot see which deals are real", " that cannot see which deals are real"),
        ("buyer_context", "A CRO is held to one number", ", where a CRO is held to one number"),
        ("buyer_context", "I own the number", ", where I own the number"),
    ],
)
def test_a_slot_as_people_type_it_fits_the_sentence(slot: str, given: str, said: str) -> None:
    assert (
        statement_of([made("country = 'DE'")], FIELDS, {slot: given})
        == f"We win best with accounts in DE{said}."
    )


def test_a_clause_after_ideally_and_most_readily_hangs_on_a_noun() -> None:
    criteria = [
        made("industry = 'FinTech'"),
        made("country = 'DE'", required=False),
        made("contract = 'Two year'", required=False),
        made("tech_support = 'Yes'", required=False, signal="buying"),
        made("new_leader", required=False, signal="buying"),
    ]
    assert statement_of(criteria, FIELDS) == (
        "We win best with FinTech companies, ideally those in DE and whose contract is Two year, most "
        "readily those whose tech support is Yes or those with a new leader."
    )
    apart = made("NOT (contract = 'Two year' AND tech_support = 'No')", required=False)
    assert statement_of([criteria[0], apart], FIELDS).endswith(
        "ideally all except those whose contract is Two year and whose tech support is No."
    )


def test_the_evidence_version_does_not_begin_alike_twice() -> None:
    criteria = [
        made("industry = 'FinTech'"),
        made("seats >= 5"),
        made("country = 'DE'"),
        made("contract = 'Two year'", required=False),
        made("tech_support = 'Yes'", required=False),
        made("industry = 'Other'", "anti_icp"),
        made("country = 'US'", "anti_icp"),
    ]
    grounds = {one.id: Grounds("assumption", {}) for one in criteria}
    text = with_evidence(criteria, FIELDS, grounds).replace(
        ", which is assumed: the data does not show it", ""
    )
    assert text == (
        "We win best with FinTech companies. We pursue only those with at least 5 seats. And of these only "
        "those in DE. The best of them are those whose contract is Two year. So are those whose tech support "
        "is Yes. We do not pursue accounts whose industry is Other. Nor do we pursue accounts in the US."
    )
