"""The decisions in a spec, as the workshop held them."""

from __future__ import annotations

from icp_workbench.conditions.condition import Condition
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.model import IdealCustomerProfile, SpecCriterion


def criteria_in(profile: IdealCustomerProfile) -> tuple[Criterion, ...]:
    """The criteria of a file."""
    return tuple(criterion_in(one) for one in profile.criteria)


def criterion_in(one: SpecCriterion, when: Condition | None = None) -> Criterion:
    """A criterion of a file; with another condition where `when` says the same in other words."""
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
