"""What the statement needs and no record holds: asked, never invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from icp_workbench.conditions.condition import fields_read
from icp_workbench.conditions.fields import Fields
from icp_workbench.render.text import printable
from icp_workbench.spec.criterion import Criterion

SlotName = Literal["stage", "pain", "buyer_context", "operating_gap", "reason_to_act"]
SLOTS: tuple[SlotName, ...] = ("stage", "pain", "buyer_context", "operating_gap", "reason_to_act")
LONGEST = 200  # characters of a slot: more would be no breath

_NO_VERB = frozenset(
    {
        "in", "at", "on", "between", "after", "before", "past", "beyond", "early", "late", "mid", "under",
        "over",
        "still", "about", "no", "not", "just", "newly", "a", "an", "the", "ready", "too", "pre", "post",
    }
)  # fmt: skip
_OF_ONE = {"has": "have", "is": "are", "was": "were", "does": "do"}
_MAY = frozenset({"cannot", "can", "can't", "could", "do", "don't", "have", "must", "never", "lose", "keep"})
_CONJUNCTIONS = (
    "once ",
    "when ",
    "after ",
    "as soon as ",
    "because ",
    "before ",
    "while ",
    "if ",
    "whenever ",
)


@dataclass(frozen=True, slots=True)
class Question:
    """How a slot is asked: the question, and how the sentence goes on to it (`lead` … ), with an example."""

    slot: SlotName
    label: str
    text: str
    lead: str
    example: str


QUESTIONS: tuple[Question, ...] = (
    Question(
        "stage", "Stage", "At what stage are they: what have they outgrown, what have they just begun?",
        "companies that …", "have outgrown founder-led sales",
    ),
    Question(
        "pain", "Pain", "What hurts them now that we relieve?",
        "… and struggle with …", "pipeline that grows without converting",
    ),
    Question(
        "buyer_context", "Buyer context", "Who owns the problem there, and what are they held to?",
        "… where …", "a revenue leader owns pipeline efficiency",
    ),
    Question(
        "operating_gap", "Operating gap", "What do they need that they cannot do with what they have?",
        "… and needs …", "results without another hire",
    ),
    Question(
        "reason_to_act", "Reason to act", "What makes them move now rather than next year?",
        "… once …", "a funding round forces the question",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as it stands: the words a person gave it, or the criteria (ids) that speak to it; open where
    neither does."""

    question: Question
    text: str
    criteria: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it must still be asked."""
        return not self.text and not self.criteria


def slots_of(criteria: Sequence[Criterion], fields: Fields, given: Mapping[str, str]) -> tuple[Slot, ...]:
    """The five slots in the statement's order. A slot nobody gave words to is spoken to by the ICP criteria
    of its kind: stage by signals of situation, buyer context by attributes of the buyer, reason to act by
    buying signals; pain and operating gap only by people."""
    return tuple(
        Slot(one, cleaned(given.get(one.slot, "")), _speaking(one.slot, criteria, fields))
        for one in QUESTIONS
    )


def cleaned(text: str) -> str:
    """A slot's words as they go into a sentence: one line, no full stop, nothing a terminal would obey."""
    return printable(" ".join(text.split())).strip(" .;,:")[:LONGEST]


def doing(slots: Mapping[str, str]) -> str:
    """` that have outgrown … and struggle with …`: stage and pain; empty without them."""
    stage, pain = (cleaned(slots.get(name, "")) for name in ("stage", "pain"))
    said = [_stage(stage)] if stage else []
    said += [_pain(pain)] if pain else []
    return f" that {' and '.join(said)}" if said else ""


def situated(slots: Mapping[str, str]) -> str:
    """`, where a revenue leader owns … and needs …`: buyer context and operating gap; empty without them."""
    buyer, gap = (cleaned(slots.get(name, "")) for name in ("buyer_context", "operating_gap"))
    gap = _after(gap, ("and needs ", "needs ", "need ", "they need "))
    if buyer:
        return f", where {_after(buyer, ('where ',))}" + (f" and needs {gap}" if gap else "")
    return f", and that need {gap}" if gap else ""


def at_last(slots: Mapping[str, str]) -> str:
    """`, once a funding round forces the question`: the reason to act; empty without one."""
    reason = cleaned(slots.get("reason_to_act", ""))
    if not reason:
        return ""
    begun = reason[0].lower() + reason[1:]
    return f", {begun}" if begun.startswith(_CONJUNCTIONS) else f", once {uncapitalised(reason)}"


def uncapitalised(text: str) -> str:
    """Text as it goes on in a sentence: `They agree` → `they agree`, but `CFOs agree` and `I` as they are."""
    first = text.split(" ", 1)[0]
    is_name = first[1:] != first[1:].lower() or (len(first) == 1 and first != "A")
    return text if is_name else text[:1].lower() + text[1:]


_PAINS = (
    "that struggle with ",
    "struggle with ",
    "struggling with ",
    "struggles with ",
    "they struggle with ",
)


def _stage(text: str) -> str:
    """`have outgrown founder-led sales`; without a verb of its own, `are in their second year`."""
    stage = _after(text, ("companies that ", "accounts that ", "that ", "they ", "who "))
    first, _, rest = stage.partition(" ")
    if first in _OF_ONE:
        return f"{_OF_ONE[first]} {rest}"
    parts = first.split("-")
    is_state = parts[0] in _NO_VERB or (len(parts) > 1 and parts[-1] in ("stage", "market", "backed", "led"))
    return f"are {stage}" if is_state or (first.endswith("ing") and first != "bring") else stage


def _pain(text: str) -> str:
    """`struggle with late deals`; what has a verb of its own stands: `cannot see which deals are real`."""
    pain = _after(text, (*_PAINS, "they "))
    return pain if pain.split(" ", 1)[0] in _MAY else f"struggle with {pain}"


def _after(text: str, leads: Sequence[str]) -> str:
    """The words without those the sentence says already."""
    if not text:
        return ""
    begun = uncapitalised(text)
    return next((begun[len(lead) :] for lead in leads if begun.startswith(lead) and begun != lead), begun)


def _speaking(slot: SlotName, criteria: Sequence[Criterion], fields: Fields) -> tuple[str, ...]:
    def speaks(one: Criterion) -> bool:
        if slot == "buyer_context":
            return any(name in fields and fields[name].kind == "buyer" for name in fields_read(one.when))
        return one.signal == {"stage": "situation", "reason_to_act": "buying"}.get(slot)

    return tuple(one.id for one in criteria if one.verdict == "icp" and speaks(one))
