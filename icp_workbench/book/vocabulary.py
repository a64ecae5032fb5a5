"""The words by which headers and labels are recognised."""

from __future__ import annotations

from icp_workbench.conditions.fields import FieldKind


def words(text: str) -> frozenset[str]:
    """The words of `text`, which are set apart by blanks."""
    return frozenset(text.split())


ACCOUNT = words(
    "account accounts company companies customer customers client clients organization organizations "
    "organisation organisations org orgs tenant workspace accountid companyid customerid clientid cust acct"
)
NAMES_ONE = words(
    "id ids name associated primary hs"
)  # beside a word of ACCOUNT: the header names an account
ACCOUNT_ITSELF = words("account company customer client organization organisation cust acct")
ENTITIES: tuple[tuple[str, frozenset[str]], ...] = (
    ("events", words("churn churns churned cancellation cancellations")),
    ("deals", words("deal deals opportunity opportunities pipeline opp opps")),
    ("subscriptions", words("subscription subscriptions contract contracts sub subs")),
    ("tickets", words("ticket tickets case cases conversation conversations issue issues support")),
    ("usage", words("usage activity activities session sessions login logins event events telemetry")),
    ("accounts", ACCOUNT),
)
CHURN = words("churn churned cancelled canceled attrition attrited exited lapsed")
ACTIVE = words("active current live stayed retained customer renewed subscribed existing joined")
LEFT = CHURN | words("inactive left expired terminated ended former lost closed")

WON = words("won win closedwon signed")
NOT_YET_WON = words("back likely probable expected plan")  # win back, likely to win
LOST = words("lost lose closedlost rejected declined dead")
NEITHER = words(
    "canceled cancelled disqualified unqualified duplicate abandoned invalid void test deferred postponed"
)

ENDINGS = words(
    "loss lost close closed churn cancel cancellation cancelled canceled termination win won exit"
)
SAYS_WHY = words("reason reasons cause feedback comment comments notes explanation")
SAYS_HOW_SURE = words("score probability risk prediction predicted likelihood category")

# Headers that some systems (HubSpot's internal names) run together.
RUN_TOGETHER = {
    "associatedcompanyid": "associated company id", "associatedcompanyids": "associated company ids",
    "companyname": "company name", "accountname": "account name", "dealname": "deal name",
    "numberofemployees": "number of employees", "annualrevenue": "annual revenue",
    "lifecyclestage": "lifecycle stage", "closedlostreason": "closed lost reason",
    "opportunityname": "opportunity name", "leadsource": "lead source",
}  # fmt: skip

IDENTIFIER = words("id ids key uuid guid accountid companyid customerid clientid opportunityid dealid")
NUMBERING = words("code number no nr ref")
DATE = words("date day at on since timestamp time month")
PLACE = words("region country territory continent market geo area state iso zone")
PEOPLE = words("agent owner rep representative salesperson manager assignee seller executive")
KINDS: tuple[tuple[FieldKind, frozenset[str]], ...] = (
    (
        "situation",
        words(
            "hiring funding trigger growth recent initiative raised expansion migration trial leader urgency"
        ),
    ),
    ("buyer", words("buyer title persona role department champion seniority contact decision maker")),
    (
        "technographic",
        words(
            "tech technology stack crm erp tool tools platform system software integration integrations "
            "cloud database internet provider device devices streaming"
        ),
    ),
    (
        "behavioural",
        words(
            "usage logins login visits sessions seats users plan contract payment billing paperless adoption "
            "activity engagement referral source channel lead support backup security phone lines charges"
        ),
    ),
    (
        "firmographic",
        words(
            "industry sector vertical country region state city territory employees employee headcount size "
            "revenue turnover founded established year office location segment ownership subsidiary parent "
            "market company pricing timezone business"
        ),
    ),
)
