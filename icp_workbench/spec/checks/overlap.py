"""Do the criteria contradict, or repeat, each other?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TypeGuard

from icp_workbench.conditions.condition import AllOf, fields_read
from icp_workbench.evidence.verdicts import FEWEST_ACCOUNTS
from icp_workbench.render.figures import count, counted, percent_of
from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.ground import Ground
from icp_workbench.spec.checks.logic import implies, never_holds
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.model import SpecCriterion

_MOST_CRITERIA = 200  # every pair is looked at
_CHANCE = 0.05


def contradiction(subject: Subject) -> Answers:
    """ICP012: accounts that the ICP criteria select match an anti-ICP one, or all that one ICP criterion
    matches do; a criterion, or all required ones together, match nothing; one of two on the same side implies
    the other.

    What the conditions say alone is told without the book. In the book one implies another where all of ten
    accounts or more that match it match the other, and so many would by chance in at most one of twenty
    cases.
    """
    many = len(subject.spec.criteria)
    if many > _MOST_CRITERIA:
        yield NotLooked(
            f"of {count(many)} criteria only the first {_MOST_CRITERIA} were held against each other"
        )
    if subject.ground is None:
        yield NotLooked("which accounts match two criteria can only be counted in the book")
    else:
        yield from subject.ground.not_counted()
    yield from _matching_nothing(subject)
    yield from _never_together(subject)
    criteria = subject.spec.criteria[:_MOST_CRITERIA]
    ideal = [one for one in criteria if one.verdict == "icp"]
    for anti in (one for one in criteria if one.verdict == "anti_icp"):
        yield from _wanted_and_not(subject, ideal, anti)
    for one, two in combinations(criteria, 2):
        if one.verdict == two.verdict:
            yield from _said_twice(subject, one, two)


def _matching_nothing(subject: Subject) -> Iterator[Found]:
    for one in subject.spec.criteria:
        if never_holds(one.when) and one.missing != "match":
            yield Found(
                f"`{one.id}` contradicts itself: no account can match it.", (one.id,), {"accounts": 0}
            )
        elif _nobody(subject, one):
            yield Found(f"`{one.id}` matches no account.", (one.id,), {"accounts": 0})


def _never_together(subject: Subject) -> Iterator[Found]:
    required = [one for one in subject.criteria("icp") if one.required]
    if len(required) < 2 or any(never_holds(one.when) or _nobody(subject, one) for one in required):
        return
    # What is asked of deals may be true of two deals of one account.
    same = [one.when for one in required if one.missing != "match" and _asks_accounts(subject, one)]
    nobody = never_holds(AllOf(tuple(same)))
    ground = subject.ground
    if not nobody and ground is not None and all(one.id in ground.counted for one in required):
        nobody = not ground.wanted.any()
    if nobody:
        yield Found(
            "No account matches all required ICP criteria together.",
            tuple(one.id for one in required),
            {"accounts": 0},
        )


def _asks_accounts(subject: Subject, one: SpecCriterion) -> bool:
    """Whether all that a criterion reads belongs to the account itself."""
    described = [subject.described(name) for name in fields_read(one.when)]
    return all(field is not None and field.grain == "account" for field in described)


def _nobody(subject: Subject, one: SpecCriterion) -> bool:
    ground = subject.ground
    if _counted(ground, one):
        return not ground.matches(one.id).any()
    return one.evidence is not None and one.evidence.accounts == 0


def _wanted_and_not(subject: Subject, ideal: list[SpecCriterion], anti: SpecCriterion) -> Iterator[Found]:
    inside = [one for one in ideal if _within(subject, one, anti)]
    for one in inside:
        yield Found(
            f"All that `{one.id}` matches is ruled out by `{anti.id}`: it is wanted and turned away at once.",
            (one.id, anti.id),
        )
    ground = subject.ground
    if inside or not _counted(ground, anti):
        return
    both, total = int((ground.wanted & ground.matches(anti.id)).sum()), int(ground.wanted.sum())
    if both:
        yield Found(
            f"{counted(both, 'account')} that the ICP criteria select ({percent_of(both, total)} of "
            f"{count(total)}) match{'es' if both == 1 else ''} the anti-ICP criterion `{anti.id}` too.",
            (*(one.id for one in ideal if one.required or not any(i.required for i in ideal)), anti.id),
            {"accounts": both, "of": total, "disqualified": anti.disqualify},
        )


def _said_twice(subject: Subject, one: SpecCriterion, two: SpecCriterion) -> Iterator[Found]:
    there, back = _within(subject, one, two), _within(subject, two, one)
    if there and back:
        yield Found(f"`{one.id}` and `{two.id}` select the same accounts.", (one.id, two.id))
    elif there or back:
        narrow, wide = (one, two) if there else (two, one)
        yield Found(
            f"`{narrow.id}` implies `{wide.id}`: whatever matches the first matches the second.",
            (narrow.id, wide.id),
        )


def _within(subject: Subject, one: SpecCriterion, two: SpecCriterion) -> bool:
    """Whether all that one criterion matches is matched by the other, by what they say or in the book."""
    if one.missing != "match" and implies(one.when, two.when) and not never_holds(one.when):
        return True
    ground = subject.ground
    if not _counted(ground, one) or not _counted(ground, two):
        return False
    mine, its = ground.matches(one.id), ground.matches(two.id)
    number = int(mine.sum())
    if number < FEWEST_ACCOUNTS or (mine & ~its).any():
        return False
    return float(its.mean()) ** number <= _CHANCE


def _counted(ground: Ground | None, one: SpecCriterion) -> TypeGuard[Ground]:
    return ground is not None and one.id in ground.counted
