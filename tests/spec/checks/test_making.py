"""ICP003, ICP005, ICP007, ICP008: what the file alone says of how the profile was made."""

from __future__ import annotations

import pytest

from icp_workbench.conditions.condition import AllOf, FieldTest
from icp_workbench.spec.model import DefinedCase, FieldDescription, Slots, Statement
from tests.spec.checks.subjects import MIDDLE, PUBLIC, SAAS, anti, checked, icp, sentences, spec
from tests.spec.examples import FIELDS

TITLE = FieldDescription(
    type="category", grain="account", kind="buyer", known_before_sale=True, source="c.Title"
)
ROLE = TITLE.model_copy(update={"source": "c.Role"})
WITH_BUYERS = {**FIELDS, "title": TITLE, "role": ROLE}
CFO = FieldTest("title", "in", ("CFO",))


def test_only_titles_and_roles_are_a_persona() -> None:
    people = spec(icp("cfo", AllOf((CFO, FieldTest("role", "is", "buyer")))), fields=WITH_BUYERS)
    (found,) = checked(people)["ICP003"]
    assert found.criteria == ("cfo",) and found.figures["attributes"] == ["title", "role"]
    assert "`title`, `role`" in found.sentence


def test_one_condition_on_the_company_is_enough() -> None:
    both = spec(icp("cfo", CFO), icp("size", MIDDLE), fields=WITH_BUYERS)
    assert "ICP003" not in checked(both)


def test_an_anti_icp_on_the_company_does_not_make_up_for_it() -> None:
    assert "ICP003" in checked(spec(icp("cfo", CFO), anti("public", PUBLIC), fields=WITH_BUYERS))


def test_a_derived_attribute_is_what_it_is_made_from() -> None:
    senior = FieldDescription(
        type="boolean", grain="account", kind="observed", known_before_sale=True, definition=CFO
    )
    level = FieldDescription(
        type="category", grain="account", kind="observed", known_before_sale=True,
        cases=[DefinedCase(value="top", when=FieldTest("senior", "is", True))], otherwise="role",
    )  # fmt: skip
    fields = {**WITH_BUYERS, "senior": senior, "level": level}
    assert "ICP003" in checked(spec(icp("level", FieldTest("level", "is", "top")), fields=fields))
    mixed = {**fields, "level": level.model_copy(update={"otherwise": "industry"})}
    assert "ICP003" not in checked(spec(icp("level", FieldTest("level", "is", "top")), fields=mixed))


def test_nothing_ruled_out() -> None:
    assert sentences(spec(icp("saas", SAAS), icp("size", MIDDLE)), "ICP005") == [
        "Nothing is ruled out: none of 2 criteria is anti-ICP."
    ]
    assert "ICP005" not in checked(spec(icp("saas", SAAS), anti("public", PUBLIC)))


def test_an_ok_if_rules_nothing_out() -> None:
    assert "ICP005" in checked(spec(icp("saas", SAAS), icp("retail", PUBLIC, verdict="ok_if")))


def test_similar_accounts_that_may_not_hurt() -> None:
    (found,) = checked(spec(icp("saas", SAAS), icp("size", MIDDLE, signal="economic")))["ICP007"]
    assert found.figures == {"signals": {"economic": 1, "fit": 1}}


@pytest.mark.parametrize("signal", ["situation", "buying"])
def test_one_signal_of_need_is_enough(signal: str) -> None:
    assert "ICP007" not in checked(spec(icp("saas", SAAS), icp("hiring", MIDDLE, signal=signal)))


def test_a_need_of_those_turned_away_does_not_count() -> None:
    assert "ICP007" in checked(spec(icp("saas", SAAS), anti("public", PUBLIC, signal="situation")))


FULL = {
    "stage": "have outgrown founder-led sales", "pain": "pipeline that does not convert",
    "buyer_context": "a revenue leader owns it", "operating_gap": "results without a hire",
    "reason_to_act": "a round forces it",
}  # fmt: skip


def test_a_whole_statement_is_a_condition() -> None:
    whole = spec(statement=Statement(text="We win.", slots=Slots(**FULL)))
    assert "ICP008" not in checked(whole)


def test_a_criterion_can_speak_for_a_slot() -> None:
    empty = Statement(text="We win.", slots=Slots())
    felt = [icp("moved", SAAS, signal="situation"), icp("asked", MIDDLE, signal="buying")]
    (found,) = checked(spec(*felt, statement=empty))["ICP008"]
    assert found.figures == {"missing": ["pain", "buyer_context", "operating_gap"]}
    (found,) = checked(spec(icp("saas", SAAS), anti("no", MIDDLE, signal="buying"), statement=empty))[
        "ICP008"
    ]
    assert len(found.figures["missing"]) == 5


@pytest.mark.parametrize("slot", FULL)
@pytest.mark.parametrize("text", ["", " ", "?", "…"])
def test_each_missing_slot_is_named(slot: str, text: str) -> None:
    short = spec(statement=Statement(text="We win.", slots=Slots(**{**FULL, slot: text})))
    (found,) = checked(short)["ICP008"]
    assert found.figures == {"missing": [slot]}
    assert found.sentence == f"The statement does not say the {slot.replace('_', ' ')}."
