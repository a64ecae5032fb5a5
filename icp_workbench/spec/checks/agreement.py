"""Did the room decide, or one corner of it?"""

from __future__ import annotations

from icp_workbench.conditions.describing import listed
from icp_workbench.render.figures import counted
from icp_workbench.spec.checks.findings import Answers, Found
from icp_workbench.spec.checks.subject import Subject


def nobody_agreed(subject: Subject) -> Answers:
    """ICP009: in workshop mode, a criterion nobody voted for, or on which one function alone was heard. Those
    who voted otherwise are in `dissent`: they were heard too."""
    if subject.spec.metadata.mode != "workshop":
        return
    for one in subject.spec.criteria:
        votes = {function: number for function, number in one.decided.votes.items() if number > 0}
        dissent = list(dict.fromkeys(dissent.function for dissent in one.decided.dissent))
        if votes and len({*votes, *dissent}) > 1:
            continue
        told = "Nobody voted on it"
        if dissent and not votes:
            told = (
                f"Nobody voted for it; {listed([_words(one) for one in dissent], 'and')} saw it differently"
            )
        for function, number in votes.items():
            told = f"Only {_words(function)} voted on it ({counted(number, 'vote')})"
        yield Found(f"`{one.id}`: {told}.", (one.id,), {"votes": votes, "dissent": dissent})


def _words(function: str) -> str:
    return function.replace("_", " ")
