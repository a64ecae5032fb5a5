"""Did the room decide, or one corner of it?"""

from __future__ import annotations

from icp_workbench.render.figures import counted
from icp_workbench.spec.checks.findings import Answers, Found
from icp_workbench.spec.checks.subject import Subject


def nobody_agreed(subject: Subject) -> Answers:
    """ICP009: in workshop mode, a criterion with no vote, or with votes of one function only."""
    if subject.spec.metadata.mode != "workshop":
        return
    for one in subject.spec.criteria:
        votes = {function: number for function, number in one.decided.votes.items() if number > 0}
        if len(votes) > 1:
            continue
        told = "Nobody voted on it"
        for function, number in votes.items():
            told = f"Only {function.replace('_', ' ')} voted on it ({counted(number, 'vote')})"
        yield Found(f"`{one.id}`: {told}.", (one.id,), {"votes": votes})
