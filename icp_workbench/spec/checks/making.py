"""How the profile is made: is anything ruled out, does it ask whether it hurts, is the statement whole?"""

from __future__ import annotations

from icp_workbench.conditions.describing import listed
from icp_workbench.spec.checks.findings import Answers, Found
from icp_workbench.spec.checks.subject import Subject
from icp_workbench.spec.decided import criteria_in
from icp_workbench.spec.statement.slots import slots_of
from icp_workbench.spec.statement.versions import fields_in

_FELT = ("situation", "buying")


def persona_only(subject: Subject) -> Answers:
    """ICP003: every attribute the ICP criteria rest on is of kind `buyer`."""
    ideal = subject.criteria("icp")
    read = list(dict.fromkeys(name for one in ideal for name in subject.columns_behind(one.when)))
    kinds = {name: field.kind for name in read if (field := subject.described(name)) is not None}
    if not read or any(kinds.get(name) != "buyer" for name in read):
        return
    names = ", ".join(f"`{name}`" for name in read)
    yield Found(
        f"The ICP criteria read only who the buyer is ({names}), nothing about the company.",
        tuple(one.id for one in ideal),
        {"attributes": read},
    )


def no_anti_icp(subject: Subject) -> Answers:
    """ICP005: no anti-ICP criterion."""
    if not subject.criteria("anti_icp"):
        many = len(subject.spec.criteria)
        yield Found(
            f"Nothing is ruled out: none of {many} criteria is anti-ICP."
            if many > 1
            else "Nothing is ruled out: the one criterion is not anti-ICP.",
            (),
            {"criteria": many, "anti_icp": 0},
        )


def similarity_only(subject: Subject) -> Answers:
    """ICP007: no ICP criterion is a signal of situation or buying."""
    ideal = subject.criteria("icp")
    if any(one.signal in _FELT for one in ideal):
        return
    signals = {
        signal: sum(one.signal == signal for one in ideal) for signal in sorted({one.signal for one in ideal})
    }
    told = ", ".join(f"{number} of {signal}" for signal, number in signals.items()) or "none at all"
    yield Found(
        f"No ICP criterion is a signal of situation or buying ({told}): these accounts look alike, but may "
        "have no reason to act.",
        tuple(one.id for one in ideal),
        {"signals": signals},
    )


def label_not_condition(subject: Subject) -> Answers:
    """ICP008: the statement lacks its stage, pain, buyer context, operating gap or reason to act: nobody gave
    words to it, and no criterion speaks for it."""
    spec = subject.spec
    given = {
        name: text
        for name, text in spec.statement.slots.model_dump().items()
        if any(char.isalnum() for char in str(text))
    }
    slots = slots_of(criteria_in(spec), fields_in(spec), given)
    missing = [one.question.slot for one in slots if one.is_open]
    if missing:
        told = listed([name.replace("_", " ") for name in missing], "and")
        yield Found(f"The statement does not say the {told}.", (), {"missing": missing})
