"""The profile in one breath: We win best with … . We do not pursue … ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.conditions.condition import AllOf, AnyOf, Condition, FieldTest, Not, simplified, tests_of
from icp_workbench.conditions.fields import Fields
from icp_workbench.conditions.wording import field_words, in_words
from icp_workbench.spec.criterion import Criterion

SLOTS = ("stage", "pain", "buyer_context", "operating_gap", "reason_to_act")

_WHAT_THEY_DO = frozenset({"industry", "sector", "vertical", "business"})
_PEOPLE = frozenset({"employees", "headcount"})
_PLACES = frozenset({"country", "region", "city", "state", "continent", "territory"})


def statement_of(
    criteria: Sequence[Criterion], fields: Fields, slots: Mapping[str, str] | None = None
) -> str:
    """The statement the criteria mean, one to three sentences; empty without criteria.

    Required criteria come first, others after "ideally", signals of buying and situation after "most
    readily". `slots` (stage, pain, buyer_context, operating_gap, reason_to_act) are woven in as given; one
    that is not given is left out, never invented.
    """
    given = {name: text.strip().rstrip(".") for name, text in (slots or {}).items() if text.strip()}
    sentences = [_ideal(criteria, fields, given)]
    for criterion in criteria:
        if criterion.verdict == "ok_if":
            sentences.append(_exception(criterion, fields))
    ruled_out = [_companies([one.when], fields) for one in criteria if one.verdict == "anti_icp"]
    if ruled_out:
        sentences.append(f"We do not pursue {_listed(ruled_out, 'or')}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _ideal(criteria: Sequence[Criterion], fields: Fields, slots: Mapping[str, str]) -> str:
    ideal = [criterion for criterion in criteria if criterion.verdict == "icp"]
    timely = [one.when for one in ideal if one.signal in ("buying", "situation") and not one.required]
    lasting = [one for one in ideal if one.when not in timely]
    required = [one.when for one in lasting if one.required]
    optional = [one.when for one in lasting if not one.required]
    if not ideal and not slots:
        return ""
    if required or len(optional) == 1:
        text = _companies(required or optional, fields)
        if required and optional:
            text += f", ideally {_listed([_after(when, fields) for when in optional], 'and')}"
    elif optional:
        text = _listed([_companies([when], fields) for when in optional], "and with")
    else:
        text = "accounts"
    text += _woven(slots)
    if timely:
        text += f", most readily {_listed([_after(when, fields) for when in timely], 'or')}"
    return f"We win best with {text}{_once(slots)}."


def _woven(slots: Mapping[str, str]) -> str:
    text = ""
    doing = [slots["stage"]] if "stage" in slots else []
    doing += [f"struggle with {slots['pain']}"] if "pain" in slots else []
    if doing:
        text += f" that {_listed(doing, 'and')}"
    if "buyer_context" in slots:
        text += f", where {slots['buyer_context']}"
        text += f" and needs {slots['operating_gap']}" if "operating_gap" in slots else ""
    elif "operating_gap" in slots:
        text += f", and need {slots['operating_gap']}"
    return text


def _once(slots: Mapping[str, str]) -> str:
    return f", once {slots['reason_to_act']}" if "reason_to_act" in slots else ""


def _exception(criterion: Criterion, fields: Fields) -> str:
    companies = _companies([criterion.when], fields)
    reason = criterion.reason.strip().rstrip(".")
    if not reason:
        return f"We take {companies} case by case."
    condition = reason.removeprefix("if ").removeprefix("If ")
    return f"We take {companies} if {_uncapitalised(condition)}."


def _companies(conditions: Sequence[Condition], fields: Fields) -> str:
    """`B2B SaaS or Fintech companies with 40–120 employees, in Germany and whose pricing model is
    usage-based`."""
    parts = [part for condition in conditions for part in _parts(condition)]
    kinds = [part for part in parts if isinstance(part, FieldTest) and _is_what_they_do(part)]
    others = [part for part in parts if part not in kinds[:1]]
    noun = "accounts"
    if kinds:
        noun = f"{_kinds(kinds[0])} companies"
    after = [_phrase(part, fields) for part in others]
    return f"{noun} {_listed(after, 'and')}" if after else noun


def _after(condition: Condition, fields: Fields) -> str:
    return _listed([_phrase(part, fields) for part in _parts(condition)], "and")


def _parts(condition: Condition) -> tuple[Condition, ...]:
    simple = simplified(condition)
    return simple.parts if isinstance(simple, AllOf) else (simple,)


def _is_what_they_do(test: FieldTest) -> bool:
    return test.operator in ("is", "in") and bool(_WHAT_THEY_DO & set(test.field.split("_")))


def _kinds(test: FieldTest) -> str:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return _listed([str(value) for value in values], "and")


def _predicate(test: Condition, fields: Fields) -> str:
    """What is said of the field: `is B2B SaaS or Fintech`, `40–120`, `includes dbt`."""
    name = field_words(next(tests_of(test)).field, fields)
    return in_words(test, fields).removeprefix(f"{name} ")


def _phrase(part: Condition, fields: Fields) -> str:
    """One part of a condition as it follows a noun: `with 40–120 employees`, `in Germany`, `using dbt`."""
    if isinstance(part, AllOf | AnyOf):
        return f"where {in_words(part, fields)}"
    negated = isinstance(part, Not)
    test = part.part if isinstance(part, Not) else part
    if not isinstance(test, FieldTest):
        return f"where {in_words(part, fields)}"
    words, predicate = set(test.field.split("_")), _predicate(part, fields)
    described = fields.get(test.field)
    if described is not None and described.grain != "account":
        return f"in {described.grain}s where {in_words(part, fields)}"
    if isinstance(test.value, bool):
        return _yes_or_no(field_words(test.field, fields), test.value != negated)
    if words & _PEOPLE and test.operator in ("between", "at_least", "at_most"):
        outside = predicate.startswith("outside ")
        return f"whose number of employees is {predicate}" if outside else f"with {predicate} employees"
    if _is_what_they_do(test) and not negated:
        return f"in {_kinds(test)}"
    if words & _PLACES and test.operator in ("is", "in") and not negated:
        return f"in {predicate.removeprefix('is ')}"
    if described is not None and (described.kind, described.type, negated) == ("technographic", "set", False):
        return f"using {predicate.removeprefix('includes ')}"
    name = field_words(test.field, fields)
    verb = "are" if name.endswith("s") and not name.endswith(("ss", "us", "is")) else "is"
    if test.operator in ("between", "at_least", "at_most"):
        return f"whose {name} {verb} {predicate}"
    return f"whose {name} {predicate}"


def _yes_or_no(words: str, yes: bool) -> str:
    """A yes/no attribute as it follows a noun: `hiring revenue roles`, `with a new revenue leader`."""
    first, _, rest = words.partition(" ")
    match first.lower():
        case "is" | "are" if rest:
            return f"that are {'' if yes else 'not '}{rest}"
        case "has" | "have" if rest:
            return f"that have {'' if yes else 'no '}{rest}"
        case gerund if gerund.endswith("ing") and rest:
            return f"{'' if yes else 'not '}{words}"
    if not yes or words.endswith("s"):
        return f"{'with' if yes else 'without'} {words}"
    return f"with {'an' if words[0] in 'aeiou' else 'a'} {words}"


def _uncapitalised(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() or len(first) == 1 else text[0].lower() + text[1:]


def _listed(parts: Sequence[str], word: str) -> str:
    return ", ".join(parts[:-1]) + f" {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)
