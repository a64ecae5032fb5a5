"""Does a criterion stand on its own, or do the others explain it?"""

from __future__ import annotations

from icp_workbench.spec.checks.findings import Answers, Found, NotLooked
from icp_workbench.spec.checks.subject import Subject


def confounded(subject: Subject) -> Answers:
    """ICP011: with the other criteria held fixed, the difference of a criterion on the core metric that
    decides its strength is gone (less than half is left, and the loss is more than chance), or cannot be
    separated from theirs."""
    if len(subject.spec.criteria) < 2:
        return
    ground = subject.ground
    if ground is None:
        yield NotLooked("held against the others an effect can only be counted in the book")
        return
    if not ground.core:
        yield NotLooked("the book has no core metric")
        return
    yield from ground.not_counted()
    for name in ground.counted:
        found = ground.held_fixed(name)
        if found is not None and found.standing in ("explained", "inseparable"):
            yield Found(
                f"`{name}`: {found.sentence}",
                (name,),
                {
                    "metric": found.metric,
                    "difference": found.crude,
                    "difference_held_fixed": found.adjusted,
                    "p_value_held_fixed": found.p_value,
                    "odds_ratio": found.crude_odds_ratio,
                    "odds_ratio_held_fixed": found.odds_ratio,
                    "standing": found.standing,
                    "by": found.by,
                },
            )
