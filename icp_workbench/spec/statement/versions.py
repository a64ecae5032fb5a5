"""The statement in its three versions, from a workshop's criteria or from a spec file alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from icp_workbench.conditions.fields import Field, Fields
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.model import FieldDescription, IdealCustomerProfile
from icp_workbench.spec.statement.because import Grounds, with_evidence
from icp_workbench.spec.statement.sentences import one_line, statement_of
from icp_workbench.spec.units import with_units

VersionName = Literal["line", "paragraph", "evidence"]
VERSIONS: tuple[VersionName, ...] = get_args(VersionName)
TITLES: Mapping[VersionName, str] = {
    "line": "In one line",
    "paragraph": "In a paragraph",
    "evidence": "With its evidence",
}


@dataclass(frozen=True, slots=True)
class Versions:
    """The same profile, said three ways. `edited`: the paragraph is a person's own."""

    line: str
    paragraph: str
    evidence: str
    edited: bool = False

    def text(self, version: VersionName) -> str:
        """One of them."""
        return {"line": self.line, "paragraph": self.paragraph, "evidence": self.evidence}[version]


def versions_of(
    criteria: Sequence[Criterion],
    fields: Fields,
    slots: Mapping[str, str],
    grounds: Mapping[str, Grounds],
    edited: str | None = None,
) -> Versions:
    """The three versions; `edited` stands for the paragraph where a person wrote it."""
    paragraph = statement_of(criteria, fields, slots) if edited is None else edited
    evidence = with_evidence(criteria, fields, grounds)
    return Versions(one_line(criteria, fields, slots), paragraph, evidence, edited is not None)


def versions_in(profile: IdealCustomerProfile) -> Versions:
    """The three versions of a file: the paragraph as it stands there, the others written from it."""
    criteria, fields = criteria_in(profile), fields_in(profile)
    line = one_line(criteria, fields, profile.statement.slots.model_dump())
    evidence = with_evidence(criteria, fields, grounds_in(profile))
    return Versions(line, profile.statement.text, evidence, profile.statement.edited)


def fields_in(profile: IdealCustomerProfile) -> Fields:
    """What a file's conditions read, as far as it decides how they are said."""
    return Fields(tuple(_field(name, one) for name, one in profile.fields.items()))


def grounds_in(profile: IdealCustomerProfile) -> dict[str, Grounds]:
    """What each criterion of a file rests on, by id; without those that were never weighed."""
    return {
        one.id: Grounds(one.evidence.strength, with_units(one.evidence.metrics), one.evidence.known_by_people)
        for one in profile.criteria
        if one.evidence is not None
    }


def _field(name: str, described: FieldDescription) -> Field:
    header = (described.source or "").partition(".")[2]  # abbreviations are spelt there: ARR
    return Field(
        name, header or name, described.type, kind=described.kind, grain=described.grain, unit=described.unit
    )
