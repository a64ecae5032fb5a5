"""The profile in one breath: We win best with … . We do not pursue … ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icp_workbench.conditions.condition import (
    AllOf,
    Condition,
    FieldTest,
    Not,
    fields_read,
    simplified,
    tests_of,
)
from icp_workbench.conditions.fields import Fields
from icp_workbench.conditions.wording import field_words, in_sentence
from icp_workbench.render.figures import bound
from icp_workbench.spec.criterion import Criterion

SLOTS = ("stage", "pain", "buyer_context", "operating_gap", "reason_to_act")

_WHAT_THEY_DO = frozenset({"industry", "sector", "vertical", "business"})
_PEOPLE = frozenset({"employees", "employee", "headcount"})
_OF_THE_COMPANY = frozenset(
    {"company", "account", "name", "main", "primary", "type", "number", "of", "no", "count", "total", "size"}
)
_PLACES = frozenset({"country", "region", "city", "state", "continent", "territory", "location"})
_OF_A_PLACE = frozenset({"billing", "shipping", "hq", "headquarters", "office", "home", "company", "sales"})
_WITH_ARTICLE = frozenset(
    {
        "United States",
        "United Kingdom",
        "Netherlands",
        "Philippines",
        "United Arab Emirates",
        "US",
        "USA",
        "UK",
    }
)
_DOING = frozenset(
    {"hiring", "recruiting", "using", "selling", "offering", "running", "raising", "growing", "expanding"}
)
_ONE_HAS = frozenset(
    {"leader", "team", "department", "website", "office", "subscription", "integration", "store", "app"}
)
_RANGES = ("between", "at_least", "at_most")


def statement_of(
    criteria: Sequence[Criterion], fields: Fields, slots: Mapping[str, str] | None = None
) -> str:
    """The statement the criteria mean, one to three sentences; empty without criteria.

    Required criteria come first, others after "ideally", signals of buying and situation after "most
    readily". `slots` (stage, pain, buyer_context, operating_gap, reason_to_act) are woven in as given; one
    that is not given is left out, never invented.
    """
    # What was marked twice is said once.
    criteria = list({(one.verdict, one.when, one.required): one for one in criteria}.values())
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
            text += f", ideally {_those(optional, fields, 'and')}"
    elif optional:
        *first, last = (_companies([when], fields) for when in optional)
        text = f"{', with '.join(first)} and with {last}"
    else:
        text = "accounts"
    text += _woven(slots)
    if timely:
        text += f", most readily {_those(timely, fields, 'or')}"
    return f"We win best with {text}{_once(slots)}."


def _those(conditions: Sequence[Condition], fields: Fields, word: str) -> str:
    """`in Germany and using dbt`; a clause needs a noun to hang on: `those whose pricing is Flat`."""
    phrases = [_after(when, fields) for when in conditions]
    clause = phrases[0].startswith(("whose ", "where ", "that "))
    return f"{'those ' if clause else ''}{_listed(phrases, word)}"


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
    parts = [part for condition in conditions for part in _parts(condition, fields)]
    kinds = [part for part in parts if isinstance(part, FieldTest) and _is_what_they_do(part, fields)]
    others = [part for part in parts if part not in kinds[:1]]
    noun = f"{_kinds(kinds[0])} companies" if kinds else "accounts"
    after = [_phrase(part, fields) for part in others]
    return f"{noun} {_listed(after, 'and')}" if after else noun


def _after(condition: Condition, fields: Fields) -> str:
    phrases = [_phrase(part, fields) for part in _parts(condition, fields)]
    return _listed(phrases, "and")


def _parts(condition: Condition, fields: Fields) -> tuple[Condition, ...]:
    """What is said one after another. Tests on deals stay together: they mean the same deal."""
    simple = simplified(condition)
    parts = simple.parts if isinstance(simple, AllOf) else (simple,)
    finer = tuple(part for part in parts if _finer_grain(part, fields))
    if len(finer) < 2:
        return parts
    return (*(part for part in parts if part not in finer), AllOf(finer))


def _finer_grain(condition: Condition, fields: Fields) -> str | None:
    grains = [fields[name].grain for name in fields_read(condition) if name in fields]
    return next((grain for grain in grains if grain != "account"), None)


def _is_what_they_do(test: FieldTest, fields: Fields) -> bool:
    words = set(test.field.split("_"))
    named = bool(words & _WHAT_THEY_DO) and words <= _WHAT_THEY_DO | _OF_THE_COMPANY
    return named and test.operator in ("is", "in") and _finer_grain(test, fields) is None


def _kinds(test: FieldTest) -> str:
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return _listed([str(value) for value in values], "and")


def _phrase(part: Condition, fields: Fields) -> str:
    """One part of a condition as it follows a noun: `with 40–120 employees`, `in Germany`, `using dbt`."""
    if grain := _finer_grain(part, fields):
        parts = part.parts if isinstance(part, AllOf) else (part,)
        return f"in {grain}s {_listed([_whose(one, fields) for one in parts], 'and')}"
    negated = isinstance(part, Not)
    test = part.part if isinstance(part, Not) else part
    if not isinstance(test, FieldTest):
        return _whose(part, fields)
    if isinstance(test.value, bool):
        return _yes_or_no(field_words(test.field, fields), test.value != negated) or _whose(part, fields)
    words, predicate = set(test.field.split("_")), _predicate(part, fields)
    if words & _PEOPLE and words <= _PEOPLE | _OF_THE_COMPANY and test.operator in _RANGES:
        bare = predicate.removeprefix("is ").removeprefix("are ")
        if negated and isinstance(test.value, tuple):
            low, high = (bound(value) for value in test.value if isinstance(value, int | float))
            bare = f"under {low} or over {high}"
        return f"with {bare} employees"
    if _is_what_they_do(test, fields) and not negated:
        return f"in {_kinds(test)}"
    if _is_a_place(words) and test.operator in ("is", "in", "not_in"):
        inside = negated == (test.operator == "not_in")
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        places = [f"the {place}" if place in _WITH_ARTICLE else str(place) for place in values]
        return f"in {_listed(places, 'or')}" if inside else f"outside {_listed(places, 'and')}"
    described = fields.get(test.field)
    if described is not None and (described.kind, described.type) == ("technographic", "set"):
        using = predicate.removeprefix("includes ").removeprefix("include ")
        if using != predicate:
            return f"using {using}"
    return _whose(part, fields)


def _whose(part: Condition, fields: Fields) -> str:
    """The part as a clause that is right whatever the field is called."""
    test = part.part if isinstance(part, Not) else part
    if not isinstance(test, FieldTest) or isinstance(test.value, bool):
        return f"where {in_sentence(part, fields)}"
    return f"whose {in_sentence(part, fields)}"


def _predicate(part: Condition, fields: Fields) -> str:
    """What is said of the field: `is B2B SaaS or Fintech`, `are 40–120`, `includes dbt`."""
    name = field_words(next(tests_of(part)).field, fields)
    return in_sentence(part, fields).removeprefix(f"{name} ")


def _is_a_place(words: set[str]) -> bool:
    """A `state` alone may be that of a deal or a contract."""
    return bool(words & _PLACES) and words <= _PLACES | _OF_A_PLACE and words != {"state"}


def _yes_or_no(words: str, yes: bool) -> str | None:
    """A yes/no attribute as it follows a noun: `hiring revenue roles`, `with a new revenue leader`; None
    where its name does not say how (`senior citizen`: has one, or is one?)."""
    first, _, rest = words.partition(" ")
    match first.lower():
        case "is" | "are" if rest:
            return f"that are {'' if yes else 'not '}{rest}"
        case "has" | "have" if rest and (yes or not rest.split(" ")[0].endswith("ed")):
            return f"that have {'' if yes else 'no '}{rest}"
        case doing if doing in _DOING and rest:
            return f"{'' if yes else 'not '}{words}"
    if words.rpartition(" ")[2] in _ONE_HAS:
        return f"{'with' if yes else 'without'} {'an' if words[0].lower() in 'aeiou' else 'a'} {words}"
    return None


def _uncapitalised(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() or len(first) == 1 else text[0].lower() + text[1:]


def _listed(parts: Sequence[str], word: str) -> str:
    return ", ".join(parts[:-1]) + f" {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)
