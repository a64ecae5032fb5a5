"""What is checked: a spec, the day, and where it is there the book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from icp_workbench.conditions.condition import Condition, fields_read
from icp_workbench.conditions.fields import fold
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.criterion import CriterionVerdict
from icp_workbench.spec.model import FieldDescription, IdealCustomerProfile, SpecCriterion


@dataclass(frozen=True)
class Subject:
    """A spec on one day; `ground` is the book it is held against, None where the file alone is there."""

    spec: IdealCustomerProfile
    today: dt.date
    ground: Ground | None = None

    def criteria(self, *verdicts: CriterionVerdict) -> list[SpecCriterion]:
        """The criteria of these verdicts, in the file's order."""
        return [one for one in self.spec.criteria if one.verdict in verdicts]

    def described(self, name: str) -> FieldDescription | None:
        """The field of that name, however it is written; None where the file does not describe it."""
        fields = self.spec.fields
        return fields.get(name) or next(
            (one for known, one in fields.items() if fold(known) == fold(name)), None
        )

    def columns_behind(self, condition: Condition) -> list[str]:
        """The attributes a condition rests on, each once: a derived one stands for what it is made from."""
        return list(dict.fromkeys(self._behind(fields_read(condition), set())))

    def _behind(self, names: tuple[str, ...], seen: set[str]) -> Iterator[str]:
        for name in names:
            if name in seen:
                continue
            seen.add(name)
            field = self.described(name)
            inner = () if field is None else made_from(field)
            if inner:
                yield from self._behind(inner, seen)
            else:
                yield name


def made_from(field: FieldDescription) -> tuple[str, ...]:
    """The attributes a derived one is made from; empty for a column and for a tag."""
    conditions = [field.definition] if field.definition is not None else []
    conditions += [case.when for case in field.cases]
    names = [name for condition in conditions for name in fields_read(condition)]
    return tuple(dict.fromkeys([*names, *([field.otherwise] if field.otherwise else [])]))
