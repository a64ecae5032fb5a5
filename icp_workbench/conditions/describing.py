"""Conditions as a person describes companies: `Fintech companies of 40–120 people in Germany, using dbt`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from icp_workbench.conditions.condition import (
    NOBODY,
    AllOf,
    AnyOf,
    Condition,
    FieldTest,
    Not,
    Scalar,
    fields_read,
    simplified,
)
from icp_workbench.conditions.fields import Fields
from icp_workbench.conditions.phrases import Phrase, Role, is_about_people, is_what_they_do, phrase_of
from icp_workbench.conditions.wording import in_sentence
from icp_workbench.render.text import clip, printable

MOST_VALUES = 6  # of a list that is read aloud; the criteria hold all of them
_LONGEST_VALUE = 60
_TESTS = ("whose ", "where ")
_CLAUSES = (*_TESTS, "that ", "except ")
_AMBIGUOUS = (",", ";", " and ", " or ", "“", "”")

Word = Literal["and", "or"]


@dataclass(frozen=True, slots=True)
class Speech:
    """How lists are said: at most so many values, and the word between kinds of companies."""

    fields: Fields
    most: int = MOST_VALUES
    word: Word = "and"


def companies(conditions: Sequence[Condition], speech: Speech) -> str:
    """Those of whom all the conditions are true, as a noun with what follows it. Values are said as they are,
    in quotes where they would not be told from the sentence; longer lists are cut."""
    parts = _parts(conditions, speech)
    if NOBODY in parts:
        return "no account at all"
    kind = next((one for one in parts if is_what_they_do(one, speech.fields)), None)
    others = [one for one in parts if one is not kind]
    if kind is not None:
        noun = _kinds(kind, speech)
    else:
        noun = "companies" if any(is_about_people(one) for one in others) else "accounts"
    after = _after(others, speech, sized="of {} people")
    return f"{noun} {after}" if after else noun


def after_noun(conditions: Sequence[Condition], speech: Speech) -> str:
    """What all the conditions say, as it follows a noun: `in Germany and using dbt`; empty of everyone."""
    return _after(_parts(conditions, speech), speech)


def holds_a_clause(text: str) -> bool:
    """Whether what follows a noun holds `whose …`, `where …`, `that …`: another one needs an `and`."""
    return text.startswith(_CLAUSES) or any(f" {word}" in text for word in _CLAUSES)


def those(text: str) -> str:
    """What follows a noun with a noun to hang on: `those in Germany`, `all except those in France`."""
    return f"all {text}" if text.startswith("except ") else f"those {text}"


def only_kinds(condition: Condition, fields: Fields) -> tuple[str, ...]:
    """The kinds of companies of a condition that says nothing else, said; empty for any other."""
    parts = _parts([condition], Speech(fields, most=1_000))
    if len(parts) != 1 or not is_what_they_do(parts[0], fields):
        return ()
    return tuple(str(value) for value in _values(parts[0]))


def listed(parts: Sequence[str], word: str, *, roomy: bool = False) -> str:
    """`a, b and c`; `roomy` puts a comma before the word where a part is a list itself."""
    if len(parts) < 2:
        return "".join(parts)
    inside = (" and ", ",") if word == "or" and len(parts) == 2 else (" and ", " or ", ",")
    crowded = (
        roomy
        and (len(parts) > 2 or word == "or")
        and any(mark in part for part in parts[:-1] for mark in inside)
    )
    return ", ".join(parts[:-1]) + f"{',' if crowded else ''} {word} {parts[-1]}"


def said(value: str) -> str:
    """A value as text in a sentence: on one line, nothing a terminal would obey, in quotes where it is empty
    or holds what parts a sentence."""
    text = clip(printable(" ".join(value.split())), _LONGEST_VALUE)
    return f"“{text}”" if not text or any(mark in text for mark in _AMBIGUOUS) else text


def _kinds(part: Condition, speech: Speech) -> str:
    """`B2B SaaS and Fintech companies`, `A, B and 9 other kinds of companies`."""
    values = [str(value) for value in _values(part)]
    if len(values) > 1 and values[-1].endswith(_OTHERS):
        return f"{listed([*values[:-1], values[-1].removesuffix('s')], speech.word)} kinds of companies"
    return f"{listed(values, speech.word)} companies"


def _after(parts: Sequence[Condition], speech: Speech, sized: str = "with {} employees") -> str:
    phrases = [_phrase(part, speech) for part in parts]

    def of(role: Role) -> list[str]:
        return [one.text for one in phrases if one.role == role]

    sizes = [sized.format(size) for size in of("size")]
    together = " ".join(sizes[:1] + of("place") + [_having(sizes[1:] + of("having"))])
    pieces = [*[together.strip()] * bool(together.strip()), *of("doing"), *of("clause")]
    return listed(pieces, "and", roomy=True)


def _having(phrases: Sequence[str]) -> str:
    """`with 40–120 employees and a new leader`: the word is said once, unless a `without` comes between."""
    with_ = [one for one in phrases if not one.startswith("without ")]
    without = [one for one in phrases if one.startswith("without ")]
    shared = [one if at == 0 else one.removeprefix("with ") for at, one in enumerate(with_)]
    return listed([listed(shared, "and")] * bool(shared) + without, "and")


def _phrase(part: Condition, speech: Speech) -> Phrase:
    if (grain := _finer_grain(part, speech.fields)) is not None:
        parts = part.parts if isinstance(part, AllOf) else (part,)
        fields = speech.fields
        if all(name in fields and fields[name].grain == grain for name in fields_read(part)):
            fields, parts = _of_grain(grain, fields), tuple(_renamed(one, grain) for one in parts)
        clauses = [_finer_clause(one, fields) for one in parts]
        return Phrase("clause", f"{'in' if grain == 'deal' else 'with'} {grain}s {listed(clauses, 'and')}")
    match part:
        case AnyOf(parts) if all(_sayable(one) for one in parts):
            each = [after_noun([one], speech) for one in parts]
            if all(text.startswith(_TESTS) for text in each):
                told = [text.partition(" ")[2] for text in each]
                return Phrase("clause", f"where either {listed(told, 'or', roomy=True)}")
            return Phrase("clause", f"either {listed(each, 'or', roomy=True)}")
        case Not(AllOf(parts)) if all(_sayable(one) for one in parts):
            return Phrase("clause", f"except those {_after(_parts([part.part], speech), speech)}")
    found = phrase_of(part, speech.fields) if isinstance(part, FieldTest | Not) else None
    return found or Phrase("clause", _clause(part, speech.fields))


def _finer_clause(part: Condition, fields: Fields) -> str:
    """A test on deals or subscriptions as a clause: `that are on a trial`, `whose plan is Team`."""
    found = phrase_of(part, fields) if isinstance(part, FieldTest | Not) else None
    return found.text if found is not None and found.role == "clause" else _clause(part, fields)


def _of_grain(grain: str, fields: Fields) -> Fields:
    """The attributes as they are called once it is said whose they are: a subscription's `seats`."""
    theirs = (replace(one, name=_short(one.name, grain)) for one in fields.values() if one.grain == grain)
    return Fields((*fields.values(), *theirs))


def _renamed(condition: Condition, grain: str) -> Condition:
    match condition:
        case AllOf(parts):
            return AllOf(tuple(_renamed(one, grain) for one in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_renamed(one, grain) for one in parts))
        case Not(part):
            return Not(_renamed(part, grain))
        case FieldTest(name):
            return replace(condition, field=_short(name, grain))


def _short(name: str, grain: str) -> str:
    return name.removeprefix(f"{grain}_") or name


def _sayable(condition: Condition) -> bool:
    """Whether it reads well inside `either … or …`: a test, or tests that all hold."""
    simple = condition.part if isinstance(condition, Not) else condition
    parts = simple.parts if isinstance(simple, AllOf) and simple is condition else (simple,)
    return all(isinstance(one.part if isinstance(one, Not) else one, FieldTest) for one in parts)


def _clause(part: Condition, fields: Fields) -> str:
    """The part as a clause that is right whatever the field is called."""
    test = part.part if isinstance(part, Not) else part
    if not isinstance(test, FieldTest) or isinstance(test.value, bool):
        return f"where {in_sentence(part, fields)}"
    return f"whose {in_sentence(part, fields)}"


def _parts(conditions: Sequence[Condition], speech: Speech) -> tuple[Condition, ...]:
    """What is said one after another. Tests on deals of one condition stay together: they mean the same deal;
    those of two may each be true of another."""
    parts: list[Condition] = []
    on_deals: list[Condition] = []
    for when in conditions:
        top = list(dict.fromkeys(_top(simplified(when))))
        finer = [part for part in top if _finer_grain(part, speech.fields)]
        parts += [part for part in top if part not in finer]
        on_deals += [AllOf(tuple(_merged(finer)))] if len(finer) > 1 else finer
    said_once = dict.fromkeys([*_merged(list(dict.fromkeys(parts))), *on_deals])
    return tuple(_spoken(one, speech.most) for one in said_once)


def _top(condition: Condition) -> Iterator[Condition]:
    match condition:
        case AllOf(parts):
            for part in parts:
                yield from _top(part)
        case Not(AnyOf(parts)) if parts:  # none of them: each of them not
            for part in parts:
                yield from _top(simplified(Not(part)))
        case AnyOf(parts):
            yield _without_its_blanks(_one_list(condition))
        case _:
            yield condition


def _one_list(condition: AnyOf) -> Condition:
    """`industry is A or industry is B` is one list of two."""
    first = condition.parts[0] if condition.parts else None
    values: list[Scalar] = []
    for part in condition.parts:
        if not isinstance(part, FieldTest) or part.operator not in ("is", "in"):
            return condition
        if not isinstance(first, FieldTest) or part.field != first.field or isinstance(part.value, bool):
            return condition
        values += _values(part)
    return (
        FieldTest(first.field, "in", tuple(dict.fromkeys(values)))
        if isinstance(first, FieldTest)
        else condition
    )


def _without_its_blanks(condition: Condition) -> Condition:
    """`not A, or blank` is what leaving A out means: it is said as `not A`."""
    if not isinstance(condition, AnyOf) or len(condition.parts) != 2:
        return condition
    known, blank = condition.parts
    negative = isinstance(known, Not) or (isinstance(known, FieldTest) and known.operator == "not_in")
    if not negative or not isinstance(blank, FieldTest) or blank.operator != "is_unknown":
        return condition
    return known if fields_read(known) == (blank.field,) else condition


def _merged(parts: list[Condition]) -> list[Condition]:
    """At least 40 and at most 120 of one attribute are a range."""
    ends = {
        (one.field, one.operator): one
        for one in parts
        if isinstance(one, FieldTest) and one.operator in ("at_least", "at_most")
    }
    merged: list[Condition] = []
    for one in parts:
        if isinstance(one, FieldTest) and one.operator in ("at_least", "at_most"):
            low, high = ends.get((one.field, "at_least")), ends.get((one.field, "at_most"))
            if low is not None and high is not None and _ascends(low.value, high.value):
                if one is low:
                    merged.append(FieldTest(one.field, "between", (*_values(low), *_values(high))))
                if one in (low, high):
                    continue
        merged.append(one)
    return merged


def _ascends(low: object, high: object) -> bool:
    try:
        return bool(low <= high)  # type: ignore[operator]
    except TypeError:
        return False


_OTHERS = " others"


def _spoken(condition: Condition, most: int) -> Condition:
    """The condition with its texts as they are said, and long lists cut."""
    match condition:
        case AllOf(parts):
            return AllOf(tuple(_spoken(one, most) for one in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_spoken(one, most) for one in parts))
        case Not(part):
            return Not(_spoken(part, most))
        case FieldTest(value=tuple() as values) if condition.operator != "between":
            spoken = tuple(said(one) if isinstance(one, str) else one for one in values)
            left = len(spoken) - max(most - 1, 1)
            if len(spoken) > most and left > 1:
                spoken = (*spoken[:-left], f"{left}{_OTHERS}")
            return replace(condition, value=spoken)
        case FieldTest(value=str() as value):
            return replace(condition, value=said(value))
        case _:
            return condition


def _values(part: Condition) -> tuple[Scalar, ...]:
    if not isinstance(part, FieldTest) or part.value is None:
        return ()
    return part.value if isinstance(part.value, tuple) else (part.value,)


def _finer_grain(condition: Condition, fields: Fields) -> str | None:
    grains = [fields[name].grain for name in fields_read(condition) if name in fields]
    return next((grain for grain in grains if grain != "account"), None)
