"""What is kept of a room's deliberation, one frozen type each. Times are timezone-aware UTC.

Names of people and accounts stay here and in the journal; a spec gets functions and counts alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from icp_workbench.conditions.condition import Condition
from icp_workbench.evidence.stated import HypothesisVerdict
from icp_workbench.evidence.strength import StrengthName
from icp_workbench.evidence.verdicts import Verdict

FUNCTIONS = (
    "sales",
    "customer_success",
    "marketing",
    "product",
    "finance",
    "revops",
    "leadership",
    "founder",
    "support",
    "engineering",
    "operations",
    "partnerships",
    "data",
    "legal",
)
Choice = Literal["icp", "ok_if", "anti_icp", "parked"]
CHOICES: tuple[Choice, ...] = ("icp", "ok_if", "anti_icp", "parked")
Confidence = Literal["high", "medium", "low"]
NoteKind = Literal["interview", "objection", "experiment", "feedback"]
NOTE_KINDS: tuple[NoteKind, ...] = ("interview", "objection", "experiment", "feedback")
Built = Literal["yes", "not_yet", "no"]
Direction = Literal["better", "worse"]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in the room. The name never leaves the journal and the minutes."""

    id: str
    function: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class StatedProfile:
    """Whom we say we want, in words, before any figure; and as a condition, where it was turned into one."""

    words: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A claim written down before the reveal.

    `when` None: not yet turned into a condition, so it cannot be tested. `metric` "" means every core metric.
    `looks` is how many looks the session had taken when it was typed: with 0 it was said before anyone saw a
    figure.
    """

    id: str
    claim: str
    by: str = ""  # a function
    when: Condition | None = None
    metric: str = ""
    direction: Direction = "better"
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """How one hypothesis turned out at the reveal, as it was shown; `metric` is the one that told it."""

    hypothesis: str
    verdict: HypothesisVerdict
    strength: StrengthName
    sentence: str
    metric: str = ""


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """What one metric says of the accounts we said we want, against everyone else."""

    question: Literal["buys", "expands", "stays", "pays"]
    metric: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A condition put to the room. Its id becomes the criterion's."""

    id: str
    when: Condition
    name: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes of one function on one candidate: choice → how many. Private until opened."""

    candidate: str
    function: str
    votes: tuple[tuple[Choice, int], ...]
    note: str = ""

    @property
    def count(self) -> int:
        """How many votes were cast."""
        return sum(many for _, many in self.votes)

    def of(self, choice: str) -> int:
        """How many were cast for one choice."""
        return sum(many for chosen, many in self.votes if chosen == choice)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the room decided on a candidate: the verdict, who sees to it, why, and how sure it is."""

    candidate: str
    verdict: Choice
    at: dt.datetime
    owner: str = ""
    reason: str = ""
    confidence: Confidence = "medium"


@dataclass(frozen=True, slots=True)
class Dissent:
    """Who saw it differently, and why."""

    candidate: str
    function: str
    note: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """An account by name that one function wants and another regrets."""

    id: str
    account: str
    wanted_by: str
    regretted_by: str
    note: str = ""
    candidate: str = ""


@dataclass(frozen=True, slots=True)
class FieldNote:
    """What people know and the records do not: an interview, an objection, an experiment, feedback on the
    last version. `about` is a candidate's or criterion's id, "" the market at large. `words` are theirs."""

    id: str
    kind: NoteKind
    about: str
    text: str
    words: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Something for the parking lot: asked, not answered today. `answer` not empty: closed."""

    id: str
    question: str
    owner: str = ""
    by: dt.date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Are we built to serve it? Asked where a candidate leaves the range of the book."""

    candidate: str
    answer: Built
    note: str = ""


def function_named(text: str) -> str | None:
    """A function as a person writes it (`Customer Success`, `CS`), by its one name; None for no function."""
    plain = "_".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())
    return plain if plain in FUNCTIONS else _ALIASES.get(plain)


def function_words(function: str) -> str:
    """A function for a reader: `customer success`, `RevOps`."""
    return "RevOps" if function == "revops" else function.replace("_", " ")


_ALIASES = {
    "cs": "customer_success",
    "csm": "customer_success",
    "success": "customer_success",
    "customer_care": "support",
    "rev_ops": "revops",
    "revenue_operations": "revops",
    "sales_ops": "revops",
    "ops": "operations",
    "ceo": "leadership",
    "management": "leadership",
    "executive": "leadership",
    "founders": "founder",
    "partners": "partnerships",
    "product_management": "product",
    "cfo": "finance",
    "cmo": "marketing",
    "dev": "engineering",
    "analytics": "data",
}
