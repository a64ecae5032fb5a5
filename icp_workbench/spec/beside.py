"""What a version would tell of a group under five together with those saved before it on the same data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.spec.model import Evidence, Figure, IdealCustomerProfile, SpecCriterion
from icp_workbench.spec.suppression import FEWEST_REPORTED
from icp_workbench.spec.values import Accounts


def told_beside(
    profile: IdealCustomerProfile, earlier: Sequence[IdealCustomerProfile]
) -> IdealCustomerProfile:
    """The profile without each count of accounts that differs by one to four from what an `earlier` version
    on the same data gives for the same thing (the profile, its anti-ICP, a criterion by its id), and without
    the figures on such a count: two files together would tell of those few. Verdicts stay."""
    before = [one for one in earlier if one.data.files == profile.data.files]
    if not before:
        return profile
    data, was = profile.data, [one.data for one in before]
    covered = [one.coverage for one in was if one.coverage is not None]
    close = data.coverage is not None and (
        _is_close(data.coverage.accounts, [one.accounts for one in covered])
        or _is_close(data.coverage.anti_accounts, [one.anti_accounts for one in covered])
    )
    figures = _figures(data.ideal_customer, [one.ideal_customer for one in was])
    changes = {"coverage": None if close else data.coverage, "ideal_customer": figures}
    return profile.model_copy(
        update={
            "data": data.model_copy(update=changes),
            "criteria": [_criterion(one, before) for one in profile.criteria],
        }
    )


def _criterion(one: SpecCriterion, before: Sequence[IdealCustomerProfile]) -> SpecCriterion:
    was = [old.evidence for spec in before for old in spec.criteria if old.id == one.id and old.evidence]
    return one.model_copy(update={"evidence": _evidence(one.evidence, was)}) if one.evidence else one


def _evidence(now: Evidence, was: Sequence[Evidence]) -> Evidence:
    close = _is_close(now.accounts, [one.accounts for one in was])
    metrics = _figures(now.metrics, [one.metrics for one in was])
    return now.model_copy(update={"accounts": "withheld" if close else now.accounts, "metrics": metrics})


def _figures(now: Mapping[str, Figure], was: Sequence[Mapping[str, Figure]]) -> dict[str, Figure]:
    return {
        name: Figure(unit=one.unit, verdict=one.verdict)
        if _is_close(one.accounts, [old[name].accounts for old in was if name in old])
        else one
        for name, one in now.items()
    }


def _is_close(now: Accounts | None, was: Sequence[Accounts | None]) -> bool:
    return isinstance(now, int) and any(
        isinstance(one, int) and 0 < abs(now - one) < FEWEST_REPORTED for one in was
    )
