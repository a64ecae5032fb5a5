"""The truth planted in the sample, found by the checks: the trap, the confounded, the leak, nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

from icp_workbench.book.derived.definitions import open_fields
from icp_workbench.conditions.expression import parse
from icp_workbench.spec.build import build_profile
from icp_workbench.spec.checks.running import checks_of
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile
from tests.sample.test_recovered import book, index
from tests.spec.checks.subjects import TODAY, checked, not_run
from tests.spec.examples import MOMENT

GROWING = "industry IN ('B2B SaaS', 'Fintech') AND number_of_employees BETWEEN 40 AND 120"
FULL = {
    "stage": "have outgrown founder-led sales", "pain": "pipeline that does not convert",
    "buyer_context": "a revenue leader owns it", "operating_gap": "results without a hire",
    "reason_to_act": "a round forces it",
}  # fmt: skip


def marked(name: str, verdict: Any, text: str, signal: Any = "fit", **changes: Any) -> Criterion:
    when = parse(text, open_fields(book().fields))
    return Criterion(name, verdict, when, signal, MOMENT, **changes)


@cache
def built(*criteria: Criterion) -> IdealCustomerProfile:
    return build_profile(
        book=book(), index=index(), criteria=criteria, looks={}, name="sample", version="1.0.0", parent=None,
        created=MOMENT, slots=FULL, draft=True,
    )  # fmt: skip


PUBLIC = ("public", "anti_icp", "industry = 'Public Sector'", "disqualification")


def test_a_sound_profile_of_what_really_wins_is_quiet() -> None:
    hiring = "industry IN ('B2B SaaS', 'Fintech') AND number_of_employees BETWEEN 40 AND 120"
    ideal = marked("growing", "icp", hiring, "situation", required=True)
    profile = built(ideal, marked(*PUBLIC, disqualify=True))
    found = checks_of(profile, index(), TODAY)
    assert [one.sentence for one in found.findings] == [] and not found.not_run


def test_enterprise_is_a_wish_for_revenue_alone() -> None:
    trap = built(marked("enterprise", "icp", "number_of_employees >= 1000"))
    for ground in (index(), None):
        (found,) = checked(trap, ground)["ICP002"]
        assert found.criteria == ("enterprise",)
        assert "Bigger deals (84.2k against 24.1k)" in found.sentence
        assert "retention 64.8% against 85.7%" in found.sentence and "onboarding" in found.sentence
        assert found.figures["gross_margin"]["verdict"] == "worse"
        assert "ICP001" in checked(trap, ground)
    growing = built(marked("growing", "icp", GROWING))
    assert "ICP002" not in checked(growing, index()) and "ICP001" not in checked(growing, index())


def test_hubspot_is_explained_by_the_segment_that_uses_it() -> None:
    both = built(marked("growing", "icp", GROWING), marked("hubspot", "icp", "crm_in_use = 'HubSpot'"))
    (found,) = checked(both, index())["ICP011"]
    assert found.criteria == ("hubspot",) and found.figures["by"] == "`growing`"
    assert found.figures["p_value_held_fixed"] > 0.3
    parts = built(
        marked("software", "icp", "industry IN ('B2B SaaS', 'Fintech')"),
        marked("size", "icp", "number_of_employees BETWEEN 40 AND 120"),
        marked("hubspot", "icp", "crm_in_use = 'HubSpot'"),
    )
    assert [one.criteria for one in checked(parts, index())["ICP011"]] == [("hubspot",)]


def test_what_is_filled_in_after_the_win_is_a_leak() -> None:
    tier = built(marked("tier", "icp", "onboarding_tier IS NOT NULL"))
    for ground in (index(), None):
        (found,) = checked(tier, ground)["ICP013"]
        assert found.criteria == ("tier",) and "onboarding_tier" in found.figures["attributes"]
    assert "filled for 98% of accounts that bought" in checked(tier, index())["ICP013"][0].sentence
    assert "ICP013" not in checked(built(marked("hubspot", "icp", "crm_in_use = 'HubSpot'")), index())


def test_the_whole_market_is_too_broad_and_a_title_is_a_persona() -> None:
    broad = built(marked("any", "icp", "number_of_employees < 1000", required=True))
    assert "ICP004" in checked(broad, index())
    title = next(iter(book().fields["buyer_title"].levels))
    persona = built(
        marked("title", "icp", f"buyer_title = '{title}'"), marked("growing", "anti_icp", GROWING)
    )
    assert "ICP003" in checked(persona, index())


def test_the_sample_knows_its_economics_and_no_field_is_blank_enough() -> None:
    profile = built(marked("growing", "icp", GROWING, required=True))
    assert not {"ICP014", "ICP016", "ICP006"} & checked(profile, index()).keys()
    assert not not_run(profile, "ICP016", index())
