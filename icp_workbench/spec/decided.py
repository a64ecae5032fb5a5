"""The decisions in a spec, as the workshop held them."""

from __future__ import annotations

from icp_workbench.conditions.condition import Condition
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile, SpecCriterion


def criteria_of(profile: IdealCustomerProfile) -> tuple[Criterion, ...]:
    """All criteria of a file, in its order."""
    return tuple(criterion_of(one) for one in profile.criteria)


def criterion_of(one: SpecCriterion, when: Condition | None = None) -> Criterion:
    """One of them; `when` in place of its condition, as a book types it."""
    return Criterion(
        id=one.id,
        verdict=one.verdict,
        when=one.when if when is None else when,
        signal=one.signal,
        decided_at=one.decided.at,
        reason=one.reason,
        points=one.points,
        missing=one.missing,
        required=one.required,
        disqualify=one.disqualify,
    )
