"""How far a statement edited by hand has drifted from the criteria."""

from __future__ import annotations

import pytest

from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.statement import statement_of
from icp_workbench.spec.statement.drift import drift_of
from tests.spec.test_statement import EIGHT, FIELDS, NOW, made


def test_what_the_criteria_wrote_has_not_drifted() -> None:
    assert not drift_of(statement_of(EIGHT, FIELDS), EIGHT, FIELDS, EIGHT)


@pytest.mark.parametrize(
    "text",
    [
        "We sell to fintechs.",
        "FINTECH only, please.",
        "Those in Fintech’s second wave.",
        "B2B: Ｆｉｎｔｅｃｈ",  # full width
    ],
)
def test_a_value_is_named_however_it_is_spelt(text: str) -> None:
    assert drift_of(text, [made("industry = 'Fintech'")], FIELDS).unnamed == {}


def test_criteria_the_text_no_longer_names_are_told() -> None:
    criteria = [
        made("industry IN ('B2B SaaS', 'Fintech')", id="what"),
        made("number_of_employees BETWEEN 40 AND 150", id="size"),
        made("hiring_reps", id="hiring"),
        made("funded >= '2025-06-01'", id="funded"),
        made("revenue >= 7e6", id="revenue"),
    ]
    text = "Fintech companies of 40 to 120 people that hire reps, with 7M of revenue."
    drift = drift_of(text, criteria, FIELDS)
    assert drift.unnamed == {"what": "B2B SaaS", "size": "40–150 people", "funded": "2025-06-01 funded"}
    assert drift.sentences[0] == "The text does not name B2B SaaS (what: industry is B2B SaaS or Fintech)."


def test_what_is_gone_is_told() -> None:
    before = [made("industry = 'Fintech'"), made("number_of_employees BETWEEN 40 AND 120")]
    now = [made("industry = 'B2B SaaS'"), made("number_of_employees BETWEEN 40 AND 150")]
    text = "B2B SaaS and fintech companies of 40–120 people, up to 150, in Germany; no retail."
    drift = drift_of(text, now, FIELDS, before)
    assert drift.unnamed == {} and drift.gone == ("Fintech", "Germany")
    assert drift.sentences == (
        "The text still says Fintech; no criterion does.",
        "The text says Germany; no criterion does.",
        "The text still says 120; no criterion does.",
    )


def test_part_of_a_longer_name_is_not_gone() -> None:
    fields_text = "We win with B2B SaaS."
    before = [made("industry = 'B2B SaaS'")]
    assert drift_of(fields_text, [made("industry = 'B2B SaaS'")], FIELDS, before).gone == ()


def test_of_a_long_list_one_name_is_enough() -> None:
    long: Condition = FieldTest("industry", "in", (*"ABCDEFG", "Fintech"))
    criteria = [Criterion("it", "icp", long, "fit", NOW)]
    assert not drift_of("Fintech and others.", criteria, FIELDS)
    assert drift_of("Anyone.", criteria, FIELDS).unnamed


def test_hostile_text_is_only_text() -> None:
    drift = drift_of("\x1b[31m(((((" + "a" * 100_000, [made("industry = 'Fintech'", id="it")], FIELDS)
    assert drift.unnamed == {"it": "Fintech"} and all("\x1b" not in one for one in drift.sentences)
