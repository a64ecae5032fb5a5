"""The sixteen checks by code: each one's name, what to do where it fires, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from icp_workbench.spec.checks.agreement import nobody_agreed
from icp_workbench.spec.checks.blanks import blanks_decide
from icp_workbench.spec.checks.breadth import too_broad
from icp_workbench.spec.checks.confounding import confounded
from icp_workbench.spec.checks.dates import stale
from icp_workbench.spec.checks.economics import market_first, revenue_only
from icp_workbench.spec.checks.findings import Answers
from icp_workbench.spec.checks.hand_off import cannot_be_run
from icp_workbench.spec.checks.leaks import leak
from icp_workbench.spec.checks.making import label_not_condition, no_anti_icp, persona_only, similarity_only
from icp_workbench.spec.checks.overlap import contradiction
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.checks.traction import many_looks, wishcasting


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which profiles fail. `look` is pure: what it finds, and what it could not look at."""

    code: str
    name: str
    what_to_do: str
    look: Callable[[Subject], Answers]


CHECKS: tuple[Check, ...] = (
    Check(
        "ICP001", "wishcasting",
        "Unmark it, keep it as a hypothesis, or say why it is expected to work without evidence.",
        wishcasting,
    ),
    Check(
        "ICP002", "revenue only",
        "Take it for an OK-if with a condition, or out; big deals do not pay for what they cost afterwards.",
        revenue_only,
    ),
    Check(
        "ICP003", "persona only",
        "Add a condition on the company: what it does, its size, what it uses, the state it is in.",
        persona_only,
    ),
    Check(
        "ICP004", "too broad",
        "Make a criterion required, narrow one, or rule out where the pattern does not hold.",
        too_broad,
    ),
    Check(
        "ICP005", "no anti-ICP",
        "Mark who is turned away: look for segments that are lost, leave, or cost more than they bring.",
        no_anti_icp,
    ),
    Check(
        "ICP006", "stale",
        "Hold the profile against new data, and save the next version with its own review date.",
        stale,
    ),
    Check(
        "ICP007", "similarity only",
        "Add a signal of situation or buying: what is breaking there, what changed, what they do when ready.",
        similarity_only,
    ),
    Check(
        "ICP008", "label, not condition",
        "Fill the statement's slots, in words that need no footnote when read aloud.",
        label_not_condition,
    ),
    Check(
        "ICP009", "nobody agreed",
        "Have it voted on, by function, and write down who saw it differently.",
        nobody_agreed,
    ),
    Check(
        "ICP010", "many looks",
        "Treat it as a hypothesis: state it before the next data is shown, and let that decide.",
        many_looks,
    ),
    Check(
        "ICP011", "confounded",
        "Unmark it, or put it in the place of the criterion that explains it.",
        confounded,
    ),
    Check(
        "ICP012", "contradiction",
        "Decide which of the two holds, narrow one, or drop what is said twice.",
        contradiction,
    ),
    Check(
        "ICP013", "leak",
        "Ask what was known before the sale; nobody can be selected by what is not known yet.",
        leak,
    ),
    Check(
        "ICP014", "market first",
        "Add a file with margins, subscriptions or the cost of winning, and look again.",
        market_first,
    ),
    Check(
        "ICP015", "cannot be run",
        "Say it by columns the target has, split it, or keep it for a person to judge.",
        cannot_be_run,
    ),
    Check(
        "ICP016", "blanks decide",
        "Have the attribute filled, make the criterion optional, or say what a blank counts as.",
        blanks_decide,
    ),
)  # fmt: skip
