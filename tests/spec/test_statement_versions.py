"""The statement in one line, what it asks, and whatever is decided."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icp_workbench.conditions.condition import Condition, FieldTest
from icp_workbench.render.text import printable
from icp_workbench.spec.criterion import Criterion, CriterionVerdict
from icp_workbench.spec.reading import fields_of
from icp_workbench.spec.statement import statement_of
from icp_workbench.spec.statement.because import with_evidence
from icp_workbench.spec.statement.sentences import one_line
from icp_workbench.spec.statement.slots import slots_of
from tests.spec.examples import FIELDS as EXAMPLE_FIELDS
from tests.spec.examples import conditions
from tests.spec.test_statement import EIGHT, FIELDS, NOW, made


def test_one_line_says_whom_and_whom_not() -> None:
    slots = {
        "stage": "have outgrown founder-led sales",
        "pain": "late deals",
        "reason_to_act": "a round closes",
    }
    assert one_line(EIGHT, FIELDS, slots) == (
        "We win best with B2B SaaS and Fintech companies of 40–120 people that have outgrown "
        "founder-led sales, "
        "once a round closes; we do not pursue Public sector companies or companies of at least 1000 people."
    )
    assert one_line(EIGHT[6:7], FIELDS) == "We do not pursue Public sector companies."
    assert one_line([made("hiring_reps", required=False, signal="buying")], FIELDS) == (
        "We win best with accounts hiring reps."
    )
    assert one_line([], FIELDS) == ""


def test_a_line_names_no_more_than_three_of_anything() -> None:
    many: Condition = FieldTest("industry", "in", tuple("ABCDE"))
    anti = [made(f"number_of_employees = {size}", "anti_icp") for size in range(5)]
    text = one_line([Criterion("it", "icp", many, "fit", NOW, required=True), *anti], FIELDS)
    assert text == (
        "We win best with A, B and 3 other kinds of companies; we do not pursue accounts whose number "
        "of employees "
        "is 0, accounts whose number of employees is 1 or accounts whose number of employees is 2, "
        "among others."
    )


def test_slots_are_asked_until_people_or_criteria_speak_to_them() -> None:
    slots = {slot.question.slot: slot for slot in slots_of(EIGHT, FIELDS, {"pain": "late deals."})}
    assert slots["pain"].text == "late deals" and not slots["pain"].is_open
    assert slots["reason_to_act"].criteria == ("it",) and not slots["reason_to_act"].is_open
    assert all(slots[name].is_open for name in ("stage", "buyer_context", "operating_gap"))
    assert all(slot.question.text.endswith("?") for slot in slots.values())


@given(
    st.lists(st.tuples(conditions, st.sampled_from(["icp", "ok_if", "anti_icp"]), st.booleans()), max_size=4)
)
def test_whatever_is_decided_is_one_printable_line(
    decided: list[tuple[Condition, CriterionVerdict, bool]],
) -> None:
    criteria = [
        Criterion(f"c{at}", verdict, when, "fit", NOW, required=verdict == "icp" and must)
        for at, (when, verdict, must) in enumerate(decided)
    ]
    fields = fields_of({name: one.model_dump() for name, one in EXAMPLE_FIELDS.items()})
    for text in (
        statement_of(criteria, fields),
        one_line(criteria, fields),
        with_evidence(criteria, fields, {}),
    ):
        assert printable(text) == text and bool(text) == bool(criteria) and "  " not in text


def test_a_slot_left_open_again_is_no_slot() -> None:
    anti, slots = [made("country = 'France'", "anti_icp")], {"stage": "", "reason_to_act": " . "}
    assert one_line(anti, FIELDS, slots) == "We do not pursue accounts in France."
    assert statement_of(anti, FIELDS, slots) == "We do not pursue accounts in France."


def test_without_a_required_criterion_each_stands_beside_the_others() -> None:
    criteria = [
        made("country = 'France'", required=False, id="a"),
        made("hiring_reps", required=False, id="b"),
    ]
    assert with_evidence(criteria, FIELDS, {}) == (
        "We win best with accounts in France, which is not weighed yet. We also win with accounts hiring "
        "reps, which is not weighed yet."
    )
