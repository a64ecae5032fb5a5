"""Does a condition read what is only known after the outcome?"""

from __future__ import annotations

from icp_workbench.conditions.condition import Condition, fields_read
from icp_workbench.spec.checks.findings import Answers, Found
from icp_workbench.spec.checks.subject import Subject

_SAID = "the file says that it is not known before the sale"


def leak(subject: Subject) -> Answers:
    """ICP013: a criterion reads, itself or by what a derived attribute is made from, what is not known before
    the sale by the file, or is kept out as a leak by the book."""
    for one in subject.spec.criteria:
        reasons = {name: why for name in _read(subject, one.when) if (why := _why(subject, name))}
        if not reasons:
            continue
        told = "; ".join(f"`{name}`: {why}" for name, why in reasons.items())
        yield Found(
            f"`{one.id}` reads what is known only after the outcome. {told}.",
            (one.id,),
            {"attributes": reasons},
        )


def _read(subject: Subject, when: Condition) -> list[str]:
    return list(dict.fromkeys([*fields_read(when), *subject.columns_behind(when)]))


def _why(subject: Subject, name: str) -> str | None:
    kept_out = None if subject.ground is None else subject.ground.kept_out(name)
    if kept_out is not None:
        return kept_out.rstrip(".")
    field = subject.described(name)
    return _SAID if field is not None and not field.known_before_sale else None
