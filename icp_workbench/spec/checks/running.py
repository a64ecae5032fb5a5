"""All checks on a spec, and which of them the room accepted."""

from __future__ import annotations

import datetime as dt

from icp_workbench.segments.index import SegmentIndex
from icp_workbench.spec.checks.findings import Checked, Finding, Found, NotRun
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.checks.registry import CHECKS
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import IdealCustomerProfile


def checks_of(spec: IdealCustomerProfile, index: SegmentIndex | Ground | None, today: dt.date) -> Checked:
    """What the checks say of a spec on a day: on the file alone without an index, else with the figures of
    its book. A `Ground` is an index that knows some figures already."""
    ground = Ground(spec, index) if isinstance(index, SegmentIndex) else index
    subject = Subject(spec, today, ground)
    accepted = {one.check: one.note for one in spec.accepted_checks}
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    for check in CHECKS:
        for one in check.look(subject):
            if isinstance(one, Found):
                findings.append(
                    Finding(
                        check.code, check.name, one.sentence, check.what_to_do, one.criteria, one.figures,
                        accepted.get(check.code),
                    )
                )  # fmt: skip
            else:
                not_run.append(NotRun(check.code, check.name, one.why, one.criteria))
    fired = {one.code for one in findings}
    return Checked(tuple(findings), tuple(not_run), tuple(code for code in accepted if code not in fired))
