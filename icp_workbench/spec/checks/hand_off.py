"""Can what was decided be run where it is handed to?"""

from __future__ import annotations

from icp_workbench.spec.checks.findings import Answers, Found
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.checks.targets import TARGETS


def cannot_be_run(subject: Subject) -> Answers:
    """ICP015: a condition that a target of this spec cannot express as it stands. The targets are SQL and the
    CRMs its fields are named in (`crm`); where none is named, one that no target at all can express."""
    fields = subject.spec.fields
    named = {crm.casefold() for field in fields.values() for crm in field.crm} & TARGETS.keys()
    for one in subject.spec.criteria:
        reasons = {target: why(one.when, fields) for target, (_, why) in TARGETS.items()}
        wanted = {"sql", *named} if named else set(TARGETS)
        failing = {target: reasons[target] for target in TARGETS if target in wanted and reasons[target]}
        if not failing or (not named and len(failing) < len(wanted)):
            continue
        whom: dict[str, list[str]] = {}
        for target, reason in failing.items():
            whom.setdefault(str(reason), []).append(TARGETS[target][0])
        told = "; ".join(f"not in {_or(names)}: {reason}" for reason, names in whom.items())
        yield Found(f"`{one.id}` cannot be run as it stands, {told}.", (one.id,), {"targets": reasons})


def _or(names: list[str]) -> str:
    return ", ".join(names[:-1]) + (" or " if len(names) > 1 else "") + names[-1]
