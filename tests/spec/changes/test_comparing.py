"""Each change by what it does to whoever relies on the spec, and the version that asks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icp_workbench.conditions.condition import AllOf, FieldTest
from icp_workbench.spec.changes.comparing import changes_in_words, compare_specs, effect_of
from icp_workbench.spec.digest import digest_of, with_digest
from icp_workbench.spec.lineage import EFFECTS, parsed
from icp_workbench.spec.model import (
    Backtest,
    Evidence,
    Grades,
    IdealCustomerProfile,
    Parent,
    Plays,
    Reading,
    SpecCriterion,
    Statement,
)
from tests.spec.examples import FIELDS, criterion, profile, profiles

SAAS = FieldTest("industry", "in", ("SaaS", "Banks"))
LARGE = FieldTest("employees", "at_least", 100)
BEFORE = profile(
    criterion("saas", SAAS),
    criterion("large", LARGE),
    grades=Grades(fit={"A": 70, "B": 45}, problem={"high": 2}),
)


def first(**changes: object) -> IdealCustomerProfile:
    """BEFORE with its first criterion changed."""
    changed = BEFORE.criteria[0].model_copy(update=changes)
    return BEFORE.model_copy(update={"criteria": [changed, BEFORE.criteria[1]]})


def field(name: str, **changes: object) -> IdealCustomerProfile:
    """BEFORE with one attribute described otherwise."""
    described = FIELDS[name].model_copy(update=changes)
    return BEFORE.model_copy(update={"fields": {**FIELDS, name: described}})


def graded(**changes: object) -> IdealCustomerProfile:
    """BEFORE with other grades."""
    assert BEFORE.grades is not None
    return BEFORE.model_copy(update={"grades": BEFORE.grades.model_copy(update=changes)})


def described(version: str, **metadata: object) -> IdealCustomerProfile:
    """BEFORE under another version."""
    about = BEFORE.metadata.model_copy(update={"version": version, **metadata})
    return BEFORE.model_copy(update={"metadata": about})


CASES: dict[str, tuple[str, Callable[[], IdealCustomerProfile], str]] = {
    "blank": ("major", lambda: first(missing="match"), "a blank counts as match, not unknown"),
    "required": ("major", lambda: first(required=True), "required: no → yes"),
    "disqualify": ("major", lambda: first(disqualify=True), "disqualifies: no → yes"),
    "moved": ("major", lambda: first(verdict="anti_icp"), "moved from ICP to anti-ICP"),
    "replaced": ("major", lambda: first(when=FieldTest("hiring", "is", True)), "replaced under its id"),
    "threshold": ("minor", lambda: first(when=FieldTest("industry", "in", ("SaaS",))), "SaaS or Banks → "),
    "part": ("minor", lambda: first(when=AllOf((SAAS, LARGE))), "employees at least 100"),
    "other order": (
        "patch",
        lambda: first(when=FieldTest("industry", "in", ("Banks", "SaaS"))),
        "written in another order",
    ),
    "points": ("minor", lambda: first(points=51), "points: 50 → 51"),
    "signal": ("minor", lambda: first(signal="buying"), "signal: fit → buying"),
    "reason": ("patch", lambda: first(reason="why"), "the reason was changed"),
    "evidence": (
        "patch",
        lambda: first(evidence=Evidence(accounts="<5", strength="confirmed")),
        "strength: assumption → confirmed; accounts: 12 → <5",
    ),
    "no evidence": ("patch", lambda: first(evidence=None), "evidence: none any more"),
    "retyped": ("major", lambda: field("employees", type="category"), "type: number → category"),
    "grain": ("major", lambda: field("employees", grain="deal"), "grain: account → deal"),
    "unit": ("major", lambda: field("employees", unit="thousands"), "unit: people → thousands"),
    "a unit was found": ("minor", lambda: field("hiring", unit="x"), "unit: none → x"),
    "scale": ("major", lambda: field("employees", reading=Reading(scale=0.01)), "scale is read as `0.01`"),
    "spelling": ("patch", lambda: field("hiring", reading=Reading(blank=["-"])), "was completed"),
    "definition": ("minor", lambda: field("hiring", definition=LARGE), "what it is made from was changed"),
    "crm": ("minor", lambda: field("hiring", crm={"hubspot": "x"}), "its names in a CRM were changed"),
    "header": ("minor", lambda: field("hiring", source="a.Hiring"), "source: none → a.Hiring"),
    "note": ("patch", lambda: field("hiring", note="x"), "the note was changed"),
    "kind": ("patch", lambda: field("hiring", kind="buyer"), "kind: situation → buyer"),
    "cut-off": ("minor", lambda: graded(fit={"A": 71, "B": 45}), "cut-off: 70 → 71"),
    "grade removed": ("major", lambda: graded(fit={"A": 70}), "removed"),
    "grade added": ("minor", lambda: graded(problem={"high": 2, "some": 1}), "added, from 1 on"),
    "backtest": ("patch", lambda: graded(backtest=Backtest(method="x")), "past deals"),
    "plays": ("patch", lambda: BEFORE.model_copy(update={"plays": Plays(positioning="x")}), "teams do"),
    "owner": ("patch", lambda: described("1.0.1", owner="Sales"), "owner: none → Sales"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_classed_by_what_it_does(name: str) -> None:
    effect, made, words = CASES[name]
    diff = compare_specs(BEFORE, made())
    assert diff.effect == effect
    assert [words in change.words for change in diff.changes] == [True], diff.changes


def test_the_file_a_column_comes_from_may_be_renamed() -> None:
    old = field("hiring", source="accounts_q3.Hiring")
    assert effect_of(old, field("hiring", source="accounts_q4.Hiring")) == "patch"
    assert effect_of(old, field("hiring", source="accounts_q3.Is hiring")) == "minor"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles(), st.randoms())
def test_order_says_nothing_and_nothing_is_no_change(written: IdealCustomerProfile, random: object) -> None:
    assert effect_of(written, written) is None
    criteria = list(written.criteria)
    random.shuffle(criteria)  # type: ignore[attr-defined]
    fields = list(written.fields.items())
    random.shuffle(fields)  # type: ignore[attr-defined]
    turned = written.model_copy(update={"criteria": criteria, "fields": dict(fields)})
    assert compare_specs(written, turned).changes == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles(), profiles())
def test_any_two_specs_can_be_compared(one: IdealCustomerProfile, other: IdealCustomerProfile) -> None:
    there, back = compare_specs(one, other), compare_specs(other, one)
    added = {(change.part, change.id) for change in there.changes if change.aspect == "added"}
    removed = {(change.part, change.id) for change in back.changes if change.aspect == "removed"}
    assert added == removed
    greatest = max((EFFECTS.index(change.effect) for change in there.changes), default=None)
    assert there.effect == (None if greatest is None else EFFECTS[greatest])
    assert changes_in_words(one, other) or not there.changes


@pytest.mark.parametrize(
    ("version", "unannounced", "too_low"),
    [("1.0.1", True, True), ("1.9.0", True, True), ("2.0.0", False, False), ("3.1.0", False, False),
     ("0.9.0", True, True)],
)  # fmt: skip
def test_a_breaking_change_needs_a_major_version(version: str, unannounced: bool, too_low: bool) -> None:
    after = first(required=True)
    after = after.model_copy(update={"metadata": described(version).metadata})
    diff = compare_specs(BEFORE, after)
    assert (diff.is_unannounced, diff.is_too_low, diff.proposed) == (unannounced, too_low, "2.0.0")


def test_what_is_not_breaking_is_never_unannounced() -> None:
    after = first(points=51)
    assert not compare_specs(BEFORE, after).is_unannounced and compare_specs(BEFORE, after).is_too_low
    assert compare_specs(BEFORE, BEFORE).proposed == BEFORE.metadata.version


def test_a_version_may_be_as_large_as_a_file_may_say() -> None:
    huge = f"{10**30}.0.0"
    assert parsed(huge) > parsed("2.0.0")
    assert compare_specs(described(huge), first(required=True)).is_unannounced


def test_doubts_are_noted() -> None:
    old = with_digest(BEFORE)
    child = Parent(version="1.0.0", digest=digest_of(old))
    assert compare_specs(old, with_digest(described("1.0.1", parent=child))).notes == ()
    strange = with_digest(described("1.0.1", parent=Parent(version="1.0.0", digest="sha256:1")))
    assert "names another 1.0.0" in compare_specs(old, strange).notes[0]
    assert "read backwards" in compare_specs(with_digest(described("1.1.0")), old).notes[0]
    assert "two profiles" in compare_specs(old, with_digest(described("1.1.0", name="other"))).notes[0]
    by_hand = old.model_copy(update={"criteria": old.criteria[:1]})
    assert "changed after it was saved" in compare_specs(old, by_hand).notes[0]


def test_a_key_that_is_not_ours_is_a_patch() -> None:
    words = Statement.model_validate({"text": BEFORE.statement.text, "x-tone": "plain"})
    assert effect_of(BEFORE, BEFORE.model_copy(update={"statement": words})) == "patch"
    own = SpecCriterion.model_validate({**dict(BEFORE.criteria[0]), "x-owner": "RevOps"})
    after = BEFORE.model_copy(update={"criteria": [own, BEFORE.criteria[1]]})
    assert [change.aspect for change in compare_specs(BEFORE, after).changes] == ["others"]
