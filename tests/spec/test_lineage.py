"""Versions by effect."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icp_workbench.conditions.condition import FieldTest
from icp_workbench.spec.changes.comparing import changes_in_words, effect_of
from icp_workbench.spec.lineage import FIRST, parsed, raised, versions_in
from icp_workbench.spec.model import (
    Evidence,
    Grades,
    IdealCustomerProfile,
    Reading,
    SpecCriterion,
    Statement,
)
from tests.spec.examples import FIELDS, criterion, profile

SAAS = FieldTest("industry", "in", ("SaaS",))
LARGE = FieldTest("employees", "at_least", 100)
BEFORE = profile(criterion("saas", SAAS), criterion("large", LARGE), grades=Grades(fit={"A": 70, "B": 45}))


def changed(**changes: object) -> IdealCustomerProfile:
    """The profile with its first criterion changed."""
    first = BEFORE.criteria[0].model_copy(update=changes)
    return BEFORE.model_copy(update={"criteria": [first, BEFORE.criteria[1]]})


def proposed(profile: IdealCustomerProfile) -> str:
    """The version a change from BEFORE asks for."""
    effect = effect_of(BEFORE, profile)
    assert effect is not None
    return raised(BEFORE.metadata.version, effect)


def test_nothing_changed_is_no_version() -> None:
    later = BEFORE.metadata.model_copy(
        update={"created": dt.datetime(2027, 1, 1, tzinfo=dt.UTC), "version": "9.0.0"}
    )
    assert effect_of(BEFORE, BEFORE.model_copy(update={"metadata": later})) is None
    assert effect_of(BEFORE, changed(evidence=Evidence(accounts=12, strength="assumption", looks=99))) is None
    assert effect_of(BEFORE, BEFORE) is None and FIRST == "1.0.0"


@pytest.mark.parametrize(
    "changes",
    [
        {"missing": "match"},
        {"required": True},
        {"verdict": "anti_icp"},
        {"verdict": "ok_if"},
        {"id": "other"},
    ],
)
def test_what_breaks_those_who_rely_on_it_is_major(changes: dict[str, object]) -> None:
    assert proposed(changed(**changes)) == "2.0.0"


@pytest.mark.parametrize(
    "changes",
    [{"points": 51}, {"when": FieldTest("industry", "in", ("SaaS", "Banks"))}, {"signal": "economic"}],
)
def test_a_moved_threshold_is_minor(changes: dict[str, object]) -> None:
    assert proposed(changed(**changes)) == "1.1.0"


@pytest.mark.parametrize(
    "changes", [{"reason": "words"}, {"evidence": Evidence(accounts=13, strength="suggestive")}]
)
def test_words_and_evidence_are_a_patch(changes: dict[str, object]) -> None:
    assert proposed(changed(**changes)) == "1.0.1"
    other = BEFORE.model_copy(update={"statement": Statement(text="We win.")})
    assert proposed(other) == "1.0.1"


def test_removing_breaks_and_adding_does_not() -> None:
    fewer = BEFORE.model_copy(update={"criteria": BEFORE.criteria[:1]})
    assert (effect_of(BEFORE, fewer), effect_of(fewer, BEFORE)) == ("major", "minor")
    narrow = BEFORE.model_copy(update={"fields": {"industry": FIELDS["industry"]}})
    assert (effect_of(BEFORE, narrow), effect_of(narrow, BEFORE)) == ("major", "minor")
    retyped = {**FIELDS, "employees": FIELDS["employees"].model_copy(update={"type": "category"})}
    assert effect_of(BEFORE, BEFORE.model_copy(update={"fields": retyped})) == "major"
    coarser = BEFORE.model_copy(update={"grades": Grades(fit={"A": 70})})
    assert (effect_of(BEFORE, coarser), effect_of(coarser, BEFORE)) == ("major", "minor")
    assert effect_of(BEFORE, BEFORE.model_copy(update={"grades": Grades(fit={"A": 71, "B": 45})})) == "minor"


def test_the_order_of_criteria_is_no_change_of_meaning() -> None:
    turned = BEFORE.model_copy(update={"criteria": BEFORE.criteria[::-1]})
    assert effect_of(BEFORE, turned) is None


def test_a_raised_version_starts_again_below() -> None:
    assert [raised("2.3.4", effect) for effect in ("major", "minor", "patch")] == ["3.0.0", "2.4.0", "2.3.5"]
    assert parsed("2.10.0") > parsed("2.9.9")
    for bad in ("1.0", "1.0.0.0", "1.0.x", "", "1.0.-1", "1.0.²"):
        with pytest.raises(ValueError):
            parsed(bad)


def test_versions_are_found_by_name_and_sorted_by_number(tmp_path: Path) -> None:
    folder = tmp_path / "acme-2"
    folder.mkdir()
    for name in (
        "acme-2-1.9.0.icp.yaml",
        "acme-2-1.10.0.icp.toml",
        "acme-2-x.icp.yaml",
        "other-1.0.0.icp.yaml",
        "acme-2-1.0.0.yaml",
    ):
        (folder / name).write_text("")
    assert [version for version, _ in versions_in(folder)] == ["1.9.0", "1.10.0"]


def test_changes_are_said_by_criterion() -> None:
    after = changed(points=60, reason="more")
    more: list[SpecCriterion] = [*after.criteria[:1], criterion("new", LARGE)]
    said = changes_in_words(BEFORE, after.model_copy(update={"criteria": more}))
    assert said == "Added new; Removed large; saas: points, reason changed."


def test_a_spelling_read_as_something_else_is_major_and_one_more_is_not() -> None:
    def read(**reading: object) -> IdealCustomerProfile:
        hiring = FIELDS["hiring"].model_copy(update={"reading": Reading.model_validate(reading)})
        return BEFORE.model_copy(update={"fields": {**FIELDS, "hiring": hiring}})

    before = read(groups={"true": ["Yes"], "false": ["No"]}, blank=[""])
    met = read(groups={"true": ["Yes", "Y"], "false": ["No"]}, blank=["", "N/A"])
    assert effect_of(before, met) == effect_of(BEFORE, before) == "patch"
    assert effect_of(met, read(groups={"true": ["Yes"], "false": ["No", "Y"]})) == "major"
    assert effect_of(met, read(groups={"true": ["Yes"], "false": ["No", "N/A"]})) == "major"
    assert effect_of(read(date_order="D/M/Y"), read(date_order="M/D/Y")) == "major"
