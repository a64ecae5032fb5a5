"""Conditions on derived attributes a book does not have, put in terms of what they are made from."""

from __future__ import annotations

from collections.abc import Mapping

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not
from icp_workbench.conditions.fields import Fields
from icp_workbench.spec.model import FieldDescription


def expanded(
    condition: Condition, described: Mapping[str, FieldDescription], known: Fields, depth: int = 0
) -> Condition:
    """The condition with each derived attribute that is not among the `known` fields replaced by its
    definition; what has none, or is asked in a way no definition answers, stays as it is."""
    match condition:
        case AllOf(parts):
            return AllOf(tuple(expanded(part, described, known, depth) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(expanded(part, described, known, depth) for part in parts))
        case Not(part):
            return Not(expanded(part, described, known, depth))
        case FieldTest(name):
            field = described.get(name)
            if field is None or name in known or depth > len(described):
                return condition
            meant = _meant(condition, field)
            return condition if meant is None else expanded(meant, described, known, depth + 1)


def _meant(test: FieldTest, field: FieldDescription) -> Condition | None:
    if field.definition is not None and test.operator == "is" and isinstance(test.value, bool):
        return field.definition if test.value else Not(field.definition)
    if field.cases and test.operator in ("is", "in", "not_in"):
        wanted = test.value if isinstance(test.value, tuple) else (str(test.value),)
        found: list[Condition] = []
        before: list[Condition] = []
        for case in field.cases:
            if case.value in wanted:
                found.append(AllOf((*before, case.when)))
            before.append(Not(case.when))
        if field.otherwise:
            found.append(AllOf((*before, FieldTest(field.otherwise, "in", wanted))))
        among = AnyOf(tuple(found))
        return Not(among) if test.operator == "not_in" else among
    return None
