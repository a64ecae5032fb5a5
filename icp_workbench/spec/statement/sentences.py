"""The statement in a paragraph and in one line, written from the criteria and the slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from icp_workbench.conditions.condition import Condition
from icp_workbench.conditions.describing import (
    Speech,
    after_noun,
    companies,
    holds_a_clause,
    listed,
    only_kinds,
    those,
)
from icp_workbench.conditions.fields import Fields
from icp_workbench.render.text import printable
from icp_workbench.spec.criterion import Criterion
from icp_workbench.spec.statement.slots import at_last, doing, situated, uncapitalised

_MOST_IN_A_LINE = 3  # values of one list, and things ruled out


def statement_of(
    criteria: Sequence[Criterion], fields: Fields, slots: Mapping[str, str] | None = None
) -> str:
    """The statement the criteria mean, one to three sentences; empty without criteria.

    Required criteria come first, others after "ideally", signals of buying and situation after "most
    readily". `slots` (stage, pain, buyer_context, operating_gap, reason_to_act) are woven in as given; one
    that is not given is left out, never invented.
    """
    criteria, speech = distinct(criteria), Speech(fields)
    sentences = [_ideal(criteria, speech, slots or {})]
    sentences += [exception(one, speech) for one in criteria if one.verdict == "ok_if"]
    ruled_out = things_ruled_out(criteria, speech)
    if ruled_out:
        sentences.append(f"We do not pursue {listed(ruled_out, 'or', roomy=True)}.")
    return _one_breath(" ".join(sentence for sentence in sentences if sentence))


def one_line(criteria: Sequence[Criterion], fields: Fields, slots: Mapping[str, str] | None = None) -> str:
    """The statement in one sentence: whom, at what stage, once what; whom not. What is only ideal is left to
    the paragraph. Empty without criteria."""
    criteria, speech = distinct(criteria), Speech(fields, most=_MOST_IN_A_LINE)
    kept = {name: text for name, text in (slots or {}).items() if name in ("stage", "reason_to_act")}
    lasting = [one for one in criteria if one.verdict == "icp" and not is_timely(one)]
    lasting = lasting or [one for one in criteria if one.verdict == "icp"]
    must = [one for one in lasting if one.required] or lasting[:_MOST_IN_A_LINE]
    said_of_them = bool(must or doing(kept) or at_last(kept))
    parts = [f"We win best with {_whom(must, speech, kept)}{at_last(kept)}"] if said_of_them else []
    ruled_out = things_ruled_out(criteria, speech)
    if ruled_out:
        shown = ruled_out[:_MOST_IN_A_LINE]
        more = ", among others" if len(ruled_out) > len(shown) else ""
        not_ = f"we do not pursue {listed(shown, 'or', roomy=True)}{more}"
        parts.append(not_ if parts else capitalised(not_))
    if not parts:
        return _one_breath(" ".join(exception(one, speech) for one in criteria[:1]))
    return _one_breath("; ".join(parts) + ".")


def distinct(criteria: Sequence[Criterion]) -> list[Criterion]:
    """What was marked twice is said once."""
    return list({(one.verdict, one.when, one.required): one for one in criteria}.values())


def is_timely(criterion: Criterion) -> bool:
    """Whether it says when rather than whom: a signal of buying or situation that is not required."""
    return criterion.signal in ("buying", "situation") and not criterion.required


def things_ruled_out(criteria: Sequence[Criterion], speech: Speech) -> list[str]:
    """Whom the anti-ICP criteria rule out, kinds of companies together."""
    anti = [one.when for one in criteria if one.verdict == "anti_icp"]
    alone = [when for when in anti if only_kinds(when, speech.fields)]
    kinds = list(dict.fromkeys(kind for when in alone for kind in only_kinds(when, speech.fields)))
    either = replace(speech, word="or")
    said = (
        [f"{listed(kinds, 'or')} companies"]
        if len(alone) > 1
        else [companies([one], either) for one in alone]
    )
    return said + [companies([when], either) for when in anti if when not in alone]


def exception(criterion: Criterion, speech: Speech) -> str:
    """An OK-if as a sentence: `We take accounts in France if they agree to seats.`"""
    whom = companies([criterion.when], speech)
    reason = " ".join(criterion.reason.split()).rstrip(".")
    if not reason:
        return f"We take {whom} case by case."
    condition = uncapitalised(reason).removeprefix("if ").removeprefix("only if ")
    return f"We take {whom} if {condition}."


def capitalised(text: str) -> str:
    """A sentence's own beginning: `we do not` → `We do not`."""
    return text[:1].upper() + text[1:]


def _ideal(criteria: Sequence[Criterion], speech: Speech, slots: Mapping[str, str]) -> str:
    ideal = [one for one in criteria if one.verdict == "icp"]
    timely = [after_noun([one.when], speech) for one in ideal if is_timely(one)]
    lasting = [one for one in ideal if not is_timely(one)]
    around = f"{situated(slots)}{at_last(slots)}"
    slotted = bool(doing(slots) or around)
    if not ideal and not slotted:
        return ""
    text = f"We win best with {_whom(lasting, speech, slots)}{around}"
    required = [one.when for one in lasting if one.required]
    optional = [one.when for one in lasting if not one.required] if required else []
    # With what people added it is a breath of its own.
    if optional and slotted:
        text += f". The best of them are {those(after_noun(optional, speech))}"
    elif optional:
        text += f", ideally {_those(optional, speech)}"
    if timely:
        text += ". Most ready to buy are " if slotted else ", most readily "
        text += _any_of(timely)
    return f"{text}."


def _any_of(texts: Sequence[str]) -> str:
    """`those hiring or with a new leader`; with a clause among them each is told as `those …`."""
    if len(texts) > 1 and any(holds_a_clause(text) for text in texts):
        return listed([those(text) for text in texts], "or", roomy=True)
    return those(listed(texts, "or", roomy=True))


def _whom(criteria: Sequence[Criterion], speech: Speech, slots: Mapping[str, str]) -> str:
    """The required ones together, without any each on its own; then what people said of their stage and
    pain, which holds for all of them."""
    several = len(criteria) > 1 and not any(one.required for one in criteria)
    text, stage = _criteria(criteria, speech), doing(slots)
    if stage and several:
        return f"{text}: those{stage}"
    if stage and holds_a_clause(text):
        return f"{text}{',' if ' and ' in text else ''} and{stage}"
    return f"{text}{stage}"


def _criteria(criteria: Sequence[Criterion], speech: Speech) -> str:
    required = [one.when for one in criteria if one.required]
    optional = [one.when for one in criteria if not one.required]
    if required or len(optional) < 2:
        return companies(required or optional, speech)
    *first, last = (companies([when], speech) for when in optional)
    return f"{', with '.join(first)} and with {last}"


def _those(conditions: Sequence[Condition], speech: Speech) -> str:
    """`in Germany and using dbt`; a clause needs a noun to hang on: `those whose pricing is Flat`."""
    text = after_noun(conditions, speech)
    return those(text) if holds_a_clause(text) else text


def _one_breath(text: str) -> str:
    return printable(" ".join(text.split()))
