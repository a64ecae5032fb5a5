"""Do blanks decide who is in?"""

from __future__ import annotations

from icp_workbench.render.figures import count, percent_of
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.checks.subject import Subject

MOST_BLANK = 0.20


def blanks_decide(subject: Subject) -> Answers:
    """ICP016: an attribute that a required ICP criterion reads is blank for more than a fifth of the accounts
    (of the deals, for an attribute of deals)."""
    required = [one for one in subject.criteria("icp") if one.required]
    if not required:
        return
    ground = subject.ground
    if ground is None:
        yield NotLooked("blanks can only be counted in the book", tuple(one.id for one in required))
        return
    yield from ground.not_counted(*(one.id for one in required))
    reading: dict[str, list[str]] = {}
    for one in required:
        for name in ground.attributes(one.id):
            reading.setdefault(name, []).append(one.id)
    for name, criteria in reading.items():
        yield from _blank(ground, name, tuple(criteria))


def _blank(ground: Ground, name: str, criteria: tuple[str, ...]) -> Answers:
    grain = ground.index.book.fields[name].grain
    blank = ground.index.column(name, grain).blank()
    number, total = int(blank.sum()), len(blank)
    if number > MOST_BLANK * total:
        yield Found(
            f"`{name}`, which is required, is blank for {percent_of(number, total)} of the {grain}s "
            f"({count(number)} of {count(total)}).",
            criteria,
            {"attribute": name, "blank": number, "of": total, "share": number / total, "grain": grain},
        )
